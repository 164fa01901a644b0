/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/views.h"

/* BearSSL's key structures have pointers to non-const; it does not write to public keys. */
static unsigned char *unconst(const uint8_t *p)
{
    union {
        const uint8_t *in;
        unsigned char *out;
    } pointer = {.in = p};
    return pointer.out;
}

int cert_bearssl_curve(enum cert_key_kind kind)
{
    switch (kind) {
    case CERT_KEY_EC_P256:
        return BR_EC_secp256r1;
    case CERT_KEY_EC_P384:
        return BR_EC_secp384r1;
    case CERT_KEY_EC_P521:
        return BR_EC_secp521r1;
    case CERT_KEY_RSA:
    case CERT_KEY_UNSUPPORTED:
        break;
    }
    return 0;
}

bool cert_key_provable(const struct cert *cert)
{
    return cert->key_kind == CERT_KEY_RSA ? cert->key_bits <= CERT_RSA_BITS_MOST
                                          : cert->key_kind != CERT_KEY_UNSUPPORTED;
}

br_rsa_public_key cert_view_rsa(const struct cert *cert)
{
    return (br_rsa_public_key){
        .n = unconst(cert->rsa_modulus.data),
        .nlen = cert->rsa_modulus.size,
        .e = unconst(cert->rsa_exponent.data),
        .elen = cert->rsa_exponent.size,
    };
}

br_ec_public_key cert_view_ec(const struct cert *cert)
{
    return (br_ec_public_key){
        .curve = cert_bearssl_curve(cert->key_kind),
        .q = unconst(cert->ec_point.data),
        .qlen = cert->ec_point.size,
    };
}
