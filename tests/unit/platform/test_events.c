/* SPDX-License-Identifier: Apache-2.0 */
/* Events and waits (winbase.h), as documented for CreateEvent, WaitForSingleObject and WaitForMultipleObjects. */
#include "scratch.h"

#include "platform/clock.h"
#include "platform/thread.h"

#include <windows.h>

static HANDLE event(BOOL manual, BOOL initial)
{
    HANDLE handle = CreateEventW(NULL, manual, initial, NULL);

    assert_non_null(handle);
    return handle;
}

static void automatic(void **state)
{
    HANDLE e = event(FALSE, TRUE);

    (void)state;
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_TIMEOUT);
    assert_true(SetEvent(e));
    assert_true(SetEvent(e)); /* twice is once */
    assert_int_equal(WaitForSingleObject(e, INFINITE), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_TIMEOUT);
    assert_true(SetEvent(e));
    assert_true(ResetEvent(e));
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_TIMEOUT);
    assert_true(CloseHandle(e));
}

static void manual(void **state)
{
    HANDLE e = CreateEventA(NULL, TRUE, FALSE, NULL);

    (void)state;
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_TIMEOUT);
    assert_true(SetEvent(e));
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_OBJECT_0);
    assert_true(ResetEvent(e));
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_TIMEOUT);
    assert_true(CloseHandle(e));
}

static void timeout(void **state)
{
    HANDLE e = event(TRUE, FALSE);
    uint64_t start = plat_clock_monotonic_ms();

    (void)state;
    assert_int_equal(WaitForSingleObject(e, 30), WAIT_TIMEOUT);
    assert_true(plat_clock_monotonic_ms() - start >= 29);
    start = plat_clock_monotonic_ms();
    Sleep(20);
    assert_true(plat_clock_monotonic_ms() - start >= 19);
    CloseHandle(e);
}

static void several(void **state)
{
    HANDLE e[3] = {event(FALSE, FALSE), event(TRUE, FALSE), event(FALSE, FALSE)};

    (void)state;
    assert_int_equal(WaitForMultipleObjects(3, e, FALSE, 0), WAIT_TIMEOUT);
    SetEvent(e[1]);
    SetEvent(e[2]);
    assert_int_equal(WaitForMultipleObjects(3, e, FALSE, INFINITE), WAIT_OBJECT_0 + 1); /* the lowest */
    assert_int_equal(WaitForMultipleObjects(3, e, TRUE, 0), WAIT_TIMEOUT);
    assert_int_equal(WaitForSingleObject(e[2], 0), WAIT_OBJECT_0); /* nothing was taken before */
    SetEvent(e[0]);
    SetEvent(e[2]);
    assert_int_equal(WaitForMultipleObjects(3, e, TRUE, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(e[0], 0), WAIT_TIMEOUT);
    assert_int_equal(WaitForSingleObject(e[1], 0), WAIT_OBJECT_0); /* manual: stays */
    for (int i = 0; i < 3; i++)
        CloseHandle(e[i]);
}

static void refused(void **state)
{
    static const WCHAR name[] = {'n', 0};
    HANDLE e = event(TRUE, TRUE);
    HANDLE twice[2] = {e, e};
    static HANDLE many[MAXIMUM_WAIT_OBJECTS + 1];

    (void)state;
    assert_null(CreateEventW(NULL, TRUE, TRUE, name));
    assert_int_equal(GetLastError(), ERROR_NOT_SUPPORTED);
    assert_null(CreateEventA(NULL, TRUE, TRUE, "n"));
    assert_int_equal(WaitForMultipleObjects(2, twice, FALSE, 0), WAIT_FAILED);
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    assert_int_equal(WaitForMultipleObjects(0, twice, FALSE, 0), WAIT_FAILED);
    assert_int_equal(WaitForMultipleObjects(1, NULL, FALSE, 0), WAIT_FAILED);
    assert_int_equal(WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS + 1, many, FALSE, 0), WAIT_FAILED);
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    twice[1] = NULL;
    assert_int_equal(WaitForMultipleObjects(2, twice, FALSE, 0), WAIT_FAILED);
    assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
    assert_true(CloseHandle(e));
    SetLastError(0);
    assert_false(CloseHandle(e));
    assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
    assert_false(SetEvent(e));
    assert_false(ResetEvent(e));
    assert_false(SetEvent(INVALID_HANDLE_VALUE));
    assert_int_equal(WaitForSingleObject(e, INFINITE), WAIT_FAILED);
}

struct race {
    HANDLE go, answer;
    unsigned rounds;
};

static void answer(void *context)
{
    struct race *race = context;

    for (unsigned i = 0; i < race->rounds; i++) {
        if (WaitForSingleObject(race->go, INFINITE) != WAIT_OBJECT_0)
            return;
        SetEvent(race->answer);
    }
}

static void between_threads(void **state)
{
    struct race race = {event(FALSE, FALSE), event(FALSE, FALSE), 5000};
    struct plat_thread *thread;

    (void)state;
    assert_int_equal(plat_thread_start("answer", 0, answer, &race, &thread), ERROR_SUCCESS);
    for (unsigned i = 0; i < race.rounds; i++) {
        HANDLE both[2] = {race.answer, race.go};

        SetEvent(race.go);
        /* Whoever takes "go" first: if we did, give it back. */
        while (WaitForMultipleObjects(2, both, FALSE, INFINITE) != WAIT_OBJECT_0)
            SetEvent(race.go);
    }
    plat_thread_join(thread);
    CloseHandle(race.go);
    CloseHandle(race.answer);
}

/* Closed during a wait: the wait lives on until its time is up. */
static void close_soon(void *context)
{
    Sleep(10);
    CloseHandle(context);
}

static void closed_in_a_wait(void **state)
{
    HANDLE e = event(TRUE, FALSE);
    struct plat_thread *thread;

    (void)state;
    assert_int_equal(plat_thread_start("close", 0, close_soon, e, &thread), ERROR_SUCCESS);
    assert_int_equal(WaitForSingleObject(e, 60), WAIT_TIMEOUT);
    plat_thread_join(thread);
    assert_int_equal(WaitForSingleObject(e, 0), WAIT_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(automatic),        cmocka_unit_test(manual),  cmocka_unit_test(timeout),
        cmocka_unit_test(several),          cmocka_unit_test(refused), cmocka_unit_test(between_threads),
        cmocka_unit_test(closed_in_a_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
