/* SPDX-License-Identifier: Apache-2.0 */
#include "store/crl_index.h"
#include "cert/crl.h"
#include "cert/name.h"
#include "platform/memory.h"

#include <string.h>

#define NO_ENTRY UINT32_MAX

_Static_assert(LIMIT_CRL_SIZE < NO_ENTRY, "32-bit offsets");

/* The serial number of an entry that was checked before. */
static struct plat_span serial_at(const struct cert_crl *crl, uint32_t at)
{
    struct der_reader list = der_reader_of(plat_span_of(crl->entries.data + at, crl->entries.size - at));
    struct der_reader inside = der_enter(&list, DER_SEQUENCE);
    return der_read_tag(&inside, DER_INTEGER);
}

/* Any order will do that is the same every time. As DER has it: -1 is not 255. */
static int compare_serials(struct plat_span a, struct plat_span b)
{
    if (a.size != b.size) {
        return a.size < b.size ? -1 : 1;
    }
    return a.size == 0 ? 0 : memcmp(a.data, b.data, a.size);
}

static bool less(const struct crl_index *index, const struct cert_crl *crl, size_t a, size_t b)
{
    int order = compare_serials(serial_at(crl, index->at[a]), serial_at(crl, index->at[b]));
    if (order == 0 && index->hash != NULL && index->hash[a] != index->hash[b]) {
        return index->hash[a] < index->hash[b];
    }
    return order != 0 ? order < 0 : index->at[a] < index->at[b];
}

static void swap(struct crl_index *index, size_t a, size_t b)
{
    uint32_t *const columns[] = {index->at, index->issuer, index->hash};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0] && columns[i] != NULL; i++) {
        uint32_t kept = columns[i][a];
        columns[i][a] = columns[i][b];
        columns[i][b] = kept;
    }
}

static void sift(struct crl_index *index, const struct cert_crl *crl, size_t root, size_t count)
{
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count) {
            return;
        }
        if (child + 1 < count && less(index, crl, child, child + 1)) {
            child++;
        }
        if (!less(index, crl, root, child)) {
            return;
        }
        swap(index, root, child);
        root = child;
    }
}

/* Heapsort: in place and never slower than n log n, whatever order a list comes in. */
static void sort(struct crl_index *index, const struct cert_crl *crl)
{
    size_t ordered = 1;
    while (ordered < index->count && less(index, crl, ordered - 1, ordered)) {
        ordered++;
    }
    if (ordered >= index->count) {
        return; /* most issuers sort */
    }
    for (size_t root = index->count / 2; root-- > 0;) {
        sift(index, crl, root, index->count);
    }
    for (size_t end = index->count; end-- > 1;) {
        swap(index, 0, end);
        sift(index, crl, 0, end);
    }
}

static size_t count_entries(const struct cert_crl *crl)
{
    struct der_reader list = der_reader_of(crl->entries);
    struct der_item item;
    size_t count = 0;
    while (!der_at_end(&list) && der_read(&list, &item)) {
        count++;
    }
    return count;
}

static void fill(const struct cert_crl *crl, struct crl_index *index)
{
    struct cert_crl_entry entry;
    const uint8_t *named = crl->issuer.data; /* the name that `hash` is of */
    uint32_t issuer = NO_ENTRY, hash = cert_name_hash(crl->issuer);
    size_t at = 0;
    for (size_t i = 0; i < index->count; i++) {
        size_t start = at;
        if (!cert_crl_next(crl, &at, &entry)) {
            index->count = i; /* cannot be: cert_crl_parse has walked it */
            return;
        }
        index->at[i] = (uint32_t)start;
        if (index->issuer != NULL) {
            if (entry.issuer.data != named) {
                named = entry.issuer.data;
                issuer = (uint32_t)start;
                hash = cert_name_hash(entry.issuer);
            }
            index->issuer[i] = issuer;
            index->hash[i] = hash;
        }
    }
}

bool crl_index_make(const struct cert_crl *crl, struct crl_index *index)
{
    *index = (struct crl_index){.count = count_entries(crl)};
    if (index->count == 0) {
        return true;
    }
    size_t columns = crl->scope.indirect ? 3 : 1;
    index->at = plat_calloc(index->count * columns, sizeof *index->at);
    if (index->at == NULL) {
        index->count = 0;
        return false;
    }
    if (crl->scope.indirect) {
        index->issuer = index->at + index->count;
        index->hash = index->issuer + index->count;
    }
    fill(crl, index);
    sort(index, crl);
    return true;
}

void crl_index_free(struct crl_index *index)
{
    plat_free(index->at);
    *index = (struct crl_index){0};
}

static struct plat_span issuer_of(const struct crl_index *index, const struct cert_crl *crl, size_t i)
{
    struct cert_crl_entry entry;
    if (index->issuer == NULL || index->issuer[i] == NO_ENTRY) {
        return crl->issuer;
    }
    cert_crl_entry_at(crl, index->issuer[i], &entry);
    return entry.issuer;
}

/* The first item that is not less than serial and hash. */
static size_t lower_bound(const struct crl_index *index, const struct cert_crl *crl, struct plat_span serial,
                          uint32_t hash)
{
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_serials(serial_at(crl, index->at[middle]), serial);
        if (order < 0 || (order == 0 && index->hash != NULL && index->hash[middle] < hash)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool crl_index_find(const struct crl_index *index, const struct cert_crl *crl, struct plat_span issuer,
                    struct plat_span serial, struct cert_crl_entry *entry)
{
    uint32_t hash = index->hash == NULL ? 0 : cert_name_hash(issuer);
    for (size_t i = lower_bound(index, crl, serial, hash); i < index->count; i++) {
        if (!plat_span_equal(serial_at(crl, index->at[i]), serial) ||
            (index->hash != NULL && index->hash[i] != hash)) {
            break;
        }
        struct plat_span name = issuer_of(index, crl, i);
        if (cert_name_equal(name, issuer)) {
            cert_crl_entry_at(crl, index->at[i], entry);
            entry->issuer = name;
            return true;
        }
    }
    return false;
}
