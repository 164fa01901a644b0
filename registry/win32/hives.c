/* SPDX-License-Identifier: Apache-2.0 */
/* RegSaveKey, RegRestoreKey, RegLoadKey, RegUnLoadKey. */
#include "registry/hive.h"
#include "win32/face.h"

#include "platform/limits.h"

/* The name of a file, which no call can do without. */
static win_error file_name(struct face_name *name, struct face_text file)
{
    win_error error = face_name_make(name, file, LIMIT_PATH_SIZE - 1);

    return !error && face_text_empty(file) ? ERROR_INVALID_PARAMETER : error;
}

static LSTATUS save(HKEY key, struct face_text file)
{
    struct face_call call;
    struct face_name name;
    win_error error = face_begin(&call, key, 0);
    win_error name_error = file_name(&name, file);

    if (!error)
        error = name_error;
    if (!error)
        error = reg_save(call.db, call.key, name.text, false, NULL);
    face_name_free(&name);
    face_end(&call);
    return face_status(error);
}

LSTATUS RegSaveKeyW(HKEY hKey, LPCWSTR lpFile, const LPSECURITY_ATTRIBUTES lpSecurityAttributes)
{
    (void)lpSecurityAttributes;
    return save(hKey, WIDE(lpFile));
}

LSTATUS RegSaveKeyA(HKEY hKey, LPCSTR lpFile, const LPSECURITY_ATTRIBUTES lpSecurityAttributes)
{
    (void)lpSecurityAttributes;
    return save(hKey, ANSI(lpFile));
}

static LSTATUS restore(HKEY key, struct face_text file, DWORD flags)
{
    struct face_call call;
    struct face_name name;
    win_error error = face_begin(&call, key, 0);
    win_error name_error = file_name(&name, file);

    if (!error)
        error = name_error;
    if (!error && flags != 0 && flags != REG_FORCE_RESTORE)
        error = flags == REG_WHOLE_HIVE_VOLATILE ? ERROR_NOT_SUPPORTED : ERROR_INVALID_PARAMETER;
    if (!error)
        error = reg_restore(call.db, call.key, name.text, NULL);
    face_name_free(&name);
    face_end(&call);
    return face_status(error);
}

LSTATUS RegRestoreKeyW(HKEY hKey, LPCWSTR lpFile, DWORD dwFlags)
{
    return restore(hKey, WIDE(lpFile), dwFlags);
}

LSTATUS RegRestoreKeyA(HKEY hKey, LPCSTR lpFile, DWORD dwFlags)
{
    return restore(hKey, ANSI(lpFile), dwFlags);
}

static LSTATUS load(HKEY key, struct face_text path, struct face_text file)
{
    struct face_call call;
    struct face_name name, sub_key;
    win_error error = face_begin(&call, key, 0);
    win_error name_error = file_name(&name, file);
    win_error key_error = face_name_make(&sub_key, path, LIMIT_REG_KEY_NAME);

    if (!error)
        error = name_error ? name_error : key_error;
    if (!error && face_text_empty(path))
        error = ERROR_INVALID_PARAMETER;
    if (!error)
        error = reg_load(call.db, call.key, sub_key.text, name.text, NULL);
    face_name_free(&sub_key);
    face_name_free(&name);
    face_end(&call);
    return face_status(error);
}

LSTATUS RegLoadKeyW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpFile)
{
    return load(hKey, WIDE(lpSubKey), WIDE(lpFile));
}

LSTATUS RegLoadKeyA(HKEY hKey, LPCSTR lpSubKey, LPCSTR lpFile)
{
    return load(hKey, ANSI(lpSubKey), ANSI(lpFile));
}

static LSTATUS unload(HKEY key, struct face_text path)
{
    struct face_call call;
    win_error error = face_begin_below(&call, key, path, 0);

    if (!error)
        error = reg_unload(call.db, call.key, NULL);
    face_end(&call);
    return face_status(error);
}

LSTATUS RegUnLoadKeyW(HKEY hKey, LPCWSTR lpSubKey)
{
    return unload(hKey, WIDE(lpSubKey));
}

LSTATUS RegUnLoadKeyA(HKEY hKey, LPCSTR lpSubKey)
{
    return unload(hKey, ANSI(lpSubKey));
}
