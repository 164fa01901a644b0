/* SPDX-License-Identifier: Apache-2.0 */
/* One value of a .reg file: name, type, data, over as many lines as it takes. Private to text/. */
#ifndef CERIUM_REGISTRY_TEXT_VALUE_H
#define CERIUM_REGISTRY_TEXT_VALUE_H

#include "text/decode.h"

struct text_value {
    bool is_deletion; /* "name"=- */
    uint32_t type;
    struct plat_buffer name; /* UTF-8; empty = the default value */
    struct plat_buffer data; /* as the registry keeps it */
    const char *warning;     /* what was odd about a good value, or NULL */
};

void text_value_init(struct text_value *value);
void text_value_free(struct text_value *value);

/*
 * Parses the value that begins on `line`; the lines it goes on over are taken from `lines`. `ansi`: hex(1),
 * hex(2) and hex(7) hold ANSI bytes (REGEDIT4). NULL when it is good, else what was wrong.
 */
const char *text_value_parse(struct text_value *value, struct text_cursor line, struct text_lines *lines,
                             bool ansi);

/*
 * Appends NULs that strings lack, as regedit does on import: one for REG_SZ and REG_EXPAND_SZ, one for a list
 * that misses its last.
 */
void text_terminate(uint32_t type, struct plat_buffer *data);

#endif
