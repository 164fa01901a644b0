/* SPDX-License-Identifier: Apache-2.0 */
/* Object identifiers: X.690 section 8.19, and their dotted text. */
#include "der/der.h"
#include "platform/text.h"

#include <inttypes.h>

bool der_oid_valid(struct plat_span oid)
{
    bool first = true; /* of an arc's octets */
    for (size_t i = 0; i < oid.size; i++) {
        if (first && oid.data[i] == 0x80U) {
            return false; /* a leading zero */
        }
        first = (oid.data[i] & 0x80U) == 0;
    }
    return oid.size > 0 && first;
}

struct plat_span der_read_oid(struct der_reader *r, unsigned tag)
{
    struct plat_span oid = der_read_tag(r, tag);
    if (!der_oid_valid(oid)) {
        der_fail(r);
        return (struct plat_span){0};
    }
    return oid;
}

static bool arcs_fit(struct plat_span oid)
{
    unsigned octets = 0;
    for (size_t i = 0; i < oid.size; i++) {
        octets++;
        if (octets > 9) {
            return false; /* more than 63 bits */
        }
        if ((oid.data[i] & 0x80U) == 0) {
            octets = 0;
        }
    }
    return true;
}

void der_oid_text(struct plat_span oid, struct plat_buffer *out)
{
    if (!der_oid_valid(oid) || !arcs_fit(oid)) {
        plat_buffer_append_u8(out, '#');
        for (size_t i = 0; i < oid.size; i++) {
            plat_buffer_printf(out, "%02x", oid.data[i]);
        }
        return;
    }
    uint64_t arc = 0;
    bool first = true;
    for (size_t i = 0; i < oid.size; i++) {
        arc = arc << 7 | (oid.data[i] & 0x7fU);
        if ((oid.data[i] & 0x80U) != 0) {
            continue;
        }
        if (first) {
            unsigned root = arc < 40 ? 0 : arc < 80 ? 1 : 2;
            plat_buffer_printf(out, "%u.%" PRIu64, root, arc - 40U * root);
            first = false;
        } else {
            plat_buffer_printf(out, ".%" PRIu64, arc);
        }
        arc = 0;
    }
}

static bool put_arc(uint64_t arc, uint8_t oid[DER_OID_SIZE], size_t *size)
{
    unsigned septets = 1;
    while (septets < 10 && arc >> (7U * septets) != 0) {
        septets++;
    }
    if (*size + septets > DER_OID_SIZE) {
        return false;
    }
    while (septets > 0) {
        septets--;
        uint8_t octet = (uint8_t)(arc >> (7U * septets) & 0x7fU);
        oid[(*size)++] = septets == 0 ? octet : (uint8_t)(octet | 0x80U);
    }
    return true;
}

bool der_oid_parse(const char *text, uint8_t oid[DER_OID_SIZE], size_t *size)
{
    uint64_t root = 0;
    size_t arcs = 0;
    *size = 0;
    for (;; arcs++) {
        size_t digits = 0;
        while (plat_ascii_is_digit(text[digits])) {
            digits++;
        }
        uint64_t arc;
        if ((digits > 1 && text[0] == '0') || !plat_parse_u64(text, digits, 10, &arc) || arc >> 62 != 0) {
            return false;
        }
        if (arcs == 0) {
            root = arc;
        } else {
            if (arcs == 1 && (root > 2 || (root < 2 && arc >= 40))) {
                return false;
            }
            if (!put_arc(arcs == 1 ? root * 40 + arc : arc, oid, size)) {
                return false;
            }
        }
        text += digits;
        if (*text == '\0') {
            return arcs >= 1;
        }
        if (*text != '.') {
            return false;
        }
        text++;
    }
}
