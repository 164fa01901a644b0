/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a private key. */
#include "certstore/bearssl_peer.h"
#include "crypto/key_private.h"
#include "platform/memory.h"

win_error cert_secret_init(struct plat_buffer *b, size_t size)
{
    plat_buffer_init(b, size);
    return plat_buffer_reserve(b, size) == NULL ? b->failed : ERROR_SUCCESS;
}

void cert_secret_free(struct plat_buffer *b)
{
    if (b->data != NULL) {
        plat_wipe(b->data, b->capacity);
    }
    plat_buffer_free(b);
}

void cert_key_free(struct cert_key *key)
{
    if (key == NULL) {
        return;
    }
    if (key->secret != NULL) {
        plat_wipe(key->secret, key->secret_size);
        plat_free(key->secret);
    }
    plat_wipe(key, sizeof *key);
    plat_free(key);
}

enum cert_key_kind cert_key_kind_of(const struct cert_key *key)
{
    return key->kind;
}

const br_rsa_private_key *cert_key_bearssl_rsa(const struct cert_key *key)
{
    return key->kind == CERT_KEY_RSA ? &key->rsa : NULL;
}

const br_ec_private_key *cert_key_bearssl_ec(const struct cert_key *key)
{
    return key->ec.curve != 0 ? &key->ec : NULL;
}
