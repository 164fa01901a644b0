/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Learning of changes: the doorbell at once, and SQLite's data_version for those who write without ringing.
 */
#include "core/follow.h"

#include "platform/clock.h"
#include "platform/limits.h"

uint64_t reg_generation(const struct reg_db *db)
{
    return db->bell ? plat_doorbell_count(db->bell) : atomic_load(&db->count);
}

/*
 * Whether another connection has committed since the last look, or the file has been replaced. An unreadable file counts as no change:
 * reading it will tell.
 */
static bool changed_in_file(struct reg_db *db)
{
    uint32_t version = db->data_version;
    bool news;

    follow_look(db);
    news = db->follow.news;
    db->follow.news = false;
    if (storage_data_version(db->storage, &version) != ERROR_SUCCESS || version == db->data_version)
        return news;
    db->data_version = version;
    return true;
}

static void wait_slice(struct reg_db *db, uint64_t known, unsigned milliseconds)
{
    if (db->bell)
        plat_doorbell_wait(db->bell, known, milliseconds);
    else
        storage_sleep(milliseconds);
}

bool reg_wait(struct reg_db *db, uint64_t known, unsigned timeout_ms)
{
    uint64_t start = plat_clock_monotonic_ms();

    for (;;) {
        bool in_file = changed_in_file(db);
        bool woken = atomic_exchange(&db->woken, false);
        uint64_t passed;

        /* Written by somebody who does not ring, or who died before: ring for everybody. reg_wake's own ring does not stand for it. */
        if (in_file && (woken || reg_generation(db) == known)) {
            if (db->bell)
                plat_doorbell_ring(db->bell);
            atomic_fetch_add(&db->count, 1);
        }
        if (woken)
            return false; /* a change that came as well still shows in the generation */
        if (reg_generation(db) != known)
            return true;
        passed = plat_clock_monotonic_ms() - start;
        if (passed >= timeout_ms)
            return false;
        wait_slice(db, known,
                   timeout_ms - passed < LIMIT_REG_LOOK_MS ? timeout_ms - (unsigned)passed
                                                           : LIMIT_REG_LOOK_MS);
    }
}

void reg_wake(struct reg_db *db)
{
    atomic_store(&db->woken, true);
    if (db->first_bell)
        plat_doorbell_ring(db->first_bell);
}
