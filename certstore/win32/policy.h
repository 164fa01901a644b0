/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of CertVerifyCertificateChainPolicy share. Each policy fills dwError, lChainIndex and
 * lElementIndex of a status that says "no error". */
#ifndef CERIUM_CERTSTORE_WIN32_POLICY_H
#define CERIUM_CERTSTORE_WIN32_POLICY_H

#include "win32/face.h"

void wc_policy_say(PCERT_CHAIN_POLICY_STATUS status, win_error error, LONG chain, LONG element);

/*
 * CERT_CHAIN_POLICY_BASE: the fault that comes first in the order of the table "Base Policy errors" of
 * CERT_CHAIN_POLICY_STATUS. `flags`: CERT_CHAIN_POLICY_PARA.dwFlags; `ignored`: CERT_TRUST_* bits that are no
 * faults besides.
 */
void wc_policy_base(PCCERT_CHAIN_CONTEXT chain, DWORD flags, DWORD ignored, PCERT_CHAIN_POLICY_STATUS status);

/* CERT_CHAIN_POLICY_BASIC_CONSTRAINTS; of `flags` the two BASIC_CONSTRAINTS_CERT_CHAIN_POLICY_* count. */
void wc_policy_constraints(PCCERT_CHAIN_CONTEXT chain, DWORD flags, PCERT_CHAIN_POLICY_STATUS status);

/*
 * Does the certificate speak for a host? Its dNSNames, or, when it has none, its common name; for an address
 * its iPAddresses first. `*` may stand for the whole first label of a name that has two more. Labels of both
 * sides are compared as Unicode: "xn--bcher-kva" is "Bücher". ERROR_NOT_ENOUGH_MEMORY: nobody knows.
 */
PLAT_MUST_USE win_error wc_host_matches(const struct cert *cert, LPCWSTR server, bool *matches);

#endif
