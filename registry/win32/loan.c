/* SPDX-License-Identifier: Apache-2.0 */
/* The registries that the face works with: opened when needed, one per thread at a time, a few kept for the next call. */
#include "registry/win32.h"
#include "win32/face.h"
#include "win32/watch.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/process.h"
#include "platform/thread.h"

#include <stdatomic.h>
#include <string.h>

struct pool {
    struct plat_mutex *lock;
    struct plat_condition *returned;
    char *path; /* what reg_win32_use said, or NULL */
    uint32_t epoch;
    unsigned open; /* of this epoch, idle ones too */
    unsigned idle_count;
    struct reg_db *idle[LIMIT_FACE_REGISTRIES];
};

static _Atomic(struct pool *) the_pool;

static void destroy_pool(struct pool *pool)
{
    plat_condition_destroy(pool->returned);
    plat_mutex_destroy(pool->lock);
    plat_free(pool);
}

/* Made by the first thread that comes, for good; NULL when there is no memory. */
static struct pool *get_pool(void)
{
    struct pool *pool = atomic_load(&the_pool);
    struct pool *none = NULL;

    if (pool)
        return pool;
    pool = plat_calloc(1, sizeof *pool);
    if (!pool)
        return NULL;
    if (plat_mutex_create(&pool->lock) || plat_condition_create(&pool->returned)) {
        destroy_pool(pool);
        return NULL;
    }
    if (atomic_compare_exchange_strong(&the_pool, &none, pool))
        return pool;
    destroy_pool(pool);
    return none;
}

static win_error open_file(const char *path, struct reg_db **db)
{
    win_error error = reg_db_open(path, REG_OPEN_CREATE, db, NULL);

    /* Who may only read reads; a change is refused then. */
    if (error == ERROR_ACCESS_DENIED || error == ERROR_WRITE_PROTECT)
        error = reg_db_open(path, REG_OPEN_READ, db, NULL);
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
        error = ERROR_CANTOPEN; /* of the registry, not of a key in it */
    if (!error)
        reg_db_set_actor(*db, NULL, "winreg.h");
    return error;
}

win_error face_open(struct reg_db **db, uint32_t *epoch)
{
    struct pool *pool = get_pool();
    const char *environment = plat_environment("CERIUM_REGISTRY");
    const char *path = environment && environment[0] ? environment : REG_DEFAULT_PATH;
    char *copy;
    win_error error;

    *db = NULL;
    if (!pool)
        return ERROR_NOT_ENOUGH_MEMORY;
    plat_mutex_lock(pool->lock);
    copy = plat_strdup(pool->path ? pool->path : path);
    *epoch = pool->epoch;
    plat_mutex_unlock(pool->lock);
    if (!copy)
        return ERROR_NOT_ENOUGH_MEMORY;
    error = open_file(copy, db);
    plat_free(copy);
    return error;
}

/* Under the lock: an idle one, or leave to open another (*loan->db NULL). */
static void wait_for_one(struct pool *pool, struct face_loan *loan)
{
    while (pool->idle_count == 0 && pool->open >= LIMIT_FACE_REGISTRIES)
        plat_condition_wait(pool->returned, pool->lock);
    loan->epoch = pool->epoch;
    if (pool->idle_count > 0)
        loan->db = pool->idle[--pool->idle_count];
    else
        pool->open++;
}

static void count_down(struct pool *pool, uint32_t epoch)
{
    plat_mutex_lock(pool->lock);
    if (epoch == pool->epoch)
        pool->open--;
    plat_condition_signal(pool->returned);
    plat_mutex_unlock(pool->lock);
}

win_error face_borrow(struct face_loan *loan)
{
    struct pool *pool = get_pool();
    uint32_t opened_epoch = 0;
    win_error error;

    loan->db = NULL;
    if (!pool)
        return ERROR_NOT_ENOUGH_MEMORY;
    plat_mutex_lock(pool->lock);
    wait_for_one(pool, loan);
    plat_mutex_unlock(pool->lock);
    if (loan->db)
        return ERROR_SUCCESS;
    error = face_open(&loan->db, &opened_epoch);
    if (!error && opened_epoch != loan->epoch) {
        reg_db_close(loan->db); /* reg_win32_use came in between */
        loan->db = NULL;
        error = ERROR_INVALID_HANDLE;
    }
    if (error)
        count_down(pool, loan->epoch);
    return error;
}

void face_give_back(struct face_loan *loan)
{
    struct pool *pool = get_pool();
    bool kept = false;

    if (!loan->db)
        return;
    plat_mutex_lock(pool->lock);
    if (loan->epoch == pool->epoch) {
        pool->idle[pool->idle_count++] = loan->db;
        kept = true;
    }
    plat_condition_signal(pool->returned);
    plat_mutex_unlock(pool->lock);
    if (!kept)
        reg_db_close(loan->db);
    loan->db = NULL;
}

win_error reg_win32_borrow(struct reg_win32_loan *loan)
{
    struct face_loan own;
    win_error error = face_borrow(&own);

    *loan = (struct reg_win32_loan){own.db, own.epoch};
    return error;
}

void reg_win32_give_back(struct reg_win32_loan *loan)
{
    struct face_loan own = {loan->db, loan->epoch};

    face_give_back(&own);
    loan->db = NULL;
}

win_error reg_win32_use(const char *path)
{
    struct pool *pool = get_pool();
    char *copy = path ? plat_strdup(path) : NULL;
    struct reg_db *idle[LIMIT_FACE_REGISTRIES];
    unsigned count;

    if (!pool || (path && !copy)) {
        plat_free(copy);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    plat_mutex_lock(pool->lock);
    plat_free(pool->path);
    pool->path = copy;
    pool->epoch++;
    count = pool->idle_count;
    memcpy(idle, pool->idle, sizeof idle);
    pool->idle_count = 0;
    pool->open = 0;
    plat_condition_broadcast(pool->returned);
    plat_mutex_unlock(pool->lock);
    while (count > 0)
        reg_db_close(idle[--count]);
    face_watch_end();
    return ERROR_SUCCESS;
}
