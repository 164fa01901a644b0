/* SPDX-License-Identifier: Apache-2.0 */
/* Distribution points: where a certificate says that its CRLs are, and which of them a list is (RFC 5280 sections 4.2.1.13, 5.2.5). */
#include "cert/crl.h"
#include "cert/name.h"

#include <string.h>

/* Does the SET's content make an RDN? */
static bool relative_name_valid(struct plat_span content)
{
    struct der_reader set = der_reader_of(content);
    if (der_at_end(&set)) {
        return false;
    }
    while (!der_at_end(&set)) {
        struct der_reader pair = der_enter(&set, DER_SEQUENCE);
        struct der_item value;
        (void)der_read_oid(&pair, DER_OID);
        (void)der_read(&pair, &value);
        if (!der_finish(&pair)) {
            return false;
        }
    }
    return der_finish(&set);
}

static bool full_name_valid(struct plat_span content)
{
    struct cert_list list;
    struct cert_general_name name;
    unsigned count = 0;
    if (!cert_general_names_open_content(content, &list)) {
        return false;
    }
    while (count <= LIMIT_POINT_NAMES && cert_general_names_next(&list, &name)) {
        count++;
    }
    return count <= LIMIT_POINT_NAMES;
}

struct plat_span cert_read_distribution_point_name(struct der_reader *r)
{
    struct der_item item;
    if (!der_read(r, &item)) {
        return (struct plat_span){0};
    }
    bool full = item.tag == DER_CONTEXT_CONSTRUCTED(0) && full_name_valid(item.content);
    if (!full && !(item.tag == DER_CONTEXT_CONSTRUCTED(1) && relative_name_valid(item.content))) {
        der_fail(r);
        return (struct plat_span){0};
    }
    return item.whole;
}

/* DistributionPoint ::= SEQUENCE { [0] DistributionPointName, [1] ReasonFlags, [2] cRLIssuer GeneralNames }, all OPTIONAL */
bool cert_distribution_points_next(struct cert_list *list, struct cert_distribution_point *point)
{
    *point = (struct cert_distribution_point){0};
    if (der_at_end(&list->reader)) {
        return false;
    }
    struct der_reader inside = der_enter(&list->reader, DER_SEQUENCE);
    if (der_next_is(&inside, DER_CONTEXT_CONSTRUCTED(0))) {
        struct der_reader wrapper = der_enter(&inside, DER_CONTEXT_CONSTRUCTED(0));
        point->name = cert_read_distribution_point_name(&wrapper);
        if (!der_finish(&wrapper)) {
            der_fail(&inside);
        }
    }
    if (der_next_is(&inside, DER_CONTEXT(1))) {
        point->has_reasons = true;
        point->reasons = der_read_named_bits(&inside, DER_CONTEXT(1));
    }
    if (der_next_is(&inside, DER_CONTEXT_CONSTRUCTED(2))) {
        point->crl_issuer = der_read_tag(&inside, DER_CONTEXT_CONSTRUCTED(2));
        if (!full_name_valid(point->crl_issuer)) {
            der_fail(&inside);
        }
    }
    /* Reasons alone lead nowhere. */
    if (!der_finish(&inside) || (point->name.size == 0 && point->crl_issuer.size == 0)) {
        der_fail(&list->reader);
        *point = (struct cert_distribution_point){0};
        return false;
    }
    return true;
}

bool cert_distribution_points_open(struct plat_span value, struct cert_list *list)
{
    struct cert_distribution_point point;
    struct der_reader outer = der_reader_of(value);
    list->reader = der_enter(&outer, DER_SEQUENCE);
    struct cert_list copy = *list;
    unsigned count = 0;
    while (count <= LIMIT_DISTRIBUTION_POINTS && cert_distribution_points_next(&copy, &point)) {
        count++;
    }
    if (!der_finish(&outer) || count == 0 || count > LIMIT_DISTRIBUTION_POINTS || !der_finish(&copy.reader)) {
        *list = (struct cert_list){0};
        return false;
    }
    return true;
}

/* Directory names compare as names, everything else byte for byte, as it is written into both by the same issuer. */
static bool general_names_equal(const struct cert_general_name *a, const struct cert_general_name *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    return a->kind == CERT_NAME_DIRECTORY ? cert_name_equal(a->value, b->value)
                                          : plat_span_equal(a->value, b->value);
}

/* The names that a DistributionPointName stands for, one after the other. */
struct point_names {
    struct plat_span point, issuer;
    struct cert_list list;
    bool relative, done;
};

static void names_open(struct point_names *names, struct plat_span point, struct plat_span issuer)
{
    struct der_reader outer = der_reader_of(point);
    struct der_item item = {0};
    *names = (struct point_names){.point = point, .issuer = issuer};
    (void)der_read(&outer, &item);
    names->relative = item.tag == DER_CONTEXT_CONSTRUCTED(1);
    if (names->relative) {
        names->point = item.content;
    } else {
        names->done = !cert_general_names_open_content(item.content, &names->list);
    }
}

/* name = issuer + one RDN? That one is compared byte for byte. */
static bool is_below(struct plat_span name, const struct point_names *relative)
{
    struct der_reader outer = der_reader_of(name), base = der_reader_of(relative->issuer);
    struct der_reader rdns = der_enter(&outer, DER_SEQUENCE), above = der_enter(&base, DER_SEQUENCE);
    struct der_item item;
    if (!cert_name_has_prefix(name, relative->issuer)) {
        return false;
    }
    while (!der_at_end(&above)) {
        (void)der_read(&above, &item);
        (void)der_read(&rdns, &item);
    }
    return der_read(&rdns, &item) && der_at_end(&rdns) && item.tag == DER_SET &&
           plat_span_equal(item.content, relative->point);
}

static bool both_full_meet(struct point_names *a, const struct point_names *b)
{
    struct cert_general_name left, right;
    while (cert_general_names_next(&a->list, &left)) {
        struct cert_list others = b->list;
        while (cert_general_names_next(&others, &right)) {
            if (general_names_equal(&left, &right)) {
                return true;
            }
        }
    }
    return false;
}

static bool full_meets_relative(struct point_names *full, const struct point_names *relative)
{
    struct cert_general_name name;
    while (cert_general_names_next(&full->list, &name)) {
        if (name.kind == CERT_NAME_DIRECTORY && is_below(name.value, relative)) {
            return true;
        }
    }
    return false;
}

bool cert_distribution_point_names_meet(struct plat_span a, struct plat_span a_issuer, struct plat_span b,
                                        struct plat_span b_issuer)
{
    struct point_names left, right;
    names_open(&left, a, a_issuer);
    names_open(&right, b, b_issuer);
    if (left.done || right.done) {
        return false;
    }
    if (left.relative && right.relative) {
        return cert_name_equal(left.issuer, right.issuer) && plat_span_equal(left.point, right.point);
    }
    if (!left.relative && !right.relative) {
        return both_full_meet(&left, &right);
    }
    return left.relative ? full_meets_relative(&right, &left) : full_meets_relative(&left, &right);
}

bool cert_distribution_point_names_directory(struct plat_span point, struct plat_span issuer,
                                             struct plat_span name)
{
    struct point_names names;
    struct cert_general_name one;
    names_open(&names, point, issuer);
    if (names.relative) {
        return is_below(name, &names);
    }
    while (!names.done && cert_general_names_next(&names.list, &one)) {
        if (one.kind == CERT_NAME_DIRECTORY && cert_name_equal(one.value, name)) {
            return true;
        }
    }
    return false;
}

int cert_number_compare(struct plat_span a, struct plat_span b)
{
    while (a.size > 0 && a.data[0] == 0) {
        a = plat_span_of(a.data + 1, a.size - 1);
    }
    while (b.size > 0 && b.data[0] == 0) {
        b = plat_span_of(b.data + 1, b.size - 1);
    }
    if (a.size != b.size) {
        return a.size < b.size ? -1 : 1;
    }
    return a.size == 0 ? 0 : memcmp(a.data, b.data, a.size);
}
