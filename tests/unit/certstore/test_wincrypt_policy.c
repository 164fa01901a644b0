/* SPDX-License-Identifier: Apache-2.0 */
/* CertVerifyCertificateChainPolicy: chains with words of our choice, so that every bit, flag and place is
 * met; host names; policies that read certificates. */
#include "wincrypt_pki.h"

#include "registry/win32.h"

#include <string.h>
#include <uchar.h>

#define MOST 4

/* A chain context with words of the test's own. */
struct made_chain {
    struct wc_object object;
    CERT_CHAIN_CONTEXT context;
    CERT_SIMPLE_CHAIN simple[2];
    PCERT_SIMPLE_CHAIN simples[2];
    CERT_CHAIN_ELEMENT elements[2][MOST];
    PCERT_CHAIN_ELEMENT pointers[2][MOST];
};

static void make_chain(struct made_chain *chain, PCCERT_CONTEXT const *certs, const DWORD *words, DWORD count)
{
    memset(chain, 0, sizeof *chain);
    chain->context.cbSize = sizeof chain->context;
    chain->context.cChain = 1;
    chain->context.rgpChain = chain->simples;
    chain->simples[0] = &chain->simple[0];
    chain->simple[0].cElement = count;
    chain->simple[0].rgpElement = chain->pointers[0];
    for (DWORD i = 0; i < count; i++) {
        CERT_CHAIN_ELEMENT *element = &chain->elements[0][i];

        chain->pointers[0][i] = element;
        element->pCertContext = certs[i];
        element->TrustStatus.dwErrorStatus = words[i];
        element->TrustStatus.dwInfoStatus = i + 1 == count ? CERT_TRUST_IS_SELF_SIGNED : 0;
        chain->simple[0].TrustStatus.dwErrorStatus |= words[i];
    }
    chain->context.TrustStatus = chain->simple[0].TrustStatus;
}

static void leave(struct wc_object *object)
{
    (void)object;
}

/* The face knows it until hide(). */
static void show(struct made_chain *chain)
{
    chain->object = (struct wc_object){.kind = WC_CHAIN, .face = &chain->context, .destroy = leave};
    assert_int_equal(wc_show(&chain->object), ERROR_SUCCESS);
}

static void hide(struct made_chain *chain)
{
    CertFreeCertificateChain(&chain->context);
}

static void check(LPCSTR policy, struct made_chain *chain, DWORD flags, void *extra, DWORD error, LONG index,
                  LONG element)
{
    CERT_CHAIN_POLICY_PARA para = {sizeof para, flags, extra};
    CERT_CHAIN_POLICY_STATUS status = {sizeof status, 77, 77, 77, NULL};

    show(chain);
    assert_true(CertVerifyCertificateChainPolicy(policy, &chain->context, &para, &status));
    hide(chain);
    if (status.dwError != error || status.lChainIndex != index || status.lElementIndex != element)
        print_error("0x%08x %d %d instead of 0x%08x %d %d\n", (unsigned)status.dwError,
                    (int)status.lChainIndex, (int)status.lElementIndex, (unsigned)error, (int)index,
                    (int)element);
    assert_int_equal(status.dwError, error);
    assert_int_equal(status.lChainIndex, index);
    assert_int_equal(status.lElementIndex, element);
}

static const char plain[] = "leaf CN=EE<CN=CA\nstore CN=CA<CN=Root ca=0\nroot CN=Root<CN=Root ca\n";

/* leaf, CA, root */
static void contexts_of(const struct test_pki *pki, PCCERT_CONTEXT certs[3])
{
    certs[0] = wincrypt_context(pki->input.leaf);
    certs[1] = wincrypt_context(cert_set_at(pki->store, 0));
    certs[2] = wincrypt_context(cert_set_at(pki->roots, 0));
}

static void free_contexts(PCCERT_CONTEXT certs[3])
{
    for (size_t i = 0; i < 3; i++)
        assert_true(CertFreeCertificateContext(certs[i]));
}

struct base_case {
    DWORD words[3];
    DWORD flags;
    DWORD error;
    LONG element; /* lChainIndex is 0 with an error, -1 without */
};

#define IGNORE(name) CERT_CHAIN_POLICY_IGNORE_##name##_FLAG

static const struct base_case base_cases[] = {
    {{0, 0, 0}, 0, 0, -1},
    /* each bit, and what forgives it */
    {{0, 0x8, 0}, 0, TRUST_E_CERT_SIGNATURE, 1},
    {{0x8, 0, 0}, 0x0800ffff, TRUST_E_CERT_SIGNATURE, 0},
    {{0x100008, 0, 0}, 0x0800ffff, TRUST_E_CERT_SIGNATURE, 0},
    {{0x100000, 0, 0}, 0, TRUST_E_CERT_SIGNATURE, 0},
    {{0x100000, 0, 0}, IGNORE(WEAK_SIGNATURE), 0, -1},
    {{0, 0, 0x04000000}, 0x0800ffff, TRUST_E_EXPLICIT_DISTRUST, 2},
    {{0, 0x4, 0}, 0x0800ffff, CRYPT_E_REVOKED, 1},
    {{0, 0, 0x20}, 0, CERT_E_UNTRUSTEDROOT, 2},
    {{0, 0, 0x20}, CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG, 0, -1},
    {{0, 0, 0x10000}, 0, CERT_E_CHAINING, 2},
    {{0, 0, 0x10000}, CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG, 0, -1},
    {{0, 0x80, 0}, 0x0800ffff, CERT_E_CHAINING, 1},
    {{0x10, 0x10, 0x10}, 0, CERT_E_WRONG_USAGE, 0},
    {{0x10, 0x10, 0x10}, IGNORE(WRONG_USAGE), 0, -1},
    {{0, 0x1, 0}, 0, CERT_E_EXPIRED, 1},
    {{0, 0x1, 0}, IGNORE(NOT_TIME_VALID), 0, -1},
    {{0x2, 0, 0}, 0, CERT_E_VALIDITYPERIODNESTING, 0},
    {{0x2, 0, 0}, IGNORE(NOT_TIME_NESTED), 0, -1},
    {{0x20000, 0, 0}, 0, CERT_E_EXPIRED, 0},
    {{0x20000, 0, 0}, IGNORE(CTL_NOT_TIME_VALID), 0, -1},
    {{0x40000, 0, 0}, 0, TRUST_E_CERT_SIGNATURE, 0},
    {{0x80000, 0, 0}, 0, CERT_E_WRONG_USAGE, 0},
    {{0x800, 0, 0}, 0, CERT_E_INVALID_NAME, 0},
    {{0x1000, 0, 0}, 0, CERT_E_INVALID_NAME, 0},
    {{0x2000, 0, 0}, 0, CERT_E_INVALID_NAME, 0},
    {{0x4000, 0, 0}, 0, CERT_E_INVALID_NAME, 0},
    {{0x8000, 0, 0}, 0, CERT_E_INVALID_NAME, 0},
    {{0xf800, 0, 0}, IGNORE(INVALID_NAME), 0, -1},
    {{0x200, 0, 0}, 0, CERT_E_INVALID_POLICY, 0},
    {{0x02000000, 0, 0}, 0, CERT_E_INVALID_POLICY, 0},
    {{0x02000200, 0, 0}, IGNORE(INVALID_POLICY), 0, -1},
    {{0, 0x400, 0}, 0, TRUST_E_BASIC_CONSTRAINTS, 1},
    {{0, 0x400, 0}, IGNORE(INVALID_BASIC_CONSTRAINTS), 0, -1},
    {{0x100, 0, 0}, 0x0800dfff, CERT_E_CRITICAL, 0},
    {{0x08000100, 0, 0}, 0, CERT_E_CRITICAL, 0},
    {{0x08000100, 0, 0}, IGNORE(NOT_SUPPORTED_CRITICAL_EXT), 0, -1},
    {{0x40, 0, 0}, 0, CRYPT_E_NO_REVOCATION_CHECK, 0},
    {{0x01000040, 0, 0}, 0, CRYPT_E_REVOCATION_OFFLINE, 0},
    /* unknown revocation, by place */
    {{0x40, 0, 0}, IGNORE(END_REV_UNKNOWN), 0, -1},
    {{0x01000040, 0, 0}, IGNORE(END_REV_UNKNOWN), 0, -1},
    {{0x40, 0x40, 0}, IGNORE(END_REV_UNKNOWN), CRYPT_E_NO_REVOCATION_CHECK, 1},
    {{0x40, 0x40, 0x40}, IGNORE(END_REV_UNKNOWN) | IGNORE(CA_REV_UNKNOWN), CRYPT_E_NO_REVOCATION_CHECK, 2},
    {{0x40, 0x40, 0x40}, CERT_CHAIN_POLICY_IGNORE_ALL_REV_UNKNOWN_FLAGS, 0, -1},
    {{0x40, 0, 0}, IGNORE(CTL_SIGNER_REV_UNKNOWN) | IGNORE(ROOT_REV_UNKNOWN), CRYPT_E_NO_REVOCATION_CHECK, 0},
    {{0x44, 0, 0}, CERT_CHAIN_POLICY_IGNORE_ALL_REV_UNKNOWN_FLAGS, CRYPT_E_REVOKED, 0},
    /* the order */
    {{0x1, 0x8, 0x20}, 0, TRUST_E_CERT_SIGNATURE, 1},
    {{0x4, 0, 0x20}, 0, CRYPT_E_REVOKED, 0},
    {{0x11, 0x10, 0x30}, 0, CERT_E_UNTRUSTEDROOT, 2},
    {{0x11, 0x10, 0x10010}, 0, CERT_E_CHAINING, 2},
    {{0x11, 0x11, 0x10}, 0, CERT_E_WRONG_USAGE, 0},
    {{0x4241, 0, 0}, 0, CERT_E_EXPIRED, 0},
    {{0x4240, 0x400, 0}, 0, CERT_E_INVALID_NAME, 0},
    {{0x240, 0x400, 0}, 0, CERT_E_INVALID_POLICY, 0},
    {{0x140, 0x400, 0}, 0, TRUST_E_BASIC_CONSTRAINTS, 1},
    {{0x140, 0x2, 0}, 0, CERT_E_CRITICAL, 0},
    {{0x40, 0x2, 0}, 0, CERT_E_VALIDITYPERIODNESTING, 1},
    {{0x01000040, 0x40, 0}, 0, CRYPT_E_NO_REVOCATION_CHECK, 1},
    /* what was not finished is forgiven by nobody */
    {{0x10008, 0, 0}, 0x0800ffff, TRUST_E_CERT_SIGNATURE, 0},
    /* a bit that nobody knows */
    {{0, 0x10000000, 0}, 0x0800ffff, TRUST_E_FAIL, 1},
};

static void base_policy(void **state)
{
    struct wincrypt_pki pki;
    PCCERT_CONTEXT certs[3];

    wincrypt_pki_make(&pki, state, plain);
    contexts_of(&pki.made.pki, certs);
    for (size_t i = 0; i < ELEMENTS(base_cases); i++) {
        const struct base_case *c = &base_cases[i];
        struct made_chain chain;

        print_message("case %zu\n", i);
        make_chain(&chain, certs, c->words, 3);
        check(CERT_CHAIN_POLICY_BASE, &chain, c->flags, NULL, c->error, c->error ? 0 : -1, c->element);
    }
    free_contexts(certs);
    wincrypt_pki_free(&pki);
}

/* Faults of the chain, of the context, of a second chain; peer trust. */
static void places(void **state)
{
    static const DWORD none[] = {0, 0, 0};
    struct made_chain chain;
    struct wincrypt_pki pki;
    PCCERT_CONTEXT certs[3];

    wincrypt_pki_make(&pki, state, plain);
    contexts_of(&pki.made.pki, certs);
    make_chain(&chain, certs, none, 3);
    chain.simple[0].TrustStatus.dwErrorStatus = CERT_TRUST_IS_PARTIAL_CHAIN;
    check(CERT_CHAIN_POLICY_BASE, &chain, 0, NULL, CERT_E_CHAINING, 0, -1);
    check(CERT_CHAIN_POLICY_BASE, &chain, CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG, NULL, 0, -1, -1);
    chain.simple[0].TrustStatus.dwErrorStatus = 0;
    chain.context.TrustStatus.dwErrorStatus = CERT_TRUST_IS_PARTIAL_CHAIN;
    check(CERT_CHAIN_POLICY_BASE, &chain, 0, NULL, CERT_E_CHAINING, -1, -1);

    make_chain(&chain, certs, none, 3);
    chain.context.cChain = 2;
    chain.simples[1] = &chain.simple[1];
    chain.simple[1] = chain.simple[0];
    chain.simple[1].cElement = 1;
    chain.simple[1].rgpElement = chain.pointers[1];
    chain.pointers[1][0] = &chain.elements[1][0];
    chain.elements[1][0].pCertContext = certs[1]; /* a CA where an end entity belongs */
    chain.elements[1][0].TrustStatus.dwErrorStatus = CERT_TRUST_REVOCATION_STATUS_UNKNOWN;
    check(CERT_CHAIN_POLICY_BASE, &chain, IGNORE(END_REV_UNKNOWN), NULL, CRYPT_E_NO_REVOCATION_CHECK, 1, 0);
    check(CERT_CHAIN_POLICY_BASE, &chain, IGNORE(CTL_SIGNER_REV_UNKNOWN), NULL, 0, -1, -1);
    check(CERT_CHAIN_POLICY_BASIC_CONSTRAINTS, &chain, 0, NULL, TRUST_E_BASIC_CONSTRAINTS, 1, 0);

    make_chain(&chain, certs, none, 1);
    chain.elements[0][0].TrustStatus.dwInfoStatus = CERT_TRUST_IS_PEER_TRUSTED;
    check(CERT_CHAIN_POLICY_BASE, &chain, 0, NULL, 0, -1, -1);
    check(CERT_CHAIN_POLICY_BASE, &chain, IGNORE(PEER_TRUST), NULL, CERT_E_UNTRUSTEDROOT, 0, 0);

    make_chain(&chain, certs, none, 3);
    chain.context.cChain = 0;
    check(CERT_CHAIN_POLICY_BASE, &chain, 0xffff, NULL, CERT_E_CHAINING, -1, -1);
    free_contexts(certs);
    wincrypt_pki_free(&pki);
}

/* An extension that is damaged is not forgiven with one that is unknown. */
static void critical_extensions(void **state)
{
    static const DWORD words[] = {0x08000100, 0, 0};
    struct made_chain chain;
    struct wincrypt_pki pki;
    PCCERT_CONTEXT certs[3];

    wincrypt_pki_make(&pki, state,
                      "leaf CN=EE<CN=CA crit=1.2.3.4:00 ext=2.5.29.15:00\nstore CN=CA<CN=Root ca\nroot "
                      "CN=Root<CN=Root ca\n");
    contexts_of(&pki.made.pki, certs);
    make_chain(&chain, certs, words, 3);
    check(CERT_CHAIN_POLICY_BASE, &chain, IGNORE(NOT_SUPPORTED_CRITICAL_EXT), NULL, CERT_E_CRITICAL, 0, 0);
    free_contexts(certs);
    wincrypt_pki_free(&pki);
}

/* ---- SSL ---- */

struct ssl_case {
    DWORD words[3];
    DWORD type, checks;
    const char16_t *server;
    DWORD error;
};

static const struct ssl_case ssl_cases[] = {
    {{0, 0, 0}, AUTHTYPE_SERVER, 0, u"www.example", 0},
    {{0, 0, 0}, AUTHTYPE_SERVER, 0, NULL, 0},
    {{0, 0, 0}, AUTHTYPE_SERVER, 0, u"", CERT_E_CN_NO_MATCH},
    {{0, 0, 0}, AUTHTYPE_SERVER, 0, u"other.example", CERT_E_CN_NO_MATCH},
    {{0, 0, 0}, AUTHTYPE_CLIENT, 0, u"other.example", 0},
    {{0, 0, 0}, AUTHTYPE_SERVER, SECURITY_FLAG_IGNORE_CERT_CN_INVALID, u"other.example", 0},
    {{0x20, 0, 0}, AUTHTYPE_SERVER, 0, u"other.example", CERT_E_UNTRUSTEDROOT},
    {{0x20, 0, 0}, AUTHTYPE_SERVER, SECURITY_FLAG_IGNORE_UNKNOWN_CA, u"other.example", CERT_E_CN_NO_MATCH},
    {{0x10000, 0, 0}, AUTHTYPE_SERVER, SECURITY_FLAG_IGNORE_UNKNOWN_CA, u"www.example", 0},
    {{0x21, 0, 0}, AUTHTYPE_SERVER, SECURITY_FLAG_IGNORE_UNKNOWN_CA, u"www.example", CERT_E_EXPIRED},
    {{0x21, 0, 0},
     AUTHTYPE_SERVER,
     SECURITY_FLAG_IGNORE_UNKNOWN_CA | SECURITY_FLAG_IGNORE_CERT_DATE_INVALID,
     u"www.example",
     0},
    {{0x10, 0, 0}, AUTHTYPE_CLIENT, 0, NULL, CERT_E_WRONG_USAGE},
    {{0x10, 0, 0}, AUTHTYPE_CLIENT, SECURITY_FLAG_IGNORE_WRONG_USAGE, NULL, 0},
    {{0x4, 0, 0}, AUTHTYPE_CLIENT, 0, NULL, CRYPT_E_REVOKED},
    {{0x01000044, 0, 0}, AUTHTYPE_CLIENT, SECURITY_FLAG_IGNORE_REVOCATION, NULL, 0},
    {{0x8, 0, 0}, AUTHTYPE_CLIENT, 0x3380, NULL, TRUST_E_CERT_SIGNATURE},
};

static void ssl_policy(void **state)
{
    struct wincrypt_pki pki;
    struct made_chain chain;
    PCCERT_CONTEXT certs[3];
    CERT_CHAIN_POLICY_STATUS status = {.cbSize = sizeof status};
    SSL_EXTRA_CERT_CHAIN_POLICY_PARA bad = {.dwAuthType = AUTHTYPE_SERVER};
    CERT_CHAIN_POLICY_PARA para = {sizeof para, 0, &bad};

    wincrypt_pki_make(
        &pki, state,
        "leaf CN=EE<CN=CA san=dns:www.example\nstore CN=CA<CN=Root ca\nroot CN=Root<CN=Root ca\n");
    contexts_of(&pki.made.pki, certs);
    for (size_t i = 0; i < ELEMENTS(ssl_cases); i++) {
        const struct ssl_case *c = &ssl_cases[i];
        WCHAR name[64] = {0};
        SSL_EXTRA_CERT_CHAIN_POLICY_PARA ssl = {.dwAuthType = c->type, .fdwChecks = c->checks};

        for (size_t j = 0; c->server && c->server[j] != 0; j++)
            name[j] = c->server[j];
        ssl.cbSize = sizeof ssl;
        ssl.pwszServerName = c->server ? name : NULL;
        print_message("case %zu\n", i);
        make_chain(&chain, certs, c->words, 3);
        check(CERT_CHAIN_POLICY_SSL, &chain, 0, &ssl, c->error, c->error ? 0 : -1, c->error ? 0 : -1);
    }
    check(CERT_CHAIN_POLICY_SSL, &chain, 0, NULL, TRUST_E_CERT_SIGNATURE, 0, 0);
    show(&chain);
    bad.cbSize = sizeof bad - 1;
    FAILS(E_INVALIDARG,
          CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL, &chain.context, &para, &status));
    bad.cbSize = sizeof bad;
    bad.dwAuthType = 3;
    FAILS(E_INVALIDARG,
          CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL, &chain.context, &para, &status));
    hide(&chain);
    free_contexts(certs);
    wincrypt_pki_free(&pki);
}

/* ---- policies that read certificates ---- */

struct read_case {
    LPCSTR policy;
    const char *pki; /* leaf, one in the store, one root */
    DWORD words[3];
    DWORD flags;
    DWORD error;
    LONG element;
};

#define CA_FLAG BASIC_CONSTRAINTS_CERT_CHAIN_POLICY_CA_FLAG
#define END_FLAG BASIC_CONSTRAINTS_CERT_CHAIN_POLICY_END_ENTITY_FLAG
#define CONSTRAINTS CERT_CHAIN_POLICY_BASIC_CONSTRAINTS
#define CODE CERT_CHAIN_POLICY_AUTHENTICODE
#define ROOT "root CN=Root<CN=Root ca\n"
#define LEAF(words) "leaf CN=EE<CN=CA " words "\n"
#define CA(words) "store CN=CA<CN=Root " words "\n"
#define SIGNS "1.3.6.1.5.5.7.3.3"

static const struct read_case read_cases[] = {
    {CONSTRAINTS, LEAF("") CA("") ROOT, {0x20, 0x8, 1}, 0, 0, -1},
    {CONSTRAINTS, LEAF("notca") CA("ca=0") ROOT, {0}, END_FLAG, 0, -1},
    {CONSTRAINTS, LEAF("notca") CA("ca=0") ROOT, {0}, CA_FLAG | END_FLAG, 0, -1},
    {CONSTRAINTS, LEAF("notca") CA("ca=0") ROOT, {0}, CA_FLAG, TRUST_E_BASIC_CONSTRAINTS, 0},
    {CONSTRAINTS, LEAF("ca") CA("ca=0") ROOT, {0}, CA_FLAG, 0, -1},
    {CONSTRAINTS, LEAF("ca") CA("ca=0") ROOT, {0}, END_FLAG, TRUST_E_BASIC_CONSTRAINTS, 0},
    {CONSTRAINTS, LEAF("") CA("notca") ROOT, {0}, 0, TRUST_E_BASIC_CONSTRAINTS, 1},
    {CONSTRAINTS, LEAF("") CA("ca") "root CN=Root<CN=Root ca=0\n", {0}, 0, TRUST_E_BASIC_CONSTRAINTS, 2},
    {CONSTRAINTS, LEAF("") CA("ca") "root CN=Root<CN=Root ca=1\n", {0}, 0, 0, -1},
    {CONSTRAINTS, LEAF("") CA("ext=2.5.29.19:0500") ROOT, {0}, 0, TRUST_E_BASIC_CONSTRAINTS, 1},
    /* szOID_BASIC_CONSTRAINTS: CA; end entity; both; CA with pathLen 0 */
    {CONSTRAINTS, LEAF("") CA("ext=2.5.29.10:300403020780") ROOT, {0}, 0, 0, -1},
    {CONSTRAINTS, LEAF("") CA("ext=2.5.29.10:300403020640") ROOT, {0}, 0, TRUST_E_BASIC_CONSTRAINTS, 1},
    {CONSTRAINTS, LEAF("ext=2.5.29.10:3004030206c0") CA("") ROOT, {0}, CA_FLAG, 0, -1},
    {CONSTRAINTS,
     LEAF("") CA("ca") "root CN=Root<CN=Root ext=2.5.29.10:3007030207800201"
                       "00\n",
     {0},
     0,
     TRUST_E_BASIC_CONSTRAINTS,
     2},
    {CONSTRAINTS, LEAF("") CA("ext=2.5.29.10:0500") ROOT, {0}, 0, TRUST_E_BASIC_CONSTRAINTS, 1},
    /* Authenticode */
    {CODE, LEAF("eku=" SIGNS) CA("ca") ROOT, {0}, 0, 0, -1},
    {CODE, LEAF("") CA("ca") ROOT, {0}, 0, 0, -1},
    {CODE, LEAF("eku=any") CA("ca eku=any") ROOT, {0}, 0, 0, -1},
    {CODE, LEAF("eku=server") CA("ca") ROOT, {0}, 0, CERT_E_PURPOSE, 0},
    {CODE, LEAF("eku=server") CA("ca") ROOT, {0}, IGNORE(WRONG_USAGE), 0, -1},
    {CODE, LEAF("eku=" SIGNS) CA("ca eku=client+server") ROOT, {0}, 0, CERT_E_PURPOSE, 1},
    {CODE, LEAF("eku=server") CA("ca") ROOT, {0, 0, 0x20}, 0, CERT_E_UNTRUSTEDROOT, 2},
    {CODE, LEAF("") CA("ca") ROOT, {0x4, 0, 0}, 0, CERT_E_REVOKED, 0},
    {CODE, LEAF("") CA("ca") ROOT, {0x40, 0, 0}, 0, CERT_E_REVOCATION_FAILURE, 0},
    {CODE, LEAF("") CA("ca") ROOT, {0, 0x01000040, 0}, 0, CERT_E_REVOCATION_FAILURE, 1},
    /* Microsoft's roots are not known: honestly */
    {CERT_CHAIN_POLICY_MICROSOFT_ROOT, LEAF("") CA("ca") ROOT, {0}, 0, CERT_E_UNTRUSTEDROOT, 2},
    /* NT_AUTH without a store NTAuth, and its two first parts */
    {CERT_CHAIN_POLICY_NT_AUTH, LEAF("") CA("ca") ROOT, {0}, 0, CERT_E_UNTRUSTEDCA, 1},
    {CERT_CHAIN_POLICY_NT_AUTH, LEAF("") CA("ca") ROOT, {1, 0, 0}, 0, CERT_E_EXPIRED, 0},
    {CERT_CHAIN_POLICY_NT_AUTH, LEAF("") CA("ca") ROOT, {1, 0, 0}, 1, CERT_E_UNTRUSTEDCA, 1},
    {CERT_CHAIN_POLICY_NT_AUTH, LEAF("notca") CA("ca") ROOT, {0}, CA_FLAG, TRUST_E_BASIC_CONSTRAINTS, 0},
};

static void reading_policies(void **state)
{
    struct wincrypt_pki registry; /* one without NTAuth */

    wincrypt_pki_make(&registry, state, plain);
    for (size_t i = 0; i < ELEMENTS(read_cases); i++) {
        const struct read_case *c = &read_cases[i];
        struct made_chain chain;
        struct test_pki pki;
        PCCERT_CONTEXT certs[3];

        print_message("case %zu\n", i);
        test_pki_make(&pki, c->pki);
        contexts_of(&pki, certs);
        make_chain(&chain, certs, c->words, 3);
        check(c->policy, &chain, c->flags, NULL, c->error, c->error ? 0 : -1, c->element);
        free_contexts(certs);
        test_pki_free(&pki);
    }
    wincrypt_pki_free(&registry);
}

/* The store that Windows keeps the issuers of logon certificates in. */
static void nt_auth_store(void **state)
{
    static const DWORD none[] = {0, 0, 0};
    struct cert_blob run = {.kind = CERT_BLOB_CERTIFICATE};
    struct made_chain chain;
    struct wincrypt_pki pki;
    PCCERT_CONTEXT certs[3];
    struct plat_buffer blob;
    char path[160] = "Software\\Microsoft\\EnterpriseCertificates\\NTAuth\\Certificates\\";
    reg_key key;

    wincrypt_pki_make(&pki, state, plain);
    contexts_of(&pki.made.pki, certs);
    make_chain(&chain, certs, none, 3);
    check(CERT_CHAIN_POLICY_NT_AUTH, &chain, 0, NULL, CERT_E_UNTRUSTEDCA, 0, 1);

    run.content = cert_set_at(pki.made.pki.store, 0)->der;
    plat_buffer_init(&blob, 10000);
    cert_blob_write(&blob, &run);
    cert_thumbprint_text(cert_set_at(pki.made.pki.store, 0)->thumbprint, path + strlen(path));
    assert_int_equal(reg_key_create(pki.db, REG_HKLM, path, 0, &key, NULL), ERROR_SUCCESS);
    check(CERT_CHAIN_POLICY_NT_AUTH, &chain, 0, NULL, CERT_E_UNTRUSTEDCA, 0, 1); /* a key without a Blob */
    assert_int_equal(reg_value_set(pki.db, key, "Blob", REG_BINARY, blob.data, blob.size), ERROR_SUCCESS);
    check(CERT_CHAIN_POLICY_NT_AUTH, &chain, END_FLAG, NULL, 0, -1, -1);
    assert_int_equal(reg_value_set(pki.db, key, "Blob", REG_BINARY, blob.data, blob.size - 1), ERROR_SUCCESS);
    check(CERT_CHAIN_POLICY_NT_AUTH, &chain, 0, NULL, CERT_E_UNTRUSTEDCA, 0, 1);
    plat_buffer_free(&blob);
    make_chain(&chain, certs, none, 1);
    check(CERT_CHAIN_POLICY_NT_AUTH, &chain, 0, NULL, CERT_E_UNTRUSTEDCA, 0, 0);
    free_contexts(certs);
    wincrypt_pki_free(&pki);
}

static void parameters(void **state)
{
    static const DWORD none[] = {0, 0, 0};
    struct made_chain made;
    struct wincrypt_pki pki;
    PCCERT_CONTEXT certs[3];
    CERT_CHAIN_POLICY_PARA para = {.cbSize = sizeof para}, small = {.cbSize = sizeof small - 1};
    CERT_CHAIN_POLICY_STATUS status = {.cbSize = sizeof status},
                             short_status = {.cbSize = sizeof short_status - 1};
    const CERT_CHAIN_CONTEXT *chain = &made.context;

    wincrypt_pki_make(&pki, state, plain);
    contexts_of(&pki.made.pki, certs);
    make_chain(&made, certs, none, 3);
    show(&made);
    FAILS(ERROR_FILE_NOT_FOUND, CertVerifyCertificateChainPolicy(NULL, NULL, NULL, NULL));
    FAILS(ERROR_FILE_NOT_FOUND, CertVerifyCertificateChainPolicy("1.2.3", chain, &para, &status));
    FAILS(ERROR_FILE_NOT_FOUND,
          CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_AUTHENTICODE_TS, chain, &para, &status));
    FAILS(ERROR_FILE_NOT_FOUND, CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_EV, chain, &para, &status));
    FAILS(E_INVALIDARG, CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASE, NULL, &para, &status));
    FAILS(E_INVALIDARG, CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASE, chain, &para, NULL));
    FAILS(E_INVALIDARG, CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASE, chain, &small, &status));
    FAILS(E_INVALIDARG, CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASE, chain, &para, &short_status));
    assert_true(CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASE, chain, NULL, &status));
    assert_int_equal(status.dwError, 0);
    hide(&made);
    free_contexts(certs);
    wincrypt_pki_free(&pki);
}

/* What a program has filled itself, as Windows takes it: with the answers of a context of the face. */
static void made_by_hand(void **state)
{
    static const DWORD expired[] = {CERT_TRUST_IS_NOT_TIME_VALID, 0, 0}, none[] = {0, 0, 0};
    struct made_chain made;
    struct wincrypt_pki pki;
    PCCERT_CONTEXT certs[3];
    CERT_CONTEXT copies[3];
    WCHAR host[] = {'E', 'E', 0}, other[] = {'x', 0};
    SSL_EXTRA_CERT_CHAIN_POLICY_PARA ssl = {
        .cbSize = sizeof ssl, .dwAuthType = AUTHTYPE_SERVER, .pwszServerName = host};
    CERT_CHAIN_POLICY_PARA para = {.pvExtraPolicyPara = &ssl}; /* no cbSize: programs forget it */
    CERT_CHAIN_POLICY_STATUS status = {0};

    wincrypt_pki_make(&pki, state, plain);
    contexts_of(&pki.made.pki, certs);
    make_chain(&made, certs, expired, 3);
    for (size_t i = 0; i < 3; i++) {
        copies[i] = *certs[i];
        made.elements[0][i].pCertContext = &copies[i];
    }
    assert_true(CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASE, &made.context, NULL, &status));
    assert_int_equal(status.dwError, CERT_E_EXPIRED);
    assert_int_equal(status.lElementIndex, 0);
    make_chain(&made, certs, none, 3);
    assert_true(CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL, &made.context, &para, &status));
    assert_int_equal(status.dwError, 0);
    ssl.pwszServerName = other;
    assert_true(CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL, &made.context, &para, &status));
    assert_int_equal(status.dwError, CERT_E_CN_NO_MATCH);
    assert_true(
        CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASIC_CONSTRAINTS, &made.context, NULL, &status));
    assert_int_equal(status.dwError, 0);

    /* pointers that are missing */
    made.elements[0][0].pCertContext = NULL;
    FAILS(E_INVALIDARG,
          CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL, &made.context, &para, &status));
    assert_true(
        CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASIC_CONSTRAINTS, &made.context, NULL, &status));
    assert_int_equal(status.dwError, TRUST_E_BASIC_CONSTRAINTS);
    made.pointers[0][1] = NULL;
    FAILS(E_INVALIDARG,
          CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASE, &made.context, NULL, &status));
    made.simple[0].rgpElement = NULL;
    FAILS(E_INVALIDARG,
          CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASE, &made.context, NULL, &status));
    made.simples[0] = NULL;
    FAILS(E_INVALIDARG,
          CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASE, &made.context, NULL, &status));
    made.context.rgpChain = NULL;
    FAILS(E_INVALIDARG,
          CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASE, &made.context, NULL, &status));
    made.context.cChain = 0;
    assert_true(CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_BASE, &made.context, NULL, &status));
    assert_int_equal(status.dwError, CERT_E_CHAINING);
    free_contexts(certs);
    wincrypt_pki_free(&pki);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base_policy),         cmocka_unit_test(places),
        cmocka_unit_test(critical_extensions), cmocka_unit_test(ssl_policy),
        cmocka_unit_test(reading_policies),    cmocka_unit_test(nt_auth_store),
        cmocka_unit_test(parameters),          cmocka_unit_test(made_by_hand),
    };

    return cmocka_run_group_tests(tests, wincrypt_pki_setup, wincrypt_pki_teardown);
}
