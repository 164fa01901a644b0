/* SPDX-License-Identifier: Apache-2.0 */
/* RegEnumKey(Ex), RegEnumValue. */
#include "win32/face.h"

#include "platform/limits.h"

#include <string.h>

#define NAME_SIZE (3U * LIMIT_REG_VALUE_NAME + 1U)

struct key_answer {
    DWORD *reserved;
    struct face_room name, class_name;
    FILETIME *modified;
};

/* Everything into buffers of ours first: a call that fails writes nothing. */
static win_error key_facts(struct face_call *call, DWORD index, struct plat_buffer *name,
                           struct plat_buffer *class_name, struct reg_key_info *info)
{
    reg_key child;
    win_error error = reg_read_begin(call->db);

    if (error)
        return error;
    error = reg_key_at(call->db, call->key, index, &child, name);
    if (!error)
        error = reg_key_class(call->db, child, class_name);
    if (!error)
        error = reg_key_info_of(call->db, child, info);
    reg_read_end(call->db);
    return error;
}

static win_error give_key(const struct key_answer *to, struct plat_buffer *name,
                          struct plat_buffer *class_name, const struct reg_key_info *info)
{
    const char *name_text = plat_buffer_text(name);
    const char *class_text = plat_buffer_text(class_name);
    win_error error = name_text && class_text ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;

    if (!error && to->class_name.buffer &&
        face_characters(to->class_name.wide, class_text, class_name->size) >= *to->class_name.characters)
        error = ERROR_MORE_DATA;
    if (!error)
        error = face_put_text(to->name, name_text);
    if (!error)
        error = face_put_text(to->class_name, class_text);
    if (!error && to->modified)
        *to->modified = face_file_time(info->modified);
    return error;
}

static LSTATUS enum_key(HKEY key, DWORD index, const struct key_answer *to)
{
    struct plat_buffer name, class_name;
    struct reg_key_info info;
    struct face_call call;
    win_error error;

    if (to->reserved || !to->name.buffer || !to->name.characters ||
        (to->class_name.buffer && !to->class_name.characters))
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    plat_buffer_init(&name, NAME_SIZE);
    plat_buffer_init(&class_name, NAME_SIZE);
    error = face_begin(&call, key, KEY_ENUMERATE_SUB_KEYS);
    if (!error)
        error = key_facts(&call, index, &name, &class_name, &info);
    if (!error)
        error = give_key(to, &name, &class_name, &info);
    face_end(&call);
    plat_buffer_free(&name);
    plat_buffer_free(&class_name);
    return face_status(error);
}

LSTATUS RegEnumKeyExW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, LPDWORD lpcchName, LPDWORD lpReserved,
                      LPWSTR lpClass, LPDWORD lpcchClass, PFILETIME lpftLastWriteTime)
{
    const struct key_answer to = {
        lpReserved, {lpName, lpcchName, true}, {lpClass, lpcchClass, true}, lpftLastWriteTime};

    return enum_key(hKey, dwIndex, &to);
}

LSTATUS RegEnumKeyExA(HKEY hKey, DWORD dwIndex, LPSTR lpName, LPDWORD lpcchName, LPDWORD lpReserved,
                      LPSTR lpClass, LPDWORD lpcchClass, PFILETIME lpftLastWriteTime)
{
    const struct key_answer to = {
        lpReserved, {lpName, lpcchName, false}, {lpClass, lpcchClass, false}, lpftLastWriteTime};

    return enum_key(hKey, dwIndex, &to);
}

LSTATUS RegEnumKeyW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, DWORD cchName)
{
    return RegEnumKeyExW(hKey, dwIndex, lpName, &cchName, NULL, NULL, NULL, NULL);
}

LSTATUS RegEnumKeyA(HKEY hKey, DWORD dwIndex, LPSTR lpName, DWORD cchName)
{
    return RegEnumKeyExA(hKey, dwIndex, lpName, &cchName, NULL, NULL, NULL, NULL);
}

struct value_answer {
    DWORD *reserved;
    struct face_room name;
    DWORD *type;
    BYTE *data;
    DWORD *size;
};

static win_error give_value(const struct value_answer *to, const char *name, DWORD type,
                            const struct plat_buffer *data)
{
    DWORD room = to->size ? *to->size : 0;
    win_error error = ERROR_SUCCESS;

    if (!name)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (face_characters(to->name.wide, name, strlen(name)) >= *to->name.characters)
        return ERROR_MORE_DATA;
    if (to->type)
        *to->type = type;
    if (to->size)
        *to->size = (DWORD)data->size;
    if (to->data && room < data->size)
        return ERROR_MORE_DATA;
    error = face_put_text(to->name, name);
    if (!error && to->data && data->size > 0)
        memcpy(to->data, data->data, data->size);
    return error;
}

static LSTATUS enum_value(HKEY key, DWORD index, const struct value_answer *to)
{
    struct plat_buffer name, data;
    struct face_call call;
    uint32_t type = 0;
    bool with_data = to->data || to->size;
    win_error error;

    if (to->reserved || !to->name.buffer || !to->name.characters || (to->data && !to->size))
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    plat_buffer_init(&name, NAME_SIZE);
    plat_buffer_init(&data, LIMIT_REG_DATA);
    error = face_begin(&call, key, KEY_QUERY_VALUE);
    if (!error)
        error = reg_value_at(call.db, call.key, index, &name, &type, with_data ? &data : NULL);
    if (!error && with_data)
        error = face_data_out(&data, to->name.wide, type);
    if (!error)
        error = give_value(to, plat_buffer_text(&name), type, &data);
    face_end(&call);
    plat_buffer_free(&name);
    plat_buffer_free(&data);
    return face_status(error);
}

LSTATUS RegEnumValueW(HKEY hKey, DWORD dwIndex, LPWSTR lpValueName, LPDWORD lpcchValueName,
                      LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData)
{
    const struct value_answer to = {lpReserved, {lpValueName, lpcchValueName, true}, lpType, lpData, lpcbData};

    return enum_value(hKey, dwIndex, &to);
}

LSTATUS RegEnumValueA(HKEY hKey, DWORD dwIndex, LPSTR lpValueName, LPDWORD lpcchValueName, LPDWORD lpReserved,
                      LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData)
{
    const struct value_answer to = {
        lpReserved, {lpValueName, lpcchValueName, false}, lpType, lpData, lpcbData};

    return enum_value(hKey, dwIndex, &to);
}
