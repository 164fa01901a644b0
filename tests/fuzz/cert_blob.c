/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The value Blob of a stored certificate, and the certificate in it. The input is tried as a blob, as the DER of a certificate and as a
 * file of certificates (PEM or DER). A certificate that is read is described, and put into a blob that must give it back.
 */
#include "fuzz/fuzz.h"

#include "certstore/describe.h"
#include "certstore/set.h"
#include "certstore/store.h"
#include "store/blob.h"

#include "support/der_text.h"

#include "platform/limits.h"

#include <stdlib.h>
#include <string.h>

static void look_at(const struct cert *cert)
{
    struct plat_buffer text;

    plat_buffer_init(&text, 16 * LIMIT_CERT_SIZE);
    cert_describe(cert, &text);
    cert_name_text(cert->subject, &text);
    cert_name_text(cert->issuer, &text);
    (void)cert_name_common_name(cert->subject, &text);
    (void)cert_is_self_issued(cert);
    (void)cert_key_provable(cert);
    fuzz_require(cert_name_equal(cert->subject, cert->subject));
    fuzz_require(cert_serial_number(cert).size > 0);
    plat_buffer_free(&text);
}

static void try_certificate(struct plat_span der, struct plat_span old)
{
    struct plat_buffer blob;
    struct plat_span again;
    struct cert cert;

    if (cert_parse(der, &cert) != ERROR_SUCCESS)
        return;
    fuzz_require(plat_span_equal(cert.der, der));
    look_at(&cert);
    plat_buffer_init(&blob, 4 * LIMIT_CERT_SIZE);
    cert_blob_write(&blob, der, old);
    if (!blob.failed) {
        fuzz_require(cert_blob_verified(plat_span_of(blob.data, blob.size), &again) == ERROR_SUCCESS);
        fuzz_require(plat_span_equal(der, again));
    }
    plat_buffer_free(&blob);
}

static win_error each(void *context, struct plat_span der)
{
    struct cert_set *set = context;
    const struct cert *cert = NULL;

    if (cert_set_add(set, der, &cert) == ERROR_SUCCESS) {
        fuzz_require(cert != NULL);
        fuzz_require(cert_set_find_thumbprint(set, cert->thumbprint) == cert);
    }
    return ERROR_SUCCESS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct plat_span input = plat_span_of(data, size);
    struct plat_span der, verified;
    struct cert_set *set;
    win_error error;

    if (size > LIMIT_CERT_SIZE)
        return 0;
    if (cert_blob_certificate(input, &der) == ERROR_SUCCESS) {
        fuzz_require(der.size <= size &&
                     (der.size == 0 || (der.data >= data && der.data + der.size <= data + size)));
        if (cert_blob_verified(input, &verified) == ERROR_SUCCESS)
            fuzz_require(plat_span_equal(der, verified));
        try_certificate(der, input);
    }
    try_certificate(input, input);
    fuzz_require(cert_set_create(&set) == ERROR_SUCCESS);
    error = cert_read_file_bytes(input, each, set);
    (void)error;
    cert_set_free(set);
    return 0;
}

#define NAME(text) "30{31{30{06{@2.5.4.3} 0c{'" text "'}}}}"
#define ECDSA "30{06{@1.2.840.10045.4.3.2}}"
#define P256 "30{30{06{@1.2.840.10045.2.1} 06{@1.2.840.10045.3.1.7}} 03{00 04 *64(5a)}}"
#define RSA "30{30{06{@1.2.840.113549.1.1.1} 05{}} 03{00 30{02{00 *128(c1)} 02{01 00 01}}}}"
#define VALID "30{17{'200101000000Z'} 17{'400101000000Z'}}"
#define EXTENSION(oid, value) "30{06{@" oid "} 04{" value "}}"
#define EXTENSIONS                                                                                           \
    "a3{30{" EXTENSION("2.5.29.14", "04{*20(11)}") EXTENSION("2.5.29.35", "30{80{*20(22)}}")                 \
        EXTENSION("2.5.29.15", "03{05 a0}") EXTENSION("2.5.29.19", "30{01{ff} 02{03}}")                      \
            EXTENSION("2.5.29.37", "30{06{@1.3.6.1.5.5.7.3.2}}") EXTENSION(                                  \
                "2.5.29.17", "30{82{'a.example'} 81{'a@b.example'} 87{7f 00 00 01} a4{" NAME("x") "}}")      \
                EXTENSION("2.5.29.32", "30{30{06{@2.5.29.32.0}}}")                                           \
                    EXTENSION("2.5.29.30", "30{a0{30{82{'.example'}}}}") "}}"
#define CERTIFICATE(spki, rest)                                                                              \
    "30{ 30{a0{02{02}} 02{01} " ECDSA NAME("Issuer") VALID NAME("Subject") spki rest                         \
        "} " ECDSA " 03{00 30{02{01} 02{01}}} }"

bool fuzz_seed(unsigned number, struct plat_buffer *seed)
{
    static const char *const certificates[] = {CERTIFICATE(P256, ""), CERTIFICATE(P256, EXTENSIONS),
                                               CERTIFICATE(RSA, EXTENSIONS)};
    const unsigned count = sizeof certificates / sizeof certificates[0];
    struct plat_buffer der;

    if (number >= 2 * count)
        return false;
    plat_buffer_init(&der, LIMIT_CERT_SIZE);
    fuzz_require(der_text(certificates[number % count], &der));
    if (number < count)
        plat_buffer_append(seed, der.data, der.size);
    else
        cert_blob_write(seed, plat_span_of(der.data, der.size), plat_span_of(NULL, 0));
    plat_buffer_free(&der);
    return true;
}
