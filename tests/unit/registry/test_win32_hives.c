/* SPDX-License-Identifier: Apache-2.0 */
/* RegSaveKey, RegRestoreKey, RegLoadKey, RegUnLoadKey; a registry that cannot be had, or only be read. */
#include "face.h"

#include "platform/file.h"
#include "registry/win32.h"

#include <stdio.h>
#include <string.h>

#define ROOT HKEY_LOCAL_MACHINE

static void hives(void **state)
{
    HKEY key = face_make_key(TEXT("H\\Sub")), top = NULL, loaded = NULL;
    char file[512], missing[512];

    snprintf(file, sizeof file, "%s", sample_file(*state, "saved"));
    snprintf(missing, sizeof missing, "%s", sample_file(*state, "missing"));
    face_set(key, TEXT("v"), TEXT("1"));
    GIVES(0, RegOpenKeyEx(ROOT, TEXT("H"), 0, KEY_ALL_ACCESS, &top));
    GIVES(0, RegSaveKeyA(top, file, NULL));
    GIVES(183, RegSaveKeyA(top, file, NULL)); /* never over what is there */
    GIVES(87, RegSaveKeyA(top, "", NULL));
    GIVES(87, RegSaveKeyA(top, NULL, NULL));
    GIVES(6, RegSaveKeyA(NULL, file, NULL));
    face_set(key, TEXT("v"), TEXT("2"));
    face_set(key, TEXT("more"), TEXT("2"));
    GIVES(2, RegRestoreKeyA(top, missing, 0));
    GIVES(50, RegRestoreKeyA(top, file, REG_WHOLE_HIVE_VOLATILE));
    GIVES(87, RegRestoreKeyA(top, file, 0x100));
    GIVES(0, RegRestoreKeyA(top, file, REG_FORCE_RESTORE));
    assert_string_equal(face_values(state, "H\\Sub"), "v");
    assert_string_equal(face_stored(state, "H\\Sub", "v"), "1:31000000");
    GIVES(87, RegLoadKeyA(top, "L", file)); /* only under HKLM and HKU */
    GIVES(87, RegLoadKeyA(ROOT, "", file));
    GIVES(2, RegLoadKeyA(ROOT, "L", missing));
    GIVES(0, RegLoadKeyA(ROOT, "L", file));
    assert_string_equal(face_stored(state, "L\\Sub", "v"), "1:31000000");
    GIVES(0, RegSetKeyValue(ROOT, TEXT("L\\Sub"), TEXT("v"), REG_BINARY, "x", 1));
    GIVES(0, RegOpenKeyEx(ROOT, TEXT("L"), 0, KEY_ALL_ACCESS, &loaded));
    GIVES(0, RegFlushKey(loaded));
    GIVES(0, RegCloseKey(loaded));
    GIVES(0, RegUnLoadKeyA(ROOT, "L"));
    GIVES(2, RegUnLoadKeyA(ROOT, "L"));
    GIVES(0, RegRestoreKeyA(top, file, 0));
    assert_string_equal(face_stored(state, "H\\Sub", "v"), "3:78");
    GIVES(0, RegCloseKey(key));
    GIVES(0, RegCloseKey(top));
}

static void no_registry(void **state)
{
    HKEY key = NULL;

    assert_success(reg_win32_use(sample_file(*state, "no/such/folder")));
    GIVES(1011, RegOpenKeyEx(ROOT, TEXT("x"), 0, KEY_READ, &key));
    GIVES(1011, RegCreateKeyEx(ROOT, TEXT("x"), 0, NULL, 0, 0, NULL, &key, NULL));
    assert_ptr_equal(CeFindFirstRegChange(ROOT, FALSE, 1), INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), 1011);
    assert_success(plat_file_write_atomic(sample_file(*state, "text"), "no registry", 11, 0600));
    assert_success(reg_win32_use(sample_file(*state, "text")));
    GIVES(1009, RegOpenKeyEx(ROOT, TEXT("x"), 0, KEY_READ, &key));
    assert_success(reg_win32_use(sample_file(*state, "fresh"))); /* made when missing */
    GIVES(2, RegOpenKeyEx(ROOT, TEXT("x"), 0, KEY_READ, &key));
    GIVES(0, RegCreateKeyEx(ROOT, TEXT("x"), 0, NULL, 0, 0, NULL, &key, NULL));
    GIVES(0, RegCloseKey(key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hives, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(no_registry, face_setup, face_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
