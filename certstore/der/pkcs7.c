/* SPDX-License-Identifier: Apache-2.0 */
/* PKCS #7 SignedData as a bag of certificates and CRLs (RFC 5652 section 5.1; RFC 2315 section 9.1). */
#include "certstore/pkcs7.h"
#include "der/der.h"

/* 1.2.840.113549.1.7.2 and .1 */
static const uint8_t signed_data[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02};
static const uint8_t plain_data[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01};
/* 1.3.6.1.4.1.311.10.1: a CTL (.stl). Its certificates are those of who has signed it, not those it lists. */
static const uint8_t trust_list[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x01};

/* Told by the first bytes, in BER too, so that a file that is refused can be named for what it is. */
bool cert_pkcs7_present(struct plat_span der)
{
    struct plat_reader reader = plat_reader_of(der);
    if (plat_read_u8(&reader) != DER_SEQUENCE) {
        return false;
    }
    uint8_t length = plat_read_u8(&reader);
    (void)plat_read_span(&reader, length > 0x80U ? length & 0x7fU : 0);
    if (plat_read_u8(&reader) != DER_OID || plat_read_u8(&reader) != sizeof signed_data) {
        return false;
    }
    return plat_span_equal(plat_read_span(&reader, sizeof signed_data),
                           plat_span_of(signed_data, sizeof signed_data));
}

struct bag {
    struct plat_span certificates, crls; /* contents of the SETs, elements whole */
    bool is_trust_list;
};

/* A SET that may be left out; its elements are whole. */
static struct plat_span read_set(struct der_reader *r, unsigned tag)
{
    if (!der_next_is(r, tag)) {
        return (struct plat_span){0};
    }
    struct der_reader set = der_enter(r, tag);
    struct plat_span content = plat_span_of(set.bytes.next, plat_reader_left(&set.bytes));
    struct der_item item;
    while (!der_at_end(&set)) {
        (void)der_read(&set, &item);
    }
    if (der_failed(&set)) {
        der_fail(r);
    }
    return content;
}

static bool open_bag(struct plat_span der, struct bag *bag)
{
    struct der_reader outer = der_reader_of(der);
    struct der_reader info = der_enter(&outer, DER_SEQUENCE);
    struct plat_span type = der_read_oid(&info, DER_OID);
    struct der_reader explicit = der_enter(&info, DER_CONTEXT_CONSTRUCTED(0));
    struct der_reader data = der_enter(&explicit, DER_SEQUENCE);
    (void)der_read_integer(&data, DER_INTEGER);
    (void)der_read_tag(&data, DER_SET); /* digestAlgorithms */
    struct der_reader content = der_enter(&data, DER_SEQUENCE);
    struct plat_span content_type = der_read_oid(&content, DER_OID);
    bag->is_trust_list = plat_span_equal(content_type, plat_span_of(trust_list, sizeof trust_list));
    bag->certificates = read_set(&data, DER_CONTEXT_CONSTRUCTED(0));
    bag->crls = read_set(&data, DER_CONTEXT_CONSTRUCTED(1));
    (void)der_read_tag(&data, DER_SET); /* signerInfos */
    return !der_failed(&content) && der_finish(&data) && der_finish(&explicit) && der_finish(&info) &&
           der_finish(&outer) && plat_span_equal(type, plat_span_of(signed_data, sizeof signed_data));
}

static win_error hand_over(struct plat_span set, bool is_crl,
                           win_error (*each)(void *context, bool is_crl, struct plat_span item), void *context)
{
    struct der_reader r = der_reader_of(set);
    struct der_item item;
    while (!der_at_end(&r) && der_read(&r, &item)) {
        /* Other tags: attribute certificates, other formats of certificates and revocation information. */
        win_error error = item.tag == DER_SEQUENCE ? each(context, is_crl, item.whole) : ERROR_SUCCESS;
        if (error != ERROR_SUCCESS) {
            return error;
        }
    }
    return ERROR_SUCCESS;
}

win_error cert_pkcs7_read(struct plat_span der,
                          win_error (*each)(void *context, bool is_crl, struct plat_span item), void *context)
{
    struct bag bag;
    if (!open_bag(der, &bag)) {
        return ERROR_INVALID_DATA;
    }
    if (bag.is_trust_list) {
        return ERROR_NOT_SUPPORTED;
    }
    win_error error = hand_over(bag.certificates, false, each, context);
    return error == ERROR_SUCCESS ? hand_over(bag.crls, true, each, context) : error;
}

static size_t element_size(size_t content)
{
    return der_header_size(content) + content;
}

void cert_pkcs7_write(struct plat_buffer *out, struct plat_span certificates, struct plat_span crls)
{
    static const uint8_t head[] = {DER_INTEGER, 1, 1, DER_SET, 0}; /* version 1, no digest */
    const size_t oid = element_size(sizeof plain_data);
    size_t data = sizeof head + element_size(oid) + 2; /* an empty SET of signers at the end */
    data += certificates.size == 0 ? 0 : element_size(certificates.size);
    data += crls.size == 0 ? 0 : element_size(crls.size);
    der_write_header(out, DER_SEQUENCE, oid + element_size(element_size(data)));
    der_write(out, DER_OID, plat_span_of(signed_data, sizeof signed_data));
    der_write_header(out, DER_CONTEXT_CONSTRUCTED(0), element_size(data));
    der_write_header(out, DER_SEQUENCE, data);
    plat_buffer_append(out, head, sizeof head);
    der_write_header(out, DER_SEQUENCE, oid);
    der_write(out, DER_OID, plat_span_of(plain_data, sizeof plain_data));
    if (certificates.size != 0) {
        der_write(out, DER_CONTEXT_CONSTRUCTED(0), certificates);
    }
    if (crls.size != 0) {
        der_write(out, DER_CONTEXT_CONSTRUCTED(1), crls);
    }
    der_write_header(out, DER_SET, 0);
}
