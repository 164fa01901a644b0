/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people import: .cer .crl .pem .p7b .sst, told apart by what is inside. What is read out of a file goes into a .p7b and a .sst, which must give the same back.
 */
#include "fuzz/fuzz.h"

#include "certstore/crl.h"
#include "certstore/file.h"
#include "certstore/pkcs7.h"

#include "support/der_text.h"

#include <string.h>

#define ROOM (8U * LIMIT_CERT_SIZE)

/* What was read: items in DER one behind the other, and the same as .sst. */
struct taken {
    struct plat_buffer certificates, crls, sst;
    size_t count;
    bool nothing; /* an item of no bytes: nobody keeps that */
};

static void taken_init(struct taken *taken)
{
    *taken = (struct taken){0};
    plat_buffer_init(&taken->certificates, ROOM);
    plat_buffer_init(&taken->crls, ROOM);
    plat_buffer_init(&taken->sst, ROOM);
    cert_sst_begin(&taken->sst);
}

static void taken_free(struct taken *taken)
{
    plat_buffer_free(&taken->certificates);
    plat_buffer_free(&taken->crls);
    plat_buffer_free(&taken->sst);
}

static bool taken_whole(const struct taken *taken)
{
    return !taken->nothing && !taken->certificates.failed && !taken->crls.failed && !taken->sst.failed;
}

static win_error take(void *context, const struct cert_blob *blob)
{
    struct taken *taken = context;

    if (blob->kind == CERT_BLOB_CTL)
        return ERROR_SUCCESS;
    plat_buffer_append(blob->kind == CERT_BLOB_CRL ? &taken->crls : &taken->certificates, blob->content.data,
                       blob->content.size);
    cert_sst_append(&taken->sst, blob);
    taken->nothing = taken->nothing || blob->content.size == 0;
    taken->count++;
    return ERROR_SUCCESS;
}

static bool same(const struct plat_buffer *a, const struct plat_buffer *b)
{
    return plat_span_equal(plat_span_of(a->data, a->size), plat_span_of(b->data, b->size));
}

/* Reads `file`, which must give what `first` has. */
static void read_again(const struct plat_buffer *file, const struct taken *first)
{
    struct taken again;

    taken_init(&again);
    fuzz_require(cert_file_read(plat_span_of(file->data, file->size), take, &again) == ERROR_SUCCESS);
    fuzz_require(same(&first->certificates, &again.certificates) && same(&first->crls, &again.crls));
    taken_free(&again);
}

static bool parses(struct plat_span der, bool is_crl)
{
    struct cert cert;
    struct cert_crl crl;

    return (is_crl ? cert_crl_parse(der, &crl) : cert_parse(der, &cert)) == ERROR_SUCCESS;
}

static bool all_parse(const struct plat_buffer *items, bool crls)
{
    size_t at = 0;

    /* lengths as each item's header says: of at most 64 KB, so at most two octets */
    while (at + 4 < items->size) {
        const uint8_t *head = items->data + at;
        size_t length = head[1] < 0x80    ? 2U + head[1]
                        : head[1] == 0x81 ? 3U + head[2]
                                          : 4U + ((size_t)head[2] << 8 | head[3]);

        if (head[1] > 0x82 || length > items->size - at || !parses(plat_span_of(head, length), crls))
            return false;
        at += length;
    }
    return at == items->size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct plat_span input = plat_span_of(data, size);
    enum cert_file_kind kind = cert_file_kind_of(input);
    struct plat_buffer p7b;
    struct taken taken;

    if (size > LIMIT_CERT_SIZE)
        return 0;
    taken_init(&taken);
    if (cert_file_read(input, take, &taken) == ERROR_SUCCESS) {
        fuzz_require(taken.count > 0 && kind != CERT_FILE_UNKNOWN);
        cert_sst_end(&taken.sst);
        if (taken_whole(&taken)) {
            read_again(&taken.sst, &taken);
            plat_buffer_init(&p7b, 2 * ROOM);
            cert_pkcs7_write(&p7b, plat_span_of(taken.certificates.data, taken.certificates.size),
                             plat_span_of(taken.crls.data, taken.crls.size));
            if (!p7b.failed && all_parse(&taken.certificates, false) && all_parse(&taken.crls, true))
                read_again(&p7b, &taken);
            plat_buffer_free(&p7b);
        }
    }
    taken_free(&taken);
    return 0;
}

#define NAME(text) "30{31{30{06{@2.5.4.3} 0c{'" text "'}}}}"
#define ECDSA "30{06{@1.2.840.10045.4.3.2}}"
#define SIGNATURE ECDSA " 03{00 30{02{01} 02{01}}}"
#define P256 "30{30{06{@1.2.840.10045.2.1} 06{@1.2.840.10045.3.1.7}} 03{00 04 *64(5a)}}"
#define CERTIFICATE(serial)                                                                                  \
    "30{30{a0{02{02}} 02{" serial                                                                            \
    "} " ECDSA NAME("I") "30{17{'200101000000Z'}17{'400101000000Z'}}" NAME("S") P256 "}" SIGNATURE "}"
#define CRL "30{30{" ECDSA NAME("I") "17{'250101000000Z'}}" SIGNATURE "}"
#define SIGNED_DATA(certificates, crls)                                                                      \
    "30{06{@1.2.840.113549.1.7.2}a0{30{02{01}31{}30{06{@1.2.840.113549.1.7.1}}" certificates crls "31{}}}}"

bool fuzz_seed(unsigned number, struct plat_buffer *seed)
{
    static const char *const files[] = {
        CERTIFICATE("01"),
        CRL,
        SIGNED_DATA("a0{" CERTIFICATE("01") CERTIFICATE("02") "}", "a1{" CRL "}"),
        SIGNED_DATA("", "a1{" CRL "}"),

    };
    struct cert_blob blob = {.kind = CERT_BLOB_CERTIFICATE};
    struct plat_buffer der;

    if (number < sizeof files / sizeof files[0])
        return der_text(files[number], seed);
    if (number > sizeof files / sizeof files[0] + 1)
        return false;
    plat_buffer_init(&der, LIMIT_CERT_SIZE);
    fuzz_require(der_text(CERTIFICATE("03"), &der));
    blob.content = plat_span_of(der.data, der.size);
    if (number == sizeof files / sizeof files[0]) {
        cert_sst_begin(seed);
        cert_sst_append(seed, &blob);
        cert_sst_append(seed, &blob);
        cert_sst_end(seed);
    } else {
        cert_pem_write(seed, "CERTIFICATE", blob.content);
        cert_pem_write(seed, "X509 CERTIFICATE", blob.content);
    }
    plat_buffer_free(&der);
    return true;
}
