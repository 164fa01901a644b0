/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_REGISTRY_TEXT_HEX_H
#define CERIUM_REGISTRY_TEXT_HEX_H

#include "text/decode.h"

/*
 * Bytes in hexadecimal behind "hex:", one or two digits each, commas between. A backslash right after a comma
 * (or after the colon: CE's remote registry editor begins so) goes on in the next line; empty lines and
 * ;comments there do not count. A line that does not fit spoils the value and is used up with it. NULL when
 * good, else what was wrong.
 */
const char *hex_parse(struct text_cursor *c, struct text_lines *lines, struct plat_buffer *data);

#endif
