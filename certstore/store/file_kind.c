/* SPDX-License-Identifier: Apache-2.0 */
/* What is in a file? Told by the outermost structure: whether it is whole, its reader finds out. */
#include "store/file_kind.h"

#include "certstore/pfx.h"
#include "certstore/pkcs7.h"
#include "der/der.h"

static bool next_is_time(const struct der_reader *r)
{
    return der_next_is(r, DER_UTC_TIME) || der_next_is(r, DER_GENERALIZED_TIME);
}

/* SEQUENCE { to be signed, algorithm, BIT STRING }: a certificate has its validity where a CRL has a time. */
static enum cert_file_kind signed_kind(struct der_reader tbs)
{
    if (der_next_is(&tbs, DER_CONTEXT_CONSTRUCTED(0))) {
        return CERT_FILE_CERTIFICATE;
    }
    if (der_next_is(&tbs, DER_INTEGER)) {
        (void)der_read_tag(&tbs, DER_INTEGER);
    }
    (void)der_read_tag(&tbs, DER_SEQUENCE); /* algorithm */
    (void)der_read_tag(&tbs, DER_SEQUENCE); /* issuer */
    return next_is_time(&tbs) ? CERT_FILE_CRL : CERT_FILE_CERTIFICATE;
}

/* SEQUENCE { INTEGER, ... }: PKCS #8, PKCS #1, SEC 1. */
static enum cert_file_kind numbered_kind(struct der_reader file)
{
    (void)der_read_tag(&file, DER_INTEGER);
    if (der_next_is(&file, DER_INTEGER) || der_next_is(&file, DER_OCTET_STRING)) {
        return CERT_FILE_KEY;
    }
    (void)der_read_tag(&file, DER_SEQUENCE);
    return der_next_is(&file, DER_OCTET_STRING) ? CERT_FILE_KEY : CERT_FILE_UNKNOWN;
}

enum cert_file_kind cert_der_kind(struct plat_span der)
{
    if (cert_pkcs7_present(der)) {
        return CERT_FILE_PKCS7;
    }
    if (cert_pfx_present(der)) { /* in BER too, as NSS writes it */
        return CERT_FILE_PFX;
    }
    struct der_reader outer = der_reader_of(der);
    struct der_reader file = der_enter(&outer, DER_SEQUENCE);
    if (der_failed(&file)) {
        return CERT_FILE_UNKNOWN;
    }
    if (der_next_is(&file, DER_INTEGER)) {
        return numbered_kind(file);
    }
    struct der_reader first = der_enter(&file, DER_SEQUENCE);
    if (der_next_is(&first, DER_OID)) {
        return der_next_is(&file, DER_OCTET_STRING) ? CERT_FILE_KEY : CERT_FILE_UNKNOWN; /* encrypted */
    }
    (void)der_read_tag(&file, DER_SEQUENCE);
    (void)der_read_tag(&file, DER_BIT_STRING);
    return der_finish(&file) && der_finish(&outer) ? signed_kind(first) : CERT_FILE_UNKNOWN;
}

enum cert_pem_kind cert_pem_kind_of(const struct pem_block *block)
{
    static const struct {
        const char *label;
        enum cert_pem_kind kind;
    } labels[] = {
        {"CERTIFICATE", CERT_PEM_CERTIFICATE},
        {"X509 CERTIFICATE", CERT_PEM_CERTIFICATE},
        {"TRUSTED CERTIFICATE", CERT_PEM_TRUSTED},
        {"X509 CRL", CERT_PEM_CRL},
        {"PKCS7", CERT_PEM_PKCS7},
        {"CMS", CERT_PEM_PKCS7},
        {"PRIVATE KEY", CERT_PEM_KEY},
        {"ENCRYPTED PRIVATE KEY", CERT_PEM_KEY},
        {"RSA PRIVATE KEY", CERT_PEM_KEY},
        {"EC PRIVATE KEY", CERT_PEM_KEY},
    };
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        if (pem_label_is(block, labels[i].label)) {
            return labels[i].kind;
        }
    }
    return CERT_PEM_OTHER;
}

/* A file with certificates and a key is one of certificates. */
static enum cert_file_kind pem_kind(struct plat_span text)
{
    struct pem_block block;
    enum pem_result result;
    bool key = false;
    while ((result = pem_next(&text, &block)) == PEM_BLOCK) {
        enum cert_pem_kind kind = cert_pem_kind_of(&block);
        if (kind != CERT_PEM_OTHER && kind != CERT_PEM_KEY) {
            return CERT_FILE_PEM;
        }
        key = key || kind == CERT_PEM_KEY;
    }
    if (result == PEM_BROKEN) {
        return CERT_FILE_PEM;
    }
    return key ? CERT_FILE_KEY : CERT_FILE_UNKNOWN;
}

enum cert_file_kind cert_file_kind_of(struct plat_span file)
{
    if (cert_sst_present(file)) {
        return CERT_FILE_SST;
    }
    enum cert_file_kind kind = cert_der_kind(file);
    return kind == CERT_FILE_UNKNOWN && pem_present(file) ? pem_kind(file) : kind;
}
