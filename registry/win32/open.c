/* SPDX-License-Identifier: Apache-2.0 */
/* RegOpenKey(Ex), RegCreateKey(Ex), RegCloseKey, RegFlushKey. */
#include "registry/hive.h"
#include "win32/face.h"
#include "win32/notify.h"

#include "platform/limits.h"

static LSTATUS open_key(HKEY key, struct face_text path, DWORD options, REGSAM access, HKEY *result)
{
    struct face_call call;
    win_error error;

    if (!result || (options & ~(DWORD)REG_OPTION_OPEN_LINK) != 0)
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    error = face_begin_below(&call, key, path, 0);
    if (!error)
        error = face_key_make(&call, call.key, access, result);
    face_end(&call);
    return face_status(error);
}

LSTATUS RegOpenKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD ulOptions, REGSAM samDesired, PHKEY phkResult)
{
    return open_key(hKey, WIDE(lpSubKey), ulOptions, samDesired, phkResult);
}

LSTATUS RegOpenKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD ulOptions, REGSAM samDesired, PHKEY phkResult)
{
    return open_key(hKey, ANSI(lpSubKey), ulOptions, samDesired, phkResult);
}

/* "If this parameter is NULL or a pointer to an empty string, the function returns the same handle that was passed in." */
static LSTATUS open_key_old(HKEY key, struct face_text path, HKEY *result)
{
    struct face_key *held;

    if (!result)
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    if (!face_text_empty(path))
        return open_key(key, path, 0, MAXIMUM_ALLOWED, result);
    held = face_key_get(key);
    if (!held)
        return (LSTATUS)ERROR_INVALID_HANDLE;
    plat_object_release(&held->object);
    *result = key;
    return (LSTATUS)ERROR_SUCCESS;
}

LSTATUS RegOpenKeyW(HKEY hKey, LPCWSTR lpSubKey, PHKEY phkResult)
{
    return open_key_old(hKey, WIDE(lpSubKey), phkResult);
}

LSTATUS RegOpenKeyA(HKEY hKey, LPCSTR lpSubKey, PHKEY phkResult)
{
    return open_key_old(hKey, ANSI(lpSubKey), phkResult);
}

/* A class belongs to the key from its first moment on: both in one transaction. */
static win_error make_key(struct face_call *call, const char *path, const char *class_name, DWORD options,
                          bool *created)
{
    unsigned flags = (options & REG_OPTION_VOLATILE) != 0 ? REG_CREATE_VOLATILE : 0;
    win_error error;

    if (class_name[0] == '\0')
        return reg_key_create(call->db, call->key, path, flags, &call->key, created);
    error = reg_begin(call->db);
    if (error)
        return error;
    error = reg_key_create(call->db, call->key, path, flags, &call->key, created);
    if (!error && *created)
        error = reg_key_set_class(call->db, call->key, class_name);
    return face_commit(call, error);
}

/* Who may only read the registry can still "create" what is there. */
static win_error open_or_make(struct face_call *call, struct face_text path, struct face_text class_text,
                              DWORD options, bool *created)
{
    struct face_name name, class_name;
    win_error error = face_name_make(&name, path, LIMIT_REG_PATH);
    win_error class_error = face_name_make(&class_name, class_text, LIMIT_REG_KEY_NAME);

    *created = false;
    if (!error)
        error = class_error;
    if (!error)
        error = reg_key_open(call->db, call->key, name.text, &call->key);
    if (error == ERROR_FILE_NOT_FOUND)
        error = make_key(call, name.text, class_name.text, options, created);
    face_name_free(&name);
    face_name_free(&class_name);
    return error;
}

struct creation {
    struct face_text path, class_text;
    DWORD options;
    REGSAM access;
};

static LSTATUS create_key(HKEY key, const struct creation *how, HKEY *result, DWORD *disposition)
{
    struct face_call call;
    bool created = false;
    win_error error;

    if (!result || (how->options & ~(DWORD)(REG_OPTION_VOLATILE | REG_OPTION_CREATE_LINK |
                                            REG_OPTION_BACKUP_RESTORE | REG_OPTION_OPEN_LINK)) != 0)
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    if ((how->options & REG_OPTION_CREATE_LINK) != 0)
        return (LSTATUS)ERROR_NOT_SUPPORTED;
    error = face_begin(&call, key, 0);
    if (!error)
        error = open_or_make(&call, how->path, how->class_text, how->options, &created);
    if (!error)
        error = face_key_make(&call, call.key, how->access, result);
    if (!error && disposition)
        *disposition = created ? REG_CREATED_NEW_KEY : REG_OPENED_EXISTING_KEY;
    face_end(&call);
    return face_status(error);
}

LSTATUS RegCreateKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD Reserved, LPWSTR lpClass, DWORD dwOptions,
                        REGSAM samDesired, const LPSECURITY_ATTRIBUTES lpSecurityAttributes, PHKEY phkResult,
                        LPDWORD lpdwDisposition)
{
    const struct creation how = {WIDE(lpSubKey), WIDE(lpClass), dwOptions, samDesired};

    (void)lpSecurityAttributes;
    return Reserved != 0 ? (LSTATUS)ERROR_INVALID_PARAMETER
                         : create_key(hKey, &how, phkResult, lpdwDisposition);
}

LSTATUS RegCreateKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD Reserved, LPSTR lpClass, DWORD dwOptions,
                        REGSAM samDesired, const LPSECURITY_ATTRIBUTES lpSecurityAttributes, PHKEY phkResult,
                        LPDWORD lpdwDisposition)
{
    const struct creation how = {ANSI(lpSubKey), ANSI(lpClass), dwOptions, samDesired};

    (void)lpSecurityAttributes;
    return Reserved != 0 ? (LSTATUS)ERROR_INVALID_PARAMETER
                         : create_key(hKey, &how, phkResult, lpdwDisposition);
}

LSTATUS RegCreateKeyW(HKEY hKey, LPCWSTR lpSubKey, PHKEY phkResult)
{
    return RegCreateKeyExW(hKey, lpSubKey, 0, NULL, 0, MAXIMUM_ALLOWED, NULL, phkResult, NULL);
}

LSTATUS RegCreateKeyA(HKEY hKey, LPCSTR lpSubKey, PHKEY phkResult)
{
    return RegCreateKeyExA(hKey, lpSubKey, 0, NULL, 0, MAXIMUM_ALLOWED, NULL, phkResult, NULL);
}

LSTATUS RegCloseKey(HKEY hKey)
{
    struct plat_object *object = plat_handle_take(hKey, PLAT_HANDLE_KEY);

    if (!object) {
        struct face_key *root = face_key_get(hKey);

        if (!root)
            return (LSTATUS)ERROR_INVALID_HANDLE;
        plat_object_release(&root->object);
        return (LSTATUS)ERROR_SUCCESS;
    }
    face_notify_close((struct face_key *)(void *)object);
    plat_object_release(object);
    return (LSTATUS)ERROR_SUCCESS;
}

LSTATUS RegFlushKey(HKEY hKey)
{
    struct face_call call;
    struct plat_buffer file;
    win_error error = face_begin_below(&call, hKey, WIDE(NULL), 0);

    plat_buffer_init(&file, LIMIT_PATH_SIZE);
    if (!error)
        error = reg_hive_of(call.db, call.key, &file);
    if (!error)
        error = reg_hive_flush(call.db, call.key, NULL);
    else if (error == ERROR_FILE_NOT_FOUND)
        error = ERROR_SUCCESS; /* no hive: its changes are on the disk already */
    plat_buffer_free(&file);
    face_end(&call);
    return face_status(error);
}
