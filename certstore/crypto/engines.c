/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one place where implementations are picked. BearSSL's defaults know when they are compiled whether the
 * processor has a 128-bit product (x86-64, aarch64: 62-bit limbs for RSA), a quick 32x32->64 multiply (armhf:
 * 31-bit limbs) or neither (Cortex-M0: 15-bit limbs).
 */
#include "certstore/bearssl_peer.h"

struct cert_engines cert_engines(void)
{
    return (struct cert_engines){
        .ec = br_ec_get_default(),
        .ecdsa_verify = br_ecdsa_vrfy_asn1_get_default(),
        .ecdsa_sign = br_ecdsa_sign_asn1_get_default(),
        .rsa_verify = br_rsa_pkcs1_vrfy_get_default(),
        .rsa_sign = br_rsa_pkcs1_sign_get_default(),
    };
}
