/* SPDX-License-Identifier: Apache-2.0 */
/* CreateEvent, WaitForSingleObject and their kin (winbase.h) over platform/handles.h. */
#include "platform/handles.h"
#include "platform/lasterror.h"

#include <winbase.h>

static BOOL fail(win_error error)
{
    plat_last_error_set(error);
    return FALSE;
}

static HANDLE create(BOOL manual, BOOL initial, bool named)
{
    struct plat_waitable *event;
    win_error error = ERROR_NOT_ENOUGH_MEMORY;
    HANDLE handle = NULL;

    if (named) {
        plat_last_error_set(ERROR_NOT_SUPPORTED);
        return NULL;
    }
    event = plat_event_create(manual != FALSE, initial != FALSE);
    if (event)
        error = plat_handle_make(PLAT_HANDLE_EVENT, &event->object, &handle);
    if (error && event)
        plat_object_release(&event->object);
    plat_last_error_set(error); /* 0 tells a new event from one that was there (ERROR_ALREADY_EXISTS) */
    return handle;
}

HANDLE CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState,
                    LPCWSTR lpName)
{
    (void)lpEventAttributes;
    return create(bManualReset, bInitialState, lpName != NULL);
}

HANDLE CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState,
                    LPCSTR lpName)
{
    (void)lpEventAttributes;
    return create(bManualReset, bInitialState, lpName != NULL);
}

static BOOL change(HANDLE handle, void (*how)(struct plat_waitable *waitable))
{
    struct plat_object *object = plat_handle_get(handle, PLAT_HANDLE_EVENT);

    if (!object)
        return fail(ERROR_INVALID_HANDLE);
    how((struct plat_waitable *)(void *)object);
    plat_object_release(object);
    return TRUE;
}

BOOL SetEvent(HANDLE hEvent)
{
    return change(hEvent, plat_waitable_set);
}

BOOL ResetEvent(HANDLE hEvent)
{
    return change(hEvent, plat_waitable_reset);
}

BOOL CloseHandle(HANDLE hObject)
{
    struct plat_object *object = plat_handle_take(hObject, PLAT_HANDLE_EVENT);

    if (!object)
        return fail(ERROR_INVALID_HANDLE);
    plat_object_release(object);
    return TRUE;
}

DWORD WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds)
{
    return WaitForMultipleObjects(1, &hHandle, FALSE, dwMilliseconds);
}

/* The objects behind the handles, all different, each with a reference: as many as were got are counted. */
static win_error get_all(struct plat_waitable **objects, const HANDLE *handles, DWORD count, DWORD *got)
{
    for (*got = 0; *got < count; ++*got) {
        objects[*got] = plat_waitable_of(handles[*got]);
        if (!objects[*got])
            return ERROR_INVALID_HANDLE;
        for (DWORD i = 0; i < *got; i++) {
            if (objects[i] == objects[*got]) {
                plat_object_release(&objects[*got]->object);
                return ERROR_INVALID_PARAMETER;
            }
        }
    }
    return ERROR_SUCCESS;
}

DWORD WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll, DWORD dwMilliseconds)
{
    struct plat_waitable *objects[MAXIMUM_WAIT_OBJECTS];
    DWORD got = 0, which = 0;
    win_error error = ERROR_INVALID_PARAMETER;

    _Static_assert(MAXIMUM_WAIT_OBJECTS == PLAT_WAIT_MOST, "one number");
    if (nCount > 0 && nCount <= MAXIMUM_WAIT_OBJECTS && lpHandles)
        error = get_all(objects, lpHandles, nCount, &got);
    if (!error)
        error = plat_wait(objects, nCount, bWaitAll != FALSE, dwMilliseconds, &which);
    while (got > 0)
        plat_object_release(&objects[--got]->object);
    if (error == WAIT_TIMEOUT)
        return WAIT_TIMEOUT;
    if (error) {
        plat_last_error_set(error);
        return WAIT_FAILED;
    }
    return WAIT_OBJECT_0 + (bWaitAll ? 0 : which);
}

VOID Sleep(DWORD dwMilliseconds)
{
    plat_sleep(dwMilliseconds);
}
