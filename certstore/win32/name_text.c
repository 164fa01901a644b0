/* SPDX-License-Identifier: Apache-2.0 */
/* CertNameToStr. */
#include "win32/name.h"

#include "platform/limits.h"

#include <string.h>

#define MOST_RDNS 128U /* that are turned round */

/* A name with a NUL in it would be cut there by whoever reads it: it is no text. */
bool wc_text(const struct der_item *value, unsigned tag, struct plat_buffer *out)
{
    size_t before = out->size;

    if (!der_string_append_utf8(tag, value->content, out))
        return false;
    if (out->size == before || !memchr(out->data + before, 0, out->size - before))
        return true;
    out->size = before;
    return false;
}

static void append_hex(const struct der_item *value, struct plat_buffer *out)
{
    /* CERT_RDN_OCTET_STRING shows its content, CERT_RDN_ENCODED_BLOB all of it. */
    struct plat_span bytes = value->tag == DER_OCTET_STRING ? value->content : value->whole;

    plat_buffer_append_u8(out, '#');
    for (size_t i = 0; i < bytes.size; i++)
        plat_buffer_printf(out, "%02X", bytes.data[i]);
}

void wc_value_text(const struct der_item *value, struct plat_buffer *out)
{
    if (!wc_text(value, value->tag, out))
        append_hex(value, out);
}

static bool needs_quotes(const char *text, size_t size)
{
    if (size == 0 || text[0] == ' ' || text[size - 1] == ' ')
        return true;
    for (size_t i = 0; i < size; i++)
        if (strchr(",+=\"\n\r<>#;", text[i]))
            return true;
    return false;
}

static void append_value(const struct der_item *value, DWORD type, struct plat_buffer *out)
{
    struct plat_buffer text;
    const char *characters;
    bool is_text;

    plat_buffer_init(&text, LIMIT_NAME_TEXT);
    is_text = wc_text(value, value->tag, &text);
    if (!is_text)
        append_hex(value, &text);
    characters = plat_buffer_text(&text);
    if (!characters) {
        out->failed = text.failed;
    } else if ((type & CERT_NAME_STR_NO_QUOTING_FLAG) != 0 || !is_text ||
               !needs_quotes(characters, text.size)) {
        plat_buffer_append(out, characters, text.size);
    } else {
        plat_buffer_append_u8(out, '"');
        for (size_t i = 0; i < text.size; i++) {
            if (characters[i] == '"')
                plat_buffer_append_u8(out, '"');
            plat_buffer_append_u8(out, (uint8_t)characters[i]);
        }
        plat_buffer_append_u8(out, '"');
    }
    plat_buffer_free(&text);
}

static void append_attribute(const struct cert_attribute *attribute, DWORD type, struct plat_buffer *out)
{
    const char *key = wc_name_key(attribute->oid);

    switch (type & 0xFFU) {
    case CERT_X500_NAME_STR:
        if (key) {
            plat_buffer_append_text(out, key);
        } else {
            plat_buffer_append_text(out, "OID.");
            der_oid_text(attribute->oid, out);
        }
        plat_buffer_append_u8(out, '=');
        break;
    case CERT_OID_NAME_STR:
        der_oid_text(attribute->oid, out);
        plat_buffer_append_u8(out, '=');
        break;
    default:
        break;
    }
    append_value(&attribute->value, type, out);
}

static void append_rdn(struct plat_span rdn, DWORD type, struct plat_buffer *out)
{
    const char *plus = (type & CERT_NAME_STR_NO_PLUS_FLAG) != 0 ? " " : " + ";
    struct cert_name_walk walk = {.rdns = der_reader_of(plat_span_of(NULL, 0)), .rdn = der_reader_of(rdn)};
    struct cert_attribute attribute;

    for (bool first = true; cert_name_walk_next(&walk, &attribute); first = false) {
        if (!first)
            plat_buffer_append_text(out, plus);
        append_attribute(&attribute, type, out);
    }
}

win_error wc_name_text(struct plat_span name, DWORD type, struct plat_buffer *out)
{
    const char *separator = (type & CERT_NAME_STR_SEMICOLON_FLAG) != 0 ? "; "
                            : (type & CERT_NAME_STR_CRLF_FLAG) != 0    ? "\r\n"
                                                                       : ", ";
    bool reverse = (type & CERT_NAME_STR_REVERSE_FLAG) != 0;
    struct der_reader outer = der_reader_of(name);
    struct der_reader list = der_enter(&outer, DER_SEQUENCE);
    struct plat_span rdns[MOST_RDNS];
    size_t count = 0;

    if ((type & 0xFFU) < CERT_SIMPLE_NAME_STR || (type & 0xFFU) > CERT_X500_NAME_STR)
        return E_INVALIDARG;
    if (!cert_name_valid(name))
        return CRYPT_E_ASN1_CORRUPT;
    while (!der_at_end(&list)) {
        if (count == MOST_RDNS)
            return CRYPT_E_ASN1_LARGE;
        rdns[count++] = der_read_tag(&list, DER_SET);
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            plat_buffer_append_text(out, separator);
        append_rdn(rdns[reverse ? count - 1 - i : i], type, out);
    }
    return out->failed;
}

static DWORD name_to_text(DWORD encoding, const CERT_NAME_BLOB *name, DWORD type, bool wide, void *room,
                          DWORD size)
{
    struct plat_buffer text;
    win_error error = E_INVALIDARG;
    DWORD count;

    plat_buffer_init(&text, LIMIT_NAME_TEXT);
    if (GET_CERT_ENCODING_TYPE(encoding) == X509_ASN_ENCODING && name && name->pbData)
        error = wc_name_text(plat_span_of(name->pbData, name->cbData), type, &text);
    if (!error && !plat_buffer_text(&text))
        error = text.failed;
    (void)wc_result(error);
    count = wc_put_text(error ? "" : plat_buffer_text(&text), wide, room, size);
    plat_buffer_free(&text);
    return count;
}

DWORD CertNameToStrW(DWORD dwCertEncodingType, PCERT_NAME_BLOB pName, DWORD dwStrType, LPWSTR psz, DWORD csz)
{
    return name_to_text(dwCertEncodingType, pName, dwStrType, true, psz, csz);
}

DWORD CertNameToStrA(DWORD dwCertEncodingType, PCERT_NAME_BLOB pName, DWORD dwStrType, LPSTR psz, DWORD csz)
{
    return name_to_text(dwCertEncodingType, pName, dwStrType, false, psz, csz);
}
