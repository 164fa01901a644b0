/* SPDX-License-Identifier: Apache-2.0 */
/* SSL\Users: pseudo-users of certificates ("SSL Client Authentication" aa922016). PasswordUsers: users of Basic authentication. */
#include "settings/load.h"

#include "access/password_hash.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

static struct plat_span without_leading_zeros(struct plat_span serial)
{
    while (serial.size > 1 && serial.data[0] == 0) {
        serial.data++;
        serial.size--;
    }
    return serial;
}

struct mapped_values {
    const char *issuer_cn;
    struct plat_span serial;
};

static void one_mapped_user(struct httpd_loader *l, reg_key key, const char *name)
{
    static const struct httpd_setting table[] = {
        {"IssuerCN", HTTPD_SETTING_TEXT, offsetof(struct mapped_values, issuer_cn), 0, 0},
        {"SerialNumber", HTTPD_SETTING_BYTES, offsetof(struct mapped_values, serial), 0, 0},
    };
    struct httpd_settings *s = l->settings;
    struct httpd_place place = {"\\SSL\\Users", name};
    struct mapped_values v = {0};
    if (httpd_load_values(l, key, place, table, sizeof table / sizeof table[0], &v) != ERROR_SUCCESS) {
        return;
    }
    bool empty_issuer = v.issuer_cn != NULL && v.issuer_cn[strspn(v.issuer_cn, " \t")] == '\0';
    bool empty_serial = v.serial.data != NULL && v.serial.size == 0;
    if (v.issuer_cn == NULL && v.serial.data == NULL) {
        httpd_load_warn(l, place, NULL, "has neither IssuerCN nor SerialNumber: it matches no certificate");
        return;
    }
    /* Empty is not "any": a value that is there has to match. */
    if (empty_issuer || empty_serial) {
        httpd_load_warn(l, place, empty_issuer ? "IssuerCN" : "SerialNumber",
                        "is empty: the user matches no certificate");
        return;
    }
    struct httpd_mapped_user *user = &s->mapped_users[s->mapped_user_count];
    *user = (struct httpd_mapped_user){
        .name = httpd_load_keep(l, name),
        .issuer_cn = v.issuer_cn,
        .serial = without_leading_zeros(v.serial),
        .order = (uint32_t)s->mapped_user_count,
    };
    s->mapped_user_count++;
}

win_error httpd_load_mapped_users(struct httpd_loader *l)
{
    static const char path[] = "\\SSL\\Users";
    reg_key key;
    uint32_t count;
    if (httpd_load_open(l, "SSL\\Users", &key) != ERROR_SUCCESS ||
        httpd_load_count_keys(l, key, path, LIMIT_MAPPED_USERS, &count) != ERROR_SUCCESS || count == 0) {
        return l->error;
    }
    l->settings->mapped_users = plat_calloc(count, sizeof *l->settings->mapped_users);
    if (l->settings->mapped_users == NULL) {
        return httpd_load_no_memory(l);
    }
    return httpd_load_each_key(l, key, path, one_mapped_user);
}

struct password_values {
    const char *hash;
};

static void one_password_user(struct httpd_loader *l, reg_key key, const char *name)
{
    static const struct httpd_setting table[] = {
        {"Hash", HTTPD_SETTING_TEXT, offsetof(struct password_values, hash), 0, 0},
    };
    struct httpd_settings *s = l->settings;
    struct httpd_place place = {"\\PasswordUsers", name};
    struct password_values v = {0};
    if (httpd_load_values(l, key, place, table, 1, &v) != ERROR_SUCCESS) {
        return;
    }
    if (v.hash == NULL || !httpd_password_hash_parse(v.hash, &(struct httpd_password_hash){0})) {
        httpd_load_warn(l, place, "Hash",
                        "is %s: the user cannot log in; set a password with: cerium user add NAME",
                        v.hash == NULL ? "missing" : "malformed");
        return;
    }
    s->password_users[s->password_user_count] = (struct httpd_password_user){httpd_load_keep(l, name), v.hash};
    s->password_user_count++;
}

win_error httpd_load_password_users(struct httpd_loader *l)
{
    static const char path[] = "\\PasswordUsers";
    reg_key key;
    uint32_t count;
    if (httpd_load_open(l, "PasswordUsers", &key) != ERROR_SUCCESS ||
        httpd_load_count_keys(l, key, path, LIMIT_MAPPED_USERS, &count) != ERROR_SUCCESS || count == 0) {
        return l->error;
    }
    l->settings->password_users = plat_calloc(count, sizeof *l->settings->password_users);
    if (l->settings->password_users == NULL) {
        return httpd_load_no_memory(l);
    }
    return httpd_load_each_key(l, key, path, one_password_user);
}
