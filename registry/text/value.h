/* SPDX-License-Identifier: Apache-2.0 */
/* One value of a .reg file: name, type, data, over as many lines as it takes. Private to text/. */
#ifndef CERIUM_REGISTRY_TEXT_VALUE_H
#define CERIUM_REGISTRY_TEXT_VALUE_H

#include "text/decode.h"

/* Windows CE's own: "file,#id", a string that lies in a file's resources. */
#define REG_MUI_SZ 21U

/* Behind data that lack the NUL that importing adds to text: with this comment it does not, so that exports keep every byte. */
#define TEXT_UNTERMINATED "; unterminated"

struct text_value {
    /* How files of this kind are read: set once. */
    bool ansi;                   /* hex(1), hex(2) and hex(7) hold ANSI bytes (REGEDIT4) */
    bool variables;              /* $(NAME) and %NAME% are environment variables (platform.reg) */
    enum text_encoding encoding; /* of the file */

    bool is_deletion; /* "name"=- */
    uint32_t type;
    struct plat_buffer name; /* UTF-8; empty = the default value */
    struct plat_buffer data; /* as the registry keeps it */
    const char *warning;     /* what was odd about a good value, or NULL */
    struct plat_buffer text; /* scratch */
    char words[192];         /* what was wrong, where it takes more than a constant */
};

void text_value_init(struct text_value *value);
void text_value_free(struct text_value *value);

/*
 * Parses the value that begins on `line`; the lines it goes on over are taken from `lines`. NULL when it is good, else what was wrong (good until
 * the next call).
 */
const char *text_value_parse(struct text_value *value, struct text_cursor line, struct text_lines *lines);

/*
 * Appends NULs that strings lack, as regedit does on import: one for REG_SZ and REG_EXPAND_SZ, one for a list
 * that misses its last.
 */
void text_terminate(uint32_t type, struct plat_buffer *data);
/* Whether that would leave them as they are. */
bool text_is_terminated(uint32_t type, struct plat_span data);

#endif
