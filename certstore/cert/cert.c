/* SPDX-License-Identifier: Apache-2.0 */
/* What can be asked of a parsed certificate. */
#include "certstore/cert.h"
#include "platform/text.h"

bool cert_is_self_issued(const struct cert *cert)
{
    return cert_name_equal(cert->subject, cert->issuer);
}

struct plat_span cert_serial_number(const struct cert *cert)
{
    struct plat_span serial = cert->serial;
    while (serial.size > 1 && serial.data[0] == 0) {
        serial = plat_span_of(serial.data + 1, serial.size - 1);
    }
    return serial;
}

void cert_thumbprint_text(const uint8_t thumbprint[CERT_THUMBPRINT_SIZE], char text[CERT_THUMBPRINT_TEXT_SIZE])
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < CERT_THUMBPRINT_SIZE; i++) {
        text[2 * i] = digits[thumbprint[i] >> 4];
        text[2 * i + 1] = digits[thumbprint[i] & 0x0f];
    }
    text[CERT_THUMBPRINT_TEXT_SIZE - 1] = '\0';
}

bool cert_thumbprint_parse(const char *text, uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    uint8_t parsed[CERT_THUMBPRINT_SIZE] = {0};
    size_t digits = 0;
    for (; *text != '\0'; text++) {
        if (*text == ' ' || *text == ':') {
            continue;
        }
        int digit = plat_hex_digit(*text);
        if (digit < 0 || digits == 2 * CERT_THUMBPRINT_SIZE) {
            return false;
        }
        parsed[digits / 2] = (uint8_t)(parsed[digits / 2] << 4 | digit);
        digits++;
    }
    if (digits != 2 * CERT_THUMBPRINT_SIZE) {
        return false;
    }
    for (size_t i = 0; i < CERT_THUMBPRINT_SIZE; i++) {
        thumbprint[i] = parsed[i];
    }
    return true;
}

void cert_hex_append(struct plat_buffer *out, struct plat_span bytes, char separator)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.size; i++) {
        if (i != 0 && separator != 0) {
            plat_buffer_append_u8(out, (uint8_t)separator);
        }
        plat_buffer_append_u8(out, (uint8_t)digits[bytes.data[i] >> 4]);
        plat_buffer_append_u8(out, (uint8_t)digits[bytes.data[i] & 0x0f]);
    }
}
