/* SPDX-License-Identifier: Apache-2.0 */
/* RegQueryInfoKey, CeRegGetInfo. */
#include "win32/face.h"

#include "platform/limits.h"

#include <string.h>

struct info_answer {
    struct face_room class_name;
    DWORD *keys, *longest_key, *longest_class, *values, *longest_value, *largest_data, *security;
    FILETIME *modified;
};

/* The longest of everything in a key, in the caller's characters and bytes. */
struct longest {
    struct reg_db *db;
    struct plat_buffer scratch;
    bool wide, with_classes, with_data;
    size_t key, class_name, value, data;
    win_error error;
};

static void grow_to(size_t *most, size_t size)
{
    if (size > *most)
        *most = size;
}

static bool see_key(void *context, reg_key child, const char *name)
{
    struct longest *l = context;

    grow_to(&l->key, face_characters(l->wide, name, strlen(name)));
    if (!l->with_classes)
        return true;
    plat_buffer_clear(&l->scratch);
    l->error = reg_key_class(l->db, child, &l->scratch);
    if (!l->error)
        grow_to(&l->class_name, face_characters(l->wide, (const char *)l->scratch.data, l->scratch.size));
    return !l->error;
}

static bool see_value(void *context, const struct reg_value *value)
{
    struct longest *l = context;

    grow_to(&l->value, face_characters(l->wide, value->name, strlen(value->name)));
    if (l->wide || !l->with_data || !face_is_string(value->type)) {
        grow_to(&l->data, value->data.size);
        return true;
    }
    plat_buffer_clear(&l->scratch);
    plat_buffer_append(&l->scratch, value->data.data, value->data.size);
    l->error = l->scratch.failed ? l->scratch.failed : face_data_out(&l->scratch, false, value->type);
    if (!l->error)
        grow_to(&l->data, l->scratch.size);
    return !l->error;
}

static win_error measure(struct face_call *call, const struct info_answer *to, struct longest *l)
{
    win_error error = ERROR_SUCCESS;

    if (to->longest_key || to->longest_class)
        error = reg_each_key(call->db, call->key, see_key, l);
    if (!error && !l->error && (to->longest_value || to->largest_data))
        error = reg_each_value(call->db, call->key, see_value, l);
    return error ? error : l->error;
}

static void put(DWORD *where, size_t number)
{
    if (where)
        *where = (DWORD)number;
}

static void give_info(const struct info_answer *to, const struct reg_key_info *info, const struct longest *l)
{
    put(to->keys, info->key_count);
    put(to->longest_key, l->key);
    put(to->longest_class, l->class_name);
    put(to->values, info->value_count);
    put(to->longest_value, l->value);
    put(to->largest_data, l->data);
    put(to->security, 0); /* there are no security descriptors */
    if (to->modified)
        *to->modified = face_file_time(info->modified);
}

static win_error query_in(struct face_call *call, const struct info_answer *to, struct longest *l)
{
    struct reg_key_info info;
    const char *class_name;
    win_error error = reg_key_info_of(call->db, call->key, &info);

    if (!error)
        error = measure(call, to, l);
    if (!error && (to->class_name.buffer || to->class_name.characters)) {
        plat_buffer_clear(&l->scratch);
        error = reg_key_class(call->db, call->key, &l->scratch);
        class_name = plat_buffer_text(&l->scratch);
        if (!error && !class_name)
            error = ERROR_NOT_ENOUGH_MEMORY;
        if (!error) {
            error = face_put_text(to->class_name, class_name);
            /* Without a buffer, and with one that is too small, its length. */
            *to->class_name.characters =
                (DWORD)face_characters(to->class_name.wide, class_name, strlen(class_name));
        }
    }
    if (!error)
        give_info(to, &info, l);
    return error;
}

static LSTATUS query_info(HKEY key, const struct info_answer *to, const DWORD *reserved)
{
    struct longest l = {.wide = to->class_name.wide,
                        .with_classes = to->longest_class != NULL,
                        .with_data = to->largest_data != NULL};
    struct face_call call;
    win_error error;

    if (reserved || (to->class_name.buffer && !to->class_name.characters))
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    plat_buffer_init(&l.scratch, 3 * LIMIT_REG_DATA);
    error = face_begin(&call, key, KEY_QUERY_VALUE);
    l.db = call.db;
    if (!error)
        error = reg_read_begin(call.db);
    if (!error) {
        error = query_in(&call, to, &l);
        reg_read_end(call.db);
    }
    face_end(&call);
    plat_buffer_free(&l.scratch);
    return face_status(error);
}

LSTATUS RegQueryInfoKeyW(HKEY hKey, LPWSTR lpClass, LPDWORD lpcchClass, LPDWORD lpReserved,
                         LPDWORD lpcSubKeys, LPDWORD lpcbMaxSubKeyLen, LPDWORD lpcbMaxClassLen,
                         LPDWORD lpcValues, LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen,
                         LPDWORD lpcbSecurityDescriptor, PFILETIME lpftLastWriteTime)
{
    const struct info_answer to = {
        {lpClass, lpcchClass, true}, lpcSubKeys,      lpcbMaxSubKeyLen,       lpcbMaxClassLen,  lpcValues,
        lpcbMaxValueNameLen,         lpcbMaxValueLen, lpcbSecurityDescriptor, lpftLastWriteTime};

    return query_info(hKey, &to, lpReserved);
}

LSTATUS RegQueryInfoKeyA(HKEY hKey, LPSTR lpClass, LPDWORD lpcchClass, LPDWORD lpReserved, LPDWORD lpcSubKeys,
                         LPDWORD lpcbMaxSubKeyLen, LPDWORD lpcbMaxClassLen, LPDWORD lpcValues,
                         LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen, LPDWORD lpcbSecurityDescriptor,
                         PFILETIME lpftLastWriteTime)
{
    const struct info_answer to = {
        {lpClass, lpcchClass, false}, lpcSubKeys,      lpcbMaxSubKeyLen,       lpcbMaxClassLen,  lpcValues,
        lpcbMaxValueNameLen,          lpcbMaxValueLen, lpcbSecurityDescriptor, lpftLastWriteTime};

    return query_info(hKey, &to, lpReserved);
}

/* ---- CeRegGetInfo ---- */

static win_error give_name(const CE_REGISTRY_INFO *info, bool wide, const char *path)
{
    size_t size = strlen(path);
    DWORD needed = (DWORD)face_characters(wide, path, size) + 1;
    struct face_room room = {info->pszFullKeyName, info->pdwKeyNameLen, wide};
    win_error error = ERROR_SUCCESS;

    if (info->pszFullKeyName)
        error = face_put_text(room, path);
    if (info->pdwKeyNameLen && (!error || error == ERROR_MORE_DATA))
        *info->pdwKeyNameLen = needed;
    return error;
}

static LSTATUS get_info(HKEY key, CE_REGISTRY_INFO *info, bool wide)
{
    struct plat_buffer path;
    struct face_call call;
    struct reg_key_info facts;
    const char *text, *below;
    reg_key root;
    win_error error;

    if (!info || info->cbSize != sizeof *info || (info->pszFullKeyName && !info->pdwKeyNameLen))
        return (LSTATUS)ERROR_INVALID_PARAMETER;
    plat_buffer_init(&path, LIMIT_REG_DEPTH * (3U * LIMIT_REG_KEY_NAME + 1U));
    error = face_begin(&call, key, 0);
    if (!error)
        error = reg_key_info_of(call.db, call.key, &facts);
    if (!error)
        error = reg_key_path(call.db, call.key, &path);
    text = plat_buffer_text(&path);
    if (!error)
        error = text ? reg_path_split(text, &root, &below) : ERROR_NOT_ENOUGH_MEMORY;
    if (!error) {
        info->hRootKey = face_root_handle(root);
        info->dwFlags = facts.is_protected ? CE_REG_INFO_FLAG_TRUST_PROTECTED : 0;
        error = give_name(info, wide, below);
    }
    face_end(&call);
    plat_buffer_free(&path);
    return face_status(error);
}

LSTATUS CeRegGetInfoW(HKEY hKey, PCE_REGISTRY_INFO pInfo)
{
    return get_info(hKey, pInfo, true);
}

LSTATUS CeRegGetInfoA(HKEY hKey, PCE_REGISTRY_INFO pInfo)
{
    return get_info(hKey, pInfo, false);
}
