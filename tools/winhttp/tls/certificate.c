/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's CertificateRequest (RFC 5246 section 7.4.4), and the certificate and signature in answer to
 * it.
 */
#include "platform/memory.h"
#include "winhttp/tls/connection.h"

#include <string.h>

#define RSA_SIGNATURE_MOST 512U /* bytes: BearSSL's buffer */
#define EC_SIGNATURE_MOST 139U  /* of P-521 in ASN.1 */

static struct winhttp_tls *connection_of(const br_ssl_client_certificate_class **object)
{
    return (struct winhttp_tls *)(void *)((char *)object - offsetof(struct winhttp_tls, asker));
}

void winhttp_tls_asker_init(struct winhttp_tls *tls)
{
    const struct winhttp_identity *identity = &tls->options->identity;
    plat_buffer_init(&tls->names, 0xffff); /* as many as the message can hold */
    if (tls->options->asked == WINHTTP_ASK_GIVE)
        for (size_t i = 0; i < identity->count; i++)
            tls->own_chain[i] =
                (br_x509_certificate){.data = (unsigned char *)(uintptr_t)identity->chain[i].data,
                                      .data_len = identity->chain[i].size};
    tls->asker = &winhttp_tls_asker_class;
    br_ssl_client_set_client_certificate(&tls->engine, &tls->asker);
}

void winhttp_tls_asker_free(struct winhttp_tls *tls)
{
    plat_buffer_free(&tls->names);
    plat_free(tls->issuers);
    tls->issuers = NULL;
    tls->issuer_count = tls->issuer_room = 0;
}

/* ---- the names ---- */

static void start_name_list(const br_ssl_client_certificate_class **object)
{
    struct winhttp_tls *tls = connection_of(object);
    plat_buffer_clear(&tls->names);
    tls->issuer_count = 0;
    tls->name_left = 0;
    tls->asked = true;
    tls->given = false;
}

static bool make_room(struct winhttp_tls *tls)
{
    if (tls->issuer_count < tls->issuer_room)
        return true;
    size_t room = tls->issuer_room == 0 ? 16 : 2 * tls->issuer_room;
    struct plat_span *grown = plat_realloc(tls->issuers, room * sizeof *grown);
    if (grown == NULL)
        return false;
    tls->issuers = grown;
    tls->issuer_room = room;
    return true;
}

/* Only the sizes are kept until the list is whole: the buffer may still move. */
static void start_name(const br_ssl_client_certificate_class **object, size_t size)
{
    struct winhttp_tls *tls = connection_of(object);
    tls->name_left = 0;
    if (size == 0 || tls->issuer_count == LIMIT_CLIENT_ISSUERS) { /* DistinguishedName<1..2^16-1> */
        winhttp_tls_fail(tls, ERROR_WINHTTP_SECURE_CHANNEL_ERROR);
        return;
    }
    if (!make_room(tls)) {
        winhttp_tls_fail(tls, ERROR_NOT_ENOUGH_MEMORY);
        return;
    }
    tls->issuers[tls->issuer_count++] = (struct plat_span){.size = size};
    tls->name_left = size;
}

static void append_name(const br_ssl_client_certificate_class **object, const unsigned char *data, size_t size)
{
    struct winhttp_tls *tls = connection_of(object);
    if (tls->failure != ERROR_SUCCESS || size > tls->name_left)
        return;
    tls->name_left -= size;
    plat_buffer_append(&tls->names, data, size);
    if (tls->names.failed != ERROR_SUCCESS)
        winhttp_tls_fail(tls, ERROR_NOT_ENOUGH_MEMORY);
}

static void end_name(const br_ssl_client_certificate_class **object)
{
    struct winhttp_tls *tls = connection_of(object);
    if (tls->name_left != 0)
        winhttp_tls_fail(tls, ERROR_WINHTTP_SECURE_CHANNEL_ERROR);
}

static void end_name_list(const br_ssl_client_certificate_class **object)
{
    struct winhttp_tls *tls = connection_of(object);
    if (tls->failure != ERROR_SUCCESS) {
        tls->issuer_count = 0;
        return;
    }
    size_t at = 0;
    for (size_t i = 0; i < tls->issuer_count; i++) {
        tls->issuers[i].data = tls->names.data + at;
        at += tls->issuers[i].size;
    }
}

/* ---- the answer ---- */

/* The hash that goes with the key's size, if the server takes it; else the first that it takes; 0 = none. */
static int hash_of(uint32_t hashes, int wished)
{
    static const int preferred[] = {br_sha256_ID, br_sha384_ID, br_sha512_ID};
    if ((hashes >> wished & 1) != 0)
        return wished;
    for (size_t i = 0; i < sizeof preferred / sizeof preferred[0]; i++)
        if ((hashes >> preferred[i] & 1) != 0)
            return preferred[i];
    return 0;
}

static void choose_for_key(const struct cert_key *key, uint32_t signatures, br_ssl_client_certificate *choice)
{
    const br_ec_private_key *ec = cert_key_bearssl_ec(key);
    const br_rsa_private_key *rsa = cert_key_bearssl_rsa(key);
    if (ec != NULL) {
        int wished = ec->curve == BR_EC_secp384r1   ? br_sha384_ID
                     : ec->curve == BR_EC_secp521r1 ? br_sha512_ID
                                                    : br_sha256_ID;
        choice->auth_type = BR_AUTH_ECDSA;
        choice->hash_id = hash_of(signatures >> 8 & 0xff, wished);
    } else if (rsa != NULL && ((size_t)rsa->n_bitlen + 7) / 8 <= RSA_SIGNATURE_MOST) {
        choice->auth_type = BR_AUTH_RSA;
        choice->hash_id = hash_of(signatures & 0xff, br_sha256_ID);
    }
}

static void choose(const br_ssl_client_certificate_class **object, const br_ssl_client_context *context,
                   uint32_t signatures, br_ssl_client_certificate *choice)
{
    struct winhttp_tls *tls = connection_of(object);
    (void)context;
    memset(choice, 0, sizeof *choice);
    tls->signatures = signatures;
    if (tls->options->asked == WINHTTP_ASK_UNSET)
        winhttp_tls_fail(tls, ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED);
    if (tls->failure != ERROR_SUCCESS || tls->options->asked != WINHTTP_ASK_GIVE)
        return;
    choose_for_key(tls->options->identity.key, signatures, choice);
    if (choice->hash_id == 0)
        return;
    choice->chain = tls->own_chain;
    choice->chain_len = tls->options->identity.count;
    tls->given = true;
}

/* Static ECDH, which no suite here uses. */
static uint32_t do_keyx(const br_ssl_client_certificate_class **object, unsigned char *data, size_t *size)
{
    (void)object;
    (void)data;
    (void)size;
    return 0;
}

static size_t sign_rsa(const br_rsa_private_key *key, int hash, const unsigned char *value, size_t value_size,
                       unsigned char *out, size_t room)
{
    const unsigned char *oid = hash == br_sha256_ID   ? BR_HASH_OID_SHA256
                               : hash == br_sha384_ID ? BR_HASH_OID_SHA384
                                                      : BR_HASH_OID_SHA512;
    size_t size = ((size_t)key->n_bitlen + 7) / 8;
    if (size > room)
        return 0;
    return cert_engines().rsa_sign(oid, value, value_size, key, out) == 0 ? 0 : size;
}

static size_t do_sign(const br_ssl_client_certificate_class **object, int hash, size_t hash_size,
                      unsigned char *data, size_t room)
{
    struct winhttp_tls *tls = connection_of(object);
    const struct cert_key *key = tls->options->identity.key;
    const br_hash_class *hash_class = br_ssl_engine_get_hash(&tls->engine.eng, hash);
    unsigned char value[64];
    if (hash_class == NULL || hash_size > sizeof value)
        return 0;
    memcpy(value, data, hash_size);
    const br_rsa_private_key *rsa = cert_key_bearssl_rsa(key);
    if (rsa != NULL)
        return sign_rsa(rsa, hash, value, hash_size, data, room);
    const br_ec_private_key *ec = cert_key_bearssl_ec(key);
    if (ec == NULL || room < EC_SIGNATURE_MOST)
        return 0;
    return cert_engines().ecdsa_sign(cert_engines().ec, hash_class, value, ec, data);
}

const br_ssl_client_certificate_class winhttp_tls_asker_class = {
    .context_size = sizeof(const br_ssl_client_certificate_class *),
    .start_name_list = start_name_list,
    .start_name = start_name,
    .append_name = append_name,
    .end_name = end_name,
    .end_name_list = end_name_list,
    .choose = choose,
    .do_keyx = do_keyx,
    .do_sign = do_sign,
};

void winhttp_tls_request(const struct winhttp_tls *tls, struct winhttp_certificate_request *request)
{
    const uint32_t hashes = 1U << br_sha256_ID | 1U << br_sha384_ID | 1U << br_sha512_ID;
    *request = (struct winhttp_certificate_request){
        .asked = tls->asked,
        .given = tls->given,
        .issuers = tls->issuers,
        .issuer_count = tls->issuer_count,
        .rsa = (tls->signatures & hashes) != 0,
        .ecdsa = (tls->signatures >> 8 & hashes) != 0,
    };
}
