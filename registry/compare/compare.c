/* SPDX-License-Identifier: Apache-2.0 */
/* Two trees walked side by side: of each key its values, then its sub-keys, both merged by name. */
#include "registry/compare.h"

#include "compare/listing.h"
#include "core/key.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

struct side {
    struct reg_db *db;
    struct plat_buffer data; /* of the value in hand, if the listing does not hold it */
};

struct comparer {
    struct side left, right;
    unsigned flags;
    bool (*each)(void *context, const struct reg_difference *difference);
    void *context;
    struct reg_compare_result *result;
    struct plat_buffer path; /* of the key in hand */
    unsigned depth;
    bool stopped; /* `each` has had enough, or there is an error */
    win_error error;
};

static void stop(struct comparer *c, win_error error)
{
    if (error && !c->error)
        c->error = error;
    c->stopped = true;
}

static void tell(struct comparer *c, enum reg_side side, bool is_protected, const struct reg_value *left,
                 const struct reg_value *right)
{
    struct reg_difference difference = {
        .side = side, .is_protected = is_protected, .left = left, .right = right};

    if (side != REG_SAME)
        c->result->different++;
    else if (left)
        c->result->same++;
    if (!c->each || (side == REG_SAME && !(c->flags & REG_COMPARE_SAME)))
        return;
    difference.path = plat_buffer_text(&c->path);
    if (!difference.path)
        stop(c, c->path.failed);
    else if (!c->each(c->context, &difference))
        stop(c, ERROR_SUCCESS);
}

static enum reg_side side_of(bool left, bool right)
{
    return !right ? REG_LEFT_ONLY : !left ? REG_RIGHT_ONLY : REG_SAME;
}

/* < 0: the next is the left one's, > 0: the right one's, 0: both have it. */
static int compare_next(const struct listing *left, size_t l, const struct listing *right, size_t r)
{
    if (l == left->count)
        return 1;
    if (r == right->count)
        return -1;
    return plat_name_compare(left->items[l].name, right->items[r].name);
}

static struct reg_value value_of(struct comparer *c, struct side *side, reg_key key, const struct listed *item)
{
    struct reg_value value = {.name = item->name, .type = item->type, .data = item->data};

    if (!item->is_held) {
        win_error error;

        plat_buffer_clear(&side->data);
        error = reg_value_get(side->db, key, item->name, &value.type, &side->data);
        if (error)
            stop(c, error);
        value.data = plat_span_of(side->data.data, side->data.size);
    }
    return value;
}

static void compare_values(struct comparer *c, reg_key left, reg_key right, bool is_protected)
{
    struct listing ls, rs;
    win_error left_error = listing_of_values(&ls, c->left.db, left);
    win_error right_error = listing_of_values(&rs, c->right.db, right);

    if (left_error || right_error)
        stop(c, left_error ? left_error : right_error);
    for (size_t l = 0, r = 0; !c->stopped && (l < ls.count || r < rs.count);) {
        int order = compare_next(&ls, l, &rs, r);
        enum reg_side side = side_of(order <= 0, order >= 0);
        struct reg_value a = {.name = NULL};
        struct reg_value b = {.name = NULL};

        if (order <= 0)
            a = value_of(c, &c->left, left, &ls.items[l++]);
        if (order >= 0)
            b = value_of(c, &c->right, right, &rs.items[r++]);
        if (c->stopped)
            break;
        if (side == REG_SAME && (a.type != b.type || !plat_span_equal(a.data, b.data)))
            side = REG_DIFFERENT;
        tell(c, side, is_protected, order <= 0 ? &a : NULL, order >= 0 ? &b : NULL);
    }
    listing_free(&ls);
    listing_free(&rs);
}

static bool is_protected_key(struct comparer *c, const struct side *side, reg_key key)
{
    struct storage_key row = {.flags = 0};

    if (key != REG_KEY_NONE) {
        win_error error = key_must_exist(side->db, key, &row);

        if (error)
            stop(c, error);
    }
    return (row.flags & STORAGE_KEY_PROTECTED) != 0;
}

static void compare_keys(struct comparer *c, reg_key left, reg_key right, bool is_protected);

static void compare_child(struct comparer *c, reg_key left, reg_key right, bool is_protected, const char *name)
{
    size_t size = c->path.size;
    bool left_protected = is_protected_key(c, &c->left, left);
    bool right_protected = is_protected_key(c, &c->right, right);
    enum reg_side side = side_of(left != REG_KEY_NONE, right != REG_KEY_NONE);

    if (c->stopped)
        return;
    if ((left_protected || right_protected) && !(c->flags & REG_COMPARE_PROTECTED)) {
        c->result->left_out++;
        return;
    }
    if (side == REG_SAME && left_protected != right_protected)
        side = REG_DIFFERENT;
    is_protected = is_protected || left_protected || right_protected;
    if (size > 0)
        plat_buffer_append_u8(&c->path, '\\');
    plat_buffer_append_text(&c->path, name);
    tell(c, side, is_protected, NULL, NULL);
    if (!c->stopped)
        compare_keys(c, left, right, is_protected);
    c->path.size = size;
}

static void compare_children(struct comparer *c, reg_key left, reg_key right, bool is_protected)
{
    struct listing ls, rs;
    win_error left_error = listing_of_keys(&ls, c->left.db, left);
    win_error right_error = listing_of_keys(&rs, c->right.db, right);

    if (left_error || right_error)
        stop(c, left_error ? left_error : right_error);
    for (size_t l = 0, r = 0; !c->stopped && (l < ls.count || r < rs.count);) {
        int order = compare_next(&ls, l, &rs, r);
        const struct listed *a = order <= 0 ? &ls.items[l++] : NULL;
        const struct listed *b = order >= 0 ? &rs.items[r++] : NULL;

        compare_child(c, a ? a->key : REG_KEY_NONE, b ? b->key : REG_KEY_NONE, is_protected,
                      a ? a->name : b->name);
    }
    listing_free(&ls);
    listing_free(&rs);
}

/* Recursion is bounded as in an export: deeper than keys can nest is a damaged file. */
static void compare_keys(struct comparer *c, reg_key left, reg_key right, bool is_protected)
{
    if (c->depth > LIMIT_REG_DEPTH) {
        stop(c, ERROR_REGISTRY_CORRUPT);
        return;
    }
    c->depth++;
    compare_values(c, left, right, is_protected);
    if (!c->stopped && (c->flags & REG_COMPARE_BELOW))
        compare_children(c, left, right, is_protected);
    c->depth--;
}

static bool is_secret(struct comparer *c, const struct side *side, reg_key key)
{
    bool secret;
    win_error error = key_is_secret(side->db, key, &secret);

    if (error)
        stop(c, error);
    return secret;
}

static void compare_tops(struct comparer *c, reg_key left, reg_key right)
{
    bool left_protected = is_secret(c, &c->left, left);
    bool right_protected = is_secret(c, &c->right, right);

    if (!c->stopped)
        compare_keys(c, left, right, left_protected || right_protected);
}

win_error reg_compare(struct reg_db *left_db, reg_key left, struct reg_db *right_db, reg_key right,
                      unsigned flags, bool (*each)(void *context, const struct reg_difference *difference),
                      void *context, struct reg_compare_result *result)
{
    struct comparer c = {.left = {.db = left_db},
                         .right = {.db = right_db},
                         .flags = flags,
                         .each = each,
                         .context = context,
                         .result = result};
    bool left_view, right_view;

    *result = (struct reg_compare_result){.different = 0};
    if (left == REG_KEY_NONE || right == REG_KEY_NONE)
        return ERROR_INVALID_HANDLE;
    c.error = db_view_begin(left_db, &left_view);
    if (c.error)
        return c.error;
    c.error = db_view_begin(right_db, &right_view);
    if (!c.error) {
        plat_buffer_init(&c.left.data, LIMIT_REG_DATA);
        plat_buffer_init(&c.right.data, LIMIT_REG_DATA);
        plat_buffer_init(&c.path, 8 * (size_t)LIMIT_REG_PATH);
        compare_tops(&c, left, right);
        plat_buffer_free(&c.left.data);
        plat_buffer_free(&c.right.data);
        plat_buffer_free(&c.path);
        db_view_end(right_db, right_view);
    }
    db_view_end(left_db, left_view);
    return c.error;
}
