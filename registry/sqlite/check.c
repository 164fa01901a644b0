/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a registry file for faults: SQLite's own check, the rules between rows as queries, and each row for check/check.c. */
#include "check/raw.h"
#include "sqlite/inspect.h"
#include "sqlite/schema.h"

#include "platform/file.h"
#include "platform/limits.h"

#include <string.h>

/* SQLite's check stops after so many faults. */
#define FAULTS_MOST 100

#define TEXT_OF(x) #x
#define TEXT_OF_VALUE(x) TEXT_OF(x)

/* The keys that hang on a root, the root keys being 0 deep; "UNION" ends circles. */
#define TREE                                                                                                 \
    "WITH RECURSIVE tree(id, depth) AS (SELECT id, 0 FROM key WHERE id BETWEEN 1 AND 4 AND parent=0"         \
    " UNION SELECT key.id, tree.depth+1 FROM key JOIN tree ON key.parent=tree.id WHERE tree.depth<=:depth) "

/* A rule is a query: each row that it yields is a sentence. */
static const struct rule {
    bool is_fault;
    const char *query;
} rules[] = {
    {true, "WITH root(id, name) AS (VALUES(1, 'HKEY_CLASSES_ROOT'), (2, 'HKEY_CURRENT_USER'),"
           " (3, 'HKEY_LOCAL_MACHINE'), (4, 'HKEY_USERS'))"
           " SELECT printf('the root key %s is missing, or not where it belongs', root.name) FROM root"
           " LEFT JOIN key ON key.id=root.id AND key.parent=0 AND key.name=root.name AND key.fold=root.name"
           " WHERE key.id IS NULL"},
    {true, "SELECT printf('key %d (\"%s\") lies beside the root keys', id, name) FROM key"
           " WHERE parent=0 AND id NOT BETWEEN 1 AND 4"},
    {true, "SELECT printf('key %d (\"%s\") lies in key %d, which does not exist', id, name, parent) FROM key"
           " WHERE parent<>0 AND parent NOT IN (SELECT id FROM key)"},
    {true, "SELECT printf('%d value(s) belong to key %d, which does not exist', count(*), key) FROM val"
           " WHERE key NOT IN (SELECT id FROM key) GROUP BY key"},
    {true, TREE "SELECT printf('key %d (\"%s\") lies too deep, or in a circle of keys', id, name) FROM key"
                " WHERE id NOT IN (SELECT id FROM tree) AND parent IN (SELECT id FROM key)"},
    {true, TREE "SELECT printf('key %d (\"%s\") is deeper than %d levels', key.id, key.name, :depth)"
                " FROM key JOIN tree ON tree.id=key.id WHERE depth=:depth+1"},
    {true, "SELECT printf('a column of key %d has a wrong type', id) FROM key"
           " WHERE typeof(parent)<>'integer' OR typeof(fold)<>'text' OR typeof(name)<>'text'"
           " OR typeof(flags)<>'integer' OR typeof(mtime)<>'integer' OR typeof(seq)<>'integer'"},
    {true, "SELECT printf('a column of the value \"%s\" of key %d has a wrong type', name, key) FROM val"
           " WHERE typeof(key)<>'integer' OR typeof(fold)<>'text' OR typeof(name)<>'text'"
           " OR typeof(seq)<>'integer' OR typeof(type)<>'integer' OR typeof(data)<>'blob'"},
    {true,
     "SELECT printf('the value \"%s\" of key %d has the type %d, which cannot be', name, key, type) FROM val"
     " WHERE type NOT BETWEEN 0 AND 4294967295"},
    {true, "SELECT printf('key %d (\"%s\") has flags that mean nothing (%d)', id, name, flags) FROM key"
           " WHERE flags NOT BETWEEN 0 AND 3"},
    {true, "SELECT printf('key %d (\"%s\") counts its values wrongly (%d, there are some up to %d)',"
           " key.id, key.name, key.seq, max(val.seq)) FROM key JOIN val ON val.key=key.id"
           " GROUP BY key.id HAVING max(val.seq)>key.seq"},
    {true, "SELECT printf('two values of key %d have the same place (%d)', key, seq) FROM val"
           " GROUP BY key, seq HAVING count(*)>1"},
    {true,
     "SELECT printf('the number of the next key (after %d) has been given already', seq) FROM sqlite_sequence"
     " WHERE name='key' AND seq<(SELECT max(id) FROM key)"},
    {false,
     TREE "SELECT printf('key %d (\"%s\") is deeper than the %d levels of Windows CE', key.id, key.name,"
          " :ce_depth) FROM key JOIN tree ON tree.id=key.id WHERE depth=:ce_depth+1"},
    {false, "SELECT printf('the value \"%s\" of key %d has %d bytes, Windows CE takes %d', name, key, "
            "length(data), :ce_data)"
            " FROM val WHERE length(data)>:ce_data"},
};

/* The tables that the second format brought. */
static const struct rule later_rules[] = {
    {true, "SELECT printf('a class belongs to key %d, which does not exist', key) FROM class"
           " WHERE key NOT IN (SELECT id FROM key)"},
    {true, "SELECT printf('key %d was loaded from \"%s\", but does not exist', key, file) FROM hive"
           " WHERE key NOT IN (SELECT id FROM key)"},
    {true,
     "SELECT printf('key %d (\"%s\") is lasting, but the key that it lies in is volatile', key.id, key.name)"
     " FROM key JOIN key AS above ON above.id=key.parent WHERE above.flags&2 AND NOT key.flags&2"},
    {true, "SELECT printf('a column of entry %d of the history has a wrong type', id) FROM history"
           " WHERE typeof(time)<>'integer' OR typeof(who)<>'text' OR typeof(what)<>'text' OR "
           "typeof(keys)<>'integer'"
           " OR typeof(vals)<>'integer' OR typeof(flags)<>'integer' OR typeof(undoes)<>'integer'"
           " OR typeof(undone)<>'integer' OR typeof(start)<>'integer' OR typeof(changes)<>'blob'"},
    {true, "SELECT printf('entry %d of the history begins before the end of the one before it', id) FROM "
           "history AS h"
           " WHERE start<(SELECT start+length(changes) FROM history WHERE id<h.id ORDER BY id DESC LIMIT 1)"},
};

struct looking {
    int version;
    sqlite3 *db;
    const char *path;
    const struct raw_listener *listener;
    bool was_told; /* that the file is damaged */
};

static void tell_damage(struct looking *looking)
{
    struct plat_buffer text;

    if (looking->was_told)
        return;
    looking->was_told = true;
    plat_buffer_init(&text, LIMIT_LOG_LINE);
    plat_buffer_printf(&text, "the file is damaged, not all of it can be read (%s)",
                       sqlite3_errmsg(looking->db));
    looking->listener->tell(looking->listener->context, true,
                            plat_buffer_text(&text) ? (const char *)text.data : "the file is damaged");
    plat_buffer_free(&text);
}

/* Corrupt files are what this is about; only other failures are errors. */
static win_error end_of_rows(struct looking *looking, int code)
{
    if (code == SQLITE_DONE || code == SQLITE_OK)
        return ERROR_SUCCESS;
    if ((code & 0xFF) != SQLITE_CORRUPT && (code & 0xFF) != SQLITE_ERROR && (code & 0xFF) != SQLITE_NOTADB)
        return error_of_sqlite(code);
    tell_damage(looking);
    return ERROR_SUCCESS;
}

/* Those that the query names. */
static int bind_limits(sqlite3_stmt *s)
{
    static const struct {
        const char *name;
        unsigned limit;
    } all[] = {{":depth", LIMIT_REG_DEPTH}, {":ce_depth", LIMIT_CE_DEPTH}, {":ce_data", LIMIT_CE_DATA}};
    int code = SQLITE_OK;

    for (size_t i = 0; i < sizeof all / sizeof all[0] && code == SQLITE_OK; i++) {
        int at = sqlite3_bind_parameter_index(s, all[i].name);

        code = at > 0 ? sqlite3_bind_int64(s, at, all[i].limit) : SQLITE_OK;
    }
    return code;
}

static win_error each_sentence(struct looking *looking, const char *query, bool is_fault, const char *before)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(looking->db, query, -1, &s, NULL);

    if (code == SQLITE_OK)
        code = bind_limits(s);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        const char *text;

        code = sqlite3_step(s);
        if (code != SQLITE_ROW)
            break;
        text = (const char *)sqlite3_column_text(s, 0);
        if (text && strcmp(text, "ok") != 0) {
            struct plat_buffer line;

            plat_buffer_init(&line, 8 * LIMIT_LOG_LINE);
            plat_buffer_printf(&line, "%s%s", before, text);
            looking->listener->tell(looking->listener->context, is_fault,
                                    plat_buffer_text(&line) ? (const char *)line.data : before);
            plat_buffer_free(&line);
            looking->was_told = looking->was_told || before[0];
        }
    }
    sqlite3_finalize(s);
    return end_of_rows(looking, code);
}

static win_error each_key(struct looking *looking)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(looking->db, "SELECT id, parent, fold, name, flags, mtime, seq FROM key",
                                  -1, &s, NULL);

    while (code == SQLITE_OK && (code = sqlite3_step(s)) == SQLITE_ROW) {
        struct raw_key row = {.id = (reg_key)sqlite3_column_int64(s, 0),
                              .parent = (reg_key)sqlite3_column_int64(s, 1),
                              .fold = statement_column(s, 2),
                              .name = statement_column(s, 3),
                              .flags = (uint32_t)sqlite3_column_int64(s, 4),
                              .modified = sqlite3_column_int64(s, 5),
                              .sequence = (uint64_t)sqlite3_column_int64(s, 6)};

        looking->listener->key(looking->listener->context, &row);
        code = SQLITE_OK;
    }
    sqlite3_finalize(s);
    return end_of_rows(looking, code);
}

static win_error each_value(struct looking *looking)
{
    sqlite3_stmt *s = NULL;
    int code =
        sqlite3_prepare_v2(looking->db, "SELECT key, fold, name, seq, type, data FROM val", -1, &s, NULL);

    while (code == SQLITE_OK && (code = sqlite3_step(s)) == SQLITE_ROW) {
        struct raw_value row = {.key = (reg_key)sqlite3_column_int64(s, 0),
                                .fold = statement_column(s, 1),
                                .name = statement_column(s, 2),
                                .sequence = (uint64_t)sqlite3_column_int64(s, 3),
                                .type = (uint32_t)sqlite3_column_int64(s, 4),
                                .data = statement_column(s, 5)};

        looking->listener->value(looking->listener->context, &row);
        code = SQLITE_OK;
    }
    sqlite3_finalize(s);
    return end_of_rows(looking, code);
}

static win_error each_entry(struct looking *looking)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(looking->db, "SELECT id, changes FROM history", -1, &s, NULL);

    while (code == SQLITE_OK && (code = sqlite3_step(s)) == SQLITE_ROW) {
        looking->listener->entry(looking->listener->context, (uint64_t)sqlite3_column_int64(s, 0),
                                 statement_column(s, 1));
        code = SQLITE_OK;
    }
    sqlite3_finalize(s);
    return end_of_rows(looking, code);
}

/* SQLite takes the bytes that are missing from the last page for zeros. */
static void look_at_size(struct looking *looking)
{
    struct plat_file_info info;
    int page_size = 0;

    if (schema_number(looking->db, "PRAGMA page_size", &page_size) == SQLITE_OK && page_size > 0 &&
        plat_file_stat(looking->path, &info) == ERROR_SUCCESS && info.size % (unsigned)page_size != 0)
        looking->listener->tell(looking->listener->context, true,
                                "the file has been cut off: its last page is not whole");
}

static win_error look(struct looking *looking)
{
    win_error error = each_sentence(looking, "PRAGMA integrity_check(" TEXT_OF_VALUE(FAULTS_MOST) ")", true,
                                    "SQLite says: ");

    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && !error; i++)
        error = each_sentence(looking, rules[i].query, rules[i].is_fault, "");
    for (size_t i = 0; i < sizeof later_rules / sizeof later_rules[0] && !error && looking->version > 1; i++)
        error = each_sentence(looking, later_rules[i].query, later_rules[i].is_fault, "");
    if (!error)
        error = each_key(looking);
    if (!error)
        error = each_value(looking);
    return error || looking->version < 2 ? error : each_entry(looking);
}

/* What the marks say: a registry, or why it is none. */
static win_error recognise(struct looking *looking, const char *path, struct plat_buffer *message)
{
    enum schema_kind kind = SCHEMA_FOREIGN;
    int version = 0;
    int code = schema_identify(looking->db, &kind, &version);

    if ((code & 0xFF) == SQLITE_NOTADB)
        return inspect_say(
            message, ERROR_BADDB,
            "%s is not a registry file, or its beginning is destroyed: \"cerium reg check %s --recover "
            "NEWFILE\" saves what can be read",
            path, path);
    if (code != SQLITE_OK)
        return end_of_rows(looking, code);
    if (kind == SCHEMA_NEWER)
        return inspect_say(message, ERROR_BADDB,
                           "%s was made by a newer Cerium (format %d, this one knows %d): use that version",
                           path, version, SCHEMA_VERSION);
    looking->version = version;
    if (kind == SCHEMA_OURS)
        return ERROR_SUCCESS;
    return inspect_say(message, ERROR_BADDB, "%s is %s, not a registry file", path,
                       kind == SCHEMA_EMPTY ? "empty" : "a database of another program");
}

win_error raw_look(const char *path, const struct raw_listener *listener, struct plat_buffer *message)
{
    struct looking looking = {.path = path, .listener = listener};
    win_error error = inspect_path(path, message);

    if (!error)
        error = inspect_open(path, &looking.db, message);
    if (error)
        return error;
    if (message)
        plat_buffer_clear(message);
    error = recognise(&looking, path, message);
    if (!error && sqlite3_exec(looking.db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK) /* all of one moment */
        error = ERROR_NOT_ENOUGH_MEMORY;
    if (!error)
        error = look(&looking);
    if (!error)
        look_at_size(&looking);
    if (error && message && message->size == 0)
        inspect_say(message, error, "%s cannot be looked at: %s", path, sqlite3_errmsg(looking.db));
    sqlite3_close(looking.db);
    return error;
}
