/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg check` */
#include "reg/regtool.h"

#include "registry/check.h"

#include <inttypes.h>
#include <string.h>

static void print_finding(void *context, bool is_fault, const char *text)
{
    FILE *out = context;

    fputs(is_fault ? "fault: " : "warning: ", out);
    tool_put(out, text);
    fputc('\n', out);
}

static int fail(const struct plat_buffer *message, const char *file, win_error error)
{
    if (message->size > 0 && !message->failed)
        return regtool_fail("%.*s.", (int)message->size, (const char *)message->data);
    return regtool_fail("%s: %s.", file, win_error_text(error));
}

static void print_count(const char *what, uint64_t count)
{
    printf("%" PRIu64 " %s%s", count, what, count == 1 ? "" : "s");
}

static int check(const char *file, struct plat_buffer *message)
{
    struct reg_check_result result;
    win_error error = reg_check(file, print_finding, stdout, message, &result);

    if (error)
        return fail(message, file, error);
    print_count("key", result.keys);
    fputs(", ", stdout);
    print_count("value", result.values);
    fputs(", ", stdout);
    print_count("fault", result.faults);
    fputs(", ", stdout);
    print_count("warning", result.warnings);
    fputs(".\n", stdout);
    if (result.faults == 0)
        return 0;
    fflush(stdout);
    return regtool_fail("%s is damaged: put a backup in its place, or save what can be read with "
                        "\"cerium reg check %s --recover NEWFILE\".",
                        file, file);
}

static int recover(const char *file, const char *target, struct plat_buffer *message)
{
    struct reg_check_result result;
    win_error error = reg_recover(file, target, print_finding, stdout, message, &result);

    if (error)
        return fail(message, file, error);
    print_count("key", result.keys);
    fputs(" and ", stdout);
    print_count("value", result.values);
    fputs(" are now in ", stdout);
    tool_put(stdout, target);
    printf("; %" PRIu32 " thing%s could not be saved whole.\n", result.faults, result.faults == 1 ? "" : "s");
    return 0;
}

static int usage(void)
{
    fputs("ERROR: Invalid syntax.\nType \"REG CHECK /?\" for usage.\n", stderr);
    return 1;
}

int regtool_check(struct tool_context *tool, int argc, char **argv)
{
    const char *file = NULL;
    const char *target = NULL;
    struct plat_buffer message;
    int code;

    for (int i = 1; i < argc; i++) {
        bool is_recover = strcmp(argv[i], "--recover") == 0 || strcmp(argv[i], "/recover") == 0;

        if (is_recover && !target && i + 1 < argc)
            target = argv[++i];
        else if (!is_recover && !file && argv[i][0] && strncmp(argv[i], "--", 2) != 0)
            file = argv[i];
        else
            return usage();
    }
    plat_buffer_init(&message, 8192);
    if (!file)
        file = tool->registry_path;
    code = target ? recover(file, target, &message) : check(file, &message);
    plat_buffer_free(&message);
    return code;
}
