/* SPDX-License-Identifier: Apache-2.0 */
/* The few primitives that other rooms need, over BearSSL. */
#ifndef CERIUM_CERTSTORE_CRYPTO_H
#define CERIUM_CERTSTORE_CRYPTO_H

#include "platform/bytes.h"

#define CERT_MD5_SIZE 16U
#define CERT_SHA1_SIZE 20U
#define CERT_SHA256_SIZE 32U

void cert_md5(struct plat_span data, uint8_t hash[CERT_MD5_SIZE]); /* for names of things only */
void cert_sha1(struct plat_span data, uint8_t hash[CERT_SHA1_SIZE]);
void cert_sha256(struct plat_span data, uint8_t hash[CERT_SHA256_SIZE]);
void cert_hmac_sha256(struct plat_span key, struct plat_span data, uint8_t mac[CERT_SHA256_SIZE]);
/* RFC 8018 section 5.2 with HMAC-SHA-256, one block of output. */
void cert_pbkdf2_sha256(struct plat_span password, struct plat_span salt, uint32_t rounds,
                        uint8_t key[CERT_SHA256_SIZE]);
/* Equal without telling by time where they differ. */
bool cert_constant_time_equal(const void *a, const void *b, size_t size);

#endif
