/* SPDX-License-Identifier: Apache-2.0 */
#include "store/blob.h"
#include "certstore/crypto.h"
#include "certstore/store.h"

#define ENCODING_X509 1U

static bool read_element(struct plat_reader *reader, struct cert_blob_element *element)
{
    element->id = plat_read_u32_le(reader);
    element->encoding = plat_read_u32_le(reader);
    uint32_t size = plat_read_u32_le(reader);
    element->data = plat_read_span(reader, size);
    return !reader->failed;
}

bool cert_blob_next(struct cert_blob_walk *walk, struct cert_blob_element *element)
{
    *element = (struct cert_blob_element){0};
    return plat_reader_left(&walk->reader) != 0 && read_element(&walk->reader, element);
}

bool cert_blob_open(struct plat_span blob, struct cert_blob_walk *walk)
{
    struct cert_blob_element element;
    unsigned certificates = 0;
    walk->reader = plat_reader_of(blob);
    struct cert_blob_walk copy = *walk;
    while (cert_blob_next(&copy, &element)) {
        if (element.id == 0 || element.id > 0xffffU) {
            return false;
        }
        certificates += element.id == CERT_PROPERTY_CERTIFICATE;
    }
    return !copy.reader.failed && certificates == 1;
}

win_error cert_blob_certificate(struct plat_span blob, struct plat_span *der)
{
    struct cert_blob_walk walk;
    struct cert_blob_element element;
    *der = (struct plat_span){0};
    if (!cert_blob_open(blob, &walk)) {
        return ERROR_INVALID_DATA;
    }
    while (cert_blob_next(&walk, &element)) {
        if (element.id == CERT_PROPERTY_CERTIFICATE) {
            *der = element.data;
        }
    }
    return ERROR_SUCCESS;
}

win_error cert_blob_verified(struct plat_span blob, struct plat_span *der)
{
    struct cert_blob_walk walk;
    struct cert_blob_element element;
    uint8_t sha1[CERT_SHA1_SIZE];
    win_error error = cert_blob_certificate(blob, der);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    cert_sha1(*der, sha1);
    (void)cert_blob_open(blob, &walk); /* it was good a moment ago */
    while (cert_blob_next(&walk, &element)) {
        if (element.id == CERT_PROPERTY_SHA1 &&
            !plat_span_equal(element.data, plat_span_of(sha1, sizeof sha1))) {
            *der = (struct plat_span){0};
            return ERROR_INVALID_DATA;
        }
    }
    return ERROR_SUCCESS;
}

void cert_blob_append(struct plat_buffer *out, uint32_t id, uint32_t encoding, struct plat_span data)
{
    plat_buffer_append_u32_le(out, id);
    plat_buffer_append_u32_le(out, encoding);
    plat_buffer_append_u32_le(out, (uint32_t)data.size);
    plat_buffer_append(out, data.data, data.size);
}

void cert_blob_write(struct plat_buffer *out, struct plat_span der, struct plat_span old)
{
    struct cert_blob_walk walk;
    struct cert_blob_element element;
    uint8_t sha1[CERT_SHA1_SIZE];
    cert_sha1(der, sha1);
    cert_blob_append(out, CERT_PROPERTY_SHA1, ENCODING_X509, plat_span_of(sha1, sizeof sha1));
    if (cert_blob_open(old, &walk)) {
        while (cert_blob_next(&walk, &element)) {
            if (element.id != CERT_PROPERTY_SHA1 && element.id != CERT_PROPERTY_CERTIFICATE) {
                cert_blob_append(out, element.id, element.encoding, element.data);
            }
        }
    }
    cert_blob_append(out, CERT_PROPERTY_CERTIFICATE, ENCODING_X509, der);
}
