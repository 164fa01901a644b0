/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PKCS #12 file: certificates in one encrypted part, the key shrouded in another, as Windows and OpenSSL
 * do it.
 */
#include "certstore/crypto.h"
#include "crypto/cipher.h"
#include "crypto/kdf.h"
#include "crypto/pfx_private.h"
#include "der/der.h"
#include "platform/memory.h"
#include "platform/random.h"
#include "platform/text.h"

#include <string.h>

#define ATTRIBUTES_MOST (LIMIT_PFX_NAME + 256U)

/* friendlyName ::= SEQUENCE { OID, SET { BMPString } } */
static void write_name(struct plat_buffer *out, const char *name)
{
    struct plat_buffer little;
    size_t start = out->size;
    plat_buffer_init(&little, LIMIT_PFX_NAME);
    plat_utf16le_append(&little, name, strlen(name));
    der_write(out, DER_OID, pfx_oid_friendly_name);
    size_t set = out->size;
    for (size_t i = 0; i + 1 < little.size; i += 2) {
        plat_buffer_append_u8(out, little.data[i + 1]);
        plat_buffer_append_u8(out, little.data[i]);
    }
    pbe_wrap(out, set, DER_BMP_STRING);
    pbe_wrap(out, set, DER_SET);
    pbe_wrap(out, start, DER_SEQUENCE);
    if (little.failed != ERROR_SUCCESS) {
        out->failed = little.failed;
    }
    plat_buffer_free(&little);
}

/* localKeyId ::= SEQUENCE { OID, SET { OCTET STRING } }: the certificate's SHA-1, as OpenSSL does it */
static void write_id(struct plat_buffer *out, const struct cert *cert)
{
    size_t start = out->size;
    der_write(out, DER_OID, pfx_oid_local_key_id);
    size_t set = out->size;
    der_write(out, DER_OCTET_STRING, plat_span_of(cert->thumbprint, sizeof cert->thumbprint));
    pbe_wrap(out, set, DER_SET);
    pbe_wrap(out, start, DER_SEQUENCE);
}

/* Both, the smaller encoding first (X.690 11.6); nothing when there is neither. */
static void make_attributes(const struct cert_pfx_content *content, struct plat_buffer *attributes)
{
    struct plat_buffer name;
    plat_buffer_init(&name, ATTRIBUTES_MOST);
    if (content->friendly_name != NULL) {
        write_name(&name, content->friendly_name);
    }
    if (content->key != NULL) {
        write_id(attributes, content->cert);
    }
    size_t common = name.size < attributes->size ? name.size : attributes->size;
    size_t id_size = attributes->size;
    plat_buffer_append(attributes, name.data, name.size);
    if (name.failed != ERROR_SUCCESS) {
        attributes->failed = name.failed;
    } else if (common != 0 && plat_buffer_reserve(attributes, id_size) != NULL &&
               memcmp(name.data, attributes->data, common) < 0) {
        /* The room is there: what is copied does not move meanwhile. */
        plat_buffer_append(attributes, attributes->data, id_size);
        plat_buffer_consume(attributes, id_size);
    }
    plat_buffer_free(&name);
    if (attributes->size != 0) {
        pbe_wrap(attributes, 0, DER_SET);
    }
}

/*
 * SafeBag ::= SEQUENCE { bagId, [0] EXPLICIT bagValue, bagAttributes } around the value that starts at
 * `value`.
 */
static void finish_bag(struct plat_buffer *out, size_t start, size_t value,
                       const struct plat_buffer *attributes)
{
    pbe_wrap(out, value, DER_CONTEXT_CONSTRUCTED(0));
    if (attributes != NULL) {
        plat_buffer_append(out, attributes->data, attributes->size);
    }
    pbe_wrap(out, start, DER_SEQUENCE);
}

static void write_cert_bag(struct plat_buffer *out, const struct cert *cert,
                           const struct plat_buffer *attributes)
{
    size_t start = out->size;
    der_write(out, DER_OID, pfx_oid_cert_bag);
    size_t value = out->size;
    der_write(out, DER_OID, pfx_oid_x509_certificate);
    size_t octets = out->size;
    der_write(out, DER_OCTET_STRING, cert->der);
    pbe_wrap(out, octets, DER_CONTEXT_CONSTRUCTED(0));
    pbe_wrap(out, value, DER_SEQUENCE);
    finish_bag(out, start, value, attributes);
}

/* ContentInfo ::= SEQUENCE { encryptedData, [0] EncryptedData } with the certificates' SafeContents */
static win_error write_certs(const struct cert_pfx_content *content, const struct pbe_password *password,
                             enum pbe_strength strength, const struct plat_buffer *attributes,
                             struct plat_buffer *out)
{
    static const uint8_t version_0[] = {DER_INTEGER, 1, 0};
    struct plat_buffer bags;
    plat_buffer_init(&bags, LIMIT_CERT_FILE);
    write_cert_bag(&bags, content->cert, attributes);
    for (size_t i = 0; i < content->other_count; i++) {
        write_cert_bag(&bags, content->others[i], NULL);
    }
    pbe_wrap(&bags, 0, DER_SEQUENCE);
    size_t start = out->size;
    der_write(out, DER_OID, pfx_oid_encrypted_data);
    size_t data = out->size;
    plat_buffer_append(out, version_0, sizeof version_0);
    size_t info = out->size;
    der_write(out, DER_OID, pfx_oid_data);
    win_error error = bags.failed == ERROR_SUCCESS ? pbe_encrypt(password, strength, &bags, out) : bags.failed;
    der_write(out, DER_CONTEXT(0), plat_span_of(bags.data, bags.size));
    plat_buffer_free(&bags);
    pbe_wrap(out, info, DER_SEQUENCE);
    pbe_wrap(out, data, DER_SEQUENCE);
    pbe_wrap(out, data, DER_CONTEXT_CONSTRUCTED(0));
    pbe_wrap(out, start, DER_SEQUENCE);
    return error != ERROR_SUCCESS ? error : out->failed;
}

/* ContentInfo ::= SEQUENCE { data, [0] OCTET STRING } with the key's SafeContents */
static win_error write_key(const struct cert_key *key, const struct pbe_password *password,
                           enum pbe_strength strength, const struct plat_buffer *attributes,
                           struct plat_buffer *out)
{
    struct plat_buffer der;
    size_t start = out->size;
    win_error error = cert_secret_init(&der, CERT_KEY_DER_MOST + CIPHER_BLOCK_MOST);
    if (error == ERROR_SUCCESS) {
        error = cert_key_write_der(key, &der);
    }
    if (error == ERROR_SUCCESS) {
        der_write(out, DER_OID, pfx_oid_data);
        size_t bags = out->size;
        der_write(out, DER_OID, pfx_oid_shrouded_key_bag);
        size_t value = out->size;
        error = cert_key_encrypt(password, strength, &der, out);
        finish_bag(out, bags, value, attributes);
        pbe_wrap(out, bags, DER_SEQUENCE);
        pbe_wrap(out, bags, DER_OCTET_STRING);
        pbe_wrap(out, bags, DER_CONTEXT_CONSTRUCTED(0));
        pbe_wrap(out, start, DER_SEQUENCE);
    }
    cert_secret_free(&der);
    return error != ERROR_SUCCESS ? error : out->failed;
}

/* MacData ::= SEQUENCE { DigestInfo, macSalt, iterations } */
static win_error write_mac(const struct pbe_password *password, enum pbe_strength strength,
                           struct plat_span safe, struct plat_buffer *out)
{
    const br_hash_class *hash = strength == PBE_AES_256 ? &br_sha256_vtable : &br_sha1_vtable;
    uint32_t rounds = strength == PBE_AES_256 ? LIMIT_PBE_ROUNDS_WRITTEN : LIMIT_PBE_ROUNDS_OLD;
    uint8_t salt[20], mac[KDF_HASH_MOST];
    size_t start = out->size;
    win_error error = plat_random(salt, sizeof salt);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    pfx_mac(hash, password, plat_span_of(salt, sizeof salt), rounds, safe, mac);
    der_write(out, DER_OID, pbe_digest_oid(hash));
    der_write(out, DER_NULL, plat_span_of("", 0));
    pbe_wrap(out, start, DER_SEQUENCE);
    der_write(out, DER_OCTET_STRING, plat_span_of(mac, kdf_hash_size(hash)));
    pbe_wrap(out, start, DER_SEQUENCE);
    der_write(out, DER_OCTET_STRING, plat_span_of(salt, sizeof salt));
    pbe_write_u32(out, rounds);
    pbe_wrap(out, start, DER_SEQUENCE);
    return out->failed;
}

/* AuthenticatedSafe ::= SEQUENCE OF ContentInfo */
static win_error write_safe(const struct cert_pfx_content *content, const struct pbe_password *password,
                            enum pbe_strength strength, struct plat_buffer *safe)
{
    struct plat_buffer attributes;
    plat_buffer_init(&attributes, 2 * ATTRIBUTES_MOST);
    make_attributes(content, &attributes);
    win_error error = attributes.failed;
    if (error == ERROR_SUCCESS) {
        error = write_certs(content, password, strength, &attributes, safe);
    }
    if (error == ERROR_SUCCESS && content->key != NULL) {
        error = write_key(content->key, password, strength, &attributes, safe);
    }
    plat_buffer_free(&attributes);
    pbe_wrap(safe, 0, DER_SEQUENCE);
    return error != ERROR_SUCCESS ? error : safe->failed;
}

static win_error write_pfx(const struct cert_pfx_content *content, const struct pbe_password *password,
                           enum pbe_strength strength, struct plat_buffer *out)
{
    static const uint8_t version_3[] = {DER_INTEGER, 1, 3};
    struct plat_buffer safe;
    plat_buffer_init(&safe, LIMIT_CERT_FILE);
    win_error error = write_safe(content, password, strength, &safe);
    if (error == ERROR_SUCCESS) {
        struct plat_span octets = plat_span_of(safe.data, safe.size);
        size_t start = out->size;
        plat_buffer_append(out, version_3, sizeof version_3);
        size_t info = out->size;
        der_write(out, DER_OID, pfx_oid_data);
        size_t value = out->size;
        der_write(out, DER_OCTET_STRING, octets);
        pbe_wrap(out, value, DER_CONTEXT_CONSTRUCTED(0));
        pbe_wrap(out, info, DER_SEQUENCE);
        error = write_mac(password, strength, octets, out);
        pbe_wrap(out, start, DER_SEQUENCE);
        error = error == ERROR_SUCCESS ? out->failed : error;
    }
    plat_buffer_free(&safe);
    return error;
}

win_error cert_pfx_write(const struct cert_pfx_content *content, const char *password,
                         enum cert_pfx_strength strength, struct plat_buffer *out)
{
    struct pbe_password form;
    const char *name = content->friendly_name;
    if (content->other_count >= LIMIT_PFX_BAGS - 1 ||
        (name != NULL && 2 * plat_utf16_units(name, strlen(name)) > LIMIT_PFX_NAME)) {
        return ERROR_INVALID_PARAMETER;
    }
    if (content->key != NULL && (password == NULL || *password == '\0')) {
        return ERROR_INVALID_PASSWORD; /* as good as no encryption */
    }
    if (content->key != NULL && !cert_key_fits(content->key, content->cert)) {
        return NTE_BAD_KEY;
    }
    win_error error = pbe_password_set(&form, password, PBE_FORM_TEXT);
    if (error == ERROR_SUCCESS) {
        error = write_pfx(content, &form, strength == CERT_PFX_TRIPLE_DES ? PBE_TRIPLE_DES : PBE_AES_256, out);
    }
    plat_wipe(&form, sizeof form);
    return error;
}
