/* SPDX-License-Identifier: Apache-2.0 */
/* A registry for one test: a new file in a directory that goes away with it. */
#ifndef CERIUM_TESTS_REGISTRY_SAMPLE_H
#define CERIUM_TESTS_REGISTRY_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "registry/regfile.h"

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

struct sample {
    void *scratch; /* tests/unit/platform/scratch.h's state */
    struct reg_db *db;
    struct plat_buffer text; /* of the last sample_keys, sample_values, sample_problems */
    uint32_t problems;
};

int sample_setup(void **state);
int sample_teardown(void **state);

const char *sample_file(struct sample *s, const char *name); /* its path; valid for the next 15 calls */
unsigned sample_entries(struct sample *s); /* in the scratch directory: temporary files must not stay */
struct reg_db *sample_open(struct sample *s, enum reg_open_mode mode); /* the same registry once more */

reg_key sample_key(struct sample *s, const char *path); /* under HKEY_LOCAL_MACHINE, made when missing */
/* Names in order of enumeration with "|" between: "a|b". */
const char *sample_keys(struct sample *s, reg_key key);
const char *sample_values(struct sample *s, reg_key key);
/* A value as "TYPE:HEXDATA", e.g. "4:01000000"; "-" when there is none. */
const char *sample_value(struct sample *s, reg_key key, const char *name);

/* A value of one type, in any registry; ERROR_UNSUPPORTED_TYPE when it is of another type or size. */
PLAT_MUST_USE win_error sample_set_dword(struct reg_db *db, reg_key key, const char *name, uint32_t number);
PLAT_MUST_USE win_error sample_get_dword(struct reg_db *db, reg_key key, const char *name, uint32_t *number);
PLAT_MUST_USE win_error sample_get_string(struct reg_db *db, reg_key key, const char *name,
                                          struct plat_buffer *text); /* appended */

/* Imports; the problems are in s->text as "LINE: text\n". */
win_error sample_import(struct sample *s, const void *data, size_t size, struct reg_import_result *result);
win_error sample_import_text(struct sample *s, const char *text, struct reg_import_result *result);

#define assert_success(call) assert_int_equal((call), ERROR_SUCCESS)

#endif
