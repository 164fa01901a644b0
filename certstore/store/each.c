/* SPDX-License-Identifier: Apache-2.0 */
/* Which stores are there? */
#include "store/place.h"

struct walk {
    struct reg_db *db;
    reg_key root;
    bool (*each)(void *context, const char *name);
    void *context;
    size_t base; /* the one that is walked */
    bool stopped;
    win_error error;
};

/* Is there a key of that name under a base walked before? */
static win_error seen(const struct walk *walk, const char *name, bool *was)
{
    const struct cert_place place = {.root = walk->root, .name = name};
    win_error error = ERROR_FILE_NOT_FOUND;
    for (size_t i = 0; i < walk->base && error == ERROR_FILE_NOT_FOUND; i++) {
        reg_key key;
        error = cert_place_open(walk->db, &place, i, "", &key);
    }
    *was = error == ERROR_SUCCESS;
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

static bool other_store(void *context, reg_key child, const char *name)
{
    struct walk *walk = context;
    bool was = false;
    (void)child;
    if (cert_store_name(name) != NULL || !cert_store_name_valid(name)) {
        return true;
    }
    walk->error = seen(walk, name, &was);
    if (walk->error == ERROR_SUCCESS && !was) {
        walk->stopped = !walk->each(walk->context, name);
    }
    return walk->error == ERROR_SUCCESS && !walk->stopped;
}

/* Has a predefined store a key anywhere? */
static win_error exists(struct reg_db *db, enum cert_location location, const char *name, bool *there)
{
    struct cert_place place;
    win_error error = cert_place_of(location, name, &place);
    if (error == ERROR_SUCCESS) {
        error = ERROR_FILE_NOT_FOUND;
    }
    for (size_t i = 0; error == ERROR_FILE_NOT_FOUND; i++) {
        reg_key key;
        error = cert_place_open(db, &place, i, "", &key);
    }
    *there = error == ERROR_SUCCESS;
    return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
}

win_error cert_store_each(struct reg_db *db, enum cert_location location,
                          bool (*each)(void *context, const char *name), void *context)
{
    struct walk walk = {.db = db,
                        .root = location == CERT_CURRENT_USER ? REG_HKCU : REG_HKLM,
                        .each = each,
                        .context = context};
    const char *name;
    for (size_t i = 0; (name = cert_store_name_at(i)) != NULL; i++) {
        bool there;
        win_error error = exists(db, location, name, &there);
        if (error != ERROR_SUCCESS || (there && !each(context, name))) {
            return error;
        }
    }
    for (const char *base; (base = cert_place_base(walk.base)) != NULL && !walk.stopped; walk.base++) {
        reg_key key;
        win_error error = reg_key_open(db, walk.root, base, &key);
        if (error == ERROR_SUCCESS) {
            error = reg_each_key(db, key, other_store, &walk);
        } else if (error == ERROR_FILE_NOT_FOUND) {
            error = ERROR_SUCCESS;
        }
        if (error != ERROR_SUCCESS || walk.error != ERROR_SUCCESS) {
            return error != ERROR_SUCCESS ? error : walk.error;
        }
    }
    return ERROR_SUCCESS;
}
