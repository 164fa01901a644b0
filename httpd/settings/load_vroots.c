/* SPDX-License-Identifier: Apache-2.0 */
/* VROOTS ("Virtual Path Registry Settings" aa925668, ee499756). */
#include "settings/load.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

struct vroot_values {
    const char *physical, *user_list, *default_page;
    uint32_t auth, flags, dir_browse;
};

static const struct httpd_setting vroot_table[] = {
    {"", HTTPD_SETTING_TEXT, offsetof(struct vroot_values, physical), 0, 0},
    {"A", HTTPD_SETTING_NUMBER, offsetof(struct vroot_values, auth), 0, UINT32_MAX},
    {"P", HTTPD_SETTING_NUMBER, offsetof(struct vroot_values, flags), 0, UINT32_MAX},
    {"UserList", HTTPD_SETTING_TEXT, offsetof(struct vroot_values, user_list), 0, 0},
    {"DefaultPage", HTTPD_SETTING_TEXT, offsetof(struct vroot_values, default_page), 0, 0},
    {"DirBrowse", HTTPD_SETTING_NUMBER, offsetof(struct vroot_values, dir_browse), 0, UINT32_MAX},
};

static bool has_groups(const struct httpd_user_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->entries[i].is_group && !list->entries[i].everyone) {
            return true;
        }
    }
    return false;
}

static void warn_who_gets_in(struct httpd_loader *l, struct httpd_place place, const struct httpd_vroot *v)
{
    bool wants = (v->flags & (HSE_URL_FLAGS_NEGO_CERT | HSE_URL_FLAGS_REQUIRE_CERT)) != 0;
    bool map = (v->flags & HSE_URL_FLAGS_MAP_CERT) != 0;
    unsigned long a = v->auth;
    if (v->auth >= 3) {
        httpd_load_warn(l, place, "A", "is %lu: nobody can get in (0 anybody, 1 a user, 2 an administrator)",
                        a);
    } else if (v->auth > 0 && wants && !map) {
        httpd_load_warn(
            l, place, "P",
            "asks for certificates but does not map them (MAP_CERT): with A=%lu nobody can get in", a);
    } else if (v->auth > 0 && !wants && !l->settings->basic) {
        httpd_load_warn(l, place, "A", "is %lu and Basic authentication is off: nobody can get in", a);
    } else if (v->auth == 2 && l->settings->admin_users.count == 0) {
        httpd_load_warn(l, place, "A", "is 2 and AdminUsers names nobody: nobody can get in");
    } else if (wants && map && !v->has_user_list && v->auth < 2) {
        httpd_load_warn(l, place, "UserList",
                        "is not set: of certificate users only those on AdminUsers get in");
    }
    if (map && !wants) {
        httpd_load_warn(l, place, "P",
                        "has MAP_CERT without NEGO_CERT or REQUIRE_CERT: no certificate is asked for");
    }
    bool ssl = (v->flags & (HSE_URL_FLAGS_SSL | HSE_URL_FLAGS_SSL128)) != 0;
    if (v->auth > 0 && v->auth < 3 && !wants && !ssl && l->settings->basic && l->settings->http_enabled) {
        httpd_load_warn(l, place, "P", "does not require SSL: passwords may travel in the clear");
    }
}

static void warn_of_weaknesses(struct httpd_loader *l, struct httpd_place place, const struct httpd_vroot *v)
{
    if (v->physical[0] == '\0') {
        httpd_load_warn(l, place, "",
                        "is missing: there is no directory or module, and every request is answered 404");
        return;
    }
    if ((v->flags & ~HSE_URL_FLAGS_MASK) != 0) {
        httpd_load_warn(l, place, "P", "the bits 0x%08lx mean nothing; ignored",
                        (unsigned long)(v->flags & ~HSE_URL_FLAGS_MASK));
    }
    if (has_groups(&v->user_list)) {
        httpd_load_warn(l, place, "UserList", "there are no groups here: its @ entries apply to nobody");
    }
    warn_who_gets_in(l, place, v);
}

static bool is_dots(const char *segment, size_t size)
{
    return (size == 1 && segment[0] == '.') || (size == 2 && segment[0] == '.' && segment[1] == '.');
}

/*
 * Why no URL path can ever be this virtual root's, NULL when one can. Such a key is refused, not skipped: its paths would fall to a shorter
 * virtual root that may let anybody in.
 */
static const char *name_problem(const char *name)
{
    if (name[0] != '/') {
        return "a virtual root's name begins with '/'; rename or delete the key";
    }
    const char *segment = name + 1;
    while (*segment != '\0') {
        size_t size = strcspn(segment, "/");
        if (size == 0 || is_dots(segment, size)) {
            return "a virtual root's name with an empty, \".\" or \"..\" part matches nothing; rename or "
                   "delete the key";
        }
        segment += size;
        segment += *segment == '/';
    }
    return NULL;
}

static void one_vroot(struct httpd_loader *l, reg_key key, const char *name)
{
    struct httpd_settings *s = l->settings;
    struct httpd_place place = {"\\VROOTS", name};
    struct vroot_values v = {
        .physical = "",
        .user_list = "",
        .default_page = s->default_pages,
        .flags = HSE_URL_FLAGS_DEFAULT,
        .dir_browse = s->dir_browse,
    };
    const char *problem = name_problem(name);
    if (problem != NULL) {
        httpd_load_refuse(l, ERROR_INVALID_NAME, place, NULL, "%s", problem);
        return;
    }
    if (httpd_load_values(l, key, place, vroot_table, sizeof vroot_table / sizeof vroot_table[0], &v) !=
        ERROR_SUCCESS) {
        return;
    }
    struct httpd_vroot *vroot = &s->vroots[s->vroot_count];
    win_error error = httpd_user_list_parse(v.user_list, &vroot->user_list);
    if (error != ERROR_SUCCESS) {
        if (error == ERROR_INVALID_DATA) {
            httpd_load_refuse(l, error, place, "UserList", "has a '-' or '@' without a name");
        } else {
            httpd_load_no_memory(l);
        }
        return;
    }
    s->vroot_count++; /* from here on the snapshot owns its list */
    vroot->url = httpd_load_keep(l, name);
    if (vroot->url == NULL) {
        return;
    }
    vroot->physical = v.physical;
    vroot->auth = v.auth;
    vroot->flags = v.flags;
    vroot->is_module = httpd_is_module_name(v.physical, strlen(v.physical));
    vroot->dir_browse = v.dir_browse != 0;
    vroot->default_pages = v.default_page;
    /* ";" is a list of nobody, not the absence of one. */
    vroot->has_user_list = v.user_list[strspn(v.user_list, " \t\r\n")] != '\0';
    warn_of_weaknesses(l, place, vroot);
}

win_error httpd_load_vroots(struct httpd_loader *l)
{
    static const char path[] = "\\VROOTS";
    reg_key key;
    uint32_t count;
    if (httpd_load_open(l, "VROOTS", &key) != ERROR_SUCCESS ||
        httpd_load_count_keys(l, key, path, LIMIT_VROOTS, &count) != ERROR_SUCCESS) {
        return l->error;
    }
    if (count > 0) {
        l->settings->vroots = plat_calloc(count, sizeof *l->settings->vroots);
        if (l->settings->vroots == NULL) {
            return httpd_load_no_memory(l);
        }
        httpd_load_each_key(l, key, path, one_vroot);
    }
    if (l->error == ERROR_SUCCESS && l->settings->vroot_count == 0) {
        httpd_load_warn(l, (struct httpd_place){path, NULL}, NULL,
                        "there is no virtual root: every request is answered 404");
    }
    return l->error;
}
