/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile lists inside certificates: LIMIT_CHAIN_NAME_CHECKS and LIMIT_CHAIN_POLICIES. */
#include "chain_bomb.h"
#include "der/der.h"
#include "platform/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

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

    plat_buffer_init(&value, BOMB_ROOM);
    for (unsigned i = 0; i < count; i++) {
        put_name(&value, directory, i);
    }
    test_der_wrap(&value, 0, DER_SEQUENCE);
    test_extension(&bomb->recipe.extensions, "2.5.29.17", false, bomb_span(&value));
    plat_buffer_free(&value);
}

/* excludedSubtrees of other names */
static void add_subtrees(struct bomb *bomb, bool directory, unsigned count)
{
    struct plat_buffer value;

    plat_buffer_init(&value, BOMB_ROOM);
    for (unsigned i = 0; i < count; i++) {
        size_t start = value.size;
        put_name(&value, directory, 0x8000 + i);
        test_der_wrap(&value, start, DER_SEQUENCE);
    }
    test_der_wrap(&value, 0, DER_CONTEXT_CONSTRUCTED(1));
    test_der_wrap(&value, 0, DER_SEQUENCE);
    test_extension(&bomb->recipe.extensions, "2.5.29.30", true, bomb_span(&value));
    plat_buffer_free(&value);
}

static void make_names(struct bomb *bomb, bool directory, unsigned names, unsigned subtrees)
{
    bomb_init(bomb);
    bomb_begin(bomb, false);
    add_subtrees(bomb, directory, subtrees);
    bomb_issue(bomb, bomb->roots, "CN=R", "CN=R");
    bomb_begin(bomb, true);
    add_names(bomb, directory, names);
    bomb_issue(bomb, bomb->leaves, "", "CN=R");
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
        bomb_go_off(&bomb, bombs[i].what);
        assert_int_equal(bomb.chain.error,
                         bombs[i].too_many ? CERT_CHAIN_UNFINISHED | CERT_TRUST_INVALID_NAME_CONSTRAINTS : 0U);
        assert_int_equal(bomb.chain.finished, !bombs[i].too_many);
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

    plat_buffer_init(&value, BOMB_ROOM);
    for (unsigned i = 0; i <= POLICIES; i++) {
        size_t start = value.size;
        (void)snprintf(text, sizeof text, "1.3.%u.%u", level, i);
        test_der_oid(&value, i == 0 ? "2.5.29.32.0" : text);
        test_der_wrap(&value, start, DER_SEQUENCE);
    }
    test_der_wrap(&value, 0, DER_SEQUENCE);
    test_extension(&bomb->recipe.extensions, "2.5.29.32", false, bomb_span(&value));
    plat_buffer_free(&value);
}

/* Each policy of the level mapped to each of eleven others. */
static void add_mappings(struct bomb *bomb, unsigned level)
{
    struct plat_buffer value;
    char text[32];

    plat_buffer_init(&value, BOMB_ROOM);
    for (unsigned i = 0; i < 11 * 11; i++) {
        size_t start = value.size;
        (void)snprintf(text, sizeof text, "1.3.%u.%u", level, 1 + i / 11);
        test_der_oid(&value, text);
        (void)snprintf(text, sizeof text, "1.3.%u.%u", level - 1, 1 + i % 11);
        test_der_oid(&value, text);
        test_der_wrap(&value, start, DER_SEQUENCE);
    }
    test_der_wrap(&value, 0, DER_SEQUENCE);
    test_extension(&bomb->recipe.extensions, "2.5.29.33", false, bomb_span(&value));
    plat_buffer_free(&value);
}

static void make_policies(struct bomb *bomb, unsigned certificates, bool mappings)
{
    char upper[16], lower[16];

    bomb_init(bomb);
    bomb_begin(bomb, false);
    test_extension(&bomb->recipe.extensions, "2.5.29.36", true, plat_span_of("\x30\x03\x80\x01\x00", 5));
    bomb_issue(bomb, bomb->roots, bomb_authority(upper, certificates), upper);
    for (unsigned i = certificates - 1; i > 0; i--) {
        bomb_begin(bomb, i == 1);
        add_policies(bomb, i);
        if (mappings && i > 1) {
            add_mappings(bomb, i);
        }
        bomb_issue(bomb, i == 1 ? bomb->leaves : bomb->store, bomb_authority(lower, i),
                   bomb_authority(upper, i + 1));
    }
}

static void test_policies(void **state)
{
    struct bomb bomb;
    (void)state;

    make_policies(&bomb, 5, false);
    bomb_go_off(&bomb, "480 policies at the end of 4 certificates");
    assert_int_equal(bomb.chain.error, CERT_TRUST_NO_ERROR);
    bomb_free(&bomb);
    make_policies(&bomb, LIMIT_CHAIN_DEPTH, false);
    bomb_go_off(&bomb, "1800 policies at the end of 15 certificates");
    assert_int_equal(bomb.chain.error, CERT_CHAIN_UNFINISHED);
    bomb_free(&bomb);
    make_policies(&bomb, LIMIT_CHAIN_DEPTH, true);
    bomb_go_off(&bomb, "11 x 11 mappings on each of 14 levels");
    assert_int_equal(bomb.chain.error, CERT_CHAIN_UNFINISHED);
    bomb_free(&bomb);
}

/* Twins on each floor, all with policies, under a root that has expired: 2 to the power of 12 paths. */
static void test_policies_on_many_paths(void **state)
{
    struct bomb bomb;
    char lower[16], upper[16];
    struct cert_chain *chains = plat_calloc(LIMIT_CHAIN_PATHS, sizeof *chains);
    size_t unfinished = 0;
    (void)state;

    assert_non_null(chains);
    bomb_init(&bomb);
    bomb_begin(&bomb, false);
    test_extension(&bomb.recipe.extensions, "2.5.29.36", true, plat_span_of("\x30\x03\x80\x01\x00", 5));
    bomb.recipe.not_after = BOMB_NOW - 1;
    bomb_issue(&bomb, bomb.roots, bomb_authority(upper, 12), upper);
    bomb.recipe.not_after = BOMB_NOW + 1000;
    for (unsigned i = 12; i > 0; i--) {
        for (unsigned twin = 0; twin < 2; twin++) {
            bomb_begin(&bomb, false);
            add_policies(&bomb, i < 10 ? 10 : i); /* 360 of them in the end */
            bomb_issue(&bomb, bomb.store, bomb_authority(lower, i - 1), bomb_authority(upper, i));
        }
    }
    bomb_begin(&bomb, true);
    add_policies(&bomb, 10);
    bomb_issue(&bomb, bomb.leaves, "CN=A", bomb_authority(upper, 0));
    bomb_go_off(&bomb, "360 policies on 4,096 paths");
    assert_int_equal(bomb.chain.error, CERT_TRUST_IS_NOT_TIME_VALID);
    assert_true(bomb.chain.finished);
    size_t count = cert_chain_build_several(&bomb.input, chains, LIMIT_CHAIN_PATHS);
    assert_int_equal(count, LIMIT_CHAIN_PATHS);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(chains[i].error, chains[i].finished
                                              ? CERT_TRUST_IS_NOT_TIME_VALID
                                              : CERT_TRUST_IS_NOT_TIME_VALID | CERT_CHAIN_UNFINISHED);
        unfinished += chains[i].finished ? 0 : 1;
    }
    assert_in_range(unfinished, 1, count - 1);
    bomb_free(&bomb);
    plat_free(chains);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_policies),
        cmocka_unit_test(test_policies_on_many_paths),
    };

    return cmocka_run_group_tests_name("chain bombs: lists", tests, NULL, NULL);
}
