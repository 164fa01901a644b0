/* SPDX-License-Identifier: Apache-2.0 */
/* HKLM\COMM\HTTPD itself ("Base Registry Settings" aa919492, ms880955, ee499476) and ScriptMap (ee499507). */
#include "settings/load.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

#ifndef CERIUM_VERSION
#error "CERIUM_VERSION comes from the build"
#endif

static const struct httpd_place here = {"", NULL};

struct base_values {
    uint32_t is_enabled, port, post_read_size, max_connections, max_head_size, idle_ms, basic, ntlm,
        dir_browse;
    const char *address, *admin_users, *basic_realm, *default_page, *server_id;
};

#define NUMBER(name, member, least, most)                                                                    \
    {                                                                                                        \
        name, HTTPD_SETTING_NUMBER, offsetof(struct base_values, member), least, most                        \
    }
#define TEXT(name, member)                                                                                   \
    {                                                                                                        \
        name, HTTPD_SETTING_TEXT, offsetof(struct base_values, member), 0, 0                                 \
    }
#define UNUSED(name)                                                                                         \
    {                                                                                                        \
        name, HTTPD_SETTING_UNUSED, 0, 0, 0                                                                  \
    }

static const struct httpd_setting base_table[] = {
    NUMBER("IsEnabled", is_enabled, 0, UINT32_MAX),
    NUMBER("Port", port, 0, UINT16_MAX),
    TEXT("Address", address),
    NUMBER("PostReadSize", post_read_size, 1, LIMIT_POST_READ_SIZE_MOST),
    NUMBER("MaxConnections", max_connections, 1, LIMIT_CONNECTIONS_MOST),
    NUMBER("MaxHeaderReadSize", max_head_size, LIMIT_HEAD_SIZE_LEAST, LIMIT_HEAD_SIZE_MOST),
    NUMBER("ConnectionTimeout", idle_ms, 1, LIMIT_IDLE_MS_MOST),
    TEXT("ServerID", server_id),
    NUMBER("Basic", basic, 0, UINT32_MAX),
    TEXT("BasicRealm", basic_realm),
    NUMBER("NTLM", ntlm, 0, UINT32_MAX),
    TEXT("AdminUsers", admin_users),
    TEXT("DefaultPage", default_page),
    NUMBER("DirBrowse", dir_browse, 0, UINT32_MAX),
    UNUSED("MaxLogSize"),
    UNUSED("LogFileDirectory"),
    UNUSED("Filter DLLs"),
    UNUSED("AllowDefaultSite"),
    UNUSED("NetworkInterfaces"),
};

/* Both go into header fields: a control character there would end the field. */
static win_error check_field_text(struct httpd_loader *l, const char *name, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if ((uint8_t)*p < 0x20 || *p == 0x7f) {
            return httpd_load_refuse(l, ERROR_INVALID_DATA, here, name, "must not have control characters");
        }
    }
    return ERROR_SUCCESS;
}

static win_error add_address(struct httpd_loader *l, const char *text, size_t size)
{
    struct httpd_settings *s = l->settings;
    char address[PLAT_ADDRESS_TEXT_SIZE];
    if (s->address_count >= LIMIT_LISTEN_ADDRESSES) {
        return httpd_load_refuse(l, ERROR_INVALID_DATA, here, "Address", "has more than %u addresses",
                                 LIMIT_LISTEN_ADDRESSES);
    }
    if (size < sizeof address) {
        memcpy(address, text, size);
        address[size] = '\0';
        if (plat_address_parse(address, &s->addresses[s->address_count])) {
            s->address_count++;
            return ERROR_SUCCESS;
        }
    }
    return httpd_load_refuse(l, ERROR_INVALID_DATA, here, "Address", "\"%.*s\" is not an IP address",
                             (int)(size < sizeof address ? size : sizeof address), text);
}

static win_error take_addresses(struct httpd_loader *l, const char *list)
{
    for (const char *p = list; *p != '\0' && l->error == ERROR_SUCCESS;) {
        p += strspn(p, "; \t");
        size_t size = strcspn(p, ";");
        const char *next = p + size;
        while (size > 0 && (p[size - 1] == ' ' || p[size - 1] == '\t')) {
            size--;
        }
        if (size > 0) {
            add_address(l, p, size);
        }
        p = next;
    }
    l->settings->address_all = l->settings->address_count == 0;
    return l->error;
}

static win_error take_admin_users(struct httpd_loader *l, const char *list)
{
    win_error error = httpd_user_list_parse(list, &l->settings->admin_users);
    if (error == ERROR_INVALID_DATA) {
        return httpd_load_refuse(l, error, here, "AdminUsers", "has a '-' or '@' without a name");
    }
    return error != ERROR_SUCCESS ? httpd_load_no_memory(l) : ERROR_SUCCESS;
}

static void warn_subkey(struct httpd_loader *l, reg_key child, const char *name)
{
    static const char *const known[] = {"VROOTS", "SSL", "ScriptMap", "PasswordUsers"};
    (void)child;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (plat_name_equal(name, known[i])) {
            return;
        }
    }
    bool sites = plat_name_equal(name, "Websites");
    httpd_load_warn(l, here, name,
                    sites ? "this version serves one site only; ignored" : "unknown key; ignored");
}

static void copy_values(struct httpd_settings *s, const struct base_values *v)
{
    s->http_enabled = v->is_enabled != 0;
    s->http_port = (uint16_t)v->port;
    s->post_read_size = v->post_read_size;
    s->max_connections = v->max_connections;
    s->max_head_size = v->max_head_size;
    s->idle_ms = v->idle_ms;
    s->basic = v->basic != 0;
    s->basic_realm = v->basic_realm;
    s->server_id = v->server_id;
    s->default_pages = v->default_page;
    s->dir_browse = v->dir_browse != 0;
}

win_error httpd_load_base(struct httpd_loader *l)
{
    struct base_values v = {
        .is_enabled = 1,
        .port = 80,
        .post_read_size = LIMIT_POST_READ_SIZE,
        .max_connections = LIMIT_CONNECTIONS,
        .max_head_size = LIMIT_HEAD_SIZE,
        .idle_ms = LIMIT_IDLE_MS,
        .address = "",
        .admin_users = "",
        .basic_realm = "Microsoft-WinCE",
        .default_page = "default.htm;index.htm",
        .server_id = "Cerium/" CERIUM_VERSION,
    };
    httpd_load_values(l, l->base, here, base_table, sizeof base_table / sizeof base_table[0], &v);
    if (l->error != ERROR_SUCCESS) {
        return l->error;
    }
    copy_values(l->settings, &v);
    if (v.ntlm != 0) {
        httpd_load_warn(
            l, here, "NTLM",
            "NTLM is not offered: it has been broken for long; use client certificates, or Basic over SSL");
    }
    if (strlen(v.basic_realm) > LIMIT_BASIC_REALM) {
        return httpd_load_refuse(l, ERROR_INVALID_DATA, here, "BasicRealm", "is longer than %u bytes",
                                 LIMIT_BASIC_REALM);
    }
    if (take_addresses(l, v.address) != ERROR_SUCCESS || take_admin_users(l, v.admin_users) != ERROR_SUCCESS ||
        check_field_text(l, "BasicRealm", v.basic_realm) != ERROR_SUCCESS ||
        check_field_text(l, "ServerID", v.server_id) != ERROR_SUCCESS) {
        return l->error;
    }
    return httpd_load_each_key(l, l->base, "", warn_subkey);
}

/* ---- ScriptMap: value names are extensions, data are modules ---- */

static const struct httpd_place scripts = {"\\ScriptMap", NULL};

static bool one_script(void *context, const struct reg_value *value)
{
    struct httpd_loader *l = context;
    /* What has no such extension can be mapped nowhere, so nothing is served that a mapping would have kept back. */
    if (value->name[0] != '.' || strpbrk(value->name + 1, "*?./\\") != NULL || value->name[1] == '\0' ||
        plat_name_equal(value->name, ".dll")) {
        httpd_load_warn(l, scripts, value->name,
                        "not an extension that can be mapped (\".ext\", no wildcards, not .dll); ignored");
        return true;
    }
    plat_buffer_clear(&l->scratch);
    if (!reg_value_string(value, &l->scratch) || l->scratch.size == 0) {
        httpd_load_refuse(l, ERROR_DATATYPE_MISMATCH, scripts, value->name,
                          "must be a REG_SZ that names a module");
        return false;
    }
    const char *module = plat_buffer_text(&l->scratch);
    struct httpd_script_map *map = &l->settings->script_map[l->settings->script_map_count];
    map->extension = httpd_load_keep(l, value->name);
    map->module = module != NULL ? httpd_load_keep(l, module) : NULL;
    if (map->extension == NULL || map->module == NULL) {
        httpd_load_no_memory(l);
        return false;
    }
    l->settings->script_map_count++;
    return true;
}

win_error httpd_load_scripts(struct httpd_loader *l)
{
    reg_key key;
    struct reg_key_info info;
    if (httpd_load_open(l, "ScriptMap", &key) != ERROR_SUCCESS || key == REG_KEY_NONE) {
        return l->error;
    }
    win_error error = reg_key_info_of(l->db, key, &info);
    if (error == ERROR_SUCCESS && info.value_count > 0) {
        l->settings->script_map = plat_calloc(info.value_count, sizeof *l->settings->script_map);
        if (l->settings->script_map == NULL) {
            return httpd_load_no_memory(l);
        }
        error = reg_each_value(l->db, key, one_script, l);
    }
    if (error != ERROR_SUCCESS && l->error == ERROR_SUCCESS) {
        return httpd_load_refuse(l, error, scripts, NULL, "cannot be read: %s", win_error_text(error));
    }
    return l->error;
}
