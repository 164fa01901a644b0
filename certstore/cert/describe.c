/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/describe.h"
#include "cert/name.h"
#include "certstore/crypto.h"
#include "certstore/describe.h"
#include "crypto/verify.h"
#include "platform/clock.h"

#include <inttypes.h>

#define SHOWN_BYTES 32U /* of an extension that is not understood */

void cert_time_text(int64_t unix_seconds, struct plat_buffer *out)
{
    struct plat_date d = plat_date_of(unix_seconds);
    plat_buffer_printf(out, "%04" PRId32 "-%02u-%02u %02u:%02u:%02u UTC", d.year, (unsigned)d.month,
                       (unsigned)d.day, (unsigned)d.hour, (unsigned)d.minute, (unsigned)d.second);
}

/* "Ed25519 (not supported)" of a SubjectPublicKeyInfo. */
static void append_unsupported(struct plat_span spki, struct plat_buffer *out)
{
    struct der_reader outer = der_reader_of(spki);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    const char *name = cert_unsupported_algorithm_name(der_read_whole(&inside, DER_SEQUENCE));

    plat_buffer_printf(out, "%s%s", name != NULL ? name : "unsupported",
                       name != NULL ? " (not supported)" : "");
}

void cert_key_text(const struct cert *cert, struct plat_buffer *out)
{
    switch (cert->key_kind) {
    case CERT_KEY_RSA:
        plat_buffer_printf(out, "RSA %" PRIu32, cert->key_bits);
        break;
    case CERT_KEY_EC_P256:
    case CERT_KEY_EC_P384:
    case CERT_KEY_EC_P521:
        plat_buffer_printf(out, "EC P-%" PRIu32, cert->key_bits);
        break;
    case CERT_KEY_UNSUPPORTED:
        append_unsupported(cert->spki, out);
        break;
    }
}

static void append_name(struct plat_span name, struct plat_buffer *out)
{
    if (cert_name_empty(name)) {
        plat_buffer_append_text(out, "(empty)");
    } else {
        cert_name_text(name, out);
    }
}

static void append_signature(const struct cert *cert, struct plat_buffer *out)
{
    static const char *const hashes[] = {"MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"};
    struct cert_signature_algorithm algorithm;
    if (!cert_signature_algorithm_parse(cert->signature_algorithm, &algorithm)) {
        const char *name = cert_unsupported_algorithm_name(cert->signature_algorithm);
        plat_buffer_printf(out, "%s%s", name != NULL ? name : "an algorithm that is",
                           name != NULL ? " (not supported)" : " not supported");
    } else {
        plat_buffer_printf(out, "%s with %s", algorithm.family == CERT_FAMILY_RSA ? "RSA" : "ECDSA",
                           hashes[algorithm.hash]);
    }
    if (cert->signature_algorithms_differ) {
        plat_buffer_append_text(out, " (MALFORMED: the certificate names two different algorithms)");
    }
}

static void append_extension(const struct cert_extension *extension, struct plat_buffer *out)
{
    enum cert_extension_id id = cert_extension_id_of(extension->oid);
    const char *name = cert_extension_name(id);
    plat_buffer_append_text(out, "    ");
    if (name != NULL) {
        plat_buffer_append_text(out, name);
    } else {
        der_oid_text(extension->oid, out);
    }
    plat_buffer_append_text(out, extension->critical ? " (critical): " : ": ");
    size_t before = out->size;
    if (!cert_describe_extension(id, extension->value, out)) {
        out->size = before; /* what it said before it was found malformed */
        bool all = extension->value.size <= SHOWN_BYTES;
        plat_buffer_append_text(out, id == CERT_EXTENSION_UNKNOWN ? "" : "MALFORMED ");
        plat_buffer_printf(out, "%zu bytes ", extension->value.size);
        cert_hex_append(out, plat_span_of(extension->value.data, all ? extension->value.size : SHOWN_BYTES),
                        0);
        plat_buffer_append_text(out, all ? "" : "...");
    }
    plat_buffer_append_u8(out, '\n');
}

static void append_extensions(const struct cert *cert, struct plat_buffer *out)
{
    if (cert->extension_count == 0) {
        return;
    }
    plat_buffer_append_text(out, "  Extensions:\n");
    for (uint32_t i = 0; i < cert->extension_count; i++) {
        append_extension(&cert->extensions[i], out);
    }
    if (cert->too_many_extensions) {
        plat_buffer_append_text(out, "    MALFORMED: it has more, which were not looked at\n");
    }
    if (cert->duplicate_extension) {
        plat_buffer_append_text(out, "    MALFORMED: an extension is there twice\n");
    }
}

void cert_describe(const struct cert *cert, struct plat_buffer *out)
{
    char thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
    uint8_t sha256[CERT_SHA256_SIZE];
    cert_thumbprint_text(cert->thumbprint, thumbprint);
    cert_sha256(cert->der, sha256);
    plat_buffer_append_text(out, "  Subject:     ");
    append_name(cert->subject, out);
    plat_buffer_append_text(out, "\n  Issuer:      ");
    append_name(cert->issuer, out);
    plat_buffer_append_text(out, "\n  Serial:      ");
    cert_hex_append(out, cert_serial_number(cert), ':');
    plat_buffer_append_text(out, "\n  Valid from:  ");
    cert_time_text(cert->not_before, out);
    plat_buffer_append_text(out, "\n  Valid until: ");
    cert_time_text(cert->not_after, out);
    plat_buffer_append_text(out, "\n  Key:         ");
    cert_key_text(cert, out);
    plat_buffer_append_text(out, "\n  Signed with: ");
    append_signature(cert, out);
    plat_buffer_printf(out, "\n  Thumbprint:  %s\n  SHA-256:     ", thumbprint);
    cert_hex_append(out, plat_span_of(sha256, sizeof sha256), 0);
    plat_buffer_printf(out, "\n  Version:     %" PRIu32 "\n", cert->version);
    append_extensions(cert, out);
}
