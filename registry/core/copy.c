/* SPDX-License-Identifier: Apache-2.0 */
/* Copying keys with what is in them, within a registry or from one to another. */
#include "core/key.h"

#include "platform/limits.h"

#include <string.h>

struct copier {
    struct reg_db *from;
    struct reg_db *to;
    unsigned flags;                       /* of what is made */
    struct plat_buffer name, data, folds; /* scratch */
    uint64_t last;
};

/* Values are copied in batches, so that none is enumerated while others are written. */
#define BATCH_BYTES 16384U

static bool keep_fold(void *context, uint64_t sequence, struct plat_span fold)
{
    struct copier *c = context;

    plat_buffer_append_u32_le(&c->folds, (uint32_t)fold.size);
    plat_buffer_append(&c->folds, fold.data, fold.size);
    c->last = sequence;
    return !c->folds.failed && c->folds.size < BATCH_BYTES;
}

static win_error copy_value(struct copier *c, reg_key from, reg_key to, struct plat_span fold)
{
    struct storage_value row;
    const char *name;
    win_error error;

    plat_buffer_clear(&c->name);
    plat_buffer_clear(&c->data);
    error = storage_value_get(c->from->storage, from, fold, &row, &c->data, &c->name);
    name = plat_buffer_text(&c->name);
    if (!error && !name)
        error = c->name.failed;
    return error ? error : reg_value_set(c->to, to, name, row.type, c->data.data, c->data.size);
}

static win_error copy_values(struct copier *c, reg_key from, reg_key to)
{
    win_error error;

    c->last = 0;
    do {
        struct plat_reader r;

        plat_buffer_clear(&c->folds);
        error = storage_each_place(c->from->storage, from, c->last, 0, keep_fold, c);
        if (!error)
            error = c->folds.failed;
        r = plat_reader_of(plat_span_of(c->folds.data, c->folds.size));
        while (!error && plat_reader_left(&r) > 0) {
            uint32_t size = plat_read_u32_le(&r);

            error = copy_value(c, from, to, plat_read_span(&r, size));
        }
    } while (!error && c->folds.size >= BATCH_BYTES);
    return error;
}

/* The key itself: made like the other one, or there already. */
static win_error copy_key(struct copier *c, reg_key from, reg_key to_parent, reg_key *to)
{
    struct storage_key row;
    const char *name;
    bool created;
    win_error error = key_must_exist(c->from, from, &row);

    plat_buffer_clear(&c->name);
    if (!error)
        error = storage_key_get(c->from->storage, from, &row, &c->name);
    name = plat_buffer_text(&c->name);
    if (!error && !name)
        error = c->name.failed;
    if (!error)
        error = reg_key_create(c->to, to_parent, name,
                               c->flags | (row.flags & STORAGE_KEY_PROTECTED ? REG_CREATE_PROTECTED : 0), to,
                               &created);
    if (error || !created)
        return error;
    plat_buffer_clear(&c->name);
    error = reg_key_class(c->from, from, &c->name);
    name = plat_buffer_text(&c->name);
    if (error || !name)
        return error ? error : c->name.failed;
    return name[0] ? reg_key_set_class(c->to, *to, name) : ERROR_SUCCESS;
}

static win_error fold_of(struct copier *c, reg_key key, struct plat_buffer *fold)
{
    struct storage_key row;
    struct plat_span span = {NULL, 0};
    win_error error;

    plat_buffer_clear(&c->name);
    error = storage_key_get(c->from->storage, key, &row, &c->name);
    if (!error)
        error = db_fold_key(c->from, plat_span_of(c->name.data, c->name.size), &span);
    plat_buffer_clear(fold);
    plat_buffer_append(fold, span.data, span.size);
    return error ? error : fold->failed;
}

struct level {
    reg_key from, to;
};

/*
 * Down and along, with the place on each level kept as the name that was last: nothing is enumerated while it is written.
 */
static win_error copy_below(struct copier *c, struct level *levels, reg_key from, reg_key to)
{
    struct plat_buffer fold;
    size_t depth = 0;
    win_error error = ERROR_SUCCESS;

    plat_buffer_init(&fold, 4 * LIMIT_REG_KEY_NAME);
    levels[0] = (struct level){from, to};
    while (!error) {
        struct level *here = &levels[depth];
        reg_key child;

        /* `fold`: empty to begin with a key's first child, else the one that is done. */
        error = storage_key_after(c->from->storage, here->from, plat_span_of(fold.data, fold.size), 0, &child,
                                  NULL, &fold);
        if (!error) {
            if (depth == LIMIT_REG_DEPTH)
                error = ERROR_REGISTRY_CORRUPT;
            else
                error = copy_key(c, child, here->to, &levels[depth + 1].to);
            if (!error)
                error = copy_values(c, child, levels[depth + 1].to);
            if (!error) {
                levels[++depth].from = child;
                plat_buffer_clear(&fold);
            }
        } else if (error == ERROR_FILE_NOT_FOUND && depth > 0) {
            error = fold_of(c, here->from, &fold);
            depth--;
        }
    }
    plat_buffer_free(&fold);
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

/* Whether `key` is `top` or lies under it. */
static win_error lies_in(struct reg_db *db, reg_key key, reg_key top, bool *in)
{
    struct storage_key row = {.parent = key};
    win_error error = ERROR_SUCCESS;

    *in = false;
    for (unsigned i = 0; !error && row.parent != REG_KEY_NONE; i++) {
        *in = row.parent == top;
        if (*in || i > LIMIT_REG_DEPTH)
            return *in ? ERROR_SUCCESS : ERROR_REGISTRY_CORRUPT;
        error = key_must_exist(db, row.parent, &row);
    }
    return error;
}

static win_error copy_in(struct copier *c, reg_key from, reg_key to, bool below)
{
    struct level levels[LIMIT_REG_DEPTH + 1];
    struct storage_key row;
    bool inside = false;
    win_error error = key_must_exist(c->from, from, NULL);

    if (!error)
        error = key_must_exist(c->to, to, &row);
    if (!error && c->from == c->to)
        error = lies_in(c->to, to, from, &inside);
    if (error)
        return error;
    if (inside)
        return db_refuse(c->to, ERROR_INVALID_PARAMETER, "a key cannot be copied into itself");
    c->flags = row.flags & STORAGE_KEY_VOLATILE ? REG_CREATE_VOLATILE : 0;
    error = copy_values(c, from, to);
    if (!error && below)
        error = copy_below(c, levels, from, to);
    return error;
}

win_error reg_key_copy(struct reg_db *from_db, reg_key from, struct reg_db *to_db, reg_key to, bool below)
{
    struct copier c = {.from = from_db, .to = to_db};
    struct db_change change;
    bool view = false;
    win_error error = db_change_begin(to_db, &change);

    if (error)
        return error;
    plat_buffer_init(&c.name, 4 * LIMIT_REG_VALUE_NAME);
    plat_buffer_init(&c.data, LIMIT_REG_DATA);
    plat_buffer_init(&c.folds, BATCH_BYTES + 4 * LIMIT_REG_VALUE_NAME);
    error = db_view_begin(from_db, &view);
    if (!error) {
        uint64_t edits = to_db->edits;

        error = copy_in(&c, from, to, below);
        change.wrote = to_db->edits != edits;
        db_view_end(from_db, view);
    }
    plat_buffer_free(&c.name);
    plat_buffer_free(&c.data);
    plat_buffer_free(&c.folds);
    return db_change_end(to_db, &change, error);
}
