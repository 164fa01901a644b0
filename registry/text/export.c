/* SPDX-License-Identifier: Apache-2.0 */
/* Writing .reg files as regedit does: Version 5, UTF-16LE with BOM, CRLF. */
#include "registry/regfile.h"

#include "core/db.h"
#include "text/value.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

/* regedit goes on in the next line when another "xx,\" would pass column 80. */
enum { HEX_COLUMN_MOST = 76 };

struct exporter {
    struct reg_db *db;
    struct plat_buffer *file;
    struct plat_buffer line; /* UTF-8 */
    struct plat_buffer data; /* scratch: data with the NULs they lack */
    struct plat_buffer path; /* of the key in hand, UTF-8 */
    unsigned depth;
    uint32_t skipped;
    win_error error;
};

static void end_line(struct exporter *ex)
{
    plat_buffer_append(&ex->line, "\r\n", 2);
    if (ex->line.failed)
        ex->error = ex->line.failed;
    plat_utf16le_append(ex->file, (const char *)ex->line.data, ex->line.size);
    plat_buffer_clear(&ex->line);
}

/* Line ends cannot stand in a line: names and strings write them as the escapes that every reader knows. */
static void append_quoted(struct plat_buffer *line, const char *text, size_t size)
{
    plat_buffer_append_u8(line, '"');
    for (size_t i = 0; i < size; i++) {
        char c = text[i];

        if (c == '\\' || c == '"' || c == '\n' || c == '\r')
            plat_buffer_append_u8(line, '\\');
        plat_buffer_append_u8(line, (uint8_t)(c == '\n' ? 'n' : c == '\r' ? 'r' : c));
    }
    plat_buffer_append_u8(line, '"');
}

/* Whole units, a NUL at the end at most, no line ends. Anything else is written as bytes. */
static bool is_plain_string(struct plat_span data)
{
    struct plat_reader r = plat_reader_of(data);

    if (data.size % 2 != 0)
        return false;
    while (plat_reader_left(&r) > 0) {
        uint16_t unit = plat_read_u16_le(&r);

        if (unit == '\n' || unit == '\r' || (unit == 0 && plat_reader_left(&r) > 0))
            return false;
    }
    return true;
}

static void append_string(struct exporter *ex, struct plat_span data)
{
    plat_buffer_clear(&ex->data);
    if (data.size >= 2 && data.data[data.size - 1] == 0 && data.data[data.size - 2] == 0)
        data.size -= 2;
    plat_utf8_append_utf16le(&ex->data, data);
    append_quoted(&ex->line, (const char *)ex->data.data, ex->data.size);
}

static void append_hex(struct exporter *ex, uint32_t type, struct plat_span data)
{
    static const char digits[] = "0123456789abcdef";
    size_t column;

    if (type == REG_BINARY)
        plat_buffer_append_text(&ex->line, "hex:");
    else
        plat_buffer_printf(&ex->line, "hex(%x):", (unsigned)type);
    column = plat_utf16_units((const char *)ex->line.data, ex->line.size);
    for (size_t i = 0; i < data.size; i++) {
        char byte[3] = {digits[data.data[i] >> 4], digits[data.data[i] & 15], ','};
        bool is_last = i + 1 == data.size;

        plat_buffer_append(&ex->line, byte, is_last ? 2 : 3);
        column += 3;
        if (!is_last && column > HEX_COLUMN_MOST) {
            plat_buffer_append_u8(&ex->line, '\\');
            end_line(ex);
            plat_buffer_append_text(&ex->line, "  ");
            column = 2;
        }
    }
}

static bool write_value(void *context, const struct reg_value *value)
{
    struct exporter *ex = context;
    struct plat_span data = value->data;
    uint32_t number;

    if (value->name[0])
        append_quoted(&ex->line, value->name, strlen(value->name));
    else
        plat_buffer_append_u8(&ex->line, '@');
    plat_buffer_append_u8(&ex->line, '=');
    if (value->type == REG_SZ && is_plain_string(data)) {
        append_string(ex, data);
    } else if (reg_value_dword(value, &number)) {
        plat_buffer_printf(&ex->line, "dword:%08x", (unsigned)number);
    } else {
        if (value->type == REG_SZ || value->type == REG_EXPAND_SZ || value->type == REG_MULTI_SZ) {
            /*
             * With the NULs that importing adds, so that what is imported is exported the same. A list may
             * lack two.
             */
            plat_buffer_clear(&ex->data);
            plat_buffer_append(&ex->data, data.data, data.size);
            text_terminate(value->type, &ex->data);
            text_terminate(value->type, &ex->data);
            data = plat_span_of(ex->data.data, ex->data.size);
        }
        append_hex(ex, value->type, data);
    }
    end_line(ex);
    if (ex->data.failed)
        ex->error = ex->data.failed;
    else if (ex->file->failed)
        ex->error = ex->file->failed;
    return ex->error == ERROR_SUCCESS;
}

static void write_key(struct exporter *ex, reg_key key);

static bool write_child(void *context, reg_key child, const char *name)
{
    struct exporter *ex = context;
    size_t parent_size = ex->path.size;
    struct reg_key_info info;

    ex->error = reg_key_info_of(ex->db, child, &info);
    if (!ex->error && info.is_protected) {
        ex->skipped++;
        return true;
    }
    if (ex->error)
        return false;
    plat_buffer_append_u8(&ex->path, '\\');
    plat_buffer_append_text(&ex->path, name);
    write_key(ex, child);
    ex->path.size = parent_size;
    return ex->error == ERROR_SUCCESS;
}

/*
 * Recursion is bounded: keys nest LIMIT_REG_DEPTH deep, and a damaged file that seems to nest deeper ends it
 * with an error.
 */
static void write_key(struct exporter *ex, reg_key key)
{
    struct reg_key_info info;
    win_error error;

    if (ex->depth > LIMIT_REG_DEPTH) {
        ex->error = ERROR_REGISTRY_CORRUPT;
        return;
    }
    if (ex->depth == 0) { /* no other key that is written is protected */
        ex->error = reg_key_info_of(ex->db, key, &info);
        if (ex->error)
            return;
        if (info.is_protected) {
            plat_buffer_append_text(&ex->line, "; protected");
            end_line(ex);
        }
    }
    ex->depth++;
    plat_buffer_append_u8(&ex->line, '[');
    plat_buffer_append(&ex->line, ex->path.data, ex->path.size);
    plat_buffer_append_u8(&ex->line, ']');
    end_line(ex);
    error = ex->path.failed ? ex->path.failed : reg_each_value(ex->db, key, write_value, ex);
    end_line(ex);
    if (!error && !ex->error)
        error = reg_each_key(ex->db, key, write_child, ex);
    if (error && !ex->error)
        ex->error = error;
    ex->depth--;
}

win_error reg_export(struct reg_db *db, reg_key key, struct plat_buffer *file, uint32_t *skipped)
{
    struct exporter ex = {.db = db, .file = file};
    bool view;
    win_error error = db_view_begin(db, &view);

    if (error)
        return error;
    plat_buffer_init(
        &ex.line, 16 * (size_t)LIMIT_REG_DATA); /* every byte of a value becomes three, a name is escaped */
    plat_buffer_init(&ex.data, 2 * (size_t)LIMIT_REG_DATA);
    plat_buffer_init(&ex.path, LIMIT_REG_PATH * (size_t)8);
    ex.error = reg_key_path(db, key, &ex.path);
    if (!ex.error) {
        plat_buffer_append(file, "\xFF\xFE", 2);
        plat_buffer_append_text(&ex.line, "Windows Registry Editor Version 5.00\r\n");
        end_line(&ex);
        write_key(&ex, key);
    }
    db_view_end(db, view);
    if (!ex.error)
        ex.error = file->failed;
    if (skipped)
        *skipped = ex.skipped;
    plat_buffer_free(&ex.line);
    plat_buffer_free(&ex.data);
    plat_buffer_free(&ex.path);
    return ex.error;
}
