/* SPDX-License-Identifier: Apache-2.0 */
#include "core/cache.h"

#include "platform/clock.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

enum { PARTS = 2, BUCKETS = 1024, UNIT = 8, UNITS = (LIMIT_REG_CACHE / PARTS - 4096U) / UNIT };

_Static_assert(UNITS < UINT16_MAX, "places are 16 bits");

enum kind { KIND_PATH, KIND_VALUE, KIND_ABOVE };

struct entry {
    uint64_t key;    /* the parent of a path, the key of a value */
    uint64_t result; /* the key, or the value's type */
    uint32_t hash;
    uint16_t next; /* place of the next in its bucket, plus 1 */
    uint16_t kind;
    uint16_t name_size;
    uint16_t data_size;
    uint8_t bytes[]; /* name and data */
};

/* A part that is full is begun anew. */
struct part {
    uint32_t used; /* units */
    uint16_t buckets[BUCKETS];
    uint64_t units[UNITS];
};

/*
 * Paths of keys that others were opened below have a part of their own: there are few of them, and they should not go with the many below them that are
 * wanted but once.
 */
struct cache {
    uint64_t generation;
    uint64_t looked; /* milliseconds, when data_version was */
    uint32_t data_version;
    struct part parts[PARTS];
};

_Static_assert(sizeof(struct cache) <= LIMIT_REG_CACHE, "as the limits page says");

static struct part *part_of(struct cache *cache, enum kind kind)
{
    return &cache->parts[kind == KIND_ABOVE];
}

static void forget_part(struct part *part)
{
    if (part->used == 0)
        return;
    part->used = 0;
    memset(part->buckets, 0, sizeof part->buckets);
}

static void forget(struct cache *cache)
{
    for (size_t i = 0; i < PARTS; i++)
        forget_part(&cache->parts[i]);
}

static struct cache *make(struct reg_db *db)
{
    struct cache *cache = db->reads > CACHE_READS ? plat_alloc(sizeof *cache) : NULL;

    if (!cache)
        return NULL;
    memset(cache, 0, offsetof(struct cache, parts));
    for (size_t i = 0; i < PARTS; i++)
        memset(&cache->parts[i], 0, offsetof(struct part, units));
    cache->looked = plat_clock_coarse_ms();
    if (storage_data_version(db->storage, &cache->data_version) != ERROR_SUCCESS) {
        plat_free(cache);
        return NULL;
    }
    db->cache = cache;
    return cache;
}

/* Somebody may have written without ringing. An unreadable file: reading it will tell. */
static void look(struct reg_db *db, struct cache *cache)
{
    uint64_t now = plat_clock_coarse_ms();
    uint32_t version = cache->data_version;

    if (now - cache->looked < LIMIT_REG_LOOK_MS)
        return;
    cache->looked = now;
    if (storage_data_version(db->storage, &version) != ERROR_SUCCESS || version != cache->data_version)
        forget(cache);
    cache->data_version = version;
}

/* NULL when nothing may be taken from it now. */
static struct cache *usable(struct reg_db *db, struct cache_guard *guard)
{
    struct cache *cache;

    guard->may = false;
    if (db->transaction != DB_NO_TRANSACTION || !db->bell || !plat_doorbell_is_shared(db->bell))
        return NULL;
    guard->generation = plat_doorbell_count(db->bell); /* before anything is read */
    cache = db->cache ? db->cache : make(db);
    if (!cache)
        return NULL;
    guard->may = true;
    if (cache->generation != guard->generation) {
        forget(cache);
        cache->generation = guard->generation;
    }
    look(db, cache);
    return cache;
}

static uint32_t hash_of(enum kind kind, uint64_t key, const char *name, size_t size)
{
    uint32_t hash = 2166136261U ^ (uint32_t)kind;

    hash = (hash ^ (uint32_t)key) * 16777619U;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (uint8_t)name[i]) * 16777619U;
    return hash ^ hash >> 15;
}

static struct entry *at(struct part *part, unsigned place)
{
    return (struct entry *)(void *)&part->units[place - 1];
}

static const struct entry *find(struct cache *cache, enum kind kind, uint64_t key, const char *name,
                                size_t size)
{
    uint32_t hash = hash_of(kind, key, name, size);
    struct part *part = part_of(cache, kind);

    for (unsigned place = part->buckets[hash % BUCKETS]; place != 0;) {
        const struct entry *e = at(part, place);

        if (e->hash == hash && e->key == key && e->kind == kind && e->name_size == size &&
            memcmp(e->bytes, name, size) == 0)
            return e;
        place = e->next;
    }
    return NULL;
}

static void add(struct reg_db *db, const struct cache_guard *guard, enum kind kind, uint64_t key,
                struct plat_span name, uint64_t result, struct plat_span data)
{
    struct cache *cache = db->cache;
    size_t units = (sizeof(struct entry) + name.size + data.size + UNIT - 1) / UNIT;
    struct part *part;
    struct entry *e;
    uint16_t *bucket;

    if (++db->reads == CACHE_READS_MANY)
        storage_expect_reading(db->storage);
    if (!guard->may || !cache || cache->generation != guard->generation || units > UNITS / 8)
        return;
    part = part_of(cache, kind);
    if (part->used + units > UNITS)
        forget_part(part);
    e = at(part, part->used + 1U);
    *e = (struct entry){.key = key, .result = result, .kind = (uint16_t)kind};
    e->hash = hash_of(kind, key, (const char *)name.data, name.size);
    e->name_size = (uint16_t)name.size;
    e->data_size = (uint16_t)data.size;
    memcpy(e->bytes, name.data, name.size);
    if (data.size > 0)
        memcpy(e->bytes + name.size, data.data, data.size);
    bucket = &part->buckets[e->hash % BUCKETS];
    e->next = *bucket;
    *bucket = (uint16_t)(part->used + 1U);
    part->used += (uint32_t)units;
}

static bool find_path(struct reg_db *db, enum kind kind, reg_key parent, struct plat_span path, reg_key *key,
                      struct cache_guard *guard)
{
    struct cache *cache = usable(db, guard);
    const struct entry *e = cache ? find(cache, kind, parent, (const char *)path.data, path.size) : NULL;

    if (e)
        *key = e->result;
    return e != NULL;
}

bool cache_find_key(struct reg_db *db, reg_key parent, struct plat_span path, reg_key *key,
                    struct cache_guard *guard)
{
    return find_path(db, KIND_PATH, parent, path, key, guard);
}

bool cache_find_above(struct reg_db *db, reg_key parent, struct plat_span path, reg_key *key,
                      struct cache_guard *guard)
{
    return find_path(db, KIND_ABOVE, parent, path, key, guard);
}

bool cache_find_value(struct reg_db *db, reg_key key, const char *name, size_t size, uint32_t *type,
                      struct plat_buffer *data, struct cache_guard *guard)
{
    struct cache *cache = usable(db, guard);
    const struct entry *e = cache ? find(cache, KIND_VALUE, key, name, size) : NULL;

    if (!e)
        return false;
    *type = (uint32_t)e->result;
    plat_buffer_append(data, e->bytes + e->name_size, e->data_size);
    return true;
}

void cache_add_key(struct reg_db *db, const struct cache_guard *guard, reg_key parent, struct plat_span path,
                   reg_key key)
{
    static const struct plat_span nothing = {NULL, 0};

    add(db, guard, KIND_PATH, parent, path, key, nothing);
}

void cache_add_above(struct reg_db *db, const struct cache_guard *guard, reg_key parent,
                     struct plat_span path, reg_key key)
{
    static const struct plat_span nothing = {NULL, 0};

    add(db, guard, KIND_ABOVE, parent, path, key, nothing);
}

void cache_add_value(struct reg_db *db, const struct cache_guard *guard, reg_key key, const char *name,
                     size_t size, uint32_t type, struct plat_span data)
{
    if (data.size <= LIMIT_REG_CACHE_DATA)
        add(db, guard, KIND_VALUE, key, plat_span_of(name, size), type, data);
}

void cache_free(struct reg_db *db)
{
    plat_free(db->cache);
    db->cache = NULL;
}
