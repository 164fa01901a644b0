/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a damaged file, through the handles that SQLite holds it by. */
#include "check/raw.h"
#include "sqlite/inspect.h"

#include "platform/memory.h"

struct raw_file {
    sqlite3 *db;
    sqlite3_file *file; /* SQLite's own: a second one, when closed, would give up SQLite's locks */
    sqlite3_file *wal;  /* ours, on the same VFS; NULL: there is none */
};

static int open_wal(struct raw_file *raw)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    const char *path = sqlite3_db_filename(raw->db, "main");
    int is_there = 0;
    int code;

    if (!path)
        return SQLITE_OK;
    path = sqlite3_filename_wal(path);
    code = vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, &is_there);
    if (code != SQLITE_OK || !is_there)
        return code;
    raw->wal = plat_calloc(1, (size_t)vfs->szOsFile);
    if (!raw->wal)
        return SQLITE_NOMEM;
    code = vfs->xOpen(vfs, path, raw->wal, SQLITE_OPEN_READONLY | SQLITE_OPEN_WAL, NULL);
    if (code != SQLITE_OK) {
        plat_free(raw->wal);
        raw->wal = NULL;
    }
    return code;
}

win_error raw_open(const char *path, struct raw_file **file, struct plat_buffer *message)
{
    struct raw_file *raw;
    win_error error = inspect_path(path, message);
    int code;

    *file = NULL;
    if (error)
        return error;
    raw = plat_calloc(1, sizeof *raw);
    if (!raw)
        return ERROR_NOT_ENOUGH_MEMORY;
    error = inspect_open(path, &raw->db, message);
    if (!error) {
        /* Where SQLite still understands the file, nobody changes it meanwhile; where not, all the same to us. */
        sqlite3_exec(raw->db, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
        code = sqlite3_file_control(raw->db, "main", SQLITE_FCNTL_FILE_POINTER, &raw->file);
        if (code == SQLITE_OK)
            code = open_wal(raw);
        error = error_of_sqlite(code);
        if (error && message) {
            plat_buffer_clear(message);
            plat_buffer_printf(message, "%s cannot be read: %s", path, sqlite3_errstr(code));
        }
    }
    if (error) {
        raw_close(raw);
        return error;
    }
    *file = raw;
    return ERROR_SUCCESS;
}

void raw_close(struct raw_file *file)
{
    if (!file)
        return;
    if (file->wal && file->wal->pMethods)
        file->wal->pMethods->xClose(file->wal);
    plat_free(file->wal);
    sqlite3_close(file->db);
    plat_free(file);
}

static sqlite3_file *which(struct raw_file *file, bool of_wal)
{
    sqlite3_file *f = of_wal ? file->wal : file->file;

    return f && f->pMethods ? f : NULL;
}

uint64_t raw_size(struct raw_file *file, bool of_wal)
{
    sqlite3_file *f = which(file, of_wal);
    sqlite3_int64 size = 0;

    return f && f->pMethods->xFileSize(f, &size) == SQLITE_OK && size > 0 ? (uint64_t)size : 0;
}

bool raw_read(struct raw_file *file, bool of_wal, uint64_t offset, void *buffer, size_t size)
{
    sqlite3_file *f = which(file, of_wal);

    return f && offset <= INT64_MAX &&
           f->pMethods->xRead(f, buffer, (int)size, (sqlite3_int64)offset) == SQLITE_OK;
}
