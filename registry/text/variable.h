/* SPDX-License-Identifier: Apache-2.0 */
/* $(NAME) and %NAME% in platform.reg stand for environment variables. Private to text/. */
#ifndef CERIUM_REGISTRY_TEXT_VARIABLE_H
#define CERIUM_REGISTRY_TEXT_VARIABLE_H

#include "text/decode.h"

/* Bytes of an environment variable's name, NUL included. */
#define VARIABLE_SIZE 128U

/* Letters, digits and `_` at the cursor, which is moved behind them, as text; false when there are none, or too many. */
bool variable_name(struct text_cursor *c, char name[VARIABLE_SIZE]);
bool variable_has_char(char c); /* of a name */

enum variable { VARIABLE_NONE, VARIABLE_SET, VARIABLE_UNSET };

/*
 * What stands at the cursor. SET: the cursor is moved behind it, `value` is static storage. UNSET: $(NAME) that the environment lacks. A %NAME% that
 * it lacks is ordinary text: it may be meant for whoever reads the value.
 */
enum variable variable_at(struct text_cursor *c, const char **value);

/* A line of text with its variables replaced, appended; false when one is not set: *unset is then what stands there. */
bool variable_expand(struct plat_buffer *out, struct text_cursor c, struct text_cursor *unset);
/* Whether anything in it looks like one, set or not. */
bool variable_could_be_in(struct plat_span text);

#endif
