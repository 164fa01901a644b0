/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inputs made to burn time or memory, one for each LIMIT_CHAIN_*: the answer is never "valid" by exhaustion, and comes soon. The bound on
 * time is loose (emulators and sanitizers are slow); without the limits these run for minutes or for ever.
 */
#include "cert_builder.h"
#include "certstore/chain.h"
#include "der/der.h"
#include "platform/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1000000000)
#define SOON_MS 5000U
#define EXTENSIONS_ROOM (128U * 1024U)

struct bomb {
    struct cert_set *roots, *store, *leaves;
    struct cert_chain_input input;
    struct cert_chain chain;
    struct plat_buffer subject, issuer, der;
    struct cert_recipe recipe;
    struct test_key key, signer;
    uint64_t milliseconds;
};

static void bomb_init(struct bomb *bomb)
{
    *bomb = (struct bomb){.recipe = {.version = 3, .not_before = NOW - 1000, .not_after = NOW + 1000}};
    assert_int_equal(cert_set_create(&bomb->roots), ERROR_SUCCESS);
    assert_int_equal(cert_set_create(&bomb->store), ERROR_SUCCESS);
    assert_int_equal(cert_set_create(&bomb->leaves), ERROR_SUCCESS);
    bomb->input = (struct cert_chain_input){.roots = bomb->roots, .intermediates = bomb->store, .time = NOW};
    plat_buffer_init(&bomb->subject, 4096);
    plat_buffer_init(&bomb->issuer, 4096);
    plat_buffer_init(&bomb->der, EXTENSIONS_ROOM);
    plat_buffer_init(&bomb->recipe.extensions, EXTENSIONS_ROOM);
    bomb->recipe.key = &bomb->key;
    bomb->recipe.signer = &bomb->signer;
}

static void bomb_free(struct bomb *bomb)
{
    cert_set_free(bomb->roots);
    cert_set_free(bomb->store);
    cert_set_free(bomb->leaves);
    plat_buffer_free(&bomb->subject);
    plat_buffer_free(&bomb->issuer);
    plat_buffer_free(&bomb->der);
    plat_buffer_free(&bomb->recipe.extensions);
}

static struct plat_span span_of(const struct plat_buffer *b)
{
    return plat_span_of(b->data, b->size);
}

static void name_it(struct plat_buffer *out, const char *name)
{
    plat_buffer_clear(out);
    test_der_name(out, name);
}

/* Forgets the extensions of the certificate before; a CA unless `leaf`. */
static void begin(struct bomb *bomb, bool leaf)
{
    plat_buffer_clear(&bomb->recipe.extensions);
    if (!leaf) {
        test_extension(&bomb->recipe.extensions, "2.5.29.19", true, plat_span_of("\x30\x03\x01\x01\xff", 5));
    }
}

/* With the keys as they are. */
static void sign_again(struct bomb *bomb, const char *subject, const char *issuer)
{
    name_it(&bomb->subject, subject);
    name_it(&bomb->issuer, issuer);
    bomb->recipe.subject = span_of(&bomb->subject);
    bomb->recipe.issuer = span_of(&bomb->issuer);
    bomb->recipe.serial++;
    cert_recipe_make(&bomb->recipe, &bomb->der);
}

static void sign(struct bomb *bomb, const char *subject, const char *key, const char *issuer, const char *signer)
{
    test_key_make(&bomb->key, key);
    test_key_make(&bomb->signer, signer);
    sign_again(bomb, subject, issuer);
}

static void put(struct bomb *bomb, struct cert_set *set)
{
    const struct cert *cert;

    assert_int_equal(cert_set_add(set, span_of(&bomb->der), &cert), ERROR_SUCCESS);
    if (set == bomb->leaves) {
        bomb->input.leaf = cert;
    }
}

/* An authority or end certificate whose keys are labelled like its names. */
static void issue(struct bomb *bomb, struct cert_set *set, const char *subject, const char *issuer)
{
    sign(bomb, subject, subject, issuer, issuer);
    put(bomb, set);
}

static void go_off(struct bomb *bomb, const char *what)
{
    uint64_t start = plat_clock_monotonic_ms();

    cert_chain_build(&bomb->input, &bomb->chain);
    bomb->milliseconds = plat_clock_monotonic_ms() - start;
    print_message("%s: 0x%08x in %u ms\n", what, (unsigned)bomb->chain.error, (unsigned)bomb->milliseconds);
    assert_true(bomb->milliseconds < SOON_MS);
}

static const char *authority(char name[16], unsigned number)
{
    (void)snprintf(name, 16, "CN=CA%u", number);
    return name;
}

/* ---- LIMIT_CHAIN_DEPTH ---- */

static void make_ladder(struct bomb *bomb, unsigned certificates)
{
    char upper[16], lower[16];

    bomb_init(bomb);
    begin(bomb, false);
    issue(bomb, bomb->roots, authority(upper, certificates), upper);
    for (unsigned i = certificates - 1; i > 1; i--) {
        issue(bomb, bomb->store, authority(lower, i), authority(upper, i + 1));
    }
    begin(bomb, true);
    issue(bomb, bomb->leaves, authority(lower, 1), authority(upper, 2));
}

static void test_depth(void **state)
{
    struct bomb bomb;
    (void)state;

    make_ladder(&bomb, LIMIT_CHAIN_DEPTH);
    go_off(&bomb, "as deep as allowed");
    assert_int_equal(bomb.chain.error, CERT_TRUST_NO_ERROR);
    assert_int_equal(bomb.chain.count, LIMIT_CHAIN_DEPTH);
    bomb_free(&bomb);
    make_ladder(&bomb, LIMIT_CHAIN_DEPTH + 1);
    go_off(&bomb, "one deeper");
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
                put(bomb, set);
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
    begin(&bomb, false);
    bomb.recipe.serial = 0x7effffff;
    sign(&bomb, "CN=I", "other", "CN=R", "CN=R");
    put_copies(&bomb, LIMIT_CHAIN_CANDIDATES + 1000, bomb.store);
    begin(&bomb, false);
    issue(&bomb, bomb.store, "CN=I", "CN=R"); /* the right one, out of reach */
    issue(&bomb, bomb.roots, "CN=R", "CN=R");
    begin(&bomb, true);
    issue(&bomb, bomb.leaves, "CN=A", "CN=I");
    go_off(&bomb, "5000 issuers with a wrong key");
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
        begin(bomb, false);
        if (with_key_ids) {
            test_extension(&bomb->recipe.extensions, "2.5.29.14", false, plat_span_of(key_id, sizeof key_id));
        }
        bomb->recipe.not_before--; /* the later one is tried first */
        sign(bomb, "CN=R", authority(key, i), "CN=R", key);
        put(bomb, bomb->roots);
    }
    uint8_t authority_key_id[] = {0x30, 0x03, 0x80, 0x01, (uint8_t)(LIMIT_CHAIN_SIGNATURES + 19)};
    begin(bomb, true);
    if (with_key_ids) {
        test_extension(&bomb->recipe.extensions, "2.5.29.35", false, plat_span_of(authority_key_id, sizeof authority_key_id));
    }
    sign(bomb, "CN=A", "CN=A", "CN=R", key);
    put(bomb, bomb->leaves);
}

static void test_signatures(void **state)
{
    struct bomb bomb;
    (void)state;

    make_crowd(&bomb, false);
    go_off(&bomb, "68 keys of one name, the last has signed");
    assert_true((bomb.chain.error & CERT_TRUST_IS_PARTIAL_CHAIN) != 0);
    bomb_free(&bomb);
    make_crowd(&bomb, true);
    go_off(&bomb, "the same with key identifiers");
    assert_int_equal(bomb.chain.error, CERT_TRUST_NO_ERROR);
    bomb_free(&bomb);
}

/* ---- LIMIT_CHAIN_PATHS ---- */

#define FLOORS 13U
#define TWINS 3U

/* On each floor three certificates for one name and key: few signatures, TWINS to the power of FLOORS paths. All lead to a root that has expired. */
static void test_paths(void **state)
{
    struct bomb bomb;
    char lower[16], upper[16];
    (void)state;

    bomb_init(&bomb);
    begin(&bomb, false);
    bomb.recipe.not_after = NOW - 1;
    issue(&bomb, bomb.roots, authority(upper, FLOORS), upper);
    bomb.recipe.not_after = NOW + 1000;
    for (unsigned i = FLOORS; i > 0; i--) {
        for (unsigned twin = 0; twin < TWINS; twin++) {
            issue(&bomb, bomb.store, authority(lower, i - 1), authority(upper, i));
        }
    }
    begin(&bomb, true);
    issue(&bomb, bomb.leaves, "CN=A", authority(upper, 0));
    go_off(&bomb, "1.6 million paths");
    assert_int_equal(bomb.chain.error, CERT_TRUST_IS_NOT_TIME_VALID);
    bomb_free(&bomb);
}

/* ---- the same, with circles: every authority has certified every other; all with one key, which is quicker to make and as bad ---- */

#define MESH 60U

static void make_mesh(struct bomb *bomb)
{
    char subject[16], issuer[16];

    bomb_init(bomb);
    begin(bomb, false);
    test_key_make(&bomb->key, "mesh");
    test_key_make(&bomb->signer, "mesh");
    for (unsigned i = 0; i < MESH; i++) {
        for (unsigned j = 0; j < MESH; j++) {
            if (i != j) {
                sign_again(bomb, authority(subject, i), authority(issuer, j));
                put(bomb, bomb->store);
            }
        }
    }
    begin(bomb, true);
    sign_again(bomb, "CN=A", authority(issuer, MESH - 1));
    put(bomb, bomb->leaves);
}

static void test_mesh(void **state)
{
    struct bomb bomb;
    (void)state;

    make_mesh(&bomb);
    go_off(&bomb, "60 authorities, no root");
    assert_true((bomb.chain.error & CERT_TRUST_IS_PARTIAL_CHAIN) != 0);

    begin(&bomb, false);
    sign_again(&bomb, "CN=CA0", "CN=R");
    put(&bomb, bomb.store);
    sign_again(&bomb, "CN=R", "CN=R");
    put(&bomb, bomb.roots);
    go_off(&bomb, "60 authorities, a root above one of them");
    assert_int_equal(bomb.chain.error, CERT_TRUST_NO_ERROR);
    assert_int_equal(bomb.chain.count, 4);

    bomb.input.time = NOW + 2000;
    go_off(&bomb, "60 authorities, all expired");
    assert_int_equal(bomb.chain.error, CERT_TRUST_IS_NOT_TIME_VALID);
    bomb.input.time = NOW;
    bomb.input.distrusted = bomb.roots;
    go_off(&bomb, "60 authorities, the root distrusted");
    assert_true((bomb.chain.error & (CERT_TRUST_IS_EXPLICIT_DISTRUST | CERT_TRUST_IS_PARTIAL_CHAIN)) != 0);
    bomb_free(&bomb);
}

/* ---- LIMIT_CHAIN_NAME_CHECKS ---- */

/* A dNSName of four digits, or a directoryName with it as common name. */
static void put_name(struct plat_buffer *out, bool directory, unsigned number)
{
    char text[16];
    size_t start = out->size;

    (void)snprintf(text, sizeof text, "CN=%04x", number);
    if (directory) {
        test_der_name(out, text);
        test_der_wrap(out, start, DER_CONTEXT_CONSTRUCTED(4));
    } else {
        der_write(out, DER_CONTEXT(2), plat_span_of(text + 3, 4));
    }
}

static void add_names(struct bomb *bomb, bool directory, unsigned count)
{
    struct plat_buffer value;

    plat_buffer_init(&value, EXTENSIONS_ROOM);
    for (unsigned i = 0; i < count; i++) {
        put_name(&value, directory, i);
    }
    test_der_wrap(&value, 0, DER_SEQUENCE);
    test_extension(&bomb->recipe.extensions, "2.5.29.17", false, span_of(&value));
    plat_buffer_free(&value);
}

/* excludedSubtrees of other names */
static void add_subtrees(struct bomb *bomb, bool directory, unsigned count)
{
    struct plat_buffer value;

    plat_buffer_init(&value, EXTENSIONS_ROOM);
    for (unsigned i = 0; i < count; i++) {
        size_t start = value.size;
        put_name(&value, directory, 0x8000 + i);
        test_der_wrap(&value, start, DER_SEQUENCE);
    }
    test_der_wrap(&value, 0, DER_CONTEXT_CONSTRUCTED(1));
    test_der_wrap(&value, 0, DER_SEQUENCE);
    test_extension(&bomb->recipe.extensions, "2.5.29.30", true, span_of(&value));
    plat_buffer_free(&value);
}

static void make_names(struct bomb *bomb, bool directory, unsigned names, unsigned subtrees)
{
    bomb_init(bomb);
    begin(bomb, false);
    add_subtrees(bomb, directory, subtrees);
    issue(bomb, bomb->roots, "CN=R", "CN=R");
    begin(bomb, true);
    add_names(bomb, directory, names);
    issue(bomb, bomb->leaves, "", "CN=R");
}

static void test_names(void **state)
{
    static const struct {
        const char *what;
        bool directory;
        unsigned names, subtrees;
        bool too_many;
    } bombs[] = {
        {"10,000 host names x 8,000 subtrees", false, 10000, 8000, true},
        {"3,000 directory names x 3,000 subtrees", true, 3000, 3000, true},
        {"400 host names x 400 subtrees", false, 400, 400, false},
        {"10,000 host names x 20 subtrees", false, 10000, 20, false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) {
        struct bomb bomb;
        make_names(&bomb, bombs[i].directory, bombs[i].names, bombs[i].subtrees);
        go_off(&bomb, bombs[i].what);
        assert_int_equal(bomb.chain.error,
                         bombs[i].too_many ? CERT_TRUST_IS_PARTIAL_CHAIN | CERT_TRUST_INVALID_NAME_CONSTRAINTS : 0U);
        bomb_free(&bomb);
    }
}

/* ---- LIMIT_CHAIN_POLICIES ---- */

#define POLICIES 120U

/* anyPolicy and policies of its own: all of them are handed on, the further down the more. */
static void add_policies(struct bomb *bomb, unsigned level)
{
    struct plat_buffer value;
    char text[32];

    plat_buffer_init(&value, EXTENSIONS_ROOM);
    for (unsigned i = 0; i <= POLICIES; i++) {
        size_t start = value.size;
        (void)snprintf(text, sizeof text, "1.3.%u.%u", level, i);
        test_der_oid(&value, i == 0 ? "2.5.29.32.0" : text);
        test_der_wrap(&value, start, DER_SEQUENCE);
    }
    test_der_wrap(&value, 0, DER_SEQUENCE);
    test_extension(&bomb->recipe.extensions, "2.5.29.32", false, span_of(&value));
    plat_buffer_free(&value);
}

/* Each policy of the level mapped to each of eleven others. */
static void add_mappings(struct bomb *bomb, unsigned level)
{
    struct plat_buffer value;
    char text[32];

    plat_buffer_init(&value, EXTENSIONS_ROOM);
    for (unsigned i = 0; i < 11 * 11; i++) {
        size_t start = value.size;
        (void)snprintf(text, sizeof text, "1.3.%u.%u", level, 1 + i / 11);
        test_der_oid(&value, text);
        (void)snprintf(text, sizeof text, "1.3.%u.%u", level - 1, 1 + i % 11);
        test_der_oid(&value, text);
        test_der_wrap(&value, start, DER_SEQUENCE);
    }
    test_der_wrap(&value, 0, DER_SEQUENCE);
    test_extension(&bomb->recipe.extensions, "2.5.29.33", false, span_of(&value));
    plat_buffer_free(&value);
}

static void make_policies(struct bomb *bomb, unsigned certificates, bool mappings)
{
    char upper[16], lower[16];

    bomb_init(bomb);
    begin(bomb, false);
    test_extension(&bomb->recipe.extensions, "2.5.29.36", true, plat_span_of("\x30\x03\x80\x01\x00", 5));
    issue(bomb, bomb->roots, authority(upper, certificates), upper);
    for (unsigned i = certificates - 1; i > 0; i--) {
        begin(bomb, i == 1);
        add_policies(bomb, i);
        if (mappings && i > 1) {
            add_mappings(bomb, i);
        }
        issue(bomb, i == 1 ? bomb->leaves : bomb->store, authority(lower, i), authority(upper, i + 1));
    }
}

static void test_policies(void **state)
{
    struct bomb bomb;
    (void)state;

    make_policies(&bomb, 5, false);
    go_off(&bomb, "480 policies at the end of 4 certificates");
    assert_int_equal(bomb.chain.error, CERT_TRUST_NO_ERROR);
    bomb_free(&bomb);
    make_policies(&bomb, LIMIT_CHAIN_DEPTH, false);
    go_off(&bomb, "1800 policies at the end of 15 certificates");
    assert_int_equal(bomb.chain.error, CERT_TRUST_IS_PARTIAL_CHAIN);
    bomb_free(&bomb);
    make_policies(&bomb, LIMIT_CHAIN_DEPTH, true);
    go_off(&bomb, "11 x 11 mappings on each of 14 levels");
    assert_int_equal(bomb.chain.error, CERT_TRUST_IS_PARTIAL_CHAIN);
    bomb_free(&bomb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depth), cmocka_unit_test(test_candidates), cmocka_unit_test(test_signatures),
        cmocka_unit_test(test_paths), cmocka_unit_test(test_mesh),       cmocka_unit_test(test_names),
        cmocka_unit_test(test_policies),
    };

    return cmocka_run_group_tests_name("chain bombs", tests, NULL, NULL);
}
