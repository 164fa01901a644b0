/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers whose bits have names: P of a virtual root, CertTrustOverride. */
#ifndef CERIUM_TOOLS_REGEDIT_FLAGS_H
#define CERIUM_TOOLS_REGEDIT_FLAGS_H

#include "platform/bytes.h"

struct flag {
    uint32_t bit;
    const char *name; /* without its prefix: "REQUIRE_CERT" */
    const char *what; /* a few words */
};

struct flag_set {
    const char *value; /* the name of the values that hold them */
    const char *title;
    const struct flag *flags;
    size_t count;
};

/* The set that values of this name (compared as registry names are) hold, or NULL. */
const struct flag_set *flags_of(const char *value_name);
/* Appends "EXECUTE, SSL128"; bits without a name in hexadecimal; "none" for 0. */
void flags_text(const struct flag_set *set, uint32_t number, struct plat_buffer *text);
uint32_t flags_nameless(const struct flag_set *set, uint32_t number); /* the bits that the set does not name */

#endif
