/* SPDX-License-Identifier: Apache-2.0 */
/* Reading .reg files: which dialect it is, its keys, and what becomes of bad lines. */
#include "registry/regfile.h"

#include "core/db.h"
#include "text/condition.h"
#include "text/value.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

struct importer {
    struct reg_db *db;
    struct text_lines lines;
    bool ansi;          /* REGEDIT4 */
    reg_key key;        /* values go here; REG_KEY_NONE: they are left out */
    bool protect;       /* "; protected" stands before: the next key becomes so */
    bool key_seen;      /* whether there has been a key line at all */
    bool after_refusal; /* a value was refused: the lines it went on over are not reported again */
    struct conditions conditions;
    struct text_value value;
    struct plat_buffer path;
    reg_import_problem problem;
    void *context;
    struct reg_import_result *result;
};

static void report(struct importer *im, uint32_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void report(struct importer *im, uint32_t line, const char *format, ...)
{
    struct plat_buffer words;
    va_list args;
    const char *text;

    if (!im->problem)
        return;
    plat_buffer_init(&words, 2 * LIMIT_REG_PATH);
    va_start(args, format);
    plat_buffer_vprintf(&words, format, args);
    va_end(args);
    text = plat_buffer_text(&words);
    im->problem(im->context, line, text ? text : "this line was left out");
    plat_buffer_free(&words);
}

/* Errors that belong to one line of the file; every other one ends the import. */
static bool is_of_line(win_error error)
{
    return error == ERROR_INVALID_NAME || error == ERROR_INVALID_PARAMETER || error == ERROR_BAD_PATHNAME ||
           error == ERROR_BADKEY || error == ERROR_FILE_TOO_LARGE || error == ERROR_FILENAME_EXCED_RANGE ||
           error == ERROR_ACCESS_DENIED;
}

static win_error refuse_key(struct importer *im, uint32_t line, win_error error, const char *path)
{
    if (!is_of_line(error))
        return error;
    im->result->problems++;
    if (error == ERROR_BADKEY)
        report(im, line, "[%s] begins with no root key known here; it and its values were left out", path);
    else
        report(im, line, "[%s]: %s; it and its values were left out", path,
               reg_db_message(im->db)[0] ? reg_db_message(im->db) : win_error_text(error));
    return ERROR_SUCCESS;
}

static win_error delete_key(struct importer *im, reg_key root, const char *rest)
{
    reg_key key;
    win_error error = reg_key_open(im->db, root, rest, &key);

    if (error == ERROR_FILE_NOT_FOUND)
        return ERROR_SUCCESS;
    return error ? error : reg_key_delete_tree(im->db, key);
}

/* The cursor stands behind "[". The key's name goes up to the last "]" of the line. */
static win_error key_line(struct importer *im, struct text_cursor c)
{
    uint32_t number = im->lines.number;
    const char *end = c.end;
    bool deletes = text_take(&c, '-');
    const char *path;
    const char *rest;
    unsigned flags = im->protect ? REG_CREATE_PROTECTED : 0;
    reg_key root;
    win_error error;

    im->key = REG_KEY_NONE;
    im->key_seen = true;
    im->protect = false;
    db_begin_call(im->db);
    while (end != c.next && end[-1] != ']')
        end--;
    if (end == c.next) {
        im->result->problems++;
        report(im, number, "the ] of this key is missing; it and its values were left out");
        return ERROR_SUCCESS;
    }
    end--;
    while (end != c.next && end[-1] == '\\')
        end--;
    plat_buffer_clear(&im->path);
    plat_buffer_append(&im->path, c.next, (size_t)(end - c.next));
    path = plat_buffer_text(&im->path);
    if (!path)
        return refuse_key(im, number, im->path.failed, "a very long path");
    error = reg_path_split(path, &root, &rest);
    if (!error)
        error =
            deletes ? delete_key(im, root, rest) : reg_key_create(im->db, root, rest, flags, &im->key, NULL);
    if (error) {
        im->key = REG_KEY_NONE;
        return refuse_key(im, number, error, path);
    }
    im->result->keys++;
    return ERROR_SUCCESS;
}

static win_error apply_value(struct importer *im)
{
    const char *name = plat_buffer_text(&im->value.name);
    win_error error;

    if (!name)
        return im->value.name.failed;
    if (im->value.data.failed)
        return im->value.data.failed;
    if (!im->value.is_deletion)
        return reg_value_set(im->db, im->key, name, im->value.type, im->value.data.data, im->value.data.size);
    error = reg_value_delete(im->db, im->key, name);
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

/* What can only be bytes of a value that goes on over lines. */
static bool is_hex_line(struct text_cursor c)
{
    while (c.next != c.end && (plat_hex_digit(*c.next) >= 0 || strchr(", \t\\", *c.next)))
        c.next++;
    return c.next == c.end;
}

static win_error value_line(struct importer *im, struct text_cursor line)
{
    uint32_t number = im->lines.number;
    const char *wrong;
    win_error error = ERROR_SUCCESS;

    if (im->key == REG_KEY_NONE && im->key_seen)
        return ERROR_SUCCESS;
    if (im->after_refusal && is_hex_line(line))
        return ERROR_SUCCESS;
    im->after_refusal = false;
    wrong = text_value_parse(&im->value, line, &im->lines, im->ansi);
    if (!wrong && im->key == REG_KEY_NONE)
        wrong = "there is no key before this value";
    if (!wrong) {
        error = apply_value(im);
        if (error && is_of_line(error)) {
            wrong = reg_db_message(im->db)[0] ? reg_db_message(im->db) : win_error_text(error);
            error = ERROR_SUCCESS;
        }
    }
    if (error)
        return error;
    if (wrong) {
        im->after_refusal = true;
        im->result->problems++;
        report(im, number, "%s; the line was left out", wrong);
        return ERROR_SUCCESS;
    }
    if (im->value.warning)
        report(im, number, "%s; the value was set", im->value.warning);
    im->result->values++;
    return ERROR_SUCCESS;
}

/* A file meant for the C preprocessor would be taken with both branches of its #if. */
static bool is_directive(struct text_cursor c)
{
    static const char *const words[] = {"include", "if",    "ifdef",  "ifndef", "else",
                                        "elif",    "endif", "define", "undef"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct text_cursor ahead = c;

        if (text_take_word(&ahead, words[i]) && !plat_ascii_is_alpha(text_peek(&ahead)))
            return true;
    }
    return false;
}

/* A key that was left out takes its values with it: they must not go to the key before it. */
static void leave_key_out(struct importer *im)
{
    im->key = REG_KEY_NONE;
    im->key_seen = true;
    im->protect = false;
}

/* "[" as the first visible character: behind control characters, no-break spaces and byte order marks as well. */
static bool looks_like_key(struct text_cursor c)
{
    while (c.next != c.end) {
        size_t left = (size_t)(c.end - c.next);

        if ((unsigned char)*c.next <= ' ' || *c.next == 127)
            c.next++;
        else if (left >= 2 && memcmp(c.next, "\xC2\xA0", 2) == 0)
            c.next += 2;
        else if (left >= 3 && memcmp(c.next, "\xEF\xBB\xBF", 3) == 0)
            c.next += 3;
        else
            break;
    }
    return text_peek(&c) == '[';
}

static win_error line_with_nul(struct importer *im, struct text_cursor c)
{
    bool is_key = looks_like_key(c);

    if (is_key && condition_holds(&im->conditions))
        leave_key_out(im);
    im->result->problems++;
    report(im, im->lines.number,
           is_key ? "there is a NUL in this key; it and its values were left out"
                  : "there is a NUL in this line; it was left out");
    return ERROR_SUCCESS;
}

static win_error any_line(struct importer *im, struct text_cursor line)
{
    struct text_cursor c = line;
    enum condition_kind condition;
    const char *wrong;

    text_skip_blanks(&c);
    if (text_at_end(&c)) {
        if (text_take_word(&c, "; protected") && c.next == c.end && condition_holds(&im->conditions))
            im->protect = true;
        return ERROR_SUCCESS;
    }
    if (memchr(c.next, 0, (size_t)(c.end - c.next)))
        return line_with_nul(im, c);
    condition = condition_line(&im->conditions, line, im->lines.number, &wrong);
    if (condition == CONDITION_WRONG) {
        im->result->problems++;
        report(im, im->lines.number, "%s", wrong);
    }
    if (condition != CONDITION_NO || !condition_holds(&im->conditions))
        return ERROR_SUCCESS;
    if (text_take(&c, '#')) {
        if (is_directive(c)) {
            im->result->problems++;
            report(im, im->lines.number,
                   "a line for the C preprocessor; it was left out (run the file through cpp first)");
        }
        return ERROR_SUCCESS;
    }
    if (text_take(&c, '['))
        return key_line(im, c);
    im->protect = false;
    if (looks_like_key(c)) {
        leave_key_out(im);
        im->result->problems++;
        report(im, im->lines.number,
               "characters that nobody sees stand before the [ of this key; it and its values were left out");
        return ERROR_SUCCESS;
    }
    return value_line(im, line);
}

static win_error import_lines(struct importer *im)
{
    struct text_cursor line;
    win_error error = ERROR_SUCCESS;

    while (!error && text_line(&im->lines, &line))
        error = any_line(im, line);
    for (unsigned i = 0; !error && i < im->conditions.depth; i++) {
        im->result->problems++;
        report(im, im->conditions.open[i].line, "the ENDIF of this IF is missing");
    }
    return error;
}

static win_error windows31_line(struct importer *im, struct plat_span key_path, struct plat_span data)
{
    const char *path;
    const char *text;
    reg_key key;
    win_error error;

    plat_buffer_clear(&im->path);
    plat_buffer_append(&im->path, key_path.data, key_path.size);
    path = plat_buffer_text(&im->path);
    if (!path)
        return refuse_key(im, im->lines.number, im->path.failed, "a very long path");
    plat_buffer_clear(&im->value.data);
    plat_buffer_append(&im->value.data, data.data, data.size);
    text = plat_buffer_text(&im->value.data);
    error = text ? reg_key_create(im->db, REG_HKCR, path, 0, &key, NULL) : im->value.data.failed;
    if (!error)
        error = reg_set_string(im->db, key, "", text);
    if (error)
        return refuse_key(im, im->lines.number, error, path);
    im->result->keys++;
    im->result->values++;
    return ERROR_SUCCESS;
}

/*
 * Windows 3.1: lines "HKEY_CLASSES_ROOT\key = data", default values only; anything else is not for the
 * registry.
 */
static win_error import_windows31(struct importer *im)
{
    static const char root[] = "HKEY_CLASSES_ROOT\\";
    struct text_cursor line;
    win_error error = ERROR_SUCCESS;

    while (!error && text_line(&im->lines, &line)) {
        const char *start = line.next + (sizeof root - 1);
        const char *equals;
        const char *end;

        if ((size_t)(line.end - line.next) < sizeof root - 1 || memcmp(line.next, root, sizeof root - 1) != 0)
            continue;
        for (equals = start; line.end - equals >= 2 && (equals[0] != '=' || equals[1] != ' ');)
            equals++;
        if (line.end - equals < 2 || memchr(start, 0, (size_t)(line.end - start))) {
            im->result->problems++;
            report(im, im->lines.number, "there is no \"= \" with data after the key; the line was left out");
            continue;
        }
        for (end = equals; end != start && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\\');)
            end--;
        error = windows31_line(im, plat_span_of(start, (size_t)(end - start)),
                               plat_span_of(equals + 2, (size_t)(line.end - equals - 2)));
    }
    return error;
}

static bool line_is(struct text_cursor c, const char *text)
{
    while (c.end != c.next && (c.end[-1] == ' ' || c.end[-1] == '\t'))
        c.end--;
    return (size_t)(c.end - c.next) == strlen(text) && memcmp(c.next, text, strlen(text)) == 0;
}

/*
 * A file without header is CE's if the first thing in it is a key under a known root, or IF. One of comments
 * alone is a .reg file with nothing in it; one of nothing at all is none.
 */
static bool is_platform_reg(struct text_lines lines)
{
    struct text_cursor line;
    bool comments = false;

    while (text_line(&lines, &line)) {
        struct conditions scratch = {.depth = 0};
        const char *ignored;

        text_skip_blanks(&line);
        if (line.next == line.end)
            continue;
        if (*line.next == ';' || *line.next == '#') {
            comments = true;
            continue;
        }
        if (text_take(&line, '[')) {
            static const char *const roots[] = {"HKEY_CLASSES_ROOT",
                                                "HKEY_CURRENT_USER",
                                                "HKEY_LOCAL_MACHINE",
                                                "HKEY_USERS",
                                                "HKCR",
                                                "HKCU",
                                                "HKLM",
                                                "HKU"};

            (void)text_take(&line, '-');
            for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
                struct text_cursor c = line;

                if (text_take_word(&c, roots[i]) && (text_peek(&c) == '\\' || text_peek(&c) == ']'))
                    return true;
            }
            return false;
        }
        return condition_line(&scratch, line, 1, &ignored) != CONDITION_NO;
    }
    return comments;
}

/* The first line decides; blanks before it are allowed, an empty line is not. */
static win_error import_text(struct importer *im, struct plat_span text)
{
    struct text_cursor first;

    im->lines = text_lines_of(text);
    if (text_line(&im->lines, &first)) {
        text_skip_blanks(&first);
        im->ansi = line_is(first, "REGEDIT4");
        if (im->ansi || line_is(first, "Windows Registry Editor Version 5.00"))
            return import_lines(im);
        if (line_is(first, "REGEDIT"))
            return import_windows31(im);
        if (first.end - first.next >= 7 && memcmp(first.next, "REGEDIT", 7) == 0) {
            im->result->problems++;
            report(im, 1, "only REGEDIT4 and REGEDIT are known of these versions; nothing was imported");
            return ERROR_SUCCESS;
        }
    }
    im->lines = text_lines_of(text);
    if (is_platform_reg(im->lines))
        return import_lines(im);
    return db_refuse(im->db, ERROR_INVALID_DATA,
                     "this is no .reg file: it begins with neither \"Windows Registry Editor Version 5.00\" "
                     "nor REGEDIT4 nor a key");
}

win_error reg_import(struct reg_db *db, struct plat_span file, reg_import_problem problem, void *context,
                     struct reg_import_result *result)
{
    struct importer im = {.db = db, .problem = problem, .context = context, .result = result};
    bool own = db->transaction == DB_NO_TRANSACTION;
    struct plat_buffer converted;
    struct plat_span text;
    win_error error;

    *result = (struct reg_import_result){.keys = 0};
    plat_buffer_init(&converted,
                     3 * (size_t)LIMIT_REG_TEXT); /* a byte of Windows-1252 becomes three at most */
    plat_buffer_init(&im.path, LIMIT_REG_PATH);
    text_value_init(&im.value);
    error = decode_file(file, &converted, &text);
    if (!error && own)
        error = reg_begin(db);
    if (!error) {
        error = import_text(&im, text);
        if (own && error)
            reg_rollback(db);
        else if (own)
            error = reg_commit(db);
        else if (error && error != ERROR_INVALID_DATA)
            db->broken = error; /* half of it is done: the caller's transaction cannot be kept */
    }
    text_value_free(&im.value);
    plat_buffer_free(&im.path);
    plat_buffer_free(&converted);
    return error;
}
