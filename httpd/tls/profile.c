/* SPDX-License-Identifier: Apache-2.0 */
/* An engine prepared for one snapshot of settings. */
#include "tls/connection.h"

#include "platform/log.h"
#include "platform/memory.h"
#include "tls/primitives.h"

#include <string.h>

#define NAMES_SIZE                                                                                           \
    0xffffU /* certificate_authorities is a vector with 2 bytes of length (RFC 5246 section 7.4.4) */

/* BearSSL's structures take pointers to non-const bytes that it only reads. */
static unsigned char *readable(const uint8_t *bytes)
{
    return (unsigned char *)(uintptr_t)bytes;
}

/*
 * BearSSL asks for a certificate exactly when the list is not empty. Without any name to tell, it gets the
 * empty Name, which no issuer has: clients that choose by the list then have nothing to choose; those that do
 * not, send what they have.
 */
static win_error set_names(struct httpd_tls_profile *profile)
{
    static const uint8_t empty_name[] = {0x30, 0x00};
    const struct httpd_settings *settings = profile->settings;
    size_t most = settings->ca_name_count == 0 ? 1 : settings->ca_name_count;
    profile->names = plat_calloc(most, sizeof *profile->names);
    if (profile->names == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    size_t size = 0;
    for (size_t i = 0; i < settings->ca_name_count; i++) {
        struct plat_span name = settings->ca_names[i];
        if (name.size > NAMES_SIZE - 2 || size + 2 + name.size > NAMES_SIZE) {
            plat_log(PLAT_LOG_WARNING, "only %zu of %zu CA names fit into a CertificateRequest",
                     profile->name_count, settings->ca_name_count);
            break;
        }
        size += 2 + name.size;
        profile->names[profile->name_count++] = (br_x500_name){.data = readable(name.data), .len = name.size};
    }
    if (profile->name_count == 0)
        profile->names[profile->name_count++] =
            (br_x500_name){.data = readable(empty_name), .len = sizeof empty_name};
    return ERROR_SUCCESS;
}

static void set_chain(struct httpd_tls_profile *profile)
{
    const struct httpd_settings *settings = profile->settings;
    while (profile->chain_count < settings->server_chain_count &&
           profile->chain_count < sizeof profile->chain / sizeof profile->chain[0]) {
        struct plat_span der = settings->server_chain[profile->chain_count]->der;
        profile->chain[profile->chain_count++] =
            (br_x509_certificate){.data = readable(der.data), .data_len = der.size};
    }
}

static void prepare_engine(struct httpd_tls_profile *profile)
{
    br_ssl_engine_context *engine = &profile->engine.eng;
    br_ssl_server_zero(&profile->engine);
    br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
    httpd_tls_set_primitives(engine, cert_key_bearssl_ec(profile->settings->server_key) != NULL);
    httpd_tls_watch_records(engine); /* after the primitives, which set the records' classes */
    br_ssl_engine_set_all_flags(engine, BR_OPT_ENFORCE_SERVER_PREFERENCES | BR_OPT_NO_RENEGOTIATION |
                                            BR_OPT_TOLERATE_NO_CLIENT_AUTH);
    profile->protocols[0] = "http/1.1";
    br_ssl_engine_set_protocol_names(engine, profile->protocols, 1);
}

win_error httpd_tls_profile_create(struct httpd_settings *settings, struct httpd_tls_profile **profile)
{
    *profile = NULL;
    if (settings->server_key == NULL || settings->server_chain_count == 0)
        return ERROR_INVALID_PARAMETER;
    if (cert_key_bearssl_ec(settings->server_key) == NULL &&
        cert_key_bearssl_rsa(settings->server_key) == NULL)
        return NTE_BAD_KEY;
    struct httpd_tls_profile *made = plat_calloc(1, sizeof *made);
    if (made == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    made->references = 1;
    made->settings = httpd_settings_ref(settings);
    win_error error = set_names(made);
    if (error != ERROR_SUCCESS) {
        httpd_tls_profile_unref(made);
        return error;
    }
    set_chain(made);
    prepare_engine(made);
    *profile = made;
    return ERROR_SUCCESS;
}

void httpd_tls_profile_unref(struct httpd_tls_profile *profile)
{
    if (profile == NULL || --profile->references != 0)
        return;
    httpd_settings_unref(profile->settings);
    plat_free(profile->names);
    plat_free(profile);
}
