/* SPDX-License-Identifier: Apache-2.0 */
/* String types to UTF-8, and the text that caseIgnoreMatch compares. */
#include "maker.h"

#include "der/der.h"

#include <string.h>

static struct plat_buffer scratch;

static int setup(void **state)
{
    (void)state;
    plat_buffer_init(&scratch, 1024U * 1024U);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&scratch);
    return 0;
}

static void to_utf8(void **state)
{
    static const struct {
        const char *der;
        const char *text; /* NULL = malformed */
    } cases[] = {
        {"0c{'Alice'}", "Alice"},
        {"0c{}", ""},
        {"0c{c3a4 e282ac f09f989c}", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x9c"},
        {"0c{c080}", NULL},     /* overlong */
        {"0c{eda080}", NULL},   /* a surrogate */
        {"0c{f4908080}", NULL}, /* above U+10FFFF */
        {"0c{e282}", NULL},     /* cut off */
        {"0c{80}", NULL},
        {"0c{410042}", NULL}, /* NUL cuts C strings short */
        {"13{'Alice (1) +,-./:=?'}", "Alice (1) +,-./:=?"},
        {"13{'a@b_c*&'}", "a@b_c*&"}, /* not of the alphabet, but in use */
        {"13{'a!'}", NULL},
        {"13{e4}", NULL},
        {"13{00}", NULL},
        {"12{'1234 5'}", "1234 5"},
        {"12{'12a'}", NULL},
        {"14{41e4ff}", "A\xc3\xa4\xc3\xbf"}, /* TeletexString as Latin-1 */
        {"14{4100}", NULL},
        {"16{'a@b!'7f}", "a@b!\x7f"},
        {"16{80}", NULL},
        {"16{00}", NULL},
        {"1a{'Visible~'}", "Visible~"},
        {"1a{0a}", NULL},
        {"1e{0041 00e4 20ac}", "A\xc3\xa4\xe2\x82\xac"},
        {"1e{0041 00}", NULL},   /* odd */
        {"1e{d83d de1c}", NULL}, /* BMP has no surrogates */
        {"1e{0000}", NULL},
        {"1c{00000041 0001f61c}", "A\xf0\x9f\x98\x9c"},
        {"1c{00110000}", NULL},
        {"1c{000000}", NULL},
        {"1c{0000d800}", NULL},
        {"04{'x'}", NULL}, /* no string */
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct plat_buffer out;
        struct der_item item;
        plat_buffer_init(&out, 1000);
        plat_buffer_append_text(&out, ">");
        struct der_reader r = der_reader_of(maker_der(cases[i].der, &scratch));
        assert_true(der_read(&r, &item));
        bool good = der_string_append_utf8(item.tag, item.content, &out);
        const char *text = plat_buffer_text(&out);
        if (good != (cases[i].text != NULL) || strcmp(text + 1, good ? cases[i].text : "") != 0) {
            fail_msg("%s gives %s%s", cases[i].der, good ? "" : "nothing, ", text);
        }
        plat_buffer_free(&out);
    }
}

static void text_match(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        {"CompanyIssuer", "companyissuer", true},
        {"  Company   Issuer ", "company issuer", true},
        {"Company Issuer", "CompanyIssuer", false},
        {"", "   ", true},
        {"", "x", false},
        {"\xc3\x84pfel", "\xc3\xa4PFEL", true},                                         /* A with diaeresis */
        {"\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd", "\xd0\xb8\xd0\x92\xd0\x90\xd0\xbd", true}, /* Cyrillic */
        {"stra\xc3\x9f"
         "e",
         "STRASSE", false}, /* no folding that changes length */
        {"a\tb", "a b", true},
        {"a\xc2\xa0"
         "b",
         "a b", true}, /* no-break space */
        {"a\xe3\x80\x80\xe2\x80\x89"
         "b",
         "A B", true}, /* ideographic and thin space */
        {"a\xc2\xad"
         "b",
         "ab", true}, /* soft hyphen says nothing */
        {"a\xe2\x80\x8b"
         "b",
         "ab", true}, /* zero width space */
        {"a \xe2\x80\x8b b", "a b", true},
        {"\xf0\x90\x90\x80", "\xf0\x90\x90\x80", true}, /* beyond the BMP: itself */
        {"a\xff", "a\xff", true},                       /* no UTF-8: byte for byte */
        {"A\xff", "a\xff", false},
        {"a", "ab", false},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct plat_buffer a, b;
        plat_buffer_init(&a, 1000);
        plat_buffer_init(&b, 1000);
        if (cert_text_match(cases[i].a, cases[i].b) != cases[i].equal ||
            cert_text_match(cases[i].b, cases[i].a) != cases[i].equal) {
            fail_msg("case %zu: \"%s\" and \"%s\"", i, cases[i].a, cases[i].b);
        }
        cert_text_fold(&a, cases[i].a);
        cert_text_fold(&b, cases[i].b);
        assert_int_equal(plat_span_equal(plat_span_of(a.data, a.size), plat_span_of(b.data, b.size)),
                         cases[i].equal);
        plat_buffer_free(&a);
        plat_buffer_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(to_utf8), cmocka_unit_test(text_match)};
    return cmocka_run_group_tests_name("certstore.strings", tests, setup, teardown);
}
