/* SPDX-License-Identifier: Apache-2.0 */
/* What is exported comes back byte for byte, whatever the names, types and data, in every dialect. */
#include "sample.h"

#include "support/child.h"

#include "registry/compare.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

/* A stream of numbers that is the same on every machine. */
static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

/* What names and texts are made of. The second half does not fit into Windows-1252. */
static const char *const parts[] = {
    "a", "Z", " ", "/", "\"", "]", "[", ";", "#", "=", "@", "\t", "-", "hex:", "%", "$(", "$", "\u00e9",
    "\x01", "\x7f", "\u20ac", "\xc2\x81", "'", "\\0", "\u00c3\u00a9", "$(CERIUM_TEST_SET)",
    "%CERIUM_TEST_SET%", "$(NONE)", "IF",
    /* from here */
    "\u0416", "\U0001f600", "\xed\xa0\x80", "\xed\xb0\x80", "\ufeff", "\uffff", "\u2028", "\xc2\x85"};
enum { PARTS_1252 = 29 };

static void random_text(uint32_t *seed, bool narrow, bool is_key, char *text)
{
    unsigned count = next(seed) % 5;

    text[0] = 0;
    for (unsigned i = 0; i <= count; i++) {
        const char *part = parts[next(seed) % (narrow ? PARTS_1252 : ELEMENTS(parts))];

        if (!is_key || !strchr(part, '\\'))
            strcat(text, part);
    }
    if (!is_key && next(seed) % 8 == 0)
        strcat(text, next(seed) % 2 ? "\n" : "\r");
    if (!is_key && next(seed) % 8 == 0)
        text[0] = 0; /* the default value */
}

/* Text, mostly with its NULs, sometimes with NULs inside, without one at the end, or with half a character. */
static void random_string(uint32_t *seed, bool narrow, struct plat_buffer *data)
{
    unsigned strings = next(seed) % 4;

    for (unsigned i = 0; i < strings; i++) {
        char text[200];

        random_text(seed, narrow, false, text);
        plat_utf16le_append(data, text, strlen(text));
        if (next(seed) % 4 != 0)
            plat_buffer_append_u16_le(data, 0);
    }
    for (unsigned nuls = next(seed) % 3; nuls > 0; nuls--)
        plat_buffer_append_u16_le(data, 0);
    if (!narrow && next(seed) % 8 == 0)
        plat_buffer_append_u8(data, (uint8_t)next(seed));
}

static void random_values(struct sample *s, uint32_t *seed, bool narrow, reg_key key)
{
    static const uint32_t types[] = {REG_NONE,   REG_SZ,       REG_EXPAND_SZ,
                                     REG_BINARY, REG_DWORD,    REG_DWORD_BIG_ENDIAN,
                                     REG_LINK,   REG_MULTI_SZ, 8,
                                     9,          10,           REG_QWORD,
                                     21,         0x1000,       UINT32_MAX,
                                     REG_SZ,     REG_MULTI_SZ, REG_SZ};
    struct plat_buffer data;

    plat_buffer_init(&data, 10000);
    for (unsigned count = next(seed) % 10; count > 0; count--) {
        uint32_t type = types[next(seed) % ELEMENTS(types)];
        bool is_text = type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ || type == 21;
        bool as_text = is_text && (narrow || next(seed) % 8 != 0); /* otherwise any bytes */
        char name[200];
        win_error error;

        plat_buffer_clear(&data);
        if (as_text)
            random_string(seed, narrow, &data);
        else
            for (unsigned size = type == REG_DWORD && next(seed) % 2 ? 4 : next(seed) % 90; size > 0; size--)
                plat_buffer_append_u8(&data, (uint8_t)next(seed));
        random_text(seed, narrow, false, name);
        error = reg_value_set(s->db, key, name, type, data.data, data.size);
        if (error)
            assert_int_equal(error, ERROR_INVALID_NAME); /* two halves that make a whole */
    }
    plat_buffer_free(&data);
}

static void random_tree(struct sample *s, uint32_t *seed, bool narrow, reg_key top)
{
    reg_key key = top;

    assert_success(reg_begin(s->db));
    for (int keys = 0; keys < 8; keys++) {
        char name[200];
        win_error error;

        random_values(s, seed, narrow, key);
        random_text(seed, narrow, true, name);
        error = reg_key_create(s->db, next(seed) % 2 ? key : top, name, 0, &key, NULL);
        if (error)
            assert_int_equal(error, ERROR_INVALID_PARAMETER);
    }
    assert_success(reg_commit(s->db));
}

static void check(struct sample *s, struct reg_db *other, enum reg_file_dialect dialect, int round)
{
    struct plat_buffer first, second;
    struct reg_import_result imported;
    struct reg_compare_result compared;
    const struct reg_import_listener nobody = {.problem = NULL};
    reg_key key;

    plat_buffer_init(&first, LIMIT_REG_TEXT);
    plat_buffer_init(&second, LIMIT_REG_TEXT);
    assert_success(reg_export(s->db, sample_key(s, "T"), dialect, &first, NULL));
    assert_success(reg_import(other, plat_span_of(first.data, first.size), &nobody, &imported));
    if (imported.problems > 0) {
        assert_success(sample_import(s, first.data, first.size, NULL));
        fail_msg("dialect %d, round %d: %s", (int)dialect, round, plat_buffer_text(&s->text));
    }
    assert_success(reg_key_open(other, REG_HKLM, "T", &key));
    assert_success(
        reg_compare(s->db, sample_key(s, "T"), other, key, REG_COMPARE_BELOW, NULL, NULL, &compared));
    if (compared.different > 0)
        fail_msg("dialect %d, round %d: %u differ", (int)dialect, round, (unsigned)compared.different);
    assert_success(reg_export(other, key, dialect, &second, NULL));
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
    assert_success(reg_key_delete_tree(other, key));
    plat_buffer_free(&first);
    plat_buffer_free(&second);
}

static void every_tree(void **state)
{
    static const struct {
        enum reg_file_dialect dialect;
        bool narrow;
    } rows[] = {
        {REG_FILE_VERSION5, false}, {REG_FILE_CE, false}, {REG_FILE_CE, true}, {REG_FILE_REGEDIT4, true}};
    struct sample *s = *state;
    struct reg_db *other;
    uint32_t seed = 20240229;

    child_set_environment("CERIUM_TEST_SET", "1");
    assert_success(reg_db_open(sample_file(s, "other"), REG_OPEN_CREATE, &other, NULL));
    for (int round = 0; round < 60; round++) {
        for (size_t i = 0; i < ELEMENTS(rows); i++) {
            random_tree(s, &seed, rows[i].narrow, sample_key(s, "T"));
            check(s, other, rows[i].dialect, round);
            assert_success(reg_key_delete_tree(s->db, sample_key(s, "T")));
        }
    }
    reg_db_close(other);
}

/* The flag of a protected key that is named survives as well. */
static void a_protected_key(void **state)
{
    static const enum reg_file_dialect dialects[] = {REG_FILE_VERSION5, REG_FILE_REGEDIT4, REG_FILE_CE};
    struct sample *s = *state;

    for (size_t i = 0; i < ELEMENTS(dialects); i++) {
        struct reg_key_info info;
        struct plat_buffer file;
        reg_key key;

        plat_buffer_init(&file, 10000);
        assert_success(reg_key_create(s->db, REG_HKLM, "users\\bob", REG_CREATE_PROTECTED, &key, NULL));
        assert_success(reg_set_string(s->db, key, "hash", "%CERIUM_TEST_SET% \u00c3\u00a9"));
        assert_success(reg_export(s->db, key, dialects[i], &file, NULL));
        assert_success(reg_key_delete_tree(s->db, sample_key(s, "users")));
        assert_success(sample_import(s, file.data, file.size, NULL));
        key = sample_key(s, "users\\bob");
        assert_success(reg_key_info_of(s->db, key, &info));
        assert_true(info.is_protected);
        plat_buffer_clear(&s->text);
        assert_success(sample_get_string(s->db, key, "hash", &s->text));
        assert_string_equal(plat_buffer_text(&s->text), "%CERIUM_TEST_SET% \u00c3\u00a9");
        assert_success(reg_key_info_of(s->db, sample_key(s, "users"), &info));
        assert_false(info.is_protected);
        assert_success(reg_key_delete_tree(s->db, sample_key(s, "users")));
        plat_buffer_free(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_tree, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(a_protected_key, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.roundtrip", tests, NULL, NULL);
}
