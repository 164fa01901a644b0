/* SPDX-License-Identifier: Apache-2.0 */
/* Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue } (RFC 5280 section 4.1). */
#include "cert/extensions.h"
#include "cert/name.h"
#include "cert/public_key.h"
#include "cert/signed.h"
#include "certstore/crypto.h"
#include "platform/limits.h"

/* Version ::= [0] EXPLICIT INTEGER { v1(0), v2(1), v3(2) } DEFAULT v1. A spelt-out v1 is taken. */
static uint32_t read_version(struct der_reader *tbs)
{
    if (!der_next_is(tbs, DER_CONTEXT_CONSTRUCTED(0))) {
        return 1;
    }
    struct der_reader inside = der_enter(tbs, DER_CONTEXT_CONSTRUCTED(0));
    uint32_t version = der_read_u32(&inside, DER_INTEGER);
    if (!der_finish(&inside) || version > 2) {
        der_fail(tbs);
        return 1;
    }
    return version + 1;
}

struct plat_span cert_read_name(struct der_reader *tbs)
{
    struct plat_span name = der_read_whole(tbs, DER_SEQUENCE);
    if (!cert_name_valid(name)) {
        der_fail(tbs);
    }
    return name;
}

static void read_validity(struct der_reader *tbs, struct cert *cert)
{
    struct der_reader validity = der_enter(tbs, DER_SEQUENCE);
    cert->not_before = der_read_time(&validity);
    cert->not_after = der_read_time(&validity);
    if (!der_finish(&validity)) {
        der_fail(tbs);
    }
}

struct plat_span cert_read_algorithm(struct der_reader *r)
{
    struct plat_span whole = der_read_whole(r, DER_SEQUENCE);
    struct der_reader outer = der_reader_of(whole);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    struct der_item parameters;
    (void)der_read_oid(&inside, DER_OID);
    if (!der_at_end(&inside)) {
        (void)der_read(&inside, &parameters);
    }
    if (!der_finish(&inside)) {
        der_fail(r);
    }
    return whole;
}

/* The two identifiers are what the chain engine needs for every certificate: kept at hand. */
static void keep_key_ids(struct cert *cert, const struct cert_extension *extension)
{
    struct cert_authority_key_id authority;
    switch (cert_extension_id_of(extension->oid)) {
    case CERT_EXTENSION_SUBJECT_KEY_ID:
        (void)cert_decode_subject_key_id(extension->value, &cert->subject_key_id); /* malformed: none */
        break;
    case CERT_EXTENSION_AUTHORITY_KEY_ID:
        (void)cert_decode_authority_key_id(extension->value, &authority);
        cert->authority_key_id = authority.key_id;
        break;
    default:
        break;
    }
}

static void keep_extension(struct cert *cert, const struct cert_extension *extension)
{
    for (uint32_t i = 0; i < cert->extension_count; i++) {
        if (plat_span_equal(cert->extensions[i].oid, extension->oid)) {
            cert->duplicate_extension = true;
        }
    }
    if (cert->extension_count == sizeof cert->extensions / sizeof cert->extensions[0]) {
        cert->too_many_extensions = true;
        return;
    }
    cert->extensions[cert->extension_count++] = *extension;
    keep_key_ids(cert, extension);
}

struct cert_extension cert_read_extension(struct der_reader *list)
{
    struct der_reader inside = der_enter(list, DER_SEQUENCE);
    struct cert_extension extension = {.oid = der_read_oid(&inside, DER_OID)};
    if (der_next_is(&inside, DER_BOOLEAN)) {
        extension.critical = der_read_boolean(&inside);
    }
    extension.value = der_read_tag(&inside, DER_OCTET_STRING);
    if (!der_finish(&inside)) {
        der_fail(list);
    }
    return extension;
}

/* Extensions ::= [3] EXPLICIT SEQUENCE SIZE (1..MAX) OF Extension; version 3 only. */
static void read_extensions(struct der_reader *tbs, struct cert *cert)
{
    if (!der_next_is(tbs, DER_CONTEXT_CONSTRUCTED(3))) {
        return;
    }
    struct der_reader wrapper = der_enter(tbs, DER_CONTEXT_CONSTRUCTED(3));
    struct der_reader list = der_enter(&wrapper, DER_SEQUENCE);
    if (!der_finish(&wrapper) || der_at_end(&list) || cert->version != 3) {
        der_fail(tbs);
        return;
    }
    while (!der_at_end(&list)) {
        struct cert_extension extension = cert_read_extension(&list);
        if (!der_failed(&list)) {
            keep_extension(cert, &extension);
        }
    }
    if (der_failed(&list)) {
        der_fail(tbs);
    }
}

/* issuerUniqueID [1] and subjectUniqueID [2], IMPLICIT BIT STRING; not in version 1. Nothing uses them. */
static void skip_unique_id(struct der_reader *tbs, unsigned number, uint32_t version)
{
    uint8_t unused;
    if (der_next_is(tbs, DER_CONTEXT(number))) {
        (void)der_read_bit_string(tbs, DER_CONTEXT(number), &unused);
        if (version == 1) {
            der_fail(tbs);
        }
    }
}

static void read_tbs(struct der_reader *tbs, struct cert *cert, struct plat_span *inner_algorithm)
{
    cert->version = read_version(tbs);
    cert->serial = der_read_integer(tbs, DER_INTEGER);
    *inner_algorithm = cert_read_algorithm(tbs);
    cert->issuer = cert_read_name(tbs);
    read_validity(tbs, cert);
    cert->subject = cert_read_name(tbs);
    cert->spki = der_read_whole(tbs, DER_SEQUENCE);
    if (!cert_public_key_read(cert)) {
        der_fail(tbs);
    }
    skip_unique_id(tbs, 1, cert->version);
    skip_unique_id(tbs, 2, cert->version);
    read_extensions(tbs, cert);
}

static struct plat_span read_signature(struct der_reader *parts)
{
    struct plat_span content = der_read_tag(parts, DER_BIT_STRING);
    if (content.size == 0 || content.data[0] > 7) {
        der_fail(parts);
        return (struct plat_span){0};
    }
    return content.data[0] == 0 ? plat_span_of(content.data + 1, content.size - 1) : (struct plat_span){0};
}

win_error cert_open_signed(struct plat_span der, size_t most, struct cert_signed *out)
{
    *out = (struct cert_signed){0};
    if (der.size > most) {
        return CRYPT_E_ASN1_LARGE;
    }
    struct der_reader outer = der_reader_of(der);
    struct der_reader parts = der_enter(&outer, DER_SEQUENCE);
    if (der_failed(&outer)) {
        return CRYPT_E_ASN1_BADTAG;
    }
    out->tbs = der_read_whole(&parts, DER_SEQUENCE);
    out->algorithm = cert_read_algorithm(&parts);
    out->signature = read_signature(&parts);
    struct der_reader tbs = der_reader_of(out->tbs);
    out->inside = der_enter(&tbs, DER_SEQUENCE);
    return der_finish(&outer) && der_finish(&parts) ? ERROR_SUCCESS : CRYPT_E_ASN1_CORRUPT;
}

win_error cert_parse(struct plat_span der, struct cert *cert)
{
    struct cert_signed parts;
    struct plat_span inner_algorithm;
    *cert = (struct cert){0};
    win_error error = cert_open_signed(der, LIMIT_CERT_SIZE, &parts);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    read_tbs(&parts.inside, cert, &inner_algorithm);
    if (!der_finish(&parts.inside)) {
        *cert = (struct cert){0};
        return CRYPT_E_ASN1_CORRUPT;
    }
    cert->der = der;
    cert->tbs = parts.tbs;
    cert->signature_algorithm = parts.algorithm;
    cert->signature = parts.signature;
    cert->signature_algorithms_differ = !plat_span_equal(inner_algorithm, parts.algorithm);
    cert_sha1(der, cert->thumbprint);
    return ERROR_SUCCESS;
}
