/* SPDX-License-Identifier: Apache-2.0 */
/* CertGetNameString. */
#include "win32/name.h"
#include "win32/usage.h"

#include "certstore/blob.h"

#include "platform/limits.h"

/* GeneralName (RFC 5280 section 4.2.1.6) */
#define OTHER_NAME DER_CONTEXT_CONSTRUCTED(0)
#define EMAIL_NAME DER_CONTEXT(1)
#define DNS_NAME DER_CONTEXT(2)
#define DIRECTORY_NAME DER_CONTEXT_CONSTRUCTED(4)
#define URL_NAME DER_CONTEXT(6)

/* Whose names are asked for: the subject's or the issuer's. */
struct side {
    struct plat_span name;
    struct plat_span alternatives; /* content of the extension; size 0 = none */
};

static struct side side_of(const struct cert *cert, bool issuer)
{
    struct side side = {issuer ? cert->issuer : cert->subject, plat_span_of(NULL, 0)};

    (void)wc_extension(cert, issuer ? szOID_ISSUER_ALT_NAME2 : szOID_SUBJECT_ALT_NAME2, &side.alternatives);
    return side;
}

/* The first alternative name of a kind. */
static bool alternative(const struct side *side, unsigned tag, struct der_item *found)
{
    struct der_reader outer = der_reader_of(side->alternatives);
    struct der_reader names = der_enter(&outer, DER_SEQUENCE);

    while (!der_at_end(&names) && der_read(&names, found))
        if (found->tag == tag)
            return true;
    return false;
}

static bool append_alternative(const struct side *side, unsigned tag, struct plat_buffer *out)
{
    struct der_item item;

    return alternative(side, tag, &item) && wc_text(&item, DER_IA5_STRING, out);
}

/* The first value of an attribute in a name; NULL: of any. */
static bool append_attribute(struct plat_span name, const char *oid, struct plat_buffer *out)
{
    struct cert_name_walk walk;
    struct cert_attribute attribute;

    cert_name_walk_open(name, &walk);
    while (cert_name_walk_next(&walk, &attribute)) {
        if (oid && !wc_is_oid(attribute.oid, oid))
            continue;
        wc_value_text(&attribute.value, out);
        return true;
    }
    return false;
}

/* The name, or when it is empty the first directory name among the alternatives. */
static struct plat_span directory_name(const struct side *side)
{
    struct der_item item;

    if (cert_name_empty(side->name) && alternative(side, DIRECTORY_NAME, &item))
        return item.content;
    return side->name;
}

static bool append_upn(const struct side *side, struct plat_buffer *out)
{
    struct der_reader outer = der_reader_of(side->alternatives);
    struct der_reader names = der_enter(&outer, DER_SEQUENCE);

    while (!der_at_end(&names)) {
        struct der_item item;

        if (!der_next_is(&names, OTHER_NAME)) {
            (void)der_read(&names, &item);
            continue;
        }
        struct der_reader other = der_enter(&names, OTHER_NAME);
        bool is_upn = wc_is_oid(der_read_oid(&other, DER_OID), szOID_NT_PRINCIPAL_NAME);
        struct der_reader value = der_enter(&other, DER_CONTEXT_CONSTRUCTED(0));

        if (is_upn && der_read(&value, &item) && wc_text(&item, item.tag, out))
            return true;
    }
    return false;
}

static void append_display(const struct side *side, struct plat_buffer *out)
{
    static const char *const oids[] = {szOID_COMMON_NAME, szOID_ORGANIZATIONAL_UNIT_NAME,
                                       szOID_ORGANIZATION_NAME, szOID_RSA_emailAddr};
    struct plat_span name = directory_name(side);

    for (size_t i = 0; i < sizeof oids / sizeof oids[0]; i++)
        if (append_attribute(name, oids[i], out))
            return;
    if (!append_alternative(side, EMAIL_NAME, out))
        (void)append_attribute(name, NULL, out);
}

static bool append_friendly(struct wc_cert *cert, struct plat_buffer *out)
{
    struct plat_buffer properties;
    bool found;

    plat_buffer_init(&properties, LIMIT_REG_DATA);
    found = wc_properties(&cert->base, &properties) == ERROR_SUCCESS &&
            cert_property_friendly_name(plat_span_of(properties.data, properties.size), out);
    plat_buffer_free(&properties);
    return found;
}

static win_error append_name(struct wc_cert *cert, DWORD type, DWORD flags, const void *parameter,
                             struct plat_buffer *out)
{
    struct side side = side_of(&cert->cert, (flags & CERT_NAME_ISSUER_FLAG) != 0);
    DWORD text_type = CERT_SIMPLE_NAME_STR;

    switch (type) {
    case CERT_NAME_EMAIL_TYPE:
        if (!append_alternative(&side, EMAIL_NAME, out))
            (void)append_attribute(side.name, szOID_RSA_emailAddr, out);
        break;
    case CERT_NAME_RDN_TYPE:
        if (parameter)
            text_type = *(const DWORD *)parameter;
        return wc_name_text(directory_name(&side), text_type, out);
    case CERT_NAME_ATTR_TYPE:
        if (!parameter)
            return E_INVALIDARG;
        (void)append_attribute(directory_name(&side), parameter, out);
        break;
    case CERT_NAME_FRIENDLY_DISPLAY_TYPE:
        if ((flags & CERT_NAME_ISSUER_FLAG) != 0 || !append_friendly(cert, out))
            append_display(&side, out);
        break;
    case CERT_NAME_SIMPLE_DISPLAY_TYPE:
        append_display(&side, out);
        break;
    case CERT_NAME_DNS_TYPE:
        if (!append_alternative(&side, DNS_NAME, out))
            (void)append_attribute(side.name, szOID_COMMON_NAME, out);
        break;
    case CERT_NAME_URL_TYPE:
        (void)append_alternative(&side, URL_NAME, out);
        break;
    case CERT_NAME_UPN_TYPE:
        (void)append_upn(&side, out);
        break;
    default:
        return E_INVALIDARG;
    }
    return out->failed;
}

static DWORD name_string(PCCERT_CONTEXT context, DWORD type, DWORD flags, const void *parameter, bool wide,
                         void *room, DWORD size)
{
    struct wc_cert *cert = wc_cert_get(context);
    struct plat_buffer text;
    win_error error = E_INVALIDARG;
    DWORD count;

    plat_buffer_init(&text, LIMIT_NAME_TEXT);
    if (cert && (flags & CERT_NAME_SEARCH_ALL_NAMES_FLAG) != 0)
        error = ERROR_NOT_SUPPORTED;
    else if (cert)
        error = append_name(cert, type, flags, parameter, &text);
    wc_cert_put_back(cert);
    if (!error && !plat_buffer_text(&text))
        error = text.failed;
    (void)wc_result(error);
    count = wc_put_text(error ? "" : plat_buffer_text(&text), wide, room, size);
    plat_buffer_free(&text);
    return count;
}

DWORD CertGetNameStringW(PCCERT_CONTEXT pCertContext, DWORD dwType, DWORD dwFlags, void *pvTypePara,
                         LPWSTR pszNameString, DWORD cchNameString)
{
    return name_string(pCertContext, dwType, dwFlags, pvTypePara, true, pszNameString, cchNameString);
}

DWORD CertGetNameStringA(PCCERT_CONTEXT pCertContext, DWORD dwType, DWORD dwFlags, void *pvTypePara,
                         LPSTR pszNameString, DWORD cchNameString)
{
    return name_string(pCertContext, dwType, dwFlags, pvTypePara, false, pszNameString, cchNameString);
}
