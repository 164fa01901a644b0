/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The winreg.h face on a registry of one test. Compiled with UNICODE or without: TEXT(), TCHAR and the functions without W or A are those of that character set, so that one table of
 * calls checks both.
 */
#ifndef CERIUM_TESTS_REGISTRY_FACE_H
#define CERIUM_TESTS_REGISTRY_FACE_H

#include "sample.h"

#include <windows.h>

/* One row of a table: a call and what it must return. */
#define GIVES(code, call) assert_int_equal((call), (code))

#define SIZE(text) ((DWORD)(sizeof(TEXT(text)))) /* of a string with its NUL, bytes */

int face_setup(void **state);
int face_teardown(void **state);

HKEY face_make_key(LPCTSTR path); /* under HKEY_LOCAL_MACHINE, all rights */
void face_set(HKEY key, LPCTSTR name, LPCTSTR text);
/* A value as the registry itself has it: "TYPE:HEXDATA", or "-". */
const char *face_stored(void **state, const char *path, const char *name);
/* Names of a key's sub-keys and values through the registry itself: "a|b". */
const char *face_keys(void **state, const char *path);
const char *face_values(void **state, const char *path);
bool face_same(const TCHAR *text, const char *ascii);

#endif
