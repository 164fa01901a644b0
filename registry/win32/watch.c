/* SPDX-License-Identifier: Apache-2.0 */
/* The list of watches and the thread that looks after it. */
#include "win32/watch.h"
#include "core/db.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/thread.h"

#include <stdatomic.h>
#include <string.h>

/*
 * The thread waits for the bell alone; looks are made by whoever holds the lock. What a look has seen is what data_version and the newest history
 * entry said in one read transaction.
 */
struct watcher {
    struct plat_mutex *lock;
    struct face_watch *list;
    struct plat_thread *thread;
    struct reg_db *looking; /* NULL = no thread */
    uint32_t epoch;
    bool ending;
    uint32_t version;       /* data_version */
    uint64_t entry;         /* newest */
    uint64_t rings;         /* of the bell */
    int64_t unclaimed;      /* rings that no entry stands behind, */
    int64_t most_unclaimed; /* of which so many are accounted for */
};

static _Atomic(struct watcher *) the_watcher;

static struct watcher *get_watcher(void)
{
    struct watcher *w = atomic_load(&the_watcher);
    struct watcher *none = NULL;

    if (w)
        return w;
    w = plat_calloc(1, sizeof *w);
    if (!w)
        return NULL;
    if (plat_mutex_create(&w->lock)) {
        plat_free(w);
        return NULL;
    }
    if (atomic_compare_exchange_strong(&the_watcher, &none, w))
        return w;
    plat_mutex_destroy(w->lock);
    plat_free(w);
    return none;
}

struct plat_mutex *face_watch_lock(void)
{
    struct watcher *w = get_watcher();

    return w ? w->lock : NULL;
}

/* ---- looking ---- */

struct look {
    struct watcher *watcher;
    uint64_t entries;
    bool unknown;  /* something changed, nobody can say what */
    bool repeated; /* perhaps a value was set to what it was, which leaves the file as it was */
    win_error error;
};

static bool match_change(void *context, const struct reg_change *change)
{
    const struct look *look = context;

    for (struct face_watch *w = look->watcher->list; w; w = w->next)
        face_watch_match(w, change);
    return true;
}

static bool read_entry(void *context, const struct reg_history_entry *entry)
{
    struct look *look = context;
    struct watcher *w = look->watcher;

    /* Entries between that were pruned before we came. */
    look->unknown = look->unknown || entry->id != w->entry + 1 || !entry->complete;
    w->entry = entry->id;
    look->entries++;
    if (entry->complete)
        look->error = reg_history_changes(w->looking, entry->id, match_change, look);
    if (look->error == ERROR_NO_DATA || look->error == ERROR_FILE_NOT_FOUND) {
        look->unknown = true;
        look->error = ERROR_SUCCESS;
    }
    return !look->error;
}

/*
 * Each change rings once, soon after it can be seen, and now and then somebody rings for other reasons. More rings than before that no entry stands behind:
 * a change that was not explained.
 */
static bool rings_left_over(struct watcher *w, uint64_t rings, uint64_t entries)
{
    bool more;

    w->unclaimed += (int64_t)(rings - w->rings) - (int64_t)entries;
    w->rings = rings;
    more = w->unclaimed > w->most_unclaimed;
    if (more)
        w->most_unclaimed = w->unclaimed;
    return more;
}

static win_error read_changes(struct look *look)
{
    struct watcher *w = look->watcher;
    uint64_t rings = reg_generation(w->looking); /* first: what rang can be seen */
    uint32_t version = w->version;
    win_error error = reg_read_begin(w->looking);

    if (error)
        return error;
    error = storage_data_version(w->looking->storage, &version);
    if (!error && version != w->version)
        error = reg_history_each(w->looking, w->entry, read_entry, look);
    reg_read_end(w->looking);
    if (error || look->error)
        return error ? error : look->error;
    look->repeated = rings_left_over(w, rings, look->entries);
    if (version != w->version && (look->entries == 0 || look->repeated))
        look->unknown = true;
    w->version = version;
    return ERROR_SUCCESS;
}

/* Where the key is now; no path when it is gone. */
static win_error find_path(struct watcher *w, struct face_watch *watch)
{
    struct plat_buffer path;
    win_error error;

    plat_buffer_init(&path, LIMIT_REG_DEPTH * (3U * LIMIT_REG_KEY_NAME + 1U));
    error = reg_key_path(w->looking, watch->key, &path);
    plat_free(watch->path);
    watch->path = !error && plat_buffer_text(&path) ? plat_strdup(plat_buffer_text(&path)) : NULL;
    if (!error && !watch->path)
        error = ERROR_NOT_ENOUGH_MEMORY;
    plat_buffer_free(&path);
    if (error)
        return error;
    watch->depth = 1;
    for (const char *p = watch->path; *p; p++)
        watch->depth += *p == '\\';
    return ERROR_SUCCESS;
}

/* A look that failed half-way is made again; what it has told already is then told twice. */
static void look_around(struct watcher *w)
{
    struct look look = {.watcher = w};
    uint64_t entry = w->entry;

    if (!w->list)
        return;
    if (read_changes(&look) != ERROR_SUCCESS) {
        w->entry = entry;
        look.unknown = look.repeated = false;
    }
    for (struct face_watch *watch = w->list; watch; watch = watch->next) {
        bool repeated = look.repeated && (watch->filter & REG_NOTIFY_CHANGE_LAST_SET) != 0;
        bool unknown = watch->path && (look.unknown || repeated);

        if (unknown)
            (void)!find_path(w, watch); /* it may have been renamed, or deleted */
        if (unknown || watch->hit)
            watch->changed(watch, unknown);
        watch->hit = false;
    }
}

/* Not reg_wait: its own ring, for writers that do not, could not be told from others. Every look looks for such writers anyway. */
static void wait_for_bell(const struct watcher *w, uint64_t known)
{
    if (w->looking->bell)
        (void)plat_doorbell_wait(w->looking->bell, known, LIMIT_REG_LOOK_MS);
    else
        storage_sleep(LIMIT_REG_LOOK_MS);
}

static void run(void *context)
{
    struct watcher *w = context;

    for (;;) {
        uint64_t known = reg_generation(w->looking);
        bool ending;

        plat_mutex_lock(w->lock);
        ending = w->ending;
        if (!ending)
            look_around(w);
        plat_mutex_unlock(w->lock);
        if (ending)
            return;
        wait_for_bell(w, known);
    }
}

/* ---- the list ---- */

static void close_connection(struct watcher *w)
{
    reg_db_close(w->looking);
    w->looking = NULL;
}

static win_error start_thread(struct watcher *w, uint32_t epoch)
{
    win_error error = face_open(&w->looking, &w->epoch);

    if (!error && w->epoch != epoch)
        error = ERROR_INVALID_HANDLE;
    w->ending = false;
    if (!error)
        error = plat_thread_start("registry watch", 0, run, w, &w->thread);
    if (error)
        close_connection(w);
    return error;
}

/* What there is now is not news. */
static win_error take_stock(struct watcher *w)
{
    win_error error;

    w->rings = reg_generation(w->looking);
    w->unclaimed = w->most_unclaimed = 0;
    error = reg_read_begin(w->looking);
    if (error)
        return error;
    error = storage_data_version(w->looking->storage, &w->version);
    if (!error)
        error = reg_history_newest(w->looking, &w->entry);
    reg_read_end(w->looking);
    return error;
}

win_error face_watch_start(struct face_watch *watch, reg_key key, uint32_t epoch)
{
    struct watcher *w = get_watcher();
    win_error error = ERROR_SUCCESS;

    if (!w->looking)
        error = start_thread(w, epoch);
    else if (w->epoch != epoch || w->ending)
        error = ERROR_INVALID_HANDLE;
    if (error)
        return error;
    if (w->list)
        look_around(w); /* what came before is for the others */
    else
        error = take_stock(w);
    watch->key = key;
    if (!error)
        error = find_path(w, watch);
    if (error)
        return error;
    watch->hit = false;
    watch->next = w->list;
    watch->link = &w->list;
    if (watch->next)
        watch->next->link = &watch->next;
    w->list = watch;
    return ERROR_SUCCESS;
}

void face_watch_stop(struct face_watch *watch)
{
    if (!watch->link)
        return;
    *watch->link = watch->next;
    if (watch->next)
        watch->next->link = watch->link;
    watch->link = NULL;
    plat_free(watch->path);
    watch->path = NULL;
}

void face_watch_end(void)
{
    struct watcher *w = atomic_load(&the_watcher);
    struct plat_thread *thread;

    if (!w)
        return;
    plat_mutex_lock(w->lock);
    while (w->list) {
        struct face_watch *watch = w->list;

        face_watch_stop(watch);
        watch->ended(watch);
    }
    thread = w->ending ? NULL : w->thread;
    w->ending = w->ending ||
                thread; /* seen within LIMIT_REG_LOOK_MS: a ring would tell other processes of a change */
    plat_mutex_unlock(w->lock);
    if (!thread)
        return;
    plat_thread_join(thread);
    plat_mutex_lock(w->lock);
    close_connection(w);
    w->thread = NULL;
    w->ending = false;
    plat_mutex_unlock(w->lock);
}
