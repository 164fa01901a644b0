/* SPDX-License-Identifier: Apache-2.0 */
/* The words of CERT_TRUST_STATUS as text, and how words compare. */
#include "certstore/trust.h"
#include "chain/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void assert_names(void (*names)(uint32_t, struct plat_buffer *), uint32_t word, const char *expected)
{
    struct plat_buffer text;

    plat_buffer_init(&text, 4096);
    names(word, &text);
    assert_string_equal(plat_buffer_text(&text), expected);
    plat_buffer_free(&text);
}

static void test_error_names(void **state)
{
    (void)state;
    assert_names(cert_trust_error_names, 0, "NO_ERROR");
    assert_names(cert_trust_error_names, 0x20, "IS_UNTRUSTED_ROOT");
    assert_names(cert_trust_error_names, 0x10021, "IS_NOT_TIME_VALID|IS_UNTRUSTED_ROOT|IS_PARTIAL_CHAIN");
    assert_names(cert_trust_error_names, 0x40000000, "0x40000000");
    assert_names(cert_trust_error_names, 0x40800008, "IS_NOT_SIGNATURE_VALID|0x40800000");
}

static void test_info_names(void **state)
{
    (void)state;
    assert_names(cert_trust_info_names, 0, "NO_INFO");
    assert_names(cert_trust_info_names, 0x10c, "HAS_NAME_MATCH_ISSUER|IS_SELF_SIGNED|HAS_PREFERRED_ISSUER");
}

static void test_every_bit_has_a_sentence(void **state)
{
    struct plat_buffer text;
    (void)state;

    plat_buffer_init(&text, 4096);
    for (unsigned n = 0; n < 32; n++) {
        uint32_t bit = UINT32_C(1) << n;
        plat_buffer_clear(&text);
        cert_trust_error_names(bit, &text);
        bool named = strncmp(plat_buffer_text(&text), "0x", 2) != 0;
        assert_int_equal(named, strcmp(cert_trust_error_sentence(bit), "") != 0);
    }
    plat_buffer_free(&text);
    assert_string_equal(cert_trust_error_sentence(0), "");
}

/* Any fault is worse than none, and more faults are worse than fewer of the same. */
static void test_badness(void **state)
{
    (void)state;
    assert_int_equal(chain_badness(0), 0);
    for (unsigned n = 0; n < 32; n++) {
        uint32_t bit = UINT32_C(1) << n;
        assert_true(chain_badness(bit) > 0);
        if (bit != CERT_TRUST_IS_NOT_TIME_VALID) {
            assert_true(chain_badness(bit | CERT_TRUST_IS_NOT_TIME_VALID) > chain_badness(bit));
        }
    }
    assert_true(chain_badness(CERT_TRUST_IS_NOT_SIGNATURE_VALID) > chain_badness(CERT_TRUST_IS_PARTIAL_CHAIN));
    assert_true(chain_badness(CERT_TRUST_IS_PARTIAL_CHAIN) > chain_badness(CERT_TRUST_IS_UNTRUSTED_ROOT));
    assert_true(chain_badness(CERT_TRUST_IS_UNTRUSTED_ROOT) >
                chain_badness(CERT_TRUST_IS_NOT_TIME_VALID | CERT_TRUST_IS_NOT_VALID_FOR_USAGE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_names),
        cmocka_unit_test(test_info_names),
        cmocka_unit_test(test_every_bit_has_a_sentence),
        cmocka_unit_test(test_badness),
    };

    return cmocka_run_group_tests_name("trust words", tests, NULL, NULL);
}
