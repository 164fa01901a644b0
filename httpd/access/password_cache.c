/* SPDX-License-Identifier: Apache-2.0 */
#include "access/password.h"

#include "access/password_hash.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/random.h"
#include "platform/thread.h"

#include <string.h>

struct httpd_password_cache {
    struct plat_mutex *mutex;
    uint8_t key[CERT_SHA256_SIZE]; /* of this process, never leaves it */
    uint64_t settings;             /* identity of the snapshot that everything below is about */
    uint8_t macs[LIMIT_REMEMBERED_LOGINS][CERT_SHA256_SIZE];
    size_t count, next;
};

win_error httpd_password_cache_create(struct httpd_password_cache **cache)
{
    *cache = NULL;
    struct httpd_password_cache *c = plat_calloc(1, sizeof *c);
    if (c == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    win_error error = plat_random(c->key, sizeof c->key);
    if (error == ERROR_SUCCESS) {
        error = plat_mutex_create(&c->mutex);
    }
    if (error != ERROR_SUCCESS) {
        plat_free(c);
        return error;
    }
    *cache = c;
    return ERROR_SUCCESS;
}

void httpd_password_cache_free(struct httpd_password_cache *cache)
{
    if (cache != NULL) {
        plat_mutex_destroy(cache->mutex);
        plat_wipe(cache, sizeof *cache);
        plat_free(cache);
    }
}

/* HMAC(key, user NUL password), the user's name as the registry spells it. false: no such user, or a password out of bounds. */
static bool mac_of(const struct httpd_password_cache *cache, const struct httpd_settings *settings,
                   const char *user, const char *password, uint8_t mac[CERT_SHA256_SIZE])
{
    const struct httpd_password_user *known = httpd_password_user_find(settings, user);
    size_t password_size = strlen(password);
    if (known == NULL || password_size == 0 || password_size > LIMIT_PASSWORD_SIZE) {
        return false;
    }
    struct plat_buffer text;
    plat_buffer_init(&text, LIMIT_REG_KEY_NAME * 4U + LIMIT_PASSWORD_SIZE + 2U);
    /* Reserved at once: growing would leave copies of the password behind. */
    uint8_t *room = plat_buffer_reserve(&text, strlen(known->name) + 1 + password_size);
    if (room != NULL) {
        plat_buffer_append(&text, known->name, strlen(known->name) + 1);
        plat_buffer_append(&text, password, password_size);
        cert_hmac_sha256(plat_span_of(cache->key, sizeof cache->key), plat_span_of(text.data, text.size), mac);
        plat_wipe(text.data, text.size);
    }
    plat_buffer_free(&text);
    return room != NULL;
}

/* Every place is looked at, found or not. */
static bool find_locked(const struct httpd_password_cache *cache, uint64_t settings, const uint8_t *mac)
{
    bool found = false;
    for (size_t i = 0; cache->settings == settings && i < cache->count; i++) {
        found |= cert_constant_time_equal(cache->macs[i], mac, CERT_SHA256_SIZE);
    }
    return found;
}

bool httpd_password_known(struct httpd_password_cache *cache, const struct httpd_settings *settings,
                          const char *user, const char *password)
{
    uint8_t mac[CERT_SHA256_SIZE];
    if (!mac_of(cache, settings, user, password, mac)) {
        return false;
    }
    plat_mutex_lock(cache->mutex);
    bool found = find_locked(cache, settings->identity, mac);
    plat_mutex_unlock(cache->mutex);
    return found;
}

static void remember(struct httpd_password_cache *cache, uint64_t settings, const uint8_t *mac)
{
    plat_mutex_lock(cache->mutex);
    if (settings > cache->settings) {
        plat_wipe(cache->macs, sizeof cache->macs);
        cache->settings = settings;
        cache->count = cache->next = 0;
    }
    /* A worker that still holds older settings has nothing to say about the new ones. */
    if (settings == cache->settings && !find_locked(cache, settings, mac)) {
        memcpy(cache->macs[cache->next], mac, CERT_SHA256_SIZE);
        cache->next = (cache->next + 1) % LIMIT_REMEMBERED_LOGINS;
        cache->count += cache->count < LIMIT_REMEMBERED_LOGINS;
    }
    plat_mutex_unlock(cache->mutex);
}

bool httpd_password_check(struct httpd_password_cache *cache, const struct httpd_settings *settings,
                          const char *user, const char *password)
{
    const struct httpd_password_user *known = httpd_password_user_find(settings, user);
    struct httpd_password_hash hash = {.rounds = LIMIT_PASSWORD_ITERATIONS, .salt_size = HTTPD_SALT_SIZE};
    uint8_t mac[CERT_SHA256_SIZE];
    if (strlen(password) > LIMIT_PASSWORD_SIZE) {
        return false;
    }
    bool usable = known != NULL && httpd_password_hash_parse(known->hash, &hash);
    if (!usable) {
        hash = (struct httpd_password_hash){.rounds = LIMIT_PASSWORD_ITERATIONS, .salt_size = HTTPD_SALT_SIZE};
    }
    bool right = httpd_password_hash_matches(&hash, password) && usable;
    if (right && mac_of(cache, settings, user, password, mac)) {
        remember(cache, settings->identity, mac);
    }
    return right;
}
