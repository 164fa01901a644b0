/* SPDX-License-Identifier: Apache-2.0 */
/* A directory as a page of links ("DirBrowse", ms885793). */
#include "files/listing.h"

#include "files/escape.h"
#include "platform/clock.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char *name;
    bool is_directory;
    uint64_t size;
    int64_t modified;
};

struct list {
    struct entry *entries;
    size_t count;
    size_t capacity;
    bool more;
    win_error failed;
};

/*
 * A name that no request path can spell (http/path.c) or no CE path can (':' is none of its characters) is
 * left out.
 */
static bool can_be_asked_for(const char *name)
{
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f || *c == '\\' || *c == ':')
            return false;
    return plat_utf8_valid(name, strlen(name));
}

static bool make_room(struct list *list)
{
    size_t capacity = list->capacity ? list->capacity * 2 : 32;
    struct entry *grown;

    if (list->count < list->capacity)
        return true;
    grown = plat_realloc(list->entries, capacity * sizeof *grown);
    if (!grown)
        return false;
    list->entries = grown;
    list->capacity = capacity;
    return true;
}

static bool add_entry(void *context, const char *name, const struct plat_file_info *info)
{
    struct list *list = context;
    char *copy;

    if (info->kind == PLAT_FILE_OTHER || !can_be_asked_for(name))
        return true;
    if (list->count == LIMIT_LISTING_ENTRIES) {
        list->more = true;
        return false;
    }
    copy = make_room(list) ? plat_strdup(name) : NULL;
    if (!copy) {
        list->failed = ERROR_NOT_ENOUGH_MEMORY;
        return false;
    }
    list->entries[list->count++] = (struct entry){.name = copy,
                                                  .is_directory = info->kind == PLAT_FILE_DIRECTORY,
                                                  .size = info->size,
                                                  .modified = info->modified};
    return true;
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    int order;

    if (a->is_directory != b->is_directory)
        return a->is_directory ? -1 : 1;
    order = plat_name_compare(a->name, b->name);
    return order ? order : strcmp(a->name, b->name);
}

static void append_entry(struct plat_buffer *html, const struct entry *entry)
{
    const char *slash = entry->is_directory ? "/" : "";
    struct plat_date d = plat_date_of(entry->modified);

    plat_buffer_append_text(html, "<tr><td><a href=\"");
    files_append_url(html, entry->name, false);
    plat_buffer_printf(html, "%s\">", slash);
    files_append_html(html, entry->name);
    plat_buffer_printf(html, "%s</a></td><td>", slash);
    if (!entry->is_directory)
        plat_buffer_printf(html, "%" PRIu64, entry->size);
    plat_buffer_printf(html, "</td><td>%04d-%02u-%02u %02u:%02u</td></tr>\n", (int)d.year, d.month, d.day,
                       d.hour, d.minute);
}

static void append_page(struct plat_buffer *html, const char *url_path, const struct list *list)
{
    plat_buffer_append_text(html, "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>");
    files_append_html(html, url_path);
    plat_buffer_append_text(html,
                            "</title>\n<style>td{padding-right:2em}td:nth-child(2){text-align:right}</style>"
                            "</head>\n<body><h1>");
    files_append_html(html, url_path);
    plat_buffer_append_text(html,
                            "</h1>\n<table>\n<tr><th>Name</th><th>Size</th><th>Modified (UTC)</th></tr>\n");
    if (strcmp(url_path, "/") != 0)
        plat_buffer_append_text(html, "<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n");
    for (size_t i = 0; i < list->count; i++)
        append_entry(html, &list->entries[i]);
    plat_buffer_append_text(html, "</table>\n");
    if (list->more)
        plat_buffer_printf(html, "<p>The first %u entries; there are more.</p>\n", LIMIT_LISTING_ENTRIES);
    plat_buffer_append_text(html, "</body></html>\n");
}

win_error files_list(struct plat_file *directory, const char *url_path, struct plat_buffer *html)
{
    struct list list = {0};
    win_error error = plat_file_list(directory, add_entry, &list);

    if (!error)
        error = list.failed;
    if (!error) {
        if (list.count > 1)
            qsort(list.entries, list.count, sizeof *list.entries, compare_entries);
        append_page(html, url_path, &list);
        error = html->failed;
    }
    for (size_t i = 0; i < list.count; i++)
        plat_free(list.entries[i].name);
    plat_free(list.entries);
    return error;
}
