/* SPDX-License-Identifier: Apache-2.0 */
/*
 * .reg files. Read: REGEDIT4, "Windows Registry Editor Version 5.00", REGEDIT of Windows 3.1, and platform.reg of Windows CE (no header;
 * "Registry File", ms930398, gg469889), each in UTF-16LE with BOM, UTF-8, or what is taken for Windows-1252 because it is not valid UTF-8; with
 * the loose notation of Microsoft's samples: blanks after `:`, `dword: 0x...`, unquoted value names. registry/README.md has the grammar.
 */
#ifndef CERIUM_REGISTRY_REGFILE_H
#define CERIUM_REGISTRY_REGFILE_H

#include "registry/registry.h"

struct reg_import_result {
    uint32_t keys;     /* key lines acted on */
    uint32_t values;   /* values set or deleted */
    uint32_t problems; /* lines refused: each was reported, the rest of the file was applied */
    uint32_t beyond_ce; /* keys and values larger than Windows CE takes (names of 255, 16 levels, 4096 bytes): applied */
};

/* Who listens to an import; each may be NULL, and so may the whole. */
struct reg_import_listener {
    void *context;
    /* `line` counts from 1; `text` is one sentence: what was wrong and what happened to it. */
    void (*problem)(void *context, uint32_t line, const char *text);
    /* Every 256 KiB and at the end, for people who wait: bytes done of all. */
    void (*progress)(void *context, size_t done, size_t all);
};

/*
 * Applies a whole .reg file in one transaction (or as part of the open one): on an error (disk, lock, a header that is none) nothing is changed.
 * ERROR_INVALID_DATA: not a .reg file.
 */
PLAT_MUST_USE win_error reg_import(struct reg_db *db, struct plat_span file,
                                   const struct reg_import_listener *listener,
                                   struct reg_import_result *result);

enum reg_file_dialect {
    REG_FILE_VERSION5, /* UTF-16LE with BOM, CRLF: as regedit writes it */
    REG_FILE_REGEDIT4, /* Windows-1252, CRLF; a name or text that does not fit: ERROR_NO_UNICODE_TRANSLATION, named in reg_db_message */
    REG_FILE_CE /* platform.reg: no header, multi_sz: and mui_sz:, no [-KEY]; ASCII, or UTF-16LE with BOM where that is not enough */
};

/*
 * Appends the key and everything under it, protected keys below it left out (*skipped counts them, may be NULL).
 * A protected key that is itself exported, or one in it, is marked by the comment "; protected", which reg_import honours. What reg_import makes of the file is
 * what was exported, byte for byte. On an error nothing is appended.
 */
PLAT_MUST_USE win_error reg_export(struct reg_db *db, reg_key key, enum reg_file_dialect dialect,
                                   struct plat_buffer *file, uint32_t *skipped);

#endif
