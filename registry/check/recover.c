/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Saving what can be read of a damaged file. Its pages are gone through one by one, whatever the trees above them look like: a row is known by its shape
 * and by its fold, which must be that of its name. So a damaged page takes with it only what is in it; the names of its keys are
 * still in the index (upcased).
 */
#include "check/cells.h"
#include "check/rules.h"
#include "core/storage.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

/* Ids count up from 1: one beyond this is damage, and would use up the numbers of keys to come. */
#define ID_MOST (INT64_C(1) << 48)

/* Keys first: only then is it known which ones have nothing left but their name in the index. */
enum pass { PASS_KEYS, PASS_INDEXES };

struct saving {
    struct rules rules;
    struct raw_target *target;
    struct raw_listener listener;
    reg_check_tell tell;
    void *context;
    struct reg_check_result *result;
    struct plat_buffer line;
    struct plat_buffer name; /* a name made from a fold */
    enum pass pass;
    uint64_t entries; /* of the history, which is not carried over: what it would undo may be lost */
    win_error error;
};

static void on_tell(void *context, bool is_fault, const char *text)
{
    struct saving *s = context;

    *(is_fault ? &s->result->faults : &s->result->warnings) += 1;
    if (s->tell)
        s->tell(s->context, is_fault, text);
}

static void say(struct saving *s, bool is_fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say(struct saving *s, bool is_fault, const char *format, ...)
{
    const char *text;
    va_list args;

    plat_buffer_clear(&s->line);
    va_start(args, format);
    plat_buffer_vprintf(&s->line, format, args);
    va_end(args);
    text = plat_buffer_text(&s->line);
    on_tell(s, is_fault, text ? text : "something is lost that there is no memory to describe");
}

/* ---- rows by their shape ---- */

static bool has_shape(const struct row *row, const char *shape)
{
    static const char letters[] = {
        [COLUMN_NULL] = 'n', [COLUMN_INTEGER] = 'i', [COLUMN_REAL] = 'r', [COLUMN_BLOB] = 'b', [COLUMN_TEXT] = 't'};

    if (row->columns != strlen(shape))
        return false;
    for (unsigned i = 0; i < row->columns; i++) {
        if (letters[row->column[i].kind] != shape[i])
            return false;
    }
    return true;
}

static bool is_id(int64_t id)
{
    return id > 0 && id < ID_MOST;
}

/* key(id, parent, fold, name, flags, mtime, seq); the id is the row's own. */
static bool key_of_row(struct saving *s, const struct row *row, struct raw_key *key)
{
    const struct column *c = row->column;

    if (!has_shape(row, "nittiii") || !is_id(row->id) || c[1].number < 0 || c[1].number >= ID_MOST ||
        rules_name(&s->rules, c[3].bytes, c[2].bytes, true) != RULES_GOOD)
        return false;
    *key = (struct raw_key){
        .id = (reg_key)row->id,
        .parent = (reg_key)(c[1].number ? c[1].number : row->id), /* beside the roots: as in a circle */
        .fold = c[2].bytes,
        .name = c[3].bytes,
        .flags = (uint32_t)c[4].number & (STORAGE_KEY_PROTECTED | STORAGE_KEY_VOLATILE),
        .modified = c[5].number,
        .sequence = c[6].number > 0 && c[6].number < ID_MOST ? (uint64_t)c[6].number : 0};
    return true;
}

/* val(key, fold, seq, name, type, data) */
static bool value_of_row(struct saving *s, const struct row *row, struct raw_value *value)
{
    const struct column *c = row->column;

    if (!has_shape(row, "ititib") || !is_id(c[0].number) || c[2].number < 0 || c[2].number >= ID_MOST ||
        c[4].number < 0 || c[4].number > UINT32_MAX || c[5].bytes.size > LIMIT_REG_DATA ||
        rules_name(&s->rules, c[3].bytes, c[1].bytes, false) != RULES_GOOD)
        return false;
    *value = (struct raw_value){.key = (reg_key)c[0].number,
                                .fold = c[1].bytes,
                                .sequence = (uint64_t)c[2].number,
                                .name = c[3].bytes,
                                .type = (uint32_t)c[4].number,
                                .data = c[5].bytes};
    return true;
}

/* The index (parent, fold) of key, which ends in the id: of a key that is lost, its place and its name in capitals. */
static bool name_of_row(struct saving *s, const struct row *row, struct raw_key *key)
{
    const struct column *c = row->column;
    struct plat_buffer units;

    /* The roots' own are here as well. */
    if (!has_shape(row, "iti") || !is_id(c[0].number) || !is_id(c[2].number) ||
        c[2].number <= (int64_t)REG_HKU)
        return false;
    plat_buffer_init(&units, LIMIT_REG_PATH);
    plat_utf16le_append(&units, (const char *)c[1].bytes.data, c[1].bytes.size);
    plat_buffer_clear(&s->name);
    plat_utf8_append_utf16le(&s->name,
                             plat_span_of(units.data, units.size)); /* pairs of surrogates become one */
    plat_buffer_free(&units);
    *key = (struct raw_key){.id = (reg_key)c[2].number,
                            .parent = (reg_key)c[0].number,
                            .fold = c[1].bytes,
                            .name = plat_span_of(s->name.data, s->name.size),
                            .flags = STORAGE_KEY_PROTECTED};
    return !s->name.failed && rules_name(&s->rules, key->name, key->fold, true) == RULES_GOOD;
}

/* ---- putting them into the new file ---- */

static void add_key(struct saving *s, const struct raw_key *found)
{
    struct raw_key key = *found;
    struct plat_buffer other;
    win_error error = raw_target_key(s->target, &key);

    if (error != ERROR_ALREADY_EXISTS || raw_target_has_key(s->target, key.id)) {
        s->error = error == ERROR_ALREADY_EXISTS ? ERROR_SUCCESS : error;
        return;
    }
    /* Two keys of one name: the second gets its number as well. */
    plat_buffer_init(&other, LIMIT_LOG_LINE);
    plat_buffer_printf(&other, "RECOVERED %" PRIu64, key.id);
    key.fold = key.name = plat_span_of(other.data, other.size);
    s->error = other.failed ? other.failed : raw_target_key(s->target, &key);
    if (s->error == ERROR_ALREADY_EXISTS)
        s->error = ERROR_SUCCESS;
    say(s, true,
        "two keys in key %" PRIu64 " have the same name: key %" PRIu64 " is now \"RECOVERED %" PRIu64 "\"",
        key.parent, key.id, key.id);
    plat_buffer_free(&other);
}

/*
 * Tables of a number and a text: classes of keys, and files that keys were loaded from. These begin with a slash; to write what is left back over such
 * a file, which may be whole, would be the greater damage.
 */
static void add_text(struct saving *s, const struct row *row)
{
    struct plat_span text = row->column[1].bytes;

    if (text.size > 0 && text.data[0] == '/') {
        say(s, false,
            "key %" PRId64
            " was loaded from \"%.*s\" and is an ordinary key now: that file is as it was last written",
            row->id, text.size > 300 ? 300 : (int)text.size, (const char *)text.data);
        return;
    }
    if (text.size == 0 || rules_name(&s->rules, text, text, false) == RULES_BAD_NAME)
        return;
    s->error = raw_target_class(s->target, (reg_key)row->id, text);
    if (s->error == ERROR_ALREADY_EXISTS)
        s->error = ERROR_SUCCESS;
}

static bool is_boot(const struct row *row)
{
    return has_shape(row, "tt") && row->column[0].bytes.size == 4 &&
           memcmp(row->column[0].bytes.data, "boot", 4) == 0 &&
           plat_utf8_valid((const char *)row->column[1].bytes.data, row->column[1].bytes.size);
}

static void on_row(void *context, const struct row *row)
{
    struct saving *s = context;
    struct raw_value value;
    struct raw_key key;

    if (s->error)
        return;
    if (s->pass == PASS_KEYS) {
        if (key_of_row(s, row, &key))
            add_key(s, &key);
        else if (has_shape(row, "nt") && is_id(row->id))
            add_text(s, row);
        else
            s->entries += has_shape(row, "nittiiiiiib");
    } else if (is_boot(row)) {
        s->error = raw_target_boot(s->target, row->column[1].bytes);
    } else if (value_of_row(s, row, &value)) {
        s->error = raw_target_value(s->target, &value);
        if (s->error == ERROR_ALREADY_EXISTS)
            s->error = ERROR_SUCCESS; /* the same row, left behind somewhere */
    } else if (name_of_row(s, row, &key) && !raw_target_has_key(s->target, key.id)) {
        say(s, true,
            "key %" PRIu64 " was found by its name alone, in capitals: \"%.*s\"; what was noted of it "
            "(protected, class, time) is lost, "
            "it is protected now",
            key.id, key.name.size > 300 ? 300 : (int)key.name.size, (const char *)key.name.data);
        add_key(s, &key);
    }
}

static void tell_unknown(struct saving *s, struct pages *pages, uint8_t *page)
{
    enum { TREE_INNER = 0x05 };

    for (uint32_t number = 1; number <= pages->count && !s->error; number++) {
        uint32_t start = number == 1 ? 100 : 0;

        if (pages->use[number] != PAGE_UNKNOWN)
            continue;
        if (!pages_read(pages, number, page))
            say(s, true, "page %" PRIu32 " cannot be read: what was in it is lost", number);
        else if (page[start] != TREE_INNER)
            say(s, true, "page %" PRIu32 " is damaged: what was in it is lost", number);
    }
    if (!pages->free_is_known)
        say(s, true, "the list of free pages is damaged: what had been deleted may be back");
}

static void save_pages(struct saving *s, struct pages *pages)
{
    struct cells cells;

    s->error = cells_init(&cells, pages);
    if (s->error)
        return;
    for (int pass = PASS_KEYS; pass <= PASS_INDEXES; pass++) {
        enum cells_kind kind = pass == PASS_KEYS ? CELLS_OF_TABLE : CELLS_OF_INDEX;

        s->pass = (enum pass)pass;
        for (uint32_t number = 1; number <= pages->count && !s->error; number++) {
            uint32_t bad = cells_each(&cells, number, kind, on_row, s);

            if (bad > 0)
                say(s, true, "page %" PRIu32 ": %" PRIu32 " row(s) in it cannot be read", number, bad);
        }
    }
    tell_unknown(s, pages, cells.page);
    if (s->entries > 0)
        say(s, false, "the history (%" PRIu64 " entries) is not carried over", s->entries);
    cells_free(&cells);
}

static win_error save(struct saving *s, struct raw_file *file, const char *target, struct plat_buffer *message)
{
    struct pages pages;
    win_error error = pages_open(&pages, file);

    if (!error)
        error = raw_target_make(target, &s->target, message);
    if (error) {
        pages_close(&pages);
        return error;
    }
    save_pages(s, &pages);
    pages_close(&pages);
    if (!s->error)
        s->error = raw_target_commit(s->target, &s->listener, s->result);
    if (s->error && message) {
        plat_buffer_clear(message);
        plat_buffer_printf(message, "%s cannot be written: %s", target,
                           raw_target_message(s->target)[0] ? raw_target_message(s->target)
                                                            : win_error_text(s->error));
    }
    raw_target_close(s->target);
    return s->error;
}

win_error reg_recover(const char *source, const char *target, reg_check_tell tell, void *context,
                      struct plat_buffer *message, struct reg_check_result *result)
{
    struct saving s = {.tell = tell, .context = context, .result = result};
    struct raw_file *file;
    win_error error;

    memset(result, 0, sizeof *result);
    error = raw_open(source, &file, message);
    if (error)
        return error;
    s.listener = (struct raw_listener){.context = &s, .tell = on_tell};
    rules_init(&s.rules);
    plat_buffer_init(&s.line, 4096);
    plat_buffer_init(&s.name, LIMIT_REG_PATH);
    error = save(&s, file, target, message);
    plat_buffer_free(&s.name);
    plat_buffer_free(&s.line);
    rules_free(&s.rules);
    raw_close(file);
    return error;
}
