/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates in memory under three indexes: thumbprint, subject name, subject key identifier. */
#include "certstore/set.h"
#include "cert/name.h"
#include "platform/memory.h"

#include <string.h>

enum { BY_THUMBPRINT, BY_SUBJECT, BY_KEY_ID, INDEXES };

#define FIRST_BUCKETS 16U

struct entry {
    struct cert cert; /* first: a struct cert * from outside is its entry */
    uint32_t hash[INDEXES];
    struct entry *next[INDEXES]; /* in the same bucket, in the order added */
    uint8_t der[];
};

struct bucket {
    struct entry *first, *last;
};

struct cert_set {
    struct entry **entries;
    size_t count, capacity;
    struct bucket *buckets; /* bucket_count for each index, one behind the other */
    size_t bucket_count;    /* a power of two */
};

static struct bucket *bucket_of(const struct cert_set *set, unsigned index, uint32_t hash)
{
    return &set->buckets[index * set->bucket_count + (hash & (set->bucket_count - 1))];
}

static void link_entry(struct cert_set *set, struct entry *entry)
{
    for (unsigned index = 0; index < INDEXES; index++) {
        struct bucket *bucket = bucket_of(set, index, entry->hash[index]);
        entry->next[index] = NULL;
        if (bucket->first == NULL) {
            bucket->first = entry;
        } else {
            bucket->last->next[index] = entry;
        }
        bucket->last = entry;
    }
}

win_error cert_set_create(struct cert_set **set)
{
    *set = NULL;
    struct cert_set *made = plat_calloc(1, sizeof *made);
    if (made == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    made->bucket_count = FIRST_BUCKETS;
    made->buckets = plat_calloc((size_t)INDEXES * FIRST_BUCKETS, sizeof *made->buckets);
    if (made->buckets == NULL) {
        plat_free(made);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    *set = made;
    return ERROR_SUCCESS;
}

void cert_set_free(struct cert_set *set)
{
    if (set == NULL) {
        return;
    }
    for (size_t i = 0; i < set->count; i++) {
        plat_free(set->entries[i]);
    }
    plat_free(set->entries);
    plat_free(set->buckets);
    plat_free(set);
}

/* Room for one more entry, and never more entries than buckets. */
static bool grow(struct cert_set *set)
{
    if (set->count == set->capacity) {
        size_t capacity = set->capacity == 0 ? FIRST_BUCKETS : 2 * set->capacity;
        struct entry **entries = plat_realloc(set->entries, capacity * sizeof *entries);
        if (entries == NULL) {
            return false;
        }
        set->entries = entries;
        set->capacity = capacity;
    }
    if (set->count < set->bucket_count) {
        return true;
    }
    struct bucket *buckets = plat_calloc(INDEXES * 2 * set->bucket_count, sizeof *buckets);
    if (buckets == NULL) {
        return false;
    }
    plat_free(set->buckets);
    set->buckets = buckets;
    set->bucket_count *= 2;
    for (size_t i = 0; i < set->count; i++) {
        link_entry(set, set->entries[i]);
    }
    return true;
}

static uint32_t hash_bytes(struct plat_span bytes)
{
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (size_t i = 0; i < bytes.size; i++) {
        hash = (hash ^ bytes.data[i]) * 16777619U;
    }
    return hash;
}

static struct plat_span thumbprint_of(const uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    return plat_span_of(thumbprint, CERT_THUMBPRINT_SIZE);
}

/* By thumbprint and byte for byte: SHA-1 can be made to collide. */
static const struct cert *find_same(const struct cert_set *set, const struct cert *wanted)
{
    uint32_t hash = hash_bytes(thumbprint_of(wanted->thumbprint));
    const struct entry *entry = bucket_of(set, BY_THUMBPRINT, hash)->first;
    while (entry != NULL && !plat_span_equal(entry->cert.der, wanted->der)) {
        entry = entry->next[BY_THUMBPRINT];
    }
    return entry == NULL ? NULL : &entry->cert;
}

win_error cert_set_add(struct cert_set *set, struct plat_span der, const struct cert **cert)
{
    struct cert parsed;
    if (cert != NULL) {
        *cert = NULL;
    }
    win_error error = cert_parse(der, &parsed);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    const struct cert *there = find_same(set, &parsed);
    if (there == NULL) {
        struct entry *entry = grow(set) ? plat_alloc(sizeof *entry + der.size) : NULL;
        if (entry == NULL) {
            return ERROR_NOT_ENOUGH_MEMORY;
        }
        memcpy(entry->der, der.data, der.size);
        error = cert_parse(plat_span_of(entry->der, der.size), &entry->cert);
        if (error != ERROR_SUCCESS) {
            plat_free(entry);
            return error;
        }
        entry->hash[BY_THUMBPRINT] = hash_bytes(thumbprint_of(entry->cert.thumbprint));
        entry->hash[BY_SUBJECT] = cert_name_hash(entry->cert.subject);
        entry->hash[BY_KEY_ID] = hash_bytes(entry->cert.subject_key_id);
        set->entries[set->count++] = entry;
        link_entry(set, entry);
        there = &entry->cert;
    }
    if (cert != NULL) {
        *cert = there;
    }
    return ERROR_SUCCESS;
}

size_t cert_set_count(const struct cert_set *set)
{
    return set == NULL ? 0 : set->count;
}

const struct cert *cert_set_at(const struct cert_set *set, size_t index)
{
    return index < cert_set_count(set) ? &set->entries[index]->cert : NULL;
}

/* The first entry of the hash's bucket, or the one behind `previous`. */
static const struct entry *candidate(const struct cert_set *set, unsigned index, uint32_t hash,
                                     const struct cert *previous)
{
    if (previous != NULL) {
        return ((const struct entry *)(const void *)previous)->next[index];
    }
    return set == NULL ? NULL : bucket_of(set, index, hash)->first;
}

const struct cert *cert_set_find_thumbprint(const struct cert_set *set,
                                            const uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    uint32_t hash = hash_bytes(thumbprint_of(thumbprint));
    const struct entry *entry = candidate(set, BY_THUMBPRINT, hash, NULL);
    for (; entry != NULL; entry = entry->next[BY_THUMBPRINT]) {
        if (entry->hash[BY_THUMBPRINT] == hash &&
            memcmp(entry->cert.thumbprint, thumbprint, CERT_THUMBPRINT_SIZE) == 0) {
            return &entry->cert;
        }
    }
    return NULL;
}

const struct cert *cert_set_next_subject(const struct cert_set *set, struct plat_span name,
                                         const struct cert *previous)
{
    uint32_t hash = cert_name_hash(name);
    const struct entry *entry = candidate(set, BY_SUBJECT, hash, previous);
    for (; entry != NULL; entry = entry->next[BY_SUBJECT]) {
        if (entry->hash[BY_SUBJECT] == hash && cert_name_equal(entry->cert.subject, name)) {
            return &entry->cert;
        }
    }
    return NULL;
}

const struct cert *cert_set_next_key_id(const struct cert_set *set, struct plat_span key_id,
                                        const struct cert *previous)
{
    uint32_t hash = hash_bytes(key_id);
    if (key_id.size == 0) {
        return NULL; /* no identifier is not an identifier that they share */
    }
    const struct entry *entry = candidate(set, BY_KEY_ID, hash, previous);
    for (; entry != NULL; entry = entry->next[BY_KEY_ID]) {
        if (entry->hash[BY_KEY_ID] == hash && plat_span_equal(entry->cert.subject_key_id, key_id)) {
            return &entry->cert;
        }
    }
    return NULL;
}
