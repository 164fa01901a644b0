/* SPDX-License-Identifier: Apache-2.0 */
/* The server's certificate, its key and chain, and the names for the CertificateRequest, out of the certificate stores. */
#include "certstore/key.h"
#include "certstore/crypto.h"
#include "platform/file.h"
#include "registry_scratch.h"
#include "settings/load.h"
#include "settings/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct test_cert root, intermediate, server, expired, self_signed;

static int make_certificates(void **state)
{
    (void)state;
    test_cert_make(&root, &(struct test_cert_options){.subject = "Root", .is_ca = true});
    test_cert_make(&intermediate,
                   &(struct test_cert_options){.subject = "Intermediate", .issuer = &root, .is_ca = true});
    test_cert_make(&server, &(struct test_cert_options){.subject = "CE Server Certificate",
                                                        .issuer = &intermediate,
                                                        .for_servers = true});
    test_cert_make(&expired, &(struct test_cert_options){.subject = "CE Server Certificate",
                                                         .issuer = &intermediate,
                                                         .for_servers = true,
                                                         .not_after = 1000000000});
    test_cert_make(&self_signed, &(struct test_cert_options){.subject = "Alone", .for_servers = true});
    return 0;
}

static int free_certificates(void **state)
{
    (void)state;
    test_cert_free(&root);
    test_cert_free(&intermediate);
    test_cert_free(&server);
    test_cert_free(&expired);
    test_cert_free(&self_signed);
    return 0;
}

static win_error try_load(struct registry_scratch *r, struct httpd_settings **s)
{
    plat_buffer_clear(&r->log);
    plat_buffer_clear(&r->message);
    return httpd_settings_load(r->db, s, &r->message);
}

static struct httpd_settings *load(struct registry_scratch *r)
{
    struct httpd_settings *s = NULL;
    if (try_load(r, &s) != ERROR_SUCCESS) {
        fail_msg("not loaded: %s", plat_buffer_text(&r->message));
    }
    return s;
}

static void enable(struct registry_scratch *r, const char *subject)
{
    registry_set_text(r, "VROOTS\\/", "", "\\www");
    registry_set_dword(r, "SSL", "IsEnabled", 1);
    registry_set_text(r, "SSL", "CertificateSubject", subject);
}

static void test_chain_without_root(void **state)
{
    struct registry_scratch *r = *state;
    enable(r, "CE Server Certificate");
    registry_add_cert(r, "MY", &server, true);
    registry_add_cert(r, "CA", &intermediate, false);
    registry_add_cert(r, "ROOT", &root, false);
    struct httpd_settings *s = load(r);
    assert_true(s->https_enabled);
    assert_int_equal(s->https_port, 443);
    assert_memory_equal(s->server_cert->thumbprint, server.cert.thumbprint, CERT_THUMBPRINT_SIZE);
    assert_true(cert_key_fits(s->server_key, &server.cert));
    assert_int_equal(s->server_chain_count, 2);
    assert_ptr_equal(s->server_chain[0], s->server_cert);
    assert_memory_equal(s->server_chain[1]->thumbprint, intermediate.cert.thumbprint, CERT_THUMBPRINT_SIZE);
    assert_int_equal(registry_log_lines(r), 0);
    httpd_settings_unref(s);
}

/* The issuer may be in MY as well; without a root the chain ends where it ends. */
static void test_chain_from_my(void **state)
{
    struct registry_scratch *r = *state;
    enable(r, "cn=ce server certificate");
    registry_add_cert(r, "MY", &server, true);
    registry_add_cert(r, "MY", &intermediate, false);
    struct httpd_settings *s = load(r);
    assert_int_equal(s->server_chain_count, 2);
    httpd_settings_unref(s);
}

static void test_self_signed(void **state)
{
    struct registry_scratch *r = *state;
    enable(r, "Alone");
    registry_add_cert(r, "MY", &self_signed, true);
    struct httpd_settings *s = load(r);
    assert_int_equal(s->server_chain_count, 1);
    httpd_settings_unref(s);
}

static void test_a_valid_one_with_a_key_wins(void **state)
{
    struct registry_scratch *r = *state;
    enable(r, "CE Server Certificate");
    registry_add_cert(r, "MY", &expired, true);
    registry_add_cert(r, "MY", &server, true);
    struct httpd_settings *s = load(r);
    assert_memory_equal(s->server_cert->thumbprint, server.cert.thumbprint, CERT_THUMBPRINT_SIZE);
    httpd_settings_unref(s);
}

static void test_expired_is_said(void **state)
{
    struct registry_scratch *r = *state;
    enable(r, "CE Server Certificate");
    registry_add_cert(r, "MY", &expired, true);
    httpd_settings_unref(load(r));
    assert_true(registry_log_has(r, "HKLM\\COMM\\HTTPD\\SSL\\CertificateSubject: clients will refuse this "
                                    "certificate: IS_NOT_TIME_VALID"));
}

static void refused(struct registry_scratch *r, win_error wanted, const char *message)
{
    struct httpd_settings *s = NULL;
    win_error error = try_load(r, &s);
    const char *text = plat_buffer_text(&r->message);
    assert_null(s);
    if (error != wanted || strstr(text, message) != text) {
        fail_msg("%08lx: %s", (unsigned long)error, text);
    }
}

static void test_refusals(void **state)
{
    struct registry_scratch *r = *state;
    enable(r, "CE Server Certificate");
    refused(r, CRYPT_E_NOT_FOUND,
            "HKLM\\COMM\\HTTPD\\SSL\\CertificateSubject: the store MY has no certificate \"CE Server "
            "Certificate\"; add it with: cerium cert add");
    registry_add_cert(r, "ROOT", &server, true);
    refused(r, CRYPT_E_NOT_FOUND,
            "HKLM\\COMM\\HTTPD\\SSL\\CertificateSubject: the store MY has no certificate");
    assert_int_equal(cert_key_remove(r->db, &server.cert), ERROR_SUCCESS);
    registry_add_cert(r, "MY", &server, false);
    struct httpd_settings *s = NULL;
    assert_int_not_equal(try_load(r, &s), ERROR_SUCCESS);
    assert_non_null(strstr(
        plat_buffer_text(&r->message),
        "CertificateSubject: the private key of the certificate \"CE Server Certificate\" cannot be had"));

    /* The key file of another certificate, under this one's name. */
    char name[128] = "registry.db.keys/";
    uint8_t hash[CERT_SHA256_SIZE];
    struct plat_buffer pem;
    plat_buffer_init(&pem, 1U << 16);
    test_key_pem(&self_signed, &pem);
    cert_sha256(server.cert.spki, hash);
    for (size_t i = 0; i < sizeof hash; i++) {
        snprintf(name + strlen(name), 3, "%02x", hash[i]);
    }
    registry_add_cert(r, "MY", &self_signed, true); /* makes the folder */
    assert_int_equal(
        plat_file_write_atomic(registry_scratch_path(r, strcat(name, ".pem")), pem.data, pem.size, 0600),
        ERROR_SUCCESS);
    plat_buffer_free(&pem);
    refused(r, NTE_BAD_KEY, "HKLM\\COMM\\HTTPD\\SSL\\CertificateSubject: ");

    registry_set_dword(r, "SSL", "IsEnabled", 0);
    s = load(r);
    assert_null(s->server_cert);
    assert_null(s->server_key);
    httpd_settings_unref(s);
}

/* ---- names ---- */

static void set_issuers(struct registry_scratch *r, const char *const *names, size_t count)
{
    struct plat_buffer data;
    plat_buffer_init(&data, 4096);
    for (size_t i = 0; i < count; i++) {
        for (const char *p = names[i]; *p != '\0'; p++) {
            plat_buffer_append_u16_le(&data, (uint8_t)*p);
        }
        plat_buffer_append_u16_le(&data, 0);
    }
    plat_buffer_append_u16_le(&data, 0);
    registry_set(r, "SSL", "ExtraIssuers", REG_MULTI_SZ, data.data, data.size);
    plat_buffer_free(&data);
}

static void has_name(const struct httpd_settings *s, size_t index, const char *wanted)
{
    struct plat_buffer text;
    plat_buffer_init(&text, 1024);
    assert_true(cert_name_common_name(s->ca_names[index], &text));
    assert_string_equal(plat_buffer_text(&text), wanted);
    plat_buffer_free(&text);
}

static void test_ca_names(void **state)
{
    struct registry_scratch *r = *state;
    static const char *const extra[] = {"CN=PartnerIssuer", "cn=Smith, Jones and Sons", " Plain Name"};
    struct test_cert root_again;
    test_cert_make(&root_again, &(struct test_cert_options){.subject = "Root", .is_ca = true});
    registry_add_cert(r, "ROOT", &root, false);
    registry_add_cert(r, "ROOT", &root_again, false);
    registry_add_cert(r, "Privileged", &self_signed, false);
    registry_add_cert(r, "CA", &intermediate, false);
    set_issuers(r, extra, 3);
    struct httpd_settings *s = load(r);
    assert_int_equal(cert_set_count(s->roots), 3);
    assert_int_equal(cert_set_count(s->intermediates), 1);
    assert_int_equal(s->ca_name_count, 5);
    has_name(s, 0, "Root");
    has_name(s, 1, "Alone");
    has_name(s, 2, "PartnerIssuer");
    has_name(s, 3, "Smith, Jones and Sons");
    has_name(s, 4, "Plain Name");
    httpd_settings_unref(s);
    test_cert_free(&root_again);
}

static void test_ca_names_refused(void **state)
{
    struct registry_scratch *r = *state;
    static const char *const bad[] = {"O=Company", "CN=Issuer, O=Company", "CN=", "CN=x,C=DE"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        set_issuers(r, &bad[i], 1);
        refused(r, ERROR_INVALID_DATA, "HKLM\\COMM\\HTTPD\\SSL\\ExtraIssuers: ");
    }
}

/* No more names than one handshake message holds. */
static void test_ca_names_bounded(void **state)
{
    struct registry_scratch *r = *state;
    struct plat_buffer data;
    plat_buffer_init(&data, 1U << 20);
    for (unsigned i = 0; i < 3000; i++) {
        char name[32];
        snprintf(name, sizeof name, "Issuer number %05u", i);
        for (const char *p = name; *p != '\0'; p++) {
            plat_buffer_append_u16_le(&data, (uint8_t)*p);
        }
        plat_buffer_append_u16_le(&data, 0);
    }
    plat_buffer_append_u16_le(&data, 0);
    registry_set(r, "SSL", "ExtraIssuers", REG_MULTI_SZ, data.data, data.size);
    plat_buffer_free(&data);
    struct httpd_settings *s = load(r);
    size_t total = 0;
    for (size_t i = 0; i < s->ca_name_count; i++) {
        total += s->ca_names[i].size + 2;
    }
    assert_in_range(total, LIMIT_CA_NAMES - 100, LIMIT_CA_NAMES);
    assert_true(registry_log_has(r, "HKLM\\COMM\\HTTPD\\SSL: there are more issuers than fit"));
    httpd_settings_unref(s);
}

/* A damaged entry is no root, and is told of. */
static void test_damaged_root(void **state)
{
    struct registry_scratch *r = *state;
    static const char path[] =
        "Comm\\Security\\SystemCertificates\\ROOT\\Certificates\\0102030405060708090A0B0C0D0E0F1011121314";
    reg_key key;
    registry_add_cert(r, "ROOT", &root, false);
    assert_int_equal(reg_key_create(r->db, REG_HKLM, path, 0, &key, NULL), ERROR_SUCCESS);
    assert_int_equal(reg_value_set(r->db, key, "Blob", REG_BINARY, "rubbish", 7), ERROR_SUCCESS);
    struct httpd_settings *s = load(r);
    assert_int_equal(cert_set_count(s->roots), 1);
    assert_true(registry_log_has(r, "0102030405060708090A0B0C0D0E0F1011121314"));
    httpd_settings_unref(s);
}

/* A damaged entry of Disallowed would let in the one whom it keeps out: the whole snapshot is refused. */
static void test_damaged_distrust(void **state)
{
    struct registry_scratch *r = *state;
    static const char path[] = "Comm\\Security\\SystemCertificates\\Disallowed\\Certificates\\010203040506070"
                               "8090A0B0C0D0E0F1011121314";
    struct httpd_settings *s;
    struct plat_buffer message;
    reg_key key;
    assert_int_equal(reg_key_create(r->db, REG_HKLM, path, 0, &key, NULL), ERROR_SUCCESS);
    assert_int_equal(reg_value_set(r->db, key, "Blob", REG_BINARY, "rubbish", 7), ERROR_SUCCESS);
    plat_buffer_init(&message, 2048);
    assert_int_equal(httpd_settings_load(r->db, &s, &message), ERROR_INVALID_DATA);
    assert_non_null(strstr(plat_buffer_text(&message), "0102030405060708090A0B0C0D0E0F1011121314"));
    assert_non_null(strstr(plat_buffer_text(&message), "Disallowed"));
    plat_buffer_free(&message);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, registry_scratch_setup, registry_scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_chain_without_root), TEST(test_chain_from_my),
        TEST(test_self_signed),        TEST(test_a_valid_one_with_a_key_wins),
        TEST(test_expired_is_said),    TEST(test_refusals),
        TEST(test_ca_names),           TEST(test_ca_names_refused),
        TEST(test_ca_names_bounded),   TEST(test_damaged_root),
        TEST(test_damaged_distrust),
    };
    return cmocka_run_group_tests_name("httpd.settings_tls", tests, make_certificates, free_certificates);
}
