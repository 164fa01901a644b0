/* SPDX-License-Identifier: Apache-2.0 */
/* A vroot by path: one look-up for each prefix that ends at a segment boundary, the longest first. */
#include "settings/index.h"

#include "platform/text.h"

#include <string.h>

/* "/upnp/" is "/upnp", and the root is the empty prefix: prefixes never end in a slash. */
static size_t prefix_size(const char *url)
{
    size_t size = strlen(url);
    while (size > 0 && url[size - 1] == '/') {
        size--;
    }
    return size;
}

static uint32_t depth_of(const char *url, size_t size)
{
    uint32_t depth = 0;
    for (size_t i = 0; i < size; i++) {
        depth += url[i] == '/';
    }
    return depth;
}

static const struct httpd_vroot *find_prefix(const struct httpd_settings *s, const char *prefix, size_t size)
{
    const struct httpd_table *table = &s->index->vroots;
    uint32_t at = httpd_hash_mix(plat_name_hash(prefix, size));
    for (uint32_t i; (i = httpd_table_next(table, &at)) != HTTPD_TABLE_NONE;) {
        const char *url = s->vroots[i].url;
        if (plat_name_equal_n(url, prefix_size(url), prefix, size)) {
            return &s->vroots[i];
        }
    }
    return NULL;
}

win_error httpd_index_vroots(struct httpd_settings *s, const struct httpd_index_report *report)
{
    struct httpd_settings_index *index = s->index;
    win_error error = httpd_table_create(&index->vroots, s->vroot_count);
    for (size_t i = 0; error == ERROR_SUCCESS && i < s->vroot_count; i++) {
        const struct httpd_vroot *vroot = &s->vroots[i];
        size_t size = prefix_size(vroot->url);
        const struct httpd_vroot *first = find_prefix(s, vroot->url, size);
        if (first != NULL) {
            if (report != NULL) {
                report->duplicate_vroot(report->context, first, vroot);
            }
            continue;
        }
        httpd_table_put(&index->vroots, httpd_hash_mix(plat_name_hash(vroot->url, size)), (uint32_t)i);
        uint32_t depth = depth_of(vroot->url, size);
        index->vroot_depth = depth > index->vroot_depth ? depth : index->vroot_depth;
    }
    return error;
}

/* The end of the path's first `depth` segments, or of all if there are fewer. */
static size_t first_segments(const char *path, uint32_t depth)
{
    size_t i = 0;
    for (; path[i] != '\0'; i++) {
        if (path[i] == '/' && depth-- == 0) {
            break;
        }
    }
    return i;
}

const struct httpd_vroot *httpd_vroot_find(const struct httpd_settings *s, const char *path, const char **rest)
{
    if (path[0] != '/') {
        return NULL;
    }
    /* No name has more segments than vroot_depth: longer prefixes need no look-up. */
    size_t size = first_segments(path, s->index->vroot_depth);
    for (;;) {
        const struct httpd_vroot *vroot = find_prefix(s, path, size);
        if (vroot != NULL || size == 0) {
            if (vroot != NULL && rest != NULL) {
                *rest = path + size;
            }
            return vroot;
        }
        do {
            size--;
        } while (path[size] != '/');
    }
}
