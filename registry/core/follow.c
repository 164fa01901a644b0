/* SPDX-License-Identifier: Apache-2.0 */
#include "core/follow.h"

#include "core/cache.h"
#include "core/place.h"

#include "platform/clock.h"
#include "platform/file.h"
#include "platform/limits.h"

#include <string.h>

#define AGAIN_MS 500U /* between attempts to open a file that could not be opened */

static const char *const endings[FOLLOW_COMPANIONS] = {"-wal", "-shm", ".bell"};
enum { BELL = 2, OF_SQLITE = 2 }; /* the first two are SQLite's */

/* Zeros when there is none. */
static void identify(const struct reg_db *db, unsigned companion, uint64_t identity[2])
{
    struct plat_file_info info;
    struct plat_buffer path;
    const char *text;

    memset(identity, 0, 2 * sizeof *identity);
    plat_buffer_init(&path, LIMIT_PATH_SIZE + 8);
    plat_buffer_printf(&path, "%s%s", storage_path(db->storage), endings[companion]);
    text = plat_buffer_text(&path);
    if (text && plat_file_stat(text, &info) == ERROR_SUCCESS)
        memcpy(identity, info.identity, sizeof info.identity);
    plat_buffer_free(&path);
}

void reg_db_follow(struct reg_db *db)
{
    db->follow.follows = db->mode == REG_OPEN_READ;
}

void follow_opened(struct reg_db *db)
{
    for (unsigned i = 0; i < FOLLOW_COMPANIONS; i++)
        identify(db, i, db->follow.companions[i]);
}

/*
 * A WAL, or its index, of the file before would be taken for the new one's: SQLite cannot tell them apart. Whoever replaces the file has to remove them, and
 * may be about to.
 */
static bool has_old_companions(const struct reg_db *db)
{
    uint64_t identity[2];

    for (unsigned i = 0; i < OF_SQLITE; i++) {
        identify(db, i, identity);
        if (identity[1] != 0 && memcmp(identity, db->follow.companions[i], sizeof identity) == 0)
            return true;
    }
    return false;
}

static void change_bell(struct reg_db *db)
{
    struct plat_doorbell *bell;
    uint64_t identity[2];

    identify(db, BELL, identity);
    if (identity[1] != 0 && memcmp(identity, db->follow.companions[BELL], sizeof identity) == 0)
        return;
    if (db_open_bell(db, &bell) != ERROR_SUCCESS)
        return; /* the old one does: data_version tells what it does not */
    if (db->bell != db->first_bell)
        plat_doorbell_close(db->bell);
    db->bell = bell;
}

static win_error open_again(struct reg_db *db, struct plat_buffer *words)
{
    struct storage *before = db->storage;
    const uint32_t seen = db->data_version;
    uint32_t version = seen;
    win_error error;

    if (has_old_companions(db)) {
        plat_buffer_append_text(words,
                                "the -wal and -shm of the file before still lie beside it: remove them");
        return ERROR_SHARING_VIOLATION;
    }
    if (storage_data_version(before, &version) != ERROR_SUCCESS)
        version = seen;
    db->storage = NULL;
    error = db_open_storage(db, words);
    db->data_version = seen; /* reg_wait tells of the difference */
    if (!error)
        error = storage_continue_version(db->storage, version);
    if (error) {
        storage_close(db->storage);
        db->storage = before;
        return error;
    }
    storage_close(before);
    cache_free(db);
    place_free(db);
    db->reads = 0;
    change_bell(db);
    follow_opened(db);
    return ERROR_SUCCESS;
}

/* `error` and `words`: why it cannot be read; told once. */
static void set_state(struct reg_db *db, win_error error, const struct plat_buffer *words)
{
    struct follow *f = &db->follow;

    f->news = f->news || error != f->error;
    f->error = error;
    plat_buffer_clear(&f->words);
    if (error)
        plat_buffer_printf(&f->words, "the registry file was removed or replaced while it was in use: %.*s",
                           (int)words->size, words->size > 0 ? (const char *)words->data : "");
}

static void go_over(struct reg_db *db, uint64_t now)
{
    struct plat_buffer words;

    if (db->follow.error && now < db->follow.again)
        return;
    db->follow.again = now + AGAIN_MS;
    plat_buffer_init(&words, LIMIT_LOG_LINE);
    set_state(db, open_again(db, &words), &words);
    plat_buffer_free(&words);
}

void follow_look(struct reg_db *db)
{
    struct follow *f = &db->follow;
    uint64_t now = plat_clock_coarse_ms();
    bool moved;

    f->looked = now;
    if (db->is_hive || db->transaction != DB_NO_TRANSACTION)
        return;
    moved = storage_has_moved(db->storage);
    if (!f->follows) {
        f->news = f->news || moved != f->moved;
        f->moved = moved;
    } else if (!moved) {
        set_state(db, ERROR_SUCCESS, NULL); /* it may have been put back */
    } else if (storage_is_idle(db->storage)) {
        go_over(db, now);
    }
}

win_error follow_before_reading(struct reg_db *db)
{
    struct follow *f = &db->follow;

    if (!f->follows)
        return ERROR_SUCCESS;
    if (f->looked == 0 || plat_clock_coarse_ms() - f->looked >= LIMIT_REG_LOOK_MS)
        follow_look(db);
    if (!f->error)
        return ERROR_SUCCESS;
    return db_refuse(db, f->error, f->words.failed ? win_error_text(f->error) : plat_buffer_text(&f->words));
}
