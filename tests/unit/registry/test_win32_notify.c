/* SPDX-License-Identifier: Apache-2.0 */
/* Notification through winreg.h: which changes reach whom, once each; other processes, foreign writers, closing. */
#include "face.h"

#include "support/child.h"

#include "platform/limits.h"
#include "platform/thread.h"
#include "registry/history.h"
#include "registry/win32.h"

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

#define ROOT HKEY_LOCAL_MACHINE
#define PATIENCE 30000U /* milliseconds: only a failing test waits so long */

static HANDLE event(void)
{
    HANDLE handle = CreateEvent(NULL, TRUE, FALSE, NULL);

    assert_non_null(handle);
    return handle;
}

static void heard(HANDLE handle)
{
    assert_int_equal(WaitForSingleObject(handle, PATIENCE), WAIT_OBJECT_0);
}

/*
 * Nothing has come, and nothing is on its way: a change made after all others has come to a watch of its own, and changes are told in their order.
 */
static void not_heard(HANDLE handle)
{
    static DWORD number;
    HKEY mark = face_make_key(TEXT("Mark"));
    HANDLE marked = CeFindFirstRegChange(mark, FALSE, REG_NOTIFY_CHANGE_LAST_SET);

    assert_ptr_not_equal(marked, INVALID_HANDLE_VALUE);
    assert_int_equal(WaitForSingleObject(marked, 0), WAIT_TIMEOUT);
    number++; /* a change, not a repetition */
    GIVES(0, RegSetValueEx(mark, TEXT("mark"), 0, REG_DWORD, (const BYTE *)&number, sizeof number));
    heard(marked);
    assert_true(CeFindCloseRegChange(marked));
    GIVES(0, RegCloseKey(mark));
    assert_int_equal(WaitForSingleObject(handle, 0), WAIT_TIMEOUT);
}

/* All that was done has been looked at. */
static void settle(void)
{
    HANDLE never = event();

    not_heard(never);
    assert_true(CloseHandle(never));
}

static HKEY open_key(LPCTSTR path)
{
    HKEY key = NULL;

    GIVES(0, RegOpenKeyEx(ROOT, path, 0, KEY_ALL_ACCESS, &key));
    return key;
}

enum what {
    SET_SELF,
    SET_SAME,
    SET_BELOW,
    DELETE_VALUE,
    MAKE_CHILD,
    MAKE_DEEP,
    DELETE_CHILD,
    RENAME_CHILD,
    SET_ELSEWHERE,
    MAKE_ELSEWHERE
};

static void act(enum what what)
{
    HKEY key = open_key(TEXT("W")), made = NULL;

    switch (what) {
    case SET_SELF:
        face_set(key, TEXT("new"), TEXT("x"));
        break;
    case SET_SAME:
        face_set(key, TEXT("old"), TEXT("x"));
        break;
    case SET_BELOW:
        GIVES(0, RegSetKeyValue(key, TEXT("Child"), TEXT("new"), REG_BINARY, "", 1));
        break;
    case DELETE_VALUE:
        GIVES(0, RegDeleteValue(key, TEXT("old")));
        break;
    case MAKE_CHILD:
        GIVES(0, RegCreateKey(key, TEXT("New"), &made));
        break;
    case MAKE_DEEP:
        GIVES(0, RegCreateKey(key, TEXT("Child\\New"), &made));
        break;
    case DELETE_CHILD:
        GIVES(0, RegDeleteKey(key, TEXT("Child")));
        break;
    case RENAME_CHILD:
        GIVES(0, RegRenameKey(key, u"Child", u"Renamed"));
        break;
    case SET_ELSEWHERE:
        GIVES(0, RegSetKeyValue(ROOT, TEXT("Wide"), TEXT("new"), REG_BINARY, "", 1));
        break;
    case MAKE_ELSEWHERE:
        GIVES(0, RegCreateKey(ROOT, TEXT("W2"), &made));
        break;
    }
    GIVES(0, made ? RegCloseKey(made) : 0);
    GIVES(0, RegCloseKey(key));
}

/* Filters and reach, by both kinds of notification. */
static void matching(void **state)
{
    enum { NAME = REG_NOTIFY_CHANGE_NAME, LAST = REG_NOTIFY_CHANGE_LAST_SET };
    static const struct {
        enum what what;
        DWORD filter;
        BOOL subtree, expected;
    } rows[] = {
        {SET_SELF, LAST, FALSE, TRUE},       {SET_SELF, NAME, TRUE, FALSE},
        {SET_SELF, LAST, TRUE, TRUE},        {SET_SAME, LAST, FALSE, TRUE},
        {DELETE_VALUE, LAST, FALSE, TRUE},   {DELETE_VALUE, NAME, TRUE, FALSE},
        {SET_BELOW, LAST, FALSE, FALSE},     {SET_BELOW, LAST, TRUE, TRUE},
        {SET_BELOW, NAME, TRUE, FALSE},      {MAKE_CHILD, NAME, FALSE, TRUE},
        {MAKE_CHILD, LAST, TRUE, FALSE},     {MAKE_DEEP, NAME, FALSE, FALSE},
        {MAKE_DEEP, NAME, TRUE, TRUE},       {DELETE_CHILD, NAME, FALSE, TRUE},
        {DELETE_CHILD, LAST, FALSE, FALSE},  {RENAME_CHILD, NAME, FALSE, TRUE},
        {RENAME_CHILD, LAST, TRUE, FALSE},   {SET_ELSEWHERE, LAST, TRUE, FALSE},
        {MAKE_ELSEWHERE, NAME, TRUE, FALSE}, {MAKE_CHILD, NAME | LAST, FALSE, TRUE},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        HKEY key = face_make_key(TEXT("W"));
        HANDLE e = event(), change;

        GIVES(0, RegCloseKey(face_make_key(TEXT("W\\Child"))));
        GIVES(0, RegCloseKey(face_make_key(TEXT("Wide"))));
        face_set(key, TEXT("old"), TEXT("x"));
        GIVES(0, RegNotifyChangeKeyValue(key, rows[i].subtree, rows[i].filter, e, TRUE));
        change = CeFindFirstRegChange(key, rows[i].subtree, rows[i].filter);
        assert_ptr_not_equal(change, INVALID_HANDLE_VALUE);
        assert_int_equal(WaitForSingleObject(e, 0), WAIT_TIMEOUT);
        act(rows[i].what);
        (rows[i].expected ? heard : not_heard)(change);
        (rows[i].expected ? heard : not_heard)(e);
        assert_true(CeFindCloseRegChange(change));
        GIVES(0, RegCloseKey(key));
        assert_true(CloseHandle(e));
        GIVES(0, RegDeleteTree(ROOT, TEXT("W")));
        GIVES(0, RegDeleteTree(ROOT, TEXT("Wide")));
    }
}

static void one_shot(void **state)
{
    HKEY key = face_make_key(TEXT("S"));
    HANDLE e = event();

    (void)state;
    GIVES(0, RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, e, TRUE));
    face_set(key, TEXT("a"), TEXT("1"));
    heard(e);
    assert_true(ResetEvent(e));
    face_set(key, TEXT("a"), TEXT("2"));
    not_heard(e); /* not asked for again */
    GIVES(0, RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, e, TRUE));
    heard(e);                                                                      /* it was remembered */
    GIVES(0, RegNotifyChangeKeyValue(key, TRUE, REG_NOTIFY_CHANGE_NAME, e, TRUE)); /* as the first call said */
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_TIMEOUT); /* and asking resets the event */
    GIVES(0, RegCloseKey(face_make_key(TEXT("S\\Sub"))));
    not_heard(e);
    face_set(key, TEXT("a"), TEXT("3"));
    heard(e);
    GIVES(0, RegCloseKey(key));
    CloseHandle(e);
}

static void closing(void **state)
{
    HKEY key = face_make_key(TEXT("C"));
    HANDLE e = event(), other = event();

    (void)state;
    GIVES(0, RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_NAME, e, TRUE));
    GIVES(0, RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_NAME, other, TRUE));
    assert_true(CloseHandle(other)); /* an event may go before its notification */
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_TIMEOUT);
    GIVES(0, RegCloseKey(key));
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_OBJECT_0);
    CloseHandle(e);
}

static void deleted_key(void **state)
{
    HKEY key = face_make_key(TEXT("D\\Sub"));
    HANDLE change = CeFindFirstRegChange(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET);

    (void)state;
    GIVES(0, RegDeleteTree(ROOT, TEXT("D")));
    heard(change);
    assert_true(CeFindNextRegChange(change));
    GIVES(0,
          RegSetKeyValue(ROOT, TEXT("D\\Sub"), TEXT("x"), REG_BINARY, "", 1)); /* another key of that name */
    not_heard(change);
    assert_true(CeFindCloseRegChange(change));
    GIVES(0, RegCloseKey(key));
}

/* A watch follows its key when a key above is renamed. */
static void renamed(void **state)
{
    HKEY key = face_make_key(TEXT("N\\A\\B"));
    HANDLE change = CeFindFirstRegChange(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET);

    (void)state;
    GIVES(0, RegRenameKey(ROOT, u"N\\A", u"A much longer name"));
    GIVES(0, RegRenameKey(key, NULL, u"C"));
    not_heard(change);
    face_set(key, TEXT("x"), TEXT("1"));
    heard(change);
    assert_true(CeFindCloseRegChange(change));
    GIVES(0, RegCloseKey(key));
}

static void refused(void **state)
{
    HKEY key = face_make_key(TEXT("R"));
    HANDLE e = event(), change;
    DWORD size = 0;

    (void)state;
    GIVES(87, RegNotifyChangeKeyValue(key, FALSE, 0, e, TRUE));
    GIVES(87, RegNotifyChangeKeyValue(key, FALSE, 0x100, e, TRUE));
    GIVES(6, RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_NAME, NULL, TRUE));
    GIVES(6, RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_NAME, key, TRUE));
    GIVES(6, RegNotifyChangeKeyValue(NULL, FALSE, REG_NOTIFY_CHANGE_NAME, e, TRUE));
    GIVES(0,
          RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_THREAD_AGNOSTIC, e, TRUE));
    for (unsigned i = 1; i < LIMIT_FACE_NOTIFY; i++)
        GIVES(0, RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_NAME, e, TRUE));
    GIVES(4, RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_NAME, e, TRUE));
    assert_ptr_equal(CeFindFirstRegChange(key, FALSE, 0), INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), 87);
    assert_ptr_equal(CeFindFirstRegChange(NULL, FALSE, 1), INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), 6);
    assert_false(CeFindNextRegChange(e));
    assert_int_equal(GetLastError(), 6);
    assert_false(CeFindCloseRegChange(key));
    GIVES(0, CeRegGetNotificationInfo(e, 0, NULL, 0, NULL, &size));
    change = CeFindFirstRegChange(key, FALSE, REG_NOTIFY_CHANGE_NAME);
    assert_false(CloseHandle(change)); /* its own function closes it */
    assert_true(CeFindCloseRegChange(change));
    assert_false(CeFindCloseRegChange(change));
    assert_false(CeFindNextRegChange(change));
    GIVES(0, RegCloseKey(key));
    CloseHandle(e);
}

/* ---- details ---- */

/* "ACTION:NAME" of each record, with "|" between; they lie as documented. */
static void describe(const BYTE *data, DWORD size, char *text)
{
    DWORD at = 0;

    *text = '\0';
    while (at < size) {
        DWORD head[3];

        memcpy(head, data + at, sizeof head);
        assert_int_equal(head[0] % 4, 0);
        text += sprintf(text, "%s%u:", at ? "|" : "", (unsigned)head[1]);
        for (DWORD i = 0; i < head[2]; i += 2)
            *text++ = (char)data[at + 12 + i];
        *text = '\0';
        assert_true(at + 12 + head[2] <= size);
        if (head[0] == 0)
            break;
        at += head[0];
    }
}

static void details(void **state)
{
    HKEY key = face_make_key(TEXT("I"));
    HANDLE change = CeFindFirstRegChange(key, TRUE, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET);
    static BYTE data[1024];
    char text[512];
    DWORD returned = 99, available = 99;

    (void)state;
    GIVES(1, CeRegGetNotificationInfo(change, 0, data, sizeof data, &returned, &available));
    assert_true(returned == 0 && available == 0);
    face_set(key, TEXT("v"), TEXT("1"));
    GIVES(0, RegSetKeyValue(key, TEXT("Sub"), TEXT("w"), REG_BINARY, "", 1));
    GIVES(0, RegSetKeyValue(key, TEXT("Sub"), NULL, REG_BINARY, "", 1));
    face_set(key, NULL, TEXT("1"));
    GIVES(0, RegRenameKey(key, u"Sub", u"Other"));
    GIVES(0, RegDeleteValue(key, TEXT("v")));
    GIVES(0, RegDeleteKey(key, TEXT("Other")));
    settle();
    heard(change);
    GIVES(1, CeRegGetNotificationInfo(change, 0, NULL, 0, NULL, &available));
    assert_true(available > 0 && available % 4 == 0);
    GIVES(0, CeRegGetNotificationInfo(change, 0, data, 12, &returned, &available));
    assert_int_equal(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(returned, 0);
    GIVES(0, CeRegGetNotificationInfo(change, 1, data, sizeof data, &returned, &available));
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    GIVES(0, CeRegGetNotificationInfo(change, 0, data, sizeof data, NULL, &available));
    memset(data, 0xEE, sizeof data);
    GIVES(1, CeRegGetNotificationInfo(change, 0, data, 16 + 20 + 3, &returned, &available));
    assert_int_equal(GetLastError(), ERROR_MORE_DATA);
    assert_int_equal(returned, 16 + 20);
    describe(data, returned, text);
    assert_string_equal(text, "3:v|1:Sub");
    GIVES(1, CeRegGetNotificationInfo(change, 0, data, sizeof data, &returned, &available));
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
    assert_int_equal(available, 0);
    describe(data, returned, text);
    assert_string_equal(text, "3:Sub\\w|3:Sub|3:|2:Sub|1:Other|2:v|2:Other\\w|2:Other|2:Other");
    /* it is still signalled, until asked for the next */
    assert_int_equal(WaitForSingleObject(change, 0), WAIT_OBJECT_0);
    assert_true(CeFindNextRegChange(change)); /* answered at once: more came after the first */
    assert_true(CeFindNextRegChange(change));
    assert_int_equal(WaitForSingleObject(change, 0), WAIT_TIMEOUT);
    assert_true(CeFindCloseRegChange(change));
    GIVES(0, RegCloseKey(key));
}

/* More than can be kept: told that something happened, not what. */
static void too_many(void **state)
{
    HKEY key = face_make_key(TEXT("L"));
    HANDLE change = CeFindFirstRegChange(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET);
    static TCHAR name[8001];
    BYTE data[64];
    DWORD returned = 99, available = 99;

    (void)state;
    for (unsigned i = 0; i < 8000; i++)
        name[i] = 'n';
    for (unsigned i = 0; i < 5; i++) {
        name[0] = (TCHAR)('a' + i);
        GIVES(0, RegSetValueEx(key, name, 0, REG_BINARY, NULL, 0));
    }
    settle();
    heard(change);
    /* Asking how much there is changes nothing: what comes next is not told as if nothing were missing. */
    GIVES(1, CeRegGetNotificationInfo(change, 0, NULL, 0, &returned, &available));
    assert_true(returned == 0 && available == 0);
    face_set(key, TEXT("small"), TEXT("1"));
    settle();
    GIVES(1, CeRegGetNotificationInfo(change, 0, data, sizeof data, &returned, &available));
    assert_true(returned == 0 && available == 0);
    face_set(key, TEXT("v"), TEXT("1"));
    settle();
    GIVES(1, CeRegGetNotificationInfo(change, 0, data, sizeof data, &returned, &available)); /* and on again */
    assert_int_equal(returned, 16);
    assert_true(CeFindCloseRegChange(change));
    GIVES(0, RegCloseKey(key));
}

/* ---- others ---- */

static int write_in_child(void *context)
{
    struct reg_db *db;
    win_error error = reg_db_open(context, REG_OPEN_WRITE, &db, NULL);
    reg_key key = REG_KEY_NONE;

    if (!error)
        error = reg_key_open(db, REG_HKLM, "P", &key);
    if (!error)
        error = sample_set_dword(db, key, "n", 1);
    reg_db_close(db);
    return error ? 1 : 0;
}

static void other_process(void **state)
{
    struct sample *s = *state;
    char path[512];
    HKEY key = NULL;
    HANDLE change;
    int child;

    snprintf(path, sizeof path, "%s", sample_file(s, "registry"));
    GIVES(0, RegCreateKey(ROOT, TEXT("P"), &key));
    child = child_start(write_in_child, path); /* before there are threads */
    change = CeFindFirstRegChange(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET);
    assert_int_equal(child_wait(child), 0);
    if (WaitForSingleObject(change, 0) != WAIT_OBJECT_0) {
        /* It was faster than the watch. */
        child = child_start(write_in_child, path);
        assert_int_equal(child_wait(child), 0);
    }
    heard(change);
    assert_true(CeFindCloseRegChange(change));
    GIVES(0, RegCloseKey(key));
}

/* Somebody who knows nothing of history and bells. */
static void foreign(void **state)
{
    struct sample *s = *state;
    HKEY key = face_make_key(TEXT("F"));
    HANDLE change, elsewhere;
    BYTE data[64];
    DWORD returned = 99, available = 99;
    sqlite3 *db;

    face_set(key, TEXT("v"), TEXT("1"));
    change = CeFindFirstRegChange(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET);
    elsewhere = CeFindFirstRegChange(HKEY_USERS, FALSE, REG_NOTIFY_CHANGE_NAME);
    assert_int_equal(sqlite3_open(sample_file(s, "registry"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE val SET data = x'3200' WHERE name = 'v'", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    heard(change);
    heard(elsewhere); /* nobody can know */
    GIVES(1, CeRegGetNotificationInfo(change, 0, data, sizeof data, &returned, &available));
    assert_true(returned == 0 && available == 0);
    assert_true(CeFindCloseRegChange(change));
    assert_true(CeFindCloseRegChange(elsewhere));
    GIVES(0, RegCloseKey(key));
}

struct waiter {
    HKEY key;
    LONG error;
    HANDLE about_to;
};

static void wait_here(void *context)
{
    struct waiter *w = context;

    SetEvent(w->about_to);
    w->error = RegNotifyChangeKeyValue(w->key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, NULL, FALSE);
}

/* The synchronous form returns with a change, or when another thread closes the handle. */
static void synchronous(void **state)
{
    struct waiter w = {face_make_key(TEXT("Y")), -1, event()};
    HANDLE first = event();
    struct plat_thread *thread;

    (void)state;
    /* The handle is watched from here on: a change that comes before the thread's call is remembered. */
    GIVES(0, RegNotifyChangeKeyValue(w.key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, first, TRUE));
    face_set(w.key, TEXT("v"), TEXT("1"));
    heard(first);
    assert_int_equal(plat_thread_start("waiter", 0, wait_here, &w, &thread), ERROR_SUCCESS);
    face_set(w.key, TEXT("v"), TEXT("2"));
    plat_thread_join(thread);
    GIVES(0, w.error);
    w.error = -1;
    assert_true(ResetEvent(w.about_to));
    assert_int_equal(plat_thread_start("waiter", 0, wait_here, &w, &thread), ERROR_SUCCESS);
    heard(w.about_to);
    GIVES(0, RegCloseKey(w.key));
    plat_thread_join(thread);
    assert_true(w.error == 0 || w.error == 6); /* closed during the call, or before it */
    assert_true(CloseHandle(w.about_to));
    assert_true(CloseHandle(first));
}

/* Another registry: what belongs to the old one ends. */
static void another_registry(void **state)
{
    struct sample *s = *state;
    HKEY key = face_make_key(TEXT("X"));
    HANDLE e = event(), change = CeFindFirstRegChange(key, FALSE, REG_NOTIFY_CHANGE_NAME);

    GIVES(0, RegNotifyChangeKeyValue(ROOT, FALSE, REG_NOTIFY_CHANGE_NAME, e, TRUE));
    assert_int_equal(reg_win32_use(sample_file(s, "second")), ERROR_SUCCESS);
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(change, 0), WAIT_OBJECT_0);
    GIVES(6, RegSetValue(key, NULL, REG_SZ, TEXT("x"), 0));
    GIVES(0, RegCloseKey(key));
    GIVES(2, RegOpenKeyEx(ROOT, TEXT("X"), 0, KEY_READ, &key));
    GIVES(0, RegNotifyChangeKeyValue(ROOT, FALSE, REG_NOTIFY_CHANGE_NAME, e, TRUE)); /* a root begins anew */
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_TIMEOUT);
    GIVES(0, RegCloseKey(face_make_key(TEXT("Made"))));
    heard(e);
    assert_true(CeFindCloseRegChange(change));
    CloseHandle(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(other_process, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(matching, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(one_shot, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(closing, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(deleted_key, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(renamed, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(refused, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(details, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(too_many, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(foreign, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(synchronous, face_setup, face_teardown),
        cmocka_unit_test_setup_teardown(another_registry, face_setup, face_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
