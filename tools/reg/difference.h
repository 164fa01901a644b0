/* SPDX-License-Identifier: Apache-2.0 */
/* What a .reg file would change: `reg diff`, `reg import /dry-run`. */
#ifndef CERIUM_TOOLS_REG_DIFFERENCE_H
#define CERIUM_TOOLS_REG_DIFFERENCE_H

#include "reg/regtool.h"
#include "reg/terminal.h"

#include "registry/regfile.h"

/*
 * Keeps what is to be said of refused lines, LIMIT_REG_PROBLEMS of them, and shows how far an import has come. Whoever reads standard error slowly must not
 * keep other writers waiting: so it is said when the import's transaction has ended.
 */
struct import_talk {
    const char *file;
    struct regtool_progress progress;
    struct plat_buffer problems; /* whole lines */
    uint32_t kept, more;
    struct reg_import_listener listener; /* give this to reg_import */
};
void import_talk_start(struct import_talk *talk, const char *file);
/*
 * Ends the progress line, says what was wrong with lines, and what Windows CE could not take. `result` is NULL when the import failed. Outside of a
 * transaction.
 */
void import_talk_end(struct import_talk *talk, const struct reg_import_result *result);
/* reg_import, in the open transaction; hashes of passwords are protected whatever file they come from. */
win_error import_apply(struct reg_db *db, struct plat_span file, struct import_talk *talk,
                       struct reg_import_result *result);
/* Says what stopped it: 1. */
int import_failed(struct reg_db *db, const char *file, win_error error);

/* Prints what importing the file of this command would change, and changes nothing. 0 nothing, 2 something, 1 failed. */
int difference_run(struct regtool_command *command);

#endif
