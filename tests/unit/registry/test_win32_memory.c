/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation of the face fails once: ERROR_NOT_ENOUGH_MEMORY, nothing half done, nothing left behind. */
#include "face.h"

#include "platform/fake.h"
#include "registry/win32.h"

#include <string.h>

#define ROOT HKEY_LOCAL_MACHINE

/* Calls that all succeed when there is memory, until the first that does not. */
static LONG work(void)
{
    static const WCHAR path[] = u"Softw\u00e4re\\A name that is longer than what the stack has room for, "
                                u"and so needs memory; it goes on for a while: one, two, three, four, five";
    WCHAR class_name[] = u"cl\u00e4ss", name[256];
    BYTE data[256];
    DWORD size = sizeof data, length = 256, type;
    HKEY key = NULL, child = NULL;
    LONG error = RegCreateKeyExW(ROOT, path, 0, class_name, 0, 0, NULL, &key, NULL);

    if (error)
        return error;
    error = RegDeleteTreeW(key, NULL); /* what a run that failed has left */
    if (!error)
        error = RegSetKeyValueW(key, u"S\u00fcb", u"\u00e4", REG_SZ, u"x", 4);
    if (!error)
        error = RegSetValueExA(key, "\xC3\xA4", 0, REG_EXPAND_SZ, (const BYTE *)"%PATH", 6);
    if (!error)
        error = RegQueryValueExA(key, "\xC3\xA4", NULL, &type, data, &size);
    size = sizeof data;
    if (!error)
        error = RegGetValueW(key, NULL, u"\u00e4", RRF_RT_ANY, &type, data, &size);
    size = sizeof data;
    if (!error)
        error = RegEnumValueA(key, 0, (LPSTR)(void *)name, &length, NULL, &type, data, &size);
    length = 256;
    if (!error)
        error = RegEnumKeyExW(key, 0, name, &length, NULL, NULL, NULL, NULL);
    length = 256;
    if (!error)
        error = RegQueryInfoKeyA(key, (LPSTR)(void *)name, &length, NULL, &size, &size, &size, &size, &size,
                                 &size, NULL, NULL);
    if (!error)
        error = RegOpenKeyExW(key, u"S\u00fcb", 0, KEY_READ, &child);
    if (!error)
        error = RegCloseKey(child);
    if (!error)
        error = RegRenameKey(key, u"S\u00fcb", u"\u00dcb");
    if (!error)
        error = RegDeleteTreeW(key, NULL);
    RegCloseKey(key);
    return error;
}

static void each_allocation(void **state)
{
    struct sample *s = *state;
    const char *path = sample_file(s, "registry");
    size_t live;
    unsigned n = 0;

    GIVES(0, work()); /* what is made once, for good */
    assert_success(reg_win32_use(NULL));
    live = plat_fake_memory_live();
    do {
        bool failed;
        LONG error;

        assert_success(reg_win32_use(path));
        plat_fake_memory_fail(++n, false);
        error = work();
        failed = plat_fake_memory_failures() > 0;
        if (error != 0 && (!failed || error != 8))
            fail_msg("allocation %u: error %d", n, (int)error);
        plat_fake_memory_fail(0, false);
        assert_success(reg_win32_use(NULL));
        assert_int_equal(plat_fake_memory_live(), live);
        assert_success(reg_win32_use(path));
        GIVES(0, work()); /* and it goes on */
        assert_success(reg_win32_use(NULL));
        if (!failed)
            break;
    } while (n < 1000);
    assert_in_range(n, 10, 999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_allocation, face_setup, face_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
