/* SPDX-License-Identifier: Apache-2.0 */
/* Reading .reg files: which dialect it is, and the transaction around it. */
#include "registry/regfile.h"

#include "text/importer.h"
#include "text/variable.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

static void report_va(struct importer *im, uint32_t line, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void report_va(struct importer *im, uint32_t line, const char *format, va_list args)
{
    struct plat_buffer words;
    const char *text;

    if (!im->listener->problem)
        return;
    plat_buffer_init(&words, 2 * LIMIT_REG_PATH);
    plat_buffer_vprintf(&words, format, args);
    text = plat_buffer_text(&words);
    im->listener->problem(im->listener->context, line, text ? text : "this line was left out");
    plat_buffer_free(&words);
}

void import_report(struct importer *im, uint32_t line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    report_va(im, line, format, args);
    va_end(args);
}

void import_problem(struct importer *im, const char *format, ...)
{
    va_list args;

    im->result->problems++;
    va_start(args, format);
    report_va(im, im->lines.number, format, args);
    va_end(args);
}

bool import_is_of_line(win_error error)
{
    return error == ERROR_INVALID_NAME || error == ERROR_INVALID_PARAMETER || error == ERROR_BAD_PATHNAME ||
           error == ERROR_BADKEY || error == ERROR_FILE_TOO_LARGE || error == ERROR_FILENAME_EXCED_RANGE ||
           error == ERROR_ACCESS_DENIED || error == ERROR_CHILD_MUST_BE_VOLATILE;
}

static bool line_is(struct text_cursor c, const char *text)
{
    while (c.end != c.next && (c.end[-1] == ' ' || c.end[-1] == '\t'))
        c.end--;
    return (size_t)(c.end - c.next) == strlen(text) && memcmp(c.next, text, strlen(text)) == 0;
}

static bool begins_with_root(struct text_cursor c)
{
    static const char *const roots[] = {"HKEY_CLASSES_ROOT",
                                        "HKEY_CURRENT_USER",
                                        "HKEY_LOCAL_MACHINE",
                                        "HKEY_USERS",
                                        "HKCR",
                                        "HKCU",
                                        "HKLM",
                                        "HKU"};
    const char *ignored;

    (void)text_take(&c, '-');
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        struct text_cursor ahead = c;

        if (text_take_word(&ahead, roots[i]) && (text_peek(&ahead) == '\\' || text_peek(&ahead) == ']'))
            return true;
    }
    return variable_at(&c, &ignored) != VARIABLE_NONE;
}

/*
 * A file without header is CE's if the first thing in it is a key under a known root or a variable, or IF. One of comments
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
        if (text_take(&line, '['))
            return begins_with_root(line);
        return condition_line(&scratch, line, 1, &ignored) != CONDITION_NO;
    }
    return comments;
}

/* The first line decides; blanks before it are allowed, an empty line is not. */
static win_error import_text(struct importer *im, struct plat_span text)
{
    struct text_cursor first;

    im->text_size = text.size;
    im->lines = text_lines_of(text);
    if (text_line(&im->lines, &first)) {
        text_skip_blanks(&first);
        im->value.ansi = line_is(first, "REGEDIT4");
        if (im->value.ansi || line_is(first, "Windows Registry Editor Version 5.00"))
            return import_lines(im);
        if (line_is(first, "REGEDIT"))
            return import_windows31(im);
        if (first.end - first.next >= 7 && memcmp(first.next, "REGEDIT", 7) == 0) {
            import_problem(im, "only REGEDIT4 and REGEDIT are known of these versions; nothing was imported");
            return ERROR_SUCCESS;
        }
    }
    im->lines = text_lines_of(text);
    if (is_platform_reg(im->lines)) {
        im->value.variables = true;
        return import_lines(im);
    }
    return db_refuse(im->db, ERROR_INVALID_DATA,
                     "this is no .reg file: it begins with neither \"Windows Registry Editor Version 5.00\" "
                     "nor REGEDIT4 nor a key");
}

win_error reg_import(struct reg_db *db, struct plat_span file, const struct reg_import_listener *listener,
                     struct reg_import_result *result)
{
    static const struct reg_import_listener nobody = {.context = NULL};
    struct importer im = {
        .db = db, .listener = listener ? listener : &nobody, .result = result, .file_size = file.size};
    bool own = db->transaction == DB_NO_TRANSACTION;
    struct plat_buffer converted;
    struct plat_span text;
    win_error error;

    *result = (struct reg_import_result){.keys = 0};
    plat_buffer_init(&converted,
                     3 * (size_t)LIMIT_REG_TEXT); /* a byte of Windows-1252 becomes three at most */
    plat_buffer_init(&im.path, LIMIT_REG_PATH);
    text_value_init(&im.value);
    error = decode_file(file, &converted, &text, &im.value.encoding);
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
