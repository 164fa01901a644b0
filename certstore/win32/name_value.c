/* SPDX-License-Identifier: Apache-2.0 */
/* The string types that CertStrToName gives to values. */
#include "win32/name.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

static bool is_one_of(struct plat_span oid, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (wc_is_oid(oid, list[i]))
            return true;
    return false;
}

static win_error write_bmp(struct plat_buffer *value, const struct plat_buffer *text)
{
    struct plat_buffer units;
    win_error error;

    plat_buffer_init(&units, 2 * LIMIT_NAME_TEXT);
    plat_utf16le_append(&units, (const char *)text->data, text->size);
    for (size_t i = 0; i + 1 < units.size; i += 2) {
        uint8_t low = units.data[i];

        units.data[i] = units.data[i + 1];
        units.data[i + 1] = low;
    }
    der_write(value, DER_BMP_STRING, plat_span_of(units.data, units.size));
    error = units.failed;
    plat_buffer_free(&units);
    return error;
}

/* Characters that BMPString does not have: four bytes of UTF-8. */
static bool has_large(struct plat_span utf8)
{
    for (size_t i = 0; i < utf8.size; i++)
        if (utf8.data[i] >= 0xF0U)
            return true;
    return false;
}

/* X.680 41.4, to the letter: what is read is read more leniently. */
static bool is_printable(struct plat_span text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = (char)text.data[i];

        if (c == '\0' || (!plat_ascii_is_digit(c) && !plat_ascii_is_alpha(c) && !strchr(" '()+,-./:=?", c)))
            return false;
    }
    return true;
}

/* The attribute's own type, or the smallest that has the characters. */
win_error wc_write_text(struct plat_span oid, DWORD flags, const struct plat_buffer *text,
                        struct plat_buffer *value)
{
    static const char *const ia5[] = {szOID_RSA_emailAddr, szOID_DOMAIN_COMPONENT};
    static const char *const printable[] = {szOID_COUNTRY_NAME, szOID_DEVICE_SERIAL_NUMBER,
                                            szOID_DN_QUALIFIER};
    struct plat_span content = plat_span_of(text->data, text->size);

    if (!plat_utf8_valid((const char *)text->data, text->size))
        return CRYPT_E_INVALID_X500_STRING;
    if (is_one_of(oid, ia5, sizeof ia5 / sizeof ia5[0])) {
        if (!der_string_valid(DER_IA5_STRING, content))
            return CRYPT_E_INVALID_IA5_STRING;
        der_write(value, DER_IA5_STRING, content);
    } else if (is_one_of(oid, printable, sizeof printable / sizeof printable[0])) {
        if (!is_printable(content))
            return CRYPT_E_INVALID_PRINTABLE_STRING;
        der_write(value, DER_PRINTABLE_STRING, content);
    } else if ((flags & CERT_NAME_STR_FORCE_UTF8_DIR_STR_FLAG) != 0) {
        der_write(value, DER_UTF8_STRING, content);
    } else if (is_printable(content)) {
        der_write(value, DER_PRINTABLE_STRING, content);
    } else if ((flags & CERT_NAME_STR_ENABLE_UTF8_UNICODE_FLAG) != 0 || has_large(content)) {
        der_write(value, DER_UTF8_STRING, content);
    } else {
        win_error error = write_bmp(value, text);

        if (error)
            return error;
    }
    return value->failed;
}
