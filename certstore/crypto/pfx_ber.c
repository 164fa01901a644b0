/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/pfx_ber.h"
#include "crypto/key_material.h"
#include "der/der.h"

#define CONSTRUCTED 0x20U
#define OCTET_STRING_IN_PIECES (DER_OCTET_STRING | CONSTRUCTED)

struct header {
    uint8_t tag;
    size_t length;
    bool indefinite;
};

/* X.690 8.1.2 and 8.1.3, low tag numbers only. */
static struct header read_header(struct plat_reader *r)
{
    struct header header = {.tag = plat_read_u8(r)};
    uint8_t first = plat_read_u8(r);
    unsigned octets = first & 0x7fU;
    if (header.tag == 0 || (header.tag & 0x1fU) == 0x1fU || (first > 0x80U && octets > 4)) {
        r->failed = true;
    } else if (first < 0x80U) {
        header.length = first;
    } else if (octets == 0) {
        header.indefinite = true;
        r->failed = r->failed || (header.tag & CONSTRUCTED) == 0;
    }
    for (; first > 0x80U && octets > 0 && !r->failed; octets--) {
        header.length = header.length << 8 | plat_read_u8(r);
    }
    return header;
}

static bool at_end_of_contents(const struct plat_reader *r)
{
    return plat_reader_left(r) >= 2 && r->next[0] == 0 && r->next[1] == 0;
}

static size_t convert(struct plat_reader *r, unsigned depth, bool piece, struct plat_buffer *out);

/* The elements inside one; their size in DER. */
static size_t convert_inside(struct plat_reader *r, const struct header *header, unsigned depth,
                             struct plat_buffer *out)
{
    bool pieces = header->tag == OCTET_STRING_IN_PIECES;
    size_t size = 0;
    if (header->indefinite) {
        while (!r->failed && !at_end_of_contents(r)) {
            size += convert(r, depth + 1, pieces, out);
        }
        (void)plat_read_span(r, 2);
        return size;
    }
    struct plat_reader inside = plat_reader_of(plat_read_span(r, header->length));
    while (!r->failed && plat_reader_left(&inside) != 0) {
        size += convert(&inside, depth + 1, pieces, out);
        r->failed = inside.failed;
    }
    return size;
}

/*
 * The next element: its size in DER, and its bytes when there is an `out`. Of a piece of an OCTET STRING
 * only the content counts. What is nested is measured once for each level around it.
 */
static size_t convert(struct plat_reader *r, unsigned depth, bool piece, struct plat_buffer *out)
{
    struct header header = read_header(r);
    uint8_t tag = header.tag == OCTET_STRING_IN_PIECES ? DER_OCTET_STRING : header.tag;
    if (depth >= DER_DEPTH || (piece && tag != DER_OCTET_STRING)) {
        r->failed = true;
    }
    if (r->failed) {
        return 0;
    }
    if ((header.tag & CONSTRUCTED) == 0) {
        struct plat_span content = plat_read_span(r, header.length);
        if (out != NULL && !piece) {
            der_write_header(out, tag, content.size);
        }
        if (out != NULL) {
            plat_buffer_append(out, content.data, content.size);
        }
        return piece ? content.size : der_header_size(content.size) + content.size;
    }
    if (out != NULL && !piece) {
        struct plat_reader ahead = *r;
        der_write_header(out, tag, convert_inside(&ahead, &header, depth, NULL));
    }
    size_t size = convert_inside(r, &header, depth, out);
    return piece ? size : der_header_size(size) + size;
}

win_error pfx_ber_to_der(struct plat_span ber, struct plat_buffer *der)
{
    struct plat_reader r = plat_reader_of(ber);
    size_t size = convert(&r, 0, false, NULL);
    if (r.failed || plat_reader_left(&r) != 0) {
        plat_buffer_init(der, 0);
        return ERROR_INVALID_DATA;
    }
    win_error error = cert_secret_init(der, size);
    if (error == ERROR_SUCCESS) {
        r = plat_reader_of(ber);
        (void)convert(&r, 0, false, der);
        error = der->failed;
    }
    return error;
}
