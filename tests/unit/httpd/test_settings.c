/* SPDX-License-Identifier: Apache-2.0 */
/* Settings out of a real registry: what is read, and what is refused or warned of, by key and value name. */
#include "platform/fake.h"
#include "platform/limits.h"
#include "registry_scratch.h"
#include "settings/load.h"
#include "settings/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct httpd_settings *load(struct registry_scratch *r)
{
    struct httpd_settings *s = NULL;
    plat_buffer_clear(&r->log);
    plat_buffer_clear(&r->message);
    win_error error = httpd_settings_load(r->db, &s, &r->message);
    if (error != ERROR_SUCCESS) {
        fail_msg("not loaded: %s (%s)", plat_buffer_text(&r->message), win_error_text(error));
    }
    return s;
}

static void refused(struct registry_scratch *r, win_error wanted, const char *message)
{
    struct httpd_settings *s = NULL;
    plat_buffer_clear(&r->message);
    win_error error = httpd_settings_load(r->db, &s, &r->message);
    const char *text = plat_buffer_text(&r->message);
    assert_null(s);
    if (error != wanted || strstr(text, message) != text) {
        fail_msg("error %lu \"%s\", not %lu \"%s\"", (unsigned long)error, text, (unsigned long)wanted,
                 message);
    }
}

static void test_nothing_set(void **state)
{
    struct registry_scratch *r = *state;
    struct httpd_settings *s = load(r);
    assert_true(s->http_enabled);
    assert_int_equal(s->http_port, 80);
    assert_false(s->https_enabled);
    assert_int_equal(s->https_port, 443);
    assert_true(s->address_all);
    assert_int_equal(s->address_count, 0);
    assert_int_equal(s->post_read_size, 49152);
    assert_int_equal(s->max_connections, 256);
    assert_int_equal(s->max_head_size, 49152);
    assert_int_equal(s->idle_ms, 60000);
    assert_memory_equal(s->server_id, "Cerium/", 7);
    assert_false(s->basic);
    assert_string_equal(s->basic_realm, "Microsoft-WinCE");
    assert_string_equal(s->default_pages, "default.htm;index.htm");
    assert_false(s->dir_browse);
    assert_int_equal(s->admin_users.count, 0);
    assert_int_equal(s->vroot_count + s->mapped_user_count + s->password_user_count + s->script_map_count, 0);
    assert_int_equal(s->ask_certificate, HTTPD_ASK_MID_REQUEST);
    assert_int_equal(s->trust_override, 0);
    assert_null(s->server_cert);
    assert_int_equal(s->ca_name_count, 0);
    assert_null(httpd_vroot_find(s, "/", NULL));
    assert_true(registry_log_has(r, "HKLM\\COMM\\HTTPD\\VROOTS: there is no virtual root"));
    assert_int_equal(registry_log_lines(r), 1);
    httpd_settings_unref(s);
}

static void test_base_values(void **state)
{
    struct registry_scratch *r = *state;
    registry_set_dword(r, "", "isenabled", 0);
    registry_set_dword(r, "", "PORT", 8080);
    registry_set_text(r, "", "Address", " 127.0.0.1 ;; ::1;10.1.2.3;");
    registry_set_dword(r, "", "PostReadSize", 100000);
    registry_set_dword(r, "", "MaxConnections", 10);
    registry_set_dword(r, "", "MaxHeaderReadSize", 2048);
    registry_set_dword(r, "", "ConnectionTimeout", 5000);
    registry_set_text(r, "", "ServerID", "");
    registry_set_dword(r, "", "Basic", 2);
    registry_set_text(r, "", "BasicRealm", "the \"realm\"");
    registry_set_text(r, "", "DefaultPage", "a.htm");
    registry_set_dword(r, "", "DirBrowse", 1);
    registry_set_text(r, "", "AdminUsers", "Root; Toor");
    registry_set_text(r, "VROOTS\\/", "", "\\www");
    registry_set_text(r, "ScriptMap", ".fo1", "\\windows\\asp.dll");
    registry_set_text(r, "ScriptMap", ".Fo2", "\\testextn.dll");
    struct httpd_settings *s = load(r);
    struct plat_address address;
    assert_false(s->http_enabled);
    assert_int_equal(s->http_port, 8080);
    assert_false(s->address_all);
    assert_int_equal(s->address_count, 3);
    assert_true(plat_address_parse("::1", &address) && plat_address_equal(&address, &s->addresses[1]));
    assert_true(plat_address_parse("10.1.2.3", &address) && plat_address_equal(&address, &s->addresses[2]));
    assert_int_equal(s->post_read_size, 100000);
    assert_int_equal(s->max_connections, 10);
    assert_int_equal(s->max_head_size, 2048);
    assert_int_equal(s->idle_ms, 5000);
    assert_string_equal(s->server_id, "");
    assert_true(s->basic);
    assert_string_equal(s->basic_realm, "the \"realm\"");
    assert_int_equal(s->admin_users.count, 2);
    assert_string_equal(s->vroots[0].default_pages, "a.htm");
    assert_true(s->vroots[0].dir_browse);
    assert_string_equal(httpd_script_map_find(s, "x.fo1")->module, "\\windows\\asp.dll");
    assert_string_equal(httpd_script_map_find(s, "a.b.FO2")->module, "\\testextn.dll");
    assert_null(httpd_script_map_find(s, "x.fo"));
    assert_null(httpd_script_map_find(s, "fo1"));
    assert_null(httpd_script_map_find(s, ""));
    assert_int_equal(registry_log_lines(r), 0);
    httpd_settings_unref(s);
}

static void test_vroots(void **state)
{
    struct registry_scratch *r = *state;
    registry_set_text(r, "VROOTS\\/", "", "\\windows\\www");
    registry_set_text(r, "VROOTS\\/Accounts", "", "\\windows\\accounting.DLL");
    registry_set_dword(r, "VROOTS\\/Accounts", "a", 1);
    registry_set_dword(r, "VROOTS\\/Accounts", "p", 0x1c4);
    registry_set_text(r, "VROOTS\\/Accounts", "UserList", "Alice;Bob;Carol");
    registry_set_text(r, "VROOTS\\/docs", "", "\\docs");
    registry_set_dword(r, "VROOTS\\/docs", "DirBrowse", 1);
    registry_set_text(r, "VROOTS\\/docs", "DefaultPage", "start.htm");
    registry_set_text(r, "VROOTS\\/docs", "UserList", "  ");
    registry_set_text(r, "VROOTS\\/nobody", "", "\\x");
    registry_set_text(r, "VROOTS\\/nobody", "UserList", ";");
    struct httpd_settings *s = load(r);
    assert_int_equal(s->vroot_count, 4);
    const struct httpd_vroot *v = httpd_vroot_find(s, "/", NULL);
    assert_string_equal(v->physical, "\\windows\\www");
    assert_int_equal(v->auth, 0);
    assert_int_equal(v->flags, 0x205);
    assert_false(v->is_module || v->dir_browse || v->has_user_list);
    assert_string_equal(v->default_pages, "default.htm;index.htm");
    v = httpd_vroot_find(s, "/accounts", NULL);
    assert_string_equal(v->url, "/Accounts");
    assert_int_equal(v->auth, 1);
    assert_int_equal(v->flags, 0x1c4);
    assert_true(v->is_module && v->has_user_list);
    assert_int_equal(v->user_list.count, 3);
    v = httpd_vroot_find(s, "/docs/", NULL);
    assert_true(v->dir_browse);
    assert_false(v->has_user_list);
    assert_string_equal(v->default_pages, "start.htm");
    v = httpd_vroot_find(s, "/nobody", NULL);
    assert_true(v->has_user_list);
    assert_int_equal(v->user_list.count, 0);
    assert_int_equal(registry_log_lines(r), 0);
    httpd_settings_unref(s);
}

static void test_users(void **state)
{
    struct registry_scratch *r = *state;
    static const uint8_t alice[] = {1, 2, 3, 4, 0, 0, 0, 0, 0, 5}, padded[] = {0, 0, 0x80, 6}, zero[] = {0, 0};
    static const char hash[] =
        "pbkdf2-sha256$1000$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    registry_set_text(r, "VROOTS\\/", "", "\\windows\\www");
    registry_set_text(r, "SSL\\Users\\Carol", "IssuerCN", "AccountingIssuer");
    registry_set_text(r, "SSL\\Users\\Bob", "issuercn", "CompanyIssuer");
    registry_set(r, "SSL\\Users\\Bob", "serialnumber", REG_BINARY, padded, sizeof padded);
    registry_set(r, "SSL\\Users\\Alice", "SerialNumber", REG_BINARY, alice, sizeof alice);
    registry_set(r, "SSL\\Users\\Zero", "SerialNumber", REG_BINARY, zero, sizeof zero);
    registry_set_text(r, "PasswordUsers\\Dave", "Hash", hash);
    struct httpd_settings *s = load(r);
    assert_int_equal(s->mapped_user_count, 4);
    static const char *const names[] = {"Alice", "Bob", "Carol", "Zero"};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(s->mapped_users[i].name, names[i]);
        assert_int_equal(s->mapped_users[i].order, i);
    }
    assert_null(s->mapped_users[0].issuer_cn);
    assert_int_equal(s->mapped_users[0].serial.size, sizeof alice);
    assert_memory_equal(s->mapped_users[0].serial.data, alice, sizeof alice);
    assert_int_equal(s->mapped_users[1].serial.size, 2);
    assert_memory_equal(s->mapped_users[1].serial.data, "\x80\x06", 2);
    assert_int_equal(s->mapped_users[2].serial.size, 0);
    assert_int_equal(s->mapped_users[3].serial.size, 1);
    assert_string_equal(httpd_password_user_find(s, "DAVE")->hash, hash);
    assert_null(httpd_password_user_find(s, "Dav"));
    httpd_settings_unref(s);
}

/* ---- refused ---- */

static void test_wrong_types(void **state)
{
    struct registry_scratch *r = *state;
    static const struct {
        const char *path, *name, *message;
        bool text; /* wants text, else a number */
    } cases[] = {
        {"", "IsEnabled", "HKLM\\COMM\\HTTPD\\IsEnabled: must be a REG_DWORD", false},
        {"", "port", "HKLM\\COMM\\HTTPD\\Port: must be a REG_DWORD", false},
        {"", "PostReadSize", "HKLM\\COMM\\HTTPD\\PostReadSize: ", false},
        {"", "MaxConnections", "HKLM\\COMM\\HTTPD\\MaxConnections: ", false},
        {"", "Basic", "HKLM\\COMM\\HTTPD\\Basic: ", false},
        {"", "AdminUsers", "HKLM\\COMM\\HTTPD\\AdminUsers: must be a REG_SZ", true},
        {"", "Address", "HKLM\\COMM\\HTTPD\\Address: ", true},
        {"", "BasicRealm", "HKLM\\COMM\\HTTPD\\BasicRealm: ", true},
        {"", "DefaultPage", "HKLM\\COMM\\HTTPD\\DefaultPage: ", true},
        {"VROOTS\\/a", "", "HKLM\\COMM\\HTTPD\\VROOTS\\/a\\(default): must be a REG_SZ", true},
        {"VROOTS\\/a", "A", "HKLM\\COMM\\HTTPD\\VROOTS\\/a\\A: ", false},
        {"VROOTS\\/a", "p", "HKLM\\COMM\\HTTPD\\VROOTS\\/a\\P: ", false},
        {"VROOTS\\/a", "UserList", "HKLM\\COMM\\HTTPD\\VROOTS\\/a\\UserList: ", true},
        {"VROOTS\\/a", "DirBrowse", "HKLM\\COMM\\HTTPD\\VROOTS\\/a\\DirBrowse: ", false},
        {"SSL", "IsEnabled", "HKLM\\COMM\\HTTPD\\SSL\\IsEnabled: ", false},
        {"SSL", "CertificateSubject", "HKLM\\COMM\\HTTPD\\SSL\\CertificateSubject: ", true},
        {"SSL", "CertTrustOverride", "HKLM\\COMM\\HTTPD\\SSL\\CertTrustOverride: ", false},
        {"SSL", "ClientCertificate", "HKLM\\COMM\\HTTPD\\SSL\\ClientCertificate: ", false},
        {"SSL", "ExtraIssuers", "HKLM\\COMM\\HTTPD\\SSL\\ExtraIssuers: must be a REG_MULTI_SZ", true},
        {"SSL\\Users\\Al", "IssuerCN", "HKLM\\COMM\\HTTPD\\SSL\\Users\\Al\\IssuerCN: ", true},
        {"SSL\\Users\\Al", "SerialNumber",
         "HKLM\\COMM\\HTTPD\\SSL\\Users\\Al\\SerialNumber: must be a REG_BINARY", false},
        {"PasswordUsers\\Al", "Hash", "HKLM\\COMM\\HTTPD\\PasswordUsers\\Al\\Hash: ", true},
        {"ScriptMap", ".fo1", "HKLM\\COMM\\HTTPD\\ScriptMap\\.fo1: ", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        reg_key key;
        if (cases[i].text) {
            registry_set_dword(r, cases[i].path, cases[i].name, 1);
        } else {
            registry_set_text(r, cases[i].path, cases[i].name, "1");
        }
        refused(r, ERROR_DATATYPE_MISMATCH, cases[i].message);
        assert_int_equal(reg_key_open(r->db, REG_HKLM, "COMM\\HTTPD", &key), ERROR_SUCCESS);
        assert_int_equal(reg_key_delete_tree(r->db, key), ERROR_SUCCESS);
    }
    registry_set(r, "", "Port", REG_DWORD, "\x50\x00", 2);
    refused(r, ERROR_DATATYPE_MISMATCH,
            "HKLM\\COMM\\HTTPD\\Port: must be a REG_DWORD of four bytes; it has type 4 and 2 bytes");
}

/* Two keys for one path: the laxer one must not win by the order of the keys. */
static void test_two_vroots_for_one_path(void **state)
{
    struct registry_scratch *r = *state;
    registry_set_text(r, "VROOTS\\/a", "", "\\x");
    registry_set_text(r, "VROOTS\\/a/", "", "\\y");
    refused(r, ERROR_ALREADY_EXISTS, "HKLM\\COMM\\HTTPD\\VROOTS\\/a/: the same path as /a");
}

static void test_bad_contents(void **state)
{
    struct registry_scratch *r = *state;
    static const struct {
        const char *path, *name, *text; /* text NULL: number */
        uint32_t number;
        win_error error;
        const char *message;
    } cases[] = {
        {"", "Port", NULL, 65536, ERROR_INVALID_DATA,
         "HKLM\\COMM\\HTTPD\\Port: is 65536; it must be 0 to 65535"},
        {"", "PostReadSize", NULL, 0, ERROR_INVALID_DATA, "HKLM\\COMM\\HTTPD\\PostReadSize: is 0;"},
        {"", "PostReadSize", NULL, 16777217, ERROR_INVALID_DATA,
         "HKLM\\COMM\\HTTPD\\PostReadSize: is 16777217;"},
        {"", "MaxConnections", NULL, 0, ERROR_INVALID_DATA, "HKLM\\COMM\\HTTPD\\MaxConnections: "},
        {"", "MaxHeaderReadSize", NULL, 1, ERROR_INVALID_DATA, "HKLM\\COMM\\HTTPD\\MaxHeaderReadSize: "},
        {"", "ConnectionTimeout", NULL, 0, ERROR_INVALID_DATA, "HKLM\\COMM\\HTTPD\\ConnectionTimeout: "},
        {"", "Address", "127.0.0.1;localhost", 0, ERROR_INVALID_DATA,
         "HKLM\\COMM\\HTTPD\\Address: \"localhost\" is not an IP"},
        {"", "Address",
         "1.1.1.1;1.1.1.2;1.1.1.3;1.1.1.4;1.1.1.5;1.1.1.6;1.1.1.7;1.1.1.8;1.1.1.9;1.1.1.10;1.1.1.11;1.1.1.12;"
         "1.1.1.13;"
         "1.1.1.14;1.1.1.15;1.1.1.16;1.1.1.17",
         0, ERROR_INVALID_DATA, "HKLM\\COMM\\HTTPD\\Address: has more than 16"},
        {"", "AdminUsers", "Alice;-", 0, ERROR_INVALID_DATA,
         "HKLM\\COMM\\HTTPD\\AdminUsers: has a '-' or '@'"},
        {"", "ServerID", "x\r\nSet-Cookie: y", 0, ERROR_INVALID_DATA,
         "HKLM\\COMM\\HTTPD\\ServerID: must not have control"},
        {"", "BasicRealm", "x\n", 0, ERROR_INVALID_DATA,
         "HKLM\\COMM\\HTTPD\\BasicRealm: must not have control"},
        {"VROOTS\\FooBar", "", "\\x", 0, ERROR_INVALID_NAME,
         "HKLM\\COMM\\HTTPD\\VROOTS\\FooBar: a virtual root's name begins with '/'"},
        {"VROOTS\\/a//b", "", "\\x", 0, ERROR_INVALID_NAME,
         "HKLM\\COMM\\HTTPD\\VROOTS\\/a//b: a virtual root's name with an empty"},
        {"VROOTS\\/a/../b", "", "\\x", 0, ERROR_INVALID_NAME,
         "HKLM\\COMM\\HTTPD\\VROOTS\\/a/../b: a virtual root's name with an empty"},
        {"VROOTS\\/.", "", "\\x", 0, ERROR_INVALID_NAME,
         "HKLM\\COMM\\HTTPD\\VROOTS\\/.: a virtual root's name"},
        {"VROOTS\\/a", "UserList", "@;Alice", 0, ERROR_INVALID_DATA,
         "HKLM\\COMM\\HTTPD\\VROOTS\\/a\\UserList: has a '-' or '@'"},
        {"SSL", "Port", NULL, 70000, ERROR_INVALID_DATA, "HKLM\\COMM\\HTTPD\\SSL\\Port: is 70000"},
        {"SSL", "ClientCertificate", NULL, 3, ERROR_INVALID_DATA,
         "HKLM\\COMM\\HTTPD\\SSL\\ClientCertificate: is 3; it must be 0 to 2"},
        {"SSL", "RevocationCheck", NULL, 3, ERROR_INVALID_DATA,
         "HKLM\\COMM\\HTTPD\\SSL\\RevocationCheck: is 3; it must be 0 to 2"},
        {"SSL", "IsEnabled", NULL, 1, CRYPT_E_NOT_FOUND,
         "HKLM\\COMM\\HTTPD\\SSL\\CertificateSubject: is not set, and HTTPS"},
        {"ScriptMap", ".fo1", "", 0, ERROR_DATATYPE_MISMATCH, "HKLM\\COMM\\HTTPD\\ScriptMap\\.fo1: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        reg_key key;
        if (cases[i].text != NULL) {
            registry_set_text(r, cases[i].path, cases[i].name, cases[i].text);
        } else {
            registry_set_dword(r, cases[i].path, cases[i].name, cases[i].number);
        }
        refused(r, cases[i].error, cases[i].message);
        assert_int_equal(reg_key_open(r->db, REG_HKLM, "COMM\\HTTPD", &key), ERROR_SUCCESS);
        assert_int_equal(reg_key_delete_tree(r->db, key), ERROR_SUCCESS);
    }
}

/* ---- warned of ---- */

static void test_warnings(void **state)
{
    struct registry_scratch *r = *state;
    static const struct {
        const char *path, *name, *text;
        uint32_t number;
        const char *line; /* "" = none */
    } cases[] = {
        {"", "Prot", NULL, 80, "HKLM\\COMM\\HTTPD\\Prot: unknown value; ignored"},
        {"", "MaxLogSize", NULL, 1,
         "HKLM\\COMM\\HTTPD\\MaxLogSize: a setting of the CE web server that this version does not act on"},
        {"", "LogFileDirectory", "\\", 0, "HKLM\\COMM\\HTTPD\\LogFileDirectory: a setting"},
        {"", "filter dlls", "\\f.dll", 0, "HKLM\\COMM\\HTTPD\\Filter DLLs: a setting"},
        {"", "NTLM", NULL, 1, "HKLM\\COMM\\HTTPD\\NTLM: NTLM is not offered"},
        {"", "NTLM", NULL, 0, ""},
        {"Websites\\shop", "x", NULL, 0, "HKLM\\COMM\\HTTPD\\Websites: this version serves one site only"},
        {"VROOT\\/x", "", "\\x", 0, "HKLM\\COMM\\HTTPD\\VROOT: unknown key"},
        {"VROOTS\\/x", "A", NULL, 0, "HKLM\\COMM\\HTTPD\\VROOTS\\/x\\(default): is missing"},
        {"VROOTS\\/ok", "Default", "\\y", 0, "HKLM\\COMM\\HTTPD\\VROOTS\\/ok\\Default: unknown value"},
        {"VROOTS\\/ok", "P", NULL, 0x80000001,
         "HKLM\\COMM\\HTTPD\\VROOTS\\/ok\\P: the bits 0x80000000 mean nothing"},
        {"VROOTS\\/ok", "A", NULL, 3, "HKLM\\COMM\\HTTPD\\VROOTS\\/ok\\A: is 3: nobody can get in"},
        {"VROOTS\\/ok", "A", NULL, 1,
         "HKLM\\COMM\\HTTPD\\VROOTS\\/ok\\A: is 1 and Basic authentication is off"},
        {"VROOTS\\/ok", "P", NULL, 0x81, "HKLM\\COMM\\HTTPD\\VROOTS\\/ok\\P: has MAP_CERT without NEGO_CERT"},
        {"VROOTS\\/ok", "P", NULL, 0xc1, "HKLM\\COMM\\HTTPD\\VROOTS\\/ok\\UserList: is not set"},
        {"VROOTS\\/ok", "UserList", "-@villains;*", 0,
         "HKLM\\COMM\\HTTPD\\VROOTS\\/ok\\UserList: there are no groups"},
        {"SSL", "CertTrustOverride", NULL, 0x8,
         "HKLM\\COMM\\HTTPD\\SSL\\CertTrustOverride: lets in certificates that are forged"},
        {"SSL", "CertTrustOverride", NULL, 0x4, "(IS_REVOKED)"},
        {"SSL", "CertTrustOverride", NULL, 0x04000000, "(IS_EXPLICIT_DISTRUST)"},
        {"SSL", "CertTrustOverride", NULL, 0x00010020,
         "HKLM\\COMM\\HTTPD\\SSL\\CertTrustOverride: lets in certificates of any issuer"},
        {"SSL", "CertTrustOverride", NULL, 0x1, ""},
        {"SSL", "RevocationCheck", NULL, 1, ""},
        {"SSL", "RevocationCheck", NULL, 2,
         "HKLM\\COMM\\HTTPD\\SSL\\RevocationCheck: is 2, and there is no CRL"},
        {"SSL\\User\\Al", "IssuerCN", "x", 0, "HKLM\\COMM\\HTTPD\\SSL\\User: unknown key"},
        {"SSL\\Users\\Al", "", "x", 0,
         "HKLM\\COMM\\HTTPD\\SSL\\Users\\Al: has neither IssuerCN nor SerialNumber"},
        {"SSL\\Users\\Al", "IssuerCN", " ", 0, "HKLM\\COMM\\HTTPD\\SSL\\Users\\Al\\IssuerCN: is empty"},
        {"PasswordUsers\\Al", "Hash", "secret", 0,
         "HKLM\\COMM\\HTTPD\\PasswordUsers\\Al\\Hash: is malformed: the user cannot log in"},
        {"PasswordUsers\\Al", "x", "", 0,
         "HKLM\\COMM\\HTTPD\\PasswordUsers\\Al\\Hash: is missing: the user cannot log in"},
        {"ScriptMap", "*.dll", "\\x.dll", 0,
         "HKLM\\COMM\\HTTPD\\ScriptMap\\*.dll: not an extension that can be mapped"},
        {"ScriptMap", ".dll", "\\x.dll", 0,
         "HKLM\\COMM\\HTTPD\\ScriptMap\\.dll: not an extension that can be mapped"},
        {"ScriptMap", "fo1", "\\x.dll", 0,
         "HKLM\\COMM\\HTTPD\\ScriptMap\\fo1: not an extension that can be mapped"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        reg_key key;
        registry_set_text(r, "VROOTS\\/ok", "", "\\www");
        if (cases[i].text != NULL) {
            registry_set_text(r, cases[i].path, cases[i].name, cases[i].text);
        } else {
            registry_set_dword(r, cases[i].path, cases[i].name, cases[i].number);
        }
        struct httpd_settings *s = load(r);
        bool silent = cases[i].line[0] == '\0';
        if (silent ? registry_log_lines(r) != 0 : !registry_log_has(r, cases[i].line)) {
            fail_msg("case %zu (%s\\%s): %s", i, cases[i].path, cases[i].name, registry_log(r));
        }
        assert_int_equal(s->password_user_count, 0);
        assert_int_equal(s->mapped_user_count, 0);
        assert_int_equal(s->script_map_count, 0);
        httpd_settings_unref(s);
        assert_int_equal(reg_key_open(r->db, REG_HKLM, "COMM\\HTTPD", &key), ERROR_SUCCESS);
        assert_int_equal(reg_key_delete_tree(r->db, key), ERROR_SUCCESS);
    }
}

static void test_no_secret_in_a_warning(void **state)
{
    struct registry_scratch *r = *state;
    registry_set_text(r, "PasswordUsers\\Al", "Hash", "hunter2");
    httpd_settings_unref(load(r));
    assert_false(registry_log_has(r, "hunter2"));
    registry_set_dword(r, "PasswordUsers\\Al", "Hash", 7);
    refused(r, ERROR_DATATYPE_MISMATCH, "HKLM\\COMM\\HTTPD\\PasswordUsers\\Al\\Hash: must be a REG_SZ");
}

static void test_empty_serial_matches_nobody(void **state)
{
    struct registry_scratch *r = *state;
    registry_set(r, "SSL\\Users\\Al", "SerialNumber", REG_BINARY, "", 0);
    registry_set_text(r, "SSL\\Users\\Al", "IssuerCN", "x");
    struct httpd_settings *s = load(r);
    assert_int_equal(s->mapped_user_count, 0);
    assert_true(registry_log_has(r, "SSL\\Users\\Al\\SerialNumber: is empty"));
    httpd_settings_unref(s);
}

static void test_two_users_for_one_certificate(void **state)
{
    struct registry_scratch *r = *state;
    registry_set_text(r, "SSL\\Users\\Ann", "IssuerCN", "X");
    registry_set_text(r, "SSL\\Users\\Ben", "IssuerCN", "x");
    httpd_settings_unref(load(r));
    assert_true(
        registry_log_has(r, "HKLM\\COMM\\HTTPD\\SSL\\Users\\Ben: a certificate can match this user and Ann"));
}

static void test_warnings_are_bounded(void **state)
{
    struct registry_scratch *r = *state;
    registry_set_text(r, "VROOTS\\/ok", "", "\\www");
    assert_int_equal(reg_begin(r->db), ERROR_SUCCESS);
    for (unsigned i = 0; i < LIMIT_SETTINGS_WARNINGS + 25; i++) {
        char name[16];
        snprintf(name, sizeof name, "x%u", i);
        registry_set_dword(r, "", name, i);
    }
    assert_int_equal(reg_commit(r->db), ERROR_SUCCESS);
    httpd_settings_unref(load(r));
    assert_int_equal(registry_log_lines(r), LIMIT_SETTINGS_WARNINGS + 1);
    assert_true(registry_log_has(r, "HKLM\\COMM\\HTTPD: 25 more warnings"));
}

/* Only good settings are warned of, and the same warnings only once. */
static void test_warnings_are_told_once(void **state)
{
    struct registry_scratch *r = *state;
    struct httpd_settings *first, *second;
    registry_set_text(r, "VROOTS\\/ok", "", "\\www");
    registry_set_dword(r, "", "Unknown", 1);
    registry_set_text(r, "", "Port", "eighty");
    plat_buffer_clear(&r->log);
    refused(r, ERROR_DATATYPE_MISMATCH, "HKLM\\COMM\\HTTPD\\Port: ");
    assert_int_equal(registry_log_lines(r), 0);
    registry_set_dword(r, "", "Port", 0);
    first = load(r);
    assert_int_equal(registry_log_lines(r), 1);
    assert_true(registry_log_has(r, "HKLM\\COMM\\HTTPD\\Unknown: "));
    assert_int_equal(httpd_settings_load_again(r->db, NULL, first, &second, &r->message), ERROR_SUCCESS);
    assert_int_equal(registry_log_lines(r), 1);
    httpd_settings_unref(first);
    registry_set_dword(r, "", "Another", 1);
    assert_int_equal(httpd_settings_load_again(r->db, NULL, second, &first, &r->message), ERROR_SUCCESS);
    assert_int_equal(registry_log_lines(r), 3);
    httpd_settings_unref(first);
    httpd_settings_unref(second);
}

static void test_a_long_realm(void **state)
{
    struct registry_scratch *r = *state;
    char realm[LIMIT_BASIC_REALM + 2];
    memset(realm, '"', sizeof realm);
    realm[LIMIT_BASIC_REALM + 1] = '\0';
    registry_set_text(r, "", "BasicRealm", realm);
    refused(r, ERROR_INVALID_DATA, "HKLM\\COMM\\HTTPD\\BasicRealm: is longer than 256 bytes");
    registry_set_text(r, "", "BasicRealm", realm + 1);
    httpd_settings_unref(load(r));
}

/* ---- a snapshot is a snapshot ---- */

static void test_snapshots(void **state)
{
    struct registry_scratch *r = *state;
    registry_set_text(r, "VROOTS\\/", "", "\\one");
    struct httpd_settings *one = load(r);
    assert_int_equal(one->generation, reg_generation(r->db));
    registry_set_text(r, "VROOTS\\/", "", "\\two");
    assert_true(one->generation != reg_generation(r->db));
    struct httpd_settings *two = load(r), *three = load(r);
    assert_string_equal(httpd_vroot_find(one, "/", NULL)->physical, "\\one");
    assert_string_equal(httpd_vroot_find(two, "/", NULL)->physical, "\\two");
    assert_true(one->identity < two->identity && two->identity < three->identity);
    struct httpd_settings *again = httpd_settings_ref(two);
    httpd_settings_unref(two);
    assert_string_equal(httpd_vroot_find(again, "/", NULL)->physical, "\\two");
    httpd_settings_unref(again);
    httpd_settings_unref(three);
    httpd_settings_unref(one);
    httpd_settings_unref(NULL);
}

/* Every allocation of a load made to fail, one after the other: an error, nothing half-made, nothing lost. */
static void test_no_memory(void **state)
{
    struct registry_scratch *r = *state;
    registry_set_text(r, "", "AdminUsers", "Root");
    registry_set_text(r, "", "Address", "127.0.0.1");
    registry_set_text(r, "VROOTS\\/", "", "\\www");
    registry_set_text(r, "VROOTS\\/", "UserList", "Alice");
    registry_set_text(r, "ScriptMap", ".fo1", "\\x.dll");
    registry_set_text(r, "SSL\\Users\\Al", "IssuerCN", "X");
    registry_set(r, "SSL\\Users\\Al", "SerialNumber", REG_BINARY, "\x01", 1);
    registry_set(r, "SSL", "ExtraIssuers", REG_MULTI_SZ, "C\0N\0=\0x\0\0\0\0\0", 12);
    httpd_settings_unref(load(r)); /* what the registry keeps for later is there now */
    size_t live = plat_fake_memory_live();
    unsigned n = 0;
    for (bool failed = true; failed;) {
        struct httpd_settings *s = NULL;
        plat_buffer_free(&r->log);
        plat_buffer_free(&r->message);
        plat_buffer_init(&r->log, 1U << 20);
        plat_buffer_init(&r->message, 1U << 16);
        plat_fake_memory_fail(++n, false);
        win_error error = httpd_settings_load(r->db, &s, &r->message);
        failed = plat_fake_memory_failures() > 0;
        plat_fake_memory_fail(0, false);
        assert_int_equal(error == ERROR_SUCCESS, s != NULL);
        if (s != NULL) {
            assert_int_equal(s->vroot_count, 1);
            assert_true(s->vroots[0].has_user_list && s->vroots[0].user_list.count == 1);
            assert_int_equal(s->mapped_user_count, 1);
            assert_int_equal(s->admin_users.count, 1);
            assert_int_equal(s->ca_name_count, 1);
        }
        httpd_settings_unref(s);
        plat_buffer_free(&r->log);
        plat_buffer_free(&r->message);
        assert_in_range(plat_fake_memory_live(), 0, live);
    }
    assert_true(n > 20);
    plat_buffer_init(&r->log, 1U << 20);
    plat_buffer_init(&r->message, 1U << 16);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, registry_scratch_setup, registry_scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_set),
        TEST(test_base_values),
        TEST(test_vroots),
        TEST(test_users),
        TEST(test_wrong_types),
        TEST(test_two_vroots_for_one_path),
        TEST(test_bad_contents),
        TEST(test_warnings),
        TEST(test_no_secret_in_a_warning),
        TEST(test_empty_serial_matches_nobody),
        TEST(test_two_users_for_one_certificate),
        TEST(test_warnings_are_bounded),
        TEST(test_warnings_are_told_once),
        TEST(test_a_long_realm),
        TEST(test_snapshots),
        TEST(test_no_memory),
    };
    return cmocka_run_group_tests_name("httpd.settings", tests, NULL, NULL);
}
