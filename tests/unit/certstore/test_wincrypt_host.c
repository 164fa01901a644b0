/* SPDX-License-Identifier: Apache-2.0 */
/* Host names of certificates (RFC 2818, RFC 6125, RFC 3492; HTTPSPolicyCallbackData). */
#include "pki_text.h"
#include "win32/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <uchar.h>

struct host_case {
    const char *leaf; /* subject and words */
    const char16_t *server;
    bool matches;
};

#define DNS(names) "CN=EE<CN=CA san=" names
#define CN(name) "CN=" name "<CN=CA"

static const struct host_case cases[] = {
    /* plain */
    {DNS("dns:www.example"), u"www.example", true},
    {DNS("dns:www.example"), u"WWW.Example", true},
    {DNS("dns:WWW.EXAMPLE"), u"www.example", true},
    {DNS("dns:www.example"), u"www.example.", true},
    {DNS("dns:www.example"), u"www.example..", false},
    {DNS("dns:www.example"), u".www.example", false},
    {DNS("dns:www.example"), u"ww.example", false},
    {DNS("dns:www.example"), u"www.example.org", false},
    {DNS("dns:www.example"), u"a.www.example", false},
    {DNS("dns:www.example"), u"www,example", false},
    {DNS("dns:a.example+dns:b.example"), u"b.example", true},
    {DNS("email:www.example"), u"www.example", false},
    {DNS("uri:www.example"), u"www.example", false},
    {DNS("dns:localhost"), u"localhost", true},
    {DNS("dns:under_score.example"), u"under_score.example", true},
    {DNS("dns:www.example"), u"", false},
    {DNS("dns:www.example"), u".", false},
    /* the common name, only where there is no dNSName */
    {CN("www.example"), u"www.example", true},
    {CN("www.example"), u"other.example", false},
    {"CN=www.example/O=Acme<CN=CA", u"www.example", true},
    {"CN=www.example/CN=EE<CN=CA", u"www.example", false},
    {"CN=EE/CN=www.example<CN=CA", u"www.example", true},
    {"O=www.example<CN=CA", u"www.example", false},
    {CN("www.example") " san=dns:other.example", u"www.example", false},
    {CN("www.example") " san=email:a@example", u"www.example", true},
    {CN("www.example") " ext=2.5.29.17:3000", u"www.example", false},
    {CN("*.a.example"), u"www.a.example", true},
    /* wildcards: the whole first label, one label, two more behind it */
    {DNS("dns:*.a.example"), u"www.a.example", true},
    {DNS("dns:*.A.example"), u"WWW.a.EXAMPLE", true},
    {DNS("dns:*.a.example"), u"a.example", false},
    {DNS("dns:*.a.example"), u".a.example", false},
    {DNS("dns:*.a.example"), u"x.y.a.example", false},
    {DNS("dns:*.example"), u"www.example", false},
    {DNS("dns:*"), u"example", false},
    {DNS("dns:w*.a.example"), u"www.a.example", false},
    {DNS("dns:*w.a.example"), u"www.a.example", false},
    {DNS("dns:www.*.example"), u"www.a.example", false},
    {DNS("dns:*.*.example"), u"www.a.example", false},
    {DNS("dns:*.a.example"), u"*.a.example", false},
    {DNS("dns:**.a.example"), u"www.a.example", false},
    /* other alphabets: either side may be Punycode */
    {DNS("dns:xn--bcher-kva.example"), u"xn--bcher-kva.example", true},
    {DNS("dns:xn--bcher-kva.example"), u"XN--BCHER-KVA.example", true},
    {DNS("dns:xn--bcher-kva.example"), u"b\u00fccher.example", true},
    {DNS("dns:xn--bcher-kva.example"), u"B\u00dcCHER.example", true},
    {DNS("dns:xn--bcher-kva.example"), u"bucher.example", false},
    {CN("b\xc3\xbc"
        "cher.example"),
     u"xn--bcher-kva.example", true},
    {CN("b\xc3\xbc"
        "cher.example"),
     u"b\u00fccher.example", true},
    {DNS("dns:*.xn--bcher-kva.example"), u"www.b\u00fccher.example", true},
    {DNS("dns:xn--wgv71a119e.example"), u"\u65e5\u672c\u8a9e.example", true}, /* RFC 3492's kind of text */
    {DNS("dns:xn--r8jz45g.example"), u"\u4f8b\u3048.example", true},
    {DNS("dns:xn--ls8h.example"), u"\xd83d\xdca9.example", true}, /* outside of the BMP */
    {DNS("dns:xn--ls8h.example"), u"\xd83d.example", false},      /* half of it */
    {DNS("dns:kelvin.example"), u"\u212aelvin.example", false},   /* a sign is not the letter */
    {CN("\xe2\x84\xaa"
        "elvin.example"),
     u"kelvin.example", false},
    {DNS("dns:xn--abc.example"), u"xn--abc.example", true}, /* whatever it is: the same */
    {DNS("dns:xn--.example"), u"xn--.example", true},
    {DNS("dns:xn--99999999.example"), u"xn--99999999.example", true}, /* overflows */
    {DNS("dns:xn--99999999999.example"), u"xn--99999999998.example", false},
    /* addresses */
    {DNS("ip:c0000201"), u"192.0.2.1", true},
    {DNS("ip:c0000201"), u"192.0.2.2", false},
    {DNS("ip:c000020100"), u"192.0.2.1", false},
    {DNS("ip:20010db8000000000000000000000001"), u"2001:db8::1", true},
    {DNS("ip:20010db8000000000000000000000001"), u"[2001:DB8::1]", true},
    {DNS("ip:20010db8000000000000000000000001"), u"[2001:db8::2]", false},
    {DNS("ip:c0000201"), u"192.0.2.1.example", false},
    {DNS("dns:192.0.2.1"), u"192.0.2.1", true},
    {DNS("dns:*.0.2.1"), u"192.0.2.1", false},
    {DNS("ip:c0000202+dns:192.0.2.1"), u"192.0.2.1", true},
    {CN("192.0.2.1"), u"192.0.2.1", true},
    {CN("192.0.2.1") " san=ip:c0000202", u"192.0.2.1", false},
    {CN("www.example") " san=ip:c0000202", u"www.example", true},
};

static void check(const char *leaf, LPCWSTR server, bool matches)
{
    struct test_pki pki;
    char line[2000];
    bool answer = !matches;

    (void)snprintf(line, sizeof line, "leaf %s\n", leaf);
    test_pki_make(&pki, line);
    assert_int_equal(wc_host_matches(pki.input.leaf, server, &answer), ERROR_SUCCESS);
    assert_int_equal(answer, matches);
    test_pki_free(&pki);
}

static void host_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        WCHAR server[64] = {0};

        for (size_t j = 0; cases[i].server[j] != 0; j++)
            server[j] = cases[i].server[j];
        print_message("case %zu\n", i);
        check(cases[i].leaf, server, cases[i].matches);
    }
}

/* Labels and names as long as they may be, and longer. */
static void long_names(void **state)
{
    WCHAR server[3000];
    char leaf[1000];
    static const struct {
        size_t label, labels;
        bool matches;
    } sizes[] = {{63, 1, true}, {64, 1, false}, {63, 3, true}, {50, 5, true}, {50, 6, false}, {63, 8, false}};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t length = 0;

        memcpy(leaf, "CN=", 3);
        for (size_t j = 0; j < sizes[i].labels; j++) {
            for (size_t k = 0; k < sizes[i].label; k++)
                leaf[3 + length++] = 'a';
            leaf[3 + length++] = '.';
        }
        memcpy(leaf + 3 + length - 1, "<CN=CA", 7);
        for (size_t j = 0; j + 1 < length; j++)
            server[j] = (WCHAR)leaf[3 + j];
        server[length - 1] = 0;
        check(leaf, server, sizes[i].matches);
    }
    for (size_t i = 0; i < 2999; i++)
        server[i] = 'a';
    server[2999] = 0;
    check("CN=a<CN=CA", server, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(host_names), cmocka_unit_test(long_names)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
