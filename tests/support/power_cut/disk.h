/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a disk holds for certain. The files of one folder, each as it was when it was last synced, and every write, truncation, creation and deletion
 * since then, which a power cut may or may not undo.
 */
#ifndef CERIUM_TESTS_SUPPORT_POWER_CUT_DISK_H
#define CERIUM_TESTS_SUPPORT_POWER_CUT_DISK_H

#include "support/power_cut/power_cut.h"

#include <stddef.h>

struct disk_file;

void disk_start(const char *folder); /* forgets all; what lies in the folder now is safe */
void disk_stop(void);
/* Is it a file of the folder? *name is then its name in it. */
bool disk_holds(const char *path, const char **name);

/* The file by that name as it is now; made (not safe yet) when there is none. */
struct disk_file *disk_open(const char *name);
void disk_write(struct disk_file *file, uint64_t offset, const void *data, size_t size);
void disk_truncate(struct disk_file *file, uint64_t size);
void disk_sync(struct disk_file *file); /* its content */
void disk_delete(const char *name);
void disk_rename(const char *from, const char *to);
void disk_sync_folder(void); /* its names */

void disk_image(const char *folder, enum power_cut_loss loss, uint32_t seed);

#endif
