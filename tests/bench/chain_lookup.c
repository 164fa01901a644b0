/* SPDX-License-Identifier: Apache-2.0 */
/* A set of 10,000 certificates, for build/bench chain: prints "INDEX nanoseconds" of one lookup in it, a line each. */
#include "bench/clock.h"
#include "unit/certstore/maker.h"

#include "certstore/set.h"

#include <stdio.h>
#include <stdlib.h>

#define MANY 10000U

static void fill(struct cert_set *set)
{
    struct plat_buffer der;

    plat_buffer_init(&der, LIMIT_CERT_SIZE);
    for (unsigned i = 0; i < MANY; i++) {
        char subject[32], serial[16], extensions[80];

        (void)snprintf(subject, sizeof subject, "Subject %u", i);
        (void)snprintf(serial, sizeof serial, "01%08x", i);
        (void)snprintf(extensions, sizeof extensions, "30{06{@2.5.29.14} 04{04{%08x}}}", i);
        maker_cert(&(struct maker_cert){.subject = subject, .serial = serial, .extensions = extensions}, &der);
        if (cert_set_add(set, plat_span_of(der.data, der.size), NULL) != ERROR_SUCCESS) {
            exit(1);
        }
    }
    plat_buffer_free(&der);
}

static const struct cert *by_thumbprint(const struct cert_set *set, const struct cert *cert)
{
    return cert_set_find_thumbprint(set, cert->thumbprint);
}

static const struct cert *by_subject(const struct cert_set *set, const struct cert *cert)
{
    return cert_set_next_subject(set, cert->subject, NULL);
}

static const struct cert *by_issuer_and_serial(const struct cert_set *set, const struct cert *cert)
{
    return cert_set_find_issuer_serial(set, cert->issuer, cert->serial);
}

static const struct cert *by_key_id(const struct cert_set *set, const struct cert *cert)
{
    return cert_set_next_key_id(set, cert->subject_key_id, NULL);
}

int main(void)
{
    static const struct {
        const char *name;
        const struct cert *(*find)(const struct cert_set *set, const struct cert *cert);
    } indexes[] = {{"thumbprint", by_thumbprint},
                   {"subject", by_subject},
                   {"issuer-and-serial", by_issuer_and_serial},
                   {"key-id", by_key_id}};
    struct cert_set *set;

    if (cert_set_create(&set) != ERROR_SUCCESS) {
        return 1;
    }
    fill(set);
    for (size_t n = 0; n < sizeof indexes / sizeof indexes[0]; n++) {
        uint64_t start = bench_clock_ns();

        for (unsigned i = 0; i < MANY; i++) {
            const struct cert *cert = cert_set_at(set, i * 7919U % MANY);
            if (indexes[n].find(set, cert) != cert) {
                fprintf(stderr, "%s: not found\n", indexes[n].name);
                return 1;
            }
        }
        printf("%s %.0f\n", indexes[n].name, (double)(bench_clock_ns() - start) / MANY);
    }
    cert_set_free(set);
    return 0;
}
