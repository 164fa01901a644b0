/* SPDX-License-Identifier: Apache-2.0 */
/* RegSetValue(Ex), RegSetKeyValue. */
#include "win32/face.h"

#include "platform/limits.h"

#include <string.h>

struct setting {
    struct face_text value; /* its name */
    DWORD type;
    const void *data;
    DWORD size;
};

/* The names and data of a setting, as the registry has them; `path` NULL: the key itself. */
static win_error set_in(struct face_call *call, const char *path, const struct setting *what)
{
    struct face_name name;
    struct plat_buffer data;
    win_error error = face_name_make(&name, what->value, LIMIT_REG_VALUE_NAME);

    plat_buffer_init(&data, LIMIT_REG_DATA);
    if (!error)
        error = face_data_in(&data, what->value.wide, what->type, what->data, what->size);
    if (!error && path)
        error = reg_begin(call->db);
    if (!error && path) {
        error = reg_key_create(call->db, call->key, path, 0, &call->key, NULL);
        if (!error)
            error = reg_value_set(call->db, call->key, name.text, what->type, data.data, data.size);
        error = face_commit(call, error);
    } else if (!error) {
        error = reg_value_set(call->db, call->key, name.text, what->type, data.data, data.size);
    }
    plat_buffer_free(&data);
    face_name_free(&name);
    return error;
}

static LSTATUS set_value(HKEY key, struct face_text path, const struct setting *what)
{
    struct face_call call;
    struct face_name name;
    win_error error;

    if (what->size > 0 && !what->data)
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    error = face_begin(&call, key, face_text_empty(path) ? KEY_SET_VALUE : 0);
    if (!error && face_text_empty(path)) {
        error = set_in(&call, NULL, what);
    } else if (!error) {
        error = face_name_make(&name, path, LIMIT_REG_PATH);
        if (!error)
            error = set_in(&call, name.text, what);
        face_name_free(&name);
    }
    face_end(&call);
    return face_status(error);
}

LSTATUS RegSetValueExW(HKEY hKey, LPCWSTR lpValueName, DWORD Reserved, DWORD dwType, const BYTE *lpData,
                       DWORD cbData)
{
    const struct setting what = {WIDE(lpValueName), dwType, lpData, cbData};

    return Reserved != 0 ? (LSTATUS)ERROR_INVALID_PARAMETER : set_value(hKey, WIDE(NULL), &what);
}

LSTATUS RegSetValueExA(HKEY hKey, LPCSTR lpValueName, DWORD Reserved, DWORD dwType, const BYTE *lpData,
                       DWORD cbData)
{
    const struct setting what = {ANSI(lpValueName), dwType, lpData, cbData};

    return Reserved != 0 ? (LSTATUS)ERROR_INVALID_PARAMETER : set_value(hKey, ANSI(NULL), &what);
}

LSTATUS RegSetKeyValueW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpValueName, DWORD dwType, LPCVOID lpData,
                        DWORD cbData)
{
    const struct setting what = {WIDE(lpValueName), dwType, lpData, cbData};

    return set_value(hKey, WIDE(lpSubKey), &what);
}

LSTATUS RegSetKeyValueA(HKEY hKey, LPCSTR lpSubKey, LPCSTR lpValueName, DWORD dwType, LPCVOID lpData,
                        DWORD cbData)
{
    const struct setting what = {ANSI(lpValueName), dwType, lpData, cbData};

    return set_value(hKey, ANSI(lpSubKey), &what);
}

/* The default value as a string; its size is the string's own ("cbData is ignored"). */
LSTATUS RegSetValueW(HKEY hKey, LPCWSTR lpSubKey, DWORD dwType, LPCWSTR lpData, DWORD cbData)
{
    struct setting what = {WIDE(NULL), REG_SZ, lpData, sizeof(WCHAR)};

    (void)cbData;
    if (dwType != REG_SZ || !lpData)
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    for (const WCHAR *end = lpData; *end != 0 && what.size <= LIMIT_REG_DATA; end++)
        what.size += (DWORD)sizeof *end;
    return set_value(hKey, WIDE(lpSubKey), &what);
}

LSTATUS RegSetValueA(HKEY hKey, LPCSTR lpSubKey, DWORD dwType, LPCSTR lpData, DWORD cbData)
{
    struct setting what = {ANSI(NULL), REG_SZ, lpData, 1};
    size_t size = lpData ? strlen(lpData) : 0;

    (void)cbData;
    if (dwType != REG_SZ || !lpData || size > LIMIT_REG_DATA)
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    what.size += (DWORD)size;
    return set_value(hKey, ANSI(lpSubKey), &what);
}
