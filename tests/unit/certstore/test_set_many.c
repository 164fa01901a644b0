/* SPDX-License-Identifier: Apache-2.0 */
/* A set of 10,000 certificates: each is found by every index. How fast: build/bench chain. */
#include "maker.h"

#include "certstore/set.h"

#include <stdio.h>

static struct plat_buffer der, name;

static struct plat_span name_of(const char *common_name)
{
    plat_buffer_clear(&name);
    cert_name_from_common_name(common_name, &name);
    return plat_span_of(name.data, name.size);
}

#define MANY 10000U

static void many(void **state)
{
    char subject[32], serial[16], extensions[80];
    struct cert_set *set;
    (void)state;
    plat_buffer_init(&der, 1024U * 1024U);
    plat_buffer_init(&name, 4096);
    assert_int_equal(cert_set_create(&set), ERROR_SUCCESS);
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(subject, sizeof subject, "Subject %u", i);
        snprintf(extensions, sizeof extensions, "30{06{@2.5.29.14} 04{04{%08x}}}", i);
        snprintf(serial, sizeof serial, "01%08x", i);
        maker_cert(&(struct maker_cert){.subject = subject, .serial = serial, .extensions = extensions}, &der);
        assert_int_equal(cert_set_add(set, plat_span_of(der.data, der.size), NULL), ERROR_SUCCESS);
    }
    assert_int_equal(cert_set_count(set), MANY);
    for (unsigned i = 0; i < MANY; i++) {
        const struct cert *cert = cert_set_at(set, i);
        snprintf(subject, sizeof subject, "SUBJECT  %u", i);
        assert_ptr_equal(cert_set_next_subject(set, name_of(subject), NULL), cert);
        assert_ptr_equal(cert_set_next_key_id(set, cert->subject_key_id, NULL), cert);
        assert_ptr_equal(cert_set_find_thumbprint(set, cert->thumbprint), cert);
        assert_ptr_equal(cert_set_find_issuer_serial(set, cert->issuer, cert->serial), cert);
        assert_null(cert_set_next_subject(set, name_of(subject), cert));
    }
    cert_set_free(set);
    plat_buffer_free(&der);
    plat_buffer_free(&name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(many)};
    return cmocka_run_group_tests_name("certstore.set_many", tests, NULL, NULL);
}
