/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg diff`, and what `import /dry-run` shows: the import is made, looked at, and taken back. */
#include "reg/difference.h"
#include "reg/lines.h"

#include "registry/compare.h"

#include "platform/limits.h"

#include <inttypes.h>

struct difference {
    struct lines lines;
    struct plat_buffer path; /* the key in hand, in full */
    const char *root;
    uint64_t keys_made, keys_deleted, values_set, values_changed, values_deleted;
};

static bool print_one(void *context, const struct reg_difference *d)
{
    struct difference *all = context;
    const char *path;

    plat_buffer_clear(&all->path);
    plat_buffer_append_text(&all->path, all->root);
    if (d->path[0])
        plat_buffer_append_u8(&all->path, '\\');
    plat_buffer_append_text(&all->path, d->path);
    path = plat_buffer_text(&all->path);
    if (!path)
        return false;
    if (!d->left && !d->right) {
        all->keys_made += d->side == REG_RIGHT_ONLY;
        all->keys_deleted += d->side == REG_LEFT_ONLY;
        if (d->side == REG_DIFFERENT)
            lines_key(&all->lines, ' ', path, "(its protection)");
        else
            lines_key(&all->lines, d->side == REG_RIGHT_ONLY ? '+' : '-', path, NULL);
        return true;
    }
    all->values_set += !d->left;
    all->values_deleted += !d->right;
    all->values_changed += d->left && d->right;
    if (d->left)
        lines_value(&all->lines, '-', path, d->left, d->is_protected);
    if (d->right)
        lines_value(&all->lines, '+', path, d->right, d->is_protected);
    return true;
}

static void print_count(const char **separator, uint64_t count, const char *what, const char *how)
{
    if (count == 0)
        return;
    printf("%s%" PRIu64 " %s%s %s", *separator, count, what, count == 1 ? "" : "s", how);
    *separator = ", ";
}

static int print_sum(const struct difference *all)
{
    const char *separator = "";

    if (all->lines.printed == 0) {
        puts("No difference.");
        return 0;
    }
    putchar('\n');
    print_count(&separator, all->keys_made, "key", "made");
    print_count(&separator, all->keys_deleted, "key", "deleted");
    print_count(&separator, all->values_set, "value", "added");
    print_count(&separator, all->values_changed, "value", "changed");
    print_count(&separator, all->values_deleted, "value", "deleted");
    puts(separator[0] ? " by this file; nothing was changed now." : "Nothing was changed now.");
    return 2;
}

/* `was` sees the registry as it is; `db` is in a transaction with the import in it. */
static win_error compare(struct reg_db *was, struct reg_db *db, struct difference *all)
{
    static const reg_key roots[] = {REG_HKCR, REG_HKCU, REG_HKLM, REG_HKU};
    win_error error = reg_read_begin(was);

    for (size_t i = 0; !error && i < sizeof roots / sizeof roots[0]; i++) {
        struct reg_compare_result result;

        all->root = reg_root_name(roots[i]);
        error = reg_compare(was, roots[i], db, roots[i], REG_COMPARE_BELOW | REG_COMPARE_PROTECTED, print_one,
                            all, &result);
    }
    if (!error)
        error = all->path.failed;
    reg_read_end(was);
    return error;
}

static int difference(struct reg_db *was, struct reg_db *db, const char *name, struct plat_span file)
{
    struct difference all = {.root = ""};
    struct import_talk talk;
    struct reg_import_result result = {.keys = 0};
    struct plat_buffer text;
    const char *shown;
    win_error error = reg_begin(db), failed;
    int code;

    if (error)
        return regtool_fail_code(db, error);
    plat_buffer_init(&text, LIMIT_REG_TEXT);
    lines_init(&all.lines);
    plat_buffer_init(&all.path, 8 * (size_t)LIMIT_REG_PATH);
    import_talk_start(&talk, name);
    error = import_apply(db, file, &talk, &result);
    failed = error;
    if (!error) {
        regtool_hold(&text);
        error = compare(was, db, &all);
        regtool_hold(NULL);
    }
    reg_rollback(db);
    import_talk_end(&talk, failed ? NULL : &result);
    shown = plat_buffer_text(&text);
    if (failed)
        code = import_failed(db, name, failed);
    else if (error)
        code = regtool_fail_code(db, error);
    else if (!shown && text.failed == ERROR_FILE_TOO_LARGE)
        code = regtool_fail("The differences are more than %u MiB of text.", LIMIT_REG_TEXT / 1024U / 1024U);
    else if (!shown)
        code = regtool_fail_code(db, text.failed ? text.failed : ERROR_NOT_ENOUGH_MEMORY);
    else {
        fputs(shown, stdout);
        code = print_sum(&all);
    }
    plat_buffer_free(&text);
    lines_free(&all.lines);
    plat_buffer_free(&all.path);
    return code;
}

int difference_run(struct regtool_command *command)
{
    struct reg_db *was, *db;
    struct plat_buffer file;
    const char *name;
    int code = 1;

    plat_buffer_init(&file, LIMIT_REG_TEXT);
    if (regtool_read_file(command->word[0], &file, &name) && regtool_open(command, REG_OPEN_WRITE, &db)) {
        if (regtool_open(command, REG_OPEN_READ, &was)) {
            code = difference(was, db, name, plat_span_of(file.data, file.size));
            reg_db_close(was);
        }
        reg_db_close(db);
    }
    plat_buffer_free(&file);
    return code;
}

const struct regtool_verb regtool_diff = {.name = "DIFF",
                                          .summary = "shows what a .reg file would change",
                                          .help = regtool_help_diff,
                                          .run = difference_run,
                                          .words_wanted = 1,
                                          .word_kinds = "f"};
