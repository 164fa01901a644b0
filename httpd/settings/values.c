/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/load.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

struct walk {
    struct httpd_loader *loader;
    struct httpd_place place;
    const struct httpd_setting *table;
    size_t count;
    uint8_t *out;
};

static const char *const kind_names[] = {
    [HTTPD_SETTING_NUMBER] = "REG_DWORD of four bytes",
    [HTTPD_SETTING_TEXT] = "REG_SZ",
    [HTTPD_SETTING_BYTES] = "REG_BINARY",
    [HTTPD_SETTING_TEXTS] = "REG_MULTI_SZ",
    [HTTPD_SETTING_UNUSED] = "any type",
};

static void wrong_type(struct walk *w, const struct httpd_setting *setting, const struct reg_value *value)
{
    httpd_load_refuse(w->loader, ERROR_DATATYPE_MISMATCH, w->place, setting->name,
                      "must be a %s; it has type %lu and %lu bytes", kind_names[setting->kind],
                      (unsigned long)value->type, (unsigned long)value->data.size);
}

static void take_number(struct walk *w, const struct httpd_setting *setting, const struct reg_value *value)
{
    uint32_t number;
    if (!reg_value_dword(value, &number)) {
        wrong_type(w, setting, value);
    } else if (number < setting->least || number > setting->most) {
        httpd_load_refuse(w->loader, ERROR_INVALID_DATA, w->place, setting->name,
                          "is %lu; it must be %lu to %lu", (unsigned long)number,
                          (unsigned long)setting->least, (unsigned long)setting->most);
    } else {
        memcpy(w->out + setting->offset, &number, sizeof number);
    }
}

static void take_text(struct walk *w, const struct httpd_setting *setting, const struct reg_value *value)
{
    struct plat_buffer *scratch = &w->loader->scratch;
    plat_buffer_clear(scratch);
    if (!reg_value_string(value, scratch)) {
        wrong_type(w, setting, value);
        return;
    }
    const char *text = plat_buffer_text(scratch);
    const char *kept = text != NULL ? httpd_load_keep(w->loader, text) : NULL;
    if (kept == NULL) {
        httpd_load_no_memory(w->loader);
        return;
    }
    memcpy(w->out + setting->offset, &kept, sizeof kept);
}

static void take_span(struct walk *w, const struct httpd_setting *setting, struct plat_span bytes)
{
    struct plat_span kept = httpd_arena_copy(w->loader->settings->arena, bytes);
    if (kept.data == NULL) {
        httpd_load_no_memory(w->loader);
        return;
    }
    memcpy(w->out + setting->offset, &kept, sizeof kept);
}

static void append_with_nul(void *context, const char *text)
{
    plat_buffer_append(context, text, strlen(text) + 1);
}

static void take_texts(struct walk *w, const struct httpd_setting *setting, const struct reg_value *value)
{
    struct plat_buffer *scratch = &w->loader->scratch;
    plat_buffer_clear(scratch);
    if (!reg_value_strings(value, append_with_nul, scratch)) {
        wrong_type(w, setting, value);
    } else if (scratch->failed != ERROR_SUCCESS) {
        httpd_load_no_memory(w->loader);
    } else {
        take_span(w, setting, plat_span_of(scratch->data, scratch->size));
    }
}

static void take(struct walk *w, const struct httpd_setting *setting, const struct reg_value *value)
{
    switch (setting->kind) {
    case HTTPD_SETTING_NUMBER:
        take_number(w, setting, value);
        break;
    case HTTPD_SETTING_TEXT:
        take_text(w, setting, value);
        break;
    case HTTPD_SETTING_BYTES:
        if (value->type != REG_BINARY) {
            wrong_type(w, setting, value);
            break;
        }
        take_span(w, setting, value->data);
        break;
    case HTTPD_SETTING_TEXTS:
        take_texts(w, setting, value);
        break;
    case HTTPD_SETTING_UNUSED:
        httpd_load_warn(w->loader, w->place, setting->name,
                        "a setting of the CE web server that this version does not act on; ignored");
        break;
    }
}

static bool one_value(void *context, const struct reg_value *value)
{
    struct walk *w = context;
    for (size_t i = 0; i < w->count; i++) {
        if (plat_name_equal(w->table[i].name, value->name)) {
            take(w, &w->table[i], value);
            return w->loader->error == ERROR_SUCCESS;
        }
    }
    httpd_load_warn(w->loader, w->place, value->name, "unknown value; ignored");
    return true;
}

win_error httpd_load_values(struct httpd_loader *l, reg_key key, struct httpd_place place,
                            const struct httpd_setting *table, size_t count, void *out)
{
    if (key == REG_KEY_NONE || l->error != ERROR_SUCCESS) {
        return l->error;
    }
    struct walk w = {l, place, table, count, out};
    win_error error = reg_each_value(l->db, key, one_value, &w);
    if (error != ERROR_SUCCESS && l->error == ERROR_SUCCESS) {
        return httpd_load_refuse(l, error, place, NULL, "cannot be read: %s", win_error_text(error));
    }
    return l->error;
}
