/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a registry file: what it is, how it is journalled, and words for what went wrong. */
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

struct opening {
    const struct storage_options *options;
    struct plat_buffer *message;
};

static win_error refuse(struct opening *opening, win_error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static win_error refuse(struct opening *opening, win_error error, const char *format, ...)
{
    va_list args;

    if (!opening->message)
        return error;
    plat_buffer_clear(opening->message);
    va_start(args, format);
    plat_buffer_vprintf(opening->message, format, args);
    va_end(args);
    return error;
}

static win_error refuse_missing(struct opening *opening, win_error error)
{
    return refuse(opening, error,
                  "there is no registry file %s: \"cerium reg import FILE.reg\" or \"cerium reg add KEY\" "
                  "makes one, --registry "
                  "or CERIUM_REGISTRY names another",
                  opening->options->path);
}

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
                  "the registry file %s cannot be made: %s; see that its folder exists and may be written to",
                  path, win_error_text(error));
}

/* Before SQLite touches the path: a folder or a pipe would give it odd words, or block. */
static win_error look_at_path(struct opening *opening)
{
    const char *path = opening->options->path;
    struct plat_file_info info;
    win_error error = plat_file_stat(path, &info);

    if (!error && info.kind != PLAT_FILE_REGULAR)
        return refuse(opening, ERROR_BADDB, "%s is %s, not a registry file: name another with --registry",
                      path, info.kind == PLAT_FILE_DIRECTORY ? "a folder" : "no regular file");
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
        return opening->options->mode == REG_OPEN_CREATE ? make_file(opening)
                                                         : refuse_missing(opening, ERROR_FILE_NOT_FOUND);
    if (error)
        return refuse(opening, error,
                      "the registry file %s cannot be looked at (%s): run as a user who may use its folder",
                      path, win_error_text(error));
    return ERROR_SUCCESS;
}

static win_error refuse_sqlite(struct opening *opening, int code, const char *words)
{
    const char *path = opening->options->path;
    win_error error = error_of_sqlite(code);

    switch (error) {
    case ERROR_ACCESS_DENIED:
    case ERROR_CANTOPEN:
        return refuse(opening, ERROR_ACCESS_DENIED,
                      "the registry file %s cannot be opened%s: look whether its folder exists and whether "
                      "you may write there "
                      "(beside the file lie its -wal and -shm); or name another with --registry",
                      path, opening->options->mode == REG_OPEN_CREATE ? " or made" : "");
    case ERROR_BADDB:
        return refuse(opening, error, "%s is not a registry file: name another with --registry", path);
    case ERROR_REGISTRY_CORRUPT:
        return refuse(opening, error,
                      "the registry file %s is damaged (%s): put a backup in its place, or move it away and "
                      "import an exported "
                      ".reg file",
                      path, words);
    case ERROR_DISK_FULL:
        return refuse(opening, error, "no room on the disk for the registry file %s: free some and try again",
                      path);
    case ERROR_BUSY:
        return refuse(opening, error,
                      "the registry file %s is in use by another process for more than %u seconds: try again",
                      path, LIMIT_REG_BUSY_MS / 1000U);
    default:
        return refuse(opening, error, "the registry file %s cannot be used: %s (%d)", path, words, code);
    }
}

static win_error refuse_db(struct opening *opening, struct storage *storage, int code)
{
    if (sqlite_blames_shm(storage->db, code))
        return refuse(opening, ERROR_ACCESS_DENIED,
                      "the registry file %s cannot be used because %s-shm may not be written: " SHM_ADVICE,
                      opening->options->path, opening->options->path);
    return refuse_sqlite(opening, code, storage->db ? sqlite3_errmsg(storage->db) : sqlite3_errstr(code));
}

static win_error refuse_kind(struct opening *opening, enum schema_kind kind, int version)
{
    const char *path = opening->options->path;

    if (kind == SCHEMA_NEWER)
        return refuse(opening, ERROR_BADDB,
                      "%s was made by a newer Cerium (format %d, this one knows %d): use that version", path,
                      version, SCHEMA_VERSION);
    if (kind == SCHEMA_EMPTY)
        return refuse(opening, ERROR_BADDB,
                      "%s is empty, not a registry file: \"cerium reg import FILE.reg\" or \"cerium reg add "
                      "KEY\" makes it one",
                      path);
    return refuse(opening, ERROR_BADDB,
                  "%s is a database of another program, not a registry file: name another with --registry",
                  path);
}

/*
 * Appends `path` to a URI. Everything but plain characters is escaped: no "?" or "//" of a file name is taken
 * for syntax, and a relative path begins with "./" so that no name (":memory:") has a meaning of its own.
 */
static void append_uri_path(struct plat_buffer *uri, const char *path)
{
    if (path[0] != '/')
        plat_buffer_append_text(uri, "./");
    for (const char *p = path; *p; p++) {
        unsigned char c = (unsigned char)*p;

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-_.", c) ||
            (c == '/' && p != path))
            plat_buffer_append_u8(uri, c);
        else
            plat_buffer_printf(uri, "%%%02X", c);
    }
}

static win_error connect(struct opening *opening, struct storage *storage)
{
    const struct storage_options *options = opening->options;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    struct plat_buffer uri;
    const char *text;
    int code;

    plat_buffer_init(&uri, 8 * LIMIT_PATH_SIZE);
    plat_buffer_append_text(&uri, "file:");
    append_uri_path(&uri, options->path);
    text = plat_buffer_text(&uri);
    if (!text) {
        win_error error =
            uri.failed == ERROR_FILE_TOO_LARGE ? ERROR_FILENAME_EXCED_RANGE : ERROR_NOT_ENOUGH_MEMORY;

        plat_buffer_free(&uri);
        return refuse(opening, error, "the registry file cannot be opened: %s", win_error_text(error));
    }
    code = sqlite3_open_v2(text, &storage->db, flags, NULL);
    plat_buffer_free(&uri);
    return code == SQLITE_OK ? ERROR_SUCCESS : refuse_db(opening, storage, code);
}

/* What a crafted file may do is bounded, and a busy one is waited for. */
static int set_up(sqlite3 *db, enum reg_open_mode mode)
{
    int code = sqlite3_busy_timeout(db, (int)LIMIT_REG_BUSY_MS);

    if (code == SQLITE_OK)
        code = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    if (code == SQLITE_OK)
        code = sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    if (code == SQLITE_OK && mode == REG_OPEN_READ)
        code = sqlite3_exec(db, "PRAGMA query_only=1", NULL, NULL, NULL);
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
 * WAL with FULL keeps an acknowledged commit through a power cut for one sync; where a file system cannot
 * give WAL its shared memory, a truncated journal needs EXTRA (the folder synced too) for the same. Two
 * processes may set this at the same moment: SQLite then says "busy" without waiting.
 */
static int set_journal(sqlite3 *db)
{
    const unsigned pause = 5;
    bool wal;
    int code = journal_mode(db, "PRAGMA journal_mode", &wal);

    for (unsigned waited = 0; code == SQLITE_OK && !wal; waited += pause) {
        code = journal_mode(db, "PRAGMA journal_mode=WAL", &wal);
        if ((code & 0xFF) != SQLITE_BUSY || waited >= LIMIT_REG_BUSY_MS)
            break;
        storage_sleep(pause);
        code = SQLITE_OK;
    }
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

/* Somebody else may make the same file meanwhile: looked at again under the write lock. */
static int make_registry(sqlite3 *db)
{
    enum schema_kind kind = SCHEMA_EMPTY;
    int version;
    int code = set_journal(db);

    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return code;
    code = schema_identify(db, &kind, &version);
    if (code == SQLITE_OK && kind == SCHEMA_EMPTY)
        code = schema_create(db);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (code != SQLITE_OK && !sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return code;
}

static win_error recognise(struct opening *opening, struct storage *storage)
{
    enum reg_open_mode mode = opening->options->mode;
    enum schema_kind kind = SCHEMA_FOREIGN;
    int version = 0;
    int code = schema_identify(storage->db, &kind, &version);

    if (code == SQLITE_OK && kind == SCHEMA_EMPTY && mode == REG_OPEN_CREATE) {
        code = make_registry(storage->db);
        if (code == SQLITE_OK)
            code = schema_identify(storage->db, &kind, &version);
    }
    if (code != SQLITE_OK)
        return refuse_db(opening, storage, code);
    if (kind != SCHEMA_OURS)
        return refuse_kind(opening, kind, version);
    if (mode != REG_OPEN_READ && sqlite3_db_readonly(storage->db, "main") == 1)
        return refuse(opening, ERROR_ACCESS_DENIED,
                      "the registry file %s may only be read: run as its owner, or change its permissions",
                      opening->options->path);
    if (mode != REG_OPEN_READ)
        code = set_journal(storage->db);
    if (code == SQLITE_OK)
        code = schema_check_roots(storage->db);
    return code == SQLITE_OK ? ERROR_SUCCESS
                             : refuse_sqlite(opening, code,
                                             code == SQLITE_CORRUPT ? "tables or root keys are missing"
                                                                    : sqlite3_errmsg(storage->db));
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

win_error storage_open(const struct storage_options *options, struct storage **storage,
                       struct plat_buffer *message)
{
    struct opening opening = {options, message};
    struct storage *opened;
    win_error error = look_at_path(&opening);
    int code;

    *storage = NULL;
    if (error)
        return error;
    opened = plat_calloc(1, sizeof *opened);
    if (!opened)
        return refuse(&opening, ERROR_NOT_ENOUGH_MEMORY, "not enough memory to open the registry");
    error = connect(&opening, opened);
    if (!error) {
        code = set_up(opened->db, options->mode);
        error = code == SQLITE_OK ? recognise(&opening, opened) : refuse_db(&opening, opened, code);
    }
    if (!error)
        error = keep_rollback_ready(opened);
    if (error) {
        storage_close(opened);
        return error;
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

const char *storage_message(const struct storage *storage)
{
    return storage->words;
}

void storage_clear_message(struct storage *storage)
{
    storage->words[0] = 0;
}
