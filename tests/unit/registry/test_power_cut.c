/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power goes at every write, truncation, sync, creation and deletion of a writer's life, and what was not synced is lost, in part or whole. The
 * registry must then open, be sound, and be as it was after the last acknowledged step, or after the one that was under way: nothing in between.
 */
#include "sample.h"

#include "support/power_cut/power_cut.h"

#include "registry/check.h"
#include "registry/hive.h"

#include "platform/clock.h"
#include "platform/file.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MOST = 32 };

/*
 * Inside of a long run of writes to one file every so many are tried, of all other operations every one; through an
 * emulator, or with sanitizers, fewer.
 */
#if defined(__arm__) || defined(__SANITIZE_ADDRESS__)
#define EVERY_BETWEEN 211U
#define EVERY_OTHER 5U
#else
#define EVERY_BETWEEN 13U
#define EVERY_OTHER 1U
#endif

struct writer {
    const char *path;
    struct reg_db *db;
};

static win_error open_registry(struct writer *w)
{
    return reg_db_open(w->path, REG_OPEN_CREATE, &w->db, NULL);
}

static win_error close_registry(struct writer *w)
{
    reg_db_close(w->db);
    w->db = NULL;
    return ERROR_SUCCESS;
}

static win_error key_of(struct writer *w, const char *path, reg_key *key)
{
    return reg_key_create(w->db, REG_HKLM, path, 0, key, NULL);
}

static win_error set_dword(struct writer *w, const char *path, const char *name, uint32_t value)
{
    reg_key key;
    win_error error = key_of(w, path, &key);

    return error ? error : sample_set_dword(w->db, key, name, value);
}

static win_error make_key(struct writer *w)
{
    reg_key key;

    return key_of(w, "Software", &key);
}

static win_error set_first(struct writer *w)
{
    return sample_set_dword(w->db, REG_HKLM, "first", 1);
}

static win_error set_again(struct writer *w)
{
    return sample_set_dword(w->db, REG_HKLM, "first", 2);
}

static win_error transaction(struct writer *w)
{
    win_error error = reg_begin(w->db);

    for (uint32_t i = 0; i < 20 && !error; i++) {
        char name[24];

        snprintf(name, sizeof name, "Software\\k%u", (unsigned)i % 7);
        error = set_dword(w, name, i % 2 ? "odd" : "even", i);
    }
    if (!error)
        return reg_commit(w->db);
    reg_rollback(w->db);
    return error;
}

static win_error import(struct writer *w)
{
    struct reg_import_result result;
    struct plat_buffer text;
    win_error error;

    plat_buffer_init(&text, 65536);
    plat_buffer_append_text(&text, "REGEDIT4\n\n");
    for (int i = 0; i < 40; i++)
        plat_buffer_printf(
            &text, "[HKEY_LOCAL_MACHINE\\Import\\%d\\x]\n\"a\"=dword:%x\n\"text\"=\"some %d words\"\n", i,
            (unsigned)i, i);
    error = reg_import(w->db, plat_span_of(text.data, text.size), NULL, &result);
    plat_buffer_free(&text);
    return error;
}

static win_error rename_key(struct writer *w)
{
    reg_key key;
    win_error error = reg_key_open(w->db, REG_HKLM, "Import\\7", &key);

    return error ? error : reg_key_rename(w->db, key, "Renamed");
}

static win_error rename_first(struct writer *w)
{
    reg_key key;
    win_error error = reg_key_open(w->db, REG_HKLM, "Software\\k0", &key);

    return error ? error : reg_key_rename(w->db, key, "Renamed");
}

static win_error delete_tree(struct writer *w)
{
    reg_key key;
    win_error error = reg_key_open(w->db, REG_HKLM, "Import", &key);

    return error ? error : reg_key_delete_tree(w->db, key);
}

static win_error delete_value(struct writer *w)
{
    return reg_value_delete(w->db, REG_HKLM, "first");
}

/* More than the pages after which the WAL is merged into the file. */
static win_error set_much(struct writer *w)
{
    static uint8_t data[LIMIT_REG_DATA];

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 31 + i / 253);
    return reg_value_set(w->db, REG_HKLM, "much", REG_BINARY, data, sizeof data);
}

static win_error set_after(struct writer *w)
{
    return set_dword(w, "Software", "after", 3);
}

static win_error set_last(struct writer *w)
{
    return set_dword(w, "Software", "last", 4);
}

struct step {
    const char *name;
    win_error (*run)(struct writer *w);
};

static const struct step life[] = {
    {"open", open_registry},
    {"key", make_key},
    {"value", set_first},
    {"transaction", transaction},
    {"import", import},
    {"overwrite", set_again},
    {"rename", rename_key},
    {"delete tree", delete_tree},
    {"much", set_much},
    {"after", set_after},
    {"close", close_registry},
    {"open again", open_registry},
    {"delete value", delete_value},
    {"last", set_last},
    {"close again", close_registry},
};

static const struct step short_life[] = {
    {"open", open_registry},       {"key", make_key},        {"value", set_first},
    {"transaction", transaction},  {"rename", rename_first}, {"close", close_registry},
    {"open again", open_registry}, {"overwrite", set_again},
};

/* A file of the first format is made over into one of today's; its WAL is still there. */
static const struct step upgrade[] = {
    {"open", open_registry},       {"overwrite", set_again}, {"close", close_registry},
    {"open again", open_registry}, {"value", set_first},
};

static win_error save(struct writer *w)
{
    reg_key key;
    char file[1200];
    win_error error = reg_key_open(w->db, REG_HKLM, "Software", &key);

    snprintf(file, sizeof file, "%s.hive", w->path);
    return error ? error : reg_save(w->db, key, file, true, NULL);
}

static const struct step hives[] = {
    {"open", open_registry}, {"key", make_key},    {"fill", transaction}, {"save", save},
    {"change", set_after},   {"save again", save}, {"change", set_last},  {"save once more", save},
};

/* ---- what the registry holds after each step ---- */

struct run {
    struct sample *s;
    const struct step *steps;
    size_t count;
    void (*prepare)(struct run *r); /* what lies on the disk before; NULL = nothing */
    char folder[1024];              /* where the writer works */
    char file[1100];
    char image[POWER_CUT_LOSSES][1100];       /* what may be left after the cut */
    struct plat_buffer after[STEPS_MOST + 1]; /* [n] = the content when n steps are done */
    enum power_cut_shm shm;
    bool has_hive;
    struct plat_buffer hive_after[STEPS_MOST + 1]; /* the hive's content, "-" while there is none */
    uint32_t cuts, images, acknowledged, lost, halves;
};

struct walk {
    struct reg_db *db;
    struct plat_buffer *text;
    win_error error;
};

static bool add_value(void *context, const struct reg_value *value)
{
    struct walk *walk = context;

    plat_buffer_printf(walk->text, "%s=%u:%zu:", value->name, (unsigned)value->type, value->data.size);
    plat_buffer_append(walk->text, value->data.data, value->data.size);
    return true;
}

static bool add_key(void *context, reg_key key, const char *name)
{
    struct walk *walk = context;

    plat_buffer_printf(walk->text, "[%s", name);
    walk->error = reg_each_value(walk->db, key, add_value, walk);
    if (!walk->error)
        walk->error = reg_each_key(walk->db, key, add_key, walk);
    plat_buffer_append_u8(walk->text, ']');
    return !walk->error;
}

static win_error content_of(struct reg_db *db, struct plat_buffer *text)
{
    struct walk walk = {.db = db, .text = text};

    plat_buffer_clear(text);
    for (reg_key root = REG_HKCR; root <= REG_HKU && !walk.error; root++)
        add_key(&walk, root, reg_root_name(root));
    return walk.error ? walk.error : text->failed;
}

/* What the saved hive holds, seen through another registry; "-" when there is none. */
static void hive_content(struct run *r, const char *registry, struct plat_buffer *text)
{
    struct walk walk = {.db = r->s->db, .text = text};
    struct plat_buffer message;
    char file[1300];
    reg_key key;
    win_error error;

    plat_buffer_clear(text);
    if (!r->has_hive)
        return;
    snprintf(file, sizeof file, "%s.hive", registry);
    plat_buffer_init(&message, 4096);
    key = sample_key(r->s, "Hive");
    error = reg_restore(r->s->db, key, file, &message);
    if (error == ERROR_FILE_NOT_FOUND)
        plat_buffer_append_text(text, "-");
    else if (error)
        fail_msg("the saved hive cannot be used (%u): %s", (unsigned)error, plat_buffer_text(&message));
    else
        add_key(&walk, key, "");
    plat_buffer_free(&message);
}

static void start_run(struct run *r, void **state)
{
    r->s = *state;
    snprintf(r->folder, sizeof r->folder, "%s", sample_file(r->s, "writer"));
    snprintf(r->file, sizeof r->file, "%s/registry", r->folder);
    power_cut_make_folder(r->folder);
    for (int loss = 0; loss < POWER_CUT_LOSSES; loss++) {
        snprintf(r->image[loss], sizeof r->image[loss], "%s/image%d", r->folder, loss);
        power_cut_make_folder(r->image[loss]);
    }
    for (size_t i = 0; i <= STEPS_MOST; i++) {
        plat_buffer_init(&r->after[i], LIMIT_REG_TEXT);
        plat_buffer_init(&r->hive_after[i], LIMIT_REG_TEXT);
    }
    power_cut_install();
}

static void end_run(struct run *r)
{
    power_cut_stop();
    power_cut_uninstall();
    for (size_t i = 0; i <= STEPS_MOST; i++) {
        plat_buffer_free(&r->after[i]);
        plat_buffer_free(&r->hive_after[i]);
    }
    print_message("%u cuts, %u disks looked at, %u acknowledged steps, %u lost, %u half done\n",
                  (unsigned)r->cuts, (unsigned)r->images, (unsigned)r->acknowledged, (unsigned)r->lost,
                  (unsigned)r->halves);
    assert_int_equal(r->lost, 0);
    assert_int_equal(r->halves, 0);
    assert_true(r->cuts > 5);
}

/* The same steps without a cut; returns the number of operations. */
static uint32_t reference(struct run *r)
{
    struct writer w = {.path = r->file};
    uint32_t operations;

    if (r->prepare)
        r->prepare(r);
    power_cut_start(r->folder, 0, r->shm);
    for (size_t i = 0; i < r->count; i++) {
        assert_success(r->steps[i].run(&w));
        if (w.db)
            assert_success(content_of(w.db, &r->after[i + 1]));
        else
            plat_buffer_append(&r->after[i + 1], r->after[i].data, r->after[i].size);
        hive_content(r, r->file, &r->hive_after[i + 1]);
    }
    hive_content(r, "nowhere", &r->hive_after[0]);
    plat_buffer_append(&r->after[0], r->after[1].data, r->after[1].size); /* a file made by whoever opens it */
    operations = power_cut_operations();
    reg_db_close(w.db);
    return operations;
}

/* Runs until the power goes; how many steps were acknowledged. */
static size_t write_until(struct run *r, uint32_t at)
{
    struct writer w = {.path = r->file};
    size_t done = 0;

    power_cut_empty_folder(r->folder);
    if (r->prepare)
        r->prepare(r);
    power_cut_start(r->folder, at, r->shm);
    while (done < r->count) {
        bool was_dead = power_cut_happened();
        win_error error = r->steps[done].run(&w);

        if (error) {
            if (!power_cut_happened())
                fail_msg("%s: error %u without a cut", r->steps[done].name, (unsigned)error);
            break;
        }
        if (was_dead && r->steps[done].run != close_registry)
            fail_msg("%s was acknowledged after the power had gone", r->steps[done].name);
        done++;
        if (was_dead)
            break;
    }
    reg_db_close(w.db);
    /* A life within one second writes a little less than one across two: the last cuts may come after its end. */
    assert_true(power_cut_happened() || done == r->count);
    return done;
}

static void tell_fault(void *context, bool is_fault, const char *text)
{
    (void)context;
    if (is_fault)
        print_message("    %s\n", text);
}

static bool is_sound(const char *path)
{
    struct reg_check_result result;
    struct plat_buffer message;
    win_error error;

    plat_buffer_init(&message, 4096);
    error = reg_check(path, tell_fault, NULL, &message, &result);
    if (error)
        print_message("    %s\n", plat_buffer_text(&message));
    plat_buffer_free(&message);
    return !error && result.faults == 0;
}

static bool same(const struct plat_buffer *a, const struct plat_buffer *b)
{
    return plat_span_equal(plat_span_of(a->data, a->size), plat_span_of(b->data, b->size));
}

/* It must be as after `done` steps, or one more. */
static void compare(struct run *r, const struct plat_buffer *content, size_t done, uint32_t at,
                    enum power_cut_loss loss)
{
    bool is_older = false;

    if (same(content, &r->after[done]) || (done < r->count && same(content, &r->after[done + 1])))
        return;
    for (size_t i = 0; i < done; i++)
        is_older = is_older || same(content, &r->after[i]);
    *(is_older ? &r->lost : &r->halves) += 1;
    print_message("    operation %u, loss %d: %s after \"%s\"\n", (unsigned)at, (int)loss,
                  is_older ? "an acknowledged step is lost" : "a step is half done",
                  done ? r->steps[done - 1].name : "nothing");
}

/* The hive is the one before or the one after, whole. */
static void compare_hive(struct run *r, const char *file, size_t done, uint32_t at, enum power_cut_loss loss)
{
    struct plat_buffer content;

    plat_buffer_init(&content, LIMIT_REG_TEXT);
    hive_content(r, file, &content);
    if (!same(&content, &r->hive_after[done]) &&
        !(done < r->count && same(&content, &r->hive_after[done + 1]))) {
        r->lost++;
        print_message("    operation %u, loss %d: not the hive that was saved\n", (unsigned)at, (int)loss);
    }
    plat_buffer_free(&content);
}

static void look_at(struct run *r, size_t done, uint32_t at, enum power_cut_loss loss)
{
    struct plat_buffer content, message;
    struct reg_db *db;
    char file[1200];
    win_error error;

    snprintf(file, sizeof file, "%s/registry", r->image[loss]);
    plat_buffer_init(&content, LIMIT_REG_TEXT);
    plat_buffer_init(&message, 4096);
    error = reg_db_open(file, done ? REG_OPEN_WRITE : REG_OPEN_CREATE, &db, &message);
    if (error)
        fail_msg("operation %u, loss %d: does not open (%u): %s", (unsigned)at, (int)loss, (unsigned)error,
                 plat_buffer_text(&message));
    assert_success(content_of(db, &content));
    compare(r, &content, done, at, loss);
    compare_hive(r, file, done, at, loss);
    assert_success(sample_set_dword(db, REG_HKLM, "written after the cut", at));
    reg_db_close(db);
    if (!is_sound(file))
        fail_msg("operation %u, loss %d: not sound", (unsigned)at, (int)loss);
    plat_buffer_free(&content);
    plat_buffer_free(&message);
    r->images++;
}

static void cut_at(struct run *r, uint32_t at)
{
    size_t done = write_until(r, at);

    for (int loss = 0; loss < POWER_CUT_LOSSES; loss++) {
        power_cut_empty_folder(r->image[loss]);
        power_cut_image(r->image[loss], (enum power_cut_loss)loss, at);
    }
    power_cut_stop();
    for (int loss = 0; loss < POWER_CUT_LOSSES; loss++)
        look_at(r, done, at, (enum power_cut_loss)loss);
    r->cuts++;
    r->acknowledged += (uint32_t)done * POWER_CUT_LOSSES;
}

static void cut_everywhere(void **state, const char *what, const struct run *wanted_run)
{
    struct run r = *wanted_run;
    uint32_t operations, others = 0;
    bool *wanted;

    start_run(&r, state);
    operations = reference(&r);
    wanted = calloc(operations + 1, sizeof *wanted);
    assert_non_null(wanted);
    for (uint32_t at = 1; at <= operations; at++)
        wanted[at] = operations < 100 ||
                     (power_cut_is_between(at) ? at % EVERY_BETWEEN == 0 : others++ % EVERY_OTHER == 0);
    for (uint32_t at = 1; at <= operations; at++) {
        if (wanted[at])
            cut_at(&r, at);
    }
    free(wanted);
    print_message("%s: %u operations, ", what, (unsigned)operations);
    end_run(&r);
}

static void with_wal(void **state)
{
    const struct run run = {.steps = life, .count = ELEMENTS(life)};

    cut_everywhere(state, "WAL", &run);
}

static void with_truncated_journal(void **state)
{
    const struct run run = {.steps = life, .count = ELEMENTS(life), .shm = POWER_CUT_SHM_NONE};

    cut_everywhere(state, "truncated journal", &run);
}

static void with_failing_shm(void **state)
{
    const struct run run = {.steps = short_life, .count = ELEMENTS(short_life), .shm = POWER_CUT_SHM_FAILS};

    cut_everywhere(state, "truncated journal, shared memory fails", &run);
}

/* As the first format was, with something in it that is only in its WAL. */
static void prepare_first_format(struct run *r)
{
    static const char tables[] =
        "PRAGMA journal_mode=WAL;"
        "CREATE TABLE key(id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER NOT NULL, fold TEXT NOT NULL, "
        "name TEXT NOT NULL,"
        " flags INTEGER NOT NULL DEFAULT 0, mtime INTEGER NOT NULL, seq INTEGER NOT NULL DEFAULT 0, "
        "UNIQUE(parent, fold));"
        "CREATE TABLE val(key INTEGER NOT NULL, fold TEXT NOT NULL, seq INTEGER NOT NULL, name TEXT NOT "
        "NULL, type INTEGER NOT NULL,"
        " data BLOB NOT NULL, PRIMARY KEY(key, fold)) WITHOUT ROWID;"
        "INSERT INTO key(id, parent, fold, name, mtime) VALUES(1, 0, 'HKEY_CLASSES_ROOT', "
        "'HKEY_CLASSES_ROOT', 1),"
        " (2, 0, 'HKEY_CURRENT_USER', 'HKEY_CURRENT_USER', 1), (3, 0, 'HKEY_LOCAL_MACHINE', "
        "'HKEY_LOCAL_MACHINE', 1),"
        " (4, 0, 'HKEY_USERS', 'HKEY_USERS', 1), (5, 3, 'OLD', 'Old', 1);"
        "INSERT INTO val VALUES(5, 'V', 1, 'v', 4, x'01000000'); UPDATE key SET seq=1 WHERE id=5;"
        "PRAGMA application_id=0x43655267; PRAGMA user_version=1;";
    sqlite3 *db;

    power_cut_write_file(r->file, "", 0); /* for its mode */
    assert_int_equal(sqlite3_open(r->file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, tables, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void during_the_upgrade(void **state)
{
    const struct run run = {.steps = upgrade, .count = ELEMENTS(upgrade), .prepare = prepare_first_format};

    cut_everywhere(state, "upgrade", &run);
}

static void while_a_hive_is_saved(void **state)
{
    const struct run run = {.steps = hives, .count = ELEMENTS(hives), .has_hive = true};

    cut_everywhere(state, "hive", &run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(with_wal, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(with_truncated_journal, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(with_failing_shm, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(during_the_upgrade, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(while_a_hive_is_saved, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.power_cut", tests, NULL, NULL);
}
