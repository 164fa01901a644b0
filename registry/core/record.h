/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One change as the history keeps it: a byte for the kind, then its fields, numbers in groups of seven bits (the lowest first, the eighth bit: more
 * follow), texts and data behind their sizes. A RECORD_PATH says which key the records after it are about. Keys are named by
 * path, and by number to tell one from another that took its name since: undoing a deletion brings the number back.
 */
#ifndef CERIUM_REGISTRY_CORE_RECORD_H
#define CERIUM_REGISTRY_CORE_RECORD_H

#include "platform/bytes.h"

enum record_kind {
    RECORD_PATH = 'K',    /* name = full path; sequence: its number; flags_after: RECORD_UNDER_PROTECTED */
    RECORD_MADE = 'M',    /* flags_after */
    RECORD_DELETED = 'D', /* flags_before, class_before */
    RECORD_RENAMED = 'R', /* name = the new one; the path is the old one */
    RECORD_CHANGED = 'C', /* flags and classes before and after */
    RECORD_SET = 'S',     /* a new value: name, sequence, after */
    RECORD_OVERWRITTEN = 'O', /* name, before, after */
    RECORD_REMOVED = 'X',     /* name, sequence, before */
    RECORD_HIVE = 'H'         /* name = the file that the key is loaded from; flags: RECORD_TIED or 0 */
};

#define RECORD_TIED 1U
#define RECORD_UNLOADED 2U /* flags after: the file has all of it */

#define RECORD_UNDER_PROTECTED 1U

struct record_data {
    uint32_t type;
    struct plat_span data;
};

struct record {
    enum record_kind kind;
    struct plat_span name;
    uint64_t sequence;
    struct record_data before, after;
    uint32_t flags_before, flags_after;
    struct plat_span class_before, class_after;
};

void record_put(struct plat_buffer *out, const struct record *record);
/* Points into the reader's bytes; false when they are no record (r->failed, or the end of them). */
bool record_get(struct plat_reader *r, struct record *record);

#endif
