/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The value `Blob` of a stored certificate (MS-GPEF 2.2.1.1.1): a run of elements, integers little-endian:
 *   u32 property id | u32 1 (encoding) | u32 size | size bytes
 * Element 0x20 is the certificate itself and comes last; the others are its properties.
 */
#ifndef CERIUM_CERTSTORE_STORE_BLOB_H
#define CERIUM_CERTSTORE_STORE_BLOB_H

#include "platform/bytes.h"

#define CERT_PROPERTY_SHA1 3U
#define CERT_PROPERTY_FRIENDLY_NAME 11U
#define CERT_PROPERTY_CERTIFICATE 0x20U

struct cert_blob_element {
    uint32_t id;
    uint32_t encoding; /* kept as it is */
    struct plat_span data;
};

struct cert_blob_walk {
    struct plat_reader reader;
};

/* false when the blob's structure is damaged, or when it has no certificate or two. */
bool cert_blob_open(struct plat_span blob, struct cert_blob_walk *walk);
bool cert_blob_next(struct cert_blob_walk *walk, struct cert_blob_element *element); /* false at the end */
void cert_blob_append(struct plat_buffer *out, uint32_t id, uint32_t encoding, struct plat_span data);
/*
 * Appends a blob: the SHA-1 property, the other properties of `old` (size 0 = none; a damaged one counts as
 * none) in their order, byte for byte, and the certificate.
 */
void cert_blob_write(struct plat_buffer *out, struct plat_span der, struct plat_span old);
/* The certificate, once everything agrees: the blob's structure, and its SHA-1 property if it has one. */
PLAT_MUST_USE win_error cert_blob_verified(struct plat_span blob, struct plat_span *der);

#endif
