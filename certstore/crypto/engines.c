/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one place where implementations are picked, for certificates and for TLS. BearSSL's defaults know when
 * they are compiled whether the processor has a 128-bit product (x86-64, aarch64: 62-bit limbs for RSA), a
 * quick 32x32->64 multiply (armhf: 31-bit limbs) or neither (Cortex-M0: 15-bit limbs). BearSSL 0.6 has no
 * 64-bit code for curves, and for RSA none that makes use of signatures being public: with a 128-bit product
 * ours verifies some fifteen and four times as fast.
 */
#include "certstore/bearssl_peer.h"
#include "crypto/exchange_ec.h"
#include "crypto/rsa_large.h"
#ifdef __SIZEOF_INT128__
#include "crypto/wide_engine.h"
#include "crypto/rsa_public.h"
#endif

struct cert_engines cert_engines(void)
{
    return (struct cert_engines){
        .ec_exchange = &cert_exchange_ec,
#ifdef __SIZEOF_INT128__
        .ec = &cert_wide_ec,
        .ecdsa_verify = cert_wide_ecdsa_verify,
        .ecdsa_sign = cert_wide_ecdsa_sign,
        .rsa_verify = cert_rsa_verify,
#else
        .ec = br_ec_get_default(),
        .ecdsa_verify = br_ecdsa_vrfy_asn1_get_default(),
        .ecdsa_sign = br_ecdsa_sign_asn1_get_default(),
        .rsa_verify = br_rsa_pkcs1_vrfy_get_default(),
#endif
        .rsa_sign = br_rsa_pkcs1_sign_get_default(),
    };
}

br_rsa_pkcs1_vrfy cert_rsa_large_engine(void)
{
#ifdef __SIZEOF_INT128__
    return cert_rsa_verify;
#else
    return cert_rsa_large_verify;
#endif
}
