/* SPDX-License-Identifier: Apache-2.0 */
/* reg.exe's command lines: words first, then switches, each once. */
#include "reg/regtool.h"

#include "platform/process.h"
#include "platform/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

int regtool_fail(const char *format, ...)
{
    va_list args;

    fputs("ERROR: ", stderr);
    va_start(args, format);
    tool_vsay(format, args);
    va_end(args);
    fputc('\n', stderr);
    return 1;
}

void regtool_tell_left_out(uint32_t count, const char *verb)
{
    if (count > 0)
        fprintf(stderr, "%" PRIu32 " protected key%s left out; %s %s by name.\n", count,
                count == 1 ? " was" : "s were", verb, count == 1 ? "it" : "each");
}

int regtool_fail_code(struct reg_db *db, win_error error)
{
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_KEY_DELETED)
        return regtool_fail("The system was unable to find the specified registry key or value.");
    if (reg_db_message(db)[0])
        return regtool_fail("%s%s.", error == ERROR_ACCESS_DENIED ? "Access is denied: " : "",
                            reg_db_message(db));
    if (error == ERROR_ACCESS_DENIED)
        return regtool_fail("Access is denied.");
    return regtool_fail("%s.", win_error_text(error));
}

int regtool_syntax_error(const struct regtool_command *command)
{
    fprintf(stderr, "ERROR: Invalid syntax.\nType \"REG %s /?\" for usage.\n", command->verb);
    return 1;
}

int regtool_done(void)
{
    puts("The operation completed successfully.");
    return 0;
}

void regtool_put(const char *text)
{
    if (!plat_is_terminal(PLAT_STDOUT)) {
        fputs(text, stdout);
        return;
    }
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        bool is_c1 = p[0] == 0xC2 && p[1] >= 0x80 && p[1] < 0xA0; /* a control character of two bytes */

        putchar(*p < ' ' || *p == 127 || is_c1 ? '?' : *p);
        p += is_c1;
    }
}

bool regtool_confirm(const char *format, ...)
{
    struct plat_buffer answer;
    va_list args;
    bool yes = false;

    plat_buffer_init(&answer, 256);
    for (;;) {
        struct plat_buffer question;
        const char *text;
        win_error error;

        plat_buffer_init(&question, 1024 * 1024);
        va_start(args, format);
        plat_buffer_vprintf(&question, format, args);
        va_end(args);
        text = plat_buffer_text(&question);
        regtool_put(text ? text : "Go on (Yes/No)? ");
        plat_buffer_free(&question);
        fflush(stdout);
        plat_buffer_clear(&answer);
        error = plat_read_line(&answer);
        if (error && error != ERROR_FILE_TOO_LARGE) {
            fputc('\n', stdout);
            break;
        }
        text = plat_buffer_text(&answer);
        if (!text)
            continue;
        yes = plat_ascii_equal_nocase(text, "y") || plat_ascii_equal_nocase(text, "yes");
        if (yes || plat_ascii_equal_nocase(text, "n") || plat_ascii_equal_nocase(text, "no"))
            break;
    }
    plat_buffer_free(&answer);
    if (!yes)
        puts("The operation was canceled by the user.");
    return yes;
}

static bool is_view(const char *word)
{
    return (word[0] == '/' || word[0] == '-') &&
           (plat_ascii_equal_nocase(word + 1, "reg:32") || plat_ascii_equal_nocase(word + 1, "reg:64"));
}

/* The switch's place in the table, or switch_count. */
static size_t find_switch(const struct regtool_command *command, const char *word)
{
    size_t i = 0;

    if (word[0] != '/' && word[0] != '-')
        return command->switch_count;
    while (i < command->switch_count && !plat_ascii_equal_nocase(word + 1, command->switches[i].name))
        i++;
    return i;
}

static bool take_switch(struct regtool_command *command, int argc, char **argv, int *at)
{
    size_t i = find_switch(command, argv[*at]);

    if (i == command->switch_count || command->given[i])
        return false;
    command->given[i] = true;
    if (command->switches[i].takes == REGTOOL_NOTHING)
        return true;
    if (command->switches[i].takes == REGTOOL_MAYBE_ARGUMENT &&
        (*at + 1 == argc || is_view(argv[*at + 1]) ||
         find_switch(command, argv[*at + 1]) != command->switch_count))
        return true;
    if (*at + 1 == argc)
        return false;
    command->argument[i] = argv[++*at];
    return true;
}

static bool parse(struct regtool_command *command, int argc, char **argv)
{
    int at = 1;
    bool view_given = false;

    for (unsigned i = 0; i < command->words_wanted; i++, at++) {
        bool is_file = command->last_word_is_file && i + 1 == command->words_wanted;

        if (at == argc || is_view(argv[at]))
            return false;
        if ((argv[at][0] == '/' || argv[at][0] == '-') &&
            (!is_file || find_switch(command, argv[at]) != command->switch_count))
            return false;
        command->word[i] = argv[at];
    }
    for (; at < argc; at++) {
        if (is_view(argv[at])) {
            if (view_given)
                return false;
            view_given = true;
        } else if (!take_switch(command, argc, argv, &at)) {
            return false;
        }
    }
    return true;
}

bool regtool_parse(struct regtool_command *command, int argc, char **argv)
{
    if (parse(command, argc, argv))
        return true;
    regtool_syntax_error(command);
    return false;
}

bool regtool_given(const struct regtool_command *command, const char *name)
{
    for (size_t i = 0; i < command->switch_count; i++) {
        if (strcmp(command->switches[i].name, name) == 0)
            return command->given[i];
    }
    return false;
}

const char *regtool_argument(const struct regtool_command *command, const char *name)
{
    for (size_t i = 0; i < command->switch_count; i++) {
        if (strcmp(command->switches[i].name, name) == 0)
            return command->argument[i];
    }
    return NULL;
}

bool regtool_key(const struct regtool_command *command, const char *text, reg_key *root, const char **rest)
{
    size_t size = strlen(text);
    bool good = false;

    if (strncmp(text, "\\\\", 2) == 0) {
        regtool_fail("The registry of another machine cannot be reached from here.");
        return false;
    }
    if (reg_path_split(text, root, rest) == ERROR_SUCCESS) {
        bool bare_root_with_backslash = (*rest)[0] == 0 && text[size - 1] == '\\';
        bool doubled_at_end = size >= 2 && text[size - 1] == '\\' && text[size - 2] == '\\';

        good = !bare_root_with_backslash && !doubled_at_end;
    }
    if (!good)
        fprintf(stderr, "ERROR: Invalid key name.\nType \"REG %s /?\" for usage.\n", command->verb);
    return good;
}
