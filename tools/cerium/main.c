/* SPDX-License-Identifier: Apache-2.0 */
/* The program `cerium`: global options, then the command that the first word names. */
#include "tool.h"

#include "builtin_modules.h"
#include "platform/process.h"
#include "registry/win32.h"

#include <string.h>

#define DEFAULT_ROOT "/var/lib/cerium/root"

struct command {
    const char *name;
    int (*run)(struct tool_context *tool, int argc, char **argv);
    const char *summary;
};

static const struct command commands[] = {
    {"httpd", tool_httpd, "serve HTTP and HTTPS as the registry says"},
    {"reg", tool_reg, "query and change the registry (reg.exe's syntax)"},
    {"regedit", tool_regedit, "the registry on the whole terminal: look, change, undo"},
    {"cert", tool_cert, "certificates, their stores and keys, and what is wrong with a chain"},
    {"user", tool_user, "users with passwords, for Basic authentication"},
    {"explain", tool_explain, "why a request would be allowed or refused, step by step"},
};

static void print_help(FILE *out)
{
    fputs("usage: cerium [--registry FILE] [--root DIR] COMMAND ...\n"
          "\n"
          "The web server of Windows CE, for ARM firmware. Commands:\n",
          out);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
    fputs(
        "  help      this text; `cerium COMMAND --help` (`cerium reg /?`) tells more\n"
        "\n"
        "  --registry FILE  the registry; else $CERIUM_REGISTRY, else " REG_DEFAULT_PATH "\n"
        "  --root DIR       what CE paths such as \\windows\\www hang under; else $CERIUM_ROOT,\n"
        "                   else " DEFAULT_ROOT "\n"
        "\n"
        "Examples:\n"
        "  cerium reg import site.reg\n"
        "  cerium cert add MY server.pem --key server.key\n"
        "  cerium explain --path /Accounts --cert alice.pem\n"
        "  cerium httpd\n"
        "\n"
        "Exit codes: 0 done, 1 failed (a line on standard error says why), 2 wrong usage; a command's help\n"
        "names any others.\n",
        out);
}

/* --name VALUE or --name=VALUE at argv[*at]; true when it was this option, *value NULL when its value is missing. */
static bool take_option(const char *name, int argc, char **argv, int *at, const char **value)
{
    size_t size = strlen(name);
    if (strncmp(argv[*at], name, size) != 0)
        return false;
    if (argv[*at][size] == '=') {
        *value = argv[*at] + size + 1;
        return true;
    }
    if (argv[*at][size] != '\0')
        return false;
    *value = *at + 1 < argc ? argv[++*at] : NULL;
    return true;
}

static const char *environment_or(const char *name, const char *otherwise)
{
    const char *value = plat_environment(name);
    return value != NULL && value[0] != '\0' ? value : otherwise;
}

static int run_command(struct tool_context *tool, int argc, char **argv)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[0], commands[i].name) == 0) {
            tool->command = commands[i].name;
            return commands[i].run(tool, argc, argv);
        }
    }
    fprintf(stderr, "cerium: there is no command \"%s\"; `cerium help` lists them\n", argv[0]);
    return TOOL_USAGE;
}

/* Output that did not arrive is a failure, whatever the command made of the rest. */
static int finish(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fputs("cerium: standard output could not be written\n", stderr);
    return code == TOOL_OK ? TOOL_FAILED : code;
}

int main(int argc, char **argv)
{
    plat_module_set_builtins(cerium_builtin_modules);
    struct tool_context tool = {
        .registry_path = environment_or("CERIUM_REGISTRY", REG_DEFAULT_PATH),
        .root_path = environment_or("CERIUM_ROOT", DEFAULT_ROOT),
    };
    bool registry_given = false, root_given = false;
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        const char *value = NULL;
        if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
            print_help(stdout);
            return finish(TOOL_OK);
        }
        const char **target;
        if (take_option("--registry", argc, argv, &at, &value)) {
            target = &tool.registry_path;
        } else if (take_option("--root", argc, argv, &at, &value)) {
            target = &tool.root_path;
        } else {
            fprintf(stderr, "cerium: unknown option %s; `cerium help` lists them\n", argv[at]);
            return TOOL_USAGE;
        }
        if (value == NULL || value[0] == '\0') {
            fprintf(stderr, "cerium: %s needs a value\n",
                    target == &tool.registry_path ? "--registry" : "--root");
            return TOOL_USAGE;
        }
        bool *given = target == &tool.registry_path ? &registry_given : &root_given;
        if (*given) {
            fprintf(stderr, "cerium: %s is given twice\n", given == &registry_given ? "--registry" : "--root");
            return TOOL_USAGE;
        }
        *given = true;
        *target = value;
    }
    if (at == argc) {
        print_help(stderr);
        return TOOL_USAGE;
    }
    if (strcmp(argv[at], "help") == 0) {
        print_help(stdout);
        return finish(TOOL_OK);
    }
    return finish(run_command(&tool, argc - at, argv + at));
}
