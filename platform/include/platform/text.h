/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text as Windows sees it: UTF-8 inside Cerium, UTF-16LE in the registry's data, names compared without regard to case by
 * Windows' one-to-one upcase table of the BMP (no folding that changes length; Kelvin sign, sharp s, dotless i stay apart).
 * Lone surrogates survive the trip as WTF-8. A byte that is no part of valid (W)UTF-8 counts as one unit and becomes U+FFFD in UTF-16.
 */
#ifndef CERIUM_PLATFORM_TEXT_H
#define CERIUM_PLATFORM_TEXT_H

#include "platform/bytes.h"

uint16_t plat_upcase(uint16_t unit); /* one UTF-16 unit -> its upper-case unit */

/* Compare UTF-8 names as Windows compares names (upcased, unit by unit): < 0, 0, > 0. Invalid UTF-8 bytes compare as themselves. */
int plat_name_compare(const char *a, const char *b);
bool plat_name_equal(const char *a, const char *b);
bool plat_name_equal_n(const char *a, size_t a_size, const char *b, size_t b_size);
uint32_t plat_name_hash(const char *name, size_t size); /* equal names have equal hashes */

/* Appends the upcased form (UTF-8) of a name: the stored fold of registry keys and values. */
void plat_name_fold(struct plat_buffer *out, const char *name, size_t size);

bool plat_utf8_valid(const char *s, size_t size);    /* strict RFC 3629 */
size_t plat_utf16_units(const char *s, size_t size); /* number of UTF-16 units that the UTF-8 text takes */
void plat_utf16le_append(struct plat_buffer *out, const char *s,
                         size_t size); /* (W)UTF-8 -> UTF-16LE, no NUL added */
void plat_utf8_append_utf16le(struct plat_buffer *out,
                              struct plat_span utf16le); /* an odd last byte is dropped */

/* ASCII only, whatever the locale: protocol elements (RFC 9110, RFC 5234). */
bool plat_ascii_equal_nocase(const char *a, const char *b);
bool plat_ascii_equal_nocase_n(const char *a, size_t a_size, const char *b, size_t b_size);
char plat_ascii_lower(char c);
bool plat_ascii_is_digit(char c);
bool plat_ascii_is_alpha(char c);
int plat_hex_digit(char c); /* 0..15, or -1 */

/* Whole string as a number; false on anything else (sign, blank, overflow, empty). */
bool plat_parse_u32(const char *s, size_t size, unsigned base, uint32_t *value);
bool plat_parse_u64(const char *s, size_t size, unsigned base, uint64_t *value);
bool plat_parse_i64(const char *s, size_t size, int64_t *value); /* decimal, one optional leading '-' */

/*
 * Base64 (RFC 4648 section 4). Decoding skips no character but, when `skip_blanks`, ASCII white space; the padding must be
 * there and the unused bits zero. ERROR_INVALID_DATA or what made `out` fail; then nothing was appended.
 */
void plat_base64_append(struct plat_buffer *out, struct plat_span bytes);
PLAT_MUST_USE win_error plat_base64_decode(struct plat_buffer *out, const char *s, size_t size,
                                           bool skip_blanks);

#endif
