/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PKI of the notation of crl_text.h behind the wincrypt.h face: roots in ROOT, `store` in CA, `bad` in
 * Disallowed, `people` in TrustedPeople, CRLs in CA, all of the local machine of a registry of its own;
 * `peer` in a store in memory. The clock stands at TEST_NOW (platform/fake.h).
 */
#ifndef CERIUM_TESTS_CERTSTORE_WINCRYPT_PKI_H
#define CERIUM_TESTS_CERTSTORE_WINCRYPT_PKI_H

#include "crl_text.h"
#include "win32/face.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

int wincrypt_pki_setup(void **state); /* *state: the scratch directory */
int wincrypt_pki_teardown(void **state);

struct wincrypt_pki {
    struct crl_pki made;
    struct reg_db *db; /* the registry that the face uses, opened once more */
    HCERTSTORE extra;  /* the peer's certificates */
    PCCERT_CONTEXT leaf;
};
void wincrypt_pki_make(struct wincrypt_pki *pki, void **state, const char *text);
void wincrypt_pki_free(struct wincrypt_pki *pki);

HCERTSTORE wincrypt_memory_store(void);
void wincrypt_add(HCERTSTORE store, const struct cert *cert);
/* With the certificates of a set, NULL = none. */
HCERTSTORE wincrypt_store_of(const struct cert_set *set);
PCCERT_CONTEXT wincrypt_context(const struct cert *cert);
FILETIME wincrypt_time(int64_t unix_seconds);

/* CertGetCertificateChain with the simplest parameters; the test fails when it does. */
PCCERT_CHAIN_CONTEXT wincrypt_chain(HCERTCHAINENGINE engine, PCCERT_CONTEXT leaf, HCERTSTORE extra,
                                    DWORD flags);

/* One row of a table: a call that fails, and with what. */
#define FAILS(code, call)                                                                                    \
    do {                                                                                                     \
        SetLastError(0);                                                                                     \
        assert_false(call);                                                                                  \
        assert_int_equal(GetLastError(), (code));                                                            \
    } while (false)

DWORD WINAPI GetLastError(void);
VOID WINAPI SetLastError(DWORD dwErrCode);

#endif
