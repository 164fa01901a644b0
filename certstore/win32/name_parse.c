/* SPDX-License-Identifier: Apache-2.0 */
/* CertStrToName. */
#include "win32/name.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

/* The text in either character set, and where we are. */
struct source {
    const char *narrow;
    const WCHAR *units; /* NULL: narrow */
    size_t at;
    DWORD flags;
};

static unsigned peek(const struct source *source)
{
    return source->units ? source->units[source->at] : (unsigned char)source->narrow[source->at];
}

static void skip_blanks(struct source *source)
{
    while (peek(source) == ' ' || peek(source) == '\t' ||
           ((source->flags & CERT_NAME_STR_CRLF_FLAG) == 0 && (peek(source) == '\r' || peek(source) == '\n')))
        source->at++;
}

static bool is_separator(const struct source *source, unsigned c)
{
    if ((source->flags & CERT_NAME_STR_CRLF_FLAG) != 0)
        return c == '\r' || c == '\n';
    if ((source->flags & CERT_NAME_STR_SEMICOLON_FLAG) != 0)
        return c == ';';
    return c == ',' || (c == ';' && (source->flags & CERT_NAME_STR_COMMA_FLAG) == 0);
}

static bool is_plus(const struct source *source, unsigned c)
{
    return c == '+' && (source->flags & CERT_NAME_STR_NO_PLUS_FLAG) == 0;
}

static bool ends_value(const struct source *source, unsigned c)
{
    return c == 0 || is_separator(source, c) || is_plus(source, c);
}

/* The characters from..to as UTF-8, appended. */
static void append(const struct source *source, size_t from, size_t to, struct plat_buffer *out)
{
    if (source->units)
        plat_utf8_append_utf16le(out, plat_span_of(source->units + from, 2 * (to - from)));
    else
        plat_buffer_append(out, source->narrow + from, to - from);
}

/* ---- keys and values ---- */

#define KEY_SIZE 128U

static win_error read_key(struct source *source, uint8_t oid[DER_OID_SIZE], size_t *size)
{
    char key[KEY_SIZE];
    size_t length = 0;
    const char *known;

    skip_blanks(source);
    while (peek(source) != '=') {
        unsigned c = peek(source);

        if (c == 0 || c >= 0x80 || ends_value(source, c) || length + 1 == sizeof key)
            return CRYPT_E_INVALID_X500_STRING;
        key[length++] = (char)c;
        source->at++;
    }
    source->at++;
    while (length > 0 && (key[length - 1] == ' ' || key[length - 1] == '\t'))
        length--;
    key[length] = '\0';
    known = wc_name_key_oid(key, length);
    if (!known)
        known = length > 4 && plat_ascii_equal_nocase_n(key, 4, "OID.", 4) ? key + 4 : key;
    return der_oid_parse(known, oid, size) ? ERROR_SUCCESS : CRYPT_E_INVALID_X500_STRING;
}

static win_error read_quoted(struct source *source, struct plat_buffer *text)
{
    for (;;) {
        size_t from = ++source->at; /* behind the quote */

        while (peek(source) != '"') {
            if (peek(source) == 0)
                return CRYPT_E_INVALID_X500_STRING;
            source->at++;
        }
        append(source, from, source->at, text);
        source->at++;
        if (peek(source) != '"')
            break;
        plat_buffer_append_u8(text, '"');
    }
    skip_blanks(source);
    return ends_value(source, peek(source)) ? ERROR_SUCCESS : CRYPT_E_INVALID_X500_STRING;
}

static win_error read_plain(struct source *source, struct plat_buffer *text)
{
    bool quotes = (source->flags & CERT_NAME_STR_NO_QUOTING_FLAG) == 0;
    size_t from = source->at, to;

    while (!ends_value(source, peek(source))) {
        if (peek(source) == '"' && quotes)
            return CRYPT_E_INVALID_X500_STRING;
        source->at++;
    }
    to = source->at;
    while (to > from) {
        unsigned c = source->units ? source->units[to - 1] : (unsigned char)source->narrow[to - 1];

        if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
            break;
        to--;
    }
    append(source, from, to, text);
    return ERROR_SUCCESS;
}

/* "#04 02 AB CD": an OCTET STRING of those bytes. */
static win_error read_hex(struct source *source, struct plat_buffer *value)
{
    struct plat_buffer bytes;
    int high = -1;
    win_error error = ERROR_SUCCESS;

    plat_buffer_init(&bytes, LIMIT_NAME_TEXT);
    for (source->at++; !error && !ends_value(source, peek(source)); source->at++) {
        unsigned c = peek(source);
        int digit = c < 0x80 ? plat_hex_digit((char)c) : -1;

        if (c == ' ' || c == '\t')
            continue;
        if (digit < 0) {
            error = CRYPT_E_INVALID_X500_STRING;
            break;
        }
        if (high < 0) {
            high = digit;
        } else {
            plat_buffer_append_u8(&bytes, (uint8_t)(high << 4 | digit));
            high = -1;
        }
    }
    if (!error && high >= 0)
        error = CRYPT_E_INVALID_X500_STRING;
    if (!error)
        der_write(value, DER_OCTET_STRING, plat_span_of(bytes.data, bytes.size));
    if (!error)
        error = bytes.failed;
    plat_buffer_free(&bytes);
    return error;
}

static win_error read_value(struct source *source, struct plat_span oid, struct plat_buffer *value)
{
    struct plat_buffer text;
    win_error error;

    skip_blanks(source);
    if (peek(source) == '#')
        return read_hex(source, value);
    plat_buffer_init(&text, LIMIT_NAME_TEXT);
    if (peek(source) == '"' && (source->flags & CERT_NAME_STR_NO_QUOTING_FLAG) == 0)
        error = read_quoted(source, &text);
    else
        error = read_plain(source, &text);
    if (!error)
        error = text.failed ? text.failed : wc_write_text(oid, source->flags, &text, value);
    plat_buffer_free(&text);
    return error;
}

/* ---- the name ---- */

static win_error read_attribute(struct source *source, struct plat_buffer *rdn)
{
    uint8_t oid[DER_OID_SIZE];
    struct plat_buffer pair;
    size_t size;
    win_error error = read_key(source, oid, &size);

    if (error)
        return error;
    plat_buffer_init(&pair, LIMIT_NAME_TEXT);
    der_write(&pair, DER_OID, plat_span_of(oid, size));
    error = read_value(source, plat_span_of(oid, size), &pair);
    if (!error) {
        error = pair.failed;
        der_write(rdn, DER_SEQUENCE, plat_span_of(pair.data, pair.size));
    }
    plat_buffer_free(&pair);
    return error;
}

/* DER's order of a SET OF (X.690 11.6): by their encodings. */
static void sort_rdn(struct plat_buffer *rdn, struct plat_buffer *sorted)
{
    struct plat_span last = {0};

    for (;;) {
        struct der_reader reader = der_reader_of(plat_span_of(rdn->data, rdn->size));
        struct plat_span least = {0};

        while (!der_at_end(&reader)) {
            struct der_item item;
            size_t common;

            if (!der_read(&reader, &item))
                break;
            if (last.data) {
                common = item.whole.size < last.size ? item.whole.size : last.size;
                int order = memcmp(item.whole.data, last.data, common);

                if (order < 0 || (order == 0 && item.whole.size <= last.size))
                    continue; /* written already; a pair that stands twice is written once */
            }
            common = least.data && least.size < item.whole.size ? least.size : item.whole.size;
            if (!least.data || memcmp(item.whole.data, least.data, common) < 0 ||
                (memcmp(item.whole.data, least.data, common) == 0 && item.whole.size < least.size))
                least = item.whole;
        }
        if (!least.data)
            return;
        plat_buffer_append(sorted, least.data, least.size);
        last = least;
    }
}

static win_error read_rdn(struct source *source, struct plat_buffer *out)
{
    struct plat_buffer rdn, sorted;
    win_error error;

    plat_buffer_init(&rdn, LIMIT_NAME_TEXT);
    plat_buffer_init(&sorted, LIMIT_NAME_TEXT);
    error = read_attribute(source, &rdn);
    while (!error && is_plus(source, peek(source))) {
        source->at++;
        error = read_attribute(source, &rdn);
    }
    if (!error) {
        sort_rdn(&rdn, &sorted);
        error = rdn.failed ? rdn.failed : sorted.failed;
        der_write(out, DER_SET, plat_span_of(sorted.data, sorted.size));
    }
    plat_buffer_free(&rdn);
    plat_buffer_free(&sorted);
    return error;
}

/* Puts the last RDN, of `size` bytes, in front of the others. */
static win_error to_front(struct plat_buffer *rdns, size_t size)
{
    struct plat_buffer turned;

    plat_buffer_init(&turned, rdns->limit);
    plat_buffer_append(&turned, rdns->data + rdns->size - size, size);
    plat_buffer_append(&turned, rdns->data, rdns->size - size);
    if (turned.failed) {
        win_error error = turned.failed;

        plat_buffer_free(&turned);
        return error;
    }
    plat_buffer_free(rdns);
    *rdns = turned;
    return ERROR_SUCCESS;
}

static win_error read_name(struct source *source, struct plat_buffer *name)
{
    struct plat_buffer rdns;
    win_error error = ERROR_SUCCESS;

    plat_buffer_init(&rdns, LIMIT_NAME_TEXT);
    skip_blanks(source);
    while (!error && peek(source) != 0) {
        size_t before = rdns.size;

        error = read_rdn(source, &rdns);
        if (!error)
            error = rdns.failed;
        if (!error && (source->flags & CERT_NAME_STR_REVERSE_FLAG) != 0)
            error = to_front(&rdns, rdns.size - before);
        if (!error && peek(source) != 0) {
            source->at++;
            skip_blanks(source);
            if (peek(source) == 0)
                error = CRYPT_E_INVALID_X500_STRING; /* a separator, and nothing behind it */
        }
    }
    if (!error)
        der_write(name, DER_SEQUENCE, plat_span_of(rdns.data, rdns.size));
    if (!error)
        error = name->failed;
    plat_buffer_free(&rdns);
    return error == ERROR_FILE_TOO_LARGE ? CRYPT_E_ASN1_LARGE : error;
}

static win_error text_to_name(DWORD encoding, struct source *source, BYTE *room, DWORD *size)
{
    DWORD type = source->flags & 0xFFU;
    struct plat_buffer name;
    win_error error;

    source->at = 0;
    if (GET_CERT_ENCODING_TYPE(encoding) != X509_ASN_ENCODING || !size ||
        (type != 0 && type != CERT_OID_NAME_STR && type != CERT_X500_NAME_STR) ||
        (!source->narrow && !source->units))
        return E_INVALIDARG;
    plat_buffer_init(&name, LIMIT_NAME_TEXT);
    error = read_name(source, &name);
    if (!error)
        error = wc_put(plat_span_of(name.data, name.size), room, size);
    else
        *size = 0;
    plat_buffer_free(&name);
    return error;
}

/* Errors in the text have a place there. */
static bool has_place(win_error error)
{
    return error >= CRYPT_E_INVALID_NUMERIC_STRING && error <= CRYPT_E_INVALID_X500_STRING;
}

BOOL CertStrToNameW(DWORD dwCertEncodingType, LPCWSTR pszX500, DWORD dwStrType, void *pvReserved,
                    BYTE *pbEncoded, DWORD *pcbEncoded, LPCWSTR *ppszError)
{
    struct source source = {.units = pszX500, .flags = dwStrType};
    win_error error = text_to_name(dwCertEncodingType, &source, pbEncoded, pcbEncoded);

    (void)pvReserved;
    if (ppszError)
        *ppszError = has_place(error) ? pszX500 + source.at : NULL;
    return wc_result(error);
}

BOOL CertStrToNameA(DWORD dwCertEncodingType, LPCSTR pszX500, DWORD dwStrType, void *pvReserved,
                    BYTE *pbEncoded, DWORD *pcbEncoded, LPCSTR *ppszError)
{
    struct source source = {.narrow = pszX500, .flags = dwStrType};
    win_error error = text_to_name(dwCertEncodingType, &source, pbEncoded, pcbEncoded);

    (void)pvReserved;
    if (ppszError)
        *ppszError = has_place(error) ? pszX500 + source.at : NULL;
    return wc_result(error);
}
