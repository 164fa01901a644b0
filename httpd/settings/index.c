/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/index.h"

#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

static uint32_t name_hash(const char *name, size_t size)
{
    return httpd_hash_mix(plat_name_hash(name, size));
}

static win_error index_passwords(struct httpd_settings *s)
{
    win_error error = httpd_table_create(&s->index->passwords, s->password_user_count);
    for (size_t i = 0; error == ERROR_SUCCESS && i < s->password_user_count; i++) {
        const char *name = s->password_users[i].name;
        httpd_table_put(&s->index->passwords, name_hash(name, strlen(name)), (uint32_t)i);
    }
    return error;
}

static win_error index_scripts(struct httpd_settings *s)
{
    win_error error = httpd_table_create(&s->index->scripts, s->script_map_count);
    for (size_t i = 0; error == ERROR_SUCCESS && i < s->script_map_count; i++) {
        const char *extension = s->script_map[i].extension;
        httpd_table_put(&s->index->scripts, name_hash(extension, strlen(extension)), (uint32_t)i);
    }
    return error;
}

win_error httpd_settings_index_create(struct httpd_settings *s, const struct httpd_index_report *report)
{
    s->index = plat_calloc(1, sizeof *s->index);
    if (s->index == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    win_error error = httpd_index_vroots(s, report);
    if (error == ERROR_SUCCESS) {
        error = httpd_index_mapped_users(s, report);
    }
    if (error == ERROR_SUCCESS) {
        error = index_passwords(s);
    }
    return error != ERROR_SUCCESS ? error : index_scripts(s);
}

void httpd_settings_index_free(struct httpd_settings_index *index)
{
    if (index == NULL) {
        return;
    }
    httpd_table_free(&index->vroots);
    httpd_table_free(&index->by_both);
    httpd_table_free(&index->by_issuer);
    httpd_table_free(&index->by_serial);
    httpd_table_free(&index->passwords);
    httpd_table_free(&index->scripts);
    plat_free(index->issuer_folds);
    plat_free(index);
}

const struct httpd_password_user *httpd_password_user_find(const struct httpd_settings *s, const char *name)
{
    const struct httpd_table *table = &s->index->passwords;
    for (uint32_t at = name_hash(name, strlen(name)), i;
         (i = httpd_table_next(table, &at)) != HTTPD_TABLE_NONE;) {
        if (plat_name_equal(s->password_users[i].name, name)) {
            return &s->password_users[i];
        }
    }
    return NULL;
}

bool httpd_is_module_name(const char *name, size_t size)
{
    return (size >= 4 && plat_ascii_equal_nocase_n(name + size - 4, 4, ".dll", 4)) ||
           (size >= 3 && plat_ascii_equal_nocase_n(name + size - 3, 3, ".so", 3));
}

const struct httpd_script_map *httpd_script_map_find_n(const struct httpd_settings *s, const char *file_name,
                                                       size_t size)
{
    size_t start = size;
    while (start > 0 && file_name[start - 1] != '.') {
        start--;
    }
    if (start == 0) {
        return NULL;
    }
    const char *extension = file_name + start - 1;
    size_t extension_size = size - (start - 1);
    const struct httpd_table *table = &s->index->scripts;
    for (uint32_t at = name_hash(extension, extension_size), i;
         (i = httpd_table_next(table, &at)) != HTTPD_TABLE_NONE;) {
        const char *known = s->script_map[i].extension;
        if (plat_name_equal_n(known, strlen(known), extension, extension_size)) {
            return &s->script_map[i];
        }
    }
    return NULL;
}

const struct httpd_script_map *httpd_script_map_find(const struct httpd_settings *s, const char *file_name)
{
    return httpd_script_map_find_n(s, file_name, strlen(file_name));
}
