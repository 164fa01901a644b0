/* SPDX-License-Identifier: Apache-2.0 */
/* RegDeleteKey(Ex), RegDeleteTree, RegDeleteValue, RegDeleteKeyValue, RegRenameKey, RegCopyTree. */
#include "win32/face.h"

#include "platform/limits.h"

/* No rights of the handle are asked for: "The access rights of this key do not affect the delete operation." */
static LSTATUS delete_key(HKEY key, struct face_text path)
{
    struct face_call call;
    win_error error;

    if (!path.text)
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    error = face_begin_below(&call, key, path, 0);
    if (!error)
        error = reg_key_delete(call.db, call.key);
    face_end(&call);
    return face_status(error);
}

LSTATUS RegDeleteKeyW(HKEY hKey, LPCWSTR lpSubKey)
{
    return delete_key(hKey, WIDE(lpSubKey));
}

LSTATUS RegDeleteKeyA(HKEY hKey, LPCSTR lpSubKey)
{
    return delete_key(hKey, ANSI(lpSubKey));
}

LSTATUS RegDeleteKeyExW(HKEY hKey, LPCWSTR lpSubKey, REGSAM samDesired, DWORD Reserved)
{
    (void)samDesired; /* picks a view, of which there is one */
    return Reserved != 0 ? (LSTATUS)ERROR_INVALID_PARAMETER : delete_key(hKey, WIDE(lpSubKey));
}

LSTATUS RegDeleteKeyExA(HKEY hKey, LPCSTR lpSubKey, REGSAM samDesired, DWORD Reserved)
{
    (void)samDesired;
    return Reserved != 0 ? (LSTATUS)ERROR_INVALID_PARAMETER : delete_key(hKey, ANSI(lpSubKey));
}

static win_error delete_keys_below(struct face_call *call, struct plat_buffer *name)
{
    win_error error = ERROR_SUCCESS;

    while (!error) {
        reg_key child;

        error = reg_key_at(call->db, call->key, 0, &child, name);
        if (!error)
            error = reg_key_delete_tree(call->db, child);
    }
    return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
}

static win_error delete_values(struct face_call *call, struct plat_buffer *name)
{
    win_error error = ERROR_SUCCESS;

    while (!error) {
        const char *text;
        uint32_t type;

        error = reg_value_at(call->db, call->key, 0, name, &type, NULL);
        text = plat_buffer_text(name);
        if (!error)
            error = text ? reg_value_delete(call->db, call->key, text) : name->failed;
    }
    return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
}

/* Everything in a key that itself stays. */
static win_error delete_content(struct face_call *call)
{
    struct plat_buffer name;
    win_error error = reg_begin(call->db);

    if (error)
        return error;
    plat_buffer_init(&name, 3 * LIMIT_REG_VALUE_NAME + 1);
    error = delete_keys_below(call, &name);
    if (!error)
        error = delete_values(call, &name);
    plat_buffer_free(&name);
    return face_commit(call, error);
}

static LSTATUS delete_tree(HKEY key, struct face_text path)
{
    struct face_call call;
    win_error error =
        face_begin_below(&call, key, path, DELETE | KEY_ENUMERATE_SUB_KEYS | KEY_QUERY_VALUE | KEY_SET_VALUE);

    if (!error)
        error = face_text_empty(path) ? delete_content(&call) : reg_key_delete_tree(call.db, call.key);
    face_end(&call);
    return face_status(error);
}

LSTATUS RegDeleteTreeW(HKEY hKey, LPCWSTR lpSubKey)
{
    return delete_tree(hKey, WIDE(lpSubKey));
}

LSTATUS RegDeleteTreeA(HKEY hKey, LPCSTR lpSubKey)
{
    return delete_tree(hKey, ANSI(lpSubKey));
}

static LSTATUS delete_value(HKEY key, struct face_text path, struct face_text value)
{
    struct face_call call;
    struct face_name name;
    win_error error = face_begin_below(&call, key, path, KEY_SET_VALUE);
    win_error name_error = face_name_make(&name, value, LIMIT_REG_VALUE_NAME);

    if (!error)
        error = name_error;
    if (!error)
        error = reg_value_delete(call.db, call.key, name.text);
    face_name_free(&name);
    face_end(&call);
    return face_status(error);
}

LSTATUS RegDeleteValueW(HKEY hKey, LPCWSTR lpValueName)
{
    return delete_value(hKey, WIDE(NULL), WIDE(lpValueName));
}

LSTATUS RegDeleteValueA(HKEY hKey, LPCSTR lpValueName)
{
    return delete_value(hKey, ANSI(NULL), ANSI(lpValueName));
}

LSTATUS RegDeleteKeyValueW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpValueName)
{
    return delete_value(hKey, WIDE(lpSubKey), WIDE(lpValueName));
}

LSTATUS RegDeleteKeyValueA(HKEY hKey, LPCSTR lpSubKey, LPCSTR lpValueName)
{
    return delete_value(hKey, ANSI(lpSubKey), ANSI(lpValueName));
}

LSTATUS RegRenameKey(HKEY hKey, LPCWSTR lpSubKeyName, LPCWSTR lpNewKeyName)
{
    struct face_call call;
    struct face_name name;
    win_error error = face_begin_below(&call, hKey, WIDE(lpSubKeyName), KEY_CREATE_SUB_KEY);
    win_error name_error = face_name_make(&name, WIDE(lpNewKeyName), LIMIT_REG_KEY_NAME);

    if (!error)
        error = name_error;
    if (!error)
        error = reg_key_rename(call.db, call.key, name.text);
    if (error == ERROR_ALREADY_EXISTS)
        error = ERROR_ACCESS_DENIED;
    face_name_free(&name);
    face_end(&call);
    return face_status(error);
}

static LSTATUS copy_tree(HKEY from, struct face_text path, HKEY to)
{
    struct face_call call;
    struct face_key *target = face_key_get(to);
    win_error error = face_begin_below(&call, from, path, KEY_QUERY_VALUE | KEY_ENUMERATE_SUB_KEYS);

    if (!error && (!target || !face_key_is_of(target, call.loan.epoch)))
        error = ERROR_INVALID_HANDLE;
    if (!error &&
        (target->access & (KEY_CREATE_SUB_KEY | KEY_SET_VALUE)) != (KEY_CREATE_SUB_KEY | KEY_SET_VALUE))
        error = ERROR_ACCESS_DENIED;
    if (!error)
        error = reg_key_copy(call.db, call.key, call.db, target->key, true);
    if (target)
        plat_object_release(&target->object);
    face_end(&call);
    return face_status(error);
}

LSTATUS RegCopyTreeW(HKEY hKeySrc, LPCWSTR lpSubKey, HKEY hKeyDest)
{
    return copy_tree(hKeySrc, WIDE(lpSubKey), hKeyDest);
}

LSTATUS RegCopyTreeA(HKEY hKeySrc, LPCSTR lpSubKey, HKEY hKeyDest)
{
    return copy_tree(hKeySrc, ANSI(lpSubKey), hKeyDest);
}
