/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The value Blob of a stored certificate, and the files that certificates come in. The input is tried as a Blob, as the DER of a certificate and as a
 * file (DER, PEM, PKCS #7, .sst). A certificate that is read is described, and put into a Blob, an .sst and a PKCS #7 that must give it back; properties
 * that are read survive being written.
 */
#include "fuzz/fuzz.h"

#include "certstore/describe.h"
#include "certstore/file.h"
#include "certstore/pkcs7.h"
#include "certstore/set.h"

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

static struct plat_span span_of(const struct plat_buffer *buffer)
{
    return plat_span_of(buffer->data, buffer->size);
}

static bool inside(struct plat_span outer, struct plat_span inner)
{
    return inner.size == 0 || (inner.data >= outer.data && inner.size <= outer.size &&
                               (size_t)(inner.data - outer.data) <= outer.size - inner.size);
}

static win_error same_run(void *context, const struct cert_blob *blob)
{
    const struct cert_blob *wanted = context;

    fuzz_require(blob->kind == wanted->kind && plat_span_equal(blob->content, wanted->content));
    return ERROR_CANCELLED;
}

static win_error same_item(void *context, bool is_crl, struct plat_span item)
{
    const struct cert_blob *wanted = context;

    fuzz_require(!is_crl && plat_span_equal(item, wanted->content));
    return ERROR_CANCELLED;
}

/* What is written gives back what was put in. */
static void try_writers(const struct cert_blob *blob, bool is_certificate)
{
    struct cert_blob again;
    struct plat_buffer out, properties;

    plat_buffer_init(&out, 4 * LIMIT_CERT_SIZE);
    plat_buffer_init(&properties, 4 * LIMIT_CERT_SIZE);
    cert_blob_write(&out, blob);
    fuzz_require(cert_blob_read_verified(span_of(&out), &again) == ERROR_SUCCESS);
    fuzz_require(again.kind == blob->kind && plat_span_equal(again.content, blob->content));
    plat_buffer_clear(&out);
    cert_property_set_friendly_name(&properties, blob->properties, "Caf\xc3\xa9");
    fuzz_require(cert_property_friendly_name(span_of(&properties), &out));
    fuzz_require(plat_span_equal(span_of(&out), plat_span_of("Caf\xc3\xa9", 5)));
    plat_buffer_clear(&out);
    (void)cert_property_friendly_name(blob->properties, &out);
    plat_buffer_clear(&out);
    cert_sst_begin(&out);
    cert_sst_append(&out, blob);
    cert_sst_end(&out);
    again = *blob;
    fuzz_require(cert_sst_read(span_of(&out), same_run, &again) == ERROR_CANCELLED);
    if (is_certificate) {
        plat_buffer_clear(&out);
        cert_pkcs7_write(&out, blob->content, plat_span_of(NULL, 0));
        fuzz_require(cert_pkcs7_present(span_of(&out)));
        fuzz_require(cert_pkcs7_read(span_of(&out), same_item, &again) == ERROR_CANCELLED);
    }
    plat_buffer_free(&out);
    plat_buffer_free(&properties);
}

static void try_certificate(struct plat_span der)
{
    struct cert cert;

    if (cert_parse(der, &cert) != ERROR_SUCCESS)
        return;
    fuzz_require(plat_span_equal(cert.der, der));
    look_at(&cert);
    try_writers(&(struct cert_blob){.kind = CERT_BLOB_CERTIFICATE, .content = der}, true);
}

struct taking {
    struct cert_set *set;
    size_t count;
};

static win_error each(void *context, const struct cert_blob *blob)
{
    struct taking *taking = context;
    const struct cert *cert = NULL;

    taking->count++;
    fuzz_require(blob->kind == CERT_BLOB_CERTIFICATE || blob->kind == CERT_BLOB_CRL);
    if (blob->kind == CERT_BLOB_CERTIFICATE &&
        cert_set_add_with(taking->set, blob->content, blob->properties, &cert) == ERROR_SUCCESS) {
        fuzz_require(cert != NULL);
        fuzz_require(cert_set_find_thumbprint(taking->set, cert->thumbprint) == cert);
        fuzz_require(cert_set_find_issuer_serial(taking->set, cert->issuer, cert->serial) != NULL);
    }
    return ERROR_SUCCESS;
}

static void try_file(struct plat_span input)
{
    struct taking taking = {0};
    enum cert_file_kind kind = cert_file_kind_of(input);

    fuzz_require(cert_set_create(&taking.set) == ERROR_SUCCESS);
    win_error error = cert_file_read(input, each, &taking);
    fuzz_require(error == ERROR_SUCCESS ? taking.count != 0 && kind != CERT_FILE_UNKNOWN
                                        : error == ERROR_INVALID_DATA || error == NTE_BAD_TYPE ||
                                              error == ERROR_NOT_SUPPORTED || error == ERROR_FILE_TOO_LARGE);
    cert_set_free(taking.set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct plat_span input = plat_span_of(data, size);
    struct cert_blob blob, verified;

    if (size > LIMIT_CERT_SIZE)
        return 0;
    if (cert_blob_read(input, &blob) == ERROR_SUCCESS) {
        fuzz_require(inside(input, blob.content) && inside(input, blob.properties));
        fuzz_require(blob.properties.size + 12 + blob.content.size == size);
        if (cert_blob_read_verified(input, &verified) == ERROR_SUCCESS)
            fuzz_require(plat_span_equal(blob.content, verified.content));
        try_writers(&blob, false);
        try_certificate(blob.content);
    }
    try_certificate(input);
    try_file(input);
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

enum form { FORM_DER, FORM_BLOB, FORM_SST, FORM_PKCS7, FORM_PEM, FORMS };

static void write_form(struct plat_buffer *seed, enum form form, struct plat_span der)
{
    static const uint8_t friendly[] = {11, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 'A', 0, 0, 0};
    const struct cert_blob blob = {
        .kind = CERT_BLOB_CERTIFICATE, .content = der, .properties = plat_span_of(friendly, sizeof friendly)};

    switch (form) {
    case FORM_BLOB:
        cert_blob_write(seed, &blob);
        break;
    case FORM_SST:
        cert_sst_begin(seed);
        cert_sst_append(seed, &blob);
        cert_sst_append(seed, &blob);
        cert_sst_end(seed);
        break;
    case FORM_PKCS7:
        cert_pkcs7_write(seed, der, der);
        break;
    case FORM_PEM:
        cert_pem_write(seed, "TRUSTED CERTIFICATE", der);
        break;
    default:
        plat_buffer_append(seed, der.data, der.size);
        break;
    }
}

bool fuzz_seed(unsigned number, struct plat_buffer *seed)
{
    static const char *const certificates[] = {CERTIFICATE(P256, ""), CERTIFICATE(P256, EXTENSIONS),
                                               CERTIFICATE(RSA, EXTENSIONS)};
    const unsigned count = sizeof certificates / sizeof certificates[0];
    struct plat_buffer der;

    if (number >= FORMS * count)
        return false;
    plat_buffer_init(&der, LIMIT_CERT_SIZE);
    fuzz_require(der_text(certificates[number % count], &der));
    write_form(seed, (enum form)(number / count), span_of(&der));
    plat_buffer_free(&der);
    return true;
}
