/* SPDX-License-Identifier: Apache-2.0 */
#include "numbers.h"

#include <string.h>

const char number_p256_prime[] = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
const char number_p256_order[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

struct number number_of(const char *hex)
{
    struct number number = {{0}};
    size_t digits = strlen(hex);
    for (size_t i = 0; i < digits; i++) {
        char c = hex[digits - 1 - i];
        unsigned value = (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
        number.octets[NUMBER_SIZE - 1 - i / 2] |= (uint8_t)(value << 4 * (i % 2));
    }
    return number;
}

int number_compare(const struct number *a, const struct number *b)
{
    return memcmp(a->octets, b->octets, NUMBER_SIZE);
}

static struct number add(const struct number *a, const struct number *b, unsigned *carry)
{
    struct number sum;
    for (size_t i = NUMBER_SIZE; i-- > 0;) {
        *carry += (unsigned)a->octets[i] + b->octets[i];
        sum.octets[i] = (uint8_t)*carry;
        *carry >>= 8;
    }
    return sum;
}

struct number number_add(const struct number *a, const struct number *b)
{
    unsigned carry = 0;
    return add(a, b, &carry);
}

struct number number_subtract(const struct number *a, const struct number *b)
{
    struct number complement;
    unsigned carry = 1;
    for (size_t i = 0; i < NUMBER_SIZE; i++) {
        complement.octets[i] = (uint8_t)~b->octets[i];
    }
    return add(a, &complement, &carry);
}

struct number number_add_mod(const struct number *a, const struct number *b, const struct number *m)
{
    unsigned carry = 0;
    struct number sum = add(a, b, &carry);
    return carry != 0 || number_compare(&sum, m) >= 0 ? number_subtract(&sum, m) : sum;
}

struct number number_multiply_mod(const struct number *a, const struct number *b, const struct number *m)
{
    struct number product = {{0}};
    for (size_t i = 0; i < NUMBER_SIZE * 8; i++) {
        product = number_add_mod(&product, &product, m);
        if ((a->octets[i / 8] >> (7 - i % 8) & 1) != 0) {
            product = number_add_mod(&product, b, m);
        }
    }
    return product;
}

struct number number_invert_mod(const struct number *a, const struct number *m)
{
    struct number two = number_of("2"), power = number_of("1");
    struct number exponent = number_subtract(m, &two);
    for (size_t i = 0; i < NUMBER_SIZE * 8; i++) {
        power = number_multiply_mod(&power, &power, m);
        if ((exponent.octets[i / 8] >> (7 - i % 8) & 1) != 0) {
            power = number_multiply_mod(&power, a, m);
        }
    }
    return power;
}

/* S. Vigna, splitmix64. */
static uint64_t next_word(uint64_t *state)
{
    uint64_t word = *state += UINT64_C(0x9e3779b97f4a7c15);
    word = (word ^ word >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    word = (word ^ word >> 27) * UINT64_C(0x94d049bb133111eb);
    return word ^ word >> 31;
}

void number_random(uint64_t *state, void *bytes, size_t size)
{
    uint8_t *out = bytes;
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)(next_word(state) >> 56);
    }
}

struct number number_next(uint64_t *state, const struct number *m)
{
    struct number number = {{0}}, small = {{0}};
    uint64_t kind = next_word(state);
    size_t place = (size_t)(kind >> 8) % NUMBER_SIZE;
    small.octets[NUMBER_SIZE - 1] = (uint8_t)(kind >> 16 & 63);
    switch (kind % 8) {
    case 0: /* small */
        return small;
    case 1: /* below m by little */
        small.octets[NUMBER_SIZE - 1]++;
        return number_subtract(m, &small);
    case 2: /* 2^k plus or minus little */
        number.octets[place] = (uint8_t)(1U << (kind >> 24 & 7));
        number = (kind >> 32 & 1) != 0 ? number_add(&number, &small) : number_subtract(&number, &small);
        break;
    case 3: /* ones and zeros, limb by limb */
        for (size_t i = 0; i < NUMBER_SIZE; i++) {
            number.octets[i] = (kind >> (32 + i / 4) & 1) != 0 ? 0xff : 0;
        }
        break;
    case 4: /* ones up to somewhere */
        memset(number.octets + place, 0xff, NUMBER_SIZE - place);
        break;
    default:
        number_random(state, number.octets, NUMBER_SIZE);
        break;
    }
    return number_compare(&number, m) >= 0 ? number_subtract(&number, m) : number;
}
