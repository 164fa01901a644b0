/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a registry file: what it is, how it is journalled, and words for what went wrong. */
#include "sqlite/inspect.h"
#include "sqlite/refuse.h"
#include "sqlite/schema.h"
#include "sqlite/statement.h"

#include "platform/file.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

/*
 * Pages in the WAL before it is merged into the file: 1 MiB of 4 KiB pages; and what the WAL keeps of its
 * size then.
 */
#define WAL_PAGES "250"
#define WAL_BYTES_KEPT "1048576"

/*
 * SQLite would give a new file the permissions that the umask leaves, so it never makes one; -wal and -shm take theirs
 * from the file.
 */
static win_error make_file(struct opening *opening)
{
    const char *path = opening->options->path;
    win_error error = plat_file_create_private(path);

    if (!error || error == ERROR_ALREADY_EXISTS) /* somebody else was faster */
        return ERROR_SUCCESS;
    return refuse(opening, error,
                  "the %s %s cannot be made: %s; see that its folder exists and may be written to",
                  refuse_noun(opening), path, win_error_text(error));
}

static int mark_of(const struct opening *opening)
{
    return opening->options->kind == STORAGE_HIVE ? SCHEMA_HIVE_ID : SCHEMA_APPLICATION_ID;
}

/* Before SQLite touches the path: a folder or a pipe would give it odd words, or block. */
static win_error look_at_path(struct opening *opening)
{
    const char *path = opening->options->path;
    struct plat_file_info info;
    win_error error = plat_file_stat(path, &info);

    if (!error && info.kind != PLAT_FILE_REGULAR)
        return refuse(opening, ERROR_BADDB, "%s is %s, not a %s: name another", path,
                      info.kind == PLAT_FILE_DIRECTORY ? "a folder" : "no regular file", refuse_noun(opening));
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
        return opening->options->mode == REG_OPEN_CREATE ? make_file(opening) : refuse_missing(opening);
    return error ? refuse_path(opening, error) : ERROR_SUCCESS;
}

static win_error connect(struct opening *opening, struct storage *storage)
{
    const struct storage_options *options = opening->options;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    struct plat_buffer uri;
    const char *text;
    int code;

    plat_buffer_init(&uri, 8 * LIMIT_PATH_SIZE);
    inspect_append_uri(&uri, options->path);
    if (opening->how == CONNECT_IMMUTABLE) {
        plat_buffer_append_text(&uri, "?immutable=1");
        storage->is_immutable = plat_file_stat(options->path, &storage->opened) == ERROR_SUCCESS;
    }
    text = plat_buffer_text(&uri);
    if (!text) {
        win_error error =
            uri.failed == ERROR_FILE_TOO_LARGE ? ERROR_FILENAME_EXCED_RANGE : ERROR_NOT_ENOUGH_MEMORY;

        plat_buffer_free(&uri);
        return refuse(opening, error, "the %s cannot be opened: %s", refuse_noun(opening),
                      win_error_text(error));
    }
    code = sqlite3_open_v2(text, &storage->db, flags, NULL);
    plat_buffer_free(&uri);
    return code == SQLITE_OK ? ERROR_SUCCESS : refuse_db(opening, storage, code);
}

/* What a crafted file may do is bounded, and a busy one is waited for. */
static int set_up(const struct opening *opening, sqlite3 *db)
{
    int code = sqlite3_busy_timeout(db, (int)LIMIT_REG_BUSY_MS);

    if (code == SQLITE_OK)
        code = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    if (code == SQLITE_OK)
        code = sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    if (code == SQLITE_OK &&
        opening->how != CONNECT_IMMUTABLE) /* what is deleted or overwritten does not stay in its page */
        code = sqlite3_exec(db, "PRAGMA secure_delete=FAST", NULL, NULL, NULL);
    if (code == SQLITE_OK && opening->how == CONNECT_ALONE)
        code = sqlite3_exec(db, "PRAGMA locking_mode=EXCLUSIVE", NULL, NULL, NULL);
    return code;
}

static int journal_mode(sqlite3 *db, const char *pragma, bool *wal)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(db, pragma, -1, &s, NULL);

    *wal = false;
    if (code == SQLITE_OK) {
        code = sqlite3_step(s);
        if (code == SQLITE_ROW) {
            const char *mode = (const char *)sqlite3_column_text(s, 0);

            *wal = mode && strcmp(mode, "wal") == 0;
            code = SQLITE_OK;
        }
    }
    sqlite3_finalize(s);
    return code;
}

/*
 * Back to a journal, for all who come after: this file system cannot share memory (JFFS2, say), and the file was in WAL mode all the same. The
 * reading at the end gives the lock back.
 */
static int leave_wal(sqlite3 *db)
{
    return sqlite3_exec(db,
                        "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=EXTRA; PRAGMA locking_mode=NORMAL;"
                        "SELECT count(*) FROM sqlite_schema",
                        NULL, NULL, NULL);
}

/*
 * WAL with FULL keeps an acknowledged commit through a power cut for one sync; where a file system cannot
 * give WAL its shared memory, a truncated journal needs EXTRA (the folder synced too) for the same. Two
 * processes may set this at the same moment: SQLite then says "busy" without waiting.
 */
static int set_journal(const struct opening *opening, sqlite3 *db)
{
    const unsigned pause = 5;
    bool wal;
    int code;

    if (opening->options->kind == STORAGE_HIVE)
        return sqlite3_exec(db, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA", NULL, NULL, NULL);
    if (opening->how == CONNECT_ALONE)
        return leave_wal(db);
    code = journal_mode(db, "PRAGMA journal_mode", &wal);
    for (unsigned waited = 0; code == SQLITE_OK && !wal; waited += pause) {
        code = journal_mode(db, "PRAGMA journal_mode=WAL", &wal);
        if ((code & 0xFF) != SQLITE_BUSY || waited >= LIMIT_REG_BUSY_MS)
            break;
        storage_sleep(pause);
        code = SQLITE_OK;
    }
    if (wal &&
        code == SQLITE_OK) /* it is when it is first read that it shows whether there is memory to share */
        code = sqlite3_exec(db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    if (code == SQLITE_IOERR_SHMMAP || (wal && code != SQLITE_OK))
        return code;
    if (wal)
        return sqlite3_exec(db,
                            "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=" WAL_PAGES
                            "; PRAGMA journal_size_limit=" WAL_BYTES_KEPT,
                            NULL, NULL, NULL);
    if ((code & 0xFF) == SQLITE_CANTOPEN || (code & 0xFF) == SQLITE_IOERR)
        code = SQLITE_OK;
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=EXTRA", NULL, NULL, NULL);
    return code;
}

/* Makes or upgrades the tables. Somebody else may do it meanwhile: looked at again under the write lock. */
static int make_tables(struct opening *opening, sqlite3 *db)
{
    enum schema_kind kind = SCHEMA_FOREIGN;
    int application;
    int version;
    int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

    if (code != SQLITE_OK)
        return code;
    code = schema_identify_as(db, mark_of(opening), &kind, &application, &version);
    if (code == SQLITE_OK && kind == SCHEMA_EMPTY)
        code = schema_create(db, mark_of(opening));
    if (code == SQLITE_OK && kind == SCHEMA_OLDER)
        code = schema_upgrade(db);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (code != SQLITE_OK && !sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return code;
}

/*
 * With the statement that most of what follows will need anyhow. It comes before the look at the tables, which is one at what SQLite remembers of them: a
 * statement notices when that is out of date, somebody else having just made them.
 */
static int check_roots(struct storage *storage)
{
    for (reg_key root = REG_HKCR; root <= REG_HKU; root++) {
        struct storage_key row;
        win_error error = storage_key_get(storage, root, &row, NULL);
        int code = error ? sqlite3_extended_errcode(storage->db) : SQLITE_OK;

        if (error == ERROR_FILE_NOT_FOUND || code == SQLITE_ERROR) /* no such row, no such table */
            return SQLITE_CORRUPT;
        if (error)
            return code == SQLITE_OK ? SQLITE_NOMEM : code;
    }
    return schema_check_tables(storage->db);
}

static win_error recognise_now(struct opening *opening, struct storage *storage)
{
    enum reg_open_mode mode = opening->options->mode;
    enum schema_kind kind = SCHEMA_FOREIGN;
    int application;
    int version;
    int code = schema_identify_as(storage->db, mark_of(opening), &kind, &application, &version);

    if (code != SQLITE_OK)
        return refuse_db(opening, storage, code);
    if (kind == SCHEMA_EMPTY && mode == REG_OPEN_CREATE)
        return ERROR_SUCCESS;
    if (kind != SCHEMA_OURS && kind != SCHEMA_OLDER)
        return refuse_kind(opening, kind, application, version);
    if (mode != REG_OPEN_READ && sqlite3_db_readonly(storage->db, "main") == 1)
        return refuse(opening, ERROR_ACCESS_DENIED,
                      "the %s %s may only be read: run as its owner, or change its permissions",
                      refuse_noun(opening), opening->options->path);
    storage->lacks_tables = kind == SCHEMA_OLDER && mode == REG_OPEN_READ;
    storage->is_ready = kind == SCHEMA_OURS || storage->lacks_tables;
    code = check_roots(storage);
    return code == SQLITE_OK ? ERROR_SUCCESS
                             : refuse_sqlite(opening, code,
                                             code == SQLITE_CORRUPT ? "tables or root keys are missing"
                                                                    : sqlite3_errmsg(storage->db));
}

/* Is it a registry (a hive), and one that can be used as it was asked for? All is read of one moment: the file may be in the making. */
static win_error recognise(struct opening *opening, struct storage *storage)
{
    win_error error = statement_run(storage, STATEMENT_BEGIN_READ);

    if (error)
        return refuse_db(opening, storage, sqlite3_extended_errcode(storage->db));
    error = recognise_now(opening, storage);
    storage_rollback(storage);
    return error;
}

static win_error make_ready(struct opening *opening, struct storage *storage)
{
    int code = SQLITE_OK;

    if (opening->options->mode != REG_OPEN_READ)
        code = set_journal(opening, storage->db);
    else if (opening->how == CONNECT_ALONE && opening->shm_failed)
        code = leave_wal(storage->db);
    if (code == SQLITE_OK && !storage->is_ready) {
        code = make_tables(opening, storage->db);
        if (code == SQLITE_OK)
            return recognise(opening, storage); /* also what somebody else made meanwhile */
    }
    return code == SQLITE_OK ? ERROR_SUCCESS : refuse_sqlite(opening, code, sqlite3_errmsg(storage->db));
}

win_error storage_forbid_writing(struct storage *storage)
{
    return note_sqlite(storage, sqlite3_exec(storage->db, "PRAGMA query_only=1", NULL, NULL, NULL));
}

/* So that a transaction can be left even when there is no memory for one statement more. */
static win_error keep_rollback_ready(struct storage *storage)
{
    sqlite3_stmt *s;
    win_error error = statement_take(storage, STATEMENT_ROLLBACK, &s);

    if (!error)
        statement_give(storage, STATEMENT_ROLLBACK, s);
    return error;
}

/* Whether there is a way left to open a file that failed to open; opening->how is then that way. */
static bool find_another_way(struct opening *opening)
{
    bool reading = opening->options->mode == REG_OPEN_READ;
    int code = opening->code;

    if (opening->how != CONNECT_NORMALLY)
        return false;
    opening->shm_failed = code == SQLITE_IOERR_SHMMAP;
    /* No room for a -shm: reading must go on all the same, and nobody can write now. */
    if (opening->shm_failed || (reading && code == SQLITE_IOERR_SHMSIZE))
        opening->how = CONNECT_ALONE;
    else if (reading && ((code & 0xFF) == SQLITE_CANTOPEN || (code & 0xFF) == SQLITE_READONLY) &&
             inspect_is_read_only_medium(opening->options->path))
        opening->how = CONNECT_IMMUTABLE;
    return opening->how != CONNECT_NORMALLY;
}

static win_error open_connection(struct opening *opening, struct storage *storage)
{
    win_error error;

    opening->code = SQLITE_OK;
    error = connect(opening, storage);
    if (!error && opening->options->glance && !inspect_is_quiet(storage_path(storage), &storage->opened))
        error = ERROR_SHARING_VIOLATION;
    if (!error) {
        int code = set_up(opening, storage->db);

        error = code == SQLITE_OK ? keep_rollback_ready(storage) : refuse_db(opening, storage, code);
    }
    if (!error)
        error = recognise(opening, storage);
    return error ? error : make_ready(opening, storage);
}

/* Better words for who wants to write where nobody can. */
static win_error refuse_read_only(struct opening *opening, win_error error)
{
    if (error != ERROR_ACCESS_DENIED || opening->options->mode == REG_OPEN_READ ||
        !inspect_is_read_only_medium(opening->options->path))
        return error;
    return refuse(opening, error, "the %s %s may only be read: its file system is mounted read-only",
                  refuse_noun(opening), opening->options->path);
}

win_error storage_open(const struct storage_options *options, struct storage **storage,
                       struct plat_buffer *message)
{
    struct opening opening = {.options = options,
                              .message = message,
                              .how = options->glance ? CONNECT_IMMUTABLE : CONNECT_NORMALLY};
    struct storage *opened;
    win_error error = look_at_path(&opening);

    *storage = NULL;
    if (error)
        return error;
    opened = plat_calloc(1, sizeof *opened);
    if (!opened)
        return refuse(&opening, ERROR_NOT_ENOUGH_MEMORY, "not enough memory to open the registry");
    error = open_connection(&opening, opened);
    if (error && find_another_way(&opening)) {
        statement_free_all(opened);
        sqlite3_close(opened->db);
        memset(opened, 0, sizeof *opened);
        if (message)
            plat_buffer_clear(message);
        error = open_connection(&opening, opened);
    }
    if (error) {
        storage_close(opened);
        return refuse_read_only(&opening, error);
    }
    *storage = opened;
    return ERROR_SUCCESS;
}

void storage_close(struct storage *storage)
{
    if (!storage)
        return;
    statement_free_all(storage);
    sqlite3_close(storage->db); /* rolls back; the last one out merges the WAL into the file */
    plat_free(storage);
}

const char *storage_path(const struct storage *storage)
{
    return sqlite3_db_filename(storage->db, "main");
}

const char *storage_message(const struct storage *storage)
{
    return storage->words;
}

void storage_clear_message(struct storage *storage)
{
    storage->words[0] = 0;
}
