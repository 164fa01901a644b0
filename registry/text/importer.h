/* SPDX-License-Identifier: Apache-2.0 */
/* A .reg file on its way into the registry, as the files of text/ share it. Private to text/. */
#ifndef CERIUM_REGISTRY_TEXT_IMPORTER_H
#define CERIUM_REGISTRY_TEXT_IMPORTER_H

#include "registry/regfile.h"

#include "core/db.h"
#include "text/condition.h"
#include "text/value.h"

struct importer {
    struct reg_db *db;
    struct text_lines lines;
    reg_key key;        /* values go here; REG_KEY_NONE: they are left out */
    bool protect;       /* "; protected" stands before: the next key becomes so */
    bool key_seen;      /* whether there has been a key line at all */
    bool after_refusal; /* a value was refused: the lines it went on over are not reported again */
    struct conditions conditions;
    struct text_value value;
    struct plat_buffer path;
    const struct reg_import_listener *listener;
    struct reg_import_result *result;
    size_t text_size;
    size_t file_size;
    size_t told; /* bytes of text, when progress was told last */
};

void import_report(struct importer *im, uint32_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Counts and reports what is wrong with the line in hand. */
void import_problem(struct importer *im, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An error that belongs to one line of the file: every other one ends the import. */
bool import_is_of_line(win_error error);
/* A key that was left out takes its values with it: they must not go to the key before it. */
void import_leave_key_out(struct importer *im);
/* An error of the line's key is reported and becomes ERROR_SUCCESS. */
PLAT_MUST_USE win_error import_refuse_key(struct importer *im, win_error error, const char *path);

/* The cursor stands behind "[". */
PLAT_MUST_USE win_error import_key(struct importer *im, struct text_cursor c);
PLAT_MUST_USE win_error import_value(struct importer *im, struct text_cursor line);
/* What follows the header, of any dialect but the next. */
PLAT_MUST_USE win_error import_lines(struct importer *im);
/* Windows 3.1. */
PLAT_MUST_USE win_error import_windows31(struct importer *im);

#endif
