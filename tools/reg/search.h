/* SPDX-License-Identifier: Apache-2.0 */
/* Going through keys and printing what is asked for: `reg query`, `reg find`. */
#ifndef CERIUM_TOOLS_REG_SEARCH_H
#define CERIUM_TOOLS_REG_SEARCH_H

#include "reg/json.h"
#include "reg/match.h"
#include "reg/regtool.h"

struct search {
    struct reg_db *db;
    /* what is asked for */
    const char *name; /* one value by name; NULL = all */
    bool has_type;
    uint32_t type;
    bool below;                      /* /s */
    bool searches;                   /* ends with the number of matches */
    bool in_keys, in_names, in_data; /* where the pattern is looked for */
    struct match match;
    const char *separator;
    bool type_numbers;
    bool as_json;
    /* where it stands */
    struct json json;
    struct plat_buffer path;
    struct plat_buffer text; /* scratch: data in words */
    bool heading_printed;    /* of the key in hand */
    bool after_bare_path;    /* the line before is a key without values: no empty line after it */
    uint64_t found;
    uint32_t left_out; /* protected keys below the one that was named */
    unsigned depth;
    win_error error;
};

void search_init(struct search *search);
void search_free(struct search *search);
/* The switches that query and find share: /t /se /z /c /e /json. false: wrong, not said. */
bool search_read_switches(const struct regtool_command *command, const char *pattern, struct search *search);

/* JSON goes between these two; they print nothing otherwise. */
void search_begin(struct search *search);
/* Ends with the number of matches when it searches; tells of what was left out. The exit code. */
int search_end(struct search *search, const char *verb);

/* Prints the key that `path` already names and, with `below`, all under it. */
PLAT_MUST_USE win_error search_key(struct search *search, reg_key key);
/* The values of this key alone. */
PLAT_MUST_USE win_error search_values(struct search *search, reg_key key);
/* Ends the object of the key in hand, if it was begun: JSON only. */
void search_end_key(struct search *search);
/* The default value that is not there: "(value not set)". */
void search_print_unset(struct search *search);

#endif
