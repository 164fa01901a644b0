/* SPDX-License-Identifier: Apache-2.0 */
/* Values in words: types, data on one line, numbers and lists as people type them. */
#ifndef CERIUM_TOOLS_REGEDIT_WORDS_H
#define CERIUM_TOOLS_REGEDIT_WORDS_H

#include "platform/bytes.h"
#include "registry/registry.h"

#define WORDS_PREVIEW 512U /* bytes of data on one line, at most */

/* Appends "REG_DWORD", "0x00000123" for a type without a name. */
void words_type(uint32_t type, struct plat_buffer *text);
/*
 * Appends the data on one line, the beginning of it when it is long. The name picks flags (flags.h). Of what stands behind the NUL that ends a string or list
 * there is the number of characters.
 */
void words_data(const struct reg_value *value, struct plat_buffer *text);

/* How many bytes a number of this type has: 4, 8, or 0 when it is no number. */
size_t words_number_size(uint32_t type);
/* The number in data of exactly that size; false otherwise. */
bool words_number(uint32_t type, struct plat_span data, uint64_t *number);
void words_number_data(uint32_t type, uint64_t number, struct plat_buffer *data);
/* Digits of one base, "0x" before hexadecimal ones allowed; a number of `size` bytes. */
bool words_parse_number(const char *text, size_t length, bool hexadecimal, size_t size, uint64_t *number);
void words_format_number(uint64_t number, bool hexadecimal, struct plat_buffer *text);

/*
 * The text of a string value; false when storing that text again would give other bytes: lone surrogates, no NUL at the end, more
 * than one, an odd size. Then only the hex editor changes nothing but what it is told to. No data at all are an empty string.
 */
bool words_string(struct plat_span data, struct plat_buffer *text);
void words_string_data(const char *text, size_t size, struct plat_buffer *data);
/* The same for lists: strings separated by NUL bytes in `text`, each ended by one. */
bool words_list(struct plat_span data, struct plat_buffer *text);
void words_list_data(const char *text, size_t size, struct plat_buffer *data);

/* Why a value whose type has an editor of its own is edited as bytes, "" for other types. */
const char *words_why_bytes(uint32_t type, struct plat_span data);

#endif
