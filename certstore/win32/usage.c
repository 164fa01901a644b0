/* SPDX-License-Identifier: Apache-2.0 */
/* CertGetEnhancedKeyUsage, CertGetIntendedKeyUsage, CertGetPublicKeyLength. */
#include "win32/usage.h"

#include "certstore/blob.h"
#include "der/der.h"

#include "platform/limits.h"

#include <string.h>

bool wc_extension(const struct cert *cert, const char *oid, struct plat_span *value)
{
    for (uint32_t i = 0; i < cert->extension_count; i++) {
        if (wc_is_oid(cert->extensions[i].oid, oid)) {
            *value = cert->extensions[i].value;
            return true;
        }
    }
    return false;
}

struct plat_span wc_key_identifier(const struct wc_cert *cert, uint8_t own[CERT_SHA1_SIZE])
{
    if (cert->cert.subject_key_id.size > 0)
        return cert->cert.subject_key_id;
    cert_sha1(cert->cert.spki, own);
    return plat_span_of(own, CERT_SHA1_SIZE);
}

/* The two places that may restrict usage: size 0 = it does not. */
struct usages {
    struct plat_span extension, property;
};

static struct usages usages_of(const struct cert *cert, struct plat_span properties, DWORD flags)
{
    struct usages usages = {{0}, {0}};

    if ((flags & CERT_FIND_PROP_ONLY_ENHKEY_USAGE_FLAG) == 0)
        (void)wc_extension(cert, szOID_ENHANCED_KEY_USAGE, &usages.extension);
    if ((flags & CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG) == 0)
        (void)cert_property_find(properties, CERT_PROPERTY_ENHKEY_USAGE, &usages.property);
    return usages;
}

static bool lists(struct plat_span usage, struct plat_span oid)
{
    struct der_reader outer = der_reader_of(usage);
    struct der_reader list = der_enter(&outer, DER_SEQUENCE);

    while (!der_at_end(&list))
        if (plat_span_equal(der_read_oid(&list, DER_OID), oid) && !der_failed(&list))
            return true;
    return false;
}

/* Allowed by each of the places that say something. */
static bool allows(const struct usages *usages, const char *dotted)
{
    uint8_t oid[DER_OID_SIZE];
    size_t size;

    if (!dotted || !der_oid_parse(dotted, oid, &size))
        return false;
    return (usages->extension.size == 0 || lists(usages->extension, plat_span_of(oid, size))) &&
           (usages->property.size == 0 || lists(usages->property, plat_span_of(oid, size)));
}

bool wc_usage_matches(struct wc_cert *cert, const CERT_ENHKEY_USAGE *wanted, DWORD flags)
{
    const struct plat_buffer *properties = &cert->base.properties;
    struct usages usages = usages_of(&cert->cert, plat_span_of(properties->data, properties->size), flags);
    bool says = usages.extension.size > 0 || usages.property.size > 0;
    bool any = (flags & CERT_FIND_OR_ENHKEY_USAGE_FLAG) != 0;

    if ((flags & CERT_FIND_NO_ENHKEY_USAGE_FLAG) != 0)
        return !says;
    if (!says)
        return (flags & (CERT_FIND_OPTIONAL_ENHKEY_USAGE_FLAG | CERT_FIND_VALID_ENHKEY_USAGE_FLAG)) != 0;
    if (!wanted || wanted->cUsageIdentifier == 0)
        return true;
    for (DWORD i = 0; i < wanted->cUsageIdentifier; i++)
        if (allows(&usages, wanted->rgpszUsageIdentifier[i]) == any)
            return any;
    return !any;
}

/* Appends the identifiers, each with its NUL, that are allowed; returns how many. */
static DWORD append_allowed(const struct usages *usages, struct plat_buffer *texts)
{
    struct der_reader outer = der_reader_of(usages->extension.size > 0 ? usages->extension : usages->property);
    struct der_reader list = der_enter(&outer, DER_SEQUENCE);
    DWORD count = 0;

    while (!der_at_end(&list)) {
        struct plat_span oid = der_read_oid(&list, DER_OID);

        if (der_failed(&list) ||
            (usages->extension.size > 0 && usages->property.size > 0 && !lists(usages->property, oid)))
            continue;
        der_oid_text(oid, texts);
        plat_buffer_append_u8(texts, 0);
        count++;
    }
    return count;
}

/* The structure, its pointers, the texts, in the caller's room. */
static win_error put_usage(DWORD count, const struct plat_buffer *texts, CERT_ENHKEY_USAGE *usage, DWORD *size)
{
    size_t pointers = count * sizeof(LPSTR);
    size_t needed = sizeof *usage + pointers + texts->size;
    DWORD there = *size;
    char *text;

    *size = (DWORD)needed;
    if (!usage)
        return ERROR_SUCCESS;
    if (there < needed)
        return ERROR_MORE_DATA;
    usage->cUsageIdentifier = count;
    usage->rgpszUsageIdentifier = count > 0 ? (LPSTR *)(void *)(usage + 1) : NULL;
    text = (char *)(usage + 1) + pointers;
    if (texts->size > 0)
        memcpy(text, texts->data, texts->size);
    for (DWORD i = 0; i < count; i++) {
        usage->rgpszUsageIdentifier[i] = text;
        text += strlen(text) + 1;
    }
    return ERROR_SUCCESS;
}

static win_error get_usage(struct wc_cert *cert, DWORD flags, CERT_ENHKEY_USAGE *usage, DWORD *size)
{
    struct plat_buffer properties, texts;
    struct usages usages;
    DWORD count = 0;
    win_error error;

    plat_buffer_init(&properties, LIMIT_REG_DATA);
    plat_buffer_init(&texts, LIMIT_NAME_TEXT);
    error = wc_properties(&cert->base, &properties);
    usages = usages_of(&cert->cert, plat_span_of(properties.data, properties.size), flags);
    if (!error && (usages.extension.size > 0 || usages.property.size > 0))
        count = append_allowed(&usages, &texts);
    if (!error)
        error = texts.failed ? texts.failed : put_usage(count, &texts, usage, size);
    /* No identifiers: for anything (CRYPT_E_NOT_FOUND) or, without an error, for nothing. */
    if (!error && count == 0)
        plat_last_error_set(usages.extension.size > 0 || usages.property.size > 0 ? ERROR_SUCCESS
                                                                                  : CRYPT_E_NOT_FOUND);
    plat_buffer_free(&texts);
    plat_buffer_free(&properties);
    return error;
}

BOOL CertGetEnhancedKeyUsage(PCCERT_CONTEXT pCertContext, DWORD dwFlags, PCERT_ENHKEY_USAGE pUsage,
                             DWORD *pcbUsage)
{
    struct wc_cert *cert = wc_cert_get(pCertContext);
    win_error error = E_INVALIDARG;

    if (cert && pcbUsage)
        error = get_usage(cert, dwFlags, pUsage, pcbUsage);
    wc_cert_put_back(cert);
    return wc_result(error);
}

BOOL CertGetIntendedKeyUsage(DWORD dwCertEncodingType, PCERT_INFO pCertInfo, BYTE *pbKeyUsage,
                             DWORD cbKeyUsage)
{
    const CERT_EXTENSION *extension;
    struct der_reader reader;
    struct plat_span bits;
    uint8_t unused = 0;

    (void)dwCertEncodingType;
    if (pbKeyUsage && cbKeyUsage > 0)
        memset(pbKeyUsage, 0, cbKeyUsage);
    extension =
        pCertInfo ? CertFindExtension(szOID_KEY_USAGE, pCertInfo->cExtension, pCertInfo->rgExtension) : NULL;
    if (!extension || !pbKeyUsage) {
        plat_last_error_set(pCertInfo && pbKeyUsage ? ERROR_SUCCESS : E_INVALIDARG); /* 0: there is none */
        return FALSE;
    }
    reader = der_reader_of(plat_span_of(extension->Value.pbData, extension->Value.cbData));
    bits = der_read_bit_string(&reader, DER_BIT_STRING, &unused);
    if (!der_finish(&reader))
        return wc_result(CRYPT_E_ASN1_CORRUPT);
    if (bits.size > 0)
        memcpy(pbKeyUsage, bits.data, bits.size < cbKeyUsage ? bits.size : cbKeyUsage);
    return TRUE;
}

/* Bits of the modulus in RSAPublicKey. */
static DWORD rsa_bits(const CRYPT_BIT_BLOB *key)
{
    struct der_reader outer = der_reader_of(plat_span_of(key->pbData, key->cbData));
    struct der_reader pair = der_enter(&outer, DER_SEQUENCE);
    struct plat_span modulus = der_read_integer(&pair, DER_INTEGER);
    DWORD bits;

    while (modulus.size > 0 && modulus.data[0] == 0)
        modulus = plat_span_of(modulus.data + 1, modulus.size - 1);
    if (der_failed(&pair) || modulus.size == 0 || modulus.size > UINT32_MAX / 8)
        return 0;
    bits = (DWORD)modulus.size * 8;
    for (unsigned top = modulus.data[0]; (top & 0x80U) == 0; top <<= 1)
        bits--;
    return bits;
}

static DWORD curve_bits(const CRYPT_OBJID_BLOB *parameters)
{
    static const struct {
        const char *oid;
        DWORD bits;
    } curves[] = {{szOID_ECC_CURVE_P256, 256}, {szOID_ECC_CURVE_P384, 384}, {szOID_ECC_CURVE_P521, 521}};
    struct der_reader reader = der_reader_of(plat_span_of(parameters->pbData, parameters->cbData));
    struct plat_span named = der_read_oid(&reader, DER_OID);

    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
        if (wc_is_oid(named, curves[i].oid))
            return curves[i].bits;
    return 0;
}

DWORD CertGetPublicKeyLength(DWORD dwCertEncodingType, PCERT_PUBLIC_KEY_INFO pPublicKey)
{
    DWORD bits = 0;

    (void)dwCertEncodingType;
    if (!pPublicKey || !pPublicKey->Algorithm.pszObjId) {
        plat_last_error_set(E_INVALIDARG);
        return 0;
    }
    if (strcmp(pPublicKey->Algorithm.pszObjId, szOID_RSA_RSA) == 0)
        bits = rsa_bits(&pPublicKey->PublicKey);
    else if (strcmp(pPublicKey->Algorithm.pszObjId, szOID_ECC_PUBLIC_KEY) == 0)
        bits = curve_bits(&pPublicKey->Algorithm.Parameters);
    if (bits == 0)
        plat_last_error_set(NTE_NOT_SUPPORTED);
    return bits;
}
