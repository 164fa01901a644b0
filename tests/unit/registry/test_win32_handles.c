/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is passed for a handle: an error code, never a crash. And the face from many threads at once. */
#include "face.h"

#include "platform/random.h"
#include "platform/thread.h"

#include <string.h>

#define ROOT HKEY_LOCAL_MACHINE

/* Sign-extended, as on 64-bit Windows. */
static void predefined(void **state)
{
    static const HKEY keys[] = {HKEY_CLASSES_ROOT,     HKEY_CURRENT_USER,   HKEY_LOCAL_MACHINE, HKEY_USERS,
                                HKEY_PERFORMANCE_DATA, HKEY_CURRENT_CONFIG, HKEY_DYN_DATA};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(keys); i++)
        assert_true((intptr_t)keys[i] == (intptr_t)INT32_MIN + (intptr_t)i);
    assert_true((uintptr_t)INVALID_HANDLE_VALUE == UINTPTR_MAX);
}

/* Every function that takes a handle, with arguments that are good; the sum of what they return. */
static unsigned call_all(HKEY key, unsigned *invalid)
{
    static WCHAR name[64] = u"n";
    BYTE data[64];
    DWORD size = sizeof data, length = 64, type;
    LONG long_size = sizeof data;
    HKEY out = NULL;
    HANDLE handle = (HANDLE)key;
    FILETIME time;
    VALENTW value = {.ve_valuename = name};
    CE_REGISTRY_INFO info = {.cbSize = sizeof info};
    LONG results[40];
    unsigned n = 0;

    results[n++] = RegOpenKeyExW(key, u"none", 0, KEY_READ, &out);
    results[n++] = RegQueryValueW(key, u"none", name, &long_size);
    results[n++] = RegQueryValueExW(key, u"none", NULL, &type, data, &size);
    results[n++] = RegGetValueW(key, u"none", u"none", RRF_RT_ANY, &type, data, &size);
    results[n++] = RegQueryMultipleValuesW(key, &value, 1, (LPWSTR)(void *)data, &size);
    results[n++] = RegEnumKeyExW(key, UINT32_MAX, name, &length, NULL, NULL, NULL, &time);
    length = 64;
    results[n++] = RegEnumValueW(key, UINT32_MAX, name, &length, NULL, &type, data, &size);
    results[n++] = RegQueryInfoKeyW(key, NULL, NULL, NULL, &size, NULL, NULL, NULL, NULL, NULL, NULL, &time);
    results[n++] = RegDeleteKeyW(key, u"none");
    results[n++] = RegDeleteKeyExW(key, u"none", 0, 0);
    results[n++] = RegDeleteTreeW(key, u"none");
    results[n++] = RegDeleteValueW(key, u"none");
    results[n++] = RegDeleteKeyValueW(key, u"none", u"none");
    results[n++] = RegCopyTreeW(key, u"none", key);
    results[n++] = RegRenameKey(key, u"none", u"other");
    results[n++] = RegFlushKey(key);
    results[n++] = RegRestoreKeyW(key, u"no such file", 0);
    results[n++] = RegLoadKeyW(key, u"n", u"no such file");
    results[n++] = RegUnLoadKeyW(key, u"none");
    results[n++] = RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_NAME, handle, TRUE);
    results[n++] = CeRegGetInfoW(key, &info);
    results[n++] = SetEvent(handle) ? 0 : 6;
    results[n++] = WaitForSingleObject(handle, 0) == WAIT_FAILED ? 6 : 0;
    results[n++] = CeFindNextRegChange(handle) ? 0 : 6;
    results[n++] = CeRegGetNotificationInfo(handle, 0, NULL, 0, NULL, &size) ? 0 : 6;
    *invalid = 0;
    for (unsigned i = 0; i < n; i++)
        *invalid += results[i] == 6;
    return n;
}

static void *random_handle(void *const *known, size_t count)
{
    uint32_t dice[2];
    uintptr_t value;

    assert_int_equal(plat_random(dice, sizeof dice), ERROR_SUCCESS);
    assert_int_equal(plat_random(&value, sizeof value), ERROR_SUCCESS);
    switch (dice[0] % 6) {
    case 0:
        return (void *)value;
    case 1:
        return (void *)(value & 0x7FFFFFFFU);
    case 2: /* near a good or a stale one */
        return (void *)((uintptr_t)known[dice[1] % count] ^ (uintptr_t)1
                                                                << (dice[1] / 64 % (8 * sizeof value)));
    case 3:
        return (void *)((uintptr_t)known[dice[1] % count] + (value & 0xFF));
    case 4: /* near the predefined ones */
        return (void *)((uintptr_t)HKEY_CLASSES_ROOT + 4 + (value & 0xFFFFFF));
    default:
        return (void *)(value & 0xFFF);
    }
}

static void garbage(void **state)
{
    void *known[16];
    unsigned n, invalid;

    (void)state;
    for (size_t i = 0; i < ELEMENTS(known); i++)
        known[i] = face_make_key(TEXT("H"));
    for (size_t i = 0; i < ELEMENTS(known); i += 2) /* every other one is stale */
        GIVES(0, RegCloseKey(known[i]));
    for (unsigned i = 0; i < 5000; i++) {
        void *handle = random_handle(known, ELEMENTS(known));
        bool good = false;

        for (size_t k = 1; k < ELEMENTS(known); k += 2)
            good = good || handle == known[k];
        n = call_all(handle, &invalid);
        if (!good && invalid != n)
            fail_msg("%p: %u of %u calls took it", handle, n - invalid, n);
    }
    for (size_t i = 0; i < ELEMENTS(known); i += 2) {
        n = call_all(known[i], &invalid);
        assert_int_equal(invalid, n);
        GIVES(6, RegCloseKey(known[i]));
        GIVES(0, RegCloseKey(known[i + 1]));
    }
}

/* A good handle of one kind where another is asked for. */
static void other_kinds(void **state)
{
    HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);
    HKEY key = face_make_key(TEXT("K"));
    HANDLE change = CeFindFirstRegChange(key, FALSE, REG_NOTIFY_CHANGE_NAME);

    (void)state;
    GIVES(6, RegCloseKey((HKEY)event));
    GIVES(6, RegCloseKey((HKEY)change));
    GIVES(6, RegFlushKey((HKEY)event));
    assert_false(CloseHandle(key));
    assert_false(SetEvent(change));
    assert_false(CeFindCloseRegChange(event));
    assert_int_equal(WaitForSingleObject(key, 0), WAIT_FAILED);
    assert_true(CeFindCloseRegChange(change));
    assert_true(CloseHandle(event));
    GIVES(0, RegCloseKey(key));
}

struct work {
    HKEY shared;
    unsigned done;
};

/* Values of its own kind under one key, keys made and deleted, through handles of its own and a shared one. */
static void work(void *context)
{
    struct work *w = context;
    WCHAR name[] = u"own ";

    name[3] = (WCHAR)('a' + ((uintptr_t)w / sizeof *w) % 26);
    for (DWORD i = 0; i < 25; i++) {
        HKEY key = NULL;
        DWORD read = 0, size = sizeof read;

        if (RegCreateKeyExW(w->shared, name, 0, NULL, 0, 0, NULL, &key, NULL) ||
            RegSetValueExW(key, u"n", 0, REG_DWORD, (const BYTE *)&i, sizeof i) ||
            RegQueryValueExW(key, u"n", NULL, NULL, (BYTE *)&read, &size) || read != i || RegCloseKey(key) ||
            RegDeleteKeyW(w->shared, name) || RegCloseKey(key) != 6)
            return;
        w->done++;
    }
}

static void threads(void **state)
{
    static struct work works[6]; /* more than there are connections */
    struct plat_thread *running[ELEMENTS(works)];
    HKEY shared = face_make_key(TEXT("Shared"));

    for (size_t i = 0; i < ELEMENTS(works); i++) {
        works[i] = (struct work){shared, 0};
        assert_int_equal(plat_thread_start("face", 0, work, &works[i], &running[i]), ERROR_SUCCESS);
    }
    for (size_t i = 0; i < ELEMENTS(works); i++) {
        plat_thread_join(running[i]);
        assert_int_equal(works[i].done, 25);
    }
    assert_string_equal(face_keys(state, "Shared"), "");
    GIVES(0, RegCloseKey(shared));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(predefined),
        cmocka_unit_test_setup_teardown(garbage, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(other_kinds, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(threads, face_setup, face_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
