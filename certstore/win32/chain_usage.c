/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pApplicationUsage and pIssuanceUsage: the extended key usages and the policies that all certificates from
 * the root down to an element allow; NULL = any. They inform, the error words judge. Of policies that cannot
 * be followed simply, because authorities above map them, none is named.
 */
#include "chain/facts.h"
#include "platform/memory.h"
#include "win32/chain.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t oid_any_usage[] = {0x55, 0x1d, 0x25, 0x00};
static const uint8_t oid_any_policy[] = {0x55, 0x1d, 0x20, 0x00};

/* Sorted; with `any` the list means nothing. */
struct oid_list {
    bool any;
    size_t count;
    struct plat_span *oids;
};

static int compare_oids(const void *left, const void *right)
{
    const struct plat_span *a = left;
    const struct plat_span *b = right;

    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    return a->size == 0 ? 0 : memcmp(a->data, b->data, a->size);
}

/* No list of OIDs has more than its bytes allow: three for each. */
static win_error make_room(struct oid_list *list, size_t bytes)
{
    *list = (struct oid_list){.oids = plat_calloc(bytes / 3 + 1, sizeof(struct plat_span))};
    return list->oids ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

static void add(struct oid_list *list, struct plat_span oid, struct plat_span any)
{
    if (plat_span_equal(oid, any))
        list->any = true;
    else
        list->oids[list->count++] = oid;
}

static win_error read_usages(const struct chain_facts *facts, struct oid_list *list)
{
    struct cert_list walk;
    struct plat_span oid;
    win_error error = make_room(list, facts->usages.value.size);

    if (error)
        return error;
    list->any = !facts->usages.limited;
    walk = chain_usages_open(&facts->usages);
    while (facts->usages.limited && chain_usages_next(&facts->usages, &walk, &oid))
        add(list, oid, plat_span_of(oid_any_usage, sizeof oid_any_usage));
    qsort(list->oids, list->count, sizeof list->oids[0], compare_oids);
    return ERROR_SUCCESS;
}

static win_error read_policies(const struct chain_facts *facts, bool any_counts, struct oid_list *list)
{
    struct cert_list walk;
    struct cert_policy policy;
    win_error error = make_room(list, facts->policies.size);

    if (error)
        return error;
    if (facts->has_policies && cert_policies_open(facts->policies, &walk))
        while (cert_policies_next(&walk, &policy))
            add(list, policy.oid, plat_span_of(oid_any_policy, sizeof oid_any_policy));
    list->any = list->any && any_counts;
    qsort(list->oids, list->count, sizeof list->oids[0], compare_oids);
    return ERROR_SUCCESS;
}

/* Narrows `all` by `own`, whose memory it may take over. */
static void narrow(struct oid_list *all, struct oid_list *own)
{
    size_t left = 0;

    if (own->any)
        return;
    if (all->any) {
        struct oid_list none = *all;

        *all = *own;
        *own = none;
        return;
    }
    for (size_t i = 0; i < all->count; i++)
        if (bsearch(&all->oids[i], own->oids, own->count, sizeof own->oids[0], compare_oids))
            all->oids[left++] = all->oids[i];
    all->count = left;
}

static win_error give_text(const struct oid_list *list, struct wc_oids *out)
{
    size_t table = (list->count + 1) * sizeof(LPSTR);
    struct plat_buffer text;
    char *memory, *next;
    win_error error;

    out->any = list->any;
    if (list->any)
        return ERROR_SUCCESS;
    plat_buffer_init(&text, 16 * LIMIT_CERT_SIZE);
    for (size_t i = 0; i < list->count; i++) {
        der_oid_text(list->oids[i], &text);
        plat_buffer_append_u8(&text, 0);
    }
    error = text.failed;
    memory = error ? NULL : plat_alloc(table + text.size);
    if (!error && !memory)
        error = ERROR_NOT_ENOUGH_MEMORY;
    if (!error) {
        out->memory = memory;
        out->usage = (CERT_ENHKEY_USAGE){(DWORD)list->count, out->memory};
        next = memory + table;
        if (text.size > 0)
            memcpy(next, text.data, text.size);
        for (size_t i = 0; i < list->count; i++, next += strlen(next) + 1)
            out->usage.rgpszUsageIdentifier[i] = next;
    }
    plat_buffer_free(&text);
    return error;
}

/* Down the chain. */
struct descent {
    struct oid_list usages, policies;
    bool mapped;  /* somebody above maps policies */
    bool inhibit; /* somebody above bars anyPolicy */
};

static win_error step(struct descent *d, const struct cert *cert, bool anchor, struct wc_usages *out)
{
    struct chain_facts facts;
    struct oid_list own = {.oids = NULL};
    win_error error;

    chain_facts_read(cert, &facts);
    error = read_usages(&facts, &own);
    if (!error)
        narrow(&d->usages, &own);
    plat_free(own.oids);
    own.oids = NULL;
    if (!error && !anchor) {
        error = read_policies(&facts, !d->inhibit, &own);
        if (!error)
            narrow(&d->policies, &own);
        plat_free(own.oids);
    }
    if (d->mapped && !error) {
        d->policies.any = false;
        d->policies.count = 0;
    }
    d->mapped = d->mapped || facts.has_mappings;
    d->inhibit = d->inhibit || facts.has_inhibit_any;
    if (!error)
        error = give_text(&d->usages, &out->application);
    if (!error)
        error = give_text(&d->policies, &out->issuance);
    return error;
}

win_error wc_usages_make(const struct cert_chain *chain, struct wc_usages *usages)
{
    struct descent descent = {.usages = {.any = true}, .policies = {.any = true}};
    win_error error = ERROR_SUCCESS;

    memset(usages, 0, chain->count * sizeof *usages);
    for (size_t i = chain->count; i-- > 0 && !error;) {
        const struct cert_chain_element *element = &chain->elements[i];
        bool anchor = i + 1 == chain->count && element->info & CERT_TRUST_IS_SELF_SIGNED;

        error = step(&descent, element->cert, anchor, &usages[i]);
    }
    plat_free(descent.usages.oids);
    plat_free(descent.policies.oids);
    return error;
}

void wc_usages_free(struct wc_usages *usages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        plat_free(usages[i].application.memory);
        plat_free(usages[i].issuance.memory);
    }
}
