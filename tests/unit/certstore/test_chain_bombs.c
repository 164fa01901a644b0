/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hostile graphs: LIMIT_CHAIN_DEPTH, _CANDIDATES, _SIGNATURES and _PATHS. The answer is never "valid" by
 * exhaustion.
 */
#include "chain_bomb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ---- LIMIT_CHAIN_DEPTH ---- */

static void make_ladder(struct bomb *bomb, unsigned certificates)
{
    char upper[16], lower[16];

    bomb_init(bomb);
    bomb_begin(bomb, false);
    bomb_issue(bomb, bomb->roots, bomb_authority(upper, certificates), upper);
    for (unsigned i = certificates - 1; i > 1; i--) {
        bomb_issue(bomb, bomb->store, bomb_authority(lower, i), bomb_authority(upper, i + 1));
    }
    bomb_begin(bomb, true);
    bomb_issue(bomb, bomb->leaves, bomb_authority(lower, 1), bomb_authority(upper, 2));
}

static void test_depth(void **state)
{
    struct bomb bomb;
    (void)state;

    make_ladder(&bomb, LIMIT_CHAIN_DEPTH);
    bomb_go_off(&bomb, "as deep as allowed");
    assert_int_equal(bomb.chain.error, CERT_TRUST_NO_ERROR);
    assert_int_equal(bomb.chain.count, LIMIT_CHAIN_DEPTH);
    bomb_free(&bomb);
    make_ladder(&bomb, LIMIT_CHAIN_DEPTH + 1);
    bomb_go_off(&bomb, "one deeper");
    assert_int_equal(bomb.chain.error, CERT_TRUST_IS_PARTIAL_CHAIN);
    bomb_free(&bomb);
}

/* ---- LIMIT_CHAIN_CANDIDATES ---- */

/* The same certificate with another serial number: not validly signed, but a candidate like any other. */
static void put_copies(struct bomb *bomb, unsigned count, struct cert_set *set)
{
    uint8_t needle[] = {0x02, 0x04, 0x7f, 0x00, 0x00, 0x00};

    for (size_t at = 0; at + sizeof needle <= bomb->der.size; at++) {
        if (memcmp(bomb->der.data + at, needle, sizeof needle) == 0) {
            for (unsigned i = 0; i < count; i++) {
                bomb->der.data[at + 4] = (uint8_t)(i >> 8);
                bomb->der.data[at + 5] = (uint8_t)i;
                bomb_put(bomb, set);
            }
            return;
        }
    }
    fail_msg("no such serial number");
}

static void test_candidates(void **state)
{
    struct bomb bomb;
    (void)state;

    bomb_init(&bomb);
    bomb_begin(&bomb, false);
    bomb.recipe.serial = 0x7effffff;
    bomb_sign(&bomb, "CN=I", "other", "CN=R", "CN=R");
    put_copies(&bomb, LIMIT_CHAIN_CANDIDATES + 1000, bomb.store);
    bomb_begin(&bomb, false);
    bomb_issue(&bomb, bomb.store, "CN=I", "CN=R"); /* the right one, out of reach */
    bomb_issue(&bomb, bomb.roots, "CN=R", "CN=R");
    bomb_begin(&bomb, true);
    bomb_issue(&bomb, bomb.leaves, "CN=A", "CN=I");
    bomb_go_off(&bomb, "5000 issuers with a wrong key");
    assert_true((bomb.chain.error & CERT_TRUST_IS_NOT_SIGNATURE_VALID) != 0);
    bomb_free(&bomb);
}

/* ---- LIMIT_CHAIN_SIGNATURES ---- */

static void make_crowd(struct bomb *bomb, bool with_key_ids)
{
    char key[16];

    bomb_init(bomb);
    for (unsigned i = 0; i < LIMIT_CHAIN_SIGNATURES + 20; i++) {
        uint8_t key_id[] = {0x04, 0x01, (uint8_t)i};
        bomb_begin(bomb, false);
        if (with_key_ids) {
            test_extension(&bomb->recipe.extensions, "2.5.29.14", false, plat_span_of(key_id, sizeof key_id));
        }
        bomb->recipe.not_before--; /* the later one is tried first */
        bomb_sign(bomb, "CN=R", bomb_authority(key, i), "CN=R", key);
        bomb_put(bomb, bomb->roots);
    }
    uint8_t authority_key_id[] = {0x30, 0x03, 0x80, 0x01, (uint8_t)(LIMIT_CHAIN_SIGNATURES + 19)};
    bomb_begin(bomb, true);
    if (with_key_ids) {
        test_extension(&bomb->recipe.extensions, "2.5.29.35", false,
                       plat_span_of(authority_key_id, sizeof authority_key_id));
    }
    bomb_sign(bomb, "CN=A", "CN=A", "CN=R", key);
    bomb_put(bomb, bomb->leaves);
}

static void test_signatures(void **state)
{
    struct bomb bomb;
    (void)state;

    make_crowd(&bomb, false);
    bomb_go_off(&bomb, "68 keys of one name, the last has signed");
    assert_true((bomb.chain.error & CERT_TRUST_IS_PARTIAL_CHAIN) != 0);
    bomb_free(&bomb);
    make_crowd(&bomb, true);
    bomb_go_off(&bomb, "the same with key identifiers");
    assert_int_equal(bomb.chain.error, CERT_TRUST_NO_ERROR);
    bomb_free(&bomb);
}

/* Keys as large as they get, with exponents as long: each is worth a third of the budget. */
static void test_dear_signatures(void **state)
{
    struct bomb bomb;
    (void)state;

    bomb_init(&bomb);
    bomb.recipe.rsa_bits = LIMIT_RSA_BITS;
    bomb.recipe.rsa_exponent = UINT64_MAX;
    bomb.recipe.algorithm = TEST_RSA_SHA256;
    bomb.recipe.signature_size = LIMIT_RSA_BITS / 8;
    for (unsigned i = 0; i < 40; i++) {
        bomb_begin(&bomb, false);
        bomb.recipe.rsa_exponent -= 2; /* another key */
        bomb_issue(&bomb, bomb.store, "CN=I", "CN=R");
    }
    bomb_begin(&bomb, true);
    bomb.recipe.rsa_bits = 0;
    bomb_issue(&bomb, bomb.leaves, "CN=A", "CN=I");
    bomb_go_off(&bomb, "40 RSA keys of 8192 bits with exponents of 64 bits");
    assert_int_equal(bomb.chain.error, CERT_CHAIN_UNFINISHED);
    assert_false(bomb.chain.finished);
    bomb_free(&bomb);
}

/* ---- LIMIT_CERT_EXTENSIONS ---- */

static void test_extensions(void **state)
{
    struct bomb bomb;
    (void)state;

    bomb_init(&bomb);
    bomb_begin(&bomb, false);
    bomb_issue(&bomb, bomb.roots, "CN=R", "CN=R");
    bomb_begin(&bomb, true);
    for (unsigned i = 0; i < 3000; i++) {
        char oid[32];
        (void)snprintf(oid, sizeof oid, "1.3.%u.%u", i / 40, i % 40);
        test_extension(&bomb.recipe.extensions, oid, false, plat_span_of("\x05\x00", 2));
    }
    bomb_issue(&bomb, bomb.leaves, "CN=A", "CN=R");
    bomb_go_off(&bomb, "3,000 extensions");
    assert_int_equal(bomb.chain.error, CERT_TRUST_INVALID_EXTENSION);
    bomb_free(&bomb);
}

/* ---- LIMIT_CHAIN_PATHS ---- */

#define FLOORS 13U
#define TWINS 3U

/*
 * On each floor three certificates for one name and key: few signatures, TWINS to the power of FLOORS paths.
 * All lead to a root that has expired.
 */
static void test_paths(void **state)
{
    struct bomb bomb;
    char lower[16], upper[16];
    (void)state;

    bomb_init(&bomb);
    bomb_begin(&bomb, false);
    bomb.recipe.not_after = BOMB_NOW - 1;
    bomb_issue(&bomb, bomb.roots, bomb_authority(upper, FLOORS), upper);
    bomb.recipe.not_after = BOMB_NOW + 1000;
    for (unsigned i = FLOORS; i > 0; i--) {
        for (unsigned twin = 0; twin < TWINS; twin++) {
            bomb_issue(&bomb, bomb.store, bomb_authority(lower, i - 1), bomb_authority(upper, i));
        }
    }
    bomb_begin(&bomb, true);
    bomb_issue(&bomb, bomb.leaves, "CN=A", bomb_authority(upper, 0));
    bomb_go_off(&bomb, "1.6 million paths");
    assert_int_equal(bomb.chain.error, CERT_TRUST_IS_NOT_TIME_VALID);
    bomb_free(&bomb);
}

/*
 * ---- the same, with circles: every authority has certified every other; all with one key, which is quicker
 * to make and as bad ----
 */

#define MESH 60U

static void make_mesh(struct bomb *bomb)
{
    char subject[16], issuer[16];

    bomb_init(bomb);
    bomb_begin(bomb, false);
    test_key_make(&bomb->key, "mesh");
    test_key_make(&bomb->signer, "mesh");
    for (unsigned i = 0; i < MESH; i++) {
        for (unsigned j = 0; j < MESH; j++) {
            if (i != j) {
                bomb_sign_again(bomb, bomb_authority(subject, i), bomb_authority(issuer, j));
                bomb_put(bomb, bomb->store);
            }
        }
    }
    bomb_begin(bomb, true);
    bomb_sign_again(bomb, "CN=A", bomb_authority(issuer, MESH - 1));
    bomb_put(bomb, bomb->leaves);
}

static void test_mesh(void **state)
{
    struct bomb bomb;
    (void)state;

    make_mesh(&bomb);
    bomb_go_off(&bomb, "60 authorities, no root");
    assert_true((bomb.chain.error & CERT_TRUST_IS_PARTIAL_CHAIN) != 0);

    bomb_begin(&bomb, false);
    bomb_sign_again(&bomb, "CN=CA0", "CN=R");
    bomb_put(&bomb, bomb.store);
    bomb_sign_again(&bomb, "CN=R", "CN=R");
    bomb_put(&bomb, bomb.roots);
    bomb_go_off(&bomb, "60 authorities, a root above one of them");
    assert_int_equal(bomb.chain.error, CERT_TRUST_NO_ERROR);
    assert_int_equal(bomb.chain.count, 4);

    bomb.input.time = BOMB_NOW + 2000;
    bomb_go_off(&bomb, "60 authorities, all expired");
    assert_int_equal(bomb.chain.error, CERT_TRUST_IS_NOT_TIME_VALID);
    bomb.input.time = BOMB_NOW;
    bomb.input.distrusted = bomb.roots;
    bomb_go_off(&bomb, "60 authorities, the root distrusted");
    assert_true((bomb.chain.error & (CERT_TRUST_IS_EXPLICIT_DISTRUST | CERT_TRUST_IS_PARTIAL_CHAIN)) != 0);
    bomb_free(&bomb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dear_signatures),
        cmocka_unit_test(test_extensions),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_candidates),
        cmocka_unit_test(test_signatures),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_mesh),
    };

    return cmocka_run_group_tests_name("chain bombs: graphs", tests, NULL, NULL);
}
