/* SPDX-License-Identifier: Apache-2.0 */
/* CRLs in memory under two indexes: thumbprint and issuer name; each with an index of its own entries. */
#include "cert/name.h"
#include "platform/memory.h"
#include "store/crl_index.h"
#include "store/table.h"

#include <stddef.h>
#include <string.h>

enum { BY_THUMBPRINT, BY_ISSUER };

struct entry {
    struct cert_crl crl; /* first: a struct cert_crl * from outside is its entry */
    struct cert_table_link link;
    struct crl_index serials;
    struct plat_span properties; /* behind the DER */
    uint8_t bytes[];
};

struct cert_crl_set {
    struct cert_table table;
};

static const struct entry *entry_of(const struct cert_crl *crl)
{
    return (const struct entry *)(const void *)crl;
}

/* NULL stays NULL. */
static const struct entry *entry_at(const struct cert_table_link *link)
{
    return link == NULL ? NULL : (const void *)((const uint8_t *)link - offsetof(struct entry, link));
}

win_error cert_crl_set_create(struct cert_crl_set **set)
{
    *set = NULL;
    struct cert_crl_set *made = plat_alloc(sizeof *made);
    if (made == NULL || !cert_table_init(&made->table)) {
        plat_free(made);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    *set = made;
    return ERROR_SUCCESS;
}

static void free_entry(struct entry *entry)
{
    if (entry != NULL) {
        crl_index_free(&entry->serials);
        plat_free(entry);
    }
}

void cert_crl_set_free(struct cert_crl_set *set)
{
    if (set == NULL) {
        return;
    }
    for (size_t i = 0; i < set->table.count; i++) {
        free_entry((void *)((uint8_t *)set->table.links[i] - offsetof(struct entry, link)));
    }
    cert_table_free(&set->table);
    plat_free(set);
}

static uint32_t hash_thumbprint(const uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    uint32_t hash; /* SHA-1 is hash enough */
    memcpy(&hash, thumbprint, sizeof hash);
    return hash;
}

/* By thumbprint and byte for byte: SHA-1 can be made to collide. */
static const struct cert_crl *find_same(const struct cert_crl_set *set, const struct cert_crl *wanted)
{
    const struct entry *entry =
        entry_at(cert_table_first(&set->table, BY_THUMBPRINT, hash_thumbprint(wanted->thumbprint)));
    while (entry != NULL && !plat_span_equal(entry->crl.der, wanted->der)) {
        entry = entry_at(entry->link.next[BY_THUMBPRINT]);
    }
    return entry == NULL ? NULL : &entry->crl;
}

static struct entry *make_entry(const struct cert_crl *parsed, struct plat_span properties)
{
    struct plat_span der = parsed->der;
    if (properties.size > SIZE_MAX - sizeof(struct entry) - der.size) {
        return NULL;
    }
    struct entry *entry = plat_alloc(sizeof *entry + der.size + properties.size);
    if (entry == NULL) {
        return NULL;
    }
    memcpy(entry->bytes, der.data, der.size);
    entry->properties = (struct plat_span){0};
    if (properties.size != 0) {
        memcpy(entry->bytes + der.size, properties.data, properties.size);
        entry->properties = plat_span_of(entry->bytes + der.size, properties.size);
    }
    entry->serials = (struct crl_index){0};
    entry->link = (struct cert_table_link){0};
    /* The copy reads as the original did; only memory can fail. */
    if (cert_crl_parse(plat_span_of(entry->bytes, der.size), &entry->crl) != ERROR_SUCCESS ||
        !crl_index_make(&entry->crl, &entry->serials)) {
        free_entry(entry);
        return NULL;
    }
    entry->link.hash[BY_THUMBPRINT] = hash_thumbprint(entry->crl.thumbprint);
    entry->link.hash[BY_ISSUER] = cert_name_hash(entry->crl.issuer);
    return entry;
}

win_error cert_crl_set_add(struct cert_crl_set *set, struct plat_span der, struct plat_span properties,
                           const struct cert_crl **crl)
{
    struct cert_crl parsed;
    if (crl != NULL) {
        *crl = NULL;
    }
    win_error error = cert_crl_parse(der, &parsed);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    const struct cert_crl *there = find_same(set, &parsed);
    if (there == NULL) {
        struct entry *entry = cert_table_grow(&set->table) ? make_entry(&parsed, properties) : NULL;
        if (entry == NULL) {
            return ERROR_NOT_ENOUGH_MEMORY;
        }
        cert_table_add(&set->table, &entry->link);
        there = &entry->crl;
    }
    if (crl != NULL) {
        *crl = there;
    }
    return ERROR_SUCCESS;
}

size_t cert_crl_set_count(const struct cert_crl_set *set)
{
    return set == NULL ? 0 : set->table.count;
}

const struct cert_crl *cert_crl_set_at(const struct cert_crl_set *set, size_t index)
{
    return index < cert_crl_set_count(set) ? &entry_at(set->table.links[index])->crl : NULL;
}

struct plat_span cert_crl_set_properties(const struct cert_crl_set *set, const struct cert_crl *crl)
{
    (void)set;
    return entry_of(crl)->properties;
}

const struct cert_crl *cert_crl_set_find_thumbprint(const struct cert_crl_set *set,
                                                    const uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    if (set == NULL) {
        return NULL;
    }
    const struct entry *entry =
        entry_at(cert_table_first(&set->table, BY_THUMBPRINT, hash_thumbprint(thumbprint)));
    while (entry != NULL && memcmp(entry->crl.thumbprint, thumbprint, CERT_THUMBPRINT_SIZE) != 0) {
        entry = entry_at(entry->link.next[BY_THUMBPRINT]);
    }
    return entry == NULL ? NULL : &entry->crl;
}

const struct cert_crl *cert_crl_set_next_issuer(const struct cert_crl_set *set, struct plat_span name,
                                                const struct cert_crl *previous)
{
    if (set == NULL) {
        return NULL;
    }
    uint32_t hash = cert_name_hash(name);
    const struct entry *entry = entry_at(previous != NULL ? entry_of(previous)->link.next[BY_ISSUER]
                                                          : cert_table_first(&set->table, BY_ISSUER, hash));
    for (; entry != NULL; entry = entry_at(entry->link.next[BY_ISSUER])) {
        if (entry->link.hash[BY_ISSUER] == hash && cert_name_equal(entry->crl.issuer, name)) {
            return &entry->crl;
        }
    }
    return NULL;
}

bool cert_crl_set_lookup(const struct cert_crl_set *set, const struct cert_crl *crl, struct plat_span issuer,
                         struct plat_span serial, struct cert_crl_entry *entry)
{
    (void)set;
    *entry = (struct cert_crl_entry){0};
    return crl_index_find(&entry_of(crl)->serials, crl, issuer, serial, entry);
}
