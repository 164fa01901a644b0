/* SPDX-License-Identifier: Apache-2.0 */
/* Names as text (RFC 4514) and back for the one kind that Cerium makes itself. */
#include "cert/name.h"

#include <string.h>

#define NAME_RDNS 64U /* RDNs of a name that are shown */

/* RFC 4514 section 3, and the names that Windows shows for the rest (CertNameToStr). */
static const struct {
    const char *label;
    uint8_t size;
    uint8_t oid[10];
} labels[] = {
    {"CN", 3, {0x55, 0x04, 0x03}},
    {"SN", 3, {0x55, 0x04, 0x04}},
    {"SERIALNUMBER", 3, {0x55, 0x04, 0x05}},
    {"C", 3, {0x55, 0x04, 0x06}},
    {"L", 3, {0x55, 0x04, 0x07}},
    {"ST", 3, {0x55, 0x04, 0x08}},
    {"STREET", 3, {0x55, 0x04, 0x09}},
    {"O", 3, {0x55, 0x04, 0x0a}},
    {"OU", 3, {0x55, 0x04, 0x0b}},
    {"T", 3, {0x55, 0x04, 0x0c}},
    {"G", 3, {0x55, 0x04, 0x2a}},
    {"I", 3, {0x55, 0x04, 0x2b}},
    {"dnQualifier", 3, {0x55, 0x04, 0x2e}},
    {"E", 9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01}},
    {"UID", 10, {0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01}},
    {"DC", 10, {0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19}},
};

static const char *label_of(struct plat_span oid)
{
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        if (plat_span_equal(oid, plat_span_of(labels[i].oid, labels[i].size))) {
            return labels[i].label;
        }
    }
    return NULL;
}

/* Characters that would let a name rearrange or forge the line it is shown on. */
static bool is_unprintable(uint32_t c)
{
    return c < 0x20U || (c >= 0x7fU && c < 0xa0U) || (c >= 0x200bU && c <= 0x200fU) ||
           (c >= 0x2028U && c <= 0x202eU) || (c >= 0x2060U && c <= 0x206fU) || c == 0xfeffU;
}

/* RFC 4514 section 2.4; what is unprintable becomes the \XX of its UTF-8 octets. */
static void append_escaped(struct plat_buffer *out, const struct der_item *value)
{
    size_t position = 0;
    for (bool first = true;; first = false) {
        uint32_t c = der_string_next(value->tag, value->content, &position);
        if (c == UINT32_MAX) {
            return;
        }
        bool last = position == value->content.size;
        if (is_unprintable(c)) {
            uint8_t octets[4];
            size_t size = der_code_point_utf8(c, octets);
            for (size_t i = 0; i < size; i++) {
                plat_buffer_printf(out, "\\%02X", octets[i]);
            }
            continue;
        }
        if ((c < 0x80U && strchr("\"+,;<>\\", (int)c) != NULL) || (first && (c == '#' || c == ' ')) ||
            (last && c == ' ')) {
            plat_buffer_append_u8(out, '\\');
        }
        der_append_code_point(out, c);
    }
}

static void append_attribute(struct plat_buffer *out, const struct cert_attribute *attribute)
{
    const char *label = label_of(attribute->oid);
    if (label != NULL) {
        plat_buffer_append_text(out, label);
    } else {
        der_oid_text(attribute->oid, out);
    }
    plat_buffer_append_u8(out, '=');
    if (label != NULL && der_string_valid(attribute->value.tag, attribute->value.content)) {
        append_escaped(out, &attribute->value);
    } else {
        plat_buffer_append_u8(out, '#');
        cert_hex_append(out, attribute->value.whole, 0);
    }
}

/* One RDN, from the walk's state just before it. */
static void append_rdn(struct plat_buffer *out, struct cert_name_walk walk)
{
    struct cert_attribute attribute;
    for (bool first = true; cert_name_walk_next(&walk, &attribute) && attribute.first_of_rdn == first;
         first = false) {
        plat_buffer_append_text(out, first ? "" : "+");
        append_attribute(out, &attribute);
    }
}

void cert_name_text(struct plat_span name, struct plat_buffer *out)
{
    struct cert_name_walk walk, starts[NAME_RDNS]; /* the last ones seen, in a ring */
    struct cert_attribute attribute;
    size_t count = 0;
    if (!cert_name_valid(name)) {
        plat_buffer_append_u8(out, '#');
        cert_hex_append(out, name, 0);
        return;
    }
    /* RDNs are stored the least specific first: remember where each starts, then go back. */
    cert_name_walk_open(name, &walk);
    for (struct cert_name_walk before = walk; cert_name_walk_next(&walk, &attribute); before = walk) {
        if (attribute.first_of_rdn) {
            starts[count++ % NAME_RDNS] = before;
        }
    }
    for (size_t i = count; i > 0; i--) {
        plat_buffer_append_text(out, i == count ? "" : ", ");
        if (count - i == NAME_RDNS) {
            plat_buffer_append_text(out, "...");
            return;
        }
        append_rdn(out, starts[(i - 1) % NAME_RDNS]);
    }
}

bool cert_name_common_name(struct plat_span name, struct plat_buffer *out)
{
    struct cert_name_walk walk;
    struct cert_attribute attribute, found = {0};
    cert_name_walk_open(name, &walk);
    while (cert_name_walk_next(&walk, &attribute)) {
        if (plat_span_equal(attribute.oid, cert_oid_common_name)) {
            found = attribute;
        }
    }
    return found.oid.size != 0 && der_string_append_utf8(found.value.tag, found.value.content, out);
}

void cert_name_from_common_name(const char *text, struct plat_buffer *der)
{
    struct plat_span value = plat_span_of(text, strlen(text));
    size_t pair = der_header_size(cert_oid_common_name.size) + cert_oid_common_name.size +
                  der_header_size(value.size) + value.size;
    size_t set = der_header_size(pair) + pair;
    der_write_header(der, DER_SEQUENCE, der_header_size(set) + set);
    der_write_header(der, DER_SET, set);
    der_write_header(der, DER_SEQUENCE, pair);
    der_write(der, DER_OID, cert_oid_common_name);
    der_write(der, DER_UTF8_STRING, value);
}
