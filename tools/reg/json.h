/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON (RFC 8259) on standard output, piece by piece. Always ASCII: names and texts keep their lone surrogates (\ud800), bytes that are
 * no character become \ufffd, and nothing steers a terminal.
 */
#ifndef CERIUM_TOOLS_REG_JSON_H
#define CERIUM_TOOLS_REG_JSON_H

#include "registry/registry.h"

struct json {
    unsigned depth;
    unsigned flat; /* the depth from which on all stands in one line; 0 = nowhere */
    bool any;      /* something stands in the innermost object or array already */
};

/* `name` is NULL in an array and at the top. A flat object or array stands in one line, with all that is in it. */
void json_object(struct json *json, const char *name, bool flat);
void json_array(struct json *json, const char *name, bool flat);
void json_end_object(struct json *json);
void json_end_array(struct json *json);
void json_text(struct json *json, const char *name, const char *text); /* NULL: null */
void json_number(struct json *json, const char *name, uint64_t number);
void json_bool(struct json *json, const char *name, bool value);
void json_null(struct json *json, const char *name);
void json_time(struct json *json, const char *name, int64_t unix_seconds); /* "2026-11-22T04:55:37Z" */

/*
 * Members "type" and "data" of the object in hand. data: REG_SZ, REG_EXPAND_SZ: text; REG_MULTI_SZ: array of texts; numbers of the right size: number;
 * all others: hexadecimal digits. A text that does not tell every byte (no NUL at the end, NULs inside, an odd byte) gets a third, "raw", the bytes
 * as hexadecimal digits. false: no memory.
 */
bool json_data(struct json *json, uint32_t type, struct plat_span data);
bool json_value(struct json *json,
                const struct reg_value *value); /* an object in one line: name, type, data */

#endif
