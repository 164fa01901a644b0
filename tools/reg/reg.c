/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg`: which verb. */
#include "reg/regtool.h"

#include "platform/text.h"

#include <string.h>

static const struct regtool_verb check = {.name = "CHECK",
                                          .summary =
                                              "looks the registry's file over, saves what can be saved",
                                          .help = regtool_help_check};

/* In the order of the help. */
static const struct regtool_verb *const verbs[] = {
    &regtool_query, &regtool_add,    &regtool_delete,  &regtool_copy,   &regtool_save,   &regtool_restore,
    &regtool_load,  &regtool_unload, &regtool_compare, &regtool_export, &regtool_import, &regtool_flags,
    &regtool_find,  &regtool_diff,   &regtool_history, &regtool_undo,   &regtool_watch,  &check,
    NULL,
};

static void print_help(void)
{
    fputs("cerium reg VERB ...\n\n", stdout);
    for (size_t i = 0; verbs[i]; i++)
        printf("  %-8s  %s\n", verbs[i]->name, verbs[i]->summary);
    fputs(
        "\n"
        "Switches begin with / or -, in either case, and come behind the words. Those longer than a letter "
        "may be\n"
        "written as --json, too, and then stand anywhere if they have no argument.\n"
        "A key is ROOT\\name\\name; ROOT is HKLM, HKCU, HKCR, HKU or its long name. In a shell, quote keys:\n"
        "'HKLM\\COMM\\HTTPD'. /reg:32 and /reg:64 are accepted everywhere; there is one registry.\n"
        "\n"
        "Exit code: 0 done, 1 failed or not found; compare and diff: 2 different.\n"
        "\n"
        "Help for one verb, with examples: cerium reg QUERY /?\n",
        stdout);
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "/?") == 0 || strcmp(word, "-?") == 0 || plat_ascii_equal_nocase(word, "/h") ||
           plat_ascii_equal_nocase(word, "-h") || strcmp(word, "--help") == 0;
}

static int run_verb(struct tool_context *tool, const struct regtool_verb *verb, int argc, char **argv)
{
    struct regtool_command command = {.tool = tool,
                                      .verb = verb->name,
                                      .switches = verb->switches,
                                      .switch_count = verb->switch_count,
                                      .words_wanted = verb->words_wanted,
                                      .words_most = verb->words_most,
                                      .word_kinds = verb->word_kinds};

    if (argc == 2 && asks_for_help(argv[1])) {
        fputs(verb->help, stdout);
        return 0;
    }
    if (verb == &check)
        return regtool_check(tool, argc, argv);
    return regtool_parse(&command, argc, argv) ? verb->run(&command) : 1;
}

int tool_reg(struct tool_context *tool, int argc, char **argv)
{
    if (argc < 2) {
        fputs("ERROR: Invalid syntax.\nType \"REG /?\" for usage.\n", stderr);
        return 1;
    }
    if (asks_for_help(argv[1]) && argc == 2) {
        print_help();
        return 0;
    }
    for (size_t i = 0; verbs[i]; i++) {
        if (plat_ascii_equal_nocase(argv[1], verbs[i]->name)) {
            int code = run_verb(tool, verbs[i], argc - 1, argv + 1);

            /* "different" (2) would say that the difference was shown; main() says why it was not */
            return fflush(stdout) == 0 && !ferror(stdout) ? code : 1;
        }
    }
    if (strcmp(argv[1], "__complete") == 0)
        return regtool_complete(tool, verbs, argc - 1, argv + 1);
    fputs("ERROR: Invalid argument/option - '", stderr);
    tool_put(stderr, argv[1]);
    fputs("'.\nType \"REG /?\" for usage.\n", stderr);
    return 1;
}
