/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/primitives.h"

#include "certstore/bearssl_peer.h"

#include <string.h>

#define SUITES 3U /* per kind of key */

static const struct httpd_tls_suite suites[] = {
    {BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, 128, "ECDHE-ECDSA-AES128-GCM-SHA256"},
    {BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, 256, "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, 256, "ECDHE-ECDSA-CHACHA20-POLY1305"},
    {BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 128, "ECDHE-RSA-AES128-GCM-SHA256"},
    {BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, 256, "ECDHE-RSA-AES256-GCM-SHA384"},
    {BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, 256, "ECDHE-RSA-CHACHA20-POLY1305"},
};

const struct httpd_tls_suite *httpd_tls_suite_of(uint16_t id)
{
    static const struct httpd_tls_suite none = {0, 0, ""};
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
        if (suites[i].id == id)
            return &suites[i];
    return &none;
}

br_ecdsa_sign httpd_tls_ecdsa_sign(void)
{
    return cert_engines().ecdsa_sign;
}

const br_ec_impl *httpd_tls_signing_ec(void)
{
    return cert_engines().ec;
}

br_rsa_pkcs1_sign httpd_tls_rsa_sign(void)
{
    return cert_engines().rsa_sign;
}

/* ---- the engine ---- */

/*
 * With instructions for AES and GHASH, AES-128-GCM is some eight times as fast as ChaCha20; without, ChaCha20
 * is four times as fast as AES.
 */
static bool has_aes_instructions(void)
{
    return (br_aes_x86ni_ctr_get_vtable() != NULL && br_ghash_pclmul_get() != 0) ||
           (br_aes_pwr8_ctr_get_vtable() != NULL && br_ghash_pwr8_get() != 0);
}

static void set_suites(br_ssl_engine_context *engine, bool ec_key)
{
    const struct httpd_tls_suite *of_key = &suites[ec_key ? 0 : SUITES];
    const unsigned gcm_first[SUITES] = {0, 1, 2};
    const unsigned chacha_first[SUITES] = {2, 0, 1};
    const unsigned *order = has_aes_instructions() ? gcm_first : chacha_first;
    uint16_t ids[SUITES];
    for (size_t i = 0; i < SUITES; i++)
        ids[i] = of_key[order[i]].id;
    br_ssl_engine_set_suites(engine, ids, SUITES);
}

void httpd_tls_set_primitives(br_ssl_engine_context *engine, bool ec_key)
{
    set_suites(engine, ec_key);
    br_ssl_engine_set_hash(engine, br_sha256_ID, &br_sha256_vtable);
    br_ssl_engine_set_hash(engine, br_sha384_ID, &br_sha384_vtable);
    br_ssl_engine_set_hash(engine, br_sha512_ID, &br_sha512_vtable);
    br_ssl_engine_set_prf_sha256(engine, br_tls12_sha256_prf);
    br_ssl_engine_set_prf_sha384(engine, br_tls12_sha384_prf);
    br_ssl_engine_set_rsavrfy(engine, cert_engines().rsa_verify); /* the client's CertificateVerify */
    br_ssl_engine_set_ecdsa(engine, cert_engines().ecdsa_verify);
    br_ssl_engine_set_ec(engine, cert_engines().ec_exchange);
    br_ssl_engine_set_default_aes_gcm(engine);
    br_ssl_engine_set_default_chapol(engine);
}
