/* SPDX-License-Identifier: Apache-2.0 */
/* Keys in files of their own: saved, restored, loaded, unloaded. */
#include "sample.h"

#include "registry/compare.h"
#include "registry/history.h"
#include "registry/hive.h"

#include "platform/file.h"
#include "platform/limits.h"

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

static const char tree[] = "REGEDIT4\n"
                           "[HKLM\\T]\n@=\"top\"\n\"z\"=dword:1\n\"a\"=hex(7):61,00,62,00,00\n"
                           "[HKLM\\T\\k]\n\"empty\"=hex:\n\"odd\"=hex(1234):01,02,03\n"
                           "[HKLM\\T\\k\\deep]\n\"v\"=\"text\"\n"
                           "; protected\n[HKLM\\T\\secret]\n\"hash\"=\"x\"\n"
                           "[HKLM\\T\\secret\\below]\n\"more\"=\"y\"\n";

static void plant(struct sample *s)
{
    assert_success(sample_import_text(s, tree, NULL));
    assert_int_equal(s->problems, 0);
    assert_success(reg_key_set_class(s->db, sample_key(s, "T\\k"), "a class"));
    assert_success(reg_key_set_class(s->db, sample_key(s, "T"), "top class"));
}

static void assert_same(struct sample *s, const char *a, const char *b)
{
    struct reg_compare_result result;

    assert_success(reg_compare(s->db, sample_key(s, a), s->db, sample_key(s, b),
                               REG_COMPARE_BELOW | REG_COMPARE_PROTECTED, NULL, NULL, &result));
    if (result.different > 0)
        fail_msg("%s and %s: %u differ", a, b, (unsigned)result.different);
}

/* A failure says why, names the thing, and leaves nothing behind. */
static void assert_said(struct sample *s, win_error error, win_error expected, const char *words)
{
    const char *text = plat_buffer_text(&s->text);

    if (error != expected || !strstr(text, words))
        fail_msg("%u (\"%s\"), not %u with \"%s\"", (unsigned)error, text, (unsigned)expected, words);
    plat_buffer_clear(&s->text);
}

static void save_and_restore(void **state)
{
    struct sample *s = *state;
    struct plat_file_info info;
    reg_key key;
    unsigned before;

    plant(s);
    before = sample_entries(s);
    assert_success(reg_save(s->db, sample_key(s, "T"), sample_file(s, "hive"), false, NULL));
    assert_int_equal(sample_entries(s), before + 1); /* one file, no journal */
    assert_success(plat_file_stat(sample_file(s, "hive"), &info));
    assert_int_equal(info.mode, 0600);

    /* What the key has and the file lacks goes; the key itself stays. */
    assert_success(sample_import_text(
        s, "[HKLM\\R]\n\"z\"=dword:7\n\"x\"=dword:1\n[HKLM\\R\\other\\deep]\n[HKLM\\R\\K]\n", NULL));
    key = sample_key(s, "R");
    assert_success(reg_restore(s->db, key, sample_file(s, "hive"), NULL));
    assert_same(s, "T", "R");
    assert_true(sample_key(s, "R") == key);
    assert_string_equal(sample_values(s, key), "@|z|a"); /* in their order */
    plat_buffer_clear(&s->text);
    assert_success(reg_key_class(s->db, sample_key(s, "R\\k"), &s->text));
    assert_string_equal(plat_buffer_text(&s->text), "a class");
    assert_int_equal(sample_entries(s), before + 1);

    /* Again, over the file that is there. */
    assert_success(sample_set_dword(s->db, sample_key(s, "T"), "new", 5));
    plat_buffer_clear(&s->text);
    assert_said(s, reg_save(s->db, sample_key(s, "T"), sample_file(s, "hive"), false, &s->text),
                ERROR_ALREADY_EXISTS, "hive is there already");
    assert_success(reg_save(s->db, sample_key(s, "T"), sample_file(s, "hive"), true, NULL));
    assert_success(reg_restore(s->db, key, sample_file(s, "hive"), NULL));
    assert_same(s, "T", "R");
    assert_int_equal(sample_entries(s), before + 1);
}

static void save_refuses(void **state)
{
    static const struct {
        const char *file;
        win_error error;
        const char *words;
    } rows[] = {
        {"directory", ERROR_ACCESS_DENIED, "no regular file"},
        {"registry", ERROR_ACCESS_DENIED, "registry itself"},
        {"registry-wal", ERROR_ACCESS_DENIED, "registry itself"},
        {"registry-shm", ERROR_ACCESS_DENIED, "registry itself"},
        {"registry-journal", ERROR_ACCESS_DENIED, "registry itself"}, /* not there, but might be */
        {"registry.bell", ERROR_ACCESS_DENIED, "registry itself"},
        {"directory/../registry", ERROR_ACCESS_DENIED, "registry itself"},
        {"none/hive", ERROR_PATH_NOT_FOUND, "none/hive"},
        {"directory/", ERROR_INVALID_NAME, "directory/"},
    };
    struct sample *s = *state;
    unsigned before;

    plant(s);
    assert_success(plat_directory_create(sample_file(s, "directory"), 0700));
    before = sample_entries(s);
    plat_buffer_clear(&s->text);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        assert_said(s, reg_save(s->db, sample_key(s, "T"), sample_file(s, rows[i].file), true, &s->text),
                    rows[i].error, rows[i].words);
        assert_int_equal(sample_entries(s), before);
    }
    assert_said(s, reg_save(s->db, sample_key(s, "T"), "/dev/null", true, &s->text), ERROR_ACCESS_DENIED,
                "/dev/null is no regular file");
    assert_said(s, reg_save(s->db, 4711, sample_file(s, "hive"), true, &s->text), ERROR_KEY_DELETED,
                "hive was not written");
    assert_int_equal(sample_entries(s), before);
    assert_string_equal(sample_value(s, sample_key(s, "T"), "z"), "4:01000000"); /* all is well */
}

static void volatile_keys_stay_behind(void **state)
{
    struct sample *s = *state;
    reg_key key;

    plant(s);
    assert_success(reg_key_create(s->db, REG_HKLM, "T\\k\\gone\\soon", REG_CREATE_VOLATILE, &key, NULL));
    assert_success(reg_save(s->db, sample_key(s, "T"), sample_file(s, "hive"), false, NULL));
    assert_success(reg_restore(s->db, sample_key(s, "R"), sample_file(s, "hive"), NULL));
    assert_string_equal(sample_keys(s, sample_key(s, "R\\k")), "deep");
    assert_success(reg_key_delete_tree(s->db, sample_key(s, "T\\k\\gone")));
    assert_same(s, "T", "R");
    /* One that is named is saved with what is in it. */
    assert_success(reg_key_create(s->db, REG_HKLM, "V\\below", REG_CREATE_VOLATILE, &key, NULL));
    assert_success(reg_save(s->db, sample_key(s, "V"), sample_file(s, "hive"), true, NULL));
    assert_success(reg_restore(s->db, sample_key(s, "R"), sample_file(s, "hive"), NULL));
    assert_string_equal(sample_keys(s, sample_key(s, "R")), "below");
}

/* What is protected stays so, and what lay in something protected becomes so. */
static void secrets(void **state)
{
    static const struct {
        const char *path;
        bool is_protected;
    } rows[] = {{"T", false}, {"T\\k", false}, {"T\\secret", true}, {"T\\secret\\below", true}};
    struct sample *s = *state;

    plant(s);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct reg_key_info info;

        assert_success(reg_save(s->db, sample_key(s, rows[i].path), sample_file(s, "hive"), true, NULL));
        assert_success(reg_load(s->db, REG_HKLM, "L", sample_file(s, "hive"), NULL));
        assert_success(reg_key_info_of(s->db, sample_key(s, "L"), &info));
        assert_int_equal(info.is_protected, rows[i].is_protected);
        assert_success(reg_unload(s->db, sample_key(s, "L"), NULL));
        assert_success(reg_restore(s->db, sample_key(s, "R"), sample_file(s, "hive"), NULL));
        assert_success(reg_key_info_of(s->db, sample_key(s, "R"), &info));
        assert_int_equal(info.is_protected, rows[i].is_protected);
        assert_success(reg_key_delete_tree(s->db, sample_key(s, "R")));
    }
}

static const char *hive_of(struct sample *s, reg_key key)
{
    plat_buffer_clear(&s->text);
    assert_success(reg_hive_of(s->db, key, &s->text));
    return plat_buffer_text(&s->text);
}

static void load_and_unload(void **state)
{
    static const reg_key roots[] = {REG_HKLM, REG_HKU};
    struct sample *s = *state;

    plant(s);
    for (size_t i = 0; i < ELEMENTS(roots); i++) {
        reg_key key;

        assert_success(reg_save(s->db, sample_key(s, "T"), sample_file(s, "hive"), true, NULL));
        assert_success(reg_load(s->db, roots[i], "Name", sample_file(s, "hive"), NULL));
        assert_success(reg_key_open(s->db, roots[i], "name", &key));
        assert_string_equal(hive_of(s, key), sample_file(s, "hive"));
        assert_string_equal(sample_values(s, key), "@|z|a");
        plat_buffer_clear(&s->text);
        assert_success(reg_key_class(s->db, key, &s->text));
        assert_string_equal(plat_buffer_text(&s->text), "top class");
        /* For all processes, and over restarts. */
        reg_db_close(s->db);
        s->db = sample_open(s, REG_OPEN_WRITE);
        assert_string_equal(hive_of(s, key), sample_file(s, "hive"));
        /* Changes go back with a flush ... */
        assert_success(sample_set_dword(s->db, key, "new", 1));
        assert_success(reg_hive_flush(s->db, key, NULL));
        assert_success(reg_restore(s->db, sample_key(s, "R"), sample_file(s, "hive"), NULL));
        assert_string_equal(sample_values(s, sample_key(s, "R")), "@|z|a|new");
        /* ... and when it is unloaded. */
        assert_success(sample_set_dword(s->db, key, "newer", 1));
        assert_success(reg_key_rename(s->db, key, "Other"));
        assert_success(reg_unload(s->db, key, NULL));
        assert_int_equal(reg_key_open(s->db, roots[i], "Other", &key), ERROR_FILE_NOT_FOUND);
        assert_success(reg_restore(s->db, sample_key(s, "R"), sample_file(s, "hive"), NULL));
        assert_string_equal(sample_values(s, sample_key(s, "R")), "@|z|a|new|newer");
        assert_success(reg_load(s->db, roots[i], "Name", sample_file(s, "hive"), NULL)); /* once more */
        assert_success(reg_key_open(s->db, roots[i], "Name", &key));
        assert_success(reg_unload(s->db, key, NULL));
    }
}

static void write_file(struct sample *s, const char *name, const void *data, size_t size)
{
    assert_success(plat_file_write_atomic(sample_file(s, name), data, size, 0600));
}

/* Files that are no hives: of each the beginning of a good one, damaged. */
static void make_bad_files(struct sample *s)
{
    struct plat_buffer file;
    char path[LIMIT_PATH_SIZE];

    plat_buffer_init(&file, 10000000);
    assert_success(reg_save(s->db, sample_key(s, "T"), sample_file(s, "hive"), true, NULL));
    assert_success(plat_file_read_all(sample_file(s, "hive"), &file));
    write_file(s, "empty", "", 0);
    write_file(s, "text", "[HKEY_LOCAL_MACHINE\\x]\n", 23);
    write_file(s, "short", file.data, file.size / 2);
    write_file(s, "start", file.data, 100);
    memset(file.data + 100, 0x5A, file.size - 100);
    write_file(s, "garbage", file.data, file.size);
    plat_buffer_free(&file);
    /* Another registry: a file of ours, but no hive. */
    {
        struct reg_db *other;

        (void)snprintf(path, sizeof path, "%s", sample_file(s, "other"));
        assert_success(reg_db_open(path, REG_OPEN_CREATE, &other, NULL));
        reg_db_close(other);
    }
}

static void bad_files(void **state)
{
    static const struct {
        const char *file;
        win_error error; /* 0: any */
    } rows[] = {
        {"empty", 0},
        {"text", 0},
        {"short", 0},
        {"start", 0},
        {"garbage", 0},
        {"other", ERROR_BADDB},
        {"none", ERROR_FILE_NOT_FOUND},
        {"none/none", 0},
        {".", 0},
    };
    struct sample *s = *state;
    struct plat_buffer before, after;

    plat_buffer_init(&before, 100000);
    plat_buffer_init(&after, 100000);
    plant(s);
    make_bad_files(s);
    assert_success(reg_export(s->db, REG_HKLM, REG_FILE_VERSION5, &before, NULL));
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        for (int loads = 0; loads < 2; loads++) {
            win_error error;

            plat_buffer_clear(&s->text);
            error = loads ? reg_load(s->db, REG_HKLM, "L", sample_file(s, rows[i].file), &s->text)
                          : reg_restore(s->db, sample_key(s, "T"), sample_file(s, rows[i].file), &s->text);
            if (!error || (rows[i].error && error != rows[i].error))
                fail_msg("%s: %u", rows[i].file, (unsigned)error);
            if (!strstr(plat_buffer_text(&s->text), sample_file(s, rows[i].file)) &&
                strcmp(rows[i].file, ".") != 0)
                fail_msg("%s: \"%s\"", rows[i].file, plat_buffer_text(&s->text));
            /* Nothing was changed, and nothing is open. */
            plat_buffer_clear(&after);
            assert_success(reg_export(s->db, REG_HKLM, REG_FILE_VERSION5, &after, NULL));
            assert_int_equal(before.size, after.size);
            assert_memory_equal(before.data, after.data, after.size);
        }
    }
    plat_buffer_free(&before);
    plat_buffer_free(&after);
}

/* Damage in the middle shows when half of the file is in: all of it goes again. */
static void damage_in_the_middle(void **state)
{
    static uint8_t data[3000];
    struct sample *s = *state;
    struct plat_buffer file;
    reg_key key = sample_key(s, "T");
    uint64_t generation;

    plat_buffer_init(&file, 10000000);
    assert_success(reg_begin(s->db));
    for (unsigned i = 0; i < 200; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "k%03u", i);
        assert_success(reg_key_create(s->db, key, name, 0, &key, NULL));
        assert_success(reg_value_set(s->db, key, "v", REG_BINARY, data, sizeof data));
        key = sample_key(s, "T");
    }
    assert_success(reg_commit(s->db));
    assert_success(reg_save(s->db, key, sample_file(s, "hive"), false, NULL));
    assert_success(plat_file_read_all(sample_file(s, "hive"), &file));
    assert_true(file.size > 400000);
    memset(file.data + file.size / 2, 0x5A, 40000);
    write_file(s, "hive", file.data, file.size);
    plat_buffer_free(&file);
    assert_success(sample_set_dword(s->db, sample_key(s, "R"), "kept", 1));
    generation = reg_generation(s->db);
    plat_buffer_clear(&s->text);
    assert_said(s, reg_restore(s->db, sample_key(s, "R"), sample_file(s, "hive"), &s->text),
                ERROR_REGISTRY_CORRUPT, "hive");
    assert_said(s, reg_load(s->db, REG_HKLM, "L", sample_file(s, "hive"), &s->text), ERROR_REGISTRY_CORRUPT,
                "hive");
    assert_true(reg_generation(s->db) == generation);
    assert_string_equal(sample_values(s, sample_key(s, "R")), "kept");
    assert_string_equal(sample_keys(s, sample_key(s, "R")), "");
    assert_string_equal(sample_keys(s, REG_HKLM), "R|T");
    /* Within the caller's transaction: that one cannot be kept. */
    assert_success(reg_begin(s->db));
    assert_int_equal(reg_restore(s->db, sample_key(s, "R"), sample_file(s, "hive"), NULL),
                     ERROR_REGISTRY_CORRUPT);
    assert_int_equal(reg_commit(s->db), ERROR_REGISTRY_CORRUPT);
    assert_string_equal(sample_values(s, sample_key(s, "R")), "kept");
}

static void load_refuses(void **state)
{
    static const struct {
        reg_key root;
        const char *name;
        const char *file;
        win_error error;
        const char *words;
    } rows[] = {
        {REG_HKCU, "L", "hive", ERROR_INVALID_PARAMETER, "HKLM or HKU only"},
        {REG_HKCR, "L", "hive", ERROR_INVALID_PARAMETER, "HKLM or HKU only"},
        {REG_HKLM, "", "hive", ERROR_INVALID_PARAMETER, "name of one key"},
        {REG_HKLM, "a\\b", "hive", ERROR_INVALID_PARAMETER, "name of one key"},
        {REG_HKLM, "a\nb", "hive", ERROR_INVALID_PARAMETER, "HKEY_LOCAL_MACHINE"},
        {REG_HKLM, "t", "hive", ERROR_ALREADY_EXISTS, "HKEY_LOCAL_MACHINE\\t is there already"},
        {REG_HKLM, "L", "registry", ERROR_ACCESS_DENIED, "registry itself"},
        {REG_HKU, "L", "twice", ERROR_SHARING_VIOLATION, "loaded already, as HKEY_LOCAL_MACHINE\\First"},
    };
    struct sample *s = *state;
    reg_key key;

    plant(s);
    assert_success(reg_save(s->db, sample_key(s, "T"), sample_file(s, "hive"), false, NULL));
    assert_success(reg_save(s->db, sample_key(s, "T"), sample_file(s, "twice"), false, NULL));
    assert_success(reg_load(s->db, REG_HKLM, "First", sample_file(s, "twice"), NULL));
    plat_buffer_clear(&s->text);
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        assert_said(s, reg_load(s->db, rows[i].root, rows[i].name, sample_file(s, rows[i].file), &s->text),
                    rows[i].error, rows[i].words);
    assert_int_equal(reg_key_open(s->db, REG_HKU, "L", &key), ERROR_FILE_NOT_FOUND);
    /* A hive's changes are nowhere else: its root is not emptied around it. */
    plat_buffer_clear(&s->text);
    assert_said(s, reg_restore(s->db, REG_HKLM, sample_file(s, "hive"), &s->text), ERROR_BUSY,
                "HKEY_LOCAL_MACHINE\\First is loaded from");
    assert_string_equal(sample_keys(s, REG_HKLM), "First|T");
    assert_success(reg_unload(s->db, sample_key(s, "First"), NULL));
    assert_success(reg_restore(s->db, REG_HKLM, sample_file(s, "hive"), NULL));
    assert_string_equal(sample_keys(s, REG_HKLM), "k|secret");
}

/* A hive that cannot be written back stays loaded, with all that is in it. */
static void unload_refuses(void **state)
{
    struct sample *s = *state;
    reg_key key;

    plant(s);
    assert_success(reg_save(s->db, sample_key(s, "T"), sample_file(s, "hive"), false, NULL));
    assert_success(reg_load(s->db, REG_HKLM, "L", sample_file(s, "hive"), NULL));
    key = sample_key(s, "L");
    assert_success(sample_set_dword(s->db, key, "new", 1));
    assert_success(plat_file_remove(sample_file(s, "hive")));
    assert_success(plat_directory_create(sample_file(s, "hive"), 0700));
    plat_buffer_clear(&s->text);
    assert_said(s, reg_unload(s->db, key, &s->text), ERROR_ACCESS_DENIED, "hive is no regular file");
    assert_said(s, reg_hive_flush(s->db, key, &s->text), ERROR_ACCESS_DENIED, "hive is no regular file");
    assert_string_equal(sample_value(s, key, "new"), "4:01000000");
    assert_string_equal(hive_of(s, key), sample_file(s, "hive"));
    /* Not loaded; within a transaction. */
    plat_buffer_clear(&s->text);
    assert_said(s, reg_unload(s->db, sample_key(s, "T"), &s->text), ERROR_INVALID_PARAMETER,
                "not loaded from a file");
    assert_said(s, reg_hive_flush(s->db, sample_key(s, "T"), &s->text), ERROR_INVALID_PARAMETER,
                "not loaded from a file");
    assert_int_equal(reg_hive_of(s->db, sample_key(s, "T"), &s->text), ERROR_FILE_NOT_FOUND);
    assert_success(reg_begin(s->db));
    assert_said(s, reg_unload(s->db, key, &s->text), ERROR_INVALID_FUNCTION, "within a transaction");
    reg_rollback(s->db);
    assert_string_equal(sample_keys(s, REG_HKLM), "L|T");
}

static void alter(struct sample *s, const char *name, const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(sample_file(s, name), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* The order of a file's keys is that of the folds in it, whatever they are. */
static void a_fold_that_is_not_the_names(void **state)
{
    static const char *const folds[] = {"ZZZ", "0", "B"};
    struct sample *s = *state;

    for (size_t i = 0; i < ELEMENTS(folds); i++) {
        char sql[80];

        assert_success(
            sample_import_text(s, "REGEDIT4\n[HKLM\\F\\A]\n[HKLM\\F\\M\\deep]\n[HKLM\\F\\Q]\n", NULL));
        assert_success(reg_save(s->db, sample_key(s, "F"), sample_file(s, "hive"), true, NULL));
        (void)snprintf(sql, sizeof sql, "UPDATE key SET fold='%s' WHERE name='M'", folds[i]);
        alter(s, "hive", sql);
        assert_success(reg_restore(s->db, sample_key(s, "R"), sample_file(s, "hive"), NULL));
        assert_string_equal(sample_keys(s, sample_key(s, "R")), "A|M|Q");
        assert_string_equal(sample_keys(s, sample_key(s, "R\\M")), "deep");
        assert_success(reg_load(s->db, REG_HKU, "L", sample_file(s, "hive"), NULL));
        assert_success(reg_undo(s->db, 0, NULL, NULL));
    }
}

struct leak {
    struct sample *s;
    unsigned shown;
};

static bool count_shown(void *context, const struct reg_change *change)
{
    struct leak *leak = context;

    leak->shown +=
        !change->is_protected && (change->kind == REG_VALUE_SET || change->kind == REG_VALUE_DELETED);
    return true;
}

static bool look_into(void *context, const struct reg_history_entry *entry)
{
    struct leak *leak = context;

    assert_success(reg_history_changes(leak->s->db, entry->id, count_shown, leak));
    return true;
}

/* What a hive brings is noted in the history as protected from the first value on. */
static void secrets_in_the_history(void **state)
{
    struct sample *s = *state;
    struct leak leak = {.s = s};
    uint64_t before;
    reg_key key;

    plant(s);
    assert_success(reg_save(s->db, sample_key(s, "T\\secret"), sample_file(s, "hive"), false, NULL));
    assert_success(reg_history_newest(s->db, &before));
    assert_success(reg_restore(s->db, sample_key(s, "R"), sample_file(s, "hive"), NULL));
    assert_success(reg_load(s->db, REG_HKU, "L", sample_file(s, "hive"), NULL));
    assert_success(reg_key_open(s->db, REG_HKU, "L", &key));
    assert_success(sample_set_dword(s->db, key, "more", 1));
    assert_success(reg_unload(s->db, key, NULL));
    assert_success(reg_key_delete_tree(s->db, sample_key(s, "R")));
    assert_success(reg_history_each(s->db, before, look_into, &leak));
    assert_int_equal(leak.shown, 0);
}

static void undone(struct sample *s, win_error expected, const char *words)
{
    plat_buffer_clear(&s->text);
    assert_int_equal(reg_undo(s->db, 0, &s->text, NULL), expected);
    if (words && !strstr(plat_buffer_text(&s->text), words))
        fail_msg("\"%s\" does not say \"%s\"", plat_buffer_text(&s->text), words);
}

static bool keep_id(void *context, const struct reg_history_entry *entry)
{
    *(uint64_t *)context = entry->id;
    return true;
}

/* The tie between a loaded key and its file comes and goes with the key; what was unloaded comes back from the file alone. */
static void undo_of_loading(void **state)
{
    struct sample *s = *state;
    uint64_t last = 0;
    reg_key key;

    plant(s);
    assert_success(reg_save(s->db, sample_key(s, "T"), sample_file(s, "hive"), false, NULL));
    assert_success(reg_load(s->db, REG_HKLM, "L", sample_file(s, "hive"), NULL));
    undone(s, ERROR_SUCCESS, NULL);
    assert_int_equal(reg_key_open(s->db, REG_HKLM, "L", &key), ERROR_FILE_NOT_FOUND);
    assert_success(reg_history_each(s->db, 0, keep_id, &last));
    assert_success(reg_undo(s->db, last, NULL, NULL)); /* redo */
    assert_string_equal(hive_of(s, sample_key(s, "L")), sample_file(s, "hive"));
    assert_same(s, "T", "L");
    /* Deleted, not unloaded: what was changed since the loading is in the history alone. */
    assert_success(sample_set_dword(s->db, sample_key(s, "L"), "new", 1));
    assert_success(reg_key_delete_tree(s->db, sample_key(s, "L")));
    undone(s, ERROR_SUCCESS, NULL);
    assert_string_equal(hive_of(s, sample_key(s, "L")), sample_file(s, "hive"));
    assert_string_equal(sample_value(s, sample_key(s, "L"), "new"), "4:01000000");
    /* The file has another place meanwhile. */
    assert_success(reg_key_delete_tree(s->db, sample_key(s, "L")));
    assert_success(reg_history_each(s->db, 0, keep_id, &last));
    assert_success(reg_load(s->db, REG_HKU, "M", sample_file(s, "hive"), NULL));
    plat_buffer_clear(&s->text);
    assert_int_equal(reg_undo(s->db, last, &s->text, NULL), ERROR_TRANSACTIONAL_CONFLICT);
    assert_non_null(
        strstr(plat_buffer_text(&s->text), "HKEY_LOCAL_MACHINE\\L: its file has been loaded elsewhere"));
    assert_int_equal(reg_key_open(s->db, REG_HKLM, "L", &key), ERROR_FILE_NOT_FOUND);
    undone(s, ERROR_SUCCESS, NULL);
    assert_success(reg_undo(s->db, last, NULL, NULL));
    /* Unloaded. */
    assert_success(reg_unload(s->db, sample_key(s, "L"), NULL));
    undone(s, ERROR_TRANSACTIONAL_CONFLICT, "was unloaded to ");
    assert_int_equal(reg_key_open(s->db, REG_HKLM, "L", &key), ERROR_FILE_NOT_FOUND);
    assert_success(reg_load(s->db, REG_HKLM, "L", sample_file(s, "hive"), NULL));
    assert_string_equal(sample_value(s, sample_key(s, "L"), "new"), "4:01000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(save_and_restore, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(save_refuses, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(volatile_keys_stay_behind, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(secrets, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(load_and_unload, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(bad_files, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(damage_in_the_middle, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(load_refuses, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(unload_refuses, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(a_fold_that_is_not_the_names, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(secrets_in_the_history, sample_setup, sample_teardown),
        cmocka_unit_test_setup_teardown(undo_of_loading, sample_setup, sample_teardown),
    };

    return cmocka_run_group_tests_name("registry.hive", tests, NULL, NULL);
}
