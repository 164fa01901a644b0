/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg watch`: changes as they happen, out of the history. */
#include "reg/lines.h"
#include "reg/regtool.h"
#include "reg/terminal.h"

#include "platform/clock.h"
#include "platform/file.h"
#include "platform/limits.h"
#include "platform/process.h"
#include "platform/text.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

/* Between looks at whether it is to end: a wake-up comes at once, this is for one that was missed. */
enum { LOOK_MS = 1000 };

struct watch {
    struct reg_db *db;
    reg_key root;
    const char *rest;
    struct plat_buffer path; /* of the key, in full */
    struct lines lines;
    struct plat_buffer fold; /* scratch */
    uint64_t file[2];        /* which one the registry is */
    uint64_t last;           /* entry of the history */
    uint64_t fingerprint;    /* of all there is under the key */
    bool counted;            /* anew in this look: it has what the history tells */
    bool differs;            /* from what it was before that */
    bool found;              /* entries in this look */
    bool told;               /* something that accounts for a difference */
    win_error error;
    atomic_bool stopped;
};

static void stop(void *context)
{
    struct watch *watch = context;

    atomic_store(&watch->stopped, true);
    reg_wake(watch->db);
}

/*
 * ---- what lies under the key, as a number: who writes without the history is noticed by it ----
 * It is the sum of a number for each key and value, so that what the history tells of is added and taken away without a look at the rest.
 */

#define NUMBER_START UINT64_C(0xcbf29ce484222325) /* FNV-1a */

static void add(uint64_t *number, const void *data, size_t size)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < size; i++)
        *number = (*number ^ bytes[i]) * UINT64_C(0x100000001b3);
}

static void add_name(struct watch *watch, uint64_t *number, const char *name)
{
    plat_buffer_clear(&watch->fold);
    plat_name_fold(&watch->fold, name, strlen(name));
    if (watch->fold.failed)
        watch->error = watch->fold.failed;
    else
        add(number, watch->fold.data, watch->fold.size);
}

static uint64_t number_of_path(struct watch *watch, const char *path)
{
    uint64_t number = NUMBER_START;

    add_name(watch, &number, path);
    return number;
}

/* `path` is the number of its key's. */
static uint64_t number_of_value(struct watch *watch, uint64_t path, const struct reg_value *value)
{
    const uint32_t head[2] = {value->type, (uint32_t)value->data.size};

    add(&path, "", 1);
    add_name(watch, &path, value->name);
    add(&path, head, sizeof head);
    add(&path, value->data.data, value->data.size);
    return path;
}

struct sum {
    struct watch *watch;
    uint64_t number, path;
    unsigned depth;
};

static bool add_value(void *context, const struct reg_value *value)
{
    struct sum *sum = context;

    sum->number += number_of_value(sum->watch, sum->path, value);
    return !sum->watch->error;
}

static bool add_child(void *context, reg_key key, const char *name);

static void add_key(struct sum *sum, reg_key key)
{
    win_error error = reg_each_value(sum->watch->db, key, add_value, sum);

    sum->number += sum->path;
    if (!error)
        error = reg_each_key(sum->watch->db, key, add_child, sum);
    if (error && !sum->watch->error)
        sum->watch->error = error;
}

static bool add_child(void *context, reg_key key, const char *name)
{
    struct sum *sum = context;
    const uint64_t path = sum->path;

    if (++sum->depth > LIMIT_REG_DEPTH + 1) {
        sum->watch->error = ERROR_REGISTRY_CORRUPT;
        return false;
    }
    add(&sum->path, "\\", 1);
    add_name(sum->watch, &sum->path, name);
    add_key(sum, key);
    sum->path = path;
    sum->depth--;
    return !sum->watch->error;
}

/* 0 = there is no such key now. */
static void count(struct watch *watch)
{
    struct sum sum = {.watch = watch};
    const char *top = plat_buffer_text(&watch->path);
    reg_key key;
    win_error error = reg_key_open(watch->db, watch->root, watch->rest, &key);

    if (watch->counted || watch->error)
        return;
    if (!error) {
        sum.path = number_of_path(watch, top ? top : "");
        add_key(&sum, key);
    } else if (error != ERROR_FILE_NOT_FOUND) {
        watch->error = error;
    }
    watch->counted = true;
    watch->differs = sum.number != watch->fingerprint;
    watch->fingerprint = sum.number;
}

/* As the history has it. */
static void follow_change(struct watch *watch, const struct reg_change *change)
{
    const uint64_t path = number_of_path(watch, change->key);

    if (watch->counted)
        return;
    if (change->kind == REG_KEY_MADE)
        watch->fingerprint += path;
    if (change->kind == REG_KEY_DELETED)
        watch->fingerprint -= path;
    if (change->kind == REG_VALUE_DELETED || (change->kind == REG_VALUE_SET && change->had_before))
        watch->fingerprint -= number_of_value(watch, path, &change->before);
    if (change->kind == REG_VALUE_SET)
        watch->fingerprint += number_of_value(watch, path, &change->after);
}

/* ---- what the history says ---- */

/* Is `path` the key `top`, or below it? */
static bool is_under(const char *path, const char *top)
{
    size_t size = strlen(top);

    return strlen(path) >= size && plat_name_equal_n(path, size, top, size) &&
           (path[size] == 0 || path[size] == '\\');
}

static bool tell_change(void *context, const struct reg_change *change)
{
    struct watch *watch = context;
    const char *top = plat_buffer_text(&watch->path);
    bool is_key = change->kind != REG_VALUE_SET && change->kind != REG_VALUE_DELETED;

    if (change->kind == REG_KEY_RENAMED)
        count(watch);
    else if (top && is_under(change->key, top))
        follow_change(watch, change);
    if (top && (is_under(change->key, top) || (is_key && is_under(top, change->key))))
        lines_change(&watch->lines, change);
    return !watch->error;
}

static bool tell_entry(void *context, const struct reg_history_entry *entry)
{
    struct watch *watch = context;
    struct plat_buffer title;
    char time[LINES_TIME_SIZE];

    if (!entry->complete || entry->id != watch->last + 1)
        count(watch);
    watch->last = entry->id;
    watch->found = true;
    if (!entry->complete && !watch->differs)
        return true;
    plat_buffer_init(&title, LIMIT_REG_PATH);
    lines_time(entry->time, time);
    plat_buffer_printf(&title, "%s  %s  %s", time, entry->who,
                       entry->what[0] ? entry->what : "(a program that gave no name)");
    watch->lines.title = plat_buffer_text(&title);
    watch->lines.printed = 0;
    plat_buffer_clear(&watch->lines.key);
    if (entry->complete) {
        win_error error = reg_history_changes(watch->db, entry->id, tell_change, watch);

        if (!watch->error)
            watch->error = error;
        watch->told |= watch->lines.printed > 0;
    } else {
        regtool_put(watch->lines.title ? watch->lines.title : "");
        printf("\n  many changes: %" PRIu32 " keys, %" PRIu32 " values; not listed\n", entry->keys,
               entry->values);
        watch->told = true;
    }
    watch->lines.title = NULL;
    plat_buffer_free(&title);
    return !watch->error && !atomic_load(&watch->stopped);
}

static void tell_unknown(struct watch *watch)
{
    uint32_t room;
    char time[LINES_TIME_SIZE];
    bool is_off = reg_history_room(watch->db, &room) == ERROR_SUCCESS && room == 0;

    lines_time(plat_clock_unix(), time);
    printf("%s  %s\n", time,
           is_off ? "changed; the history is off (cerium reg history /room), so there are no details"
                  : "changed by another program, which keeps no history: no details");
}

/* Another file may have taken the registry's place: then nothing is known of it. */
static bool is_replaced(struct watch *watch)
{
    struct plat_file_info info;
    bool differs = plat_file_stat(reg_db_path(watch->db), &info) == ERROR_SUCCESS &&
                   memcmp(watch->file, info.identity, sizeof watch->file) != 0;

    if (differs)
        memcpy(watch->file, info.identity, sizeof watch->file);
    return differs;
}

static void tell_replaced(void)
{
    char time[LINES_TIME_SIZE];

    lines_time(plat_clock_unix(), time);
    printf("%s  the registry file was replaced by another: watching that one\n", time);
}

/* All of one look is one state of the registry. */
static win_error look(struct watch *watch, bool first)
{
    win_error error = reg_read_begin(watch->db);

    if (error)
        return error;
    if (is_replaced(watch) && !first) {
        tell_replaced();
        first = true;
    }
    watch->counted = false;
    watch->differs = false;
    watch->found = false;
    watch->told = first;
    if (first)
        error = reg_history_newest(watch->db, &watch->last);
    else
        error = reg_history_each(watch->db, watch->last, tell_entry, watch);
    if (!error && !watch->found)
        count(watch);
    if (!error)
        error = watch->error;
    if (!error && watch->differs && !watch->told)
        tell_unknown(watch);
    reg_read_end(watch->db);
    fflush(stdout);
    return error;
}

static int fail(struct watch *watch, win_error error)
{
    struct plat_file_info info;

    if (plat_file_stat(reg_db_path(watch->db), &info) == ERROR_FILE_NOT_FOUND)
        return regtool_fail("The registry file %s is gone.", reg_db_path(watch->db));
    return regtool_fail_code(watch->db, error);
}

static int follow(struct watch *watch)
{
    uint64_t known = reg_generation(watch->db);
    win_error error = look(watch, true);

    if (!error && watch->fingerprint == 0)
        error = ERROR_FILE_NOT_FOUND;
    if (!error)
        error = plat_on_stop(stop, watch);
    if (!error)
        fputs("Watching; Ctrl-C ends it.\n", stderr);
    while (!error && !atomic_load(&watch->stopped) && !ferror(stdout)) {
        if (!reg_wait(watch->db, known, LOOK_MS))
            continue;
        known = reg_generation(watch->db);
        error = look(watch, false);
    }
    return error ? fail(watch, error) : 0;
}

static int run(struct regtool_command *command)
{
    struct watch watch = {.root = REG_KEY_NONE};
    reg_key key;
    win_error error;
    int code;

    if (!regtool_key(command, command->word[0], &watch.root, &watch.rest) ||
        !regtool_open(command, REG_OPEN_READ, &watch.db))
        return 1;
    reg_db_follow(watch.db);
    plat_buffer_init(&watch.path, 8 * (size_t)LIMIT_REG_PATH);
    plat_buffer_init(&watch.fold, 8 * (size_t)LIMIT_REG_PATH);
    lines_init(&watch.lines);
    error = reg_key_open(watch.db, watch.root, watch.rest, &key);
    if (!error)
        error = reg_key_path(watch.db, key, &watch.path);
    code = error ? regtool_fail_code(watch.db, error) : follow(&watch);
    lines_free(&watch.lines);
    plat_buffer_free(&watch.path);
    plat_buffer_free(&watch.fold);
    reg_db_close(watch.db);
    return code;
}

const struct regtool_verb regtool_watch = {.name = "WATCH",
                                           .summary = "prints changes as they happen",
                                           .help = regtool_help_watch,
                                           .run = run,
                                           .words_wanted = 1,
                                           .word_kinds = "k"};
