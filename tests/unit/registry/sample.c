/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include "unit/platform/scratch.h"

#include "platform/file.h"
#include "platform/limits.h"

#include <stdlib.h>
#include <string.h>

int sample_setup(void **state)
{
    struct sample *s = calloc(1, sizeof *s);

    *state = s;
    if (!s || scratch_setup(&s->scratch) != 0)
        return -1;
    plat_buffer_init(&s->text, LIMIT_REG_TEXT);
    return reg_db_open(sample_file(s, "registry"), REG_OPEN_CREATE, &s->db, NULL) == ERROR_SUCCESS ? 0 : -1;
}

int sample_teardown(void **state)
{
    struct sample *s = *state;
    int result;

    reg_db_close(s->db);
    plat_buffer_free(&s->text);
    result = scratch_teardown(&s->scratch);
    free(s);
    return result;
}

const char *sample_file(struct sample *s, const char *name)
{
    return scratch_path(&s->scratch, name);
}

struct reg_db *sample_open(struct sample *s, enum reg_open_mode mode)
{
    struct reg_db *db;

    assert_success(reg_db_open(sample_file(s, "registry"), mode, &db, NULL));
    return db;
}

reg_key sample_key(struct sample *s, const char *path)
{
    reg_key key = REG_KEY_NONE;

    assert_success(reg_key_create(s->db, REG_HKLM, path, 0, &key, NULL));
    return key;
}

static void append_name(struct sample *s, const char *name)
{
    if (s->text.size > 0)
        plat_buffer_append_u8(&s->text, '|');
    plat_buffer_append_text(&s->text, name);
}

static bool append_key(void *context, reg_key child, const char *name)
{
    assert_true(child != REG_KEY_NONE);
    append_name(context, name);
    return true;
}

static bool append_value(void *context, const struct reg_value *value)
{
    append_name(context, value->name[0] ? value->name : "@");
    return true;
}

const char *sample_keys(struct sample *s, reg_key key)
{
    plat_buffer_clear(&s->text);
    assert_success(reg_each_key(s->db, key, append_key, s));
    return plat_buffer_text(&s->text);
}

const char *sample_values(struct sample *s, reg_key key)
{
    plat_buffer_clear(&s->text);
    assert_success(reg_each_value(s->db, key, append_value, s));
    return plat_buffer_text(&s->text);
}

const char *sample_value(struct sample *s, reg_key key, const char *name)
{
    struct plat_buffer data;
    uint32_t type;
    win_error error;

    plat_buffer_init(&data, LIMIT_REG_DATA);
    plat_buffer_clear(&s->text);
    error = reg_value_get(s->db, key, name, &type, &data);
    if (error == ERROR_FILE_NOT_FOUND) {
        plat_buffer_append_text(&s->text, "-");
    } else {
        assert_success(error);
        plat_buffer_printf(&s->text, "%x:", (unsigned)type);
        for (size_t i = 0; i < data.size; i++)
            plat_buffer_printf(&s->text, "%02x", data.data[i]);
    }
    plat_buffer_free(&data);
    return plat_buffer_text(&s->text);
}

win_error sample_set_dword(struct reg_db *db, reg_key key, const char *name, uint32_t number)
{
    const uint8_t bytes[4] = {(uint8_t)(number & 0xFFU), (uint8_t)(number >> 8 & 0xFFU),
                              (uint8_t)(number >> 16 & 0xFFU), (uint8_t)(number >> 24)};

    return reg_value_set(db, key, name, REG_DWORD, bytes, sizeof bytes);
}

win_error sample_get_dword(struct reg_db *db, reg_key key, const char *name, uint32_t *number)
{
    struct reg_value found = {.name = name};
    struct plat_buffer data;
    win_error error;

    plat_buffer_init(&data, LIMIT_REG_DATA);
    error = reg_value_get(db, key, name, &found.type, &data);
    found.data = plat_span_of(data.data, data.size);
    if (!error && !reg_value_dword(&found, number))
        error = ERROR_UNSUPPORTED_TYPE;
    plat_buffer_free(&data);
    return error;
}

win_error sample_get_string(struct reg_db *db, reg_key key, const char *name, struct plat_buffer *text)
{
    struct reg_value found = {.name = name};
    struct plat_buffer data;
    win_error error;

    plat_buffer_init(&data, LIMIT_REG_DATA);
    error = reg_value_get(db, key, name, &found.type, &data);
    found.data = plat_span_of(data.data, data.size);
    if (!error && !reg_value_string(&found, text))
        error = text->failed ? text->failed : ERROR_UNSUPPORTED_TYPE;
    plat_buffer_free(&data);
    return error;
}

static void note_problem(void *context, uint32_t line, const char *text)
{
    struct sample *s = context;

    s->problems++;
    plat_buffer_printf(&s->text, "%u: %s\n", (unsigned)line, text);
}

win_error sample_import(struct sample *s, const void *data, size_t size, struct reg_import_result *result)
{
    const struct reg_import_listener listener = {.context = s, .problem = note_problem};
    struct reg_import_result ignored;
    win_error error;

    plat_buffer_clear(&s->text);
    s->problems = 0;
    error = reg_import(s->db, plat_span_of(data, size), &listener, result ? result : &ignored);
    plat_buffer_text(&s->text);
    return error;
}

win_error sample_import_text(struct sample *s, const char *text, struct reg_import_result *result)
{
    return sample_import(s, text, strlen(text), result);
}

static bool count_entry(void *context, const char *name)
{
    unsigned *count = context;

    (void)name;
    ++*count;
    return true;
}

unsigned sample_entries(struct sample *s)
{
    unsigned count = 0;

    assert_success(plat_directory_list(sample_file(s, "."), count_entry, &count));
    return count;
}
