/* SPDX-License-Identifier: Apache-2.0 */
/* A stored password hash, taken apart. */
#ifndef CERIUM_HTTPD_PASSWORD_HASH_H
#define CERIUM_HTTPD_PASSWORD_HASH_H

#include "certstore/crypto.h"
#include "platform/limits.h"

#define HTTPD_SALT_SIZE 16U /* bytes of a new salt */

struct httpd_password_hash {
    uint32_t rounds;
    uint8_t salt[64];
    size_t salt_size;
    uint8_t key[CERT_SHA256_SIZE];
};

bool httpd_password_hash_parse(const char *text, struct httpd_password_hash *hash); /* false = malformed */
bool httpd_password_hash_matches(const struct httpd_password_hash *hash,
                                 const char *password); /* slow on purpose */

#endif
