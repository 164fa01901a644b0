/* SPDX-License-Identifier: Apache-2.0 */
/* What `cerium cert` says and asks. */
#include "cert/certtool.h"

#include "platform/clock.h"
#include "platform/file.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/process.h"
#include "platform/text.h"

#include <string.h>

int certtool_usage(const struct certtool_command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "cerium cert %s: ", command->verb->name);
    tool_vsay(format, args);
    fprintf(stderr, "; `cerium cert %s --help` tells more\n", command->verb->name);
    va_end(args);
    return TOOL_USAGE;
}

static void say_on_stderr(const struct certtool_command *command, const char *before, const char *format,
                          va_list args) __attribute__((format(printf, 3, 0)));

static void say_on_stderr(const struct certtool_command *command, const char *before, const char *format,
                          va_list args)
{
    fflush(stdout); /* what was said before comes before, on a terminal too */
    fprintf(stderr, "cerium cert %s: %s", command->verb->name, before);
    tool_vsay(format, args);
    fputc('\n', stderr);
}

int certtool_fail(const struct certtool_command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say_on_stderr(command, "", format, args);
    va_end(args);
    return TOOL_FAILED;
}

void certtool_warn(const struct certtool_command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say_on_stderr(command, "note: ", format, args);
    va_end(args);
}

static void vsay(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

static void vsay(const char *format, va_list args)
{
    struct plat_buffer words;
    plat_buffer_init(&words, 16U * LIMIT_CERT_FILE);
    plat_buffer_vprintf(&words, format, args);
    const char *text = plat_buffer_text(&words);
    tool_put(stdout, text != NULL ? text : "(there is no room to say what)\n");
    plat_buffer_free(&words);
}

void certtool_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsay(format, args);
    va_end(args);
}

bool certtool_can_ask(void)
{
    return plat_is_terminal(PLAT_STDIN) && plat_is_terminal(PLAT_STDOUT);
}

bool certtool_confirm(const char *format, ...)
{
    struct plat_buffer line;
    bool answered = false, yes = false;
    plat_buffer_init(&line, 256);
    while (!answered) {
        va_list args;
        va_start(args, format);
        vsay(format, args);
        va_end(args);
        fflush(stdout);
        plat_buffer_clear(&line);
        win_error error = plat_read_line(&line);
        const char *text = plat_buffer_text(&line);
        if (error != ERROR_SUCCESS && error != ERROR_FILE_TOO_LARGE) {
            putchar('\n');
            break;
        }
        if (error == ERROR_SUCCESS && text != NULL) {
            yes = plat_ascii_equal_nocase(text, "y") || plat_ascii_equal_nocase(text, "yes");
            answered = yes || plat_ascii_equal_nocase(text, "n") || plat_ascii_equal_nocase(text, "no");
        }
    }
    plat_buffer_free(&line);
    return yes;
}

/* ---- passwords ---- */

static int password_in(const struct certtool_command *command, const char *path, struct plat_buffer *password)
{
    win_error error = plat_file_read_secret(path, password);
    if (error == ERROR_ACCESS_DENIED) {
        return certtool_fail(
            command,
            "the password file %s is not taken: it has to be a file of yours that nobody else "
            "may read (chmod 600), a pipe, or - for standard input",
            path);
    }
    if (error != ERROR_SUCCESS) {
        return certtool_fail(command, "cannot read the password file %s: %s", path,
                             error == ERROR_FILE_TOO_LARGE ? "it is too large" : win_error_text(error));
    }
    size_t size = 0;
    while (size < password->size && password->data[size] != '\n' && password->data[size] != '\r') {
        size++;
    }
    plat_wipe(password->data + size, password->size - size);
    password->size = size;
    return TOOL_OK;
}

static int type_twice(const struct certtool_command *command, const struct plat_buffer *password)
{
    struct plat_buffer again;
    plat_buffer_init(&again, LIMIT_PASSWORD_SIZE + 2U);
    int code = TOOL_OK;
    win_error error = plat_read_password("Once more: ", &again);
    if (error != ERROR_SUCCESS) {
        code = certtool_fail(command, "no password was read: %s", win_error_text(error));
    } else if (!plat_span_equal(plat_span_of(password->data, password->size),
                                plat_span_of(again.data, again.size))) {
        code = certtool_fail(command, "the two passwords differ; nothing was done");
    }
    certtool_password_free(&again);
    return code;
}

int certtool_password(const struct certtool_command *command, const char *prompt, bool twice,
                      struct plat_buffer *password, const char **text)
{
    const char *path = certtool_value(command, "--password-file");
    int code = TOOL_OK;
    *text = NULL;
    plat_buffer_init(password, LIMIT_PASSWORD_SIZE + 2U);
    (void)plat_buffer_reserve(password, LIMIT_PASSWORD_SIZE + 2U); /* so that no freed copy stays behind */
    if (path != NULL) {
        code = password_in(command, path, password);
    } else if (!plat_is_terminal(PLAT_STDIN)) {
        return TOOL_OK;
    } else {
        win_error error = plat_read_password(prompt, password);
        if (error != ERROR_SUCCESS) {
            return certtool_fail(command, "no password was read: %s", win_error_text(error));
        }
        code = twice ? type_twice(command, password) : TOOL_OK;
    }
    if (code != TOOL_OK) {
        return code;
    }
    if (password->size > LIMIT_PASSWORD_SIZE || memchr(password->data, 0, password->size) != NULL) {
        return certtool_fail(command, "a password has at most %u bytes and no NUL", LIMIT_PASSWORD_SIZE);
    }
    *text = plat_buffer_text(password);
    return *text != NULL ? TOOL_OK : certtool_fail(command, "%s", win_error_text(ERROR_NOT_ENOUGH_MEMORY));
}

void certtool_password_free(struct plat_buffer *password)
{
    if (password->data != NULL) {
        plat_wipe(password->data, password->capacity);
    }
    plat_buffer_free(password);
}
