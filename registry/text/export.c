/* SPDX-License-Identifier: Apache-2.0 */
/* The walk over the keys of an export. */
#include "registry/regfile.h"

#include "core/key.h"
#include "text/writer.h"

#include "platform/limits.h"

#include <string.h>

enum { WORDS_MOST = 300 }; /* bytes of a path or a name in a message */

struct exporter {
    struct reg_db *db;
    struct writer writer;
    struct plat_buffer path; /* of the key in hand, UTF-8 */
    struct plat_buffer what; /* why the dialect cannot hold it */
    unsigned depth;
    uint32_t skipped;
    win_error error;
};

/* Paths and names may be longer than a message can be. */
static void append_short(struct plat_buffer *out, const char *text, size_t size)
{
    size_t most = size < WORDS_MOST ? size : WORDS_MOST;

    while (most < size && most > 0 && ((unsigned char)text[most] & 0xC0U) == 0x80U)
        most--; /* not in the middle of a character */
    plat_buffer_append(out, text, most);
    if (most < size)
        plat_buffer_append_text(out, "...");
}

static void cannot_hold(struct exporter *ex, const char *name)
{
    plat_buffer_clear(&ex->what);
    plat_buffer_append_u8(&ex->what, '[');
    append_short(&ex->what, (const char *)ex->path.data, ex->path.size);
    plat_buffer_append_text(&ex->what, "] ");
    if (name && name[0]) {
        plat_buffer_append_u8(&ex->what, '"');
        append_short(&ex->what, name, strlen(name));
        plat_buffer_append_text(&ex->what, "\" ");
    } else if (name) {
        plat_buffer_append_text(&ex->what, "@ ");
    }
    plat_buffer_append_text(&ex->what,
                            "has characters that Windows-1252, the encoding of REGEDIT4, lacks: use a "
                            "Version 5 file");
}

static bool write_value(void *context, const struct reg_value *value)
{
    struct exporter *ex = context;

    ex->error = writer_value(&ex->writer, value);
    if (ex->error == ERROR_NO_UNICODE_TRANSLATION)
        cannot_hold(ex, value->name);
    return ex->error == ERROR_SUCCESS;
}

static void write_key(struct exporter *ex, reg_key key, bool is_protected);

static bool write_child(void *context, reg_key child, const char *name)
{
    struct exporter *ex = context;
    size_t parent_size = ex->path.size;
    struct storage_key row;

    ex->error = key_must_exist(ex->db, child, &row);
    if (ex->error)
        return false;
    if (row.flags & STORAGE_KEY_PROTECTED) {
        ex->skipped++;
        return true;
    }
    plat_buffer_append_u8(&ex->path, '\\');
    plat_buffer_append_text(&ex->path, name);
    write_key(ex, child, false);
    ex->path.size = parent_size;
    return ex->error == ERROR_SUCCESS;
}

/*
 * Recursion is bounded: keys nest LIMIT_REG_DEPTH deep, and a damaged file that seems to nest deeper ends it
 * with an error.
 */
static void write_key(struct exporter *ex, reg_key key, bool is_protected)
{
    win_error error = ex->depth > LIMIT_REG_DEPTH ? ERROR_REGISTRY_CORRUPT : ex->path.failed;

    ex->depth++;
    if (!error) {
        writer_key(&ex->writer, plat_span_of(ex->path.data, ex->path.size), is_protected);
        error = ex->writer.error;
        if (error == ERROR_NO_UNICODE_TRANSLATION)
            cannot_hold(ex, NULL);
    }
    if (!error)
        error = reg_each_value(ex->db, key, write_value, ex);
    if (!error && !ex->error) {
        writer_end_key(&ex->writer);
        error = reg_each_key(ex->db, key, write_child, ex);
    }
    if (error && !ex->error)
        ex->error = error;
    ex->depth--;
}

static void write_file(struct exporter *ex, reg_key key)
{
    bool is_protected;
    win_error error;

    ex->error = key_is_secret(ex->db, key, &is_protected);
    if (!ex->error)
        ex->error = reg_key_path(ex->db, key, &ex->path);
    if (!ex->error) {
        writer_header(&ex->writer);
        write_key(ex, key, is_protected);
    }
    if (ex->error && !ex->writer.error)
        ex->writer.error = ex->error; /* nothing of it stays in the file */
    error = writer_finish(&ex->writer);
    if (!ex->error)
        ex->error = error;
}

win_error reg_export(struct reg_db *db, reg_key key, enum reg_file_dialect dialect, struct plat_buffer *file,
                     uint32_t *skipped)
{
    struct exporter ex = {.db = db};
    bool view;
    win_error error;

    db_begin_call(db);
    error = db_view_begin(db, &view);
    if (error)
        return error;
    writer_init(&ex.writer, dialect, file);
    plat_buffer_init(&ex.path, LIMIT_REG_PATH * (size_t)8);
    plat_buffer_init(&ex.what, LIMIT_LOG_LINE);
    write_file(&ex, key);
    db_view_end(db, view);
    if (skipped)
        *skipped = ex.skipped;
    if (ex.error == ERROR_NO_UNICODE_TRANSLATION) {
        const char *words = plat_buffer_text(&ex.what);

        ex.error =
            db_refuse(db, ex.error, words ? words : "REGEDIT4 cannot hold all of this: use a Version 5 file");
    }
    writer_free(&ex.writer);
    plat_buffer_free(&ex.path);
    plat_buffer_free(&ex.what);
    return ex.error;
}
