/* SPDX-License-Identifier: Apache-2.0 */
/* GeneralNames (RFC 5280 section 4.2.1.6) and the subtrees of nameConstraints (4.2.1.10). */
#include "cert/extensions.h"
#include "cert/name.h"

static const struct cert_list empty_list;

/* OtherName ::= SEQUENCE { type-id OID, value [0] EXPLICIT ANY }, its SEQUENCE tag replaced by [0] */
static bool other_name_valid(struct plat_span content)
{
    struct der_reader inside = der_reader_of(content);
    struct der_item value;
    (void)der_read_oid(&inside, DER_OID);
    struct der_reader wrapper = der_enter(&inside, DER_CONTEXT_CONSTRUCTED(0));
    (void)der_read(&wrapper, &value);
    return der_finish(&wrapper) && der_finish(&inside);
}

static bool any_elements(struct plat_span content)
{
    struct der_reader inside = der_reader_of(content);
    struct der_item item;
    while (der_read(&inside, &item) && !der_at_end(&inside)) {
    }
    return der_finish(&inside);
}

static bool read_general_name(struct der_reader *r, struct cert_general_name *name)
{
    struct der_item item;
    *name = (struct cert_general_name){0};
    if (!der_read(r, &item)) {
        return false;
    }
    bool ok;
    switch (item.tag) {
    case DER_CONTEXT_CONSTRUCTED(CERT_NAME_OTHER):
        ok = other_name_valid(item.content);
        break;
    case DER_CONTEXT(CERT_NAME_RFC822):
    case DER_CONTEXT(CERT_NAME_DNS):
    case DER_CONTEXT(CERT_NAME_URI):
        ok = der_string_valid(DER_IA5_STRING, item.content);
        break;
    case DER_CONTEXT_CONSTRUCTED(CERT_NAME_X400):
    case DER_CONTEXT_CONSTRUCTED(CERT_NAME_EDI_PARTY):
        ok = any_elements(item.content);
        break;
    case DER_CONTEXT_CONSTRUCTED(CERT_NAME_DIRECTORY): /* EXPLICIT: Name is a CHOICE */
        ok = cert_name_valid(item.content);
        break;
    case DER_CONTEXT(CERT_NAME_IP):
        ok = true;
        break;
    case DER_CONTEXT(CERT_NAME_REGISTERED_ID):
        ok = der_oid_valid(item.content);
        break;
    default:
        ok = false;
    }
    if (!ok) {
        der_fail(r);
        return false;
    }
    name->kind = (enum cert_general_name_kind)(item.tag & 0x1fU);
    name->value = item.content;
    return true;
}

bool cert_general_names_next(struct cert_list *list, struct cert_general_name *name)
{
    if (der_at_end(&list->reader)) {
        *name = (struct cert_general_name){0};
        return false;
    }
    return read_general_name(&list->reader, name);
}

bool cert_general_names_open_content(struct plat_span content, struct cert_list *list)
{
    struct cert_general_name name;
    struct cert_list copy = {.reader = der_reader_of(content)};
    *list = copy;
    while (cert_general_names_next(&copy, &name)) {
    }
    if (content.size == 0 || !der_finish(&copy.reader)) {
        *list = empty_list;
        return false;
    }
    return true;
}

bool cert_general_names_open(struct plat_span value, struct cert_list *list)
{
    struct der_reader outer = der_reader_of(value);
    struct plat_span content = der_read_tag(&outer, DER_SEQUENCE);
    if (!der_finish(&outer)) {
        *list = empty_list;
        return false;
    }
    return cert_general_names_open_content(content, list);
}

/* GeneralSubtree ::= SEQUENCE { base GeneralName, minimum [0] DEFAULT 0, maximum [1] OPTIONAL } */
bool cert_subtree_next(struct cert_list *list, struct cert_subtree *subtree)
{
    *subtree = (struct cert_subtree){0};
    if (der_at_end(&list->reader)) {
        return false;
    }
    struct der_reader inside = der_enter(&list->reader, DER_SEQUENCE);
    (void)read_general_name(&inside, &subtree->base);
    if (der_next_is(&inside, DER_CONTEXT(0))) {
        subtree->minimum = der_read_u32(&inside, DER_CONTEXT(0));
    }
    if (der_next_is(&inside, DER_CONTEXT(1))) {
        subtree->has_maximum = true;
        subtree->maximum = der_read_u32(&inside, DER_CONTEXT(1));
    }
    if (!der_finish(&inside)) {
        der_fail(&list->reader);
        *subtree = (struct cert_subtree){0};
        return false;
    }
    return true;
}

/* An optional, non-empty list of subtrees under an IMPLICIT tag. */
static bool read_subtrees(struct der_reader *r, unsigned number, struct cert_list *list)
{
    struct cert_subtree subtree;
    if (!der_next_is(r, DER_CONTEXT_CONSTRUCTED(number))) {
        return false;
    }
    list->reader = der_enter(r, DER_CONTEXT_CONSTRUCTED(number));
    struct cert_list copy = *list;
    if (der_at_end(&copy.reader)) {
        der_fail(r);
    }
    while (cert_subtree_next(&copy, &subtree)) {
    }
    if (der_failed(&copy.reader)) {
        der_fail(r);
    }
    return true;
}

bool cert_decode_name_constraints(struct plat_span value, struct cert_name_constraints *out)
{
    *out = (struct cert_name_constraints){0};
    struct cert_name_constraints found = {0};
    struct der_reader outer = der_reader_of(value);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    found.has_permitted = read_subtrees(&inside, 0, &found.permitted);
    found.has_excluded = read_subtrees(&inside, 1, &found.excluded);
    if (!der_finish(&outer) || !der_finish(&inside) || (!found.has_permitted && !found.has_excluded)) {
        return false;
    }
    *out = found;
    return true;
}
