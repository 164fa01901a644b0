/* SPDX-License-Identifier: Apache-2.0 */
/* The SSL key and the certificate stores ("SSL Client Authentication" aa922016, "SSL Support" aa926187). */
#include "settings/load.h"

#include "certstore/chain.h"
#include "certstore/store.h"
#include "platform/clock.h"
#include "platform/limits.h"
#include "platform/log.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

static const struct httpd_place here = {"\\SSL", NULL};

struct tls_values {
    uint32_t is_enabled, port, trust_override, ask_certificate, revocation_check;
    const char *subject;
    struct plat_span extra_issuers;
};

static const struct httpd_setting tls_table[] = {
    {"IsEnabled", HTTPD_SETTING_NUMBER, offsetof(struct tls_values, is_enabled), 0, UINT32_MAX},
    {"Port", HTTPD_SETTING_NUMBER, offsetof(struct tls_values, port), 0, UINT16_MAX},
    {"CertificateSubject", HTTPD_SETTING_TEXT, offsetof(struct tls_values, subject), 0, 0},
    {"CertTrustOverride", HTTPD_SETTING_NUMBER, offsetof(struct tls_values, trust_override), 0, UINT32_MAX},
    {"ClientCertificate", HTTPD_SETTING_NUMBER, offsetof(struct tls_values, ask_certificate), 0, 2},
    {"RevocationCheck", HTTPD_SETTING_NUMBER, offsetof(struct tls_values, revocation_check), 0, 2},
    {"ExtraIssuers", HTTPD_SETTING_TEXTS, offsetof(struct tls_values, extra_issuers), 0, 0},
};

/* ---- what is weak is said ---- */

static void warn_of_override(struct httpd_loader *l, uint32_t override)
{
    const uint32_t grave = CERT_TRUST_IS_NOT_SIGNATURE_VALID | CERT_TRUST_IS_REVOKED |
                           CERT_TRUST_IS_EXPLICIT_DISTRUST | CERT_TRUST_REVOCATION_STATUS_UNKNOWN |
                           CERT_TRUST_IS_OFFLINE_REVOCATION | CERT_TRUST_HAS_WEAK_SIGNATURE;
    const uint32_t unknown_issuer = CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_PARTIAL_CHAIN;
    struct plat_buffer names;
    plat_buffer_init(&names, LIMIT_LOG_LINE);
    if ((override & grave) != 0) {
        cert_trust_error_names(override & grave, &names);
        httpd_load_warn(l, here, "CertTrustOverride",
                        "lets in certificates that are forged, revoked or distrusted (%s)",
                        plat_buffer_text(&names) != NULL ? plat_buffer_text(&names) : "");
    }
    if ((override & unknown_issuer) != 0) {
        httpd_load_warn(l, here, "CertTrustOverride",
                        "lets in certificates of any issuer: anybody can make one with the IssuerCN and "
                        "SerialNumber of a user");
    }
    plat_buffer_free(&names);
}

static void warn_without_lists(struct httpd_loader *l)
{
    const struct httpd_settings *s = l->settings;
    if (s->revocation == HTTPD_REVOCATION_REQUIRED && cert_crl_set_count(s->crls) == 0) {
        httpd_load_warn(l, here, "RevocationCheck",
                        "is 2, and there is no CRL in the stores: no client certificate can be valid");
    }
}

static void warn_subkey(struct httpd_loader *l, reg_key child, const char *name)
{
    (void)child;
    if (!plat_name_equal(name, "Users")) {
        httpd_load_warn(l, here, name, "unknown key; ignored");
    }
}

/* ---- stores ---- */

static void warn_of_entry(void *context, const char *text)
{
    struct httpd_loader *l = context;
    if (l->warnings++ < LIMIT_SETTINGS_WARNINGS) {
        plat_log(PLAT_LOG_WARNING, "%s", text);
    }
}

static void note_found(void *context, const char *text)
{
    const struct httpd_loader *l = context;
    if (l->first) {
        plat_log(PLAT_LOG_INFO, "%s", text);
    }
}

/* A damaged root lets nobody in; a damaged entry of Disallowed would let in the one whom it keeps out. */
static void refuse_entry(void *context, const char *text)
{
    struct httpd_loader *l = context;
    if (l->error == ERROR_SUCCESS) {
        httpd_load_refuse(l, ERROR_INVALID_DATA, here, NULL, "%s; repair or delete it: it keeps somebody out",
                          text);
    }
}

/* Likewise a CRL that is left out: an older list of its issuer, or the base of a delta, may be there and name fewer. */
static void judge_list(void *context, const char *text)
{
    const struct httpd_loader *l = context;
    if (l->settings->revocation == HTTPD_REVOCATION_OFF) {
        warn_of_entry(context, text);
    } else {
        refuse_entry(context, text);
    }
}

static win_error load_store(struct httpd_loader *l, const char *name, struct cert_set **set,
                            struct cert_crl_set *crls, void (*problem)(void *context, const char *text))
{
    win_error error = *set == NULL ? cert_set_create(set) : ERROR_SUCCESS;
    if (error == ERROR_SUCCESS) {
        const struct cert_store_reader reader = {
            .root = l->root, .problem = problem, .crl_problem = judge_list, .note = note_found, .context = l};
        error = cert_store_load(l->db, CERT_LOCAL_MACHINE, name, *set, crls, &reader);
    }
    if (l->error != ERROR_SUCCESS) {
        return l->error;
    }
    if (error == ERROR_NOT_ENOUGH_MEMORY) {
        return httpd_load_no_memory(l);
    }
    if (error != ERROR_SUCCESS) {
        return httpd_load_refuse(l, error, here, NULL, "the certificate store %s cannot be read: %s", name,
                                 win_error_text(error));
    }
    return ERROR_SUCCESS;
}

static win_error load_stores(struct httpd_loader *l)
{
    struct httpd_settings *s = l->settings;
    if (s->revocation != HTTPD_REVOCATION_OFF && cert_crl_set_create(&s->crls) != ERROR_SUCCESS) {
        return httpd_load_no_memory(l);
    }
    if (load_store(l, "ROOT", &s->roots, s->crls, warn_of_entry) == ERROR_SUCCESS &&
        load_store(l, "Privileged", &s->roots, s->crls, warn_of_entry) == ERROR_SUCCESS &&
        load_store(l, "CA", &s->intermediates, s->crls, warn_of_entry) == ERROR_SUCCESS &&
        load_store(l, "Disallowed", &s->distrusted, NULL, refuse_entry) == ERROR_SUCCESS &&
        load_store(l, "TrustedPeople", &s->people, s->crls, warn_of_entry) == ERROR_SUCCESS &&
        load_store(l, "MY", &s->my, s->crls, warn_of_entry) == ERROR_SUCCESS) {
        return ERROR_SUCCESS;
    }
    return l->error;
}

/* ---- the server's certificate ---- */

static bool has_key(void *context, const struct cert *cert)
{
    struct httpd_loader *l = context;
    return cert_key_look(l->db, cert) != NTE_NO_KEY;
}

/* What is sent: the chain up to, but without, the root, which the client has or does not believe anyway. */
static void choose_chain(struct httpd_loader *l, int64_t now)
{
    struct httpd_settings *s = l->settings;
    const struct cert_chain_input input = {
        .leaf = s->server_cert,
        .roots = s->roots,
        .intermediates = s->intermediates,
        .peer = s->my,
        .distrusted = s->distrusted,
        .time = now,
        .usage = CERT_USAGE_SERVER_AUTH,
    };
    struct cert_chain chain;
    cert_chain_build(&input, &chain);
    s->server_chain[s->server_chain_count++] = s->server_cert;
    for (size_t i = 1;
         i < chain.count && s->server_chain_count < sizeof s->server_chain / sizeof s->server_chain[0]; i++) {
        const struct cert *cert = chain.elements[i].cert;
        if (cert_is_self_issued(cert) || cert_set_find_thumbprint(s->roots, cert->thumbprint) != NULL) {
            break;
        }
        s->server_chain[s->server_chain_count++] = cert;
    }
    /* Its clients, not this server, decide whether they trust its root. */
    uint32_t error = chain.error & ~(CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_PARTIAL_CHAIN);
    if (!chain.finished) {
        httpd_load_warn(l, here, "CertificateSubject",
                        "this certificate's chain could not be judged to its end");
    } else if (error != 0) {
        struct plat_buffer names;
        plat_buffer_init(&names, LIMIT_LOG_LINE);
        cert_trust_error_names(error, &names);
        httpd_load_warn(l, here, "CertificateSubject", "clients will refuse this certificate: %s",
                        plat_buffer_text(&names) != NULL ? plat_buffer_text(&names) : "");
        plat_buffer_free(&names);
    }
}

static win_error load_server_certificate(struct httpd_loader *l, const char *subject)
{
    static const char value[] = "CertificateSubject";
    struct httpd_settings *s = l->settings;
    int64_t now = plat_clock_unix();
    if (subject[0] == '\0') {
        return httpd_load_refuse(
            l, CRYPT_E_NOT_FOUND, here, value,
            "is not set, and HTTPS is enabled: it names the server's certificate in the store MY");
    }
    s->server_cert = cert_find_subject(s->my, subject, now, has_key, l);
    if (s->server_cert == NULL) {
        return httpd_load_refuse(l, CRYPT_E_NOT_FOUND, here, value,
                                 "the store MY has no certificate \"%s\"; add it with: "
                                 "cerium cert add --store MY CERTIFICATE --key KEY",
                                 subject);
    }
    win_error error = cert_key_load(l->db, s->server_cert, &s->server_key);
    if (error == ERROR_NOT_ENOUGH_MEMORY) {
        return httpd_load_no_memory(l);
    }
    if (error != ERROR_SUCCESS) {
        return httpd_load_refuse(l, error, here, value,
                                 "the private key of the certificate \"%s\" cannot be had: %s; add it with: "
                                 "cerium cert add --store MY CERTIFICATE --key KEY",
                                 subject, win_error_text(error));
    }
    if (!cert_key_fits(s->server_key, s->server_cert)) {
        return httpd_load_refuse(l, NTE_BAD_KEY, here, value,
                                 "the private key kept for the certificate \"%s\" does not belong to it",
                                 subject);
    }
    choose_chain(l, now);
    return ERROR_SUCCESS;
}

/* ---- names for the CertificateRequest ---- */

/* "O=" and its like: an attribute of a name. */
static bool begins_attribute(const char *text)
{
    size_t size = 0;
    while (plat_ascii_is_alpha(text[size])) {
        size++;
    }
    return size > 0 && text[size] == '=';
}

/* "CN=Name" or "Name"; NULL for a name of other attributes, which one CN cannot say. */
static const char *common_name_of(const char *text)
{
    text += strspn(text, " \t");
    if (plat_ascii_equal_nocase_n(text, strlen(text) < 3 ? 0 : 3, "CN=", 3)) {
        text += 3;
    } else if (begins_attribute(text)) {
        return NULL;
    }
    for (const char *comma = text; (comma = strchr(comma, ',')) != NULL;) {
        comma++;
        if (begins_attribute(comma + strspn(comma, " \t"))) {
            return NULL;
        }
    }
    return text;
}

static win_error keep_name(struct httpd_loader *l, struct plat_span name, size_t *total)
{
    struct httpd_settings *s = l->settings;
    if (*total + name.size + 2 > LIMIT_CA_NAMES) {
        return ERROR_FILE_TOO_LARGE;
    }
    *total += name.size + 2;
    s->ca_names[s->ca_name_count++] = name;
    return ERROR_SUCCESS;
}

static win_error add_extra_issuer(struct httpd_loader *l, const char *text, size_t *total)
{
    const char *common_name = common_name_of(text);
    if (common_name == NULL || common_name[0] == '\0') {
        return httpd_load_refuse(l, ERROR_INVALID_DATA, here, "ExtraIssuers",
                                 "\"%s\" is not a name of the form CN=name", text);
    }
    plat_buffer_clear(&l->scratch);
    cert_name_from_common_name(common_name, &l->scratch);
    if (l->scratch.failed != ERROR_SUCCESS) {
        return httpd_load_no_memory(l);
    }
    struct plat_span name =
        httpd_arena_copy(l->settings->arena, plat_span_of(l->scratch.data, l->scratch.size));
    return name.data == NULL ? httpd_load_no_memory(l) : keep_name(l, name, total);
}

static win_error collect_names(struct httpd_loader *l, struct plat_span extra)
{
    struct httpd_settings *s = l->settings;
    size_t roots = cert_set_count(s->roots), most = roots, total = 0;
    win_error error = ERROR_SUCCESS;
    for (size_t i = 0; i < extra.size; i++) {
        most += extra.data[i] == 0;
    }
    if (most == 0) {
        return ERROR_SUCCESS;
    }
    s->ca_names = plat_calloc(most, sizeof *s->ca_names);
    if (s->ca_names == NULL) {
        return httpd_load_no_memory(l);
    }
    for (size_t i = 0; i < roots && error == ERROR_SUCCESS; i++) {
        struct plat_span subject = cert_set_at(s->roots, i)->subject;
        /* An empty name (30 00) asks for nothing; a second one of the same words would only take room. */
        if (subject.size > 2 && cert_set_next_subject(s->roots, subject, NULL) == cert_set_at(s->roots, i)) {
            error = keep_name(l, subject, &total);
        }
    }
    for (size_t at = 0; at < extra.size && error == ERROR_SUCCESS;) {
        const char *text = (const char *)extra.data + at;
        at += strlen(text) + 1;
        error = add_extra_issuer(l, text, &total);
    }
    if (error == ERROR_FILE_TOO_LARGE) {
        httpd_load_warn(
            l, here, NULL,
            "there are more issuers than fit into a certificate request: clients are told of the first %lu",
            (unsigned long)s->ca_name_count);
    }
    return l->error;
}

win_error httpd_load_tls(struct httpd_loader *l)
{
    struct httpd_settings *s = l->settings;
    struct tls_values v = {.port = 443, .subject = ""};
    reg_key key;
    if (httpd_load_open(l, "SSL", &key) != ERROR_SUCCESS ||
        httpd_load_values(l, key, here, tls_table, sizeof tls_table / sizeof tls_table[0], &v) !=
            ERROR_SUCCESS ||
        httpd_load_each_key(l, key, here.path, warn_subkey) != ERROR_SUCCESS) {
        return l->error;
    }
    s->https_enabled = v.is_enabled != 0;
    s->https_port = (uint16_t)v.port;
    s->trust_override = v.trust_override;
    s->revocation = (enum httpd_revocation)v.revocation_check;
    s->ask_certificate = (enum httpd_ask_certificate)v.ask_certificate;
    warn_of_override(l, v.trust_override);
    if (load_stores(l) != ERROR_SUCCESS || collect_names(l, v.extra_issuers) != ERROR_SUCCESS) {
        return l->error;
    }
    warn_without_lists(l);
    return s->https_enabled ? load_server_certificate(l, v.subject) : ERROR_SUCCESS;
}
