/* SPDX-License-Identifier: Apache-2.0 */
/* Names compared: RFC 5280 section 7.1. */
#include "cert/name.h"
#include "cert/fold.h"

#define RDN_VALUES 32U /* values of one RDN that are compared as a set */

static const uint8_t oid_common_name[] = {0x55, 0x04, 0x03};
static const uint8_t oid_email_address[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01};
const struct plat_span cert_oid_common_name = {oid_common_name, sizeof oid_common_name};
const struct plat_span cert_oid_email_address = {oid_email_address, sizeof oid_email_address};

static struct der_reader open_rdns(struct plat_span name)
{
    struct der_reader outer = der_reader_of(name);
    struct der_reader rdns = der_enter(&outer, DER_SEQUENCE);
    if (!der_finish(&outer)) {
        der_fail(&rdns);
    }
    return rdns;
}

static bool read_attribute(struct der_reader *rdn, struct cert_attribute *attribute)
{
    struct der_reader pair = der_enter(rdn, DER_SEQUENCE);
    attribute->oid = der_read_oid(&pair, DER_OID);
    (void)der_read(&pair, &attribute->value);
    if (!der_finish(&pair)) {
        der_fail(rdn);
        return false;
    }
    return true;
}

void cert_name_walk_open(struct plat_span name, struct cert_name_walk *walk)
{
    walk->rdns = open_rdns(name);
    walk->rdn = der_reader_of((struct plat_span){0});
}

bool cert_name_walk_next(struct cert_name_walk *walk, struct cert_attribute *attribute)
{
    bool first = false;
    if (der_at_end(&walk->rdn)) {
        if (der_failed(&walk->rdn) || der_at_end(&walk->rdns)) {
            return false;
        }
        walk->rdn = der_enter(&walk->rdns, DER_SET);
        first = true;
    }
    if (!read_attribute(&walk->rdn, attribute)) {
        return false;
    }
    attribute->first_of_rdn = first;
    return true;
}

bool cert_name_valid(struct plat_span name)
{
    struct cert_name_walk walk;
    struct cert_attribute attribute;
    cert_name_walk_open(name, &walk);
    while (cert_name_walk_next(&walk, &attribute)) {
    }
    return der_finish(&walk.rdns) && der_finish(&walk.rdn);
}

bool cert_name_empty(struct plat_span name)
{
    struct der_reader rdns = open_rdns(name);
    return der_finish(&rdns);
}

static bool is_text(const struct cert_attribute *attribute)
{
    return der_string_valid(attribute->value.tag, attribute->value.content);
}

static bool attributes_equal(const struct cert_attribute *a, const struct cert_attribute *b)
{
    if (!plat_span_equal(a->oid, b->oid)) {
        return false;
    }
    if (plat_span_equal(a->value.whole, b->value.whole)) {
        return true;
    }
    return is_text(a) && is_text(b) &&
           cert_fold_equal(cert_fold_of(a->value.tag, a->value.content),
                           cert_fold_of(b->value.tag, b->value.content));
}

/* Both RDNs hold the same values, in any order. */
static bool rdns_equal(struct der_reader a, struct der_reader b)
{
    struct cert_attribute left, right;
    uint32_t taken = 0; /* bit n: value n of b has its partner */
    size_t count_a = 0;
    for (; !der_at_end(&a); count_a++) {
        if (!read_attribute(&a, &left) || count_a >= RDN_VALUES) {
            return false;
        }
        struct der_reader rest = b;
        bool found = false;
        for (unsigned i = 0; i < RDN_VALUES && !found && !der_at_end(&rest); i++) {
            if (!read_attribute(&rest, &right)) {
                return false;
            }
            if ((taken & 1U << i) == 0 && attributes_equal(&left, &right)) {
                taken |= 1U << i;
                found = true;
            }
        }
        if (!found) {
            return false;
        }
    }
    size_t count_b = 0;
    for (; !der_at_end(&b); count_b++) {
        if (!read_attribute(&b, &right)) {
            return false;
        }
    }
    return count_a == count_b;
}

/* How the RDNs of `prefix` compare with as many of `name`; *rest = RDNs of name beyond them. */
static bool begins_with(struct plat_span name, struct plat_span prefix, bool *rest)
{
    struct der_reader a = open_rdns(name);
    struct der_reader b = open_rdns(prefix);
    while (!der_at_end(&b)) {
        struct der_reader rdn_a = der_enter(&a, DER_SET);
        struct der_reader rdn_b = der_enter(&b, DER_SET);
        if (der_failed(&a) || der_failed(&b) || !rdns_equal(rdn_a, rdn_b)) {
            return false;
        }
    }
    *rest = !der_at_end(&a);
    return !der_failed(&a) && !der_failed(&b);
}

bool cert_name_equal(struct plat_span a, struct plat_span b)
{
    bool rest = false;
    if (plat_span_equal(a, b)) {
        return true;
    }
    return begins_with(a, b, &rest) && !rest;
}

bool cert_name_has_prefix(struct plat_span name, struct plat_span prefix)
{
    bool rest = false;
    return begins_with(name, prefix, &rest);
}

/* FNV-1a */
static uint32_t hash_u8(uint32_t hash, uint8_t byte)
{
    return (hash ^ byte) * 16777619U;
}

static uint32_t hash_span(uint32_t hash, struct plat_span bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        hash = hash_u8(hash, bytes.data[i]);
    }
    return hash;
}

static uint32_t hash_attribute(const struct cert_attribute *attribute)
{
    uint32_t hash = hash_span(2166136261U, attribute->oid);
    if (!is_text(attribute)) {
        return hash_span(hash, attribute->value.whole);
    }
    struct cert_fold fold = cert_fold_of(attribute->value.tag, attribute->value.content);
    uint32_t c;
    while ((c = cert_fold_next(&fold)) != CERT_FOLD_END) {
        hash = hash_u8(hash_u8(hash_u8(hash, (uint8_t)c), (uint8_t)(c >> 8)), (uint8_t)(c >> 16));
    }
    return hash;
}

uint32_t cert_name_hash(struct plat_span name)
{
    struct cert_name_walk walk;
    struct cert_attribute attribute;
    uint32_t hash = 0;
    uint32_t rdn = 0; /* a sum: the order of its values does not count */
    cert_name_walk_open(name, &walk);
    while (cert_name_walk_next(&walk, &attribute)) {
        if (attribute.first_of_rdn) {
            hash = hash * 31U + rdn;
            rdn = 0;
        }
        rdn += hash_attribute(&attribute);
    }
    return hash * 31U + rdn;
}
