/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The notation of pki_text.h with CRLs. In a certificate's line one word more,
 *   cdp=POINT|POINT   cRLDistributionPoints; POINT = uri:TEXT, dir:NAME (full names), rel:CN=TEXT (relative), by:NAME
 *                     (cRLIssuer), for:N.N (reasons: bits), joined with commas
 * and lines of lists, "crl ISSUER" and words:
 *   list=SERIAL:REASON@ISSUER,...   the entries; reason (a number) and issuer may be left out; SERIAL! = an unknown critical extension
 *   dp=POINT, only=user|ca|attribute, reasons=N.N, indirect   issuingDistributionPoint
 *   num=N, delta=N, akid=HEX, this=S, next=S|none (seconds from TEST_NOW), signed=LABEL
 *   badsig, crit (an unknown critical extension), alg=sha1, many=N (N entries more, from serial 1000000 on)
 */
#ifndef CERIUM_TESTS_CRL_TEXT_H
#define CERIUM_TESTS_CRL_TEXT_H

#include "pki_text.h"

struct crl_pki {
    struct test_pki pki;
    struct cert_crl_set *crls; /* pki.input points to it */
};

void crl_pki_make(struct crl_pki *made, const char *text);
void crl_pki_free(struct crl_pki *made);
/* One list more; `line` without the word "crl". */
void crl_pki_add(struct crl_pki *made, const char *line);

#endif
