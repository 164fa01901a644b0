/* SPDX-License-Identifier: Apache-2.0 */
/* The access decision as a table: a row is one virtual root, one set of settings, one request, and what must come of it. */
#include "access/access.h"
#include "certs.h"
#include "certstore/chain.h"
#include "make_settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define READ HSE_URL_FLAGS_READ
#define WRITE HSE_URL_FLAGS_WRITE
#define EXECUTE HSE_URL_FLAGS_EXECUTE
#define SSL HSE_URL_FLAGS_SSL
#define DONT_CACHE HSE_URL_FLAGS_DONT_CACHE
#define NEGO HSE_URL_FLAGS_NEGO_CERT
#define REQUIRE HSE_URL_FLAGS_REQUIRE_CERT
#define MAP HSE_URL_FLAGS_MAP_CERT
#define SSL128 HSE_URL_FLAGS_SSL128
#define SCRIPT HSE_URL_FLAGS_SCRIPT
#define SCRIPT_SOURCE HSE_URL_FLAGS_SCRIPT_SOURCE

enum who { NOBODY, ALICE, STRANGER }; /* whose certificate: ALICE maps to "Alice", STRANGER to nobody */

struct row {
    const char *what;
    /* the virtual root /v: P is READ and these */
    uint32_t a, p;
    bool no_read;
    const char *list;
    const char *physical; /* \dir */
    /* settings */
    const char *admins;
    bool basic;
    enum httpd_ask_certificate mode;
    uint32_t override;
    /* the request, over 256-bit TLS unless said */
    const char *path; /* /v/x */
    bool plain;
    uint32_t bits;
    enum httpd_certificate_state cert;
    enum who who;
    uint32_t trust;
    enum httpd_password_state password;
    const char *name;
    /* what comes of it: DENY when there is a status, else `verdict`, else ALLOW */
    enum httpd_verdict verdict;
    uint32_t status;
    enum httpd_reason reason;
    const char *user;
    bool admin;
};

#define DENIED(code, why) .status = code, .reason = HTTPD_REASON_##why
#define ASKS .verdict = HTTPD_ASK_FOR_CERTIFICATE
#define CHECKS .verdict = HTTPD_CHECK_PASSWORD
#define GIVEN_BY(w) .cert = HTTPD_CERT_GIVEN, .who = w
#define NONE_GIVEN .cert = HTTPD_CERT_NONE
#define UNASKABLE .cert = HTTPD_CERT_CANNOT_ASK
#define UNPROVEN .cert = HTTPD_CERT_UNPROVEN, .who = ALICE
#define LOGIN(state, n) .password = HTTPD_PASSWORD_##state, .name = n
#define EXPIRED CERT_TRUST_IS_NOT_TIME_VALID
#define UNTRUSTED CERT_TRUST_IS_UNTRUSTED_ROOT
#define PARTIAL CERT_TRUST_IS_PARTIAL_CHAIN

static const struct row rows[] = {
    /* ---- virtual roots ---- */
    {"no vroot", .path = "/other", DENIED(404, NO_VROOT)},
    {"a path that is none", .path = "*", DENIED(404, NO_VROOT)},
    {"vroot without a physical path", .physical = "", DENIED(404, NO_VROOT)},
    {"anonymous", .plain = true},
    {"anonymous over TLS", .bits = 128},
    {"vroot itself", .path = "/v"},
    {"vroot, other case", .path = "/V/X"},

    /* ---- SSL, SSL128 ---- */
    {"SSL over TLS", .p = SSL},
    {"SSL over HTTP", .p = SSL, .plain = true, DENIED(403, SSL_REQUIRED)},
    {"SSL does not mind a weak cipher", .p = SSL, .bits = 56},
    {"SSL128 over TLS", .p = SSL128, .bits = 128},
    {"SSL128 alone implies SSL", .p = SSL128, .plain = true, DENIED(403, SSL_REQUIRED)},
    {"SSL128, weak cipher", .p = SSL128, .bits = 127, DENIED(403, SSL_TOO_WEAK)},
    {"SSL over HTTP with REQUIRE: SSL comes first", .p = SSL | REQUIRE, .plain = true,
     DENIED(403, SSL_REQUIRED)},
    {"SSL over HTTP with A=1: no challenge in the clear", .p = SSL, .a = 1, .basic = true, .plain = true,
     DENIED(403, SSL_REQUIRED)},

    /* ---- flags that do nothing here ---- */
    {"WRITE, DONT_CACHE, SCRIPT_SOURCE", .p = WRITE | DONT_CACHE | SCRIPT_SOURCE, .plain = true},
    {"WRITE is not READ", .p = WRITE | SCRIPT_SOURCE, .no_read = true, DENIED(403, NO_READ)},

    /* ---- targets and permissions ---- */
    {"file without READ", .no_read = true, DENIED(403, NO_READ)},
    {"file with EXECUTE and SCRIPT but no READ", .no_read = true, .p = EXECUTE | SCRIPT, DENIED(403, NO_READ)},
    {"extension without EXECUTE", .path = "/v/x.dll", DENIED(403, NO_EXECUTE)},
    {"extension with SCRIPT alone", .path = "/v/x.dll", .p = SCRIPT, DENIED(403, NO_EXECUTE)},
    {"extension with EXECUTE, no READ", .path = "/v/x.DLL/info", .no_read = true, .p = EXECUTE},
    {"script without EXECUTE or SCRIPT", .path = "/v/x.fo1", DENIED(403, NO_SCRIPT)},
    {"script with SCRIPT", .path = "/v/x.fo1", .no_read = true, .p = SCRIPT},
    {"script with EXECUTE", .path = "/v/x.FO1", .no_read = true, .p = EXECUTE},
    {"script with something behind it", .path = "/v/x.fo1/", DENIED(403, NO_SCRIPT)},
    {"module vroot without EXECUTE", .physical = "\\windows\\x.dll", DENIED(403, NO_EXECUTE)},
    {"module vroot", .physical = "\\windows\\x.dll", .no_read = true, .p = EXECUTE},
    {"script vroot", .physical = "\\windows\\x.fo1", .path = "/v", DENIED(403, NO_SCRIPT)},
    {"script vroot with SCRIPT", .physical = "\\windows\\x.fo1", .path = "/v", .p = SCRIPT},

    /* ---- REQUIRE_CERT, A=0: any valid certificate ---- */
    {"REQUIRE, not asked", .p = REQUIRE, ASKS},
    {"REQUIRE, plain", .p = REQUIRE, .plain = true, DENIED(403, CERTIFICATE_MISSING)},
    {"REQUIRE, plain, whatever the facts say", .p = REQUIRE, .plain = true, GIVEN_BY(ALICE),
     DENIED(403, CERTIFICATE_MISSING)},
    {"REQUIRE, cannot be asked", .p = REQUIRE, UNASKABLE, DENIED(403, CANNOT_ASK)},
    {"REQUIRE, none given", .p = REQUIRE, NONE_GIVEN, DENIED(403, CERTIFICATE_MISSING)},
    {"REQUIRE, unproven", .p = REQUIRE, UNPROVEN, DENIED(403, CERTIFICATE_UNPROVEN)},
    {"REQUIRE, given without a certificate in hand", .p = REQUIRE, GIVEN_BY(NOBODY),
     DENIED(403, CERTIFICATE_UNPROVEN)},
    {"REQUIRE, a state that is none", .p = REQUIRE, .cert = (enum httpd_certificate_state)99, .who = ALICE,
     DENIED(403, CERTIFICATE_UNPROVEN)},
    {"REQUIRE, valid", .p = REQUIRE, GIVEN_BY(STRANGER)},
    {"REQUIRE, expired", .p = REQUIRE, GIVEN_BY(ALICE), .trust = EXPIRED, DENIED(403, CERTIFICATE_INVALID)},
    {"REQUIRE, UserList without MAP plays no part", .p = REQUIRE, GIVEN_BY(STRANGER), .list = "Alice"},
    {"REQUIRE and NEGO: REQUIRE counts", .p = REQUIRE | NEGO, NONE_GIVEN, DENIED(403, CERTIFICATE_MISSING)},
    {"REQUIRE and NEGO, cannot be asked", .p = REQUIRE | NEGO, UNASKABLE, DENIED(403, CANNOT_ASK)},

    /* ---- NEGO_CERT, A=0 ---- */
    {"NEGO, not asked", .p = NEGO, ASKS},
    {"NEGO, plain: on without", .p = NEGO, .plain = true},
    {"NEGO, cannot be asked: on without", .p = NEGO, UNASKABLE},
    {"NEGO, none given: on without", .p = NEGO, NONE_GIVEN},
    {"NEGO, unproven", .p = NEGO, UNPROVEN, DENIED(403, CERTIFICATE_UNPROVEN)},
    {"NEGO, valid", .p = NEGO, GIVEN_BY(STRANGER)},
    {"NEGO, invalid ends the request too", .p = NEGO, GIVEN_BY(ALICE), .trust = UNTRUSTED,
     DENIED(403, CERTIFICATE_INVALID)},

    /* ---- CertTrustOverride: these bits and only these ---- */
    {"override of all that is wrong", .p = REQUIRE, GIVEN_BY(ALICE), .trust = UNTRUSTED | PARTIAL,
     .override = 0x00010020},
    {"override of one of two", .p = REQUIRE, GIVEN_BY(ALICE), .trust = UNTRUSTED | EXPIRED,
     .override = 0x00010020, DENIED(403, CERTIFICATE_INVALID)},
    {"override of another bit", .p = REQUIRE, GIVEN_BY(ALICE), .trust = EXPIRED, .override = 0x00010020,
     DENIED(403, CERTIFICATE_INVALID)},
    {"override when nothing is wrong", .p = REQUIRE, GIVEN_BY(ALICE), .override = 0x00010020},
    {"override does not make proof", .p = REQUIRE, UNPROVEN, .override = UINT32_MAX,
     DENIED(403, CERTIFICATE_UNPROVEN)},
    {"override does not make a certificate", .p = REQUIRE, NONE_GIVEN, .override = UINT32_MAX,
     DENIED(403, CERTIFICATE_MISSING)},
    {"override under NEGO", .p = NEGO, GIVEN_BY(ALICE), .trust = UNTRUSTED, .override = UNTRUSTED},

    /* ---- MAP_CERT, A=1: the page's own scenario ---- */
    {"mapped and listed", .a = 1, .p = REQUIRE | MAP, .list = "Alice;Bob", GIVEN_BY(ALICE), .user = "Alice"},
    {"listed in other case", .a = 1, .p = REQUIRE | MAP, .list = "ALICE", GIVEN_BY(ALICE), .user = "Alice"},
    {"listed as everyone", .a = 1, .p = REQUIRE | MAP, .list = "*", GIVEN_BY(ALICE), .user = "Alice"},
    {"mapped, not listed", .a = 1, .p = REQUIRE | MAP, .list = "Bob", GIVEN_BY(ALICE), .user = "Alice",
     DENIED(403, NOT_LISTED)},
    {"mapped, denied", .a = 1, .p = REQUIRE | MAP, .list = "-Alice;*", GIVEN_BY(ALICE), .user = "Alice",
     DENIED(403, NOT_LISTED)},
    {"groups do not exist for pseudo-users", .a = 1, .p = REQUIRE | MAP, .list = "@Alice", GIVEN_BY(ALICE),
     .user = "Alice", DENIED(403, NOT_LISTED)},
    {"mapped, no UserList", .a = 1, .p = REQUIRE | MAP, GIVEN_BY(ALICE), .user = "Alice",
     DENIED(403, NOT_LISTED)},
    {"mapped, no UserList, administrator", .a = 1, .p = REQUIRE | MAP, .admins = "alice", GIVEN_BY(ALICE),
     .user = "Alice", .admin = true},
    {"AdminUsers beats a denial", .a = 1, .p = REQUIRE | MAP, .list = "-Alice", .admins = "Alice",
     GIVEN_BY(ALICE), .user = "Alice", .admin = true},
    {"mapped to nobody", .a = 1, .p = REQUIRE | MAP, .list = "*", GIVEN_BY(STRANGER), DENIED(403, NOT_MAPPED)},
    {"validity comes before mapping", .a = 1, .p = REQUIRE | MAP, .list = "*", GIVEN_BY(STRANGER),
     .trust = EXPIRED, DENIED(403, CERTIFICATE_INVALID)},
    {"invalid, though listed", .a = 1, .p = REQUIRE | MAP, .list = "Alice", .admins = "Alice",
     GIVEN_BY(ALICE), .trust = EXPIRED, DENIED(403, CERTIFICATE_INVALID)},
    {"mapped, override", .a = 1, .p = REQUIRE | MAP, .list = "Alice", GIVEN_BY(ALICE), .trust = UNTRUSTED,
     .override = 0x00010020, .user = "Alice"},
    {"not asked", .a = 1, .p = REQUIRE | MAP, .list = "Alice", ASKS},
    {"none", .a = 1, .p = REQUIRE | MAP, .list = "Alice", NONE_GIVEN, DENIED(403, CERTIFICATE_MISSING)},

    /* ---- no fallback to passwords on a certificate vroot ---- */
    {"right password, no certificate", .a = 1, .p = REQUIRE | MAP, .list = "*", .basic = true, NONE_GIVEN,
     LOGIN(RIGHT, "Alice"), DENIED(403, CERTIFICATE_MISSING)},
    {"right password, NEGO, none given", .a = 1, .p = NEGO | MAP, .list = "*", .basic = true, NONE_GIVEN,
     LOGIN(RIGHT, "Alice"), DENIED(403, CERTIFICATE_MISSING)},
    {"right password, NEGO, plain", .a = 1, .p = NEGO | MAP, .list = "*", .basic = true, .plain = true,
     LOGIN(RIGHT, "Alice"), DENIED(403, CERTIFICATE_MISSING)},
    {"right password, not on the list", .a = 1, .p = NEGO | MAP, .list = "Bob", .basic = true,
     GIVEN_BY(ALICE), LOGIN(RIGHT, "Bob"), .user = "Alice", DENIED(403, NOT_LISTED)},
    {"unchecked password", .a = 1, .p = NEGO | MAP, .list = "*", .basic = true, NONE_GIVEN,
     LOGIN(UNCHECKED, "Alice"), DENIED(403, CERTIFICATE_MISSING)},
    {"no password, NEGO", .a = 1, .p = NEGO, .basic = true, NONE_GIVEN, DENIED(403, NOT_MAPPED)},
    {"password at A=0 is not looked at", .p = NEGO, .basic = true, NONE_GIVEN, LOGIN(WRONG, "Alice")},

    /* ---- NEGO and MAP, A=1 ---- */
    {"NEGO MAP A=1, none", .a = 1, .p = NEGO | MAP, .list = "*", NONE_GIVEN, DENIED(403, CERTIFICATE_MISSING)},
    {"NEGO MAP A=1, cannot be asked", .a = 1, .p = NEGO | MAP, .list = "*", UNASKABLE,
     DENIED(403, CANNOT_ASK)},
    {"NEGO MAP A=1, plain", .a = 1, .p = NEGO | MAP, .list = "*", .plain = true,
     DENIED(403, CERTIFICATE_MISSING)},
    {"NEGO MAP A=1, listed", .a = 1, .p = NEGO | MAP, .list = "Alice", GIVEN_BY(ALICE), .user = "Alice"},
    {"NEGO MAP A=1, stranger", .a = 1, .p = NEGO | MAP, .list = "*", GIVEN_BY(STRANGER),
     DENIED(403, NOT_MAPPED)},

    /* ---- MAP_CERT, A=0: UserList all the same ---- */
    {"MAP A=0, listed", .p = REQUIRE | MAP, .list = "Alice", GIVEN_BY(ALICE), .user = "Alice"},
    {"MAP A=0, not listed", .p = REQUIRE | MAP, .list = "Bob", GIVEN_BY(ALICE), .user = "Alice",
     DENIED(403, NOT_LISTED)},
    {"MAP A=0, no UserList", .p = REQUIRE | MAP, GIVEN_BY(ALICE), .user = "Alice", DENIED(403, NOT_LISTED)},
    {"MAP A=0, administrator", .p = REQUIRE | MAP, .admins = "Alice", GIVEN_BY(ALICE), .user = "Alice",
     .admin = true},
    {"MAP A=0, stranger", .p = REQUIRE | MAP, .list = "*", GIVEN_BY(STRANGER), DENIED(403, NOT_MAPPED)},
    {"NEGO MAP A=0, no UserList, stranger", .p = NEGO | MAP, GIVEN_BY(STRANGER), DENIED(403, NOT_MAPPED)},
    {"NEGO MAP A=0, none, no UserList", .p = NEGO | MAP, NONE_GIVEN},
    {"NEGO MAP A=0, none, UserList", .p = NEGO | MAP, .list = "*", NONE_GIVEN,
     DENIED(403, CERTIFICATE_MISSING)},
    {"NEGO MAP A=0, cannot be asked, UserList", .p = NEGO | MAP, .list = "*", UNASKABLE,
     DENIED(403, CANNOT_ASK)},
    {"NEGO MAP A=0, plain, UserList", .p = NEGO | MAP, .list = "*", .plain = true,
     DENIED(403, CERTIFICATE_MISSING)},
    {"NEGO MAP A=0, plain, no UserList", .p = NEGO | MAP, .plain = true},

    /* ---- A=2: AdminUsers only ---- */
    {"MAP A=2, administrator", .a = 2, .p = REQUIRE | MAP, .admins = "Alice", GIVEN_BY(ALICE),
     .user = "Alice", .admin = true},
    {"MAP A=2, listed is not enough", .a = 2, .p = REQUIRE | MAP, .list = "Alice", GIVEN_BY(ALICE),
     .user = "Alice", DENIED(403, NOT_ADMINISTRATOR)},
    {"MAP A=2, AdminUsers of others", .a = 2, .p = REQUIRE | MAP, .list = "*", .admins = "Bob",
     GIVEN_BY(ALICE), .user = "Alice", DENIED(403, NOT_ADMINISTRATOR)},
    {"MAP A=2, denied on AdminUsers", .a = 2, .p = REQUIRE | MAP, .admins = "-Alice;*", GIVEN_BY(ALICE),
     .user = "Alice", DENIED(403, NOT_ADMINISTRATOR)},

    /* ---- certificates without MAP_CERT at A>0: nobody, and nobody is asked ---- */
    {"REQUIRE A=1 without MAP", .a = 1, .p = REQUIRE, .list = "*", .admins = "*", GIVEN_BY(ALICE),
     DENIED(403, NOT_MAPPED)},
    {"REQUIRE A=1 without MAP, not asked", .a = 1, .p = REQUIRE, DENIED(403, NOT_MAPPED)},
    {"NEGO A=2 without MAP", .a = 2, .p = NEGO, .admins = "*", GIVEN_BY(ALICE), DENIED(403, NOT_MAPPED)},

    /* ---- A of 3 and more ---- */
    {"A=3 with a certificate", .a = 3, .p = REQUIRE | MAP, .list = "*", .admins = "*", GIVEN_BY(ALICE),
     DENIED(403, BAD_AUTH_LEVEL)},
    {"A=3 with a password", .a = 3, .basic = true, .admins = "*", LOGIN(RIGHT, "Alice"),
     DENIED(403, BAD_AUTH_LEVEL)},
    {"A=3, nothing", .a = 3, .basic = true, DENIED(403, BAD_AUTH_LEVEL)},
    {"A=4294967295", .a = UINT32_MAX, .p = REQUIRE | MAP, DENIED(403, BAD_AUTH_LEVEL)},

    /* ---- passwords ---- */
    {"A=1, Basic off", .a = 1, DENIED(403, NO_SCHEME)},
    {"A=1, Basic off, right password", .a = 1, LOGIN(RIGHT, "Alice"), DENIED(403, NO_SCHEME)},
    {"A=1, no password", .a = 1, .basic = true, DENIED(401, PASSWORD_MISSING)},
    {"A=1, no password, plain", .a = 1, .basic = true, .plain = true, DENIED(401, PASSWORD_MISSING)},
    {"A=1, to be checked", .a = 1, .basic = true, LOGIN(UNCHECKED, "Alice"), CHECKS},
    {"A=1, wrong", .a = 1, .basic = true, LOGIN(WRONG, "Alice"), DENIED(401, PASSWORD_WRONG)},
    {"A=1, right, no name", .a = 1, .basic = true, LOGIN(RIGHT, NULL), DENIED(401, PASSWORD_MISSING)},
    {"A=1, a state that is none", .a = 1, .basic = true, .password = (enum httpd_password_state)99,
     .name = "Alice", DENIED(401, PASSWORD_WRONG)},
    {"A=1, right, no UserList: any user", .a = 1, .basic = true, LOGIN(RIGHT, "Dave"), .user = "Dave"},
    {"A=1, right, listed", .a = 1, .basic = true, .list = "dave", LOGIN(RIGHT, "Dave"), .user = "Dave"},
    {"A=1, right, not listed", .a = 1, .basic = true, .list = "Alice", LOGIN(RIGHT, "Dave"), .user = "Dave",
     DENIED(403, NOT_LISTED)},
    {"A=1, right, list of nobody", .a = 1, .basic = true, .list = ";", LOGIN(RIGHT, "Dave"), .user = "Dave",
     DENIED(403, NOT_LISTED)},
    {"A=1, right, denied, but administrator", .a = 1, .basic = true, .list = "-Dave", .admins = "Dave",
     LOGIN(RIGHT, "Dave"), .user = "Dave", .admin = true},
    {"A=2, right, administrator", .a = 2, .basic = true, .admins = "Bob;Dave", LOGIN(RIGHT, "Dave"),
     .user = "Dave", .admin = true},
    {"A=2, right, listed is not enough", .a = 2, .basic = true, .list = "Dave", LOGIN(RIGHT, "Dave"),
     .user = "Dave", DENIED(403, NOT_ADMINISTRATOR)},
    {"A=2, no AdminUsers", .a = 2, .basic = true, LOGIN(RIGHT, "Dave"), .user = "Dave",
     DENIED(403, NOT_ADMINISTRATOR)},
    {"A=2, no password", .a = 2, .basic = true, .admins = "Dave", DENIED(401, PASSWORD_MISSING)},
    {"A=0: password not looked at", .basic = true, LOGIN(UNCHECKED, "Dave")},
    {"A=0: UserList plays no part", .list = "Alice"},
    {"A=1, right, but no READ", .a = 1, .basic = true, .no_read = true, LOGIN(RIGHT, "Dave"), .user = "Dave",
     DENIED(403, NO_READ)},
    {"A=1, no password, no READ: the challenge comes first", .a = 1, .basic = true, .no_read = true,
     DENIED(401, PASSWORD_MISSING)},

    /* ---- MAP_CERT without NEGO or REQUIRE: no certificate is asked for, passwords apply ---- */
    {"MAP alone, A=0", .p = MAP, .list = "Bob"},
    {"MAP alone, A=1, no password", .a = 1, .p = MAP, .basic = true, DENIED(401, PASSWORD_MISSING)},
    {"MAP alone, A=1, a certificate there is counts for nothing", .a = 1, .p = MAP, .list = "*",
     .basic = true, GIVEN_BY(ALICE), DENIED(401, PASSWORD_MISSING)},
    {"MAP alone, A=1, password", .a = 1, .p = MAP, .list = "Dave", .basic = true, LOGIN(RIGHT, "Dave"),
     .user = "Dave"},

    /* ---- no certificate vroot: a certificate there is plays no part ---- */
    {"A=0, invalid certificate", GIVEN_BY(ALICE), .trust = EXPIRED},
    {"A=0, unproven certificate", UNPROVEN},
    {"A=1, valid certificate, no password", .a = 1, .basic = true, .list = "*", GIVEN_BY(ALICE),
     DENIED(401, PASSWORD_MISSING)},

    /* ---- ClientCertificate = 1: asked in the first handshake ---- */
    {"first handshake, public", .mode = HTTPD_ASK_FIRST_HANDSHAKE, NONE_GIVEN},
    {"first handshake, public, invalid", .mode = HTTPD_ASK_FIRST_HANDSHAKE, GIVEN_BY(ALICE), .trust = EXPIRED},
    {"first handshake, REQUIRE, none", .mode = HTTPD_ASK_FIRST_HANDSHAKE, .p = REQUIRE, NONE_GIVEN,
     DENIED(403, CERTIFICATE_MISSING)},
    {"first handshake, mapped", .mode = HTTPD_ASK_FIRST_HANDSHAKE, .a = 1, .p = REQUIRE | MAP,
     .list = "Alice", GIVEN_BY(ALICE), .user = "Alice"},

    /* ---- ClientCertificate = 2: over TLS nothing without a valid one ---- */
    {"required, public, none", .mode = HTTPD_REQUIRE_FIRST_HANDSHAKE, NONE_GIVEN,
     DENIED(403, CERTIFICATE_MISSING)},
    {"required, public, never asked", .mode = HTTPD_REQUIRE_FIRST_HANDSHAKE, DENIED(403, CERTIFICATE_MISSING)},
    {"required, public, cannot be asked", .mode = HTTPD_REQUIRE_FIRST_HANDSHAKE, UNASKABLE,
     DENIED(403, CANNOT_ASK)},
    {"required, public, unproven", .mode = HTTPD_REQUIRE_FIRST_HANDSHAKE, UNPROVEN,
     DENIED(403, CERTIFICATE_UNPROVEN)},
    {"required, public, valid", .mode = HTTPD_REQUIRE_FIRST_HANDSHAKE, GIVEN_BY(STRANGER)},
    {"required, public, invalid", .mode = HTTPD_REQUIRE_FIRST_HANDSHAKE, GIVEN_BY(ALICE), .trust = EXPIRED,
     DENIED(403, CERTIFICATE_INVALID)},
    {"required, public, override", .mode = HTTPD_REQUIRE_FIRST_HANDSHAKE, GIVEN_BY(ALICE), .trust = EXPIRED,
     .override = EXPIRED},
    {"required, no vroot, none", .mode = HTTPD_REQUIRE_FIRST_HANDSHAKE, .path = "/other", NONE_GIVEN,
     DENIED(403, CERTIFICATE_MISSING)},
    {"required, no vroot, valid", .mode = HTTPD_REQUIRE_FIRST_HANDSHAKE, .path = "/other", GIVEN_BY(ALICE),
     DENIED(404, NO_VROOT)},
    {"required, NEGO, none", .mode = HTTPD_REQUIRE_FIRST_HANDSHAKE, .p = NEGO, NONE_GIVEN,
     DENIED(403, CERTIFICATE_MISSING)},
    {"required, plain HTTP is another matter", .mode = HTTPD_REQUIRE_FIRST_HANDSHAKE, .plain = true},
    {"required, mapped", .mode = HTTPD_REQUIRE_FIRST_HANDSHAKE, .a = 1, .p = REQUIRE | MAP, .list = "Alice",
     GIVEN_BY(ALICE), .user = "Alice"},
    {"required, and a password", .mode = HTTPD_REQUIRE_FIRST_HANDSHAKE, .a = 1, .basic = true,
     GIVEN_BY(STRANGER), LOGIN(RIGHT, "Dave"), .user = "Dave"},
};

static struct test_cert alice, stranger;

static int make_certificates(void **state)
{
    (void)state;
    static const char *const company = "CompanyIssuer";
    static const uint8_t serials[2] = {5, 99};
    struct plat_buffer name;
    plat_buffer_init(&name, 1024);
    test_name(&name, &company, 1);
    struct test_cert_options options = {.subject = "x", .issuer_name = plat_span_of(name.data, name.size)};
    options.serial = plat_span_of(&serials[0], 1);
    test_cert_make(&alice, &options);
    options.serial = plat_span_of(&serials[1], 1);
    test_cert_make(&stranger, &options);
    plat_buffer_free(&name);
    return 0;
}

static int free_certificates(void **state)
{
    (void)state;
    test_cert_free(&alice);
    test_cert_free(&stranger);
    return 0;
}

static struct httpd_settings *settings_of(const struct row *r)
{
    struct make_settings m;
    make_settings_init(&m);
    make_vroot(&m, "/v", r->physical != NULL ? r->physical : "\\dir", r->a, r->p | (r->no_read ? 0 : READ),
               r->list);
    make_script(&m, ".fo1", "\\windows\\fo.dll");
    make_mapped_user(&m, "Alice", "CompanyIssuer", "\x05", 1);
    make_admin_users(&m, r->admins != NULL ? r->admins : "");
    m.settings->basic = r->basic;
    m.settings->ask_certificate = r->mode;
    m.settings->trust_override = r->override;
    return make_settings_done(&m);
}

static struct httpd_facts facts_of(const struct row *r)
{
    return (struct httpd_facts){
        .path = r->path != NULL ? r->path : "/v/x",
        .secure = !r->plain,
        .cipher_bits = r->bits != 0 ? r->bits : 256,
        .certificate = r->cert,
        .leaf = r->who == ALICE      ? &alice.cert
                : r->who == STRANGER ? &stranger.cert
                                     : NULL,
        .trust_error = r->trust,
        .trust_finished = true,
        .password = r->password,
        .user = r->name,
    };
}

static enum httpd_verdict wanted_verdict(const struct row *r)
{
    if (r->status != 0) {
        return HTTPD_DENY;
    }
    return r->verdict != HTTPD_DENY ? r->verdict : HTTPD_ALLOW;
}

static const char *text_or(const char *text)
{
    return text != NULL ? text : "nobody";
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *r = &rows[i];
        struct httpd_settings *s = settings_of(r);
        struct httpd_facts facts = facts_of(r);
        struct httpd_decision d;
        httpd_decide(s, &facts, &d);
        if (d.verdict != wanted_verdict(r) || d.status != r->status || d.reason != r->reason ||
            d.is_administrator != r->admin || strcmp(text_or(d.user), text_or(r->user)) != 0) {
            fail_msg("%s: verdict %d, status %u (%s), user %s%s", r->what, (int)d.verdict, (unsigned)d.status,
                     httpd_reason_text(d.reason), text_or(d.user),
                     d.is_administrator ? ", administrator" : "");
        }
        assert_int_equal(d.user_is_mapped, d.user != NULL && (r->p & (NEGO | REQUIRE)) != 0);
        assert_in_range(d.step_count, 1, HTTPD_STEPS - 1);
        httpd_settings_unref(s);
    }
}

/* ---- every combination, held against what must hold of all of them ---- */

static bool same(const struct httpd_decision *a, const struct httpd_decision *b)
{
    return a->verdict == b->verdict && a->status == b->status && a->reason == b->reason && a->user == b->user;
}

static void check_rules(const struct httpd_settings *s, const struct httpd_facts *f,
                        const struct httpd_decision *d)
{
    const struct httpd_vroot *v = &s->vroots[0];
    bool wants = (v->flags & (NEGO | REQUIRE)) != 0, allowed = d->verdict == HTTPD_ALLOW;
    bool given = f->secure && f->certificate == HTTPD_CERT_GIVEN;
    uint32_t left = f->trust_error & ~s->trust_override;
    assert_true(d->verdict != HTTPD_DENY || d->status == 401 || d->status == 403);
    assert_true(d->verdict != HTTPD_DENY || d->reason != HTTPD_REASON_NONE);
    if (wants) {
        assert_true(d->verdict != HTTPD_CHECK_PASSWORD && d->status != 401);
        assert_false(allowed && (v->flags & REQUIRE) != 0 && !given);
        assert_false(allowed && given && left != 0);
        assert_false(allowed && f->secure && f->certificate == HTTPD_CERT_UNPROVEN);
        assert_false(allowed && (v->flags & MAP) != 0 && given && f->leaf == &stranger.cert);
    } else {
        assert_true(d->verdict != HTTPD_ASK_FOR_CERTIFICATE && !d->user_is_mapped);
        assert_false(allowed && v->auth > 0 && (!s->basic || f->password != HTTPD_PASSWORD_RIGHT));
    }
    assert_false(d->verdict == HTTPD_ASK_FOR_CERTIFICATE &&
                 (!f->secure || f->certificate != HTTPD_CERT_NOT_ASKED));
    assert_false(allowed && v->auth > 0 && d->user == NULL);
    assert_false(allowed && v->auth == 2 && !d->is_administrator);
    assert_false(allowed && v->auth > 2);
    assert_false((v->flags & (SSL | SSL128)) != 0 && !f->secure && d->verdict != HTTPD_DENY);
    assert_false(allowed && (v->flags & READ) == 0);
    /* A name that a list denies gets in as administrator only. */
    assert_false(allowed && d->user != NULL && !d->is_administrator && v->has_user_list &&
                 httpd_user_list_match(&v->user_list, d->user, NULL, NULL) != HTTPD_USER_LISTED);
}

static void check_certificates(const struct httpd_settings *s, struct httpd_facts f, unsigned *count)
{
    static const enum httpd_certificate_state states[] = {
        HTTPD_CERT_NOT_ASKED, HTTPD_CERT_CANNOT_ASK, HTTPD_CERT_NONE,  HTTPD_CERT_UNPROVEN,
        HTTPD_CERT_GIVEN,     HTTPD_CERT_GIVEN,      HTTPD_CERT_GIVEN,
    };
    bool wants = httpd_vroot_wants_certificate(&s->vroots[0]);
    struct httpd_decision d, first = {0};
    for (unsigned state = 0; state < 7; state++) {
        f.certificate = states[state];
        f.leaf = state == 5 ? &stranger.cert : &alice.cert;
        f.trust_error = state == 6 ? EXPIRED | UNTRUSTED : UNTRUSTED;
        httpd_decide(s, &f, &d);
        check_rules(s, &f, &d);
        first = state == 0 ? d : first;
        assert_true(wants || same(&d, &first)); /* elsewhere a certificate changes nothing */
        (*count)++;
    }
}

static void check_passwords(const struct httpd_settings *s, struct httpd_facts f, unsigned *count)
{
    bool wants = httpd_vroot_wants_certificate(&s->vroots[0]);
    struct httpd_decision d, first = {0};
    for (unsigned password = 0; password < 4; password++) {
        f.password = (enum httpd_password_state)password;
        f.user = password != HTTPD_PASSWORD_NONE ? "Alice" : NULL;
        httpd_decide(s, &f, &d);
        first = password == 0 ? d : first;
        assert_true(!wants || same(&d, &first)); /* on a certificate vroot a password changes nothing */
        check_certificates(s, f, count);
    }
}

static void test_every_combination(void **state)
{
    (void)state;
    static const uint32_t bits[] = {READ, SSL, NEGO, REQUIRE, MAP, SSL128};
    static const char *const lists[] = {NULL, "Alice", "-Alice;*"}, *const admins[] = {"", "Alice"};
    unsigned count = 0;
    for (uint32_t a = 0; a <= 3; a++) {
        for (unsigned p = 0; p < 64; p++) {
            struct row r = {.a = a, .no_read = true, .override = UNTRUSTED};
            for (unsigned bit = 0; bit < 6; bit++) {
                r.p |= (p >> bit & 1) != 0 ? bits[bit] : 0;
            }
            for (unsigned variant = 0; variant < 24; variant++) {
                r.list = lists[variant % 3];
                r.admins = admins[variant / 3 % 2];
                r.basic = variant / 6 % 2 != 0;
                r.plain = variant / 12 != 0;
                struct httpd_settings *s = settings_of(&r);
                check_passwords(s, facts_of(&r), &count);
                httpd_settings_unref(s);
            }
        }
    }
    assert_int_equal(count, 4 * 64 * 24 * 4 * 7);
}

/* ---- targets ---- */

static void test_targets(void **state)
{
    (void)state;
    static const struct {
        const char *physical, *rest;
        enum httpd_target target;
        size_t name_end;
    } cases[] = {
        {"\\d", "", HTTPD_TARGET_FILE, 0},
        {"\\d", "/", HTTPD_TARGET_FILE, 0},
        {"\\d", "/a/b.htm", HTTPD_TARGET_FILE, 0},
        {"\\d", "/x.dll", HTTPD_TARGET_EXTENSION, 6},
        {"\\d", "/x.Dll/", HTTPD_TARGET_EXTENSION, 6},
        {"\\d", "/a/x.dll/b/c", HTTPD_TARGET_EXTENSION, 8},
        {"\\d", "/x.dll/y.dll", HTTPD_TARGET_EXTENSION, 6},
        {"\\d", "/x.dlls", HTTPD_TARGET_FILE, 0},
        {"\\d", "/xdll", HTTPD_TARGET_FILE, 0},
        {"\\d", "/.dll", HTTPD_TARGET_EXTENSION, 5},
        {"\\d", "/x.fo1", HTTPD_TARGET_SCRIPT, 6},
        {"\\d", "/x.fo1/info", HTTPD_TARGET_SCRIPT, 6},
        {"\\d", "/x.fo1/y.dll", HTTPD_TARGET_SCRIPT, 6},
        {"\\d", "/x.dll/y.fo1", HTTPD_TARGET_EXTENSION, 6},
        {"\\d", "/x.fo1.txt", HTTPD_TARGET_FILE, 0},
        {"\\d", "/x.fo2", HTTPD_TARGET_FILE, 0},
        {"\\d", "//x.dll", HTTPD_TARGET_EXTENSION, 7},
        {"\\d\\x.dll", "", HTTPD_TARGET_EXTENSION, 0},
        {"\\d\\x.dll", "/info", HTTPD_TARGET_EXTENSION, 0},
        {"\\d\\x.fo1", "/y.dll", HTTPD_TARGET_SCRIPT, 0},
        {"\\x.fo1\\d", "/y", HTTPD_TARGET_FILE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct row r = {.physical = cases[i].physical};
        struct httpd_settings *s = settings_of(&r);
        size_t name_end = 99;
        enum httpd_target target = httpd_target_of(s, &s->vroots[0], cases[i].rest, &name_end);
        if (target != cases[i].target || name_end != cases[i].name_end) {
            fail_msg("%s in %s: target %d, end %zu", cases[i].rest, cases[i].physical, (int)target, name_end);
        }
        httpd_settings_unref(s);
    }
}

/* ---- the steps tell how it came about ---- */

static void test_steps(void **state)
{
    (void)state;
    const struct row r = {.a = 1,
                          .p = EXECUTE | REQUIRE | MAP | SSL128,
                          .list = "Bob;Alice",
                          .physical = "\\a.dll",
                          .override = UNTRUSTED,
                          GIVEN_BY(ALICE),
                          .trust = UNTRUSTED};
    static const enum httpd_step_kind kinds[] = {
        HTTPD_STEP_VROOT,     HTTPD_STEP_TARGET,     HTTPD_STEP_SSL, HTTPD_STEP_CERTIFICATE,
        HTTPD_STEP_TRUST,     HTTPD_STEP_OVERRIDE,   HTTPD_STEP_MAP, HTTPD_STEP_ADMIN,
        HTTPD_STEP_USER_LIST, HTTPD_STEP_PERMISSION,
    };
    static const bool ok[] = {true, true, true, true, false, true, true, false, true, true};
    static const uint32_t numbers[] = {READ | EXECUTE | REQUIRE | MAP | SSL128,
                                       HTTPD_TARGET_EXTENSION,
                                       256,
                                       HTTPD_CERT_GIVEN,
                                       UNTRUSTED,
                                       0,
                                       0,
                                       0,
                                       HTTPD_USER_LISTED,
                                       EXECUTE};
    struct httpd_settings *s = settings_of(&r);
    struct httpd_facts facts = facts_of(&r);
    struct httpd_decision d;
    httpd_decide(s, &facts, &d);
    assert_int_equal(d.verdict, HTTPD_ALLOW);
    assert_int_equal(d.trust_left, 0);
    assert_string_equal(d.vroot->url, "/v");
    assert_string_equal(d.rest, "/x");
    assert_int_equal(d.step_count, sizeof kinds / sizeof kinds[0]);
    for (size_t i = 0; i < d.step_count; i++) {
        assert_int_equal(d.steps[i].kind, kinds[i]);
        assert_int_equal(d.steps[i].ok, ok[i]);
        assert_int_equal(d.steps[i].number, numbers[i]);
    }
    assert_string_equal(d.steps[6].text, "Alice");

    facts.trust_error |= EXPIRED;
    httpd_decide(s, &facts, &d);
    assert_int_equal(d.trust_left, EXPIRED);
    httpd_settings_unref(s);
}

/* What was never looked at is not let in, whatever CertTrustOverride ignores. */
static void test_unfinished_chain_is_refused(void **state)
{
    (void)state;
    static const uint32_t overrides[] = {0, CERT_CHAIN_UNFINISHED, 0xffffffff};
    static const uint32_t words[] = {0, CERT_CHAIN_UNFINISHED, CERT_CHAIN_UNFINISHED | UNTRUSTED};
    for (size_t o = 0; o < sizeof overrides / sizeof overrides[0]; o++) {
        for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
            struct row r = {.p = REQUIRE, GIVEN_BY(ALICE), .trust = words[w], .override = overrides[o]};
            struct httpd_settings *s = settings_of(&r);
            struct httpd_facts facts = facts_of(&r);
            struct httpd_decision d;
            facts.trust_finished = false;
            httpd_decide(s, &facts, &d);
            assert_int_equal(d.verdict, HTTPD_DENY);
            assert_int_equal(d.reason, HTTPD_REASON_CERTIFICATE_INVALID);
            assert_int_equal(d.trust_left, words[w] | CERT_CHAIN_UNFINISHED);
            httpd_settings_unref(s);
        }
    }
}

static void test_reasons_have_words(void **state)
{
    (void)state;
    for (int reason = HTTPD_REASON_NO_VROOT; reason <= HTTPD_REASON_NO_SCRIPT; reason++) {
        const char *text = httpd_reason_text((enum httpd_reason)reason);
        assert_non_null(text);
        assert_string_not_equal(text, httpd_reason_text(HTTPD_REASON_NONE));
    }
    assert_string_equal(httpd_reason_text((enum httpd_reason)999), httpd_reason_text(HTTPD_REASON_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_every_combination),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_unfinished_chain_is_refused),
        cmocka_unit_test(test_reasons_have_words),
    };
    return cmocka_run_group_tests_name("httpd.access", tests, make_certificates, free_certificates);
}
