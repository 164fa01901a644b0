/* SPDX-License-Identifier: Apache-2.0 */
/* Enumeration and RegQueryInfoKey through winreg.h. */
#include "face.h"

#include "platform/clock.h"

#include <string.h>

#define ROOT HKEY_LOCAL_MACHINE

static void keys(void **state)
{
    static const char *const order[] = {"alpha", "Beta", "cde", "c_d"}; /* upcased: E before _ */
    HKEY key = face_make_key(TEXT("E"));
    TCHAR name[32], class_name[8], given_class[] = TEXT("kind");
    DWORD length, class_length, index = 0;
    FILETIME modified = {0, 0};
    HKEY child;

    (void)state;
    GIVES(0, RegCloseKey(face_make_key(TEXT("E\\cde"))));
    GIVES(0, RegCloseKey(face_make_key(TEXT("E\\c_d"))));
    GIVES(0, RegCloseKey(face_make_key(TEXT("E\\Beta"))));
    GIVES(0, RegCreateKeyEx(key, TEXT("alpha"), 0, given_class, 0, 0, NULL, &child, NULL));
    GIVES(0, RegCloseKey(child));
    for (;;) {
        LONG error;

        length = 32;
        error = RegEnumKeyEx(key, index, name, &length, NULL, NULL, NULL, &modified);
        if (error == (LONG)ERROR_NO_MORE_ITEMS)
            break;
        GIVES(0, error);
        assert_in_range(index, 0, 3);
        assert_true(face_same(name, order[index]) && length == strlen(order[index]));
        index++;
    }
    assert_int_equal(index, 4);
    length = 6;
    class_length = 8;
    GIVES(0, RegEnumKeyEx(key, 0, name, &length, NULL, class_name, &class_length, NULL));
    assert_true(face_same(name, "alpha") && length == 5);
    assert_true(face_same(class_name, "kind") && class_length == 4);
    GIVES(0, RegEnumKey(key, 1, name, 5));
    assert_true(face_same(name, "Beta"));
    GIVES(0, RegEnumKey(key, 2, name, 32));
    assert_true(face_same(name, "cde"));
    GIVES(0, RegEnumKey(key, 3, name, 32));
    assert_true(face_same(name, "c_d"));
    length = 5;
    GIVES(234, RegEnumKeyEx(key, 0, name, &length, NULL, NULL, NULL, NULL)); /* no room for the NUL */
    length = 6;
    class_length = 4;
    GIVES(234, RegEnumKeyEx(key, 0, name, &length, NULL, class_name, &class_length, NULL));
    GIVES(234, RegEnumKey(key, 1, name, 4));
    GIVES(259, RegEnumKey(key, 4, name, 32));
    GIVES(259, RegEnumKey(key, UINT32_MAX, name, 32));
    GIVES(87, RegEnumKeyEx(key, 0, NULL, &length, NULL, NULL, NULL, NULL));
    GIVES(87, RegEnumKeyEx(key, 0, name, NULL, NULL, NULL, NULL, NULL));
    GIVES(87, RegEnumKeyEx(key, 0, name, &length, &length, NULL, NULL, NULL));
    GIVES(87, RegEnumKeyEx(key, 0, name, &length, NULL, class_name, NULL, NULL));
    GIVES(6, RegEnumKey(NULL, 0, name, 32));
    GIVES(0, RegCloseKey(key));
}

static void values(void **state)
{
    HKEY key = face_make_key(TEXT("W"));
    DWORD number = 3, type, size, length;
    TCHAR name[16];
    BYTE data[16];

    (void)state;
    face_set(key, TEXT("zz"), TEXT("1"));
    GIVES(0, RegSetValueEx(key, TEXT("aa"), 0, REG_DWORD, (const BYTE *)&number, 4));
    length = 16;
    size = sizeof data;
    GIVES(0, RegEnumValue(key, 0, name, &length, NULL, &type, data, &size)); /* in the order they were made */
    assert_true(face_same(name, "zz") && length == 2);
    assert_true(type == REG_SZ && size == SIZE("1"));
    length = 3;
    size = 4;
    GIVES(0, RegEnumValue(key, 1, name, &length, NULL, &type, data, &size));
    assert_true(face_same(name, "aa") && type == REG_DWORD && data[0] == 3);
    length = 3;
    GIVES(0, RegEnumValue(key, 1, name, &length, NULL, NULL, NULL, NULL)); /* names alone */
    length = 2;
    GIVES(234, RegEnumValue(key, 1, name, &length, NULL, NULL, NULL, NULL));
    length = 16;
    size = 3;
    GIVES(234, RegEnumValue(key, 1, name, &length, NULL, &type, data, &size));
    assert_int_equal(size, 4);
    size = 0;
    GIVES(0, RegEnumValue(key, 1, name, &length, NULL, &type, NULL, &size));
    assert_int_equal(size, 4);
    length = 16;
    GIVES(259, RegEnumValue(key, 2, name, &length, NULL, NULL, NULL, NULL));
    GIVES(87, RegEnumValue(key, 0, name, &length, NULL, NULL, data, NULL));
    GIVES(87, RegEnumValue(key, 0, NULL, &length, NULL, NULL, NULL, NULL));
    GIVES(87, RegEnumValue(key, 0, name, NULL, NULL, NULL, NULL, NULL));
    GIVES(87, RegEnumValue(key, 0, name, &length, &size, NULL, NULL, NULL));
    GIVES(0, RegCloseKey(key));
}

static int64_t unix_time(FILETIME time)
{
    uint64_t ticks = (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;

    return (int64_t)(ticks / 10000000U) - INT64_C(11644473600);
}

static void info(void **state)
{
    TCHAR class_in[] = TEXT("mine"), class_out[8];
    DWORD class_length = 8, keys_there, longest_key, longest_class, values_there, longest_name, longest_data,
          security;
    int64_t now = plat_clock_unix();
    HKEY key = NULL, child = NULL;
    FILETIME modified;
    DWORD number = 1;

    (void)state;
    GIVES(0, RegCreateKeyEx(ROOT, TEXT("I"), 0, class_in, 0, 0, NULL, &key, NULL));
    GIVES(0, RegCreateKeyEx(key, TEXT("longer"), 0, class_in, 0, 0, NULL, &child, NULL));
    GIVES(0, RegCloseKey(child));
    GIVES(0, RegCreateKey(key, TEXT("k"), &child));
    GIVES(0, RegCloseKey(child));
    face_set(key, TEXT("text"), TEXT("12345"));
    GIVES(0, RegSetValueEx(key, TEXT("a number"), 0, REG_DWORD, (const BYTE *)&number, 4));
    GIVES(0, RegQueryInfoKey(key, class_out, &class_length, NULL, &keys_there, &longest_key, &longest_class,
                             &values_there, &longest_name, &longest_data, &security, &modified));
    assert_true(face_same(class_out, "mine") && class_length == 4);
    assert_true(keys_there == 2 && longest_key == 6 && longest_class == 4);
    assert_true(values_there == 2 && longest_name == 8 && longest_data == SIZE("12345") && security == 0);
    assert_in_range(unix_time(modified), now, now + 60);
    class_length = 4;
    GIVES(234, RegQueryInfoKey(key, class_out, &class_length, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                               NULL));
    assert_int_equal(class_length, 4);
    class_length = 0;
    GIVES(0, RegQueryInfoKey(key, NULL, &class_length, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    assert_int_equal(class_length, 4);
    GIVES(0, RegQueryInfoKey(key, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    GIVES(87, RegQueryInfoKey(key, class_out, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    GIVES(87, RegQueryInfoKey(key, NULL, NULL, &number, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    GIVES(6, RegQueryInfoKey(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    /* an existing key keeps its class */
    GIVES(0, RegCreateKeyEx(ROOT, TEXT("I"), 0, NULL, 0, 0, NULL, &child, NULL));
    GIVES(0,
          RegQueryInfoKey(child, NULL, &class_length, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    assert_int_equal(class_length, 4);
    GIVES(0, RegCloseKey(child));
    GIVES(0, RegCloseKey(key));
}

/* Deleting by index 0 until there is none, and a key that grows under an enumeration. */
static void changing(void **state)
{
    HKEY key = face_make_key(TEXT("D"));
    TCHAR name[8] = TEXT("k00");
    HKEY child;
    LONG error;

    for (int i = 0; i < 30; i++) {
        name[1] = (TCHAR)('0' + i / 10);
        name[2] = (TCHAR)('0' + i % 10);
        GIVES(0, RegCreateKey(key, name, &child));
        GIVES(0, RegCloseKey(child));
    }
    GIVES(0, RegEnumKey(key, 10, name, 8));
    GIVES(0, RegCreateKey(key, TEXT("a"), &child));
    GIVES(0, RegCloseKey(child));
    GIVES(0, RegEnumKey(key, 11, name, 8)); /* everything has moved by one */
    assert_true(face_same(name, "k10"));
    while ((error = RegEnumKey(key, 0, name, 8)) == 0)
        GIVES(0, RegDeleteKey(key, name));
    GIVES(259, error);
    assert_string_equal(face_keys(state, "D"), "");
    GIVES(0, RegCloseKey(key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(values, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(info, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(changing, face_setup, face_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
