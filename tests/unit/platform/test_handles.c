/* SPDX-License-Identifier: Apache-2.0 */
/* The table of handles: good ones lead to their objects, all others nowhere. */
#include "scratch.h"

#include "platform/handles.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/random.h"
#include "platform/thread.h"

#include <string.h>

struct thing {
    struct plat_object object;
    unsigned *destroyed;
};

static void destroy(struct plat_object *object)
{
    ++*((struct thing *)(void *)object)->destroyed;
    plat_free(object);
}

static void *make(enum plat_handle_kind kind, unsigned *destroyed)
{
    struct thing *thing = plat_calloc(1, sizeof *thing);
    void *handle;

    assert_non_null(thing);
    thing->destroyed = destroyed;
    plat_object_init(&thing->object, destroy);
    assert_int_equal(plat_handle_make(kind, &thing->object, &handle), ERROR_SUCCESS);
    return handle;
}

static void one_life(void **state)
{
    unsigned destroyed = 0;
    void *handle = make(PLAT_HANDLE_KEY, &destroyed);
    struct plat_object *object = plat_handle_get(handle, PLAT_HANDLE_KEY);
    struct plat_object *taken;

    (void)state;
    assert_non_null(object);
    assert_null(plat_handle_get(handle, PLAT_HANDLE_EVENT));
    assert_null(plat_handle_take(handle, PLAT_HANDLE_CHANGE));
    assert_int_equal((uintptr_t)handle & 1, 0);
    assert_true((uintptr_t)handle > 0xFFFF && (uintptr_t)handle <= 0x7FFFFFFF);
    taken = plat_handle_take(handle, PLAT_HANDLE_KEY);
    assert_ptr_equal(taken, object);
    assert_null(plat_handle_get(handle, PLAT_HANDLE_KEY));
    assert_null(plat_handle_take(handle, PLAT_HANDLE_KEY));
    plat_object_release(taken);
    assert_int_equal(destroyed, 0); /* one still works with it */
    plat_object_release(object);
    assert_int_equal(destroyed, 1);
    plat_object_release(NULL);
}

/* An old value is no handle, however often its slot was used since, short of all generations. */
static void stale(void **state)
{
    enum { KEPT = 64, ROUNDS = 40000 };
    unsigned destroyed = 0;
    static void *old[KEPT];

    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        void *handle = make(PLAT_HANDLE_EVENT, &destroyed);

        for (unsigned i = 0; i < KEPT; i++)
            assert_ptr_not_equal(handle, old[i]);
        old[round % KEPT] = handle;
        plat_object_release(plat_handle_take(handle, PLAT_HANDLE_EVENT));
        assert_null(plat_handle_get(handle, PLAT_HANDLE_EVENT));
    }
    assert_int_equal(destroyed, ROUNDS);
}

static void full(void **state)
{
    static void *handles[LIMIT_HANDLES];
    unsigned destroyed = 0;
    struct thing extra = {.destroyed = &destroyed};
    void *handle;

    (void)state;
    for (unsigned i = 0; i < LIMIT_HANDLES; i++)
        handles[i] = make(PLAT_HANDLE_KEY, &destroyed);
    plat_object_init(&extra.object, destroy);
    assert_int_equal(plat_handle_make(PLAT_HANDLE_KEY, &extra.object, &handle), ERROR_TOO_MANY_OPEN_FILES);
    assert_null(handle);
    plat_object_release(plat_handle_take(handles[1000], PLAT_HANDLE_KEY));
    handles[1000] = make(PLAT_HANDLE_KEY, &destroyed);
    for (unsigned i = 0; i < LIMIT_HANDLES; i++)
        plat_object_release(plat_handle_take(handles[i], PLAT_HANDLE_KEY));
    assert_int_equal(destroyed, LIMIT_HANDLES + 1);
}

/* Made-up values, near good ones and far from them. */
static void invented(void **state)
{
    unsigned destroyed = 0, found = 0;
    void *handle = make(PLAT_HANDLE_KEY, &destroyed);
    uintptr_t good = (uintptr_t)handle;

    (void)state;
    for (unsigned bit = 0; bit < 8 * sizeof good; bit++)
        assert_null(plat_handle_get((void *)(good ^ (uintptr_t)1 << bit), PLAT_HANDLE_KEY));
    for (unsigned i = 0; i < 200000; i++) {
        uintptr_t value;

        assert_int_equal(plat_random(&value, sizeof value), ERROR_SUCCESS);
        value = i % 2 ? value : value & 0x7FFFFFFFU;
        for (int kind = PLAT_HANDLE_EVENT; kind <= PLAT_HANDLE_CHANGE; kind++) {
            struct plat_object *object = plat_handle_get((void *)value, (enum plat_handle_kind)kind);

            found += object != NULL;
            plat_object_release(object);
        }
    }
    assert_true(found < 20); /* the good one may be guessed: one in 2^31 */
    assert_null(plat_handle_get(NULL, PLAT_HANDLE_KEY));
    assert_null(plat_handle_get((void *)UINTPTR_MAX, PLAT_HANDLE_KEY));
    plat_object_release(plat_handle_take(handle, PLAT_HANDLE_KEY));
    assert_int_equal(destroyed, 1);
}

static void churn(void *context)
{
    unsigned *destroyed = context;

    for (unsigned i = 0; i < 5000; i++) {
        struct thing *thing = plat_calloc(1, sizeof *thing);
        struct plat_object *object;
        void *handle;

        if (!thing)
            return;
        thing->destroyed = destroyed;
        plat_object_init(&thing->object, destroy);
        if (plat_handle_make(PLAT_HANDLE_EVENT, &thing->object, &handle))
            return;
        object = plat_handle_get(handle, PLAT_HANDLE_EVENT);
        plat_object_release(plat_handle_take(handle, PLAT_HANDLE_EVENT));
        plat_object_release(object);
    }
}

static void threads(void **state)
{
    unsigned destroyed[4] = {0};
    struct plat_thread *running[4];

    (void)state;
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(plat_thread_start("churn", 0, churn, &destroyed[i], &running[i]), ERROR_SUCCESS);
    for (unsigned i = 0; i < 4; i++) {
        plat_thread_join(running[i]);
        assert_int_equal(destroyed[i], 5000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_life), cmocka_unit_test(stale),   cmocka_unit_test(full),
        cmocka_unit_test(invented), cmocka_unit_test(threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
