/* SPDX-License-Identifier: Apache-2.0 */
/* A password in its forms. */
#include "crypto/pbe.h"
#include "der/der.h"

#include <string.h>

static void put_unit(struct pbe_password *password, uint32_t unit)
{
    password->wide[password->wide_size++] = (uint8_t)(unit >> 8);
    password->wide[password->wide_size++] = (uint8_t)unit;
}

win_error pbe_password_set(struct pbe_password *password, const char *text, enum pbe_form form)
{
    size_t size = text == NULL ? 0 : strlen(text);
    password->text_size = 0;
    password->wide_size = 0;
    if (size > LIMIT_PBE_PASSWORD) {
        return ERROR_INVALID_PASSWORD;
    }
    if (size != 0) {
        memcpy(password->text, text, size);
    }
    password->text_size = size;
    if (form == PBE_FORM_NONE) {
        return ERROR_SUCCESS;
    }
    struct plat_span bytes = plat_span_of(password->text, size);
    if (size == 0 || form == PBE_FORM_BYTES || !der_string_valid(DER_UTF8_STRING, bytes)) {
        for (size_t i = 0; i < size; i++) {
            put_unit(password, bytes.data[i]);
        }
    } else {
        size_t position = 0;
        uint32_t c;
        while ((c = der_string_next(DER_UTF8_STRING, bytes, &position)) != UINT32_MAX) {
            if (c >= 0x10000U) {
                put_unit(password, 0xd800U + ((c - 0x10000U) >> 10));
                c = 0xdc00U + (c & 0x3ffU);
            }
            put_unit(password, c);
        }
    }
    put_unit(password, 0);
    return ERROR_SUCCESS;
}

enum pbe_form pbe_other_form(const char *text)
{
    if (text == NULL || *text == '\0') {
        return PBE_FORM_NONE;
    }
    while (*text != '\0') {
        if (((unsigned char)*text++ & 0x80U) != 0) {
            return PBE_FORM_BYTES;
        }
    }
    return PBE_FORM_TEXT;
}
