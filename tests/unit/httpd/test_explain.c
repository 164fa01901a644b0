/* SPDX-License-Identifier: Apache-2.0 */
/* The decision in words, and password users, over a real registry. */
#include "access/password.h"
#include "certstore/chain.h"
#include "httpd/explain.h"
#include "platform/fake.h"
#include "registry_scratch.h"
#include "settings/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1000000000 };

static struct test_cert company, accounting, alice, mallory, carol, expired;

static int make_certificates(void **state)
{
    (void)state;
    static const uint8_t five[] = {1, 2, 3, 4, 0, 0, 0, 0, 0, 5}, seven[] = {1, 2, 3, 4, 0, 0, 0, 0, 0, 7};
    test_cert_make(&company, &(struct test_cert_options){.subject = "CompanyIssuer", .is_ca = true});
    test_cert_make(&accounting, &(struct test_cert_options){.subject = "AccountingIssuer", .is_ca = true});
    test_cert_make(&alice, &(struct test_cert_options){.subject = "Alice A.",
                                                       .issuer = &company,
                                                       .serial = plat_span_of(five, sizeof five)});
    test_cert_make(&mallory, &(struct test_cert_options){.subject = "Mallory",
                                                         .issuer = &company,
                                                         .serial = plat_span_of(seven, sizeof seven)});
    test_cert_make(&carol, &(struct test_cert_options){.subject = "Carol C.", .issuer = &accounting});
    test_cert_make(&expired, &(struct test_cert_options){.subject = "Alice A.",
                                                         .issuer = &company,
                                                         .serial = plat_span_of(five, sizeof five),
                                                         .not_after = NOW - 1});
    return 0;
}

static int free_certificates(void **state)
{
    (void)state;
    struct test_cert *const all[] = {&company, &accounting, &alice, &mallory, &carol, &expired};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        test_cert_free(all[i]);
    }
    return 0;
}

static void set_up(struct registry_scratch *r)
{
    static const uint8_t five[] = {1, 2, 3, 4, 0, 0, 0, 0, 0, 5};
    registry_set_dword(r, "", "Basic", 1);
    registry_set_text(r, "VROOTS\\/", "", "\\windows\\www");
    registry_set_text(r, "VROOTS\\/Accounts", "", "\\windows\\accounting.dll");
    registry_set_dword(r, "VROOTS\\/Accounts", "A", 1);
    registry_set_dword(r, "VROOTS\\/Accounts", "P", 0x1c4);
    registry_set_text(r, "VROOTS\\/Accounts", "UserList", "Bob; -Carol;Alice");
    registry_set_text(r, "VROOTS\\/nego", "", "\\windows\\nego");
    registry_set_dword(r, "VROOTS\\/nego", "P", 0x21);
    registry_set_text(r, "VROOTS\\/private", "", "\\windows\\private");
    registry_set_dword(r, "VROOTS\\/private", "A", 1);
    registry_set_text(r, "VROOTS\\/broken", "UserList", "x");
    registry_set_text(r, "SSL\\Users\\Alice", "IssuerCN", "CompanyIssuer");
    registry_set(r, "SSL\\Users\\Alice", "SerialNumber", REG_BINARY, five, sizeof five);
    registry_set_text(r, "SSL\\Users\\Carol", "IssuerCN", "AccountingIssuer");
    assert_int_equal(httpd_user_set(r->db, "Dave", "secret"), ERROR_SUCCESS);
    registry_add_cert(r, "ROOT", &company, false);
    registry_add_cert(r, "Privileged", &accounting, false);
}

struct explain_case {
    const char *path;
    const struct test_cert *cert;
    const char *user;
    const char *method; /* GET */
    bool plain;
    bool allowed;
    const char *lines[10]; /* that must be there, the last line last */
};

static const struct explain_case cases[] = {
    {.path = "/Accounts",
     .cert = &alice,
     .allowed = true,
     .lines = {"request      GET /Accounts over HTTPS, at 2001-09-09 01:46:40 UTC\n",
               "vroot        /Accounts -> \\windows\\accounting.dll (",
               "flags        P=0x000001c4 EXECUTE|REQUIRE_CERT|MAP_CERT|SSL128\n",
               "level        A=1: a user is needed\n",
               "target       \\windows\\accounting.dll: an ISAPI extension to run\n",
               "serial   01,02,03,04,00,00,00,00,00,05\n", "trust        0x00000000 NO_ERROR",
               "user         Alice, by SSL\\Users\\Alice: IssuerCN \"CompanyIssuer\" SerialNumber "
               "01,02,03,04,00,00,00,00,00,05\n",
               "UserList     entry 3 of 3, \"Alice\", is the first that applies: it lets the user in\n",
               "allowed      as Alice\n"}},
    {.path = "/accounts?q",
     .cert = &carol,
     .lines = {"UserList     entry 2 of 3, \"-Carol\", is the first that applies: it keeps the user out\n",
               "refused      403: the user is not allowed by UserList\n"}},
    {.path = "/Accounts",
     .cert = &mallory,
     .lines = {"user         none of the 2 under SSL\\Users has this IssuerCN and SerialNumber\n",
               "refused      403: the client certificate is mapped to no user\n"}},
    {.path = "/Accounts",
     .cert = &expired,
     .lines = {"trust        0x00000001 IS_NOT_TIME_VALID\n", "CN=Alice A.: 0x00000001 IS_NOT_TIME_VALID\n",
               "it is outside its validity period\n", "CN=CompanyIssuer: 0x00000000 NO_ERROR\n",
               "override     CertTrustOverride is 0: nothing is ignored\n",
               "refused      403: the client certificate is not valid\n"}},
    {.path = "/Accounts",
     .method = "POST",
     .lines = {"certificate  asked for in the middle of the request; the client has none\n",
               "PostReadSize=49152", "refused      403: a client certificate is needed and there is none\n"}},
    {.path = "/Accounts",
     .plain = true,
     .cert = &alice,
     .lines = {"over plain HTTP", "SSL          needed with 128 bits, and not there\n",
               "note         the certificate plays no part",
               "refused      403: the virtual root needs SSL\n"}},
    {.path = "/nego/a.htm",
     .allowed = true,
     .lines = {"target       \\windows\\nego\\a.htm: a file or directory",
               "the client has none, which is allowed (NEGO_CERT)\n",
               "permission   READ is needed, and P has it\n", "allowed      to anybody\n"}},
    {.path = "/nego/a.htm",
     .plain = true,
     .allowed = true,
     .lines = {"certificate  cannot be asked for over plain HTTP, which is allowed (NEGO_CERT)\n",
               "allowed      to anybody\n"}},
    {.path = "/private/x",
     .lines = {"password     none given", "refused      401: a user name and password are needed\n"}},
    {.path = "/private/x",
     .user = "Dave",
     .allowed = true,
     .lines = {"password     Dave, by Basic", "UserList     is not set: every user with a password",
               "allowed      as Dave\n"}},
    {.path = "/private/x",
     .user = "Nobody",
     .lines = {"password     there is no such password user", "refused      401: "}},
    {.path = "/private/x#y", .lines = {"path         \"/private/x#y\" is none", "refused      400\n"}},
    {.path = "/private/x", .method = "G T", .lines = {"method       \"G T\" is none", "refused      400\n"}},
    {.path = "/a/%2e%2e/x%20y.txt",
     .method = "POST",
     .allowed = true,
     .lines = {"request      POST /x y.txt over", "POST gets 405", "allowed      to anybody\n"}},
    {.path = "/x.dll/info",
     .cert = &alice,
     .user = "Dave",
     .allowed = true,
     .lines = {"target       \\windows\\www\\x.dll\\info: an ISAPI extension to run\n",
               "note         the certificate plays no part",
               "note         the user name and password play no part here\n", "allowed      to anybody\n"}},
    {.path = "/broken",
     .lines = {"vroot        /broken, which has no physical path",
               "refused      404: no virtual root matches"}},
    {.path = "/a%zz", .lines = {"path         \"/a%zz\" is none: ", "refused      400\n"}},
    {.path = "/../x", .lines = {"path         \"/../x\" is none: ", "refused      400\n"}},
    {.path = "x", .lines = {"path         \"x\" is none: ", "refused      400\n"}},
};

static win_error explain(struct registry_scratch *r, const struct explain_case *c, struct plat_buffer *text,
                         bool *allowed)
{
    const struct httpd_explain_request request = {
        .path = c->path,
        .method = c->method != NULL ? c->method : "GET",
        .plain = c->plain,
        .user = c->user,
        .certificates = c->cert != NULL ? &c->cert->cert.der : NULL,
        .certificate_count = c->cert != NULL,
        .time = NOW,
    };
    return httpd_explain(r->db, &request, text, allowed);
}

static void test_words(void **state)
{
    struct registry_scratch *r = *state;
    struct plat_buffer text;
    plat_buffer_init(&text, 1U << 16);
    set_up(r);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool allowed = !cases[i].allowed;
        plat_buffer_clear(&text);
        assert_int_equal(explain(r, &cases[i], &text, &allowed), ERROR_SUCCESS);
        const char *words = plat_buffer_text(&text), *at = words;
        for (size_t n = 0; n < 10 && cases[i].lines[n] != NULL; n++) {
            at = strstr(at, cases[i].lines[n]);
            if (at == NULL) {
                fail_msg("case %zu (%s): no \"%s\" in\n%s", i, cases[i].path, cases[i].lines[n], words);
            }
        }
        assert_string_equal(strchr(at, '\n'), "\n"); /* it was the last line */
        if (allowed != cases[i].allowed) {
            fail_msg("case %zu (%s): allowed %d", i, cases[i].path, allowed);
        }
    }
    plat_buffer_free(&text);
}

static void test_override_and_modes(void **state)
{
    struct registry_scratch *r = *state;
    struct plat_buffer text;
    bool allowed;
    plat_buffer_init(&text, 1U << 16);
    set_up(r);
    registry_set_dword(r, "SSL", "CertTrustOverride", CERT_TRUST_IS_NOT_TIME_VALID);
    assert_int_equal(explain(r, &cases[3], &text, &allowed), ERROR_SUCCESS);
    assert_true(allowed);
    assert_non_null(strstr(plat_buffer_text(&text),
                           "override     CertTrustOverride ignores 0x00000001 "
                           "IS_NOT_TIME_VALID; what is left is 0x00000000 NO_ERROR\n"));

    registry_set_dword(r, "SSL", "ClientCertificate", HTTPD_REQUIRE_FIRST_HANDSHAKE);
    plat_buffer_clear(&text);
    assert_int_equal(explain(r, &(struct explain_case){.path = "/x"}, &text, &allowed), ERROR_SUCCESS);
    assert_false(allowed);
    assert_non_null(strstr(plat_buffer_text(&text),
                           "certificate  asked for in the first handshake; the client has none\n"));
    plat_buffer_free(&text);
}

static void test_bad_questions(void **state)
{
    struct registry_scratch *r = *state;
    struct plat_buffer text;
    const struct plat_span rubbish = plat_span_of("rubbish", 7);
    const struct httpd_explain_request request = {
        .path = "/", .method = "GET", .certificates = &rubbish, .certificate_count = 1};
    bool allowed = true;
    plat_buffer_init(&text, 1U << 16);
    assert_int_not_equal(httpd_explain(r->db, &request, &text, &allowed), ERROR_SUCCESS);
    assert_false(allowed);
    assert_non_null(strstr(plat_buffer_text(&text), "the client's certificates cannot be taken: "));

    registry_set_text(r, "", "Port", "80");
    plat_buffer_clear(&text);
    allowed = true;
    assert_int_equal(explain(r, &cases[0], &text, &allowed), ERROR_DATATYPE_MISMATCH);
    assert_false(allowed);
    assert_ptr_equal(strstr(plat_buffer_text(&text), "HKLM\\COMM\\HTTPD\\Port: "), plat_buffer_text(&text));
    plat_buffer_free(&text);
}

static void test_no_memory(void **state)
{
    struct registry_scratch *r = *state;
    set_up(r);
    unsigned n = 0;
    size_t live = 0;
    for (bool failed = true; failed;) {
        struct plat_buffer text;
        bool allowed = true;
        plat_buffer_free(&r->log);
        plat_buffer_init(&r->log, 1U << 20);
        plat_buffer_init(&text, 1U << 16);
        plat_fake_memory_fail(n, false); /* 0 = none, to begin with */
        win_error error = explain(r, &cases[2], &text, &allowed);
        failed = plat_fake_memory_failures() > 0 || n == 0;
        plat_fake_memory_fail(0, false);
        assert_false(allowed); /* Mallory never gets in, whatever fails */
        assert_true(n > 0 || error == ERROR_SUCCESS);
        plat_buffer_free(&text);
        plat_buffer_free(&r->log);
        live = n == 0 ? plat_fake_memory_live() : live;
        assert_int_equal(plat_fake_memory_live(), live);
        n++;
    }
    assert_true(n > 50);
    plat_buffer_init(&r->log, 1U << 20);
}

/* ---- password users ---- */

static bool collect(void *context, const char *name)
{
    plat_buffer_printf(context, "%s;", name);
    return true;
}

static void test_users(void **state)
{
    struct registry_scratch *r = *state;
    struct plat_buffer names;
    plat_buffer_init(&names, 4096);
    assert_int_equal(httpd_user_each(r->db, collect, &names), ERROR_SUCCESS);
    assert_int_equal(names.size, 0);
    assert_int_equal(httpd_user_remove(r->db, "Dave"), ERROR_NO_SUCH_USER);
    assert_int_equal(httpd_user_set(r->db, "Dave", "one"), ERROR_SUCCESS);
    assert_int_equal(httpd_user_set(r->db, "J\xc3\xbcrgen Groß", "two"), ERROR_SUCCESS);
    assert_int_equal(httpd_user_set(r->db, "dave", "three"), ERROR_SUCCESS);
    assert_int_equal(httpd_user_each(r->db, collect, &names), ERROR_SUCCESS);
    assert_string_equal(plat_buffer_text(&names), "Dave;J\xc3\xbcrgen Groß;");

    struct httpd_settings *s;
    struct httpd_password_cache *cache;
    assert_int_equal(httpd_settings_load(r->db, &s, &r->message), ERROR_SUCCESS);
    assert_int_equal(httpd_password_cache_create(&cache), ERROR_SUCCESS);
    assert_true(httpd_password_check(cache, s, "DAVE", "three"));
    assert_false(httpd_password_check(cache, s, "Dave", "one"));
    assert_true(httpd_password_check(cache, s, "J\xc3\xbcrgen Groß", "two"));
    httpd_password_cache_free(cache);
    httpd_settings_unref(s);

    assert_int_equal(httpd_user_remove(r->db, "DAVE"), ERROR_SUCCESS);
    assert_int_equal(httpd_user_remove(r->db, "Dave"), ERROR_NO_SUCH_USER);
    plat_buffer_clear(&names);
    assert_int_equal(httpd_user_each(r->db, collect, &names), ERROR_SUCCESS);
    assert_string_equal(plat_buffer_text(&names), "J\xc3\xbcrgen Groß;");
    plat_buffer_free(&names);
}

static void test_users_are_protected(void **state)
{
    struct registry_scratch *r = *state;
    struct reg_key_info info;
    reg_key key;
    assert_int_equal(httpd_user_set(r->db, "Dave", "secret word"), ERROR_SUCCESS);
    assert_int_equal(reg_key_open(r->db, REG_HKLM, "COMM\\HTTPD\\PasswordUsers", &key), ERROR_SUCCESS);
    assert_int_equal(reg_key_info_of(r->db, key, &info), ERROR_SUCCESS);
    assert_true(info.is_protected);
    assert_int_equal(reg_key_open(r->db, key, "Dave", &key), ERROR_SUCCESS);
    struct plat_buffer data, hash;
    struct reg_value value = {.name = "Hash"};
    plat_buffer_init(&data, 4096);
    plat_buffer_init(&hash, 4096);
    assert_int_equal(reg_value_get(r->db, key, value.name, &value.type, &data), ERROR_SUCCESS);
    value.data = plat_span_of(data.data, data.size);
    assert_true(reg_value_string(&value, &hash));
    plat_buffer_free(&data);
    assert_ptr_equal(strstr(plat_buffer_text(&hash), "pbkdf2-sha256$"), plat_buffer_text(&hash));
    assert_null(strstr(plat_buffer_text(&hash), "secret"));
    plat_buffer_free(&hash);
}

static void test_names_refused(void **state)
{
    struct registry_scratch *r = *state;
    static const char *const bad[] = {"",      "a:b",   "a;b",  "a\\b",  "-Dave", "@Dave", "*",
                                      " Dave", "Dave ", "a\nb", "a\x7f", "\xff",  "\t",    "\xc0\xaf"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(httpd_user_set(r->db, bad[i], "password"), ERROR_INVALID_NAME);
        assert_int_equal(httpd_user_remove(r->db, bad[i]), ERROR_NO_SUCH_USER);
    }
    char longest[258];
    memset(longest, 'x', sizeof longest);
    longest[256] = '\0';
    assert_int_equal(httpd_user_set(r->db, longest, "password"), ERROR_INVALID_NAME);
    longest[255] = '\0';
    assert_int_equal(httpd_user_set(r->db, longest, "password"), ERROR_SUCCESS);
    assert_int_equal(httpd_user_set(r->db, "Dave", ""), ERROR_INVALID_PARAMETER);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, registry_scratch_setup, registry_scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_words), TEST(test_override_and_modes),  TEST(test_bad_questions), TEST(test_no_memory),
        TEST(test_users), TEST(test_users_are_protected), TEST(test_names_refused),
    };
    return cmocka_run_group_tests_name("httpd.explain", tests, make_certificates, free_certificates);
}
