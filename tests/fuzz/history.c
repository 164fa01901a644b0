/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The changes that the history keeps: the input becomes the changes of an entry, as somebody else might have written them into the file. They must
 * be listed or refused, and undoing the entry must come back; what it changes in the registry is of no interest. Records that are read must be
 * written and read again as the same.
 */
#include "fuzz/fuzz.h"

#include "registry/history.h"
#include "registry/regfile.h"

#include "core/db.h"
#include "core/record.h"

#include "platform/limits.h"

#include <string.h>

#define INPUT_MOST 4096U

static struct reg_db *db;

static bool same_data(const struct record_data *a, const struct record_data *b)
{
    return a->type == b->type && plat_span_equal(a->data, b->data);
}

/* How many of them can be read. */
static unsigned read_records(struct plat_span input)
{
    struct plat_reader reader = plat_reader_of(input);
    struct record record, again;
    unsigned count = 0;

    while (record_get(&reader, &record)) {
        struct plat_buffer bytes;
        struct plat_reader second;

        plat_buffer_init(&bytes, 4U * INPUT_MOST);
        record_put(&bytes, &record);
        fuzz_require(!bytes.failed);
        second = plat_reader_of(plat_span_of(bytes.data, bytes.size));
        fuzz_require(record_get(&second, &again));
        fuzz_require(plat_reader_left(&second) == 0);
        fuzz_require(again.kind == record.kind && again.sequence == record.sequence &&
                     again.flags_before == record.flags_before && again.flags_after == record.flags_after);
        fuzz_require(plat_span_equal(again.name, record.name) && same_data(&again.before, &record.before) &&
                     same_data(&again.after, &record.after) &&
                     plat_span_equal(again.class_before, record.class_before) &&
                     plat_span_equal(again.class_after, record.class_after));
        plat_buffer_free(&bytes);
        count++;
    }
    return count;
}

static bool each_change(void *context, const struct reg_change *change)
{
    size_t *size = context;

    fuzz_require(change->key != NULL);
    *size += strlen(change->key) + (change->name ? strlen(change->name) : 0) + change->before.data.size +
             change->after.data.size;
    return true;
}

static bool each_entry(void *context, const struct reg_history_entry *entry)
{
    uint64_t *last = context;

    fuzz_require(entry->id > *last && entry->who && entry->what);
    *last = entry->id;
    return true;
}

static void begin_anew(void)
{
    static const char text[] = "[-HKLM\\A]\n[HKLM\\A\\B]\n\"v\"=\"text\"\n\"n\"=dword:1\n";
    struct reg_import_result result;

    fuzz_require(reg_history_clear(db) == ERROR_SUCCESS);
    fuzz_require(reg_import(db, plat_span_of(text, sizeof text - 1), NULL, &result) == ERROR_SUCCESS);
}

static uint64_t add_entry(struct plat_span changes)
{
    struct storage_entry entry = {.who = "fuzz", .what = "", .keys = 1, .values = 1, .complete = true};

    fuzz_require(storage_begin_write(db->storage) == ERROR_SUCCESS);
    fuzz_require(storage_history_end(db->storage, &entry.id, &entry.start) == ERROR_SUCCESS);
    entry.id++;
    entry.size = changes.size;
    fuzz_require(storage_history_add(db->storage, &entry, changes) == ERROR_SUCCESS);
    fuzz_require(storage_commit(db->storage) == ERROR_SUCCESS);
    return entry.id;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct plat_buffer conflict;
    size_t bytes = 0;
    uint64_t id, last = 0;
    win_error ignored;

    if (size > INPUT_MOST || read_records(plat_span_of(data, size)) == 0)
        return 0;
    if (!db)
        db = fuzz_registry("history.db");
    begin_anew();
    id = add_entry(plat_span_of(data, size));
    fuzz_require(reg_history_each(db, 0, each_entry, &last) == ERROR_SUCCESS);
    fuzz_require(last == id);
    ignored = reg_history_changes(db, id, each_change, &bytes);
    plat_buffer_init(&conflict, LIMIT_REG_PATH);
    ignored = reg_undo(db, id, &conflict, NULL);
    plat_buffer_free(&conflict);
    ignored = reg_undo(db, 0, NULL, NULL);
    (void)ignored;
    return 0;
}

bool fuzz_seed(unsigned number, struct plat_buffer *seed)
{
#define SPAN(text)                                                                                           \
    {                                                                                                        \
        (const uint8_t *)(text), sizeof(text) - 1                                                            \
    }
    const struct record path = {.kind = RECORD_PATH, .name = SPAN("HKEY_LOCAL_MACHINE\\A\\B"), .sequence = 6};
    const struct record records[] = {
        {.kind = RECORD_MADE},
        {.kind = RECORD_DELETED, .class_before = SPAN("c")},
        {.kind = RECORD_RENAMED, .name = SPAN("B")},
        {.kind = RECORD_CHANGED, .flags_before = 0, .flags_after = 1, .class_after = SPAN("c")},
        {.kind = RECORD_SET, .name = SPAN("v"), .sequence = 1, .after = {REG_SZ, SPAN("t\0e\0x\0t\0\0")}},
        {.kind = RECORD_OVERWRITTEN,
         .name = SPAN("n"),
         .before = {REG_DWORD, SPAN("\2\0\0")},
         .after = {REG_DWORD, SPAN("\1\0\0")}},
        {.kind = RECORD_REMOVED, .name = SPAN("gone"), .sequence = 3, .before = {REG_BINARY, SPAN("\1")}},
    };
    const unsigned count = sizeof records / sizeof records[0];

    if (number > count)
        return false;
    record_put(seed, &path);
    for (unsigned i = 0; i < count; i++) {
        if (i == number || number == count)
            record_put(seed, &records[i]);
    }
    return true;
}
