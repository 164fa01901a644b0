/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers for tests of arithmetic: big-endian octets, computed bit by bit, so that nothing is shared with
 * what is tested. */
#ifndef CERIUM_TESTS_CERTSTORE_NUMBERS_H
#define CERIUM_TESTS_CERTSTORE_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMBER_SIZE 32

struct number {
    uint8_t octets[NUMBER_SIZE];
};

struct number number_of(const char *hex); /* any count of digits up to 64 */
int number_compare(const struct number *a, const struct number *b);
struct number number_add(const struct number *a, const struct number *b);      /* modulo 2^256 */
struct number number_subtract(const struct number *a, const struct number *b); /* modulo 2^256 */
/* Modulo m, which has its highest bit set; a and b below it. */
struct number number_add_mod(const struct number *a, const struct number *b, const struct number *m);
struct number number_multiply_mod(const struct number *a, const struct number *b, const struct number *m);
/* 1/a for a prime m. */
struct number number_invert_mod(const struct number *a, const struct number *m);

/* Numbers of every kind in turn: small, near m, near powers of two, runs of ones and zeros, random. Always
 * the same ones. */
struct number number_next(uint64_t *state, const struct number *m);
void number_random(uint64_t *state, void *bytes, size_t size);

extern const char number_p256_prime[], number_p256_order[];

#endif
