/* SPDX-License-Identifier: Apache-2.0 */
/* Values through winreg.h: one row a call, its arguments and what it returns. */
#include "face.h"

#include "platform/limits.h"

#include <string.h>

#define ROOT HKEY_LOCAL_MACHINE

static void query(void **state)
{
    HKEY key = face_make_key(TEXT("Q"));
    BYTE data[64];
    DWORD type = 99, size = sizeof data;
    const BYTE bytes[3] = {1, 2, 3};

    (void)state;
    GIVES(2, RegQueryValueEx(key, TEXT("b"), NULL, &type, data, &size));
    GIVES(2, RegQueryValueEx(key, NULL, NULL, NULL, NULL, NULL)); /* the default value, absent until set */
    GIVES(0, RegSetValueEx(key, TEXT("b"), 0, REG_BINARY, bytes, 3));
    GIVES(87, RegQueryValueEx(key, TEXT("b"), NULL, NULL, data, NULL)); /* data without size */
    GIVES(87, RegQueryValueEx(key, TEXT("b"), &type, NULL, data, &size));
    GIVES(0, RegQueryValueEx(key, TEXT("b"), NULL, NULL, NULL, NULL));
    size = 0;
    GIVES(0, RegQueryValueEx(key, TEXT("b"), NULL, &type, NULL, &size));
    assert_int_equal(size, 3);
    assert_int_equal(type, REG_BINARY);
    size = 2;
    type = 99;
    GIVES(234, RegQueryValueEx(key, TEXT("B"), NULL, &type, data, &size)); /* any case */
    assert_int_equal(size, 3);
    assert_int_equal(type, REG_BINARY);
    size = sizeof data;
    memset(data, 0xEE, sizeof data);
    GIVES(0, RegQueryValueEx(key, TEXT("b"), NULL, NULL, data, &size));
    assert_memory_equal(data, bytes, 3);
    assert_int_equal(size, 3);
    assert_int_equal(data[3], 0xEE); /* only strings are ended */
    GIVES(0, RegSetValueEx(key, TEXT("b"), 0, REG_BINARY, NULL, 0));
    GIVES(0, RegQueryValueEx(key, TEXT("b"), NULL, NULL, data, &size));
    assert_int_equal(size, 0);
    GIVES(6, RegQueryValueEx(NULL, TEXT("b"), NULL, NULL, data, &size));
    GIVES(0, RegCloseKey(key));
}

static void set(void **state)
{
    HKEY key = face_make_key(TEXT("S"));
    static BYTE large[LIMIT_REG_DATA + 1];
    static TCHAR name[LIMIT_REG_VALUE_NAME + 2];
    const BYTE two[2] = {0xAB, 0xCD};

    GIVES(87, RegSetValueEx(key, TEXT("x"), 1, REG_BINARY, two, 2));
    GIVES(87, RegSetValueEx(key, TEXT("x"), 0, REG_BINARY, NULL, 2));
    assert_string_equal(face_values(state, "S"), "");
    GIVES(0, RegSetValueEx(key, TEXT("x"), 0, REG_DWORD, two, 2)); /* a type is a label */
    assert_string_equal(face_stored(state, "S", "x"), "4:abcd");
    GIVES(0, RegSetValueEx(key, TEXT("x"), 0, 0x12345678, two, 1));
    assert_string_equal(face_stored(state, "S", "x"), "12345678:ab");
    GIVES(0, RegSetValueEx(key, TEXT("x"), 0, REG_SZ, NULL, 0));
    assert_string_equal(face_stored(state, "S", "x"), "1:");
    GIVES(0, RegSetValueEx(key, NULL, 0, REG_NONE, two, 2));
    assert_string_equal(face_stored(state, "S", ""), "0:abcd");
    GIVES(0, RegSetValueEx(key, TEXT("a"), 0, REG_BINARY, large, LIMIT_REG_DATA));
    GIVES(87, RegSetValueEx(key, TEXT("a"), 0, REG_BINARY, large, LIMIT_REG_DATA + 1));
    assert_string_equal(face_values(state, "S"), "x|@|a"); /* as they were made */
    for (unsigned i = 0; i <= LIMIT_REG_VALUE_NAME; i++)
        name[i] = 'v';
    GIVES(87, RegSetValueEx(key, name, 0, REG_BINARY, two, 2));
    name[LIMIT_REG_VALUE_NAME] = 0;
    GIVES(0, RegSetValueEx(key, name, 0, REG_BINARY, two, 2));
    GIVES(0, RegDeleteValue(key, name));
    GIVES(2, RegDeleteValue(key, TEXT("missing")));
    GIVES(0, RegDeleteValue(key, TEXT("X")));
    GIVES(0, RegDeleteValue(key, NULL));
    assert_string_equal(face_values(state, "S"), "a");
    GIVES(0, RegCloseKey(key));
}

static void set_below(void **state)
{
    HKEY key = face_make_key(TEXT("B"));
    DWORD number = 5;

    GIVES(0, RegSetKeyValue(key, TEXT("New\\Key"), TEXT("n"), REG_DWORD, &number, sizeof number));
    assert_string_equal(face_stored(state, "B\\New\\Key", "n"), "4:05000000");
    GIVES(87, RegSetKeyValue(key, TEXT("Other"), TEXT("n"), REG_DWORD, NULL, 4));
    GIVES(161, RegSetKeyValue(key, TEXT("\\Other"), TEXT("n"), REG_DWORD, &number, 4));
    GIVES(87, RegSetKeyValue(key, TEXT("Other"), TEXT("n"), REG_BINARY, &number, LIMIT_REG_DATA + 1));
    assert_string_equal(face_keys(state, "B"), "New"); /* all or nothing */
    GIVES(2, RegDeleteKeyValue(key, TEXT("missing"), TEXT("n")));
    GIVES(2, RegDeleteKeyValue(key, TEXT("New\\Key"), TEXT("m")));
    GIVES(0, RegDeleteKeyValue(key, TEXT("New\\Key"), TEXT("n")));
    assert_string_equal(face_values(state, "B\\New\\Key"), "");
    GIVES(0, RegCloseKey(key));
}

/* RegSetValue, RegQueryValue: the default value, a string. */
static void old_functions(void **state)
{
    HKEY key = face_make_key(TEXT("O"));
    TCHAR text[8];
    LONG size = sizeof text;
    DWORD number = 1;

    GIVES(0, RegQueryValue(key, NULL, text, &size)); /* never set: empty */
    assert_int_equal(size, sizeof(TCHAR));
    assert_int_equal(text[0], 0);
    GIVES(87, RegSetValue(key, NULL, REG_DWORD, TEXT("x"), 2));
    GIVES(87, RegSetValue(key, NULL, REG_SZ, NULL, 0));
    GIVES(0, RegSetValue(key, TEXT("Sub"), REG_SZ, TEXT("abc"), 999)); /* its size is its own */
    assert_string_equal(face_stored(state, "O\\Sub", ""), "1:6100620063000000");
    size = sizeof text;
    GIVES(0, RegQueryValue(key, TEXT("Sub"), text, &size));
    assert_int_equal(size, SIZE("abc"));
    assert_true(face_same(text, "abc"));
    size = SIZE("abc") - 1;
    GIVES(234, RegQueryValue(key, TEXT("Sub"), text, &size));
    assert_int_equal(size, SIZE("abc"));
    size = 0;
    GIVES(0, RegQueryValue(key, TEXT("Sub"), NULL, &size));
    assert_int_equal(size, SIZE("abc"));
    GIVES(87, RegQueryValue(key, TEXT("Sub"), text, NULL));
    GIVES(2, RegQueryValue(key, TEXT("missing"), text, &size));
    GIVES(0, RegSetValueEx(key, NULL, 0, REG_DWORD, (const BYTE *)&number, sizeof number));
    GIVES(13, RegQueryValue(key, NULL, text, &size));
    GIVES(0, RegCloseKey(key));
}

static void get(void **state)
{
    HKEY key = face_make_key(TEXT("G\\Sub"));
    DWORD number = 7, type = 0, size = sizeof number;
    uint64_t wide_number = 9;
    BYTE data[64];

    (void)state;
    GIVES(0, RegSetValueEx(key, TEXT("d"), 0, REG_DWORD, (const BYTE *)&number, 4));
    GIVES(0, RegSetValueEx(key, TEXT("q"), 0, REG_QWORD, (const BYTE *)&wide_number, 8));
    GIVES(0, RegSetValueEx(key, TEXT("b"), 0, REG_BINARY, (const BYTE *)&wide_number, 8));
    number = 0;
    GIVES(0, RegGetValue(ROOT, TEXT("G\\Sub"), TEXT("d"), RRF_RT_REG_DWORD, &type, &number, &size));
    assert_int_equal(number, 7);
    assert_int_equal(type, REG_DWORD);
    GIVES(0, RegGetValue(key, NULL, TEXT("d"), RRF_RT_DWORD, NULL, &number, &size));
    GIVES(0, RegGetValue(key, TEXT(""), TEXT("d"), RRF_RT_ANY, NULL, &number, &size));
    GIVES(1630, RegGetValue(key, NULL, TEXT("d"), RRF_RT_REG_SZ, &type, &number, &size));
    GIVES(1630, RegGetValue(key, NULL, TEXT("q"), RRF_RT_DWORD, &type, &number, &size));
    GIVES(13, RegGetValue(key, NULL, TEXT("b"), RRF_RT_DWORD, &type, &number, &size));
    size = 8;
    GIVES(0, RegGetValue(key, NULL, TEXT("b"), RRF_RT_QWORD, &type, &wide_number, &size));
    size = 2;
    GIVES(234, RegGetValue(key, NULL, TEXT("d"), RRF_RT_ANY, &type, data, &size));
    assert_int_equal(size, 4);
    size = 0;
    GIVES(0, RegGetValue(key, NULL, TEXT("d"), RRF_RT_ANY, &type, NULL, &size));
    assert_int_equal(size, 4);
    GIVES(0, RegGetValue(key, NULL, TEXT("d"), RRF_RT_ANY, NULL, NULL, NULL));
    GIVES(87, RegGetValue(key, NULL, TEXT("d"), 0, &type, &number, &size));
    GIVES(87, RegGetValue(key, NULL, TEXT("d"), RRF_RT_ANY, &type, &number, NULL));
    GIVES(87, RegGetValue(key, NULL, TEXT("d"), RRF_RT_REG_EXPAND_SZ, &type, NULL, NULL));
    GIVES(2, RegGetValue(key, NULL, TEXT("missing"), RRF_RT_ANY, NULL, NULL, NULL));
    GIVES(2, RegGetValue(key, TEXT("missing"), TEXT("d"), RRF_RT_ANY, NULL, NULL, NULL));
    memset(data, 0xEE, sizeof data);
    size = 8;
    GIVES(2, RegGetValue(key, NULL, TEXT("missing"), RRF_RT_ANY | RRF_ZEROONFAILURE, NULL, data, &size));
    assert_int_equal(data[0] | data[7], 0);
    assert_int_equal(data[8], 0xEE);
    GIVES(0, RegCloseKey(key));
}

static void several(void **state)
{
    HKEY key = face_make_key(TEXT("M"));
    TCHAR a[] = TEXT("a"), n[] = TEXT("n"), missing[] = TEXT("missing");
    VALENT list[2] = {{.ve_valuename = a}, {.ve_valuename = n}};
    DWORD number = 7, size, read = 0;
    TCHAR buffer[16];

    (void)state;
    face_set(key, TEXT("a"), TEXT("xyz"));
    GIVES(0, RegSetValueEx(key, TEXT("n"), 0, REG_DWORD, (const BYTE *)&number, 4));
    size = sizeof buffer;
    GIVES(0, RegQueryMultipleValues(key, list, 2, buffer, &size));
    assert_int_equal(size, SIZE("xyz") + 4);
    assert_int_equal(list[0].ve_type, REG_SZ);
    assert_int_equal(list[0].ve_valuelen, SIZE("xyz"));
    assert_true(list[0].ve_valueptr == (DWORD_PTR)buffer && face_same(buffer, "xyz"));
    assert_int_equal(list[1].ve_type, REG_DWORD);
    memcpy(&read, (const void *)list[1].ve_valueptr, list[1].ve_valuelen);
    assert_int_equal(read, 7);
    size = 3;
    GIVES(234, RegQueryMultipleValues(key, list, 2, buffer, &size));
    assert_int_equal(size, SIZE("xyz") + 4);
    size = sizeof buffer;
    GIVES(0, RegQueryMultipleValues(key, NULL, 0, buffer, &size));
    assert_int_equal(size, 0);
    GIVES(87, RegQueryMultipleValues(key, list, 2, buffer, NULL));
    GIVES(87, RegQueryMultipleValues(key, NULL, 2, buffer, &size));
    list[1].ve_valuename = missing;
    size = sizeof buffer;
    GIVES(2, RegQueryMultipleValues(key, list, 2, buffer, &size));
    GIVES(0, RegCloseKey(key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(query, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(set, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(set_below, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(old_functions, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(get, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(several, face_setup, face_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
