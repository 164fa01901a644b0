/* SPDX-License-Identifier: Apache-2.0 */
/* Keys behind handles: the predefined ones and those in the table. */
#include "win32/face.h"
#include "win32/notify.h"

#include "platform/limits.h"
#include "platform/memory.h"

static void keep(struct plat_object *object)
{
    (void)object;
}

/* In the order of the predefined handles. They take part in every epoch, and are never closed. */
static struct face_key roots[] = {
    {.object = {keep, 1}, .key = REG_HKCR, .access = KEY_ALL_ACCESS},
    {.object = {keep, 1}, .key = REG_HKCU, .access = KEY_ALL_ACCESS},
    {.object = {keep, 1}, .key = REG_HKLM, .access = KEY_ALL_ACCESS},
    {.object = {keep, 1}, .key = REG_HKU, .access = KEY_ALL_ACCESS},
};
#define ROOTS (sizeof roots / sizeof roots[0])

static bool is_root(const struct face_key *key)
{
    return key->object.destroy == keep;
}

HKEY face_root_handle(reg_key root)
{
    static const HKEY handles[] = {HKEY_CLASSES_ROOT, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, HKEY_USERS};

    return root >= REG_HKCR && root <= REG_HKU ? handles[root - REG_HKCR] : NULL;
}

struct face_key *face_key_get(HKEY handle)
{
    uintptr_t index = (uintptr_t)handle - (uintptr_t)HKEY_CLASSES_ROOT;

    if (index < ROOTS) {
        plat_object_hold(&roots[index].object);
        return &roots[index];
    }
    return (struct face_key *)(void *)plat_handle_get(handle, PLAT_HANDLE_KEY);
}

static void destroy_key(struct plat_object *object)
{
    face_notify_free(((struct face_key *)(void *)object)->notify);
    plat_free(object);
}

/* "Generic Access Rights" of keys; 0 is all that CE knows. */
static REGSAM plain_access(REGSAM access)
{
    if (access == 0 || (access & (MAXIMUM_ALLOWED | GENERIC_ALL)) != 0)
        return KEY_ALL_ACCESS;
    if ((access & (GENERIC_READ | GENERIC_EXECUTE)) != 0)
        access |= KEY_READ;
    if ((access & GENERIC_WRITE) != 0)
        access |= KEY_WRITE;
    return access & KEY_ALL_ACCESS;
}

bool face_key_is_of(const struct face_key *key, uint32_t epoch)
{
    return is_root(key) || key->epoch == epoch;
}

win_error face_key_make(const struct face_call *call, reg_key key, REGSAM access, HKEY *handle)
{
    struct face_key *made = plat_calloc(1, sizeof *made);
    win_error error;
    void *value;

    if (!made)
        return ERROR_NOT_ENOUGH_MEMORY;
    plat_object_init(&made->object, destroy_key);
    made->key = key;
    made->epoch = call->loan.epoch;
    made->access = plain_access(access);
    error = plat_handle_make(PLAT_HANDLE_KEY, &made->object, &value);
    if (error)
        plat_object_release(&made->object);
    else
        *handle = value;
    return error;
}

win_error face_begin(struct face_call *call, HKEY handle, REGSAM needed)
{
    win_error error;

    *call = (struct face_call){.held = face_key_get(handle)};
    if (!call->held)
        return ERROR_INVALID_HANDLE;
    if ((call->held->access & needed) != needed)
        return ERROR_ACCESS_DENIED;
    error = face_borrow(&call->loan);
    if (error)
        return error;
    if (!face_key_is_of(call->held, call->loan.epoch))
        return ERROR_INVALID_HANDLE;
    call->db = call->loan.db;
    call->key = call->held->key;
    return ERROR_SUCCESS;
}

win_error face_begin_below(struct face_call *call, HKEY handle, struct face_text path, REGSAM needed)
{
    struct face_name name;
    win_error error = face_begin(call, handle, face_text_empty(path) ? needed : 0);

    if (error)
        return error;
    error = face_name_make(&name, path, LIMIT_REG_PATH);
    if (!error)
        error = reg_key_open(call->db, call->key, name.text, &call->key);
    face_name_free(&name);
    return error;
}

void face_end(struct face_call *call)
{
    face_give_back(&call->loan);
    if (call->held)
        plat_object_release(&call->held->object);
    call->held = NULL;
}

win_error face_commit(struct face_call *call, win_error error)
{
    if (!error)
        return reg_commit(call->db);
    reg_rollback(call->db);
    return error;
}
