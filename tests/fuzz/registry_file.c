/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A damaged registry file: it must open with an error or be walked, exported and written to within bounds; be looked over; and what is recovered
 * of it must be a sound registry. The input is a list of patches to a
 * small sound registry: three bytes of offset (big-endian, modulo the file's size), a byte that says how many bytes follow, these. A patch of
 * none cuts the file off at its offset.
 */
#include "fuzz/fuzz.h"

#include "registry/check.h"
#include "registry/regfile.h"

#include "platform/file.h"
#include "platform/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_NAME "registry_file.db"
#define RECOVERED_NAME "registry_file-recovered.db"
#define KEYS_MOST 2000U
#define DEPTH_MOST 40U

static struct plat_buffer sound;

static void make_sound(void)
{
    static const char text[] =
        "[HKEY_LOCAL_MACHINE\\Comm\\Httpd]\n\"Port\"=dword:50\n@=\"default\"\n\"Text\"=\"text\"\n"
        "[HKEY_LOCAL_MACHINE\\Comm\\Httpd\\Roots\\/]\n\"P\"=hex:01,02\n\"List\"=multi_sz:\"a\",\"b\"\n"
        "[HKEY_LOCAL_MACHINE\\Software\\A\\B\\C\\D]\n\"n\"=hex(7):61,00,00,00,00,00\n"
        "[HKEY_CURRENT_USER\\X]\n[HKEY_CLASSES_ROOT\\.htm]\n@=\"htmlfile\"\n";
    struct reg_import_result result;
    struct reg_db *db = fuzz_registry(FILE_NAME);

    fuzz_require(reg_import(db, plat_span_of(text, sizeof text - 1), NULL, &result) == ERROR_SUCCESS);
    reg_db_close(db);
    plat_buffer_init(&sound, 4U * 1024U * 1024U);
    fuzz_require(plat_file_read_all(FILE_NAME, &sound) == ERROR_SUCCESS);
}

static void write_patched(struct plat_reader patches)
{
    uint8_t *copy = malloc(sound.size);
    size_t size = sound.size;
    FILE *file;

    fuzz_require(copy != NULL);
    memcpy(copy, sound.data, size);
    while (plat_reader_left(&patches) >= 4) {
        size_t offset = (size_t)plat_read_u8(&patches) << 16;

        offset |= (size_t)plat_read_u8(&patches) << 8;
        offset = (offset | plat_read_u8(&patches)) % sound.size;
        size_t count = plat_read_u8(&patches);
        if (count == 0)
            size = offset;
        if (count > plat_reader_left(&patches))
            count = plat_reader_left(&patches);
        if (count > sound.size - offset)
            count = sound.size - offset;
        struct plat_span bytes = plat_read_span(&patches, count);
        if (count > 0)
            memcpy(copy + offset, bytes.data, count);
    }
    file = fopen(FILE_NAME, "wb");
    fuzz_require(file != NULL);
    fuzz_require(fwrite(copy, 1, size, file) == size);
    fclose(file);
    free(copy);
}

struct walk {
    struct reg_db *db;
    unsigned keys, depth;
};

static bool each_value(void *context, const struct reg_value *value)
{
    struct walk *walk = context;
    uint32_t number;

    fuzz_require(strlen(value->name) <= LIMIT_REG_PATH || walk->keys > 0);
    (void)reg_value_dword(value, &number);
    return true;
}

/* A damaged file may hold a circle: the walk has its own end. */
static bool each_key(void *context, reg_key child, const char *name)
{
    struct walk *walk = context;
    struct reg_key_info info;
    struct plat_buffer path;
    win_error ignored;

    (void)name;
    if (++walk->keys > KEYS_MOST || walk->depth >= DEPTH_MOST)
        return false;
    plat_buffer_init(&path, 2 * LIMIT_REG_PATH);
    ignored = reg_key_path(walk->db, child, &path);
    plat_buffer_free(&path);
    ignored = reg_key_info_of(walk->db, child, &info);
    ignored = reg_each_value(walk->db, child, each_value, walk);
    walk->depth++;
    ignored = reg_each_key(walk->db, child, each_key, walk);
    walk->depth--;
    (void)ignored;
    return true;
}

static void read_all(void)
{
    struct walk walk = {0};
    struct plat_buffer message, file;
    win_error ignored;

    plat_buffer_init(&message, LIMIT_LOG_LINE);
    ignored = reg_db_open(FILE_NAME, REG_OPEN_READ, &walk.db, &message);
    if (ignored) {
        fuzz_require(message.size > 0);
    } else {
        plat_buffer_init(&file, LIMIT_REG_TEXT);
        for (reg_key root = REG_HKCR; root <= REG_HKU; root++) {
            ignored = reg_each_value(walk.db, root, each_value, &walk);
            ignored = reg_each_key(walk.db, root, each_key, &walk);
            plat_buffer_clear(&file);
            ignored = reg_export(walk.db, root, REG_FILE_VERSION5, &file, NULL);
        }
        plat_buffer_free(&file);
        reg_db_close(walk.db);
    }
    plat_buffer_free(&message);
}

static void heard(void *context, bool is_fault, const char *text)
{
    (void)context;
    (void)is_fault;
    fuzz_require(text && text[0]);
}

/* Of what was recovered: no fault may be left. */
static void show(void *context, bool is_fault, const char *text)
{
    (void)context;
    if (is_fault)
        fprintf(stderr, "after recovering: %s\n", text);
}

static void check_and_recover(void)
{
    struct reg_check_result result = {0};
    struct plat_buffer message;
    win_error error;

    plat_buffer_init(&message, LIMIT_LOG_LINE);
    error = reg_check(FILE_NAME, heard, NULL, &message, &result);
    fuzz_require(error == ERROR_SUCCESS || message.size > 0);
    plat_buffer_clear(&message);
    fuzz_registry_remove(RECOVERED_NAME);
    error = reg_recover(FILE_NAME, RECOVERED_NAME, heard, NULL, &message, &result);
    if (error) {
        fuzz_require(message.size > 0);
    } else {
        error = reg_check(RECOVERED_NAME, show, NULL, &message, &result);
        fuzz_require(error == ERROR_SUCCESS);
        fuzz_require(result.faults == 0);
    }
    plat_buffer_free(&message);
}

/* Whatever the answers: it must come back from each. */
static void write_some(void)
{
    struct reg_db *db;
    reg_key key;
    win_error ignored;

    if (reg_db_open(FILE_NAME, REG_OPEN_WRITE, &db, NULL))
        return;
    if (reg_begin(db) == ERROR_SUCCESS) {
        if (reg_key_create(db, REG_HKLM, "Comm\\Httpd\\New", 0, &key, NULL) == ERROR_SUCCESS)
            ignored = reg_value_set(db, key, "n", REG_BINARY, "1", 1);
        if (reg_key_open(db, REG_HKLM, "Comm", &key) == ERROR_SUCCESS) {
            ignored = reg_key_rename(db, key, "Renamed");
            ignored = reg_key_delete_tree(db, key);
        }
        ignored = reg_commit(db);
        (void)ignored;
    }
    reg_db_close(db);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096)
        return 0;
    if (!sound.size)
        make_sound();
    fuzz_registry_remove(FILE_NAME);
    write_patched(plat_reader_of(plat_span_of(data, size)));
    read_all();
    check_and_recover();
    write_some();
    return 0;
}

/* A patch in the middle of each page's head, of the file's header, and a cut. */
bool fuzz_seed(unsigned number, struct plat_buffer *seed)
{
    static const struct {
        uint8_t page, offset, size;
        const char *bytes;
    } patches[] = {
        {0, 0, 4, "XQLi"},   {0, 16, 2, "\2\0"},    {0, 28, 4, "\0\0\1\0"}, {0, 60, 4, "\0\0\0\377"},
        {0, 68, 4, "abcd"},  {0, 100, 3, "\5\0\0"}, {1, 0, 3, "\15\0\3"},   {2, 0, 3, "\12\0\377"},
        {3, 3, 2, "\0\177"}, {4, 8, 4, "\0\0\0\0"}, {5, 0, 0, ""},          {1, 8, 2, "\377\377"},
    };

    if (number >= sizeof patches / sizeof patches[0])
        return false;
    plat_buffer_append_u8(seed, (uint8_t)(patches[number].page >> 4));
    plat_buffer_append_u8(seed, (uint8_t)(patches[number].page << 4));
    plat_buffer_append_u8(seed, patches[number].offset);
    plat_buffer_append_u8(seed, patches[number].size);
    plat_buffer_append(seed, patches[number].bytes, patches[number].size);
    return true;
}
