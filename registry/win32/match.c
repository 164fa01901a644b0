/* SPDX-License-Identifier: Apache-2.0 */
/* Which changes concern a watch. */
#include "win32/watch.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

enum relation { ELSEWHERE, ABOVE, SAME, CHILD, DEEPER };

/* Bytes of the first `depth` names of a path; SIZE_MAX when it has fewer. */
static size_t size_of_names(const char *path, size_t depth)
{
    size_t size = 0;

    for (size_t names = 0; names < depth; names++) {
        if (names > 0 && path[size++] != '\\')
            return SIZE_MAX;
        size += strcspn(path + size, "\\");
    }
    return size;
}

static size_t names_in(const char *path)
{
    size_t names = 1;

    for (; *path; path++)
        names += *path == '\\';
    return names;
}

/* Where the key `path` lies for the watch; *below is its path below the watched key. */
static enum relation relate(const struct face_watch *watch, const char *path, const char **below)
{
    size_t names = names_in(path);
    size_t common = names < watch->depth ? names : watch->depth;
    size_t size = size_of_names(path, common);
    size_t watched_size = size_of_names(watch->path, common);

    *below = "";
    if (!plat_name_equal_n(path, size, watch->path, watched_size))
        return ELSEWHERE;
    if (names < watch->depth)
        return ABOVE;
    if (names == watch->depth)
        return SAME;
    *below = path + size + 1;
    return names == watch->depth + 1 ? CHILD : DEEPER;
}

static void tell(struct face_watch *watch, DWORD action, const char *path, const char *value)
{
    const struct face_notice notice = {action, path, value};

    watch->hit = true;
    if (watch->noticed)
        watch->noticed(watch, &notice);
}

/* The watched key, or one that it lies in, has a new name. Without memory for it the watch goes deaf, and says so once. */
static void follow(struct face_watch *watch, const char *old, const char *name)
{
    size_t depth = names_in(old);
    size_t start = size_of_names(watch->path, depth - 1) + 1;
    size_t end = size_of_names(watch->path, depth);
    struct plat_buffer path;

    plat_buffer_init(&path, LIMIT_REG_DEPTH * (3U * LIMIT_REG_KEY_NAME + 1U));
    plat_buffer_append(&path, watch->path, start);
    plat_buffer_append_text(&path, name);
    plat_buffer_append_text(&path, watch->path + end);
    plat_free(watch->path);
    watch->path = plat_buffer_text(&path) ? plat_strdup(plat_buffer_text(&path)) : NULL;
    watch->hit = watch->hit || !watch->path;
    plat_buffer_free(&path);
}

static void renamed(struct face_watch *watch, const struct reg_change *change, const char *below)
{
    struct plat_buffer path;
    const char *last = strrchr(below, '\\');

    tell(watch, FILE_ACTION_REMOVED, below, NULL);
    plat_buffer_init(&path, LIMIT_REG_DEPTH * (3U * LIMIT_REG_KEY_NAME + 1U));
    if (last)
        plat_buffer_append(&path, below, (size_t)(last - below) + 1);
    plat_buffer_append_text(&path, change->name);
    if (plat_buffer_text(&path))
        tell(watch, FILE_ACTION_ADDED, plat_buffer_text(&path), NULL);
    plat_buffer_free(&path);
}

static void key_changed(struct face_watch *watch, const struct reg_change *change, enum relation where,
                        const char *below)
{
    bool heard = (watch->filter & REG_NOTIFY_CHANGE_NAME) != 0 &&
                 (where == CHILD || (where == DEEPER && watch->subtree));

    if (change->kind == REG_KEY_RENAMED && (where == SAME || where == ABOVE)) {
        follow(watch, change->key, change->name);
    } else if (change->kind == REG_KEY_DELETED && where == SAME) {
        plat_free(watch->path);
        watch->path = NULL;
        watch->hit = true; /* whatever the filter: nothing else will come */
    } else if (heard && change->kind == REG_KEY_RENAMED) {
        renamed(watch, change, below);
    } else if (heard) {
        tell(watch, change->kind == REG_KEY_MADE ? FILE_ACTION_ADDED : FILE_ACTION_REMOVED, below, NULL);
    }
}

void face_watch_match(struct face_watch *watch, const struct reg_change *change)
{
    enum relation where;
    const char *below;
    bool in_reach;

    if (!watch->path)
        return;
    where = relate(watch, change->key, &below);
    in_reach = where == SAME || ((where == CHILD || where == DEEPER) && watch->subtree);
    switch (change->kind) {
    case REG_KEY_MADE:
    case REG_KEY_DELETED:
    case REG_KEY_RENAMED:
        key_changed(watch, change, where, below);
        break;
    case REG_KEY_CHANGED:
        if (in_reach && (watch->filter & REG_NOTIFY_CHANGE_ATTRIBUTES) != 0)
            tell(watch, FILE_ACTION_MODIFIED, below, NULL);
        break;
    case REG_VALUE_SET:
    case REG_VALUE_DELETED:
        if (in_reach && (watch->filter & REG_NOTIFY_CHANGE_LAST_SET) != 0)
            tell(watch, change->kind == REG_VALUE_SET ? FILE_ACTION_MODIFIED : FILE_ACTION_REMOVED, below,
                 change->name);
        break;
    }
}
