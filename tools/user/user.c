/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium user`: users with passwords, for Basic authentication. */
#include "tool.h"

#include "httpd/explain.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/process.h"

#include <string.h>

static const char help[] =
    "usage: cerium user add NAME\n"
    "       cerium user delete NAME\n"
    "       cerium user list\n"
    "\n"
    "Users with passwords, for virtual roots with A=1 or A=2 and Basic authentication (HKLM\\COMM\\HTTPD, "
    "Basic=1). Users of\n"
    "certificates are keys under HKLM\\COMM\\HTTPD\\SSL\\Users and have no password.\n"
    "\n"
    "add     makes the user or gives a new password, which is asked for twice on the terminal, or read as "
    "one line of\n"
    "        standard input when that is no terminal. Only a salted, slow hash of it is kept.\n"
    "delete  removes the user.\n"
    "list    prints the names, one a line.\n"
    "\n"
    "A running server knows of the change at once.\n"
    "\n"
    "Examples:\n"
    "  cerium user add Dave\n"
    "  cerium user add Dave < password-file\n"
    "  cerium user delete Dave\n"
    "\n"
    "Exit codes: 0 done, 1 failed (a line on standard error says why), 2 wrong usage.\n";

static bool read_once(const char *prompt, struct plat_buffer *password)
{
    win_error error = plat_read_password(prompt, password);
    if (error == ERROR_FILE_TOO_LARGE || password->size > LIMIT_PASSWORD_SIZE) {
        tool_error("user", "the password is longer than %u bytes", LIMIT_PASSWORD_SIZE);
        return false;
    }
    if (error != ERROR_SUCCESS) {
        tool_error("user", "no password was read: %s", win_error_text(error));
        return false;
    }
    if (password->size == 0) {
        tool_error("user", "an empty password is not taken");
        return false;
    }
    if (memchr(password->data, 0, password->size) != NULL) {
        tool_error("user", "a password cannot hold a NUL");
        return false;
    }
    return true;
}

/* Twice on a terminal, where nobody sees what is typed. */
static bool read_password(struct plat_buffer *password)
{
    if (!read_once("Password: ", password)) {
        return false;
    }
    if (!plat_is_terminal(PLAT_STDIN)) {
        return true;
    }
    struct plat_buffer again;
    plat_buffer_init(&again, LIMIT_PASSWORD_SIZE + 1);
    bool ok = read_once("Once more: ", &again);
    if (ok && !plat_span_equal(plat_span_of(password->data, password->size),
                               plat_span_of(again.data, again.size))) {
        tool_error("user", "the two passwords differ; nothing was changed");
        ok = false;
    }
    plat_wipe(again.data, again.size);
    plat_buffer_free(&again);
    return ok;
}

static int set_user(struct tool_context *tool, const char *name, const char *password)
{
    struct reg_db *db;
    if (!tool_open_registry(tool, REG_OPEN_CREATE, &db)) {
        return TOOL_FAILED;
    }
    win_error error = httpd_user_set(db, name, password);
    if (error != ERROR_SUCCESS) {
        tool_error("user", "the user could not be set: %s", win_error_text(error));
    }
    reg_db_close(db);
    return error == ERROR_SUCCESS ? TOOL_OK : TOOL_FAILED;
}

/* The name and the password first: neither a question nor a registry is made for nothing. */
static int add(struct tool_context *tool, const char *name)
{
    struct plat_buffer password;
    int code = TOOL_FAILED;
    if (!httpd_user_name_is_good(name)) {
        tool_error("user",
                   "\"%s\" cannot be a user's name: 1 to %u characters, none of : ; \\, not beginning with - "
                   "@ *, no blanks "
                   "at the ends",
                   name, LIMIT_REG_KEY_NAME);
        return TOOL_FAILED;
    }
    plat_buffer_init(&password, LIMIT_PASSWORD_SIZE + 1);
    if (read_password(&password)) {
        const char *text = plat_buffer_text(&password);
        if (text != NULL) {
            code = set_user(tool, name, text);
        } else {
            tool_error("user", "the user could not be set: %s", win_error_text(ERROR_NOT_ENOUGH_MEMORY));
        }
    }
    plat_wipe(password.data, password.size);
    plat_buffer_free(&password);
    return code;
}

static int remove_user(struct reg_db *db, const char *name)
{
    win_error error = httpd_user_remove(db, name);
    if (error == ERROR_NO_SUCH_USER) {
        tool_error("user", "there is no user \"%s\"; `cerium user list` names them", name);
    } else if (error != ERROR_SUCCESS) {
        tool_error("user", "the user could not be deleted: %s", win_error_text(error));
    }
    return error == ERROR_SUCCESS ? TOOL_OK : TOOL_FAILED;
}

static bool print_name(void *context, const char *name)
{
    (void)context;
    tool_put(stdout, name);
    putchar('\n');
    return !ferror(stdout); /* which the program's end reports */
}

static int list(struct reg_db *db)
{
    win_error error = httpd_user_each(db, print_name, NULL);
    if (error != ERROR_SUCCESS) {
        tool_error("user", "the users could not be listed: %s", win_error_text(error));
    }
    return error == ERROR_SUCCESS ? TOOL_OK : TOOL_FAILED;
}

int tool_user(struct tool_context *tool, int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    struct reg_db *db;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(help, stdout);
            return TOOL_OK;
        }
    }
    bool adds = strcmp(verb, "add") == 0 && argc == 3;
    bool deletes = strcmp(verb, "delete") == 0 && argc == 3;
    if (!adds && !deletes && !(strcmp(verb, "list") == 0 && argc == 2)) {
        fputs(help, stderr);
        return TOOL_USAGE;
    }
    if (adds) {
        return add(tool, argv[2]);
    }
    if (!tool_open_registry(tool, deletes ? REG_OPEN_WRITE : REG_OPEN_READ, &db)) {
        return TOOL_FAILED;
    }
    int code = deletes ? remove_user(db, argv[2]) : list(db);
    reg_db_close(db);
    return code;
}
