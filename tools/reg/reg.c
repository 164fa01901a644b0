/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg`: which verb, and the help. */
#include "reg/regtool.h"

#include "platform/text.h"

#include <string.h>

static const char help[] = "cerium reg VERB ...\n"
                           "\n"
                           "  QUERY   shows keys and values, or searches them\n"
                           "  ADD     makes a key, or sets a value\n"
                           "  DELETE  deletes a key with all below it, or values\n"
                           "  EXPORT  writes a key with all below it to a .reg file\n"
                           "  IMPORT  applies a .reg file\n"
                           "\n"
                           "Switches begin with / or -, in either case. A key is ROOT\\name\\name; ROOT is "
                           "HKLM, HKCU, HKCR, HKU or its long name. In a\n"
                           "shell, quote keys: 'HKLM\\COMM\\HTTPD'.\n"
                           "\n"
                           "Exit code: 0 done, 1 failed or not found.\n"
                           "\n"
                           "Help for one verb: cerium reg QUERY /?\n";

static const char query_help[] =
    "cerium reg QUERY KEY [/v [NAME] | /ve] [/s] [/f TEXT [/k | /d] [/c] [/e]] [/t TYPE] [/se SEPARATOR] "
    "[/z]\n"
    "\n"
    "  /v NAME  this value; with /f and no NAME: look at names of values only\n"
    "  /ve      the default value\n"
    "  /s       all keys below as well, without protected ones (password hashes): name such a key to see it\n"
    "  /f TEXT  what holds TEXT (* and ? stand for any text and any character)\n"
    "  /k, /d   look at names of keys only, at data only\n"
    "  /c, /e   TEXT in the same case; TEXT is the whole\n"
    "  /t TYPE  values of this type only: REG_SZ, REG_DWORD, REG_BINARY, REG_MULTI_SZ, ...\n"
    "  /se C    stands between the strings of a REG_MULTI_SZ (otherwise \\0)\n"
    "  /z       the types' numbers too\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Examples:\n"
    "  cerium reg query 'HKLM\\COMM\\HTTPD' /s\n"
    "  cerium reg query 'HKLM\\COMM\\HTTPD\\SSL' /v CertificateSubject\n"
    "  cerium reg query HKLM /s /f accounting /d\n";

static const char add_help[] =
    "cerium reg ADD KEY [/v NAME | /ve] [/t TYPE] [/s SEPARATOR] [/d DATA] [/f]\n"
    "\n"
    "  /v NAME  sets this value; /ve the default value; neither, nor /t or /d: only the key is made\n"
    "  /t TYPE  REG_SZ (when left out), REG_MULTI_SZ, REG_EXPAND_SZ, REG_DWORD, REG_QWORD, "
    "REG_DWORD_LITTLE_ENDIAN,\n"
    "           REG_DWORD_BIG_ENDIAN, REG_BINARY, REG_NONE, REG_LINK, REG_FULL_RESOURCE_DESCRIPTOR\n"
    "  /s C     stands between the strings of a REG_MULTI_SZ in DATA (otherwise \\0)\n"
    "  /d DATA  numbers in decimal, or hexadecimal with 0x; binary data as hexadecimal digits\n"
    "  /f       overwrites without asking\n"
    "  /reg:32, /reg:64 are accepted; there is one registry\n"
    "\n"
    "Examples:\n"
    "  cerium reg add 'HKLM\\COMM\\HTTPD\\VROOTS\\/docs' /ve /d '\\windows\\www\\docs'\n"
    "  cerium reg add 'HKLM\\COMM\\HTTPD\\VROOTS\\/docs' /v P /t REG_DWORD /d 0x201 /f\n"
    "  cerium reg add 'HKLM\\COMM\\HTTPD\\SSL\\Users\\Alice' /v SerialNumber /t REG_BINARY /d 01020304\n";

static const char delete_help[] = "cerium reg DELETE KEY [/v NAME | /ve | /va] [/f]\n"
                                  "\n"
                                  "  /v NAME  deletes this value; /ve the default value; /va all values; "
                                  "none of them: the key and all below it\n"
                                  "  /f       without asking\n"
                                  "  /reg:32, /reg:64 are accepted; there is one registry\n"
                                  "\n"
                                  "Examples:\n"
                                  "  cerium reg delete 'HKLM\\COMM\\HTTPD\\VROOTS\\/docs' /f\n"
                                  "  cerium reg delete 'HKLM\\COMM\\HTTPD' /v AdminUsers\n";

static const char export_help[] = "cerium reg EXPORT KEY FILE [/y]\n"
                                  "\n"
                                  "Writes a Version 5 .reg file (UTF-16LE), mode 0600. FILE may be - for "
                                  "standard output. Protected keys below KEY (password\n"
                                  "hashes) are left out; name such a key to export it.\n"
                                  "\n"
                                  "  /y  overwrites FILE without asking; the last argument\n"
                                  "  /reg:32, /reg:64 are accepted; there is one registry\n"
                                  "\n"
                                  "Example:\n"
                                  "  cerium reg export 'HKLM\\COMM\\HTTPD' site.reg /y\n";

static const char import_help[] = "cerium reg IMPORT FILE\n"
                                  "\n"
                                  "Applies a .reg file, all of it or none: REGEDIT4, Windows Registry Editor "
                                  "Version 5.00, or Windows CE's platform.reg.\n"
                                  "FILE may be - for standard input. Lines that say nothing sensible are "
                                  "reported with their number and left out.\n"
                                  "\n"
                                  "  /reg:32, /reg:64 are accepted; there is one registry\n"
                                  "\n"
                                  "Example:\n"
                                  "  cerium reg import site.reg\n";

static const struct {
    const char *name;
    int (*run)(struct tool_context *tool, int argc, char **argv);
    const char *help;
} verbs[] = {
    {"query", regtool_query, query_help},    {"add", regtool_add, add_help},
    {"delete", regtool_delete, delete_help}, {"export", regtool_export, export_help},
    {"import", regtool_import, import_help},
};

static const char *const missing_verbs[] = {"copy", "save", "restore", "load", "unload", "compare", "flags"};

static bool asks_for_help(const char *word)
{
    return strcmp(word, "/?") == 0 || strcmp(word, "-?") == 0 || plat_ascii_equal_nocase(word, "/h") ||
           plat_ascii_equal_nocase(word, "-h") || strcmp(word, "--help") == 0;
}

static int run(struct tool_context *tool, int argc, char **argv)
{
    if (argc < 2) {
        fputs("ERROR: Invalid syntax.\nType \"REG /?\" for usage.\n", stderr);
        return 1;
    }
    if (asks_for_help(argv[1]) && argc == 2) {
        fputs(help, stdout);
        return 0;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (!plat_ascii_equal_nocase(argv[1], verbs[i].name))
            continue;
        if (argc == 3 && asks_for_help(argv[2])) {
            fputs(verbs[i].help, stdout);
            return 0;
        }
        return verbs[i].run(tool, argc - 1, argv + 1);
    }
    for (size_t i = 0; i < sizeof missing_verbs / sizeof missing_verbs[0]; i++) {
        if (plat_ascii_equal_nocase(argv[1], missing_verbs[i]))
            return regtool_fail("\"reg %s\" is not available here.", missing_verbs[i]);
    }
    fprintf(stderr, "ERROR: Invalid argument/option - '%s'.\nType \"REG /?\" for usage.\n", argv[1]);
    return 1;
}

int tool_reg(struct tool_context *tool, int argc, char **argv)
{
    return run(tool, argc, argv);
}
