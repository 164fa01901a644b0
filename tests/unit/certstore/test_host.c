/* SPDX-License-Identifier: Apache-2.0 */
/* Names of servers (RFC 9525): which certificate is for whom. */
#include "certstore/host.h"
#include "pki_text.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct host_case {
    const char *names; /* of the certificate: words of pki_text.h */
    const char *host;
    enum cert_host_answer answer;
};

#define LABEL_63 "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-012345678"

static const struct host_case cases[] = {
    /* DNS names, whole */
    {"san=dns:a.example", "a.example", CERT_HOST_MATCHES},
    {"san=dns:A.Example", "a.eXAMPLE", CERT_HOST_MATCHES},
    {"san=dns:a.example", "a.example.", CERT_HOST_MATCHES},
    {"san=dns:a.example.", "a.example", CERT_HOST_MATCHES},
    {"san=dns:b.example+dns:a.example", "a.example", CERT_HOST_MATCHES},
    {"san=dns:" LABEL_63 ".example", LABEL_63 ".example", CERT_HOST_MATCHES},
    {"san=dns:device", "device", CERT_HOST_MATCHES},
    {"san=dns:a.example", "xa.example", CERT_HOST_OTHER},
    {"san=dns:a.example", "a.example.x", CERT_HOST_OTHER},
    {"san=dns:a.example", "x.a.example", CERT_HOST_OTHER},
    {"san=dns:a.example", "example", CERT_HOST_OTHER},
    {"san=dns:xn--bcher-kva.example", "xn--bcher-kva.example", CERT_HOST_MATCHES},
    /* wildcards: one whole label, the leftmost, two behind it */
    {"san=dns:*.a.example", "x.a.example", CERT_HOST_MATCHES},
    {"san=dns:*.a.example", "X.A.EXAMPLE", CERT_HOST_MATCHES},
    {"san=dns:*.a.example", "x.y.a.example", CERT_HOST_OTHER},
    {"san=dns:*.a.example", "a.example", CERT_HOST_OTHER},
    {"san=dns:*.example", "a.example", CERT_HOST_OTHER},
    {"san=dns:*", "a", CERT_HOST_OTHER},
    {"san=dns:*.", "a", CERT_HOST_OTHER},
    {"san=dns:x*.a.example", "xy.a.example", CERT_HOST_OTHER},
    {"san=dns:*x.a.example", "yx.a.example", CERT_HOST_OTHER},
    {"san=dns:**.a.example", "x.a.example", CERT_HOST_OTHER},
    {"san=dns:a.*.example", "a.b.example", CERT_HOST_OTHER},
    {"san=dns:*.*.example", "a.b.example", CERT_HOST_OTHER},
    {"san=dns:*.0.0.1", "10.0.0.1", CERT_HOST_OTHER},
    /* what is no name, on either side */
    {"san=dns:a..example", "a..example", CERT_HOST_NONE},
    {"san=dns:a..example", "a.example", CERT_HOST_OTHER},
    {"san=dns:", "a.example", CERT_HOST_OTHER},
    {"san=dns:a.example", "", CERT_HOST_NONE},
    {"san=dns:a.example", ".", CERT_HOST_NONE},
    {"san=dns:a.example", "a.example..", CERT_HOST_NONE},
    {"san=dns:a.example", ".a.example", CERT_HOST_NONE},
    {"san=dns:a.example", "*.a.example", CERT_HOST_NONE},
    {"san=dns:*.a.example", "*.a.example", CERT_HOST_NONE},
    {"san=dns:a.example", "a.example:443", CERT_HOST_NONE},
    {"san=dns:a.example", "a b.example", CERT_HOST_NONE},
    {"san=dns:a.example", "\xc3\xa4.example", CERT_HOST_NONE},
    {"san=dns:a.example", LABEL_63 "x.example", CERT_HOST_NONE},
    /* addresses */
    {"san=ip:0a000001", "10.0.0.1", CERT_HOST_MATCHES},
    {"san=ip:0a000001", "10.0.0.2", CERT_HOST_OTHER},
    {"san=ip:20010db8000000000000000000000001", "2001:db8::1", CERT_HOST_MATCHES},
    {"san=ip:20010db8000000000000000000000001", "[2001:DB8:0::1]", CERT_HOST_MATCHES},
    {"san=ip:20010db8000000000000000000000001", "2001:db8::2", CERT_HOST_OTHER},
    {"san=ip:0a000001", "[10.0.0.1]", CERT_HOST_NONE},
    {"san=ip:0a000001", "::ffff:10.0.0.1", CERT_HOST_OTHER},
    {"san=ip:0a000001", "10.0.0.1.", CERT_HOST_NONE},
    {"san=ip:0a000001", "10.0.0.256", CERT_HOST_NONE},
    {"san=ip:0a0000", "10.0.0.1", CERT_HOST_OTHER},
    {"san=ip:0a000001ffffffff", "10.0.0.1", CERT_HOST_OTHER},
    {"san=dns:10.0.0.1", "10.0.0.1", CERT_HOST_OTHER}, /* an address is compared with addresses alone */
    {"san=ip:0a000001", "[", CERT_HOST_NONE},
    {"san=ip:0a000001", "[]", CERT_HOST_NONE},
    /* common names and other names do not count */
    {"", "a.example", CERT_HOST_NO_NAMES},
    {"san=email:x@a.example+uri:http://a.example/", "a.example", CERT_HOST_NO_NAMES},
    {"ext=2.5.29.17:0500", "a.example", CERT_HOST_NONE},
};

static const struct cert *make(struct test_pki *pki, const char *names)
{
    char text[512];
    snprintf(text, sizeof text, "leaf CN=a.example<CN=R %s\n", names);
    test_pki_make(pki, text);
    return pki->input.leaf;
}

static void every_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct test_pki pki;
        enum cert_host_answer answer = cert_host_match(make(&pki, cases[i].names), cases[i].host);
        if (answer != cases[i].answer) {
            fail_msg("%s, host \"%s\": %d, not %d", cases[i].names, cases[i].host, (int)answer,
                     (int)cases[i].answer);
        }
        test_pki_free(&pki);
    }
}

/* 253 characters are a name, 254 are none (RFC 1035 section 2.3.4). */
static void longest_name(void **state)
{
    struct test_pki pki;
    char names[300] = "san=dns:", *host = names + 8;
    (void)state;
    for (size_t i = 0; i < 254; i++) {
        host[i] = i % 50 == 49 ? '.' : 'a';
    }
    host[254] = '\0';
    assert_int_equal(cert_host_match(make(&pki, names), host), CERT_HOST_NONE);
    test_pki_free(&pki);
    host[253] = '\0';
    assert_int_equal(cert_host_match(make(&pki, names), host), CERT_HOST_MATCHES);
    test_pki_free(&pki);
}

static void names_in_words(void **state)
{
    static const struct {
        const char *names, *words;
    } texts[] = {
        {"san=dns:a.example+email:x@a.example+dns:*.b.example+ip:0a000001",
         "a.example, *.b.example, 10.0.0.1"},
        {"san=ip:20010db8000000000000000000000001", "2001:db8:0:0:0:0:0:1"},
        {"ext=2.5.29.17:30078205620a2c5c63", "b\\0A\\2C\\5Cc"}, /* a name makes up no line and no other name */
        {"", ""},
        {"ext=2.5.29.17:0500", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct test_pki pki;
        struct plat_buffer out;
        plat_buffer_init(&out, 1024);
        cert_host_names(make(&pki, texts[i].names), &out);
        assert_string_equal(plat_buffer_text(&out), texts[i].words);
        plat_buffer_free(&out);
        test_pki_free(&pki);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case),
        cmocka_unit_test(longest_name),
        cmocka_unit_test(names_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
