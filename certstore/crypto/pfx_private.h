/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of an opened PKCS #12 file. */
#ifndef CERIUM_CERTSTORE_CRYPTO_PFX_PRIVATE_H
#define CERIUM_CERTSTORE_CRYPTO_PFX_PRIVATE_H

#include "certstore/pfx.h"
#include "crypto/key_private.h"

struct pfx_cert {
    struct cert cert; /* views into der */
    uint8_t *der;
    char *name;  /* friendlyName; NULL */
    uint8_t *id; /* localKeyId; NULL */
    size_t id_size;
    const struct cert_key *key; /* NULL */
};

struct pfx_key {
    struct cert_key *key;
    uint8_t *id;
    size_t id_size;
    uint8_t point[CERT_EC_POINT_MOST]; /* the public half of an EC key */
    size_t point_size;
};

struct cert_pfx {
    struct pfx_cert *certs;
    size_t cert_count;
    struct pfx_key *keys;
    size_t key_count;
};

/*
 * Adds what the AuthenticatedSafe (BER, RFC 7292 section 4.1) holds to the pfx. Errors as cert_pfx_open's.
 */
PLAT_MUST_USE win_error pfx_read_safe(struct pbe_job *job, struct plat_span safe, struct cert_pfx *pfx);

/* HMAC with the key that the password gives; size of the digest of `hash`. */
void pfx_mac(const br_hash_class *hash, const struct pbe_password *password, struct plat_span salt,
             uint32_t rounds, struct plat_span content, uint8_t mac[64]);

/* Object identifiers: pkcs-7, pkcs-9 and pkcs-12 branches. */
extern const struct plat_span pfx_oid_data, pfx_oid_signed_data, pfx_oid_enveloped_data,
    pfx_oid_encrypted_data;
extern const struct plat_span pfx_oid_key_bag, pfx_oid_shrouded_key_bag, pfx_oid_cert_bag,
    pfx_oid_safe_contents_bag;
extern const struct plat_span pfx_oid_friendly_name, pfx_oid_local_key_id, pfx_oid_x509_certificate;

#endif
