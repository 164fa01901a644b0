/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a .reg file below its header, and what becomes of bad ones. */
#include "text/importer.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

enum { PROGRESS_STEP = 256 * 1024 };

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

static void count_value(struct importer *im)
{
    const struct text_value *value = &im->value;
    bool long_name = value->name.size > LIMIT_CE_VALUE_NAME &&
                     plat_utf16_units((const char *)value->name.data, value->name.size) > LIMIT_CE_VALUE_NAME;

    im->result->values++;
    im->result->beyond_ce += !value->is_deletion && (long_name || value->data.size > LIMIT_CE_DATA);
}

win_error import_value(struct importer *im, struct text_cursor line)
{
    uint32_t number = im->lines.number;
    const char *wrong;
    win_error error = ERROR_SUCCESS;

    if (im->key == REG_KEY_NONE && im->key_seen)
        return ERROR_SUCCESS;
    if (im->after_refusal && is_hex_line(line))
        return ERROR_SUCCESS;
    im->after_refusal = false;
    wrong = text_value_parse(&im->value, line, &im->lines);
    if (!wrong && im->key == REG_KEY_NONE)
        wrong = "there is no key before this value";
    if (!wrong) {
        error = apply_value(im);
        if (error && import_is_of_line(error)) {
            wrong = reg_db_message(im->db)[0] ? reg_db_message(im->db) : win_error_text(error);
            error = ERROR_SUCCESS;
        }
    }
    if (error)
        return error;
    if (wrong) {
        im->after_refusal = true;
        im->result->problems++;
        import_report(im, number, "%s; the line was left out", wrong);
        return ERROR_SUCCESS;
    }
    if (im->value.warning)
        import_report(im, number, "%s; the value was set", im->value.warning);
    count_value(im);
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

static void line_with_nul(struct importer *im, struct text_cursor c)
{
    bool is_key = looks_like_key(c);

    if (is_key && condition_holds(&im->conditions))
        import_leave_key_out(im);
    import_problem(im, is_key ? "there is a NUL in this key; it and its values were left out"
                              : "there is a NUL in this line; it was left out");
}

static bool line_says(struct text_cursor c, const char *words)
{
    return text_take_word(&c, words) && c.next == c.end;
}

/* Comments that mean something to us alone. */
static void comment_line(struct importer *im, struct text_cursor c)
{
    if (!condition_holds(&im->conditions))
        return;
    if (line_says(c, "; protected"))
        im->protect = true;
    else if (line_says(c, "; no variables"))
        im->value.variables = false;
}

/* true: IF, ELSE or ENDIF, or a line that they leave out. */
static bool is_for_conditions(struct importer *im, struct text_cursor line)
{
    const char *wrong = NULL;
    enum condition_kind condition = condition_line(&im->conditions, line, im->lines.number, &wrong);

    if (condition == CONDITION_WRONG)
        import_problem(im, "%s", wrong);
    return condition != CONDITION_NO || !condition_holds(&im->conditions);
}

static win_error any_line(struct importer *im, struct text_cursor line)
{
    struct text_cursor c = line;

    text_skip_blanks(&c);
    if (text_at_end(&c)) {
        if (c.next != c.end)
            comment_line(im, c);
        return ERROR_SUCCESS;
    }
    if (memchr(c.next, 0, (size_t)(c.end - c.next))) {
        line_with_nul(im, c);
        return ERROR_SUCCESS;
    }
    if (is_for_conditions(im, line))
        return ERROR_SUCCESS;
    if (text_take(&c, '#')) {
        if (is_directive(c))
            import_problem(im,
                           "a line for the C preprocessor; it was left out (run the file through cpp first)");
        return ERROR_SUCCESS;
    }
    if (text_take(&c, '['))
        return import_key(im, c);
    im->protect = false;
    if (looks_like_key(c)) {
        import_leave_key_out(im);
        import_problem(im,
                       "characters that nobody sees stand before the [ of this key; it and its values were "
                       "left out");
        return ERROR_SUCCESS;
    }
    return import_value(im, line);
}

/* In bytes of the file; its text may take more or fewer. */
static void tell_progress(struct importer *im)
{
    size_t done = im->text_size - (size_t)(im->lines.end - im->lines.next);

    if (done - im->told < PROGRESS_STEP && done != im->text_size)
        return;
    im->told = done;
    im->listener->progress(im->listener->context,
                           (size_t)((uint64_t)done * im->file_size / (im->text_size ? im->text_size : 1)),
                           im->file_size);
}

win_error import_lines(struct importer *im)
{
    struct text_cursor line;
    win_error error = ERROR_SUCCESS;

    while (!error && text_line(&im->lines, &line)) {
        error = any_line(im, line);
        if (im->listener->progress)
            tell_progress(im);
    }
    for (unsigned i = 0; !error && i < im->conditions.depth; i++) {
        im->result->problems++;
        import_report(im, im->conditions.open[i].line, "the ENDIF of this IF is missing");
    }
    return error;
}
