/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_CERTSTORE_X25519_H
#define CERIUM_CERTSTORE_X25519_H

#include <stdint.h>

#define X25519_SIZE 32U

/*
 * X25519 (RFC 7748) for 64-bit processors, in constant time: point = scalar * point. Every 32 octets are a
 * point; those of small order give zeros, which is for the caller to refuse.
 */
void x25519(uint8_t point[X25519_SIZE], const uint8_t scalar[X25519_SIZE]);

#endif
