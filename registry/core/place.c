/* SPDX-License-Identifier: Apache-2.0 */
#include "core/place.h"

#include "core/folds.h"
#include "core/key.h"

#include "platform/limits.h"
#include "platform/memory.h"

/* What must be so that a place is still one. */
struct moment {
    reg_key key;
    uint32_t version; /* SQLite's data_version in the view that is open: commits of others. Rings come later, or not at all */
    uint64_t edits; /* our own */
};

struct place {
    struct {
        struct moment moment;
        uint32_t index; /* of the key of `fold` */
        bool has_before;
        struct plat_buffer before, fold;
    } keys;
    struct {
        struct moment moment;
        uint32_t first; /* the value whose fold is the first here */
        struct folds folds;
        uint32_t index; /* the one that begins at ... */
        size_t at;
    } values;
};

static struct place *place_of(struct reg_db *db)
{
    if (!db->place) {
        db->place = plat_calloc(1, sizeof *db->place);
        if (!db->place)
            return NULL;
        plat_buffer_init(&db->place->keys.before, 4 * LIMIT_REG_KEY_NAME);
        plat_buffer_init(&db->place->keys.fold, 4 * LIMIT_REG_KEY_NAME);
        folds_init(&db->place->values.folds, FOLDS_BATCH);
    }
    return db->place;
}

void place_free(struct reg_db *db)
{
    if (!db->place)
        return;
    plat_buffer_free(&db->place->keys.before);
    plat_buffer_free(&db->place->keys.fold);
    folds_free(&db->place->values.folds);
    plat_free(db->place);
    db->place = NULL;
}

static win_error moment_of(struct reg_db *db, reg_key key, struct moment *now)
{
    *now = (struct moment){.key = key, .edits = db->edits};
    return storage_data_version(db->storage, &now->version);
}

static bool same_moment(const struct moment *a, const struct moment *b)
{
    return a->key == b->key && a->version == b->version && a->edits == b->edits;
}

/* ---- keys ---- */

static win_error key_at(struct reg_db *db, reg_key key, uint32_t index, reg_key *child,
                        struct plat_buffer *name)
{
    struct place *p = place_of(db);
    struct moment now;
    struct plat_span after;
    uint32_t skip = index;
    bool known;
    win_error error = p ? moment_of(db, key, &now) : ERROR_NOT_ENOUGH_MEMORY;

    if (error)
        return error;
    known = same_moment(&p->keys.moment, &now);
    if (known && index == p->keys.index + 1) {
        struct plat_buffer swap = p->keys.before;

        p->keys.before = p->keys.fold;
        p->keys.fold = swap;
        p->keys.has_before = true;
        skip = 0;
    } else if (known && index == p->keys.index && p->keys.has_before) {
        skip = 0;
    } else {
        plat_buffer_clear(&p->keys.before);
        p->keys.has_before = index == 0;
    }
    after = plat_span_of(p->keys.before.data, p->keys.before.size);
    p->keys.moment.key = REG_KEY_NONE; /* until it is known again */
    error = storage_key_after(db->storage, key, after, skip, child, name, &p->keys.fold);
    if (error)
        return error == ERROR_FILE_NOT_FOUND ? ERROR_NO_MORE_ITEMS : error;
    p->keys.moment = now;
    p->keys.index = index;
    return ERROR_SUCCESS;
}

win_error reg_key_at(struct reg_db *db, reg_key key, uint32_t index, reg_key *child, struct plat_buffer *name)
{
    bool view;
    win_error error;

    db_begin_call(db);
    error = db_view_begin(db, &view);
    if (error)
        return error;
    error = key_at(db, key, index, child, name);
    if (error == ERROR_NO_MORE_ITEMS) {
        win_error key_error = key_must_exist(db, key, NULL);

        error = key_error ? key_error : error;
    }
    db_view_end(db, view);
    return error;
}

/* ---- values ---- */

/* Makes the folds those from `index` on. */
static win_error load_folds(struct reg_db *db, struct place *p, const struct moment *now, uint32_t index)
{
    bool goes_on = same_moment(&p->values.moment, now) && index == p->values.first + p->values.folds.count;
    uint64_t after = goes_on ? p->values.folds.last : 0;
    win_error error;

    p->values.moment.key = REG_KEY_NONE;
    error = folds_load(db->storage, now->key, after, goes_on ? 0 : index, &p->values.folds);
    if (error)
        return error;
    if (p->values.folds.count == 0) {
        folds_free(&p->values.folds);
        return ERROR_NO_MORE_ITEMS;
    }
    p->values.moment = *now;
    p->values.first = index;
    p->values.index = index;
    p->values.at = 0;
    return ERROR_SUCCESS;
}

static struct plat_span fold_at(struct place *p, uint32_t index)
{
    struct plat_span fold = {NULL, 0};

    if (index < p->values.index) {
        p->values.index = p->values.first;
        p->values.at = 0;
    }
    for (;;) {
        size_t next = p->values.at;

        if (!folds_next(&p->values.folds, &next, &fold) || p->values.index == index)
            return fold;
        p->values.index++;
        p->values.at = next;
    }
}

static win_error value_at(struct reg_db *db, reg_key key, uint32_t index, struct plat_buffer *name,
                          uint32_t *type, struct plat_buffer *data)
{
    struct place *p = place_of(db);
    struct moment now;
    struct storage_value row;
    win_error error = p ? moment_of(db, key, &now) : ERROR_NOT_ENOUGH_MEMORY;

    if (error)
        return error;
    if (!same_moment(&p->values.moment, &now) || index < p->values.first ||
        index - p->values.first >= p->values.folds.count)
        error = load_folds(db, p, &now, index);
    if (error)
        return error;
    plat_buffer_clear(name);
    error = storage_value_get(db->storage, key, fold_at(p, index), &row, data, name);
    if (error)
        p->values.moment.key = REG_KEY_NONE;
    else if (type)
        *type = row.type;
    return error;
}

win_error reg_value_at(struct reg_db *db, reg_key key, uint32_t index, struct plat_buffer *name,
                       uint32_t *type, struct plat_buffer *data)
{
    struct plat_buffer unwanted;
    bool view;
    win_error error;

    db_begin_call(db);
    plat_buffer_init(&unwanted, LIMIT_REG_DATA);
    if (!data)
        data = &unwanted;
    error = db_view_begin(db, &view);
    if (error)
        return error;
    plat_buffer_clear(data);
    error = value_at(db, key, index, name, type, data);
    if (error == ERROR_FILE_NOT_FOUND) { /* deleted by somebody who does not ring: counted anew */
        plat_buffer_clear(data);
        error = value_at(db, key, index, name, type, data);
    }
    if (error == ERROR_NO_MORE_ITEMS) {
        win_error key_error = key_must_exist(db, key, NULL);

        error = key_error ? key_error : error;
    }
    db_view_end(db, view);
    plat_buffer_free(&unwanted);
    return error;
}
