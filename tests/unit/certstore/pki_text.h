/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PKI in a few lines of text, so that chain tests are tables:
 *
 *     leaf  CN=Alice<CN=Issuing    eku=client san=dns:alice.example
 *     store CN=Issuing<CN=Root     ca=0 ku=cert
 *     root  CN=Root<CN=Root        ca
 *
 * Each line: where the certificate goes (leaf, root, store, peer, bad = distrusted, people = TrustedPeople; several
 * joined with '+'),
 * subject<issuer, and words:
 *   ca, ca=N, notca          basicConstraints with and without pathLenConstraint
 *   ku=sign+cert+crl         keyUsage
 *   eku=client+server+any+OID, appol=...           extKeyUsage; Microsoft's application policies
 *   san=K:V+..., permit=K:V+..., exclude=K:V+...   K: dns email uri ip(hex) dir other(OID) rid(OID) upn
 *   min, max                 on all subtrees: minimum 1, maximum 1
 *   policy=OID+any, map=OID>OID+..., require=N, inhibitmap=N, skipany=N
 *   skid=HEX, akid=HEX, aserial=ISSUER:N           subject key id; authority key id by key, by issuer and serial
 *   ext=OID:HEX, crit=OID:HEX                      any other extension
 *   key=LABEL, signed=LABEL  keys; without: those of the subject's and the issuer's name
 *   v1, serial=N, from=S, to=S (seconds from TEST_NOW), alg=sha1|md2|md5|ed25519|ed448|pss, rsa=BITS, badsig, differ
 */
#ifndef CERIUM_TESTS_PKI_TEXT_H
#define CERIUM_TESTS_PKI_TEXT_H

#include "certstore/chain.h"

#define TEST_NOW INT64_C(1000000000)

struct test_pki {
    struct cert_set *roots, *store, *peer, *bad, *people, *leaves;
    struct cert_chain_input input; /* points to all of these; time is TEST_NOW */
};

void test_pki_make(struct test_pki *pki, const char *text);
void test_pki_free(struct test_pki *pki);

#endif
