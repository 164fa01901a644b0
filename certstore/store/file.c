/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates and CRLs out of a file's bytes. */
#include "certstore/pkcs7.h"
#include "der/der.h"
#include "platform/limits.h"
#include "store/file_kind.h"

struct reading {
    win_error (*each)(void *context, const struct cert_blob *blob);
    void *context;
    size_t count;
};

static win_error give(struct reading *reading, const struct cert_blob *blob)
{
    if (blob->kind == CERT_BLOB_CTL) {
        return ERROR_SUCCESS;
    }
    reading->count++;
    return reading->each(reading->context, blob);
}

static win_error give_der(struct reading *reading, bool is_crl, struct plat_span der)
{
    return give(reading,
                &(struct cert_blob){.kind = is_crl ? CERT_BLOB_CRL : CERT_BLOB_CERTIFICATE, .content = der});
}

static win_error give_item(void *context, bool is_crl, struct plat_span item)
{
    return give_der(context, is_crl, item);
}

static win_error give_run(void *context, const struct cert_blob *blob)
{
    return give(context, blob);
}

/* The first element: OpenSSL writes what a certificate is trusted for behind it. */
static win_error give_trusted(struct reading *reading, struct plat_span der)
{
    struct der_reader r = der_reader_of(der);
    struct plat_span whole = der_read_whole(&r, DER_SEQUENCE);
    return der_failed(&r) ? ERROR_INVALID_DATA : give_der(reading, false, whole);
}

/* certutil -encode writes CERTIFICATE around whatever it is given. */
static win_error give_block(struct reading *reading, enum cert_pem_kind kind, struct plat_span der)
{
    enum cert_file_kind inside = cert_der_kind(der);
    if (kind == CERT_PEM_PKCS7 || (kind == CERT_PEM_CERTIFICATE && inside == CERT_FILE_PKCS7)) {
        return cert_pkcs7_read(der, give_item, reading);
    }
    if (kind == CERT_PEM_TRUSTED) {
        return give_trusted(reading, der);
    }
    return give_der(reading, kind == CERT_PEM_CRL || inside == CERT_FILE_CRL, der);
}

static win_error read_pem(struct reading *reading, struct plat_span text)
{
    struct pem_block block;
    enum pem_result result;
    while ((result = pem_next(&text, &block)) == PEM_BLOCK) {
        enum cert_pem_kind kind = cert_pem_kind_of(&block);
        if (kind == CERT_PEM_OTHER || kind == CERT_PEM_KEY) {
            continue;
        }
        struct plat_buffer der;
        plat_buffer_init(&der, LIMIT_CERT_FILE);
        win_error error = pem_decode(&block, &der);
        if (error == ERROR_SUCCESS) {
            error = give_block(reading, kind, plat_span_of(der.data, der.size));
        }
        plat_buffer_free(&der);
        if (error != ERROR_SUCCESS) {
            return error;
        }
    }
    return result == PEM_BROKEN ? ERROR_INVALID_DATA : ERROR_SUCCESS;
}

win_error cert_file_read(struct plat_span file,
                         win_error (*each)(void *context, const struct cert_blob *blob), void *context)
{
    struct reading reading = {.each = each, .context = context};
    enum cert_file_kind kind = cert_file_kind_of(file);
    win_error error = ERROR_INVALID_DATA;
    switch (kind) {
    case CERT_FILE_CERTIFICATE:
    case CERT_FILE_CRL:
        return give_der(&reading, kind == CERT_FILE_CRL, file);
    case CERT_FILE_PEM:
        error = read_pem(&reading, file);
        break;
    case CERT_FILE_PKCS7:
        error = cert_pkcs7_read(file, give_item, &reading);
        break;
    case CERT_FILE_SST:
        error = cert_sst_read(file, give_run, &reading);
        break;
    case CERT_FILE_PFX:
    case CERT_FILE_KEY:
        return NTE_BAD_TYPE;
    case CERT_FILE_UNKNOWN:
        break;
    }
    return error == ERROR_SUCCESS && reading.count == 0 ? ERROR_INVALID_DATA : error;
}

void cert_pem_write(struct plat_buffer *out, const char *label, struct plat_span der)
{
    pem_write(out, label, der);
}
