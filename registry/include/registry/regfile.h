/* SPDX-License-Identifier: Apache-2.0 */
/*
 * .reg files. Read: REGEDIT4, "Windows Registry Editor Version 5.00" (UTF-16LE with BOM, UTF-8, ANSI taken as Windows-1252 when it is not valid UTF-8) and the CE platform.reg
 * dialect (no header; "Registry File", ms930398, gg469889), with the loose notation of Microsoft's samples: blanks after `:`, `dword: 0x...`, unquoted
 * value names. Written: Version 5, UTF-16LE with BOM and CRLF, as regedit writes it.
 */
#ifndef CERIUM_REGISTRY_REGFILE_H
#define CERIUM_REGISTRY_REGFILE_H

#include "registry/registry.h"

struct reg_import_result {
    uint32_t keys;     /* key lines acted on */
    uint32_t values;   /* values set or deleted */
    uint32_t problems; /* lines refused: each was reported, the rest of the file was applied */
};

/* `line` counts from 1; `text` is one sentence: what was wrong and what happened to it. */
typedef void (*reg_import_problem)(void *context, uint32_t line, const char *text);

/*
 * Applies a whole .reg file in one transaction: on an error (disk, lock, a header that is none) nothing is changed.
 * ERROR_INVALID_DATA: not a .reg file. `problem` may be NULL.
 */
PLAT_MUST_USE win_error reg_import(struct reg_db *db, struct plat_span file, reg_import_problem problem,
                                   void *context, struct reg_import_result *result);

/*
 * Appends the key and everything under it, protected keys below it left out (*skipped counts them, may be NULL), as a Version 5 file.
 * A protected key that is itself exported is marked by the comment "; protected", which reg_import honours.
 */
PLAT_MUST_USE win_error reg_export(struct reg_db *db, reg_key key, struct plat_buffer *file,
                                   uint32_t *skipped);

#endif
