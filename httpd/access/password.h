/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords of Basic authentication (RFC 7617): kept only as salted PBKDF2-HMAC-SHA-256 hashes in the protected key
 * HKLM\COMM\HTTPD\PasswordUsers\<name>, value Hash.
 */
#ifndef CERIUM_HTTPD_PASSWORD_H
#define CERIUM_HTTPD_PASSWORD_H

#include "settings/settings.h"

/*
 * Appends a new hash with a fresh salt and LIMIT_PASSWORD_ITERATIONS rounds. Slow on purpose.
 * ERROR_INVALID_PARAMETER: an empty password, or one longer than LIMIT_PASSWORD_SIZE.
 */
PLAT_MUST_USE win_error httpd_password_hash(const char *password, struct plat_buffer *hash);

/*
 * Remembers passwords that were right (as an HMAC under a key of this process), so that only the first request of a user pays for the
 * slow hash. Thread-safe; forgets all when the settings change.
 */
struct httpd_password_cache;
PLAT_MUST_USE win_error httpd_password_cache_create(struct httpd_password_cache **cache);
void httpd_password_cache_free(struct httpd_password_cache *cache);
/* Quick: true only when this user and password were found right under these settings before. */
bool httpd_password_known(struct httpd_password_cache *cache, const struct httpd_settings *settings,
                          const char *user, const char *password);
/* Slow (a worker's business): computes the hash also for unknown users, so that time tells nothing. Remembers a success. */
bool httpd_password_check(struct httpd_password_cache *cache, const struct httpd_settings *settings,
                          const char *user, const char *password);

#endif
