/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The normal form of text that caseIgnoreMatch compares (X.520; RFC 4518 sections 2.2, 2.3, 2.6.1), one code
 * point at a time and without memory: upper case by Windows' table, invisible characters dropped, blanks
 * trimmed and runs of them one space. Unicode normalisation (section 2.4) is left out: names that differ only
 * in composed characters are told apart, which fails closed.
 */
#ifndef CERIUM_CERTSTORE_CERT_FOLD_H
#define CERIUM_CERTSTORE_CERT_FOLD_H

#include "der/der.h"

struct cert_fold {
    unsigned tag;
    struct plat_span text;
    size_t position;
    uint32_t held; /* the code point behind a blank that was just given */
    bool started;
};

#define CERT_FOLD_END UINT32_MAX

/* valid for its tag, else it ends early */
struct cert_fold cert_fold_of(unsigned tag, struct plat_span text);
uint32_t cert_fold_next(struct cert_fold *fold);
bool cert_fold_equal(struct cert_fold a, struct cert_fold b);

#endif
