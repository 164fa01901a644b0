/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg watch`: changes as they happen, out of the history. */
#include "reg/lines.h"
#include "reg/regtool.h"
#include "reg/terminal.h"

#include "platform/clock.h"
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
    uint64_t last;        /* entry of the history */
    uint64_t fingerprint; /* of all there is under the key */
    bool differs;         /* from the last look */
    bool told;            /* something that accounts for it */
    win_error error;
    atomic_bool stopped;
};

static void stop(void *context)
{
    struct watch *watch = context;

    atomic_store(&watch->stopped, true);
    reg_wake(watch->db);
}

/* ---- what lies under the key, as a number: who writes without the history is noticed by it ---- */

struct sum {
    struct watch *watch;
    uint64_t hash; /* FNV-1a */
    unsigned depth;
    win_error error;
};

static void add(struct sum *sum, const void *data, size_t size)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < size; i++)
        sum->hash = (sum->hash ^ bytes[i]) * UINT64_C(0x100000001b3);
}

static bool add_value(void *context, const struct reg_value *value)
{
    struct sum *sum = context;
    uint32_t head[2] = {value->type, (uint32_t)value->data.size};

    add(sum, value->name, strlen(value->name) + 1);
    add(sum, head, sizeof head);
    add(sum, value->data.data, value->data.size);
    return true;
}

static bool add_key(void *context, reg_key key, const char *name)
{
    struct sum *sum = context;
    win_error error;

    if (++sum->depth > LIMIT_REG_DEPTH + 1) {
        sum->error = ERROR_REGISTRY_CORRUPT;
        return false;
    }
    add(sum, "[", 1);
    add(sum, name, strlen(name) + 1);
    error = reg_each_value(sum->watch->db, key, add_value, sum);
    if (!error)
        error = reg_each_key(sum->watch->db, key, add_key, sum);
    if (error && !sum->error)
        sum->error = error;
    add(sum, "]", 1);
    sum->depth--;
    return !sum->error;
}

/* 0 = there is no such key now. */
static win_error fingerprint(struct watch *watch, uint64_t *hash)
{
    struct sum sum = {.watch = watch, .hash = UINT64_C(0xcbf29ce484222325)};
    reg_key key;
    win_error error = reg_key_open(watch->db, watch->root, watch->rest, &key);

    *hash = 0;
    if (error)
        return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
    add_key(&sum, key, "");
    *hash = sum.hash;
    return sum.error;
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

    if (top && (is_under(change->key, top) || (is_key && is_under(top, change->key))))
        lines_change(&watch->lines, change);
    return true;
}

static bool tell_entry(void *context, const struct reg_history_entry *entry)
{
    struct watch *watch = context;
    struct plat_buffer title;
    char time[LINES_TIME_SIZE];

    watch->last = entry->id;
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
        watch->error = reg_history_changes(watch->db, entry->id, tell_change, watch);
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

/* All of one look is one state of the registry. */
static win_error look(struct watch *watch, bool first)
{
    uint64_t hash;
    win_error error = reg_read_begin(watch->db);

    if (error)
        return error;
    error = fingerprint(watch, &hash);
    watch->differs = hash != watch->fingerprint;
    watch->told = first;
    watch->fingerprint = hash;
    if (!error && first)
        error = reg_history_newest(watch->db, &watch->last);
    else if (!error)
        error = reg_history_each(watch->db, watch->last, tell_entry, watch);
    if (!error)
        error = watch->error;
    if (!error && watch->differs && !watch->told)
        tell_unknown(watch);
    reg_read_end(watch->db);
    fflush(stdout);
    return error;
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
    return error ? regtool_fail_code(watch->db, error) : 0;
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
    plat_buffer_init(&watch.path, 8 * (size_t)LIMIT_REG_PATH);
    lines_init(&watch.lines);
    error = reg_key_open(watch.db, watch.root, watch.rest, &key);
    if (!error)
        error = reg_key_path(watch.db, key, &watch.path);
    code = error ? regtool_fail_code(watch.db, error) : follow(&watch);
    lines_free(&watch.lines);
    plat_buffer_free(&watch.path);
    reg_db_close(watch.db);
    return code;
}

const struct regtool_verb regtool_watch = {.name = "WATCH",
                                           .summary = "prints changes as they happen",
                                           .help = regtool_help_watch,
                                           .run = run,
                                           .words_wanted = 1,
                                           .word_kinds = "k"};
