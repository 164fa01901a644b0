/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of .reg files, in all its dialects; the input is the file. What it has made of the file is written in each dialect, that read
 * into a second registry without a complaint, and written again: the bytes must be the same. Everything is rolled back afterwards.
 */
#include "fuzz/fuzz.h"

#include "registry/regfile.h"

#include "platform/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MOST 65536U

static struct reg_db *first, *second;

static void heard(void *context, uint32_t line, const char *text)
{
    uint32_t *problems = context;

    fuzz_require(line > 0 && text && text[0]);
    ++*problems;
}

/* Names what came back with a complaint. */
static void show(void *context, uint32_t line, const char *text)
{
    (void)context;
    fprintf(stderr, "line %u of an export: %s\n", (unsigned)line, text);
}

static void export(struct reg_db *db, reg_key root, enum reg_file_dialect dialect, struct plat_buffer *file,
                   win_error *error)
{
    plat_buffer_init(file, LIMIT_REG_TEXT);
    *error = reg_export(db, root, dialect, file, NULL);
    fuzz_require(*error == ERROR_SUCCESS ||
                 (*error == ERROR_NO_UNICODE_TRANSLATION && dialect == REG_FILE_REGEDIT4));
}

static void there_and_back(reg_key root, enum reg_file_dialect dialect)
{
    const struct reg_import_listener listener = {.problem = show};
    struct reg_import_result result;
    struct plat_buffer out, again;
    win_error error;

    export(first, root, dialect, &out, &error);
    if (!error) {
        fuzz_require(reg_begin(second) == ERROR_SUCCESS);
        error = reg_import(second, plat_span_of(out.data, out.size), &listener, &result);
        fuzz_require(error == ERROR_SUCCESS);
        fuzz_require(result.problems == 0);
        export(second, root, dialect, &again, &error);
        fuzz_require(error == ERROR_SUCCESS);
        fuzz_require(plat_span_equal(plat_span_of(out.data, out.size), plat_span_of(again.data, again.size)));
        plat_buffer_free(&again);
        reg_rollback(second);
    }
    plat_buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum reg_file_dialect dialects[] = {REG_FILE_VERSION5, REG_FILE_REGEDIT4, REG_FILE_CE};
    uint32_t problems = 0;
    const struct reg_import_listener listener = {.context = &problems, .problem = heard};
    struct reg_import_result result;
    win_error error;

    if (size > INPUT_MOST)
        return 0;
    if (!first) {
        first = fuzz_registry("reg_file-first.db");
        second = fuzz_registry("reg_file-second.db");
    }
    fuzz_require(reg_begin(first) == ERROR_SUCCESS);
    error = reg_import(first, plat_span_of(data, size), &listener, &result);
    fuzz_require(error == ERROR_SUCCESS || error == ERROR_INVALID_DATA);
    if (!error) {
        fuzz_require(problems >= result.problems); /* some are told of what was applied all the same */
        for (reg_key root = REG_HKCR; root <= REG_HKU; root++) {
            struct reg_key_info info;

            fuzz_require(reg_key_info_of(first, root, &info) == ERROR_SUCCESS);
            for (size_t i = 0;
                 i < sizeof dialects / sizeof dialects[0] && info.key_count + info.value_count > 0; i++)
                there_and_back(root, dialects[i]);
        }
    }
    reg_rollback(first);
    return 0;
}

static void append_utf16(struct plat_buffer *seed, const char *text)
{
    plat_buffer_append(seed, "\xff\xfe", 2);
    for (; *text; text++)
        plat_buffer_append_u16_le(seed, (uint8_t)*text);
}

bool fuzz_seed(unsigned number, struct plat_buffer *seed)
{
    static const char *const texts[] = {
        "Windows Registry Editor Version "
        "5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\A]\r\n\"n\"=\"text\"\r\n@=dword:0000001f\r\n"
        "\"m\"=hex(7):61,00,\\\r\n  00,00,00,00\r\n[-HKEY_LOCAL_MACHINE\\A\\B]\r\n",
        "REGEDIT4\r\n\r\n[HKEY_USERS\\A]\r\n\"n\"=hex(2):25,41,25,00\r\n\"n\"=-\r\n",
    };

    if (number >= sizeof texts / sizeof texts[0])
        return false;
    append_utf16(seed, texts[number]);
    return true;
}
