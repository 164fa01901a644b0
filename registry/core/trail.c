/* SPDX-License-Identifier: Apache-2.0 */
#include "core/trail.h"

#include "core/key.h"

#include "core/edit.h"
#include "core/path.h"

#include <string.h>

static bool shares(const struct edit_trail *trail, unsigned step, const char *path)
{
    uint32_t end = trail->steps[step].end;

    return strncmp(trail->text, path, end) == 0 && (path[end] == '\\' || path[end] == 0);
}

/* Names that this path shares with the last one, from the first on. */
static unsigned shared_steps(const struct edit_trail *trail, reg_key parent, const char *path)
{
    unsigned count = trail->parent == parent ? trail->count : 0;

    while (count > 0 && !shares(trail, count - 1, path))
        count--;
    return count;
}

bool trail_follow(struct reg_db *db, reg_key *key, const char **path)
{
    struct edit_trail *trail = &db->edit->trail;
    size_t size = strlen(*path);
    unsigned count = shared_steps(trail, *key, *path);
    struct plat_span name;
    const char *rest;

    trail->is_open = size < sizeof trail->text;
    if (!trail->is_open)
        count = 0;
    else
        memcpy(trail->text, *path, size + 1);
    trail->parent = *key;
    trail->count = count;
    if (count == 0)
        return false;
    *key = trail->steps[count - 1].key;
    *path += trail->steps[count - 1].end;
    rest = *path;
    return path_next(&rest, &name) && !path_next(&rest, &name);
}

void trail_add(struct reg_db *db, const char *rest, reg_key key)
{
    struct edit_trail *trail = &db->edit->trail;
    size_t left = strlen(rest);
    size_t size = trail->is_open ? strlen(trail->text) : 0;

    if (!trail->is_open || trail->count == EDIT_TRAIL_STEPS || left > size) {
        trail->is_open = false;
        return;
    }
    trail->steps[trail->count].end = (uint32_t)(size - left);
    trail->steps[trail->count].key = key;
    trail->count++;
}

win_error trail_descend(struct reg_db *db, reg_key *key, const char **path)
{
    const char *here = *path;
    struct plat_span name;

    while (path_next(&here, &name)) {
        win_error error = key_step(db, key, name);

        if (error)
            return error;
        *path = here;
        trail_add(db, here, *key);
    }
    return ERROR_SUCCESS;
}

bool trail_depth(const struct reg_db *db, reg_key key, unsigned *depth)
{
    const struct edit_trail *trail = &db->edit->trail;

    if (!trail->is_open || !reg_root_name(trail->parent) || trail->count == 0 ||
        trail->steps[trail->count - 1].key != key)
        return false;
    *depth = trail->count;
    return true;
}
