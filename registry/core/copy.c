/* SPDX-License-Identifier: Apache-2.0 */
/* Copying keys with what is in them, within a registry or from one to another. */
#include "core/folds.h"
#include "core/key.h"

#include "platform/limits.h"

#include <string.h>

struct copier {
    struct reg_db *from;
    struct reg_db *to;
    unsigned flags;                /* of what is made */
    struct plat_buffer name, data; /* scratch */
    struct folds folds;            /* of the values that are copied now */
    reg_key first_made;            /* keys from here on are copies */
};

/*
 * Values are copied in batches, so that none is enumerated while others are written. Each costs a look at all values of the key, so each is
 * twice the one before; SQLite needs as much to bring them in order.
 */
#define BATCH_BYTES_MOST (16U * 1024U * 1024U)
/* Bytes of an upcased name: three a unit, and six for what takes two. */
#define FOLD_MOST (3 * (size_t)LIMIT_REG_KEY_NAME)

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
    struct plat_span fold;
    bool more;
    win_error error;

    c->folds.last = 0;
    c->folds.enough = FOLDS_BATCH;
    do {
        size_t at = 0;

        error = folds_load(c->from->storage, from, c->folds.last, 0, &c->folds);
        more = folds_is_full(&c->folds);
        if (c->folds.enough < BATCH_BYTES_MOST)
            c->folds.enough *= 2;
        while (!error && folds_next(&c->folds, &at, &fold))
            error = copy_value(c, from, to, fold);
    } while (!error && more);
    return error;
}

/* Before anything is in it, so that neither the registry nor its history ever shows that unprotected. */
static win_error protect(struct copier *c, reg_key from, reg_key to)
{
    struct storage_key row;
    bool from_secret = false;
    bool to_secret = false;
    win_error error = key_must_exist(c->from, from, &row);

    if (!error)
        error = key_is_secret(c->from, from, &from_secret);
    if (!error)
        error = key_is_secret(c->to, to, &to_secret);
    if (error || !from_secret || (to_secret && !(row.flags & STORAGE_KEY_PROTECTED)))
        return error;
    return reg_key_create(c->to, to, "", REG_CREATE_PROTECTED, &to, NULL);
}

/* The key itself: made like the other one, or there already. */
static win_error copy_key(struct copier *c, reg_key from, reg_key to_parent, bool with_flag, reg_key *to)
{
    struct storage_key row;
    const char *name;
    bool created;
    win_error error = key_must_exist(c->from, from, &row);
    unsigned flag = !error && (row.flags & STORAGE_KEY_PROTECTED) ? REG_CREATE_PROTECTED : 0;

    plat_buffer_clear(&c->name);
    if (!error)
        error = storage_key_get(c->from->storage, from, &row, &c->name);
    name = plat_buffer_text(&c->name);
    if (!error && !name)
        error = c->name.failed;
    if (!error)
        error = reg_key_create(c->to, to_parent, name, c->flags | (with_flag ? flag : 0), to, &created);
    if (error || !created)
        return error;
    if (c->first_made == REG_KEY_NONE)
        c->first_made = *to;
    plat_buffer_clear(&c->name);
    error = reg_key_class(c->from, from, &c->name);
    name = plat_buffer_text(&c->name);
    if (error || !name)
        return error ? error : c->name.failed;
    return name[0] ? reg_key_set_class(c->to, *to, name) : ERROR_SUCCESS;
}

struct level {
    reg_key from, to;
    size_t fold; /* where that of the key in hand begins in struct walk's */
};

struct walk {
    struct copier *c;
    struct level *levels;
    struct plat_buffer folds; /* of the keys in hand, one behind the other */
    struct plat_buffer next;
    unsigned depth;
    unsigned only; /* keys that far below are copied, those above them just passed; 0: all */
    bool reached;  /* there were some */
};

/* The child behind the one in hand, by the folds that the file has: ERROR_FILE_NOT_FOUND at the end. */
static win_error next_child(struct walk *w, reg_key *child)
{
    const struct level *here = &w->levels[w->depth];
    size_t done_size = w->folds.size - here->fold;
    struct plat_span done = plat_span_of(done_size > 0 ? w->folds.data + here->fold : NULL, done_size);
    win_error error;

    plat_buffer_clear(&w->next);
    error = storage_key_after(w->c->from->storage, here->from, done, 0, child, NULL, &w->next);
    if (error)
        return error;
    if (done.size > 0) {
        size_t size = w->next.size < done.size ? w->next.size : done.size;
        int order = memcmp(w->next.data, done.data, size);

        if (order < 0 || (order == 0 && w->next.size <= done.size))
            return ERROR_REGISTRY_CORRUPT; /* it would go round for ever */
    }
    w->folds.size = here->fold;
    plat_buffer_append(&w->folds, w->next.data, w->next.size);
    return w->folds.failed;
}

static win_error copy_child(struct walk *w, reg_key child)
{
    struct copier *c = w->c;
    struct level *below = &w->levels[w->depth + 1];
    bool wanted = w->only == 0 || w->depth + 1 == w->only;
    win_error error;

    if (c->from == c->to && c->first_made != REG_KEY_NONE && child >= c->first_made)
        return ERROR_SUCCESS;
    if (w->depth == LIMIT_REG_DEPTH)
        return ERROR_REGISTRY_CORRUPT;
    error = copy_key(c, child, w->levels[w->depth].to, wanted, &below->to);
    if (!error && wanted)
        error = copy_values(c, child, below->to);
    w->reached = w->reached || wanted;
    if (!error && (!wanted || w->only == 0)) {
        below->from = child;
        below->fold = w->folds.size;
        w->depth++;
    }
    return error;
}

/*
 * Down and along, with the place on each level kept as the fold that was last: nothing is enumerated while it is written.
 */
static win_error walk(struct walk *w)
{
    win_error error = ERROR_SUCCESS;

    w->depth = 0;
    w->reached = false;
    plat_buffer_clear(&w->folds);
    while (!error) {
        reg_key child;

        error = next_child(w, &child);
        if (!error) {
            error = copy_child(w, child);
        } else if (error == ERROR_FILE_NOT_FOUND && w->depth > 0) {
            w->folds.size = w->levels[w->depth].fold;
            w->depth--;
            error = ERROR_SUCCESS;
        } else if (error == ERROR_FILE_NOT_FOUND) {
            return ERROR_SUCCESS;
        }
    }
    return error;
}

/*
 * A copy into a key above may write to keys that have yet to be copied, though only to those less deep than what is
 * written: so one level after the other.
 */
static win_error copy_below(struct copier *c, reg_key from, reg_key to, bool upwards)
{
    struct level levels[LIMIT_REG_DEPTH + 1] = {{.from = from, .to = to}};
    struct walk w = {.c = c, .levels = levels, .only = upwards ? 1 : 0};
    win_error error;

    plat_buffer_init(&w.folds, (LIMIT_REG_DEPTH + 1) * FOLD_MOST);
    plat_buffer_init(&w.next, FOLD_MOST);
    do {
        error = walk(&w);
    } while (!error && upwards && w.reached && w.only++ <= LIMIT_REG_DEPTH);
    plat_buffer_free(&w.folds);
    plat_buffer_free(&w.next);
    return error;
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
    struct storage_key row;
    bool inside = false;
    bool upwards = false;
    win_error error = key_must_exist(c->from, from, NULL);

    if (!error)
        error = key_must_exist(c->to, to, &row);
    if (!error && c->from == c->to)
        error = lies_in(c->to, to, from, &inside);
    if (!error && c->from == c->to)
        error = lies_in(c->to, from, to, &upwards);
    if (error)
        return error;
    if (inside)
        return db_refuse(c->to, ERROR_INVALID_PARAMETER, "a key cannot be copied into itself");
    c->flags = row.flags & STORAGE_KEY_VOLATILE ? REG_CREATE_VOLATILE : 0;
    error = protect(c, from, to);
    if (!error)
        error = copy_values(c, from, to);
    if (!error && below)
        error = copy_below(c, from, to, upwards);
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
    folds_init(&c.folds, BATCH_BYTES_MOST);
    error = db_view_begin(from_db, &view);
    if (!error) {
        uint64_t edits = to_db->edits;

        error = copy_in(&c, from, to, below);
        change.wrote = to_db->edits != edits;
        db_view_end(from_db, view);
    }
    plat_buffer_free(&c.name);
    plat_buffer_free(&c.data);
    folds_free(&c.folds);
    return db_change_end(to_db, &change, error);
}
