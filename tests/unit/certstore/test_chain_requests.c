/* SPDX-License-Identifier: Apache-2.0 */
/* What a caller may ask for: RequestedUsage and RequestedIssuancePolicy (AND, OR), and the lower-quality chains. */
#include "chain_cases.h"
#include "platform/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define CLIENT CERT_USAGE_CLIENT_AUTH
#define SERVER CERT_USAGE_SERVER_AUTH
#define USAGE CERT_TRUST_IS_NOT_VALID_FOR_USAGE
#define UNMET CERT_TRUST_NO_ISSUANCE_CHAIN_POLICY
#define UNDECODABLE (CERT_TRUST_INVALID_EXTENSION | CERT_TRUST_INVALID_POLICY_CONSTRAINTS)
#define ROOT "root CN=R<CN=R ca\n"

struct request {
    const char *what;
    uint32_t error;
    const char *pki;
    const char *usage;
    bool any_usage;
    const char *usages[4];
    bool any_policy;
    const char *policies[4];
};

static size_t count_of(const char *const *oids)
{
    size_t count = 0;
    while (count < 4 && oids[count] != NULL) {
        count++;
    }
    return count;
}

static const struct request requests[] = {
    {.what = "nothing is asked for", .pki = ROOT "leaf CN=A<CN=R eku=1.2.3\n"},
    {.what = "AND, both there", .pki = ROOT "leaf CN=A<CN=R eku=client+server\n", .usages = {CLIENT, SERVER}},
    {.what = "AND, one there",
     .error = USAGE,
     .pki = ROOT "leaf CN=A<CN=R eku=client\n",
     .usages = {CLIENT, SERVER}},
    {.what = "AND, any usage", .pki = ROOT "leaf CN=A<CN=R eku=any\n", .usages = {CLIENT, SERVER}},
    {.what = "AND, the issuer has one only",
     .error = USAGE,
     .pki = ROOT "store CN=I<CN=R ca eku=client\nleaf CN=A<CN=I eku=client+server\n",
     .usages = {CLIENT, SERVER}},
    {.what = "OR, one there",
     .pki = ROOT "leaf CN=A<CN=R eku=client\n",
     .any_usage = true,
     .usages = {SERVER, CLIENT}},
    {.what = "OR, none there",
     .error = USAGE,
     .pki = ROOT "leaf CN=A<CN=R eku=1.2.3\n",
     .any_usage = true,
     .usages = {SERVER, CLIENT}},
    {.what = "OR, one each, none in common",
     .error = USAGE,
     .pki = ROOT "store CN=I<CN=R ca eku=client\nleaf CN=A<CN=I eku=server\n",
     .any_usage = true,
     .usages = {SERVER, CLIENT}},
    {.what = "OR of nothing is met", .pki = ROOT "leaf CN=A<CN=R eku=1.2.3\n", .any_usage = true},
    {.what = "OR with an OID that is none",
     .pki = ROOT "leaf CN=A<CN=R\n",
     .any_usage = true,
     .usages = {"nonsense", CLIENT}},
    {.what = "AND with an OID that is none",
     .error = USAGE,
     .pki = ROOT "leaf CN=A<CN=R\n",
     .usages = {"nonsense", CLIENT}},
    {.what = "usage and usages together",
     .pki = ROOT "leaf CN=A<CN=R eku=client+server\n",
     .usage = CLIENT,
     .usages = {SERVER}},
    {.what = "usage fails, usages are met",
     .error = USAGE,
     .pki = ROOT "leaf CN=A<CN=R eku=server\n",
     .usage = CLIENT,
     .usages = {SERVER}},

    {.what = "policy there", .pki = ROOT "leaf CN=A<CN=R policy=1.1+1.2\n", .policies = {"1.1"}},
    {.what = "policy AND, both there",
     .pki = ROOT "leaf CN=A<CN=R policy=1.1+1.2\n",
     .policies = {"1.1", "1.2"}},
    {.what = "policy AND, one there",
     .error = USAGE,
     .pki = ROOT "leaf CN=A<CN=R policy=1.1\n",
     .policies = {"1.1", "1.2"}},
    {.what = "policy OR, one there",
     .pki = ROOT "leaf CN=A<CN=R policy=1.2\n",
     .any_policy = true,
     .policies = {"1.1", "1.2"}},
    {.what = "policy OR, none there",
     .error = USAGE,
     .pki = ROOT "leaf CN=A<CN=R policy=1.3\n",
     .any_policy = true,
     .policies = {"1.1", "1.2"}},
    {.what = "policy asked for, none stated",
     .error = USAGE,
     .pki = ROOT "leaf CN=A<CN=R\n",
     .policies = {"1.1"}},
    {.what = "policy not of the issuer",
     .error = USAGE,
     .pki = ROOT "store CN=I<CN=R ca policy=1.2\nleaf CN=A<CN=I policy=1.1\n",
     .policies = {"1.1"}},
    {.what = "the issuer has any policy",
     .pki = ROOT "store CN=I<CN=R ca policy=any\nleaf CN=A<CN=I policy=1.1\n",
     .policies = {"1.1"}},
    {.what = "the end certificate has any policy",
     .pki = ROOT "store CN=I<CN=R ca policy=1.1\nleaf CN=A<CN=I policy=any\n",
     .policies = {"1.1"}},
    {.what = "but no more than its issuer's",
     .error = USAGE,
     .pki = ROOT "store CN=I<CN=R ca policy=1.1\nleaf CN=A<CN=I policy=any\n",
     .policies = {"1.2"}},
    {.what = "any policy inhibited",
     .error = USAGE,
     .pki = ROOT "store CN=I<CN=R ca policy=any skipany=0\nleaf CN=A<CN=I policy=any\n",
     .policies = {"1.1"}},
    {.what = "mapped: the anchor's name counts",
     .pki = ROOT "store CN=I<CN=R ca policy=1.1 map=1.1>1.9\nleaf CN=A<CN=I policy=1.9\n",
     .policies = {"1.1"}},
    {.what = "mapped: the other's does not",
     .error = USAGE,
     .pki = ROOT "store CN=I<CN=R ca policy=1.1 map=1.1>1.9\nleaf CN=A<CN=I policy=1.9\n",
     .policies = {"1.9"}},
    {.what = "any policy as a request", .pki = ROOT "leaf CN=A<CN=R policy=1.7\n", .policies = {"2.5.29.32.0"}},
    {.what = "a policy that is no OID",
     .error = USAGE,
     .pki = ROOT "leaf CN=A<CN=R policy=1.7\n",
     .policies = {"x"}},
    {.what = "a root shows no policies of its own", .pki = "root+leaf CN=R<CN=R ca\n", .policies = {"1.1"}},
    {.what = "asked for and required, unmet both ways",
     .error = USAGE | UNMET,
     .pki = ROOT "store CN=I<CN=R ca policy=1.1 require=0\nleaf CN=A<CN=I policy=1.2\n",
     .policies = {"1.1"}},
    {.what = "policies of the root that cannot be decoded do not matter",
     .error = UNDECODABLE,
     .pki = "root CN=R<CN=R ca ext=2.5.29.32:05\nstore CN=I<CN=R ca policy=1.1\nleaf CN=A<CN=I policy=1.1\n",
     .policies = {"1.1"}},
    {.what = "those of another do",
     .error = UNDECODABLE | USAGE,
     .pki = ROOT "store CN=I<CN=R ca ext=2.5.29.32:05\nleaf CN=A<CN=I policy=1.1\n",
     .policies = {"1.1"}},
    {.what = "a mapping that cannot be decoded maps nothing",
     .error = UNDECODABLE,
     .pki = ROOT "store CN=I<CN=R ca policy=1.1 ext=2.5.29.33:0413\nleaf CN=A<CN=I policy=1.1\n",
     .policies = {"1.1"}},
    {.what = "partial chain: what is known counts",
     .error = USAGE | CERT_TRUST_IS_PARTIAL_CHAIN,
     .pki = "leaf CN=A<CN=I policy=1.2\n",
     .policies = {"1.1"}},
};

static void test_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        const struct request *r = &requests[i];
        struct test_pki pki;
        struct cert_chain chain;

        test_pki_make(&pki, r->pki);
        pki.input.usage = r->usage;
        pki.input.usages =
            (struct cert_usage_match){.oids = r->usages, .count = count_of(r->usages), .any = r->any_usage};
        pki.input.policies = (struct cert_usage_match){
            .oids = r->policies, .count = count_of(r->policies), .any = r->any_policy};
        cert_chain_build(&pki.input, &chain);
        if (chain.error != r->error) {
            fail_msg("%s: 0x%08x, expected 0x%08x", r->what, (unsigned)chain.error, (unsigned)r->error);
        }
        assert_true(chain.finished);
        for (size_t e = 0; e < chain.count;
             e++) { /* a usage on every element, or on none; a policy on the first */
            bool marked = e == 0 || r->policies[0] == NULL;
            assert_int_equal(chain.elements[e].error & USAGE, marked ? r->error & USAGE : 0U);
        }
        test_pki_free(&pki);
    }
}

/* ---- lower-quality chains ---- */

static const char several[] = "root CN=R<CN=R ca\nroot CN=S<CN=S ca to=-1\n"
                              "store CN=I<CN=R ca\nstore CN=I<CN=S ca\nstore CN=I<CN=X ca\nleaf CN=A<CN=I\n";

static void test_best_first(void **state)
{
    static const uint32_t words[] = {0, CERT_TRUST_IS_NOT_TIME_VALID, CERT_TRUST_IS_PARTIAL_CHAIN};
    struct test_pki pki;
    struct cert_chain one, *all = plat_calloc(LIMIT_CHAIN_PATHS, sizeof *all);
    (void)state;

    assert_non_null(all);
    test_pki_make(&pki, several);
    cert_chain_build(&pki.input, &one);
    for (size_t most = 1; most <= LIMIT_CHAIN_PATHS; most++) {
        size_t count = cert_chain_build_several(&pki.input, all, most);
        assert_int_equal(count, most < 3 ? most : 3);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(all[i].error, words[i]);
            assert_true(all[i].finished);
            assert_ptr_equal(all[i].elements[0].cert, pki.input.leaf);
        }
        assert_int_equal(all[0].count, one.count);
        for (size_t e = 0; e < one.count; e++) {
            assert_ptr_equal(all[0].elements[e].cert, one.elements[e].cert);
            assert_int_equal(all[0].elements[e].error, one.elements[e].error);
            assert_int_equal(all[0].elements[e].info, one.elements[e].info);
        }
    }
    test_pki_free(&pki);
    plat_free(all);
}

static void test_one_chain_only(void **state)
{
    struct test_pki pki;
    struct cert_chain chains[3];
    (void)state;

    test_pki_make(&pki, ROOT "leaf CN=A<CN=R\n");
    assert_int_equal(cert_chain_build_several(&pki.input, chains, 3), 1);
    assert_int_equal(chains[0].error, 0);
    test_pki_free(&pki);
}

/* What the chain as a whole says of itself, beside its elements. */
static void test_chain_info(void **state)
{
    static const struct {
        const char *pki;
        uint32_t info;
    } cases[] = {
        {ROOT "leaf CN=A<CN=R\n", CERT_TRUST_HAS_PREFERRED_ISSUER},
        {"leaf CN=A<CN=R\n", 0},
        {ROOT "store CN=I<CN=R ca require=0 policy=1.1\nleaf CN=A<CN=I policy=1.1\n",
         CERT_TRUST_HAS_PREFERRED_ISSUER | CERT_TRUST_HAS_ISSUANCE_CHAIN_POLICY},
        {"leaf+people CN=A<CN=R\n", CERT_TRUST_IS_PEER_TRUSTED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct test_pki pki;
        struct cert_chain chain;

        test_pki_make(&pki, cases[i].pki);
        cert_chain_build(&pki.input, &chain);
        assert_int_equal(chain.info, cases[i].info);
        test_pki_free(&pki);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_chain_info),
        cmocka_unit_test(test_best_first),
        cmocka_unit_test(test_one_chain_only),
    };
    return cmocka_run_group_tests_name("chain requests", tests, NULL, NULL);
}
