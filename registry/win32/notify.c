/* SPDX-License-Identifier: Apache-2.0 */
/* RegNotifyChangeKeyValue: calls wait in a queue at the key's handle until its watch has something to say. */
#include "win32/notify.h"
#include "win32/watch.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/thread.h"

#define FILTERS                                                                                              \
    (REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_ATTRIBUTES | REG_NOTIFY_CHANGE_LAST_SET |                    \
     REG_NOTIFY_CHANGE_SECURITY)

struct face_notify {
    struct face_watch watch; /* first: the watch's functions get back here */
    bool pending;            /* something happened while no call was waiting */
    unsigned count;
    struct plat_waitable *calls[LIMIT_FACE_NOTIFY]; /* each with a reference */
};

static void answer_all(struct face_notify *notify)
{
    while (notify->count > 0) {
        struct plat_waitable *call = notify->calls[--notify->count];

        plat_waitable_set(call);
        plat_object_release(&call->object);
    }
}

static void changed(struct face_watch *watch, bool lost)
{
    struct face_notify *notify = (struct face_notify *)(void *)watch;

    (void)lost;
    notify->pending = notify->count == 0;
    answer_all(notify);
}

static void ended(struct face_watch *watch)
{
    answer_all((struct face_notify *)(void *)watch);
}

/* The first call's filter and reach hold for the handle's life. Predefined keys, which outlive a change of registry, begin again. */
static win_error begin(struct face_key *key, reg_key id, uint32_t epoch, bool subtree, DWORD filter)
{
    struct face_notify *notify = key->notify;
    win_error error;

    if (notify && notify->watch.link)
        return notify->watch.path ? ERROR_SUCCESS : ERROR_KEY_DELETED;
    if (!notify)
        notify = plat_calloc(1, sizeof *notify);
    if (!notify)
        return ERROR_NOT_ENOUGH_MEMORY;
    key->notify = notify;
    notify->pending = false;
    notify->watch.subtree = subtree;
    notify->watch.filter = filter;
    notify->watch.changed = changed;
    notify->watch.ended = ended;
    error = face_watch_start(&notify->watch, id, epoch);
    return error;
}

/* Under the lock: one call more, or its answer at once. */
static win_error enqueue(struct face_notify *notify, struct plat_waitable *call)
{
    if (notify->pending) {
        notify->pending = false;
        plat_waitable_set(call);
        return ERROR_SUCCESS;
    }
    if (notify->count == LIMIT_FACE_NOTIFY)
        return ERROR_TOO_MANY_OPEN_FILES;
    plat_object_hold(&call->object);
    notify->calls[notify->count++] = call;
    return ERROR_SUCCESS;
}

struct request {
    bool subtree;
    DWORD filter;
    struct plat_waitable *event;
};

static win_error arm(struct face_key *key, uint32_t epoch, const struct request *request)
{
    struct plat_mutex *lock = face_watch_lock();
    win_error error;

    if (!lock)
        return ERROR_NOT_ENOUGH_MEMORY;
    plat_mutex_lock(lock);
    error =
        key->closed ? ERROR_INVALID_HANDLE : begin(key, key->key, epoch, request->subtree, request->filter);
    if (!error) {
        if (request->event && !key->notify->pending)
            plat_waitable_reset(request->event);
        error = enqueue(key->notify, request->event);
    }
    plat_mutex_unlock(lock);
    return error;
}

/* Checks the handle and what it may do, and that the key is still there. */
static win_error check(HKEY handle, struct face_key **key, uint32_t *epoch)
{
    struct reg_key_info info;
    struct face_call call;
    win_error error = face_begin(&call, handle, KEY_NOTIFY);

    *key = NULL;
    if (!error)
        error = reg_key_info_of(call.db, call.key, &info);
    if (!error) {
        *key = call.held;
        *epoch = call.loan.epoch;
        plat_object_hold(&call.held->object);
    }
    face_end(&call);
    return error;
}

LSTATUS RegNotifyChangeKeyValue(HKEY hKey, BOOL bWatchSubtree, DWORD dwNotifyFilter, HANDLE hEvent,
                                BOOL fAsynchronous)
{
    struct request request = {bWatchSubtree != FALSE, dwNotifyFilter & FILTERS, NULL};
    struct face_key *key;
    uint32_t epoch, which;
    win_error error;

    if (request.filter == 0 || (dwNotifyFilter & ~(DWORD)(FILTERS | REG_NOTIFY_THREAD_AGNOSTIC)) != 0)
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    error = check(hKey, &key, &epoch);
    if (error)
        return face_status(error);
    if (fAsynchronous)
        request.event = (struct plat_waitable *)(void *)plat_handle_get(hEvent, PLAT_HANDLE_EVENT);
    else
        request.event = plat_event_create(true, false);
    if (!request.event)
        error = fAsynchronous ? ERROR_INVALID_HANDLE : ERROR_NOT_ENOUGH_MEMORY;
    if (!error)
        error = arm(key, epoch, &request);
    if (!error && !fAsynchronous)
        error = plat_wait(&request.event, 1, false, PLAT_WAIT_FOREVER, &which);
    if (request.event)
        plat_object_release(&request.event->object);
    plat_object_release(&key->object);
    return face_status(error);
}

void face_notify_close(struct face_key *key)
{
    struct plat_mutex *lock = face_watch_lock();

    if (!lock)
        return; /* then nobody has ever waited */
    plat_mutex_lock(lock);
    key->closed = true;
    if (key->notify) {
        face_watch_stop(&key->notify->watch);
        answer_all(key->notify);
    }
    plat_mutex_unlock(lock);
}

void face_notify_free(struct face_notify *notify)
{
    plat_free(notify);
}
