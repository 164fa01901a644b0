/* SPDX-License-Identifier: Apache-2.0 */
/* What a .reg file would change: `reg diff`, `reg import /dry-run`. */
#ifndef CERIUM_TOOLS_REG_DIFFERENCE_H
#define CERIUM_TOOLS_REG_DIFFERENCE_H

#include "reg/regtool.h"
#include "reg/terminal.h"

#include "registry/regfile.h"

/* Reports the lines refused and how far an import has come. */
struct import_talk {
    const char *file;
    struct regtool_progress progress;
    struct reg_import_listener listener; /* give this to reg_import */
};
void import_talk_start(struct import_talk *talk, const char *file);
/* Ends the progress line, tells what Windows CE could not take. `result` is NULL when the import failed. */
void import_talk_end(struct import_talk *talk, const struct reg_import_result *result);
/* Says what stopped it: 1. */
int import_failed(struct reg_db *db, const char *file, win_error error);

/* Prints what importing the file of this command would change, and changes nothing. 0 nothing, 2 something, 1 failed. */
int difference_run(struct regtool_command *command);

#endif
