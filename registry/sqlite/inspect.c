/* SPDX-License-Identifier: Apache-2.0 */
#include "sqlite/inspect.h"

#include "platform/clock.h"
#include "platform/file.h"
#include "platform/limits.h"

#include <stdarg.h>
#include <string.h>

win_error inspect_say(struct plat_buffer *message, win_error error, const char *format, ...)
{
    va_list args;

    if (!message)
        return error;
    plat_buffer_clear(message);
    va_start(args, format);
    plat_buffer_vprintf(message, format, args);
    va_end(args);
    return error;
}

win_error inspect_path(const char *path, struct plat_buffer *message)
{
    struct plat_file_info info;
    win_error error = plat_file_stat(path, &info);

    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
        return inspect_say(message, ERROR_FILE_NOT_FOUND, "there is no file %s", path);
    if (error)
        return inspect_say(message, error, "%s cannot be looked at: %s", path, win_error_text(error));
    if (info.kind != PLAT_FILE_REGULAR)
        return inspect_say(message, ERROR_BADDB, "%s is %s, not a registry file", path,
                           info.kind == PLAT_FILE_DIRECTORY ? "a folder" : "no regular file");
    return ERROR_SUCCESS;
}

/* Is there anything in the file beside it? */
static bool has_beside(const char *path, const char *suffix)
{
    struct plat_file_info info;
    struct plat_buffer name;
    const char *text;
    bool found;

    plat_buffer_init(&name, LIMIT_PATH_SIZE + 16);
    plat_buffer_printf(&name, "%s%s", path, suffix);
    text = plat_buffer_text(&name);
    found = !text || (plat_file_stat(text, &info) == ERROR_SUCCESS && info.size > 0);
    plat_buffer_free(&name);
    return found;
}

static bool has_wal(const char *path)
{
    return has_beside(path, "-wal");
}

bool inspect_is_quiet(const char *path, const struct plat_file_info *info)
{
    int64_t age = plat_clock_unix() - info->modified;

    return age >= (int64_t)LIMIT_REG_GLANCE_AGE && !has_wal(path) && !has_beside(path, "-journal");
}

bool inspect_is_read_only_medium(const char *path)
{
    struct plat_buffer name;
    bool is_read_only = false;

    plat_buffer_init(&name, LIMIT_PATH_SIZE + 16);
    plat_buffer_printf(&name, "%s-probe", path);
    if (!has_wal(path)) {
        const char *text = plat_buffer_text(&name);
        win_error error = text ? plat_file_create_private(text) : ERROR_NOT_ENOUGH_MEMORY;

        is_read_only = error == ERROR_WRITE_PROTECT;
        if (!error)
            error = plat_file_remove(text);
    }
    plat_buffer_free(&name);
    return is_read_only;
}

void inspect_append_uri(struct plat_buffer *uri, const char *path)
{
    plat_buffer_append_text(uri, "file:");
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

static int connect(const char *path, bool alone, bool immutable, sqlite3 **db)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI;
    struct plat_buffer uri;
    const char *text;
    int code = SQLITE_NOMEM;

    plat_buffer_init(&uri, 8 * LIMIT_PATH_SIZE);
    inspect_append_uri(&uri, path);
    if (immutable)
        plat_buffer_append_text(&uri, "?immutable=1");
    text = plat_buffer_text(&uri);
    if (text)
        code = sqlite3_open_v2(text, db, flags, NULL);
    plat_buffer_free(&uri);
    if (code == SQLITE_OK)
        code = sqlite3_busy_timeout(*db, (int)LIMIT_REG_BUSY_MS);
    if (code == SQLITE_OK && has_wal(path)) /* it stays as it is; an empty one that we make goes when we do */
        code = sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    if (code == SQLITE_OK)
        code = sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    if (code == SQLITE_OK)
        code = sqlite3_db_config(*db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(*db, "PRAGMA query_only=1; PRAGMA cell_size_check=1", NULL, NULL, NULL);
    if (code == SQLITE_OK && alone)
        code = sqlite3_exec(*db, "PRAGMA locking_mode=EXCLUSIVE", NULL, NULL, NULL);
    return code;
}

win_error inspect_open(const char *path, sqlite3 **db, struct plat_buffer *message)
{
    int code = connect(path, false, false, db);

    if (code == SQLITE_OK) {
        int read = sqlite3_exec(*db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
        bool no_shm = read == SQLITE_IOERR_SHMSIZE || read == SQLITE_IOERR_SHMMAP;
        bool no_folder = ((read & 0xFF) == SQLITE_CANTOPEN || (read & 0xFF) == SQLITE_READONLY) &&
                         inspect_is_read_only_medium(path);

        if (no_shm || no_folder) {
            sqlite3_close(*db);
            *db = NULL;
            code = connect(path, no_shm, no_folder, db);
        } else if ((read & 0xFF) == SQLITE_CANTOPEN || (read & 0xFF) == SQLITE_READONLY) {
            inspect_say(message, ERROR_ACCESS_DENIED,
                        "%s cannot be read: that takes a -wal and a -shm beside it, which you may not make; "
                        "run as its owner",
                        path);
            sqlite3_close(*db);
            *db = NULL;
            return ERROR_ACCESS_DENIED;
        }
    }
    if (code == SQLITE_OK)
        return ERROR_SUCCESS;
    inspect_say(message, error_of_sqlite(code), "%s cannot be opened: %s", path,
                *db ? sqlite3_errmsg(*db) : sqlite3_errstr(code));
    sqlite3_close(*db);
    *db = NULL;
    return error_of_sqlite(code);
}
