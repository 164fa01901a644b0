/* SPDX-License-Identifier: Apache-2.0 */
#include "maker.h"

#include "platform/random.h"
#include "support/der_text.h"

#include <string.h>

#define SIZE_MOST (1024U * 1024U)

static int curve_of(enum cert_key_kind kind)
{
    return kind == CERT_KEY_EC_P256   ? BR_EC_secp256r1
           : kind == CERT_KEY_EC_P384 ? BR_EC_secp384r1
                                      : BR_EC_secp521r1;
}

void maker_key(struct maker_key *key, enum cert_key_kind kind, unsigned bits)
{
    br_hmac_drbg_context random;
    uint8_t seed[32];
    assert_int_equal(plat_random(seed, sizeof seed), ERROR_SUCCESS);
    br_hmac_drbg_init(&random, &br_sha256_vtable, seed, sizeof seed);
    memset(key, 0, sizeof *key);
    key->kind = kind;
    if (kind == CERT_KEY_RSA) {
        assert_int_equal(br_rsa_keygen_get_default()(&random.vtable, &key->rsa, key->secret, &key->rsa_public,
                                                     key->open, bits, 65537),
                         1);
        return;
    }
    assert_true(br_ec_keygen(&random.vtable, br_ec_get_default(), &key->ec, key->secret, curve_of(kind)) != 0);
    assert_true(br_ec_compute_pub(br_ec_get_default(), &key->ec_public, key->open, &key->ec) != 0);
}

void maker_key_der(const struct maker_key *key, bool pkcs8, struct plat_buffer *out)
{
    uint8_t exponent[600];
    size_t size;
    if (key->kind == CERT_KEY_RSA) {
        size_t d = br_rsa_compute_privexp_get_default()(exponent, &key->rsa, 65537);
        size_t (*encode)(void *, const br_rsa_private_key *, const br_rsa_public_key *, const void *,
                         size_t) = pkcs8 ? br_encode_rsa_pkcs8_der : br_encode_rsa_raw_der;
        size = encode(NULL, &key->rsa, &key->rsa_public, exponent, d);
        uint8_t *room = plat_buffer_reserve(out, size);
        assert_non_null(room);
        encode(room, &key->rsa, &key->rsa_public, exponent, d);
    } else {
        size_t (*encode)(void *, const br_ec_private_key *, const br_ec_public_key *) =
            pkcs8 ? br_encode_ec_pkcs8_der : br_encode_ec_raw_der;
        size = encode(NULL, &key->ec, &key->ec_public);
        uint8_t *room = plat_buffer_reserve(out, size);
        assert_non_null(room);
        encode(room, &key->ec, &key->ec_public);
    }
    plat_buffer_advance(out, size);
}

struct plat_span maker_der(const char *text, struct plat_buffer *out)
{
    plat_buffer_clear(out);
    if (!der_text(text, out)) {
        fail_msg("not understood as DER text: %s", text);
    }
    return plat_span_of(out->data, out->size);
}

static void hex(struct plat_buffer *out, const void *bytes, size_t size)
{
    cert_hex_append(out, plat_span_of(bytes, size), 0);
}

static void put_spki(const struct maker_key *key, struct plat_buffer *out)
{
    static const char *const curves[] = {[CERT_KEY_EC_P256] = "@1.2.840.10045.3.1.7",
                                         [CERT_KEY_EC_P384] = "@1.3.132.0.34",
                                         [CERT_KEY_EC_P521] = "@1.3.132.0.35"};
    if (key == NULL) {
        plat_buffer_append_text(out, "30{30{06{@1.2.3}} 03{00 aa}} ");
    } else if (key->kind == CERT_KEY_RSA) {
        plat_buffer_append_text(out, "30{30{06{@1.2.840.113549.1.1.1} 0500} 03{00 30{02{00 ");
        hex(out, key->rsa_public.n, key->rsa_public.nlen);
        plat_buffer_append_text(out, "} 02{");
        hex(out, key->rsa_public.e, key->rsa_public.elen);
        plat_buffer_append_text(out, "}}}} ");
    } else {
        plat_buffer_printf(out, "30{30{06{@1.2.840.10045.2.1} 06{%s}} 03{00 ", curves[key->kind]);
        hex(out, key->ec_public.q, key->ec_public.qlen);
        plat_buffer_append_text(out, "}} ");
    }
}

static void put_name(const char *name, const char *otherwise, struct plat_buffer *out)
{
    name = name == NULL ? otherwise : name;
    if (strncmp(name, "30{", 3) == 0) {
        plat_buffer_append_text(out, name);
    } else {
        plat_buffer_printf(out, "30{31{30{06{@2.5.4.3} 0c{'%s'}}}} ", name);
    }
}

static const char *or_else(const char *text, const char *otherwise)
{
    return text != NULL ? text : otherwise;
}

/* By BearSSL's number of the digest. */
static const struct {
    const br_hash_class *vtable;
    const char *rsa, *ec;
    uint8_t oid[10]; /* its size, then its content */
} digests[] = {
    [0] = {&br_sha256_vtable,
           "30{06{@1.2.840.113549.1.1.11} 0500}",
           "30{06{@1.2.840.10045.4.3.2}}",
           {9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01}},
    [br_md5_ID] = {&br_md5_vtable,
                   "30{06{@1.2.840.113549.1.1.4} 0500}",
                   NULL,
                   {8, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05}},
    [br_sha1_ID] = {&br_sha1_vtable,
                    "30{06{@1.2.840.113549.1.1.5} 0500}",
                    "30{06{@1.2.840.10045.4.1}}",
                    {5, 0x2b, 0x0e, 0x03, 0x02, 0x1a}},
    [br_sha224_ID] = {&br_sha224_vtable,
                      "30{06{@1.2.840.113549.1.1.14} 0500}",
                      "30{06{@1.2.840.10045.4.3.1}}",
                      {9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04}},
    [br_sha384_ID] = {&br_sha384_vtable,
                      "30{06{@1.2.840.113549.1.1.12} 0500}",
                      "30{06{@1.2.840.10045.4.3.3}}",
                      {9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02}},
    [br_sha512_ID] = {&br_sha512_vtable,
                      "30{06{@1.2.840.113549.1.1.13} 0500}",
                      "30{06{@1.2.840.10045.4.3.4}}",
                      {9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03}},
};

static const char *algorithm_of(const struct maker_cert *recipe)
{
    bool rsa = recipe->signer != NULL && recipe->signer->kind == CERT_KEY_RSA;
    return or_else(recipe->algorithm, rsa ? digests[recipe->digest].rsa : digests[recipe->digest].ec);
}

static void put_tbs(const struct maker_cert *recipe, struct plat_buffer *text)
{
    plat_buffer_printf(text, "30{%s 02{%s} %s ", or_else(recipe->version, "a0{02{02}}"),
                       or_else(recipe->serial, "01"), or_else(recipe->inner_algorithm, algorithm_of(recipe)));
    put_name(recipe->issuer, "Issuer", text);
    plat_buffer_printf(text, "30{%s %s} ", or_else(recipe->not_before, "17{'200101000000Z'}"),
                       or_else(recipe->not_after, "17{'400101000000Z'}"));
    put_name(recipe->subject, "Subject", text);
    if (recipe->spki != NULL) {
        plat_buffer_append_text(text, recipe->spki);
    } else {
        put_spki(recipe->key != NULL ? recipe->key : recipe->signer, text);
    }
    plat_buffer_append_text(text, or_else(recipe->tail, ""));
    if (recipe->extensions != NULL) {
        plat_buffer_printf(text, "a3{30{%s}}", recipe->extensions);
    }
    plat_buffer_append_text(text, "}");
}

/* With the recipe's digest and the signer's key, whatever the certificate says. */
static void put_signature(const struct maker_cert *recipe, struct plat_span tbs, struct plat_buffer *text)
{
    const br_hash_class *class = digests[recipe->digest].vtable;
    br_hash_compat_context context;
    uint8_t hash[64], signature[512];
    size_t size = 0;
    if (recipe->signature != NULL || recipe->signer == NULL) {
        plat_buffer_append_text(text, or_else(recipe->signature, "00 aa"));
        return;
    }
    class->init(&context.vtable);
    class->update(&context.vtable, tbs.data, tbs.size);
    class->out(&context.vtable, hash);
    if (recipe->signer->kind == CERT_KEY_RSA) {
        size_t hash_size = class->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
        size = (recipe->signer->rsa.n_bitlen + 7) / 8;
        assert_int_equal(br_rsa_pkcs1_sign_get_default()(digests[recipe->digest].oid, hash, hash_size,
                                                         &recipe->signer->rsa, signature),
                         1);
    } else {
        size = br_ecdsa_sign_asn1_get_default()(br_ec_get_default(), class, hash, &recipe->signer->ec,
                                                signature);
    }
    plat_buffer_append_text(text, "00 ");
    hex(text, signature, size);
}

void maker_cert(const struct maker_cert *recipe, struct plat_buffer *der)
{
    struct plat_buffer text;
    plat_buffer_init(&text, SIZE_MOST);
    put_tbs(recipe, &text);
    struct plat_span tbs = maker_der(plat_buffer_text(&text), der);
    plat_buffer_clear(&text);
    plat_buffer_append_text(&text, "30{");
    hex(&text, tbs.data, tbs.size);
    plat_buffer_printf(&text, " %s 03{", algorithm_of(recipe));
    put_signature(recipe, tbs, &text);
    plat_buffer_append_text(&text, "}}");
    (void)maker_der(plat_buffer_text(&text), der);
    plat_buffer_free(&text);
}

struct cert maker_parse(const struct maker_cert *recipe, struct plat_buffer *der)
{
    struct cert cert;
    maker_cert(recipe, der);
    assert_int_equal(cert_parse(plat_span_of(der->data, der->size), &cert), ERROR_SUCCESS);
    return cert;
}
