/* SPDX-License-Identifier: Apache-2.0 */
/* Names as Windows writes them. */
#ifndef CERIUM_CERTSTORE_WIN32_NAME_H
#define CERIUM_CERTSTORE_WIN32_NAME_H

#include "cert/name.h"
#include "win32/face.h"

/* What CertNameToStr gives, appended as UTF-8. E_INVALIDARG: no such dwStrType. */
PLAT_MUST_USE win_error wc_name_text(struct plat_span name, DWORD type, struct plat_buffer *out);
/* A string's text by a tag, appended; false: it is none, or has a NUL in it. */
bool wc_text(const struct der_item *value, unsigned tag, struct plat_buffer *out);
/* A value's text, or "#" and hexadecimal digits when it is no text. */
void wc_value_text(const struct der_item *value, struct plat_buffer *out);

/*
 * Appends the value of an attribute in the string type that Windows gives it by the flags of dwStrType. CRYPT_E_INVALID_*_STRING: the type has not all of its
 * characters.
 */
PLAT_MUST_USE win_error wc_write_text(struct plat_span oid, DWORD flags, const struct plat_buffer *text,
                                      struct plat_buffer *value);

/* "CN"; NULL when Windows has no X.500 key for it. */
const char *wc_name_key(struct plat_span oid);
/* The object identifier of a key in any case; NULL when it is none. */
const char *wc_name_key_oid(const char *key, size_t size);

#endif
