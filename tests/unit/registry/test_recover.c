/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of a file with known contents are destroyed. What is recovered must be a sound registry, and hold every value none of whose bytes lay in
 * a destroyed page: each name and all data carry the value's number, so that a page tells whose it is.
 */
#include "sample.h"

#include "support/power_cut/power_cut.h"

#include "registry/check.h"

#include "platform/file.h"
#include "platform/limits.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES = 400, PER_KEY = 4, PAGE = 4096, MARK = 12 };

struct damage {
    struct sample *s;
    struct plat_buffer whole;
    bool found[VALUES];     /* where it belongs */
    bool somewhere[VALUES]; /* at least under Recovered */
    uint32_t runs, lost;
};

/* Some are long enough for pages of their own. */
static size_t data_size(unsigned i)
{
    return MARK * (1 + (i % 50 == 0 ? 1500 : i % 11 == 0 ? 120 : i % 9));
}

static void mark(unsigned i, char text[MARK + 1])
{
    snprintf(text, MARK + 1, "mark-%06u;", i);
}

static void data_of(unsigned i, uint8_t *data)
{
    char text[MARK + 1];

    mark(i, text);
    for (size_t at = 0; at < data_size(i); at += MARK)
        memcpy(data + at, text, MARK);
}

static void key_path(unsigned i, char text[64])
{
    snprintf(text, 64, "Known\\branch %u\\Key %u \xf0\x9f\x98\x80", i / PER_KEY % 7, i / PER_KEY);
}

static void fill(struct sample *s)
{
    static uint8_t data[MARK * 1600];

    assert_success(reg_begin(s->db));
    for (unsigned n = 0; n < VALUES; n++) {
        unsigned i = n * 37 % VALUES; /* in no order */
        char path[64];
        char name[MARK + 1];

        key_path(i, path);
        mark(i, name);
        data_of(i, data);
        assert_success(reg_value_set(s->db, sample_key(s, path), name, REG_BINARY, data, data_size(i)));
    }
    assert_success(reg_commit(s->db));
    reg_db_close(s->db);
    s->db = NULL;
}

static int setup(void **state)
{
    struct damage *d = calloc(1, sizeof *d);
    void *sample;

    if (!d || sample_setup(&sample) != 0)
        return -1;
    *state = d;
    d->s = sample;
    power_cut_install(); /* nothing is synced: hundreds of files are written */
    fill(d->s);
    plat_buffer_init(&d->whole, LIMIT_REG_TEXT);
    return plat_file_read_all(sample_file(d->s, "registry"), &d->whole) == ERROR_SUCCESS ? 0 : -1;
}

static int teardown(void **state)
{
    struct damage *d = *state;
    void *sample = d->s;

    power_cut_uninstall();
    plat_buffer_free(&d->whole);
    free(d);
    return sample_teardown(&sample);
}

static void write_source(struct damage *d, const char *name, const void *data, size_t size)
{
    power_cut_write_file(sample_file(d->s, name), data, size);
}

/* ---- looking at what was saved ---- */

struct walk {
    struct damage *d;
    struct reg_db *db;
};

static bool note_value(void *context, const struct reg_value *value)
{
    static uint8_t data[MARK * 1600];
    struct walk *walk = context;
    unsigned i;

    if (sscanf(value->name, "mark-%6u;", &i) == 1 && i < VALUES && value->data.size == data_size(i)) {
        data_of(i, data);
        if (memcmp(data, value->data.data, value->data.size) == 0)
            walk->d->somewhere[i] = true;
    }
    return true;
}

static bool note_key(void *context, reg_key key, const char *name)
{
    struct walk *walk = context;

    (void)name;
    assert_success(reg_each_value(walk->db, key, note_value, walk));
    assert_success(reg_each_key(walk->db, key, note_key, walk));
    return true;
}

static void look(struct damage *d, struct reg_db *db)
{
    struct walk walk = {d, db};
    struct plat_buffer data;

    memset(d->found, 0, sizeof d->found);
    memset(d->somewhere, 0, sizeof d->somewhere);
    note_key(&walk, REG_HKLM, "");
    plat_buffer_init(&data, LIMIT_REG_DATA);
    for (unsigned i = 0; i < VALUES; i++) {
        char path[64];
        char name[MARK + 1];
        reg_key key;

        key_path(i, path);
        mark(i, name);
        plat_buffer_clear(&data);
        d->found[i] = d->somewhere[i] && reg_key_open(db, REG_HKLM, path, &key) == ERROR_SUCCESS &&
                      reg_value_get(db, key, name, NULL, &data) == ERROR_SUCCESS;
    }
    plat_buffer_free(&data);
}

static void print_fault(void *context, bool is_fault, const char *text)
{
    (void)context;
    if (is_fault)
        print_message("    %s\n", text);
}

/* Recovers "damaged" into "saved" and looks at that. */
static win_error recover(struct damage *d, struct reg_check_result *result)
{
    const char *target = sample_file(d->s, "saved");
    struct reg_check_result sound;
    struct reg_db *db;
    win_error error, ignored;

    ignored = plat_file_remove(target);
    (void)ignored;
    error = reg_recover(sample_file(d->s, "damaged"), target, NULL, NULL, NULL, result);
    if (error)
        return error;
    d->runs++;
    assert_success(reg_check(target, print_fault, NULL, NULL, &sound));
    assert_int_equal(sound.faults, 0);
    assert_success(reg_db_open(target, REG_OPEN_WRITE, &db, NULL));
    look(d, db);
    assert_success(sample_set_dword(db, REG_HKLM, "it lives", 1));
    reg_db_close(db);
    return ERROR_SUCCESS;
}

/* Does the value's number occur in this page as it was? */
static bool is_in_page(const struct damage *d, size_t page, unsigned i)
{
    char text[MARK + 1];
    const uint8_t *p = d->whole.data + page * PAGE;

    mark(i, text);
    for (size_t at = 0; at + 5 <= PAGE; at++) {
        /* A mark that the page's end cuts counts by its beginning or its end. */
        size_t room = PAGE - at < MARK ? PAGE - at : MARK;

        if ((p[at] == 'm' || p[at] == 'M') &&
            (memcmp(p + at, text, room) == 0 || memcmp(p + at, "MARK-", 5) == 0) &&
            (room < MARK || memcmp(p + at + 5, text + 5, MARK - 5) == 0))
            return true;
    }
    for (size_t part = 1; part < MARK; part++) {
        if (memcmp(p + 4, text + MARK - part, part) == 0)
            return true; /* an overflow page goes on behind four bytes */
    }
    return false;
}

/* Is any of the value's bytes in one of the pages? */
static bool is_hit(const struct damage *d, const bool *hit, unsigned i)
{
    for (size_t page = 0; page < d->whole.size / PAGE; page++) {
        if (hit[page] && is_in_page(d, page, i))
            return true;
    }
    return false;
}

/* ---- tests ---- */

static void a_sound_file(void **state)
{
    struct damage *d = *state;
    struct reg_check_result result;

    write_source(d, "damaged", d->whole.data, d->whole.size);
    assert_success(recover(d, &result));
    assert_int_equal(result.faults, 0);
    assert_int_equal(result.values, VALUES);
    assert_int_equal(result.keys, 4 + 1 + 7 + VALUES / PER_KEY);
    for (unsigned i = 0; i < VALUES; i++)
        assert_true(d->found[i]);
    assert_int_equal(
        reg_recover(sample_file(d->s, "damaged"), sample_file(d->s, "saved"), NULL, NULL, NULL, &result),
        ERROR_ALREADY_EXISTS);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void destroy(uint8_t *page, uint32_t *seed, unsigned how)
{
    for (size_t i = 0; i < PAGE; i++)
        page[i] = how == 0 ? 0 : how == 1 ? 0xFF : (uint8_t)next_random(seed);
}

#if defined(__arm__) || defined(__SANITIZE_ADDRESS__)
enum { ROUNDS = 12, PAGE_STEP = 4 };
#else
enum { ROUNDS = 150, PAGE_STEP = 1 };
#endif

/* Each page alone: every value outside of it is where it belongs. */
static void each_page(void **state)
{
    struct damage *d = *state;
    size_t pages = d->whole.size / PAGE;
    bool *hit = calloc(pages, sizeof *hit);
    uint32_t seed = 1;

    assert_non_null(hit);
    assert_true(pages > 60);
    for (size_t page = 0; page < pages; page += PAGE_STEP) {
        struct reg_check_result result;
        struct plat_buffer copy;

        plat_buffer_init(&copy, LIMIT_REG_TEXT);
        plat_buffer_append(&copy, d->whole.data, d->whole.size);
        destroy(copy.data + page * PAGE, &seed, (unsigned)(page % 3));
        write_source(d, "damaged", copy.data, copy.size);
        plat_buffer_free(&copy);
        assert_success(recover(d, &result));
        /* Zeros in the last page of long data look like data: SQLite has no checksums. */
        if (result.faults == 0 && page % 3 != 0)
            fail_msg("page %zu destroyed: nothing was told", page + 1);
        hit[page] = true;
        for (unsigned i = 0; i < VALUES; i++) {
            if (!d->found[i] && !is_hit(d, hit, i))
                fail_msg("page %zu destroyed: value %u is not where it was", page + 1, i);
            d->lost += !d->found[i];
        }
        hit[page] = false;
    }
    free(hit);
    print_message("%u files with one page destroyed: %u of %u values lost, all of them in those pages\n",
                  (unsigned)d->runs, (unsigned)d->lost, (unsigned)(d->runs * VALUES));
}

/* Several at once: keys may have lost their names, no value outside is lost. */
static void several_pages(void **state)
{
    struct damage *d = *state;
    size_t pages = d->whole.size / PAGE;
    bool *hit = calloc(pages, sizeof *hit);
    uint32_t seed = 12345;

    assert_non_null(hit);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct reg_check_result result;
        struct plat_buffer copy;
        unsigned count = 2 + next_random(&seed) % (round % 2 ? 6 : 30);

        plat_buffer_init(&copy, LIMIT_REG_TEXT);
        plat_buffer_append(&copy, d->whole.data, d->whole.size);
        memset(hit, 0, pages * sizeof *hit);
        for (unsigned n = 0; n < count; n++) {
            size_t page = next_random(&seed) % pages;

            hit[page] = true;
            destroy(copy.data + page * PAGE, &seed, n % 3);
        }
        write_source(d, "damaged", copy.data, copy.size);
        plat_buffer_free(&copy);
        assert_success(recover(d, &result));
        for (unsigned i = 0; i < VALUES; i++) {
            if (!d->somewhere[i] && !is_hit(d, hit, i))
                fail_msg("round %u: value %u is lost", round, i);
            d->lost += !d->somewhere[i];
        }
    }
    free(hit);
    print_message("%u files with several pages destroyed: %u of %u values lost, all of them in those pages\n",
                  (unsigned)d->runs, (unsigned)d->lost, (unsigned)(d->runs * VALUES));
}

/* Single bytes anywhere: nothing crashes or hangs, what is saved is sound, and pages without a changed byte are whole. */
static void scattered_bytes(void **state)
{
    struct damage *d = *state;
    size_t pages = d->whole.size / PAGE;
    bool *hit = calloc(pages, sizeof *hit);
    uint32_t seed = 777;

    assert_non_null(hit);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct reg_check_result result;
        struct plat_buffer copy;
        unsigned count = 1 + next_random(&seed) % (round % 3 == 0 ? 2000 : 20);

        plat_buffer_init(&copy, LIMIT_REG_TEXT);
        plat_buffer_append(&copy, d->whole.data, d->whole.size);
        memset(hit, 0, pages * sizeof *hit);
        for (unsigned n = 0; n < count; n++) {
            size_t page = next_random(&seed) % (round % 5 == 0 ? 4 : pages);
            size_t at = page * PAGE + next_random(&seed) % (n % 2 ? 40 : PAGE);

            hit[page] = true;
            copy.data[at] = (uint8_t)next_random(&seed);
        }
        write_source(d, "damaged", copy.data, copy.size);
        plat_buffer_free(&copy);
        assert_success(recover(d, &result));
        for (unsigned i = 0; i < VALUES; i++) {
            if (!d->somewhere[i] && !is_hit(d, hit, i))
                fail_msg("round %u: value %u is lost", round, i);
        }
    }
    free(hit);
}

/* Rubbish of any size, with and without a beginning that looks right, gives an empty registry or an error. */
static void rubbish(void **state)
{
    struct damage *d = *state;
    struct reg_check_result result;
    static const uint8_t types[] = {0x0D, 0x0A, 0x02, 0x05}; /* of pages */
    struct plat_buffer copy;
    uint32_t seed = 99;

    plat_buffer_init(&copy, LIMIT_REG_TEXT);
    plat_buffer_append(&copy, d->whole.data, d->whole.size);
    for (size_t i = 100; i < copy.size; i++)
        copy.data[i] = next_random(&seed) % 3 ? (uint8_t)next_random(&seed) : types[i % ELEMENTS(types)];
    for (size_t size = 0; size < copy.size; size += 1 + size * 2) {
        write_source(d, "damaged", copy.data, size);
        assert_success(recover(d, &result));
        assert_int_equal(result.keys, 4);
        assert_int_equal(result.values, 0);
        write_source(d, "damaged", copy.data + 100, size);
        assert_success(recover(d, &result));
        assert_int_equal(result.values, 0);
    }
    plat_buffer_free(&copy);
    for (size_t size = d->whole.size; size > 100; size -= size / 5) {
        write_source(d, "damaged", d->whole.data, size); /* cut off */
        assert_success(recover(d, &result));
        for (unsigned i = 0; i < VALUES; i++) {
            bool inside = true;

            for (size_t page = size / PAGE; page < d->whole.size / PAGE; page++)
                inside = inside && !is_in_page(d, page, i);
            if (inside && !d->somewhere[i])
                fail_msg("cut at %zu: value %u is lost", size, i);
        }
    }
}

static void sql(struct damage *d, const char *statements)
{
    sqlite3 *db;

    write_source(d, "damaged", d->whole.data, d->whole.size);
    assert_int_equal(sqlite3_open(sample_file(d->s, "damaged"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, statements, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static struct reg_db *saved(struct damage *d)
{
    struct reg_db *db;

    assert_success(reg_db_open(sample_file(d->s, "saved"), REG_OPEN_READ, &db, NULL));
    return db;
}

/* Rows that contradict each other: circles, orphans, roots that are gone. All values are still somewhere. */
static void contradictions(void **state)
{
    static const char *const rows[] = {
        "DELETE FROM key WHERE fold='KNOWN'",
        "DELETE FROM key WHERE id<=4",
        "UPDATE key SET parent=(SELECT max(id) FROM key) WHERE fold='KNOWN'",
        "UPDATE key SET parent=id WHERE fold LIKE 'BRANCH%'",
        "UPDATE key SET parent=0 WHERE fold='KNOWN'",
        "UPDATE key SET parent=99999+id WHERE fold LIKE 'KEY%'",
        "UPDATE key SET seq=0",
        "DELETE FROM key",
    };
    struct damage *d = *state;

    for (size_t r = 0; r < ELEMENTS(rows); r++) {
        struct reg_check_result result;

        sql(d, rows[r]);
        assert_success(recover(d, &result));
        for (unsigned i = 0; i < VALUES; i++) {
            if (!d->somewhere[i])
                fail_msg("%s: value %u is lost", rows[r], i);
        }
    }
}

/* A key without a name gets its number, and is protected: nobody knows whether it was. */
static void place_of_orphans(void **state)
{
    struct damage *d = *state;
    struct reg_check_result result;
    struct reg_key_info info;
    struct reg_db *db;
    reg_key key;

    sql(d, "PRAGMA writable_schema=1; INSERT INTO val(key, fold, seq, name, type, data) VALUES(1234, 'X', 1, "
           "'x', 4, x'01000000')");
    assert_success(recover(d, &result));
    assert_int_equal(result.faults, 1);
    db = saved(d);
    assert_success(reg_key_open(db, REG_HKLM, "Recovered\\1234", &key));
    assert_success(reg_key_info_of(db, key, &info));
    assert_true(info.is_protected);
    assert_int_equal(info.value_count, 1);
    reg_db_close(db);
}

/* What is only in the WAL is saved too; a WAL with a torn end up to its last whole commit. */
static void out_of_the_wal(void **state)
{
    struct damage *d = *state;
    struct reg_check_result result;
    struct plat_buffer wal;
    struct reg_db *db;
    uint32_t number;

    write_source(d, "damaged", d->whole.data, d->whole.size);
    assert_success(reg_db_open(sample_file(d->s, "damaged"), REG_OPEN_WRITE, &db, NULL));
    assert_success(sample_set_dword(db, REG_HKLM, "in the WAL", 1));
    assert_success(sample_set_dword(db, REG_HKLM, "in the WAL", 2));
    assert_success(recover(d, &result)); /* while it is open */
    plat_buffer_init(&wal, LIMIT_REG_TEXT);
    assert_success(plat_file_read_all(sample_file(d->s, "damaged-wal"), &wal));
    reg_db_close(db);
    db = saved(d);
    assert_success(sample_get_dword(db, REG_HKLM, "in the WAL", &number));
    assert_int_equal(number, 2);
    reg_db_close(db);

    write_source(d, "damaged", d->whole.data, d->whole.size);
    write_source(d, "damaged-wal", wal.data, wal.size - 100);
    assert_success(recover(d, &result));
    db = saved(d);
    assert_success(sample_get_dword(db, REG_HKLM, "in the WAL", &number));
    assert_int_equal(number, 1);
    reg_db_close(db);

    /* The same when the file's beginning is gone, and SQLite with it. */
    write_source(d, "damaged-wal", wal.data, wal.size);
    memset(d->whole.data, 0, PAGE);
    write_source(d, "damaged", d->whole.data, d->whole.size);
    assert_success(recover(d, &result));
    db = saved(d);
    assert_success(sample_get_dword(db, REG_HKLM, "in the WAL", &number));
    assert_int_equal(number, 2);
    reg_db_close(db);
    plat_buffer_free(&wal);
}

/* What was deleted stays deleted, though its bytes are still in free pages. */
static void deleted_stays_deleted(void **state)
{
    struct damage *d = *state;
    struct reg_check_result result;
    struct reg_db *db;
    reg_key key;

    write_source(d, "damaged", d->whole.data, d->whole.size);
    assert_success(reg_db_open(sample_file(d->s, "damaged"), REG_OPEN_WRITE, &db, NULL));
    assert_success(reg_key_open(db, REG_HKLM, "Known", &key));
    assert_success(reg_key_delete_tree(db, key));
    reg_db_close(db);
    assert_success(recover(d, &result));
    assert_int_equal(result.faults, 0);
    assert_int_equal(result.keys, 4);
    assert_int_equal(result.values, 0);
}

/* Flags and classes come along; of a key whose start of the system is unknown nothing is left after the next opening. */
static void flags_and_classes(void **state)
{
    struct damage *d = *state;
    struct reg_check_result result;
    struct plat_buffer class;
    struct reg_key_info info;
    struct reg_db *db;
    reg_key key;

    write_source(d, "damaged", d->whole.data, d->whole.size);
    assert_success(reg_db_open(sample_file(d->s, "damaged"), REG_OPEN_WRITE, &db, NULL));
    assert_success(reg_key_create(db, REG_HKLM, "secret", REG_CREATE_PROTECTED, &key, NULL));
    assert_success(reg_key_set_class(db, key, "Class of keys"));
    assert_success(reg_key_create(db, REG_HKCU, "", REG_CREATE_PROTECTED, &key, NULL));
    assert_success(reg_key_create(db, REG_HKLM, "passing\\x", REG_CREATE_VOLATILE, &key, NULL));
    reg_db_close(db);
    assert_success(recover(d, &result));
    assert_int_equal(result.faults, 0);
    assert_int_equal(result.warnings, 1); /* the history stays behind */
    db = saved(d);
    assert_success(reg_key_open(db, REG_HKLM, "secret", &key));
    assert_success(reg_key_info_of(db, key, &info));
    assert_true(info.is_protected);
    assert_false(info.is_volatile);
    assert_success(reg_key_info_of(db, REG_HKCU, &info));
    assert_true(info.is_protected); /* a root as well */
    assert_success(reg_key_info_of(db, REG_HKLM, &info));
    assert_false(info.is_protected);
    plat_buffer_init(&class, 256);
    assert_success(reg_key_class(db, key, &class));
    assert_string_equal(plat_buffer_text(&class), "Class of keys");
    plat_buffer_free(&class);
    assert_success(reg_key_open(db, REG_HKLM, "passing\\x", &key));
    assert_success(reg_key_info_of(db, key, &info));
    assert_true(info.is_volatile);
    reg_db_close(db);

    sql(d, "UPDATE key SET flags=2 WHERE fold='KNOWN'"); /* what lies in it is volatile as well, and is gone */
    assert_success(recover(d, &result));
    db = saved(d);
    assert_int_equal(reg_key_open(db, REG_HKLM, "Known", &key), ERROR_FILE_NOT_FOUND);
    reg_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sound_file, setup, teardown),
        cmocka_unit_test_setup_teardown(each_page, setup, teardown),
        cmocka_unit_test_setup_teardown(several_pages, setup, teardown),
        cmocka_unit_test_setup_teardown(scattered_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(rubbish, setup, teardown),
        cmocka_unit_test_setup_teardown(contradictions, setup, teardown),
        cmocka_unit_test_setup_teardown(place_of_orphans, setup, teardown),
        cmocka_unit_test_setup_teardown(out_of_the_wal, setup, teardown),
        cmocka_unit_test_setup_teardown(deleted_stays_deleted, setup, teardown),
        cmocka_unit_test_setup_teardown(flags_and_classes, setup, teardown),
    };

    return cmocka_run_group_tests_name("registry.recover", tests, NULL, NULL);
}
