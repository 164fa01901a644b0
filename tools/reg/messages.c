/* SPDX-License-Identifier: Apache-2.0 */
/* What `cerium reg` says and asks: reg.exe's words. */
#include "reg/regtool.h"
#include "reg/terminal.h"

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

int regtool_fail_message(struct reg_db *db, win_error error, struct plat_buffer *message)
{
    const char *text = message->size > 0 ? plat_buffer_text(message) : NULL;
    int code = text ? regtool_fail("%s%s", text, text[message->size - 1] == '.' ? "" : ".")
                    : regtool_fail_code(db, error);

    plat_buffer_free(message);
    return code;
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

/* REGTOOL_END: none of the answers. */
static enum regtool_answer answer_of(const char *text, bool all_too)
{
    static const struct {
        const char *word;
        enum regtool_answer answer;
    } answers[] = {{"y", REGTOOL_YES}, {"yes", REGTOOL_YES}, {"n", REGTOOL_NO},
                   {"no", REGTOOL_NO}, {"a", REGTOOL_ALL},   {"all", REGTOOL_ALL}};

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (plat_ascii_equal_nocase(text, answers[i].word))
            return answers[i].answer == REGTOOL_ALL && !all_too ? REGTOOL_END : answers[i].answer;
    }
    return REGTOOL_END;
}

/* Asks once and reads a line. */
static enum regtool_answer ask(bool all_too, struct plat_buffer *line, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static enum regtool_answer ask(bool all_too, struct plat_buffer *line, const char *format, va_list args)
{
    struct plat_buffer question;
    const char *text;

    plat_buffer_init(&question, 1024 * 1024);
    plat_buffer_vprintf(&question, format, args);
    text = plat_buffer_text(&question);
    for (;;) {
        win_error error;

        regtool_put(text ? text : "Go on (Yes/No)? ");
        fflush(stdout);
        plat_buffer_clear(line);
        error = plat_read_line(line);
        if (error && error != ERROR_FILE_TOO_LARGE) {
            fputc('\n', stdout);
            break;
        }
        const char *answer = plat_buffer_text(line);
        enum regtool_answer given = !answer ? REGTOOL_END : answer_of(answer, all_too);

        if (given != REGTOOL_END) {
            plat_buffer_free(&question);
            return given;
        }
    }
    plat_buffer_free(&question);
    return REGTOOL_END;
}

enum regtool_answer regtool_ask(const char *format, ...)
{
    struct plat_buffer line;
    enum regtool_answer answer;
    va_list args;

    plat_buffer_init(&line, 256);
    va_start(args, format);
    answer = ask(true, &line, format, args);
    va_end(args);
    plat_buffer_free(&line);
    return answer;
}

bool regtool_confirm(const char *format, ...)
{
    struct plat_buffer line;
    enum regtool_answer answer;
    va_list args;

    plat_buffer_init(&line, 256);
    va_start(args, format);
    answer = ask(false, &line, format, args);
    va_end(args);
    plat_buffer_free(&line);
    if (answer != REGTOOL_YES)
        puts("The operation was canceled by the user.");
    return answer == REGTOOL_YES;
}
