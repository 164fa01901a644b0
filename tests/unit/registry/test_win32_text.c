/* SPDX-License-Identifier: Apache-2.0 */
/* What the character sets make of strings: W exactly as given, A through UTF-8; ends that are missing. */
#include "face.h"

#include "support/child.h"

#include <string.h>

#define ROOT HKEY_LOCAL_MACHINE

static HKEY make(const char *path)
{
    HKEY key = NULL;

    GIVES(0, RegCreateKeyA(ROOT, path, &key));
    return key;
}

static const BYTE *bytes_of(const void *data)
{
    return data;
}

/* SetValueEx: W stores exactly what is given, A adds the NUL that is missing. */
static void stored(void **state)
{
    HKEY key = make("T");

    GIVES(0, RegSetValueExA(key, "a", 0, REG_SZ, bytes_of("hello"), 5));
    assert_string_equal(face_stored(state, "T", "a"), "1:680065006c006c006f000000");
    GIVES(0, RegSetValueExA(key, "a", 0, REG_SZ, bytes_of("hello"), 6));
    assert_string_equal(face_stored(state, "T", "a"), "1:680065006c006c006f000000");
    GIVES(0, RegSetValueExA(key, "a", 0, REG_MULTI_SZ, bytes_of("x\0y\0"), 5));
    assert_string_equal(face_stored(state, "T", "a"), "7:78000000790000000000");
    GIVES(0, RegSetValueExA(key, "a", 0, REG_SZ, bytes_of("x\0y"), 3)); /* embedded NULs are kept */
    assert_string_equal(face_stored(state, "T", "a"), "1:7800000079000000");
    GIVES(0, RegSetValueExA(key, "a", 0, REG_SZ, bytes_of(""), 0));
    assert_string_equal(face_stored(state, "T", "a"), "1:");
    GIVES(0, RegSetValueExA(key, "a", 0, REG_BINARY, bytes_of("x"), 1));
    assert_string_equal(face_stored(state, "T", "a"), "3:78");
    GIVES(0, RegSetValueExA(key, "a", 0, REG_SZ, bytes_of("\xC3\xA9\xF0\x9F\x98\x80"), 7)); /* é, U+1F600 */
    assert_string_equal(face_stored(state, "T", "a"), "1:e9003dd800de0000");
    GIVES(0, RegSetValueExA(key, "a", 0, REG_SZ, bytes_of("\xFF"), 2)); /* no UTF-8 */
    assert_string_equal(face_stored(state, "T", "a"), "1:fdff0000");
    GIVES(0, RegSetValueExW(key, u"w", 0, REG_SZ, bytes_of(u"ab"), 4)); /* no NUL */
    assert_string_equal(face_stored(state, "T", "w"), "1:61006200");
    GIVES(0, RegSetValueExW(key, u"w", 0, REG_SZ, bytes_of(u"ab"), 3)); /* half a unit */
    assert_string_equal(face_stored(state, "T", "w"), "1:610062");
    GIVES(0, RegCloseKey(key));
}

/* QueryValueEx: a NUL into spare room behind a string that has none. */
static void spare_room(void **state)
{
    HKEY key = make("T");
    BYTE data[16];
    DWORD size = 16;

    (void)state;
    GIVES(0, RegSetValueExW(key, u"w", 0, REG_SZ, bytes_of(u"ab"), 4));
    memset(data, 0xEE, sizeof data);
    GIVES(0, RegQueryValueExW(key, u"w", NULL, NULL, data, &size));
    assert_int_equal(size, 4);
    assert_memory_equal(data, u"ab", 6);
    assert_int_equal(data[6], 0xEE);
    memset(data, 0xEE, sizeof data);
    size = 5; /* half a unit of room is none */
    GIVES(0, RegQueryValueExW(key, u"w", NULL, NULL, data, &size));
    assert_int_equal(data[4], 0xEE);
    size = 16;
    memset(data, 0xEE, sizeof data);
    GIVES(0, RegQueryValueExA(key, "w", NULL, NULL, data, &size));
    assert_int_equal(size, 2);
    assert_memory_equal(data, "ab\0\xEE", 4);
    size = 1;
    GIVES(234, RegQueryValueExA(key, "w", NULL, NULL, data, &size));
    assert_int_equal(size, 2); /* in its own bytes */
    GIVES(0, RegCloseKey(key));
}

/* RegGetValue always ends strings: lists doubly. */
static void ended(void **state)
{
    static const struct {
        const char *what;
        DWORD type, size;
        BYTE data[8];
        DWORD expected_size;
        BYTE expected[12];
    } rows[] = {
        {"as it should be", REG_SZ, 4, {'a', 0, 0, 0}, 4, {'a', 0, 0, 0}},
        {"no NUL", REG_SZ, 2, {'a', 0}, 4, {'a', 0, 0, 0}},
        {"nothing", REG_SZ, 0, {0}, 2, {0, 0}},
        {"half a unit", REG_SZ, 3, {'a', 0, 'b'}, 6, {'a', 0, 'b', 0, 0, 0}},
        {"a list", REG_MULTI_SZ, 6, {'a', 0, 0, 0, 0, 0}, 6, {'a', 0, 0, 0, 0, 0}},
        {"a list with one NUL", REG_MULTI_SZ, 4, {'a', 0, 0, 0}, 6, {'a', 0, 0, 0, 0, 0}},
        {"a list with none", REG_MULTI_SZ, 2, {'a', 0}, 6, {'a', 0, 0, 0, 0, 0}},
        {"no list", REG_MULTI_SZ, 0, {0}, 4, {0, 0, 0, 0}},
        {"binary", REG_BINARY, 1, {'a'}, 1, {'a'}},
    };
    HKEY key = make("T");

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        BYTE data[16];
        DWORD size = sizeof data, type;

        GIVES(0, RegSetValueExW(key, u"w", 0, rows[i].type, rows[i].data, rows[i].size));
        GIVES(0, RegGetValueW(key, NULL, u"w", RRF_RT_ANY, &type, data, &size));
        if (size != rows[i].expected_size || memcmp(data, rows[i].expected, size) != 0)
            fail_msg("%s: %u bytes", rows[i].what, (unsigned)size);
        assert_int_equal(type, rows[i].type);
        size = 0;
        GIVES(0, RegGetValueW(key, NULL, u"w", RRF_RT_ANY, NULL, NULL, &size));
        assert_int_equal(size, rows[i].expected_size);
    }
    GIVES(0, RegCloseKey(key));
}

static void expanded(void **state)
{
    static const struct {
        const char *stored, *read;
    } rows[] = {
        {"%CERIUM_TEST_HOME%\\x", "/home/me\\x"},
        {"a%CERIUM_TEST_HOME%%CERIUM_TEST_HOME%", "a/home/me/home/me"},
        {"%CERIUM_TEST_NONE%", "%CERIUM_TEST_NONE%"},
        {"100%", "100%"},
        {"%a%CERIUM_TEST_HOME%", "%a/home/me"},
        {"%%", "%%"},
        {"", ""},
    };
    HKEY key = make("T");
    char text[64];

    (void)state;
    child_set_environment("CERIUM_TEST_HOME", "/home/me");
    child_set_environment("CERIUM_TEST_NONE", NULL);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        DWORD size = sizeof text, type = 0;

        GIVES(0, RegSetValueExA(key, "e", 0, REG_EXPAND_SZ, bytes_of(rows[i].stored),
                                (DWORD)strlen(rows[i].stored) + 1));
        GIVES(0, RegGetValueA(key, NULL, "e", RRF_RT_REG_SZ, &type, text, &size));
        assert_string_equal(text, rows[i].read);
        assert_int_equal(type, REG_SZ);
        assert_int_equal(size, strlen(rows[i].read) + 1);
        size = sizeof text;
        GIVES(0, RegGetValueA(key, NULL, "e", RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND, &type, text, &size));
        assert_string_equal(text, rows[i].stored);
        assert_int_equal(type, REG_EXPAND_SZ);
        GIVES(1630, RegGetValueA(key, NULL, "e", RRF_RT_REG_SZ | RRF_NOEXPAND, &type, NULL, NULL));
    }
    child_set_environment("CERIUM_TEST_HOME", NULL);
    GIVES(0, RegCloseKey(key));
}

/* Names: what W writes A reads, and the other way round; upcase rules; lone surrogates. */
static void names(void **state)
{
    HKEY key = make("T"), child = NULL;
    WCHAR wide[8];
    char narrow[16];
    DWORD length;

    (void)state;
    GIVES(0, RegCreateKeyW(key, u"\u00e9\u4e2d", &child));
    GIVES(0, RegCloseKey(child));
    GIVES(0, RegOpenKeyExA(key, "\xC3\x89\xE4\xB8\xAD", 0, KEY_READ, &child)); /* É */
    GIVES(0, RegCloseKey(child));
    length = 6;
    GIVES(0, RegEnumKeyExA(key, 0, narrow, &length, NULL, NULL, NULL, NULL));
    assert_int_equal(length, 5); /* bytes */
    assert_string_equal(narrow, "\xC3\xA9\xE4\xB8\xAD");
    length = 5;
    GIVES(234, RegEnumKeyExA(key, 0, narrow, &length, NULL, NULL, NULL, NULL));
    length = 3;
    GIVES(0, RegEnumKeyExW(key, 0, wide, &length, NULL, NULL, NULL, NULL));
    assert_int_equal(length, 2); /* units */
    GIVES(0, RegSetValueExW(key, (const WCHAR[]){0xD800, 'x', 0}, 0, REG_BINARY, NULL, 0));
    length = 8;
    GIVES(0, RegEnumValueW(key, 0, wide, &length, NULL, NULL, NULL, NULL));
    assert_true(length == 2 && wide[0] == 0xD800 && wide[1] == 'x' && wide[2] == 0);
    GIVES(0, RegDeleteValueW(key, (const WCHAR[]){0xD800, 'X', 0}));
    GIVES(2, RegOpenKeyExW(key, u"\u00e8", 0, KEY_READ, &child));
    GIVES(0, RegSetValueExA(key, "bad\xFF", 0, REG_BINARY, NULL, 0)); /* U+FFFD, as any conversion has it */
    GIVES(0, RegDeleteValueW(key, u"bad\ufffd"));
    /* longer than what is kept on the stack */
    for (unsigned i = 0; i < 40; i++) {
        HKEY parent = i ? child : key;

        GIVES(0, RegCreateKeyW(parent, u"A long name of a key, one of many", &child));
        GIVES(0, i ? RegCloseKey(parent) : 0);
    }
    GIVES(0, RegCloseKey(child));
    GIVES(0, RegSetKeyValueA(key,
                             "A long name of a key, one of many\\A long name of a key, one of many\\"
                             "A long name of a key, one of many\\A long name of a key, one of many",
                             "v", REG_SZ, "x", 2));
    GIVES(0, RegCloseKey(key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(stored, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(spare_room, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(ended, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(expanded, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(names, face_setup, face_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
