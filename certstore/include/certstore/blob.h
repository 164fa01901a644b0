/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows' serialized properties (MS-GPEF 2.2.1.1.1): the value `Blob` of a certificate or CRL in the registry, and the .sst file. A run of elements,
 * integers little-endian:
 *   u32 property id | u32 1 (encoding) | u32 size | size bytes
 * The last one is the certificate (0x20), CRL (0x21) or CTL (0x22) itself, those before it are its properties. A .sst file is
 *   u32 0 | u32 "CERT" | such runs one behind the other | twelve bytes 0
 */
#ifndef CERIUM_CERTSTORE_BLOB_H
#define CERIUM_CERTSTORE_BLOB_H

#include "platform/bytes.h"

/* Property ids that mean something here (wincrypt.h); any other is kept as it is. */
#define CERT_PROPERTY_KEY_PROV_INFO 2U
#define CERT_PROPERTY_SHA1 3U
#define CERT_PROPERTY_MD5 4U
#define CERT_PROPERTY_KEY_SPEC 6U
#define CERT_PROPERTY_ENHKEY_USAGE 9U
#define CERT_PROPERTY_FRIENDLY_NAME 11U /* UTF-16LE with NUL */
#define CERT_PROPERTY_DESCRIPTION 13U
#define CERT_PROPERTY_SIGNATURE_HASH 15U
#define CERT_PROPERTY_ARCHIVED 19U
#define CERT_PROPERTY_KEY_IDENTIFIER 20U

enum cert_blob_kind { CERT_BLOB_CERTIFICATE = 0x20, CERT_BLOB_CRL = 0x21, CERT_BLOB_CTL = 0x22 };

/* One run, as views into the bytes it was read from. */
struct cert_blob {
    enum cert_blob_kind kind;
    struct plat_span content;    /* DER */
    struct plat_span properties; /* the elements before it, byte for byte; size 0 = none */
};

struct cert_property {
    uint32_t id; /* never 0 nor 0x20 to 0x22 */
    uint32_t encoding;
    struct plat_span value;
};

/* A Blob: exactly one run. ERROR_INVALID_DATA when its structure is damaged or something follows. */
PLAT_MUST_USE win_error cert_blob_read(struct plat_span bytes, struct cert_blob *blob);
/* And everything agrees: the SHA-1 property, if there is one, is that of the content. */
PLAT_MUST_USE win_error cert_blob_read_verified(struct plat_span bytes, struct cert_blob *blob);
/* Appends a run: the SHA-1 property first, `properties` byte for byte but for their own SHA-1, the content. */
void cert_blob_write(struct plat_buffer *out, const struct cert_blob *blob);

/* Walks a run's properties: false at the end (or at damage, which cert_blob_read has excluded). */
bool cert_property_next(struct plat_span *properties, struct cert_property *property);
bool cert_property_find(struct plat_span properties, uint32_t id, struct plat_span *value);
/* Appends `properties` with `id` replaced, added, or (value.data NULL) removed. */
void cert_property_set(struct plat_buffer *out, struct plat_span properties, uint32_t id,
                       struct plat_span value);
/* The friendly name as UTF-8, appended; false when there is none. */
bool cert_property_friendly_name(struct plat_span properties, struct plat_buffer *out);
/* Sets the friendly name from UTF-8 (NULL removes it). */
void cert_property_set_friendly_name(struct plat_buffer *out, struct plat_span properties, const char *name);

/* .sst: calls `each` with one run after the other until it says an error. ERROR_INVALID_DATA when it is none or damaged. */
bool cert_sst_present(struct plat_span bytes);
PLAT_MUST_USE win_error cert_sst_read(struct plat_span bytes,
                                      win_error (*each)(void *context, const struct cert_blob *blob),
                                      void *context);
void cert_sst_begin(struct plat_buffer *out);
void cert_sst_append(struct plat_buffer *out, const struct cert_blob *blob);
void cert_sst_end(struct plat_buffer *out);

#endif
