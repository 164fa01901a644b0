/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IF / ELSE / ENDIF of platform.reg ("Registry File", ms930398):  IF VARIABLE[=value] [!]   where ! turns the
 * answer around. A variable is true when it is set in the environment to anything but nothing; one that is
 * not set is false.
 */
#ifndef CERIUM_REGISTRY_TEXT_CONDITION_H
#define CERIUM_REGISTRY_TEXT_CONDITION_H

#include "text/decode.h"

enum { CONDITION_DEPTH_MOST = 32 };

struct conditions {
    unsigned depth;
    struct {
        bool is_true; /* the lines here count, if those around do */
        bool has_else;
        uint32_t line; /* of its IF */
    } open[CONDITION_DEPTH_MOST];
    unsigned too_deep; /* IFs beyond the limit: open, and false */
};

enum condition_kind { CONDITION_NO, CONDITION_YES, CONDITION_WRONG };

/*
 * CONDITION_NO: the line is none of the three. CONDITION_WRONG: it is, and `*wrong` says what is the matter
 * with it.
 */
enum condition_kind condition_line(struct conditions *conditions, struct text_cursor line, uint32_t number,
                                   const char **wrong);
bool condition_holds(const struct conditions *conditions);

#endif
