/* SPDX-License-Identifier: Apache-2.0 */
/* CertFindCertificateInStore and the functions that are forms of it. */
#include "win32/info.h"
#include "win32/name.h"
#include "win32/store.h"
#include "win32/usage.h"

#include "certstore/crypto.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

/* What is looked for. */
struct wanted {
    bool issuer; /* of the names, the issuer's */
    DWORD flags, number;
    struct plat_span bytes; /* name, folded text, hash, serial number (little-endian) */
    struct plat_span name;
    struct plat_buffer memory; /* what some of them lie in */
    struct wc_cert *cert;      /* held */
    CERT_PUBLIC_KEY_INFO *key;
    const CERT_ENHKEY_USAGE *usage;
    uint8_t thumbprint[CERT_THUMBPRINT_SIZE];
};

static struct wc_cert *cert_of(struct wc_context *item)
{
    return (struct wc_cert *)(void *)item;
}

static struct plat_span name_of(const struct wanted *wanted, const struct wc_cert *cert)
{
    return wanted->issuer ? cert->cert.issuer : cert->cert.subject;
}

static bool match_name(void *context, struct wc_context *item)
{
    const struct wanted *wanted = context;

    return plat_span_equal(name_of(wanted, cert_of(item)), wanted->bytes);
}

/* Folded text within the folded text of the name. */
static bool match_text(void *context, struct wc_context *item)
{
    const struct wanted *wanted = context;
    struct plat_buffer text, folded;
    const char *plain;
    bool found = false;

    plat_buffer_init(&text, LIMIT_NAME_TEXT);
    plat_buffer_init(&folded, 3 * LIMIT_NAME_TEXT);
    if (wc_name_text(name_of(wanted, cert_of(item)), CERT_SIMPLE_NAME_STR, &text) == ERROR_SUCCESS) {
        plain = plat_buffer_text(&text);
        if (plain)
            plat_name_fold(&folded, plain, text.size);
        if (plain && plat_buffer_text(&folded))
            found = strstr(plat_buffer_text(&folded), (const char *)wanted->bytes.data) != NULL;
    }
    plat_buffer_free(&text);
    plat_buffer_free(&folded);
    return found;
}

static bool match_issuer_serial(void *context, struct wc_context *item)
{
    const struct wanted *wanted = context;
    const struct wc_cert *cert = cert_of(item);
    CRYPT_INTEGER_BLOB serial = {(DWORD)wanted->bytes.size, wc_bytes(wanted->bytes.data)};
    CRYPT_INTEGER_BLOB own = cert->info.SerialNumber;

    return CertCompareIntegerBlob(&serial, &own) && cert_name_equal(cert->cert.issuer, wanted->name);
}

static bool match_key_id(void *context, struct wc_context *item)
{
    const struct wanted *wanted = context;
    uint8_t own[CERT_SHA1_SIZE];

    return plat_span_equal(wc_key_identifier(cert_of(item), own), wanted->bytes);
}

static bool match_md5(void *context, struct wc_context *item)
{
    const struct wanted *wanted = context;
    uint8_t md5[CERT_MD5_SIZE];

    cert_md5(item->der, md5);
    return plat_span_equal(plat_span_of(md5, sizeof md5), wanted->bytes);
}

static bool match_property(void *context, struct wc_context *item)
{
    const struct wanted *wanted = context;
    struct plat_span value;

    return wanted->number == CERT_SHA1_HASH_PROP_ID || wanted->number == CERT_MD5_HASH_PROP_ID ||
           wanted->number == CERT_KEY_IDENTIFIER_PROP_ID ||
           cert_property_find(plat_span_of(item->properties.data, item->properties.size), wanted->number,
                              &value);
}

static bool match_public_key(void *context, struct wc_context *item)
{
    const struct wanted *wanted = context;

    return CertComparePublicKeyInfo(X509_ASN_ENCODING, &cert_of(item)->info.SubjectPublicKeyInfo, wanted->key);
}

static bool match_issuer_of(void *context, struct wc_context *item)
{
    const struct wanted *wanted = context;

    return cert_name_equal(wanted->cert->cert.issuer, cert_of(item)->cert.subject);
}

static bool match_usage(void *context, struct wc_context *item)
{
    const struct wanted *wanted = context;

    return wc_usage_matches(cert_of(item), wanted->usage, wanted->flags);
}

/* ---- what the parameter says ---- */

static win_error take_hash(struct wanted *wanted, const CRYPT_HASH_BLOB *hash, struct wc_walk *walk)
{
    if (!hash || !hash->pbData || hash->cbData == 0)
        return E_INVALIDARG;
    walk->archived = true;
    wanted->bytes = plat_span_of(hash->pbData, hash->cbData);
    if (walk->matches)
        return ERROR_SUCCESS;
    if (hash->cbData != CERT_THUMBPRINT_SIZE)
        return CRYPT_E_NOT_FOUND;
    memcpy(wanted->thumbprint, hash->pbData, CERT_THUMBPRINT_SIZE);
    walk->thumbprint = wanted->thumbprint;
    return ERROR_SUCCESS;
}

static win_error take_text(struct wanted *wanted, const void *parameter, bool wide, struct wc_walk *walk)
{
    struct plat_buffer text;
    win_error error = E_INVALIDARG;

    plat_buffer_init(&text, LIMIT_NAME_TEXT);
    if (parameter && wide) {
        error = wc_text_in(parameter, LIMIT_NAME_TEXT / 3, &text);
    } else if (parameter) {
        plat_buffer_append_text(&text, parameter);
        error = text.failed;
    }
    if (!error) {
        plat_name_fold(&wanted->memory, plat_buffer_text(&text) ? plat_buffer_text(&text) : "", text.size);
        error = plat_buffer_text(&wanted->memory) ? ERROR_SUCCESS : wanted->memory.failed;
    }
    plat_buffer_free(&text);
    wanted->bytes = plat_span_of(wanted->memory.data, wanted->memory.size);
    walk->matches = match_text;
    return error;
}

static win_error take_name(struct wanted *wanted, const CERT_NAME_BLOB *name, struct wc_walk *walk)
{
    if (!name || !name->pbData)
        return E_INVALIDARG;
    wanted->bytes = plat_span_of(name->pbData, name->cbData);
    walk->matches = match_name;
    return ERROR_SUCCESS;
}

static win_error take_issuer_serial(struct wanted *wanted, const CERT_NAME_BLOB *issuer,
                                    const CRYPT_INTEGER_BLOB *serial, struct wc_walk *walk)
{
    if (!issuer->pbData || !serial->pbData)
        return E_INVALIDARG;
    wanted->name = plat_span_of(issuer->pbData, issuer->cbData);
    wanted->bytes = plat_span_of(serial->pbData, serial->cbData);
    walk->matches = match_issuer_serial;
    walk->archived = true;
    return ERROR_SUCCESS;
}

static win_error take_id(struct wanted *wanted, const CERT_ID *id, struct wc_walk *walk)
{
    if (!id)
        return E_INVALIDARG;
    switch (id->dwIdChoice) {
    case CERT_ID_ISSUER_SERIAL_NUMBER:
        return take_issuer_serial(wanted, &id->IssuerSerialNumber.Issuer,
                                  &id->IssuerSerialNumber.SerialNumber, walk);
    case CERT_ID_KEY_IDENTIFIER:
        walk->matches = match_key_id;
        return take_hash(wanted, &id->KeyId, walk);
    case CERT_ID_SHA1_HASH:
        return take_hash(wanted, &id->HashId, walk);
    default:
        return E_INVALIDARG;
    }
}

static win_error take_cert(struct wanted *wanted, const void *parameter)
{
    wanted->cert = wc_cert_get(parameter);
    return wanted->cert ? ERROR_SUCCESS : E_INVALIDARG;
}

static win_error take_hash_text(struct wanted *wanted, const WCHAR *text, struct wc_walk *walk)
{
    win_error error = text ? wc_text_in(text, 128, &wanted->memory) : E_INVALIDARG;

    if (error)
        return error;
    if (!plat_buffer_text(&wanted->memory) ||
        !cert_thumbprint_parse(plat_buffer_text(&wanted->memory), wanted->thumbprint))
        return CRYPT_E_NOT_FOUND;
    walk->thumbprint = wanted->thumbprint;
    walk->archived = true;
    return ERROR_SUCCESS;
}

static win_error take_existing(struct wanted *wanted, const void *parameter, struct wc_walk *walk)
{
    win_error error = take_cert(wanted, parameter);

    if (error)
        return error;
    memcpy(wanted->thumbprint, wanted->cert->base.thumbprint, sizeof wanted->thumbprint);
    walk->thumbprint = wanted->thumbprint;
    walk->archived = true;
    return ERROR_SUCCESS;
}

static win_error need(const void *parameter)
{
    return parameter ? ERROR_SUCCESS : E_INVALIDARG;
}

static win_error prepare(struct wanted *wanted, DWORD type, const void *parameter, struct wc_walk *walk)
{
    const CERT_INFO *info = parameter;

    wanted->issuer = (type & CERT_COMPARE_MASK) == CERT_INFO_ISSUER_FLAG;
    switch (type) {
    case CERT_FIND_ANY:
        return ERROR_SUCCESS;
    case CERT_FIND_SHA1_HASH:
        return take_hash(wanted, parameter, walk);
    case CERT_FIND_MD5_HASH:
        walk->matches = match_md5;
        return take_hash(wanted, parameter, walk);
    case CERT_FIND_KEY_IDENTIFIER:
        walk->matches = match_key_id;
        return take_hash(wanted, parameter, walk);
    case CERT_FIND_HASH_STR:
        return take_hash_text(wanted, parameter, walk);
    case CERT_FIND_SUBJECT_NAME:
    case CERT_FIND_ISSUER_NAME:
        return take_name(wanted, parameter, walk);
    case CERT_FIND_SUBJECT_STR_A:
    case CERT_FIND_ISSUER_STR_A:
        return take_text(wanted, parameter, false, walk);
    case CERT_FIND_SUBJECT_STR_W:
    case CERT_FIND_ISSUER_STR_W:
        return take_text(wanted, parameter, true, walk);
    case CERT_FIND_SUBJECT_CERT:
        return info ? take_issuer_serial(wanted, &info->Issuer, &info->SerialNumber, walk) : E_INVALIDARG;
    case CERT_FIND_CERT_ID:
        return take_id(wanted, parameter, walk);
    case CERT_FIND_EXISTING:
        return take_existing(wanted, parameter, walk);
    case CERT_FIND_ISSUER_OF:
        walk->matches = match_issuer_of;
        return take_cert(wanted, parameter);
    case CERT_FIND_PROPERTY:
        walk->matches = match_property;
        if (parameter)
            memcpy(&wanted->number, parameter, sizeof wanted->number);
        return need(parameter);
    case CERT_FIND_PUBLIC_KEY:
        walk->matches = match_public_key;
        wanted->key = (CERT_PUBLIC_KEY_INFO *)(uintptr_t)parameter;
        return need(parameter);
    case CERT_FIND_ENHKEY_USAGE:
        walk->matches = match_usage;
        wanted->usage = parameter;
        return ERROR_SUCCESS;
    default:
        return E_INVALIDARG;
    }
}

static PCCERT_CONTEXT find(HCERTSTORE store, DWORD flags, DWORD type, const void *parameter,
                           const void *previous)
{
    struct wanted wanted = {.flags = flags};
    struct wc_walk walk = {.kind = WC_CERT, .context = &wanted};
    struct wc_context *found = NULL;
    win_error error;

    plat_buffer_init(&wanted.memory, 3 * LIMIT_NAME_TEXT);
    error = prepare(&wanted, type, parameter, &walk);
    if (error) {
        wc_free(previous, WC_CERT);
        (void)wc_result(error);
    } else {
        found = wc_step(store, previous, &walk);
    }
    wc_cert_put_back(wanted.cert);
    plat_buffer_free(&wanted.memory);
    return found ? found->object.face : NULL;
}

/* One after the other, each with its key looked for outside of the lock. */
static PCCERT_CONTEXT find_with_key(HCERTSTORE store, const void *previous)
{
    for (;;) {
        PCCERT_CONTEXT found = find(store, 0, CERT_FIND_ANY, NULL, previous);
        struct wc_cert *cert = found ? wc_cert_get(found) : NULL;
        bool has_key = cert && wc_cert_has_key(cert);

        wc_cert_put_back(cert);
        if (!found || has_key)
            return found;
        previous = found;
    }
}

PCCERT_CONTEXT CertFindCertificateInStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType, DWORD dwFindFlags,
                                          DWORD dwFindType, const void *pvFindPara,
                                          PCCERT_CONTEXT pPrevCertContext)
{
    (void)dwCertEncodingType;
    if (dwFindType == CERT_FIND_HAS_PRIVATE_KEY)
        return find_with_key(hCertStore, pPrevCertContext);
    return find(hCertStore, dwFindFlags, dwFindType, pvFindPara, pPrevCertContext);
}

PCCERT_CONTEXT CertGetSubjectCertificateFromStore(HCERTSTORE hCertStore, DWORD dwCertEncodingType,
                                                  PCERT_INFO pCertId)
{
    (void)dwCertEncodingType;
    return find(hCertStore, 0, CERT_FIND_SUBJECT_CERT, pCertId, NULL);
}
