/* SPDX-License-Identifier: Apache-2.0 */
/* What `reg query /f` looks for. */
#ifndef CERIUM_TOOLS_REG_MATCH_H
#define CERIUM_TOOLS_REG_MATCH_H

#include "platform/bytes.h"

struct match {
    const char *pattern;        /* NULL: everything matches */
    bool same_case;             /* /c */
    bool whole;                 /* /e; else the pattern may stand anywhere in the text */
    struct plat_buffer folded;  /* of the pattern */
    struct plat_buffer scratch; /* of the text */
};

bool match_init(struct match *match, const char *pattern, bool same_case, bool whole); /* false: no memory */
void match_free(struct match *match);
bool match_text(struct match *match, const char *text);
bool match_name(const char *a, const char *b); /* as names of values are compared */

#endif
