/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert`: certificates and their stores. */
#include "cert/cert_tool.h"

#include "certstore/key.h"
#include "certstore/store.h"
#include "platform/file.h"
#include "platform/limits.h"

#include <stdarg.h>
#include <string.h>

static const char help[] =
    "usage: cerium cert add --store STORE FILE... [--key FILE]\n"
    "       cerium cert list [--store STORE]\n"
    "       cerium cert show [--store STORE] THUMBPRINT|FILE\n"
    "       cerium cert delete --store STORE THUMBPRINT\n"
    "       cerium cert verify FILE [--eku client|server|OID] [--time UNIX]\n"
    "       cerium cert verify --leaf FILE [--root FILE]... [--intermediate FILE]... [--eku ...] [--time "
    "UNIX]\n"
    "       cerium cert verify --batch\n"
    "\n"
    "STORE is one of\n"
    "  MY          the server's own certificates; their keys lie beside the registry, in FILE.keys/\n"
    "  ROOT        roots that are trusted\n"
    "  Privileged  the same\n"
    "  CA          intermediate certificates\n"
    "  Disallowed  certificates that are never accepted\n"
    "\n"
    "add     Files are PEM (any number of certificates) or DER. --key gives the private key of the one "
    "certificate that\n"
    "        is added to MY: PKCS#1, PKCS#8 or SEC1, PEM or DER, without a password. It must fit.\n"
    "delete  also removes the key file once no certificate in MY uses it.\n"
    "verify  FILE: builds the chain from FILE (leaf first) and the stores of the registry and says what is "
    "wrong with it.\n"
    "        --leaf: only from the files named, without a registry; prints one line for programs:\n"
    "          error=0xWORD info=0xWORD elements=ERROR/INFO,...   (leaf first)\n"
    "        --batch: the same for every line of standard input, a list of arguments separated by tabs.\n"
    "        --time defaults to now; without --eku any usage will do.\n"
    "\n"
    "Examples:\n"
    "  cerium cert add --store ROOT company-ca.pem\n"
    "  cerium cert add --store MY server.pem --key server.key\n"
    "  cerium cert list --store MY\n"
    "  cerium cert verify alice.pem --eku client\n"
    "  cerium cert verify --leaf alice.pem --root company-ca.pem\n"
    "\n"
    "Exit codes: 0 done (verify: nothing wrong), 1 failed (verify: something is wrong with the chain), 2 "
    "wrong usage.\n"
    "verify --batch gives 0 once all lines are answered.\n";

static const struct {
    const char *name;
    int (*run)(struct tool_context *tool, int argc, char **argv);
} verbs[] = {
    {"add", cert_tool_add},       {"list", cert_tool_list},     {"show", cert_tool_show},
    {"delete", cert_tool_delete}, {"verify", cert_tool_verify},
};

int tool_cert(struct tool_context *tool, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0 ||
            (i == 1 && strcmp(argv[i], "help") == 0)) {
            fputs(help, stdout);
            return TOOL_OK;
        }
    }
    if (argc < 2) {
        fputs(help, stderr);
        return TOOL_USAGE;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[1], verbs[i].name) == 0) {
            return verbs[i].run(tool, argc - 1, argv + 1);
        }
    }
    tool_error("cert", "there is no verb \"%s\"; `cerium cert --help` lists them", argv[1]);
    return TOOL_USAGE;
}

int cert_tool_usage(const char *verb, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "cerium cert %s: ", verb);
    tool_vsay(format, args);
    fputs("; `cerium cert --help` tells more\n", stderr);
    va_end(args);
    return TOOL_USAGE;
}

bool cert_tool_option(int argc, char **argv, int *at, const char *name, const char **value)
{
    size_t size = strlen(name);
    if (strncmp(argv[*at], name, size) != 0) {
        return false;
    }
    if (argv[*at][size] == '=') {
        *value = argv[*at] + size + 1;
        return true;
    }
    if (argv[*at][size] != '\0') {
        return false;
    }
    *value = *at + 1 < argc ? argv[++*at] : NULL;
    return true;
}

struct cert_set *cert_tool_new_set(const char *verb)
{
    struct cert_set *set = NULL;
    if (cert_set_create(&set) != ERROR_SUCCESS) {
        fprintf(stderr, "cerium cert %s: %s\n", verb, win_error_text(ERROR_NOT_ENOUGH_MEMORY));
    }
    return set;
}

static win_error add_to_set(void *context, struct plat_span der)
{
    return cert_set_add(context, der, NULL);
}

bool cert_tool_read_file(const char *verb, const char *path, struct cert_set *set)
{
    struct plat_buffer bytes;
    plat_buffer_init(&bytes, LIMIT_CERT_FILE);
    win_error error = plat_file_read_all(path, &bytes);
    if (error != ERROR_SUCCESS) {
        fprintf(stderr, "cerium cert %s: cannot read %s: %s\n", verb, path, win_error_text(error));
    } else {
        error = cert_read_file_bytes(plat_span_of(bytes.data, bytes.size), add_to_set, set);
        if (error == ERROR_INVALID_DATA) {
            fprintf(stderr, "cerium cert %s: %s holds no certificate in PEM or DER form, or a damaged one\n",
                    verb, path);
        } else if (error != ERROR_SUCCESS) {
            fprintf(stderr, "cerium cert %s: a certificate in %s cannot be taken: %s\n", verb, path,
                    win_error_text(error));
        }
    }
    plat_buffer_free(&bytes);
    return error == ERROR_SUCCESS;
}

static void print_problem(void *context, const char *text)
{
    fprintf(stderr, "cerium cert %s: %s\n", (const char *)context, text);
}

struct cert_set *cert_tool_load_store(const char *verb, struct reg_db *db, const char *store)
{
    struct cert_set *set = cert_tool_new_set(verb);
    if (set == NULL) {
        return NULL;
    }
    char context[16];
    snprintf(context, sizeof context, "%s", verb);
    win_error error = cert_store_load(db, store, set, print_problem, context);
    if (error != ERROR_SUCCESS) {
        fprintf(stderr, "cerium cert %s: cannot read store %s from %s: %s\n", verb, store, reg_db_path(db),
                win_error_text(error));
        cert_set_free(set);
        return NULL;
    }
    return set;
}

const char *cert_tool_name(struct plat_span name, struct plat_buffer *buffer)
{
    plat_buffer_clear(buffer);
    cert_name_text(name, buffer);
    const char *text = plat_buffer_text(buffer);
    return text != NULL ? text : "(name too long)";
}

const char *cert_tool_key_words(const struct reg_db *db, const struct cert *cert)
{
    switch (cert_key_look(db, cert)) {
    case ERROR_SUCCESS:
        return "has its key";
    case NTE_NO_KEY:
        return "NO KEY";
    case ERROR_ACCESS_DENIED:
        return "KEY REFUSED: its file or the directory of keys may be used by others, or is not yours (modes "
               "0600, 0700)";
    case NTE_BAD_KEY:
        return "KEY DAMAGED: its file holds no key, or another one";
    default:
        return "KEY CANNOT BE READ";
    }
}
