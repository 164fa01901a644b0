/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates in memory under four indexes: thumbprint, subject name, issuer and serial number, subject key identifier. */
#include "certstore/set.h"
#include "cert/name.h"
#include "platform/memory.h"
#include "store/table.h"

#include <stddef.h>
#include <string.h>

enum { BY_THUMBPRINT, BY_SUBJECT, BY_SERIAL, BY_KEY_ID };

struct entry {
    struct cert cert; /* first: a struct cert * from outside is its entry */
    struct cert_table_link link;
    struct plat_span properties;
    uint8_t bytes[]; /* the certificate, then its properties */
};

struct cert_set {
    struct cert_table table;
};

static const struct entry *entry_of(const struct cert *cert)
{
    return (const struct entry *)(const void *)cert;
}

/* NULL stays NULL. */
static const struct entry *entry_at(const struct cert_table_link *link)
{
    return link == NULL ? NULL : (const void *)((const uint8_t *)link - offsetof(struct entry, link));
}

win_error cert_set_create(struct cert_set **set)
{
    *set = NULL;
    struct cert_set *made = plat_alloc(sizeof *made);
    if (made == NULL || !cert_table_init(&made->table)) {
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
    for (size_t i = 0; i < set->table.count; i++) {
        plat_free((uint8_t *)set->table.links[i] - offsetof(struct entry, link));
    }
    cert_table_free(&set->table);
    plat_free(set);
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

static const struct entry *next(const struct entry *entry, unsigned index)
{
    return entry_at(entry->link.next[index]);
}

/* The first entry of the hash's bucket, or the one behind `previous`. */
static const struct entry *candidate(const struct cert_set *set, unsigned index, uint32_t hash,
                                     const struct cert *previous)
{
    if (previous != NULL) {
        return next(entry_of(previous), index);
    }
    return set == NULL ? NULL : entry_at(cert_table_first(&set->table, index, hash));
}

/* By thumbprint and byte for byte: SHA-1 can be made to collide. */
static const struct cert *find_same(const struct cert_set *set, const struct cert *wanted)
{
    uint32_t hash = hash_bytes(thumbprint_of(wanted->thumbprint));
    const struct entry *entry = candidate(set, BY_THUMBPRINT, hash, NULL);
    while (entry != NULL && !plat_span_equal(entry->cert.der, wanted->der)) {
        entry = next(entry, BY_THUMBPRINT);
    }
    return entry == NULL ? NULL : &entry->cert;
}

/* INTEGERs of the same value have the same bytes here. */
static struct plat_span without_zeros(struct plat_span serial)
{
    while (serial.size > 1 && serial.data[0] == 0) {
        serial = plat_span_of(serial.data + 1, serial.size - 1);
    }
    return serial;
}

static uint32_t hash_serial(struct plat_span issuer, struct plat_span serial)
{
    return cert_name_hash(issuer) * 16777619U ^ hash_bytes(without_zeros(serial));
}

static win_error make_entry(struct plat_span der, struct plat_span properties, struct entry **made)
{
    *made = NULL;
    if (properties.size > LIMIT_REG_DATA) {
        return ERROR_FILE_TOO_LARGE;
    }
    struct entry *entry = plat_alloc(sizeof *entry + der.size + properties.size);
    if (entry == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    memcpy(entry->bytes, der.data, der.size);
    if (properties.size != 0) {
        memcpy(entry->bytes + der.size, properties.data, properties.size);
    }
    entry->properties = plat_span_of(entry->bytes + der.size, properties.size);
    win_error error = cert_parse(plat_span_of(entry->bytes, der.size), &entry->cert);
    if (error != ERROR_SUCCESS) {
        plat_free(entry);
        return error;
    }
    entry->link.hash[BY_THUMBPRINT] = hash_bytes(thumbprint_of(entry->cert.thumbprint));
    entry->link.hash[BY_SUBJECT] = cert_name_hash(entry->cert.subject);
    entry->link.hash[BY_SERIAL] = hash_serial(entry->cert.issuer, entry->cert.serial);
    entry->link.hash[BY_KEY_ID] = hash_bytes(entry->cert.subject_key_id);
    *made = entry;
    return ERROR_SUCCESS;
}

win_error cert_set_add_with(struct cert_set *set, struct plat_span der, struct plat_span properties,
                            const struct cert **cert)
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
        struct entry *entry;
        error = cert_table_grow(&set->table) ? make_entry(der, properties, &entry) : ERROR_NOT_ENOUGH_MEMORY;
        if (error != ERROR_SUCCESS) {
            return error;
        }
        cert_table_add(&set->table, &entry->link);
        there = &entry->cert;
    }
    if (cert != NULL) {
        *cert = there;
    }
    return ERROR_SUCCESS;
}

win_error cert_set_add(struct cert_set *set, struct plat_span der, const struct cert **cert)
{
    return cert_set_add_with(set, der, (struct plat_span){0}, cert);
}

struct plat_span cert_set_properties(const struct cert_set *set, const struct cert *cert)
{
    (void)set;
    return entry_of(cert)->properties;
}

size_t cert_set_count(const struct cert_set *set)
{
    return set == NULL ? 0 : set->table.count;
}

const struct cert *cert_set_at(const struct cert_set *set, size_t index)
{
    return index < cert_set_count(set) ? &entry_at(set->table.links[index])->cert : NULL;
}

const struct cert *cert_set_find_thumbprint(const struct cert_set *set,
                                            const uint8_t thumbprint[CERT_THUMBPRINT_SIZE])
{
    uint32_t hash = hash_bytes(thumbprint_of(thumbprint));
    const struct entry *entry = candidate(set, BY_THUMBPRINT, hash, NULL);
    for (; entry != NULL; entry = next(entry, BY_THUMBPRINT)) {
        if (entry->link.hash[BY_THUMBPRINT] == hash &&
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
    for (; entry != NULL; entry = next(entry, BY_SUBJECT)) {
        if (entry->link.hash[BY_SUBJECT] == hash && cert_name_equal(entry->cert.subject, name)) {
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
    for (; entry != NULL; entry = next(entry, BY_KEY_ID)) {
        if (entry->link.hash[BY_KEY_ID] == hash && plat_span_equal(entry->cert.subject_key_id, key_id)) {
            return &entry->cert;
        }
    }
    return NULL;
}

const struct cert *cert_set_find_issuer_serial(const struct cert_set *set, struct plat_span issuer,
                                               struct plat_span serial)
{
    struct plat_span number = without_zeros(serial);
    uint32_t hash = hash_serial(issuer, serial);
    const struct entry *entry = candidate(set, BY_SERIAL, hash, NULL);
    for (; entry != NULL; entry = next(entry, BY_SERIAL)) {
        if (entry->link.hash[BY_SERIAL] == hash &&
            plat_span_equal(without_zeros(entry->cert.serial), number) &&
            cert_name_equal(entry->cert.issuer, issuer)) {
            return &entry->cert;
        }
    }
    return NULL;
}
