/* SPDX-License-Identifier: Apache-2.0 */
/* CeFindFirstRegChange, CeFindNextRegChange, CeFindCloseRegChange, CeRegGetNotificationInfo. */
#include "win32/watch.h"

#include "platform/lasterror.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"
#include "platform/thread.h"

#include <winbase.h>

#include <string.h>

#define HEAD ((size_t)offsetof(REG_NOTIFY_INFORMATION, RegName))

struct change {
    struct plat_waitable waitable; /* first: what a handle stands for, and is waited for */
    bool pending;                  /* something happened since it was signalled */
    bool lost;                     /* and cannot be told */
    struct plat_buffer records;    /* REG_NOTIFY_INFORMATION, each with the offset of the next */
    struct plat_buffer name;
    struct face_watch watch;
};

static struct change *change_of(struct face_watch *watch)
{
    return (struct change *)(void *)((char *)watch - offsetof(struct change, watch));
}

static void lose(struct change *change)
{
    change->lost = true;
    plat_buffer_clear(&change->records);
}

static void noticed(struct face_watch *watch, const struct face_notice *notice)
{
    struct change *change = change_of(watch);
    struct plat_buffer *name = &change->name;
    struct plat_buffer *records = &change->records;
    size_t size;

    plat_buffer_clear(name);
    plat_utf16le_append(name, notice->path, strlen(notice->path));
    if (notice->value && notice->path[0] != '\0' && notice->value[0] != '\0')
        plat_buffer_append_u16_le(name, '\\');
    if (notice->value)
        plat_utf16le_append(name, notice->value, strlen(notice->value));
    size = (HEAD + name->size + 3) & ~(size_t)3;
    if (change->lost || name->failed || !plat_buffer_reserve(records, size)) {
        lose(change);
        return;
    }
    plat_buffer_append_u32_le(records, (uint32_t)size);
    plat_buffer_append_u32_le(records, notice->action);
    plat_buffer_append_u32_le(records, (uint32_t)name->size);
    if (name->size > 0)
        plat_buffer_append(records, name->data, name->size);
    while (records->size % 4 != 0)
        plat_buffer_append_u8(records, 0);
}

static void changed(struct face_watch *watch, bool lost)
{
    struct change *change = change_of(watch);

    if (lost)
        lose(change);
    if (change->waitable.signalled)
        change->pending = true;
    plat_waitable_set(&change->waitable);
}

static void ended(struct face_watch *watch)
{
    plat_waitable_set(&change_of(watch)->waitable);
}

static void destroy(struct plat_object *object)
{
    struct change *change = (struct change *)(void *)object;

    plat_buffer_free(&change->records);
    plat_buffer_free(&change->name);
    plat_free(change);
}

static struct change *make_change(bool subtree, DWORD filter)
{
    struct change *change = plat_calloc(1, sizeof *change);

    if (!change)
        return NULL;
    if (plat_waitable_init(&change->waitable, true, false, destroy)) {
        plat_free(change);
        return NULL;
    }
    plat_buffer_init(&change->records, LIMIT_FACE_NOTICES);
    plat_buffer_init(&change->name, LIMIT_FACE_NOTICES);
    change->watch.subtree = subtree;
    change->watch.filter = filter;
    change->watch.noticed = noticed;
    change->watch.changed = changed;
    change->watch.ended = ended;
    return change;
}

static void stop(struct change *change)
{
    struct plat_mutex *lock = face_watch_lock();

    plat_mutex_lock(lock);
    face_watch_stop(&change->watch);
    plat_mutex_unlock(lock);
}

static win_error start(const struct face_call *call, struct change *change, HANDLE *handle)
{
    struct plat_mutex *lock = face_watch_lock();
    win_error error;

    if (!lock)
        return ERROR_NOT_ENOUGH_MEMORY;
    plat_mutex_lock(lock);
    error = face_watch_start(&change->watch, call->key, call->loan.epoch);
    plat_mutex_unlock(lock);
    if (error)
        return error;
    error = plat_handle_make(PLAT_HANDLE_CHANGE, &change->waitable.object, handle);
    if (error)
        stop(change);
    return error;
}

HANDLE CeFindFirstRegChange(HKEY hKey, BOOL bWatchSubtree, DWORD dwNotifyFilter)
{
    struct change *change = NULL;
    struct face_call call;
    HANDLE handle = NULL;
    win_error error = face_begin(&call, hKey, KEY_NOTIFY);

    if (!error && (dwNotifyFilter == 0 ||
                   (dwNotifyFilter & ~(DWORD)(REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET)) != 0))
        error = ERROR_INVALID_PARAMETER;
    if (!error) {
        change = make_change(bWatchSubtree != FALSE, dwNotifyFilter);
        error = change ? start(&call, change, &handle) : ERROR_NOT_ENOUGH_MEMORY;
    }
    if (error && change)
        plat_object_release(&change->waitable.object);
    face_end(&call);
    plat_last_error_set((win_error)face_status(error));
    return error ? INVALID_HANDLE_VALUE : handle;
}

/* The object of a handle, with a reference, or NULL and the last error. */
static struct change *get(HANDLE handle)
{
    struct plat_object *object = plat_handle_get(handle, PLAT_HANDLE_CHANGE);

    if (!object)
        plat_last_error_set(ERROR_INVALID_HANDLE);
    return (struct change *)(void *)object;
}

BOOL CeFindNextRegChange(HANDLE hChangeHandle)
{
    struct change *change = get(hChangeHandle);
    struct plat_mutex *lock = face_watch_lock();

    if (!change)
        return FALSE;
    plat_mutex_lock(lock);
    if (!change->pending && change->watch.link)
        plat_waitable_reset(&change->waitable);
    change->pending = false;
    plat_mutex_unlock(lock);
    plat_object_release(&change->waitable.object);
    return TRUE;
}

BOOL CeFindCloseRegChange(HANDLE hChangeHandle)
{
    struct plat_object *object = plat_handle_take(hChangeHandle, PLAT_HANDLE_CHANGE);

    if (!object) {
        plat_last_error_set(ERROR_INVALID_HANDLE);
        return FALSE;
    }
    stop((struct change *)(void *)object);
    plat_waitable_set((struct plat_waitable *)(void *)object);
    plat_object_release(object);
    return TRUE;
}

/* ---- what has changed ---- */

/* Bytes of the whole records that fit into `room`; *last is where the last of them begins. */
static size_t whole_records(const struct plat_buffer *records, size_t room, size_t *last)
{
    size_t size = 0;

    while (size < records->size) {
        struct plat_reader r = plat_reader_of(plat_span_of(records->data + size, 4));
        size_t next = plat_read_u32_le(&r);

        if (next > room - size)
            break;
        *last = size;
        size += next;
    }
    return size;
}

/* Under the lock. */
static win_error give_records(struct change *change, BYTE *buffer, DWORD room, DWORD *returned,
                              DWORD *available)
{
    struct plat_buffer *records = &change->records;
    static const DWORD none;
    size_t last = 0;
    size_t size = buffer ? whole_records(records, room, &last) : 0;
    bool fits = size > 0 || records->size == 0;

    if (size > 0) {
        memcpy(buffer, records->data, size);
        memcpy(buffer + last, &none, sizeof none);
        plat_buffer_consume(records, size);
    }
    if (buffer && fits)
        change->lost = false; /* told; asking how much there is tells nothing */
    if (returned)
        *returned = (DWORD)size;
    if (available)
        *available = (DWORD)records->size;
    return fits || (!buffer && room == 0) ? ERROR_SUCCESS : ERROR_INSUFFICIENT_BUFFER;
}

LONG CeRegGetNotificationInfo(HANDLE hChangeHandle, DWORD dwFlags, LPVOID lpBuffer, DWORD nBufferLength,
                              LPDWORD lpBytesReturned, LPDWORD lpBytesAvailable)
{
    struct change *change = get(hChangeHandle);
    struct plat_mutex *lock = face_watch_lock();
    win_error error = ERROR_INVALID_PARAMETER;
    bool more = false;

    if (!change)
        return 0;
    if (dwFlags == 0 && (lpBuffer ? lpBytesReturned != NULL : nBufferLength == 0 && lpBytesAvailable)) {
        plat_mutex_lock(lock);
        error = give_records(change, lpBuffer, nBufferLength, lpBytesReturned, lpBytesAvailable);
        more = lpBuffer && change->records.size > 0;
        plat_mutex_unlock(lock);
    }
    plat_object_release(&change->waitable.object);
    plat_last_error_set(!error && more ? ERROR_MORE_DATA : error);
    return error == ERROR_SUCCESS;
}
