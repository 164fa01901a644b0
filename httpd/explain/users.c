/* SPDX-License-Identifier: Apache-2.0 */
/* Password users: HKLM\COMM\HTTPD\PasswordUsers\<name>, value Hash, in a protected key. */
#include "httpd/explain.h"

#include "access/password.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

static const char users_path[] = "COMM\\HTTPD\\PasswordUsers";

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/*
 * A name that can be a key, be sent by Basic authentication (RFC 7617: no colon, no control characters), and stand in a UserList as
 * itself.
 */
bool httpd_user_name_is_good(const char *name)
{
    size_t size = strlen(name);
    if (size == 0 || !plat_utf8_valid(name, size) || plat_utf16_units(name, size) > LIMIT_REG_KEY_NAME ||
        strchr("-@*", name[0]) != NULL || is_blank(name[0]) || is_blank(name[size - 1])) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if ((uint8_t)name[i] < 0x20 || name[i] == 0x7f || strchr(":;\\", name[i]) != NULL) {
            return false;
        }
    }
    return true;
}

static win_error store_hash(struct reg_db *db, const char *name, const char *hash)
{
    reg_key users, user;
    win_error error = reg_begin(db);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    error = reg_key_create(db, REG_HKLM, users_path, REG_CREATE_PROTECTED, &users, NULL);
    if (error == ERROR_SUCCESS) {
        error = reg_key_create(db, users, name, REG_CREATE_PROTECTED, &user, NULL);
    }
    if (error == ERROR_SUCCESS) {
        error = reg_set_string(db, user, "Hash", hash);
    }
    if (error != ERROR_SUCCESS) {
        reg_rollback(db);
        return error;
    }
    return reg_commit(db);
}

win_error httpd_user_set(struct reg_db *db, const char *name, const char *password)
{
    if (!httpd_user_name_is_good(name)) {
        return ERROR_INVALID_NAME;
    }
    struct plat_buffer hash;
    plat_buffer_init(&hash, 256);
    win_error error = httpd_password_hash(password, &hash);
    const char *text = plat_buffer_text(&hash);
    if (error == ERROR_SUCCESS) {
        error = text != NULL ? store_hash(db, name, text) : ERROR_NOT_ENOUGH_MEMORY;
    }
    plat_buffer_free(&hash);
    return error;
}

static bool keep_key(void *context, reg_key child, const char *name)
{
    struct plat_buffer *keys = context;
    (void)name;
    plat_buffer_append(keys, &child, sizeof child);
    return keys->failed == ERROR_SUCCESS;
}

static win_error protect(struct reg_db *db, reg_key key)
{
    struct reg_key_info info;
    win_error error = reg_key_info_of(db, key, &info);
    return error != ERROR_SUCCESS || info.is_protected
               ? error
               : reg_key_create(db, key, "",
                                REG_CREATE_PROTECTED | (info.is_volatile ? REG_CREATE_VOLATILE : 0U), &key,
                                NULL);
}

win_error httpd_users_protect(struct reg_db *db)
{
    struct plat_buffer keys;
    reg_key users;
    win_error error = reg_key_open(db, REG_HKLM, users_path, &users);
    if (error != ERROR_SUCCESS) {
        return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
    }
    plat_buffer_init(&keys, SIZE_MAX / 2);
    error = protect(db, users);
    if (error == ERROR_SUCCESS) {
        error = reg_each_key(db, users, keep_key, &keys);
    }
    if (error == ERROR_SUCCESS) {
        error = keys.failed;
    }
    for (size_t at = 0; error == ERROR_SUCCESS && at < keys.size; at += sizeof users) {
        reg_key user;
        memcpy(&user, keys.data + at, sizeof user);
        error = protect(db, user);
    }
    plat_buffer_free(&keys);
    return error;
}

/* ERROR_NO_SUCH_USER also when there are no users at all. */
static win_error open_user(struct reg_db *db, const char *name, reg_key *user)
{
    reg_key users;
    win_error error =
        httpd_user_name_is_good(name) ? reg_key_open(db, REG_HKLM, users_path, &users) : ERROR_FILE_NOT_FOUND;
    if (error == ERROR_SUCCESS) {
        error = reg_key_open(db, users, name, user);
    }
    return error == ERROR_FILE_NOT_FOUND ? ERROR_NO_SUCH_USER : error;
}

win_error httpd_user_remove(struct reg_db *db, const char *name)
{
    reg_key user;
    win_error error = open_user(db, name, &user);
    return error != ERROR_SUCCESS ? error : reg_key_delete_tree(db, user);
}

struct names {
    bool (*each)(void *context, const char *name);
    void *context;
};

static bool one_name(void *context, reg_key child, const char *name)
{
    const struct names *names = context;
    (void)child;
    return names->each(names->context, name);
}

win_error httpd_user_each(struct reg_db *db, bool (*each)(void *context, const char *name), void *context)
{
    reg_key users;
    struct names names = {each, context};
    win_error error = reg_key_open(db, REG_HKLM, users_path, &users);
    if (error == ERROR_FILE_NOT_FOUND) {
        return ERROR_SUCCESS;
    }
    return error != ERROR_SUCCESS ? error : reg_each_key(db, users, one_name, &names);
}
