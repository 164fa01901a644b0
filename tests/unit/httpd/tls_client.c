/* SPDX-License-Identifier: Apache-2.0 */
/* The client's side of a tls_link, and what it can do wrong. */
#include "tls_client.h"

#include "platform/random.h"

#include <string.h>

/*
 * BearSSL keeps these to itself; with them a client starts as br_ssl_client_reset does, but without secure
 * renegotiation.
 */
void br_ssl_hs_client_init_main(void *context);
void br_ssl_hs_client_run(void *context);
void br_ssl_engine_hs_reset(br_ssl_engine_context *engine, void (*init)(void *), void (*run)(void *));

static const uint16_t suites[] = {
    BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,       BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,       BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
};
static const uint16_t old_suites[] = {
    BR_TLS_RSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    BR_TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
};

/* ---- handshake messages that are changed just before they are encrypted ---- */

static struct tls_client *client_of(const br_sslrec_out_class **records)
{
    return (struct tls_client *)(void *)((char *)records - offsetof(struct tls_client, engine.eng.out));
}

static void hide_info(uint8_t *hello, size_t size)
{
    static const uint8_t info[] = {0xff, 0x01, 0x00, 0x0d, 0x0c};
    for (size_t i = 0; i + sizeof info <= size; i++) {
        if (memcmp(hello + i, info, sizeof info) == 0) {
            hello[i + 1] = 0x7e; /* another extension, which nobody knows */
            return;
        }
    }
    fail_msg("the client's second hello has no renegotiation_info");
}

static void spoil(const br_sslrec_out_class **records, int type, void *data, size_t *size)
{
    struct tls_client *client = client_of(records);
    uint8_t *bytes = data;
    if (type != 22 || *size == 0)
        return;
    if (client->quirk == TLS_QUIRK_STRIP_INFO && bytes[0] == 1)
        hide_info(bytes, *size);
    if (bytes[0] == 20 && ++client->handshakes == 2 && client->quirk == TLS_QUIRK_TRAILING)
        bytes[(*size)++] = 1;
}

static void gcm_max(const br_sslrec_out_class *const *records, size_t *start, size_t *end)
{
    br_sslrec_out_gcm_vtable.inner.max_plaintext(records, start, end);
}

static unsigned char *gcm_encrypt(const br_sslrec_out_class **records, int type, unsigned version, void *data,
                                  size_t *size)
{
    spoil(records, type, data, size);
    return br_sslrec_out_gcm_vtable.inner.encrypt(records, type, version, data, size);
}

static void gcm_init(const br_sslrec_out_gcm_class **records, const br_block_ctr_class *cipher,
                     const void *key, size_t key_size, br_ghash ghash, const void *iv);

static const br_sslrec_out_gcm_class gcm_records = {
    .inner = {.context_size = sizeof(br_sslrec_gcm_context), .max_plaintext = gcm_max, .encrypt = gcm_encrypt},
    .init = gcm_init,
};

static void gcm_init(const br_sslrec_out_gcm_class **records, const br_block_ctr_class *cipher,
                     const void *key, size_t key_size, br_ghash ghash, const void *iv)
{
    br_sslrec_out_gcm_vtable.init(records, cipher, key, key_size, ghash, iv);
    *records = &gcm_records;
}

/* ---- a curve whose every point is 0 ---- */

static uint32_t zero_mul(unsigned char *point, size_t size, const unsigned char *x, size_t x_size, int curve)
{
    if (curve != BR_EC_curve25519)
        return br_ec_get_default()->mul(point, size, x, x_size, curve);
    memset(point, 0, size);
    return 1;
}

static size_t zero_mulgen(unsigned char *result, const unsigned char *x, size_t x_size, int curve)
{
    size_t size = br_ec_get_default()->mulgen(result, x, x_size, curve);
    if (curve == BR_EC_curve25519)
        memset(result, 0, size);
    return size;
}

/* ---- start ---- */

static void set_server_key(struct tls_client *client, const struct tls_identity *server)
{
    unsigned usages = BR_KEYTYPE_SIGN | BR_KEYTYPE_KEYX;
    if (server->kind == TLS_PKI_RSA)
        br_x509_knownkey_init_rsa(&client->server, &server->rsa_public, usages);
    else
        br_x509_knownkey_init_ec(&client->server, &server->ec_public, usages);
    br_ssl_engine_set_x509(&client->engine.eng, &client->server.vtable);
}

static void set_certificate(struct tls_client *client, const struct tls_identity *certificate,
                            const struct tls_identity *key)
{
    if (certificate == NULL)
        return;
    if (key->kind == TLS_PKI_RSA)
        br_ssl_client_set_single_rsa(&client->engine, certificate->chain, 1, &key->rsa,
                                     br_rsa_pkcs1_sign_get_default());
    else
        br_ssl_client_set_single_ec(&client->engine, certificate->chain, 1, &key->ec, BR_KEYTYPE_SIGN,
                                    BR_KEYTYPE_EC, br_ec_get_default(), br_ecdsa_sign_asn1_get_default());
}

static void set_primitives(struct tls_client *client, br_ec_impl *ec)
{
    br_ssl_engine_context *engine = &client->engine.eng;
    br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_suites(engine, suites, sizeof suites / sizeof suites[0]);
    br_ssl_engine_set_hash(engine, br_sha256_ID, &br_sha256_vtable);
    br_ssl_engine_set_hash(engine, br_sha384_ID, &br_sha384_vtable);
    br_ssl_engine_set_prf_sha256(engine, br_tls12_sha256_prf);
    br_ssl_engine_set_prf_sha384(engine, br_tls12_sha384_prf);
    br_ssl_engine_set_default_rsavrfy(engine);
    br_ssl_engine_set_default_ecdsa(engine);
    br_ssl_engine_set_default_aes_gcm(engine);
    br_ssl_engine_set_default_chapol(engine);
    *ec = *br_ec_get_default();
    if (client->quirk == TLS_QUIRK_ZERO_POINT) {
        ec->mul = zero_mul;
        ec->mulgen = zero_mulgen;
    }
    br_ssl_engine_set_ec(engine, ec);
    if (client->quirk == TLS_QUIRK_STRIP_INFO || client->quirk == TLS_QUIRK_TRAILING) {
        br_ssl_engine_set_gcm(engine, &br_sslrec_in_gcm_vtable, &gcm_records);
        br_ssl_engine_set_suites(engine, suites, 2); /* AES-GCM only: its records are those changed */
    }
    if (client->quirk == TLS_QUIRK_OLD_VERSION) {
        br_ssl_engine_set_versions(engine, BR_TLS10, BR_TLS11);
        br_ssl_engine_set_hash(engine, br_sha1_ID, &br_sha1_vtable);
        br_ssl_engine_set_hash(engine, br_md5_ID, &br_md5_vtable);
        br_ssl_engine_set_prf10(engine, br_tls10_prf);
        br_ssl_engine_set_suites(engine, old_suites + 1, 2);
    }
    if (client->quirk == TLS_QUIRK_OLD_SUITES)
        br_ssl_engine_set_suites(engine, old_suites, sizeof old_suites / sizeof old_suites[0]);
    if (client->quirk == TLS_QUIRK_NO_RENEGOTIATION)
        br_ssl_engine_add_flags(engine, BR_OPT_NO_RENEGOTIATION);
}

void tls_client_start(struct tls_client *client, const struct tls_identity *server,
                      const struct tls_identity *certificate, const struct tls_identity *key,
                      enum tls_quirk quirk, const br_ssl_session_parameters *resume)
{
    br_ssl_engine_context *engine = &client->engine.eng;
    uint8_t seed[32];
    memset(client, 0, sizeof *client);
    client->quirk = quirk;
    br_ssl_client_zero(&client->engine);
    set_primitives(client, &client->ec);
    set_server_key(client, server);
    set_certificate(client, certificate, key);
    br_ssl_engine_set_buffers_bidi(engine, client->in, sizeof client->in, client->out, sizeof client->out);
    assert_int_equal(plat_random(seed, sizeof seed), ERROR_SUCCESS);
    br_ssl_engine_inject_entropy(engine, seed, sizeof seed);
    if (resume != NULL)
        br_ssl_engine_set_session_parameters(engine, resume);
    assert_int_equal(br_ssl_client_reset(&client->engine, "ce.example", resume != NULL), 1);
    if (quirk == TLS_QUIRK_NO_RFC_5746) {
        br_ssl_engine_set_buffers_bidi(engine, client->in, sizeof client->in, client->out, sizeof client->out);
        engine->version_out = BR_TLS12;
        engine->reneg = 1;
        br_ssl_engine_hs_reset(engine, br_ssl_hs_client_init_main, br_ssl_hs_client_run);
    }
}
