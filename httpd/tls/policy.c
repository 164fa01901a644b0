/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BearSSL's questions about the server's certificate: which suite and signature for this ClientHello, and the
 * signature itself.
 */
#include "tls/connection.h"

#include "tls/client_hello.h"
#include "tls/primitives.h"

#include <string.h>

static struct httpd_tls *connection_of(const br_ssl_server_policy_class **policy)
{
    return (struct httpd_tls *)(void *)((char *)policy - offsetof(struct httpd_tls, policy));
}

/*
 * RFC 5746 section 3.7: a ClientHello that renegotiates must carry the Finished of the handshake before it.
 * BearSSL compares the extension when it is there, but does not miss it; without it, a stranger's first
 * ClientHello could be spliced into this connection. BearSSL has just parsed the hello out of the input
 * buffer, where it still is, from ixa to hbuf_in, if it came in one record, as all clients send it; any other
 * is refused. Its random, which BearSSL has copied, shows that it is the same.
 */
static bool hello_is_of_this_connection(const br_ssl_engine_context *engine)
{
    const uint8_t *start = engine->ibuf + engine->ixa;
    size_t size = (size_t)(engine->hbuf_in - start);
    if (engine->ixa > engine->ixb || size > engine->ixb - engine->ixa)
        return false;
    struct tls_client_hello hello;
    struct plat_span info;
    return httpd_tls_client_hello_parse(plat_span_of(start, size), &hello) &&
           memcmp(hello.random, engine->client_random, sizeof engine->client_random) == 0 &&
           httpd_tls_client_hello_extension(&hello, TLS_EXTENSION_RENEGOTIATION_INFO, &info) &&
           info.size == 13 && info.data[0] == 12 && memcmp(info.data + 1, engine->saved_finished, 12) == 0;
}

static unsigned hash_of(uint32_t bits)
{
    static const unsigned char preferred[] = {br_sha256_ID, br_sha384_ID, br_sha512_ID};
    for (size_t i = 0; i < sizeof preferred; i++)
        if ((bits >> preferred[i] & 1) != 0)
            return preferred[i];
    return 0;
}

/*
 * Suites of the client that this server has too, for its kind of key, in its order: BearSSL has dropped the
 * others.
 */
static int choose(const br_ssl_server_policy_class **policy, const br_ssl_server_context *context,
                  br_ssl_server_choices *choices)
{
    struct httpd_tls *tls = connection_of(policy);
    memset(choices, 0, sizeof *choices);
    if (tls->resumed) { /* load() found a session whose suite the client no longer offers: all of it goes */
        tls->resumed = false;
        httpd_client_certificate_unref(tls->certificate);
        tls->certificate = NULL;
        tls->certificate_state = HTTPD_CERT_NOT_ASKED;
    }
    if (tls->phase != HTTPD_TLS_FIRST && !hello_is_of_this_connection(&context->eng)) {
        tls->failure = "the client renegotiates without the renegotiation_info of this connection (RFC 5746)";
        return 0;
    }
    size_t count;
    const br_suite_translated *suites = br_ssl_server_get_client_suites(context, &count);
    bool ec = cert_key_bearssl_ec(tls->profile->settings->server_key) != NULL;
    uint32_t hashes = br_ssl_server_get_client_hashes(context);
    unsigned hash = hash_of(ec ? hashes >> 8 : hashes);
    if (count == 0 || hash == 0)
        return 0;
    choices->cipher_suite = suites[0][0];
    choices->algo_id = 0xff00U + hash; /* the engine hashes */
    choices->chain = tls->profile->chain;
    choices->chain_len = tls->profile->chain_count;
    return 1;
}

/* RSA key exchange and static ECDH, which no suite here uses. */
static uint32_t do_keyx(const br_ssl_server_policy_class **policy, unsigned char *data, size_t *size)
{
    (void)policy;
    (void)data;
    (void)size;
    return 0;
}

static size_t sign_rsa(const br_rsa_private_key *key, unsigned hash, unsigned char *data, size_t hash_size,
                       size_t room)
{
    const unsigned char *oid = hash == br_sha256_ID   ? BR_HASH_OID_SHA256
                               : hash == br_sha384_ID ? BR_HASH_OID_SHA384
                                                      : BR_HASH_OID_SHA512;
    unsigned char value[64];
    size_t size = ((size_t)key->n_bitlen + 7) / 8;
    if (hash_size > sizeof value || size > room)
        return 0;
    memcpy(value, data, hash_size);
    return httpd_tls_rsa_sign()(oid, value, hash_size, key, data) == 0 ? 0 : size;
}

static size_t sign_ec(const br_ec_private_key *key, const br_hash_class *hash, unsigned char *data,
                      size_t hash_size, size_t room)
{
    unsigned char value[64];
    if (hash == NULL || hash_size > sizeof value || room < 139) /* the longest signature, of P-521 */
        return 0;
    memcpy(value, data, hash_size);
    return httpd_tls_ecdsa_sign()(httpd_tls_signing_ec(), hash, value, key, data);
}

static size_t do_sign(const br_ssl_server_policy_class **policy, unsigned algorithm, unsigned char *data,
                      size_t hash_size, size_t room)
{
    struct httpd_tls *tls = connection_of(policy);
    const struct cert_key *key = tls->profile->settings->server_key;
    unsigned hash = algorithm & 0xff;
    const br_ec_private_key *ec = cert_key_bearssl_ec(key);
    if (ec != NULL)
        return sign_ec(ec, br_ssl_engine_get_hash(httpd_tls_engine(tls), (int)hash), data, hash_size, room);
    const br_rsa_private_key *rsa = cert_key_bearssl_rsa(key);
    return rsa == NULL ? 0 : sign_rsa(rsa, hash, data, hash_size, room);
}

const br_ssl_server_policy_class httpd_tls_policy = {
    .context_size = sizeof(const br_ssl_server_policy_class *),
    .choose = choose,
    .do_keyx = do_keyx,
    .do_sign = do_sign,
};
