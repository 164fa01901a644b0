/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict, bounded reader of DER (ITU-T X.690 sections 8 and 10): definite lengths in their shortest form,
 * low tag numbers, primitive and constructed as the tag says, nesting bounded by DER_DEPTH. Nothing is
 * allocated; spans point into the input.
 *
 * A reader walks the elements of one level. Its first failure is remembered: every later read fails too, so
 * that a decoder may read on and ask der_finish once. What a failed read gives is an empty span or 0.
 */
#ifndef CERIUM_CERTSTORE_DER_DER_H
#define CERIUM_CERTSTORE_DER_DER_H

#include "platform/bytes.h"

#define DER_DEPTH 24U /* levels of nesting; a certificate's own structure needs about 10 */

#define DER_BOOLEAN 0x01U
#define DER_INTEGER 0x02U
#define DER_BIT_STRING 0x03U
#define DER_OCTET_STRING 0x04U
#define DER_NULL 0x05U
#define DER_OID 0x06U
#define DER_ENUMERATED 0x0aU
#define DER_UTF8_STRING 0x0cU
#define DER_NUMERIC_STRING 0x12U
#define DER_PRINTABLE_STRING 0x13U
#define DER_TELETEX_STRING 0x14U
#define DER_IA5_STRING 0x16U
#define DER_UTC_TIME 0x17U
#define DER_GENERALIZED_TIME 0x18U
#define DER_VISIBLE_STRING 0x1aU
#define DER_UNIVERSAL_STRING 0x1cU
#define DER_BMP_STRING 0x1eU
#define DER_SEQUENCE 0x30U
#define DER_SET 0x31U
#define DER_CONTEXT(n) (0x80U | (n))             /* [n] IMPLICIT of a primitive type */
#define DER_CONTEXT_CONSTRUCTED(n) (0xa0U | (n)) /* [n] EXPLICIT, or IMPLICIT of a constructed type */

struct der_reader {
    struct plat_reader bytes; /* the elements that are left */
    unsigned depth;           /* levels this reader is down */
};

/* One element. */
struct der_item {
    uint8_t tag; /* identifier octet, 0x20 = constructed */
    struct plat_span content;
    struct plat_span whole; /* with its header */
};

struct der_reader der_reader_of(struct plat_span bytes);
bool der_failed(const struct der_reader *r);
void der_fail(struct der_reader *r);          /* the caller found something wrong */
bool der_at_end(const struct der_reader *r);  /* nothing is left, or it has failed: loops end */
bool der_finish(const struct der_reader *r);  /* read to the end, without a failure */
uint8_t der_peek(const struct der_reader *r); /* the next tag, 0 at the end */

bool der_read(struct der_reader *r, struct der_item *item);          /* any element */
struct plat_span der_read_tag(struct der_reader *r, unsigned tag);   /* its content; another tag fails */
struct plat_span der_read_whole(struct der_reader *r, unsigned tag); /* with its header */
/*
 * A reader of the content of the next element, which must have the tag. On failure both readers have failed.
 */
struct der_reader der_enter(struct der_reader *r, unsigned tag);
/* Is the next element the one that may be left out? */
bool der_next_is(const struct der_reader *r, unsigned tag);

/* ---- types; each checks the rules of its content, `tag` variants serve IMPLICIT tags ---- */

bool der_read_boolean(struct der_reader *r);                           /* X.690 11.1: FF or 00 */
struct plat_span der_read_integer(struct der_reader *r, unsigned tag); /* two's complement, shortest form */
uint32_t der_read_u32(struct der_reader *r, unsigned tag);             /* an INTEGER 0..2^32-1; others fail */
struct plat_span der_read_oid(struct der_reader *r, unsigned tag);     /* content octets, checked */
/* X.690 11.2: unused bits are 0. *unused (0..7) may be NULL: then anything but 0 fails. */
struct plat_span der_read_bit_string(struct der_reader *r, unsigned tag, uint8_t *unused);
/*
 * A named-bit-list of at most 16 bits: bit n of the type is 1 << n. Trailing zero bits (X.690 11.2.2) are
 * taken: they change nothing.
 */
uint16_t der_read_named_bits(struct der_reader *r, unsigned tag);
/* UTCTime or GeneralizedTime as RFC 5280 4.1.2.5 wants them: seconds, "Z", no fraction. Unix seconds. */
int64_t der_read_time(struct der_reader *r);

/* ---- object identifiers ---- */

bool der_oid_valid(struct plat_span oid); /* content octets: shortest form, complete */
/* Appends "2.5.29.19"; "#hex" when it is damaged or too large to show as numbers. */
void der_oid_text(struct plat_span oid, struct plat_buffer *out);
#define DER_OID_SIZE 64U /* content bytes of the longest OID that der_oid_parse makes */
/* Dotted text to content octets; false for bad text or when it is longer than DER_OID_SIZE. */
bool der_oid_parse(const char *text, uint8_t oid[DER_OID_SIZE], size_t *size);

/* ---- strings ---- */

/*
 * Appends the text as UTF-8. TeletexString is read as Latin-1, which is what certificates put in it. false,
 * and nothing is appended, when the content breaks its type's rules (alphabet, surrogates, U+0000, an odd
 * size).
 */
bool der_string_append_utf8(unsigned tag, struct plat_span content, struct plat_buffer *out);
/* The tag is a string type and the content keeps its rules. */
bool der_string_valid(unsigned tag, struct plat_span content);
size_t der_code_point_utf8(uint32_t c, uint8_t utf8[4]);
void der_append_code_point(struct plat_buffer *out, uint32_t c); /* as UTF-8 */
/*
 * The same walk without memory: the next code point of the string at *position; UINT32_MAX at the end or
 * where it is malformed.
 */
uint32_t der_string_next(unsigned tag, struct plat_span content, size_t *position);

/* ---- writing: just enough for names, blobs of tests and PKCS#8 ---- */

size_t der_header_size(size_t content_size);
void der_write_header(struct plat_buffer *out, unsigned tag, size_t content_size);
void der_write(struct plat_buffer *out, unsigned tag, struct plat_span content);

#endif
