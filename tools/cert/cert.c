/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert`: which verb. */
#include "cert/certtool.h"

#include <string.h>

/* In the order of the help. */
static const struct certtool_verb *const verbs[] = {
    &certtool_verb_list,     &certtool_verb_show,     &certtool_verb_find,       &certtool_verb_add,
    &certtool_verb_import,   &certtool_verb_export,   &certtool_verb_delete,     &certtool_verb_trust,
    &certtool_verb_distrust, &certtool_verb_verify,   &certtool_verb_map,        &certtool_verb_crl_add,
    &certtool_verb_crl_list, &certtool_verb_crl_show, &certtool_verb_crl_delete, NULL,
};

static void print_help(FILE *out)
{
    fputs("usage: cerium cert VERB ...\n"
          "\n"
          "Certificates, their stores and private keys, revocation lists, and what is wrong with a chain.\n"
          "\n",
          out);
    for (size_t i = 0; verbs[i] != NULL; i++) {
        fprintf(out, "  %-10s  %s\n", verbs[i]->name, verbs[i]->summary);
    }
    fputs("\n"
          "Stores, in the registry under HKLM\\Comm\\Security\\SystemCertificates (with --user under HKCU):\n"
          "  MY             the server's own certificates; their private keys lie beside the registry, in "
          "FILE.keys/\n"
          "  ROOT           roots that are trusted\n"
          "  Privileged     the same\n"
          "  CA             intermediate certificates, and revocation lists\n"
          "  Disallowed     certificates that are never accepted\n"
          "  TrustedPeople  end certificates that are trusted in themselves\n"
          "  Trust, Unprivileged, SPC   kept, and used by nothing here\n"
          "\n"
          "A certificate is named by its thumbprint (SHA-1, 40 hexadecimal digits) or by the first 6 or more "
          "of them.\n"
          "Every change is one transaction of the registry: `cerium reg undo` takes it back, `cerium reg "
          "history` shows it. Private\n"
          "keys are files, not in the registry, and are not brought back.\n"
          "\n"
          "Help for one verb, with examples: cerium cert VERB --help\n"
          "\n"
          "Examples:\n"
          "  cerium cert add MY server.pem --key server.key\n"
          "  cerium cert trust company-ca.pem\n"
          "  cerium cert verify alice.pem --eku client\n"
          "  cerium cert map alice.pem --user Alice\n"
          "\n"
          "Exit codes: 0 done (verify: nothing wrong), 1 failed (verify: something is wrong with the chain), "
          "2 wrong usage.\n",
          out);
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* How many words of argv the verb's name takes; 0 = it is another one. */
static int names(const struct certtool_verb *verb, int argc, char **argv)
{
    const char *blank = strchr(verb->name, ' ');
    if (blank == NULL) {
        return strcmp(argv[0], verb->name) == 0 ? 1 : 0;
    }
    size_t size = (size_t)(blank - verb->name);
    bool first = strncmp(argv[0], verb->name, size) == 0 && argv[0][size] == '\0';
    return first && argc > 1 && strcmp(argv[1], blank + 1) == 0 ? 2 : 0;
}

static int run_verb(struct tool_context *tool, const struct certtool_verb *verb, int argc, char **argv)
{
    struct certtool_command command = {.tool = tool, .verb = verb};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            break;
        }
        if (asks_for_help(argv[i])) {
            fputs(verb->help, stdout);
            return TOOL_OK;
        }
    }
    int code = certtool_parse(&command, argc, argv);
    if (code == TOOL_OK) {
        code = verb->run(&command);
    }
    certtool_free(&command);
    return code;
}

static void print_verbs_of(const char *first, FILE *out)
{
    size_t size = strlen(first);
    for (size_t i = 0; verbs[i] != NULL; i++) {
        if (strncmp(verbs[i]->name, first, size) == 0 && verbs[i]->name[size] == ' ') {
            fprintf(out, "  cerium cert %-10s  %s\n", verbs[i]->name, verbs[i]->summary);
        }
    }
}

int tool_cert(struct tool_context *tool, int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return TOOL_USAGE;
    }
    if (asks_for_help(argv[1]) || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return TOOL_OK;
    }
    if (strcmp(argv[1], "__complete") == 0) {
        return certtool_complete(tool, verbs, argc - 1, argv + 1);
    }
    for (size_t i = 0; verbs[i] != NULL; i++) {
        int taken = names(verbs[i], argc - 1, argv + 1);
        if (taken > 0) {
            return run_verb(tool, verbs[i], argc - taken, argv + taken);
        }
    }
    if (strcmp(argv[1], "crl") == 0) {
        bool helps = argc > 2 && asks_for_help(argv[2]);
        if (argc > 2 && !helps) {
            tool_error("cert", "there is no verb \"crl %s\"; there are:", argv[2]);
        }
        print_verbs_of("crl", helps ? stdout : stderr);
        return helps ? TOOL_OK : TOOL_USAGE;
    }
    tool_error("cert", "there is no verb \"%s\"; `cerium cert --help` lists them", argv[1]);
    return TOOL_USAGE;
}
