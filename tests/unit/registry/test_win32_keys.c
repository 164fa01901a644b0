/* SPDX-License-Identifier: Apache-2.0 */
/* Keys through winreg.h: one row a call, its arguments and what it returns, as observed and documented for Windows. */
#include "face.h"

#include "registry/win32.h"

#include <string.h>

#define ROOT HKEY_LOCAL_MACHINE

static void open_and_close(void **state)
{
    HKEY app = face_make_key(TEXT("Software\\App"));
    HKEY key = NULL, second = NULL;

    (void)state;
    GIVES(2, RegOpenKeyEx(ROOT, TEXT("missing"), 0, KEY_READ, &key));
    GIVES(2, RegOpenKeyEx(ROOT, TEXT("Software\\missing\\more"), 0, KEY_READ, &key));
    GIVES(161, RegOpenKeyEx(ROOT, TEXT("\\Software"), 0, KEY_READ, &key));
    GIVES(0, RegOpenKeyEx(ROOT, TEXT("Software\\App\\"), 0, KEY_READ, &key)); /* one at the end */
    GIVES(0, RegCloseKey(key));
    GIVES(0, RegOpenKeyEx(ROOT, TEXT("SOFTWARE\\\\app"), 0, KEY_READ, &key)); /* two for one, any case */
    GIVES(0, RegCloseKey(key));
    GIVES(6, RegCloseKey(key));
    GIVES(6, RegCloseKey(NULL));
    GIVES(0, RegCloseKey(ROOT));
    GIVES(0, RegOpenKeyEx(ROOT, TEXT("Software"), 0, KEY_READ, &key)); /* the root is still open */
    GIVES(0, RegCloseKey(key));
    GIVES(87, RegOpenKeyEx(ROOT, TEXT("Software"), 0, KEY_READ, NULL));
    GIVES(87, RegOpenKeyEx(ROOT, TEXT("Software"), 0x40, KEY_READ, &key));
    GIVES(6, RegOpenKeyEx(NULL, TEXT("Software"), 0, KEY_READ, &key));
    GIVES(6, RegOpenKeyEx(HKEY_CURRENT_CONFIG, TEXT(""), 0, KEY_READ, &key));
    GIVES(6, RegOpenKeyEx(HKEY_DYN_DATA, NULL, 0, KEY_READ, &key));
    /* "" and NULL: another handle on the same key */
    GIVES(0, RegOpenKeyEx(app, TEXT(""), 0, KEY_READ, &key));
    GIVES(0, RegOpenKeyEx(app, NULL, 0, KEY_READ, &second));
    assert_ptr_not_equal(key, app);
    assert_ptr_not_equal(key, second);
    GIVES(0, RegCloseKey(key));
    GIVES(0, RegCloseKey(second));
    GIVES(0, RegOpenKeyEx(ROOT, NULL, 0, KEY_READ, &key));
    assert_ptr_not_equal(key, ROOT);
    GIVES(0, RegCloseKey(key));
    /* the old function gives back the same handle */
    GIVES(0, RegOpenKey(app, NULL, &key));
    assert_ptr_equal(key, app);
    GIVES(0, RegOpenKey(app, TEXT(""), &key));
    assert_ptr_equal(key, app);
    GIVES(0, RegOpenKey(ROOT, TEXT("Software\\App"), &key));
    assert_ptr_not_equal(key, app);
    GIVES(0, RegCloseKey(key));
    GIVES(2, RegOpenKey(ROOT, TEXT("missing"), &key));
    GIVES(87, RegOpenKey(ROOT, TEXT("Software"), NULL));
    GIVES(0, RegCloseKey(app));
}

static void create(void **state)
{
    HKEY key = NULL, child = NULL;
    DWORD disposition = 0;

    GIVES(0, RegCreateKeyEx(ROOT, TEXT("A\\B\\C"), 0, NULL, 0, KEY_READ, NULL, &key, &disposition));
    assert_int_equal(disposition, REG_CREATED_NEW_KEY);
    assert_string_equal(face_keys(state, "A"), "B");
    /* making keys below asks for no right of the handle; setting values does */
    GIVES(0, RegCreateKeyEx(key, TEXT("D"), 0, NULL, 0, KEY_WRITE, NULL, &child, &disposition));
    assert_int_equal(disposition, REG_CREATED_NEW_KEY);
    GIVES(0, RegCloseKey(child));
    GIVES(0, RegCreateKeyEx(key, TEXT("d"), 0, NULL, 0, 0, NULL, &child, &disposition));
    assert_int_equal(disposition, REG_OPENED_EXISTING_KEY);
    assert_string_equal(face_keys(state, "A\\B\\C"), "D"); /* as first spelt */
    GIVES(0, RegCloseKey(child));
    GIVES(0, RegCreateKeyEx(key, NULL, 0, NULL, 0, 0, NULL, &child, &disposition)); /* as on CE */
    assert_int_equal(disposition, REG_OPENED_EXISTING_KEY);
    GIVES(0, RegCloseKey(child));
    GIVES(161, RegCreateKeyEx(key, TEXT("\\x"), 0, NULL, 0, 0, NULL, &child, NULL));
    GIVES(87, RegCreateKeyEx(key, TEXT("x"), 1, NULL, 0, 0, NULL, &child, NULL));
    GIVES(87, RegCreateKeyEx(key, TEXT("x"), 0, NULL, 0, 0, NULL, NULL, NULL));
    GIVES(87, RegCreateKeyEx(key, TEXT("x"), 0, NULL, 0x100, 0, NULL, &child, NULL));
    GIVES(50, RegCreateKeyEx(key, TEXT("x"), 0, NULL, REG_OPTION_CREATE_LINK, 0, NULL, &child, NULL));
    GIVES(6, RegCreateKeyEx(NULL, TEXT("x"), 0, NULL, 0, 0, NULL, &child, NULL));
    assert_string_equal(face_keys(state, "A\\B\\C"), "D");
    GIVES(0, RegCreateKey(key, TEXT("old"), &child));
    GIVES(0, RegCloseKey(child));
    GIVES(0, RegCreateKey(key, NULL, &child));
    assert_ptr_not_equal(child, key);
    GIVES(0, RegCloseKey(child));
    GIVES(0, RegCloseKey(key));
}

static void long_names(void **state)
{
    static TCHAR name[300];
    HKEY key = NULL;

    (void)state;
    for (unsigned i = 0; i < 256; i++)
        name[i] = 'n';
    GIVES(87, RegCreateKeyEx(ROOT, name, 0, NULL, 0, 0, NULL, &key, NULL));
    name[255] = 0;
    GIVES(0, RegCreateKeyEx(ROOT, name, 0, NULL, 0, 0, NULL, &key, NULL));
    GIVES(0, RegCloseKey(key));
    GIVES(0, RegDeleteKey(ROOT, name));
}

static void volatile_keys(void **state)
{
    HKEY key = NULL, child = NULL;
    DWORD disposition;

    (void)state;
    GIVES(0, RegCreateKeyEx(ROOT, TEXT("V"), 0, NULL, REG_OPTION_VOLATILE, 0, NULL, &key, &disposition));
    assert_int_equal(disposition, REG_CREATED_NEW_KEY);
    GIVES(1021, RegCreateKeyEx(key, TEXT("S"), 0, NULL, REG_OPTION_NON_VOLATILE, 0, NULL, &child, NULL));
    GIVES(0, RegCreateKeyEx(key, TEXT("S"), 0, NULL, REG_OPTION_VOLATILE, 0, NULL, &child, NULL));
    GIVES(0, RegCloseKey(child));
    GIVES(0, RegCloseKey(key));
    GIVES(0, RegDeleteTree(ROOT, TEXT("V")));
}

static void rights(void **state)
{
    HKEY reader = NULL, writer = NULL, none = NULL, all = face_make_key(TEXT("R\\Sub"));
    HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);
    TCHAR name[16];
    DWORD number = 7, size = sizeof number;
    DWORD count = 16;

    (void)state;
    GIVES(0, RegSetValueEx(all, TEXT("n"), 0, REG_DWORD, (const BYTE *)&number, size));
    GIVES(0, RegOpenKeyEx(ROOT, TEXT("R\\Sub"), 0, KEY_READ, &reader));
    GIVES(0, RegOpenKeyEx(ROOT, TEXT("R\\Sub"), 0, KEY_WRITE, &writer));
    GIVES(0, RegOpenKeyEx(ROOT, TEXT("R\\Sub"), 0, 0, &none)); /* CE's samDesired: everything */
    GIVES(5, RegSetValueEx(reader, TEXT("n"), 0, REG_DWORD, (const BYTE *)&number, size));
    GIVES(5, RegSetKeyValue(reader, NULL, TEXT("n"), REG_DWORD, &number, size));
    GIVES(5, RegSetValue(reader, NULL, REG_SZ, TEXT("x"), 0));
    GIVES(5, RegDeleteValue(reader, TEXT("n")));
    GIVES(0, RegQueryValueEx(reader, TEXT("n"), NULL, NULL, (BYTE *)&number, &size));
    GIVES(5, RegQueryValueEx(writer, TEXT("n"), NULL, NULL, (BYTE *)&number, &size));
    GIVES(5, RegGetValue(writer, NULL, TEXT("n"), RRF_RT_ANY, NULL, &number, &size));
    GIVES(5, RegEnumKeyEx(writer, 0, name, &count, NULL, NULL, NULL, NULL));
    GIVES(5, RegEnumValue(writer, 0, name, &count, NULL, NULL, NULL, NULL));
    GIVES(5, RegQueryInfoKey(writer, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    GIVES(5, RegNotifyChangeKeyValue(writer, FALSE, REG_NOTIFY_CHANGE_NAME, event, TRUE));
    assert_ptr_equal(CeFindFirstRegChange(writer, FALSE, REG_NOTIFY_CHANGE_NAME), INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), 5);
    GIVES(5, RegDeleteTree(writer, NULL));
    GIVES(0, RegSetValueEx(writer, TEXT("n"), 0, REG_DWORD, (const BYTE *)&number, size));
    GIVES(0, RegSetValueEx(none, TEXT("n"), 0, REG_DWORD, (const BYTE *)&number, size));
    GIVES(0, RegQueryValueEx(none, TEXT("n"), NULL, NULL, (BYTE *)&number, &size));
    GIVES(5, RegCopyTree(all, NULL, reader));
    GIVES(0, RegCloseKey(reader));
    GIVES(0, RegCloseKey(writer));
    GIVES(0, RegCloseKey(none));
    GIVES(0, RegCloseKey(all));
    CloseHandle(event);
}

static void delete_keys(void **state)
{
    HKEY parent = face_make_key(TEXT("P")), child = face_make_key(TEXT("P\\C")),
         deep = face_make_key(TEXT("P\\C\\D"));

    GIVES(87, RegDeleteKey(parent, NULL));
    GIVES(2, RegDeleteKey(parent, TEXT("missing")));
    GIVES(5, RegDeleteKey(parent, TEXT("C"))); /* has a key below it */
    GIVES(5, RegDeleteKeyEx(parent, TEXT("C"), KEY_WOW64_64KEY, 0));
    GIVES(87, RegDeleteKeyEx(parent, TEXT("C"), 0, 1));
    GIVES(161, RegDeleteKey(parent, TEXT("\\C")));
    GIVES(0, RegDeleteKeyEx(parent, TEXT("C\\D"), 0, 0));
    GIVES(0, RegDeleteKey(parent, TEXT("C")));
    assert_string_equal(face_keys(state, "P"), "");
    GIVES(5, RegDeleteKey(ROOT, TEXT("")));
    GIVES(0, RegCloseKey(deep));
    GIVES(0, RegCloseKey(child));
    GIVES(0, RegCloseKey(parent));
}

/* Handles of a key that is gone. */
static void deleted(void **state)
{
    HKEY key = face_make_key(TEXT("Gone")), out = NULL;
    HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);
    TCHAR name[16];
    DWORD number = 0, size = sizeof number, count = 16;

    (void)state;
    GIVES(0, RegDeleteKey(ROOT, TEXT("Gone")));
    GIVES(1018, RegOpenKeyEx(key, TEXT("x"), 0, KEY_READ, &out));
    GIVES(1018, RegOpenKeyEx(key, NULL, 0, KEY_READ, &out));
    GIVES(1018, RegCreateKeyEx(key, TEXT("x"), 0, NULL, 0, 0, NULL, &out, NULL));
    GIVES(1018, RegQueryValueEx(key, TEXT("x"), NULL, NULL, (BYTE *)&number, &size));
    GIVES(1018, RegQueryValue(key, NULL, NULL, NULL));
    GIVES(1018, RegGetValue(key, NULL, TEXT("x"), RRF_RT_ANY, NULL, &number, &size));
    GIVES(1018, RegSetValueEx(key, TEXT("x"), 0, REG_DWORD, (const BYTE *)&number, size));
    GIVES(1018, RegSetKeyValue(key, TEXT("y"), TEXT("x"), REG_DWORD, &number, size));
    GIVES(1018, RegDeleteValue(key, TEXT("x")));
    GIVES(1018, RegDeleteKey(key, TEXT("x")));
    GIVES(1018, RegDeleteTree(key, NULL));
    GIVES(1018, RegEnumKeyEx(key, 0, name, &count, NULL, NULL, NULL, NULL));
    GIVES(1018, RegEnumValue(key, 0, name, &count, NULL, NULL, NULL, NULL));
    GIVES(1018, RegQueryInfoKey(key, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    GIVES(1018, RegRenameKey(key, NULL, u"x"));
    GIVES(1018, RegCopyTree(key, NULL, ROOT));
    GIVES(1018, RegFlushKey(key));
    GIVES(1018, RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_NAME, event, TRUE));
    assert_ptr_equal(CeFindFirstRegChange(key, FALSE, REG_NOTIFY_CHANGE_NAME), INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), 1018);
    /* one of the same name is another key */
    GIVES(0, RegCreateKey(ROOT, TEXT("Gone"), &out));
    GIVES(1018, RegDeleteValue(key, TEXT("x")));
    GIVES(0, RegCloseKey(out));
    GIVES(0, RegCloseKey(key));
    GIVES(6, RegCloseKey(key));
    GIVES(6, RegDeleteValue(key, TEXT("x")));
    CloseHandle(event);
}

/* A handle of a registry that was left is none, on either side. */
static void copy_to_another_registry(void **state)
{
    struct sample *s = *state;
    HKEY old = face_make_key(TEXT("Old")), victim, from;

    face_set(old, TEXT("v"), TEXT("1"));
    assert_success(reg_win32_use(sample_file(s, "another")));
    victim = face_make_key(TEXT("Victim"));
    from = face_make_key(TEXT("From"));
    face_set(from, TEXT("v"), TEXT("2"));
    GIVES(6, RegCopyTree(from, NULL, old));
    GIVES(6, RegCopyTree(ROOT, TEXT("From"), old));
    GIVES(6, RegCopyTree(old, NULL, from));
    GIVES(2, RegQueryValueEx(victim, TEXT("v"), NULL, NULL, NULL, NULL));
    GIVES(0, RegCopyTree(from, NULL, victim));
    GIVES(0, RegQueryValueEx(victim, TEXT("v"), NULL, NULL, NULL, NULL));
    GIVES(0, RegCopyTree(ROOT, TEXT("From"), HKEY_CURRENT_USER)); /* root keys are of every registry */
    GIVES(0, RegQueryValueEx(HKEY_CURRENT_USER, TEXT("v"), NULL, NULL, NULL, NULL));
    assert_success(reg_win32_use(sample_file(s, "registry")));
    GIVES(6, RegCopyTree(old, NULL, ROOT)); /* nor is it one again */
    GIVES(0, RegCloseKey(old));
    GIVES(0, RegCloseKey(from));
    GIVES(0, RegCloseKey(victim));
}

static void trees(void **state)
{
    HKEY a = face_make_key(TEXT("T\\A\\B\\C")), t = NULL, to = face_make_key(TEXT("Copy"));

    GIVES(0, RegOpenKeyEx(ROOT, TEXT("T"), 0, KEY_ALL_ACCESS, &t));
    face_set(t, TEXT("v"), TEXT("1"));
    face_set(a, TEXT("w"), TEXT("2"));
    GIVES(0, RegCopyTree(ROOT, TEXT("T"), to));
    assert_string_equal(face_keys(state, "Copy\\A\\B"), "C");
    assert_string_equal(face_stored(state, "Copy\\A\\B\\C", "w"), "1:32000000");
    GIVES(2, RegCopyTree(ROOT, TEXT("missing"), to));
    GIVES(6, RegCopyTree(ROOT, TEXT("T"), NULL));
    GIVES(0, RegCopyTree(to, NULL, t)); /* again: the same names, nothing new */
    GIVES(0, RegDeleteTree(t, TEXT("A\\B")));
    assert_string_equal(face_keys(state, "T\\A"), "");
    GIVES(2, RegDeleteTree(t, TEXT("A\\B")));
    GIVES(0, RegDeleteTree(t, NULL)); /* what is in it, not itself */
    assert_string_equal(face_keys(state, "T"), "");
    assert_string_equal(face_values(state, "T"), "");
    GIVES(0, RegDeleteTree(ROOT, TEXT("T")));
    GIVES(1018, RegSetValue(t, NULL, REG_SZ, TEXT(""), 0));
    GIVES(0, RegCloseKey(a));
    GIVES(0, RegCloseKey(t));
    GIVES(0, RegCloseKey(to));
}

static void rename_keys(void **state)
{
    HKEY n = face_make_key(TEXT("N")), one = face_make_key(TEXT("N\\One")),
         two = face_make_key(TEXT("N\\Two"));

    GIVES(5, RegRenameKey(n, u"One", u"two")); /* taken */
    GIVES(87, RegRenameKey(n, u"One", u"a\\b"));
    GIVES(87, RegRenameKey(n, u"One", u""));
    GIVES(87, RegRenameKey(n, u"One", NULL));
    GIVES(2, RegRenameKey(n, u"missing", u"x"));
    GIVES(0, RegRenameKey(n, u"One", u"ONE")); /* spelling only */
    GIVES(0, RegRenameKey(one, NULL, u"Three"));
    assert_string_equal(face_keys(state, "N"), "Three|Two");
    GIVES(0, RegSetValue(one, NULL, REG_SZ, TEXT("x"), 0)); /* the handle is still good */
    assert_string_equal(face_stored(state, "N\\Three", ""), "1:78000000");
    GIVES(5, RegRenameKey(ROOT, NULL, u"x"));
    GIVES(0, RegCloseKey(n));
    GIVES(0, RegCloseKey(one));
    GIVES(0, RegCloseKey(two));
}

static void flush_and_info(void **state)
{
    HKEY key = face_make_key(TEXT("Info\\Sub"));
    TCHAR name[9];
    DWORD length = 9;
    CE_REGISTRY_INFO info = {.cbSize = sizeof info, .pszFullKeyName = name, .pdwKeyNameLen = &length};

    (void)state;
    GIVES(0, RegFlushKey(key));
    GIVES(0, RegFlushKey(ROOT));
    GIVES(6, RegFlushKey(NULL));
    GIVES(0, CeRegGetInfo(key, &info));
    assert_true(face_same(name, "Info\\Sub"));
    assert_int_equal(length, 9);
    assert_ptr_equal(info.hRootKey, ROOT);
    assert_int_equal(info.dwFlags, 0);
    length = 8;
    GIVES(234, CeRegGetInfo(key, &info));
    assert_int_equal(length, 9);
    info.pszFullKeyName = NULL;
    info.pdwKeyNameLen = NULL;
    GIVES(0, CeRegGetInfo(HKEY_CURRENT_USER, &info));
    assert_ptr_equal(info.hRootKey, HKEY_CURRENT_USER);
    info.cbSize = 1;
    GIVES(87, CeRegGetInfo(key, &info));
    GIVES(87, CeRegGetInfo(key, NULL));
    info.cbSize = sizeof info;
    GIVES(0, RegCloseKey(key));
    GIVES(6, CeRegGetInfo(key, &info));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(open_and_close, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(create, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(long_names, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(volatile_keys, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(rights, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(delete_keys, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(deleted, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(trees, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(copy_to_another_registry, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(rename_keys, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(flush_and_info, face_setup, face_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
