/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 by characters. */
#ifndef CERIUM_TOOLS_REGEDIT_UTF8_H
#define CERIUM_TOOLS_REGEDIT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT UINT32_C(0xfffd)

/*
 * The bytes of the character at `s`, of which `size` > 0 are left. *code is UTF8_REPLACEMENT for a byte that is no part of a character
 * (taken alone) and for a lone surrogate (its three bytes).
 */
size_t utf8_next(const char *s, size_t size, uint32_t *code);
/* The bytes of the last character of the `size` > 0 bytes at `s`. */
size_t utf8_previous(const char *s, size_t size);
/* Writes a character's bytes; returns how many. */
size_t utf8_put(char out[4], uint32_t code);
/* Invisible characters that change what stands around them: marks of direction, joiners, tags. */
bool utf8_is_format(uint32_t code);

#endif
