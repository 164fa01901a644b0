/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg copy` */
#include "reg/regtool.h"

#include "registry/compare.h"

#include "httpd/explain.h"

#include "platform/limits.h"

#include <string.h>

static const struct regtool_switch switches[] = {{"s", REGTOOL_NOTHING}, {"f", REGTOOL_NOTHING}};

struct copy {
    struct reg_db *db;
    reg_key from;
    reg_key to_root;
    const char *to_rest;
    bool below;
    bool overwrites_all;
    bool canceled;
    struct plat_buffer kept; /* path NUL name NUL of each value that is there and stays */
};

/* Called for every value of the one key. What the other has as well is asked about. */
static bool ask(void *context, const struct reg_difference *d)
{
    struct copy *copy = context;

    if (!d->left || !d->right)
        return true;
    switch (regtool_ask("Value %s%s%s exists, overwrite(Yes/No/All)? ", d->path, d->path[0] ? "\\" : "",
                        d->right->name[0] ? d->right->name : "(Default)")) {
    case REGTOOL_YES:
        break;
    case REGTOOL_ALL:
        copy->overwrites_all = true;
        break;
    case REGTOOL_NO:
        plat_buffer_append(&copy->kept, d->path, strlen(d->path) + 1);
        plat_buffer_append(&copy->kept, d->right->name, strlen(d->right->name) + 1);
        break;
    case REGTOOL_END:
        copy->canceled = true;
        break;
    }
    return !copy->overwrites_all && !copy->canceled;
}

static win_error ask_about_values(struct copy *copy, reg_key to)
{
    struct reg_compare_result result;
    unsigned flags = REG_COMPARE_SAME | REG_COMPARE_PROTECTED | (copy->below ? REG_COMPARE_BELOW : 0U);
    win_error error = reg_compare(copy->db, copy->from, copy->db, to, flags, ask, copy, &result);

    return error ? error : copy->kept.failed;
}

/*
 * The values that stay are overwritten with the others and then set back, all in one transaction: reg_key_copy knows
 * nothing of exceptions. `put` false: `old` gets them, one after the other; true: they go back.
 */
static win_error keep(struct copy *copy, reg_key to, bool put, struct plat_buffer *old)
{
    const char *next = (const char *)copy->kept.data, *end = next + copy->kept.size;
    struct plat_reader r = plat_reader_of(plat_span_of(old->data, old->size));
    win_error error = ERROR_SUCCESS;

    while (!error && copy->kept.size > 0 && next < end) {
        const char *path = next, *name = path + strlen(path) + 1;
        struct plat_buffer data;
        uint32_t type = REG_NONE;
        reg_key key;

        next = name + strlen(name) + 1;
        error = reg_key_open(copy->db, to, path, &key);
        if (error)
            break;
        if (put) {
            type = plat_read_u32_le(&r);
            struct plat_span span = plat_read_span(&r, plat_read_u32_le(&r));

            error = r.failed ? ERROR_INTERNAL_ERROR
                             : reg_value_set(copy->db, key, name, type, span.data, span.size);
            continue;
        }
        plat_buffer_init(&data, LIMIT_REG_DATA);
        error = reg_value_get(copy->db, key, name, &type, &data);
        plat_buffer_append_u32_le(old, type);
        plat_buffer_append_u32_le(old, (uint32_t)data.size);
        plat_buffer_append(old, data.data, data.size);
        plat_buffer_free(&data);
        if (!error)
            error = old->failed;
    }
    return error;
}

static win_error apply(struct copy *copy)
{
    struct plat_buffer old;
    reg_key to;
    win_error error = reg_begin(copy->db);

    if (error)
        return error;
    plat_buffer_init(&old, LIMIT_REG_TEXT);
    error = reg_key_create(copy->db, copy->to_root, copy->to_rest, 0, &to, NULL);
    if (!error)
        error = keep(copy, to, false, &old);
    if (!error)
        error = reg_key_copy(copy->db, copy->from, copy->db, to, copy->below);
    if (!error)
        error = keep(copy, to, true, &old);
    if (!error)
        error = httpd_users_protect(copy->db);
    if (!error)
        error = reg_commit(copy->db);
    else
        reg_rollback(copy->db);
    plat_buffer_free(&old);
    return error;
}

static int copy_key(struct copy *copy, bool force)
{
    reg_key to;
    win_error error = ERROR_SUCCESS;
    bool is_there = reg_key_open(copy->db, copy->to_root, copy->to_rest, &to) == ERROR_SUCCESS;

    if (is_there && to == copy->from)
        error = ERROR_INVALID_PARAMETER;
    else if (is_there && !force)
        error = ask_about_values(copy, to);
    if (!error && copy->canceled) {
        puts("The operation was canceled by the user.");
        return 1;
    }
    if (!error)
        error = apply(copy);
    if (error == ERROR_INVALID_PARAMETER)
        return regtool_fail("A key cannot be copied onto itself or below itself.");
    return error ? regtool_fail_code(copy->db, error) : regtool_done();
}

static int run(struct regtool_command *command)
{
    struct copy copy = {.below = regtool_given(command, "s")};
    const char *rest;
    reg_key root;
    win_error error;
    int code;

    if (!regtool_key(command, command->word[0], &root, &rest) ||
        !regtool_key(command, command->word[1], &copy.to_root, &copy.to_rest) ||
        !regtool_open(command, REG_OPEN_WRITE, &copy.db))
        return 1;
    plat_buffer_init(&copy.kept, LIMIT_REG_TEXT);
    error = reg_key_open(copy.db, root, rest, &copy.from);
    code = error ? regtool_fail_code(copy.db, error) : copy_key(&copy, regtool_given(command, "f"));
    plat_buffer_free(&copy.kept);
    reg_db_close(copy.db);
    return code;
}

const struct regtool_verb regtool_copy = {.name = "COPY",
                                          .summary = "copies values, and with /s all below, to another key",
                                          .help = regtool_help_copy,
                                          .run = run,
                                          .switches = switches,
                                          .switch_count = sizeof switches / sizeof switches[0],
                                          .words_wanted = 2,
                                          .word_kinds = "kk"};
