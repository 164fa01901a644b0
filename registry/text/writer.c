/* SPDX-License-Identifier: Apache-2.0 */
#include "text/writer.h"

#include "text/ansi.h"
#include "text/decode.h"
#include "text/value.h"
#include "text/variable.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

/* regedit goes on in the next line when another "xx,\" would pass column 80. */
enum { HEX_COLUMN_MOST = 76, HEX_INDENT = 2 };

void writer_init(struct writer *w, enum reg_file_dialect dialect, struct plat_buffer *file)
{
    *w = (struct writer){.dialect = dialect, .file = file, .start = file->size};
    plat_buffer_init(&w->line,
                     8 * (size_t)LIMIT_REG_DATA); /* a byte of a value becomes three, a name is escaped */
    plat_buffer_init(&w->data, 2 * (size_t)LIMIT_REG_DATA); /* a unit becomes three bytes at most */
}

void writer_free(struct writer *w)
{
    plat_buffer_free(&w->line);
    plat_buffer_free(&w->data);
}

static bool is_ascii(struct plat_span text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] >= 0x80)
            return false;
    }
    return true;
}

static void fail(struct writer *w, win_error error)
{
    if (error && !w->error)
        w->error = error;
}

static void end_line(struct writer *w)
{
    struct plat_span text;

    plat_buffer_append(&w->line, "\r\n", 2);
    fail(w, w->line.failed);
    text = plat_span_of(w->line.data, w->line.size);
    if (w->dialect == REG_FILE_VERSION5) {
        text_append_utf16le(w->file, (const char *)text.data, text.size);
    } else if (w->dialect == REG_FILE_CE) {
        w->is_wide = w->is_wide || !is_ascii(text);
        w->has_variables = w->has_variables || variable_could_be_in(text);
        plat_buffer_append(w->file, text.data, text.size);
    } else if (is_ascii(text)) {
        plat_buffer_append(w->file, text.data, text.size);
    } else if (!ansi_of_utf8(w->file, (const char *)text.data, text.size)) {
        fail(w, ERROR_NO_UNICODE_TRANSLATION);
    }
    fail(w, w->file->failed);
    plat_buffer_clear(&w->line);
}

void writer_header(struct writer *w)
{
    if (w->dialect == REG_FILE_VERSION5) {
        plat_buffer_append(w->file, "\xFF\xFE", 2);
        plat_buffer_append_text(&w->line, "Windows Registry Editor Version 5.00\r\n");
        end_line(w);
    } else if (w->dialect == REG_FILE_REGEDIT4) {
        plat_buffer_append_text(&w->line, "REGEDIT4\r\n");
        end_line(w);
    }
    w->body = w->file->size;
}

void writer_key(struct writer *w, struct plat_span path, bool is_protected)
{
    if (is_protected) {
        plat_buffer_append_text(&w->line, "; protected");
        end_line(w);
    }
    plat_buffer_append_u8(&w->line, '[');
    plat_buffer_append(&w->line, path.data, path.size);
    plat_buffer_append_u8(&w->line, ']');
    end_line(w);
}

void writer_end_key(struct writer *w)
{
    end_line(w);
}

/* Line ends cannot stand in a line: names write them as the escapes that every reader knows. */
static void append_quoted(struct plat_buffer *line, const char *text, size_t size)
{
    const char *end = text + size;

    plat_buffer_append_u8(line, '"');
    while (text != end) {
        const char *run = text;

        while (text != end && *text != '\\' && *text != '"' && *text != '\n' && *text != '\r')
            text++;
        plat_buffer_append(line, run, (size_t)(text - run));
        if (text != end) {
            plat_buffer_append_u8(line, '\\');
            plat_buffer_append_u8(line, (uint8_t)(*text == '\n' ? 'n' : *text == '\r' ? 'r' : *text));
            text++;
        }
    }
    plat_buffer_append_u8(line, '"');
}

/* Whole units, a NUL at the end and nowhere else, no line ends. Anything else is written as bytes. */
static bool is_plain_string(struct plat_span data)
{
    if (data.size < 2 || data.size % 2 != 0)
        return false;
    for (size_t i = 0; i < data.size; i += 2) {
        uint8_t unit = data.data[i];

        if (data.data[i + 1] == 0 && (unit == '\n' || unit == '\r' || (unit == 0) != (i + 2 == data.size)))
            return false;
    }
    return data.data[data.size - 1] == 0;
}

/* Strings with something in them, each with its NUL, and the last NUL. Or the NUL of a list of none. */
static bool is_plain_list(struct plat_span data)
{
    struct plat_reader r = plat_reader_of(data);
    uint16_t last = 0;

    if (data.size % 2 != 0 || data.size == 0)
        return false;
    while (plat_reader_left(&r) > 0) {
        uint16_t unit = plat_read_u16_le(&r);

        if (unit == '\n' || unit == '\r' || (unit == 0 && last == 0 && plat_reader_left(&r) > 0))
            return false;
        if (unit != 0 && plat_reader_left(&r) < 4)
            return false;
        last = unit;
    }
    return last == 0;
}

static void append_string(struct writer *w, struct plat_span utf16le)
{
    plat_buffer_clear(&w->data);
    text_append_utf8(&w->data, utf16le);
    fail(w, w->data.failed);
    append_quoted(&w->line, (const char *)w->data.data, w->data.size);
}

static void append_list(struct writer *w, struct plat_span data)
{
    const uint8_t *end = data.data + data.size - 2;
    const uint8_t *next = data.data;

    plat_buffer_append_text(&w->line, "multi_sz:");
    do {
        const uint8_t *start = next;

        while (next[0] || next[1])
            next += 2;
        if (start != data.data)
            plat_buffer_append_u8(&w->line, ',');
        append_string(w, plat_span_of(start, (size_t)(next - start)));
        next += 2;
    } while (next < end);
}

static void append_bytes(struct writer *w, struct plat_span data)
{
    static const char digits[] = "0123456789abcdef";
    size_t column = plat_utf16_units((const char *)w->line.data, w->line.size);
    size_t i = 0;

    while (i < data.size) {
        size_t count = column > HEX_COLUMN_MOST ? 1 : (HEX_COLUMN_MOST - column) / 3 + 1;
        uint8_t *to;

        count = count < data.size - i ? count : data.size - i;
        to = plat_buffer_reserve(&w->line, 3 * count);
        if (!to)
            break;
        for (size_t n = 0; n < count; n++, i++) {
            *to++ = (uint8_t)digits[data.data[i] >> 4];
            *to++ = (uint8_t)digits[data.data[i] & 15];
            *to++ = ',';
        }
        plat_buffer_advance(&w->line, i == data.size ? 3 * count - 1 : 3 * count);
        if (i < data.size) {
            plat_buffer_append_u8(&w->line, '\\');
            end_line(w);
            plat_buffer_append_text(&w->line, "  ");
            column = HEX_INDENT;
        }
    }
}

static void append_hex(struct writer *w, uint32_t type, struct plat_span data)
{
    bool is_text = type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ;
    bool terminated = !is_text || text_is_terminated(type, data);

    if (type == REG_BINARY)
        plat_buffer_append_text(&w->line, "hex:");
    else
        plat_buffer_printf(&w->line, "hex(%x):", (unsigned)type);
    if (is_text && w->dialect == REG_FILE_REGEDIT4) {
        plat_buffer_clear(&w->data);
        if (!ansi_of_utf16le(&w->data, data))
            fail(w, ERROR_NO_UNICODE_TRANSLATION);
        fail(w, w->data.failed);
        data = plat_span_of(w->data.data, w->data.size);
        w->could_be_utf8 =
            w->could_be_utf8 || (!is_ascii(data) && plat_utf8_valid((const char *)data.data, data.size));
    }
    append_bytes(w, data);
    if (!terminated)
        plat_buffer_append_text(&w->line, " " TEXT_UNTERMINATED);
}

win_error writer_value(struct writer *w, const struct reg_value *value)
{
    struct plat_span data = value->data;
    bool is_ce = w->dialect == REG_FILE_CE;
    uint32_t number;

    if (value->name[0])
        append_quoted(&w->line, value->name, strlen(value->name));
    else
        plat_buffer_append_u8(&w->line, '@');
    plat_buffer_append_u8(&w->line, '=');
    if (value->type == REG_SZ && is_plain_string(data)) {
        append_string(w, plat_span_of(data.data, data.size - 2));
    } else if (is_ce && value->type == REG_MUI_SZ && is_plain_string(data)) {
        plat_buffer_append_text(&w->line, "mui_sz:");
        append_string(w, plat_span_of(data.data, data.size - 2));
    } else if (is_ce && value->type == REG_MULTI_SZ && is_plain_list(data)) {
        append_list(w, data);
    } else if (reg_value_dword(value, &number)) {
        plat_buffer_printf(&w->line, "dword:%08x", (unsigned)number);
    } else {
        append_hex(w, value->type, data);
    }
    end_line(w);
    return w->error;
}

static void insert(struct plat_buffer *file, size_t at, const char *text)
{
    size_t size = strlen(text);
    size_t behind = file->size - at;

    plat_buffer_append(file, text, size);
    if (file->failed)
        return;
    memmove(file->data + at + size, file->data + at, behind);
    memcpy(file->data + at, text, size);
}

/* Windows CE's tools read ASCII and UTF-16. */
static void widen(struct writer *w)
{
    struct plat_buffer narrow;

    plat_buffer_init(&narrow, w->file->size - w->start + 1);
    plat_buffer_append(&narrow, w->file->data + w->start, w->file->size - w->start);
    fail(w, narrow.failed);
    w->file->size = w->start;
    plat_buffer_append(w->file, "\xFF\xFE", 2);
    text_append_utf16le(w->file, (const char *)narrow.data, narrow.size);
    plat_buffer_free(&narrow);
}

win_error writer_finish(struct writer *w)
{
    fail(w, w->file->failed);
    if (w->error) {
        w->file->size = w->start;
        return w->error;
    }
    if (w->dialect == REG_FILE_REGEDIT4) {
        struct plat_span body = plat_span_of(w->file->data + w->body, w->file->size - w->body);

        /* Bytes that happen to be UTF-8 would be read as that. A lone 0x80 never is. */
        if (plat_utf8_valid((const char *)body.data, body.size) && (w->could_be_utf8 || !is_ascii(body)))
            insert(w->file, w->body, "; Windows-1252: \x80\r\n");
    }
    if (w->has_variables)
        insert(w->file, w->body, "; no variables\r\n");
    if (w->is_wide)
        widen(w);
    fail(w, w->file->failed);
    if (w->error)
        w->file->size = w->start;
    return w->error;
}
