/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/load.h"

#include "platform/limits.h"
#include "platform/log.h"
#include "platform/memory.h"
#include "settings/index.h"

#include <stdarg.h>
#include <string.h>

/* ---- messages ---- */

static void append_place(struct plat_buffer *out, struct httpd_place place, const char *value)
{
    plat_buffer_printf(out, "HKLM\\COMM\\HTTPD%s", place.path);
    if (place.child != NULL) {
        plat_buffer_printf(out, "\\%s", place.child);
    }
    if (value != NULL) {
        plat_buffer_printf(out, "\\%s", value[0] != '\0' ? value : "(default)");
    }
    plat_buffer_append_text(out, ": ");
}

win_error httpd_load_refuse(struct httpd_loader *l, win_error error, struct httpd_place place,
                            const char *value, const char *format, ...)
{
    if (l->error != ERROR_SUCCESS) {
        return l->error;
    }
    l->error = error;
    append_place(l->message, place, value);
    va_list args;
    va_start(args, format);
    plat_buffer_vprintf(l->message, format, args);
    va_end(args);
    return error;
}

win_error httpd_load_no_memory(struct httpd_loader *l)
{
    if (l->error == ERROR_SUCCESS) {
        l->error = ERROR_NOT_ENOUGH_MEMORY;
        plat_buffer_append_text(l->message, "HKLM\\COMM\\HTTPD: not enough memory for the settings");
    }
    return l->error;
}

/* Kept until it is known that these settings are good. */
static void add_warning(struct httpd_loader *l, const char *text)
{
    plat_buffer_append(&l->settings->warnings, text, strlen(text) + 1);
}

static void finish_warnings(struct httpd_loader *l)
{
    if (l->warnings > LIMIT_SETTINGS_WARNINGS) {
        plat_buffer_printf(&l->settings->warnings, "HKLM\\COMM\\HTTPD: %lu more warnings about the settings",
                           (unsigned long)(l->warnings - LIMIT_SETTINGS_WARNINGS));
        plat_buffer_append_u8(&l->settings->warnings, '\0');
    }
    if (l->settings->warnings.failed) {
        httpd_load_no_memory(l);
    }
}

static void tell_warnings(const struct httpd_settings *settings, const struct httpd_settings *before)
{
    const struct plat_buffer *text = &settings->warnings;
    if (before != NULL && plat_span_equal(plat_span_of(text->data, text->size),
                                          plat_span_of(before->warnings.data, before->warnings.size))) {
        return;
    }
    for (size_t at = 0; at < text->size; at += strlen((const char *)text->data + at) + 1) {
        plat_log(PLAT_LOG_WARNING, "%s", (const char *)text->data + at);
    }
}

void httpd_load_warn(struct httpd_loader *l, struct httpd_place place, const char *value, const char *format,
                     ...)
{
    if (l->warnings++ >= LIMIT_SETTINGS_WARNINGS) {
        return;
    }
    struct plat_buffer line;
    plat_buffer_init(&line, LIMIT_LOG_LINE);
    append_place(&line, place, value);
    va_list args;
    va_start(args, format);
    plat_buffer_vprintf(&line, format, args);
    va_end(args);
    const char *text = plat_buffer_text(&line);
    add_warning(l, text != NULL ? text : "a warning about the settings is too long to be shown");
    plat_buffer_free(&line);
}

/* ---- keys ---- */

win_error httpd_load_open(struct httpd_loader *l, const char *path, reg_key *key)
{
    *key = REG_KEY_NONE;
    if (l->error != ERROR_SUCCESS || l->base == REG_KEY_NONE) {
        return l->error;
    }
    win_error error = reg_key_open(l->db, l->base, path, key);
    if (error == ERROR_FILE_NOT_FOUND) {
        *key = REG_KEY_NONE;
        return ERROR_SUCCESS;
    }
    if (error != ERROR_SUCCESS) {
        return httpd_load_refuse(l, error, (struct httpd_place){"", path}, NULL, "cannot be read: %s",
                                 win_error_text(error));
    }
    return ERROR_SUCCESS;
}

win_error httpd_load_count_keys(struct httpd_loader *l, reg_key key, const char *path, uint32_t most,
                                uint32_t *count)
{
    struct reg_key_info info = {0};
    *count = 0;
    if (l->error != ERROR_SUCCESS || key == REG_KEY_NONE) {
        return l->error;
    }
    win_error error = reg_key_info_of(l->db, key, &info);
    if (error != ERROR_SUCCESS) {
        return httpd_load_refuse(l, error, (struct httpd_place){path, NULL}, NULL, "cannot be read: %s",
                                 win_error_text(error));
    }
    if (info.key_count > most) {
        return httpd_load_refuse(l, ERROR_INVALID_DATA, (struct httpd_place){path, NULL}, NULL,
                                 "has %lu keys; at most %lu are allowed", (unsigned long)info.key_count,
                                 (unsigned long)most);
    }
    *count = info.key_count;
    return ERROR_SUCCESS;
}

struct key_walk {
    struct httpd_loader *loader;
    void (*each)(struct httpd_loader *l, reg_key child, const char *name);
};

static bool one_key(void *context, reg_key child, const char *name)
{
    struct key_walk *w = context;
    w->each(w->loader, child, name);
    return w->loader->error == ERROR_SUCCESS;
}

win_error httpd_load_each_key(struct httpd_loader *l, reg_key key, const char *path,
                              void (*each)(struct httpd_loader *l, reg_key child, const char *name))
{
    if (l->error != ERROR_SUCCESS || key == REG_KEY_NONE) {
        return l->error;
    }
    struct key_walk w = {l, each};
    win_error error = reg_each_key(l->db, key, one_key, &w);
    if (error != ERROR_SUCCESS && l->error == ERROR_SUCCESS) {
        return httpd_load_refuse(l, error, (struct httpd_place){path, NULL}, NULL, "cannot be read: %s",
                                 win_error_text(error));
    }
    return l->error;
}

const char *httpd_load_keep(struct httpd_loader *l, const char *text)
{
    const char *kept = httpd_arena_text(l->settings->arena, text);
    if (kept == NULL) {
        httpd_load_no_memory(l);
    }
    return kept;
}

/* ---- the whole ---- */

static void refuse_duplicate_vroot(void *context, const struct httpd_vroot *first,
                                   const struct httpd_vroot *second)
{
    struct httpd_loader *l = context;
    if (l->error == ERROR_SUCCESS) {
        httpd_load_refuse(l, ERROR_ALREADY_EXISTS, (struct httpd_place){"\\VROOTS", second->url}, NULL,
                          "the same path as %s: only one of them can have its way; delete the other",
                          first->url);
    }
}

static void warn_overlapping_users(void *context, const struct httpd_mapped_user *first,
                                   const struct httpd_mapped_user *second)
{
    httpd_load_warn(
        context, (struct httpd_place){"\\SSL\\Users", second->name},
        NULL, "a certificate can match this user and %s; it is then taken as %s, the first in the order of the keys",
        first->name, first->name);
}

static void load_parts(struct httpd_loader *l)
{
    win_error (*const parts[])(struct httpd_loader *) = {
        httpd_load_base,           httpd_load_scripts,      httpd_load_vroots,
        httpd_load_password_users, httpd_load_mapped_users, httpd_load_tls,
    };
    win_error error = reg_key_open(l->db, REG_HKLM, "COMM\\HTTPD", &l->base);
    if (error == ERROR_FILE_NOT_FOUND) {
        l->base = REG_KEY_NONE;
    } else if (error != ERROR_SUCCESS) {
        httpd_load_refuse(l, error, (struct httpd_place){"", NULL}, NULL, "cannot be read: %s",
                          win_error_text(error));
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && l->error == ERROR_SUCCESS; i++) {
        if (parts[i](l) != ERROR_SUCCESS) {
            return;
        }
    }
    const struct httpd_index_report report = {refuse_duplicate_vroot, warn_overlapping_users, l};
    if (l->error == ERROR_SUCCESS && httpd_settings_index_create(l->settings, &report) != ERROR_SUCCESS) {
        httpd_load_no_memory(l);
    }
}

static struct httpd_settings *settings_create(void)
{
    static atomic_uint_least64_t identities;
    struct httpd_settings *s = plat_calloc(1, sizeof *s);
    struct httpd_arena *arena = httpd_arena_create();
    if (s == NULL || arena == NULL) {
        plat_free(s);
        httpd_arena_free(arena);
        return NULL;
    }
    atomic_init(&s->references, 1);
    s->arena = arena;
    plat_buffer_init(&s->warnings, (size_t)(LIMIT_SETTINGS_WARNINGS + 1U) * LIMIT_LOG_LINE);
    s->identity = atomic_fetch_add(&identities, 1) + 1;
    return s;
}

win_error httpd_settings_load(struct reg_db *db, struct httpd_settings **settings, struct plat_buffer *message)
{
    return httpd_settings_load_again(db, NULL, NULL, settings, message);
}

win_error httpd_settings_load_again(struct reg_db *db, struct plat_root *root,
                                    const struct httpd_settings *before, struct httpd_settings **settings,
                                    struct plat_buffer *message)
{
    *settings = NULL;
    struct httpd_loader l = {
        .db = db, .root = root, .first = before == NULL, .settings = settings_create(), .message = message};
    if (l.settings == NULL) {
        return httpd_load_no_memory(&l);
    }
    plat_buffer_init(&l.scratch, LIMIT_REG_DATA * 2U);
    l.settings->generation =
        reg_generation(db); /* before the first read: a change in between is then seen as one */
    win_error error = reg_read_begin(db);
    if (error == ERROR_SUCCESS) {
        load_parts(&l);
        reg_read_end(db);
    } else {
        httpd_load_refuse(&l, error, (struct httpd_place){"", NULL}, NULL, "the registry cannot be read: %s",
                          reg_db_message(db)[0] != '\0' ? reg_db_message(db) : win_error_text(error));
    }
    plat_buffer_free(&l.scratch);
    finish_warnings(&l);
    if (l.error != ERROR_SUCCESS) {
        httpd_settings_unref(l.settings);
        return l.error;
    }
    tell_warnings(l.settings, before);
    *settings = l.settings;
    return ERROR_SUCCESS;
}
