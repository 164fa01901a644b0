/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power cuts for SQLite. A VFS over the real one that does what it is told, and remembers what the disk is sure to hold and what was
 * written since then. At a given operation the power goes: that operation and all after it fail, and power_cut_image shows what
 * may lie on the disk at the next start. Nothing is really synced, so tests run at the speed of memory.
 */
#ifndef CERIUM_TESTS_SUPPORT_POWER_CUT_H
#define CERIUM_TESTS_SUPPORT_POWER_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What becomes of writes, truncations, creations and deletions that were not synced. */
enum power_cut_loss {
    POWER_CUT_LOSES_ALL,
    POWER_CUT_LOSES_SOME, /* each one or not, by the seed */
    POWER_CUT_TEARS,      /* the same, and of each write only some sectors of 512 bytes */
    POWER_CUT_KEEPS_ALL,  /* as when only the process dies */
    POWER_CUT_LOSSES
};

/* The file system's shared memory, which a WAL needs. */
enum power_cut_shm { POWER_CUT_SHM_GOOD, POWER_CUT_SHM_NONE, POWER_CUT_SHM_FAILS };

/* The VFS becomes the default one; until power_cut_start it only passes everything on (but syncs). */
void power_cut_install(void);
void power_cut_uninstall(void);

/* The folder's files are watched from now on. The power goes at operation `at` (from 1; 0 = never). */
void power_cut_start(const char *folder, uint32_t at, enum power_cut_shm shm);
void power_cut_stop(void); /* everything works again; what was watched is forgotten */
bool power_cut_happened(void);
uint32_t power_cut_operations(void); /* writes, truncations, syncs, deletions and creations since the start */
/* Was that operation a write between two writes to the same file? */
bool power_cut_is_between(uint32_t operation);

/* Writes the files as they may be after the cut (or now) into another folder, which is empty. Same seed, same files. */
void power_cut_image(const char *folder, enum power_cut_loss loss, uint32_t seed);

/* Bytes that may still be added to files before the disk is full (SQLITE_FULL); negative = no end. */
void power_cut_disk_room(int64_t bytes);

/* For tests that have no other way to the file system. */
void power_cut_make_folder(const char *path);
void power_cut_empty_folder(const char *path);
void power_cut_write_file(const char *path, const void *data, size_t size); /* mode 0600, not synced */

#endif
