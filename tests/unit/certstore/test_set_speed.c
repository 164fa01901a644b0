/* SPDX-License-Identifier: Apache-2.0 */
/* A set of 10,000 certificates, by the real clock. */
#include "maker.h"

#include "certstore/set.h"
#include "platform/clock.h"

#include <stdio.h>

static struct plat_buffer der, name;

static struct plat_span name_of(const char *common_name)
{
    plat_buffer_clear(&name);
    cert_name_from_common_name(common_name, &name);
    return plat_span_of(name.data, name.size);
}

#define MANY 10000U

/*
 * The time of a lookup does not grow with the set. The bound is far above what any machine needs, and far
 * below a walk.
 */
static void many(void **state)
{
    char subject[32], extensions[80];
    struct cert_set *set;
    (void)state;
    plat_buffer_init(&der, 1024U * 1024U);
    plat_buffer_init(&name, 4096);
    assert_int_equal(cert_set_create(&set), ERROR_SUCCESS);
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(subject, sizeof subject, "Subject %u", i);
        snprintf(extensions, sizeof extensions, "30{06{@2.5.29.14} 04{04{%08x}}}", i);
        maker_cert(&(struct maker_cert){.subject = subject, .extensions = extensions}, &der);
        assert_int_equal(cert_set_add(set, plat_span_of(der.data, der.size), NULL), ERROR_SUCCESS);
    }
    assert_int_equal(cert_set_count(set), MANY);
    uint64_t start = plat_clock_monotonic_ms();
    for (unsigned i = 0; i < MANY; i++) {
        const struct cert *cert = cert_set_at(set, i);
        snprintf(subject, sizeof subject, "SUBJECT  %u", i);
        assert_ptr_equal(cert_set_next_subject(set, name_of(subject), NULL), cert);
        assert_ptr_equal(cert_set_next_key_id(set, cert->subject_key_id, NULL), cert);
        assert_ptr_equal(cert_set_find_thumbprint(set, cert->thumbprint), cert);
        assert_null(cert_set_next_subject(set, name_of(subject), cert));
    }
    uint64_t spent = plat_clock_monotonic_ms() - start;
    print_message("%u lookups among %u certificates: %u ns each\n", 4 * MANY, MANY,
                  (unsigned)(spent * 1000000 / (4 * MANY)));
    assert_true(spent < 4 * MANY / 1000 * 50); /* 50 us each */
    cert_set_free(set);
    plat_buffer_free(&der);
    plat_buffer_free(&name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(many)};
    return cmocka_run_group_tests_name("certstore.set_speed", tests, NULL, NULL);
}
