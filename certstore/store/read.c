/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates out of a file's bytes. */
#include "certstore/store.h"
#include "der/der.h"
#include "der/pem.h"
#include "platform/limits.h"

static bool is_certificate_label(const struct pem_block *block)
{
    return pem_label_is(block, "CERTIFICATE") || pem_label_is(block, "X509 CERTIFICATE");
}

static win_error read_pem(struct plat_span text, win_error (*each)(void *context, struct plat_span der),
                          void *context)
{
    struct pem_block block;
    enum pem_result result;
    size_t count = 0;
    while ((result = pem_next(&text, &block)) == PEM_BLOCK) {
        if (!is_certificate_label(&block)) {
            continue;
        }
        struct plat_buffer der;
        plat_buffer_init(&der, LIMIT_CERT_SIZE);
        win_error error = pem_decode(&block, &der);
        if (error == ERROR_SUCCESS) {
            error = each(context, plat_span_of(der.data, der.size));
            count++;
        }
        plat_buffer_free(&der);
        if (error != ERROR_SUCCESS) {
            return error;
        }
    }
    return result == PEM_BROKEN || count == 0 ? ERROR_INVALID_DATA : ERROR_SUCCESS;
}

win_error cert_read_file_bytes(struct plat_span file, win_error (*each)(void *context, struct plat_span der),
                               void *context)
{
    if (pem_present(file)) {
        return read_pem(file, each, context);
    }
    /* DER: one SEQUENCE and nothing behind it. */
    struct der_reader outer = der_reader_of(file);
    (void)der_read_tag(&outer, DER_SEQUENCE);
    return der_finish(&outer) ? each(context, file) : ERROR_INVALID_DATA;
}
