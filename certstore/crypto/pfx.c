/* SPDX-License-Identifier: Apache-2.0 */
/* What an opened PKCS #12 file answers, and its end. */
#include "crypto/pfx_private.h"
#include "platform/memory.h"

#define PKCS 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1 /* 1.2.840.113549.1 */
#define OID(name, ...)                                                                                       \
    static const uint8_t name##_bytes[] = {PKCS, __VA_ARGS__};                                               \
    const struct plat_span name = {name##_bytes, sizeof name##_bytes}

OID(pfx_oid_data, 7, 1);
OID(pfx_oid_signed_data, 7, 2);
OID(pfx_oid_enveloped_data, 7, 3);
OID(pfx_oid_encrypted_data, 7, 6);
OID(pfx_oid_key_bag, 12, 10, 1, 1);
OID(pfx_oid_shrouded_key_bag, 12, 10, 1, 2);
OID(pfx_oid_cert_bag, 12, 10, 1, 3);
OID(pfx_oid_safe_contents_bag, 12, 10, 1, 6);
OID(pfx_oid_friendly_name, 9, 20);
OID(pfx_oid_local_key_id, 9, 21);
OID(pfx_oid_x509_certificate, 9, 22, 1);

void cert_pfx_free(struct cert_pfx *pfx)
{
    if (pfx == NULL) {
        return;
    }
    for (size_t i = 0; i < pfx->cert_count; i++) {
        plat_free(pfx->certs[i].der);
        plat_free(pfx->certs[i].name);
        plat_free(pfx->certs[i].id);
    }
    for (size_t i = 0; i < pfx->key_count; i++) {
        cert_key_free(pfx->keys[i].key);
        plat_free(pfx->keys[i].id);
    }
    plat_free(pfx->certs);
    plat_free(pfx->keys);
    plat_free(pfx);
}

size_t cert_pfx_count(const struct cert_pfx *pfx)
{
    return pfx->cert_count;
}

const struct cert *cert_pfx_at(const struct cert_pfx *pfx, size_t index)
{
    return &pfx->certs[index].cert;
}

const char *cert_pfx_friendly_name(const struct cert_pfx *pfx, size_t index)
{
    return pfx->certs[index].name;
}

const struct cert_key *cert_pfx_key(const struct cert_pfx *pfx, size_t index)
{
    return pfx->certs[index].key;
}

size_t cert_pfx_key_count(const struct cert_pfx *pfx)
{
    return pfx->key_count;
}
