/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of chains with lists, and of what revocation checking must find out about them. */
#ifndef CERIUM_TESTS_REVOCATION_CASES_H
#define CERIUM_TESTS_REVOCATION_CASES_H

#include "crl_text.h"

#define END CERT_CHAIN_REVOCATION_CHECK_END_CERT
#define ALL CERT_CHAIN_REVOCATION_CHECK_CHAIN
#define NOT_ROOT CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT
#define KNOWN (NOT_ROOT | CERT_CHAIN_REVOCATION_WHERE_KNOWN)

#define REVOKED 0x4U
#define UNKNOWN 0x40U
#define OFFLINE 0x01000040U

/* a PKI of three, with lists or without */
#define CA "store CN=CA<CN=Root serial=5 ca ku=cert+crl skid=aa\n"
#define ROOT "root CN=Root<CN=Root serial=1 ca\n"
#define CHAIN "leaf CN=EE<CN=CA serial=7\n" CA ROOT
#define ROOT_LIST "crl CN=Root\n"
#define LEAF(words) "leaf CN=EE<CN=CA serial=7 " words "\n" CA ROOT ROOT_LIST
#define UNTRUSTED "store CN=Root<CN=Root serial=1 ca\n" ROOT_LIST
#define SIGNER(words) "store CN=CA<CN=Root serial=6 key=lists ku=crl " words "\n"
#define OTHERS(words) "store CN=Lists<CN=Root serial=8 " words "\n"

struct revocation_case {
    const char *name;
    uint32_t error;
    /* a letter for each element: - not asked, g good, r revoked, n no list, o offline, u unusable */
    const char *states;
    const char *pki;
    uint32_t flags;
};

/* Runs every case as a test of its own. */
int run_revocation_cases(const char *group, const struct revocation_case *cases, size_t count);

#define RUN_REVOCATION_CASES(group, cases)                                                                   \
    run_revocation_cases(group, cases, sizeof(cases) / sizeof(cases)[0])

#endif
