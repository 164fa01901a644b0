/* SPDX-License-Identifier: Apache-2.0 */
/* Password hashes: "pbkdf2-sha256$rounds$salt$key" (RFC 8018 with HMAC-SHA-256), salt and key in base64. */
#include "access/password.h"

#include "access/password_hash.h"
#include "certstore/crypto.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/random.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

static const char scheme[] = "pbkdf2-sha256$";

win_error httpd_password_hash(const char *password, struct plat_buffer *hash)
{
    uint8_t salt[HTTPD_SALT_SIZE], key[CERT_SHA256_SIZE];
    size_t size = strlen(password);
    if (size == 0 || size > LIMIT_PASSWORD_SIZE) {
        return ERROR_INVALID_PARAMETER;
    }
    win_error error = plat_random(salt, sizeof salt);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    cert_pbkdf2_sha256(plat_span_of(password, size), plat_span_of(salt, sizeof salt),
                       LIMIT_PASSWORD_ITERATIONS, key);
    plat_buffer_printf(hash, "%s%u$", scheme, LIMIT_PASSWORD_ITERATIONS);
    plat_base64_append(hash, plat_span_of(salt, sizeof salt));
    plat_buffer_append_u8(hash, '$');
    plat_base64_append(hash, plat_span_of(key, sizeof key));
    plat_wipe(key, sizeof key);
    return hash->failed;
}

/* The next field, up to `end` or the end of the text. false when it is missing. */
static bool next_field(const char **text, char end, struct plat_span *field)
{
    size_t size = strcspn(*text, "$");
    if ((*text)[size] != end || size == 0) {
        return false;
    }
    *field = plat_span_of(*text, size);
    *text += size + (end != '\0');
    return true;
}

/* Base64 of `least` to `most` bytes. */
static bool decode(struct plat_span text, uint8_t *out, size_t least, size_t most, size_t *size)
{
    struct plat_buffer bytes;
    plat_buffer_init(&bytes, most);
    bool ok = plat_base64_decode(&bytes, (const char *)text.data, text.size, false) == ERROR_SUCCESS &&
              bytes.failed == ERROR_SUCCESS && bytes.size >= least;
    if (ok) {
        memcpy(out, bytes.data, bytes.size);
        *size = bytes.size;
    }
    plat_buffer_free(&bytes);
    return ok;
}

bool httpd_password_hash_parse(const char *text, struct httpd_password_hash *hash)
{
    struct plat_span rounds, salt, key;
    size_t key_size;
    if (strncmp(text, scheme, sizeof scheme - 1) != 0) {
        return false;
    }
    text += sizeof scheme - 1;
    return next_field(&text, '$', &rounds) && next_field(&text, '$', &salt) &&
           next_field(&text, '\0', &key) &&
           plat_parse_u32((const char *)rounds.data, rounds.size, 10, &hash->rounds) && hash->rounds > 0 &&
           hash->rounds <= LIMIT_PASSWORD_ITERATIONS_MOST &&
           decode(salt, hash->salt, 8, sizeof hash->salt, &hash->salt_size) &&
           decode(key, hash->key, sizeof hash->key, sizeof hash->key, &key_size);
}

bool httpd_password_hash_matches(const struct httpd_password_hash *hash, const char *password)
{
    uint8_t key[CERT_SHA256_SIZE];
    cert_pbkdf2_sha256(plat_span_of(password, strlen(password)), plat_span_of(hash->salt, hash->salt_size),
                       hash->rounds, key);
    bool equal = cert_constant_time_equal(key, hash->key, sizeof key);
    plat_wipe(key, sizeof key);
    return equal;
}
