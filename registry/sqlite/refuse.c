/* SPDX-License-Identifier: Apache-2.0 */
#include "sqlite/refuse.h"

#include "platform/limits.h"

#include <stdio.h>

win_error refuse(struct opening *opening, win_error error, const char *format, ...)
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

const char *refuse_noun(const struct opening *opening)
{
    return opening->options->kind == STORAGE_HIVE ? "saved hive" : "registry file";
}

win_error refuse_missing(struct opening *opening)
{
    if (opening->options->kind == STORAGE_HIVE)
        return refuse(opening, ERROR_FILE_NOT_FOUND, "there is no file %s", opening->options->path);
    return refuse(opening, ERROR_FILE_NOT_FOUND,
                  "there is no registry file %s: \"cerium reg import FILE.reg\" or \"cerium reg add KEY\" "
                  "makes one, --registry or CERIUM_REGISTRY names another",
                  opening->options->path);
}

static const char *name_another(const struct opening *opening)
{
    return opening->options->kind == STORAGE_HIVE ? "" : ": name another with --registry";
}

win_error refuse_sqlite(struct opening *opening, int code, const char *words)
{
    const char *path = opening->options->path;
    const char *noun = refuse_noun(opening);
    win_error error = error_of_sqlite(code);

    opening->code = code;
    switch (error) {
    case ERROR_ACCESS_DENIED:
    case ERROR_CANTOPEN:
        return refuse(
            opening, ERROR_ACCESS_DENIED,
            "the %s %s cannot be opened%s: look whether its folder exists and whether you may write "
            "there (beside the file lie its -wal and -shm); or name another",
            noun, path, opening->options->mode == REG_OPEN_CREATE ? " or made" : "");
    case ERROR_BADDB:
        return refuse(opening, error, "%s is not a %s%s", path, noun, name_another(opening));
    case ERROR_REGISTRY_CORRUPT:
        return refuse(
            opening, error,
            "the %s %s is damaged (%s): \"cerium reg check\" says what is wrong and saves what can be "
            "saved; or put a backup in its place",
            noun, path, words);
    case ERROR_DISK_FULL:
        return refuse(opening, error, "no room on the disk for the %s %s: free some and try again", noun,
                      path);
    case ERROR_BUSY:
        return refuse(opening, error,
                      "the %s %s is in use by another process for more than %u seconds: try again", noun,
                      path, LIMIT_REG_BUSY_MS / 1000U);
    default:
        return refuse(opening, error, "the %s %s cannot be used: %s (%d)", noun, path, words, code);
    }
}

/*
 * Who may read the file but make none beside it. Without a WAL there is no telling whether somebody writes to the file at the same moment, so that reading it
 * as it is (immutable=1) is left to media that nobody can write to.
 */
static win_error refuse_to_read(struct opening *opening, const struct storage *storage)
{
    const char *path = opening->options->path;

    if (sqlite3_db_readonly(storage->db, "main") < 0) /* it was not even opened */
        return refuse(opening, ERROR_ACCESS_DENIED,
                      "the %s %s cannot be opened: run as a user who may read it, or name another",
                      refuse_noun(opening), path);
    return refuse(opening, ERROR_ACCESS_DENIED,
                  "the %s %s cannot be read by you at the moment: that takes a -wal and a -shm beside it, "
                  "which you may not make. It can while a process that "
                  "may write there has it open (\"cerium httpd\"); or run as its owner, or let your group "
                  "write to the folder",
                  refuse_noun(opening), path);
}

win_error refuse_db(struct opening *opening, struct storage *storage, int code)
{
    const int kind = code & 0xFF;

    opening->code = code;
    if (sqlite_blames_shm(storage->db, code))
        return refuse(opening, ERROR_ACCESS_DENIED,
                      "the %s %s cannot be used because %s-shm may not be written: " SHM_ADVICE,
                      refuse_noun(opening), opening->options->path, opening->options->path);
    if (opening->options->mode == REG_OPEN_READ && opening->options->kind == STORAGE_REGISTRY && storage->db &&
        (kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY) && code != SQLITE_READONLY_ROLLBACK)
        return refuse_to_read(opening, storage);
    return refuse_sqlite(opening, code, storage->db ? sqlite3_errmsg(storage->db) : sqlite3_errstr(code));
}

win_error refuse_path(struct opening *opening, win_error error)
{
    return refuse(opening, error, "the %s %s cannot be looked at (%s): run as a user who may use its folder",
                  refuse_noun(opening), opening->options->path, win_error_text(error));
}

win_error refuse_kind(struct opening *opening, enum schema_kind kind, int application, int version)
{
    const char *path = opening->options->path;

    if (kind == SCHEMA_NEWER)
        return refuse(opening, ERROR_BADDB,
                      "%s was made by a newer Cerium (format %d, this one knows %d): use that version", path,
                      version, SCHEMA_VERSION);
    if (opening->options->kind == STORAGE_HIVE)
        return refuse(opening, ERROR_BADDB,
                      application == SCHEMA_APPLICATION_ID
                          ? "%s is a registry file, not a saved hive: \"cerium reg save\" makes one of a key"
                          : "%s is not a saved hive",
                      path);
    if (application == SCHEMA_HIVE_ID)
        return refuse(
            opening, ERROR_BADDB,
            "%s is a saved hive, not a registry file: \"cerium reg load\" or \"cerium reg restore\" "
            "takes it",
            path);
    if (kind == SCHEMA_EMPTY)
        return refuse(opening, ERROR_BADDB,
                      "%s is empty, not a registry file: \"cerium reg import FILE.reg\" or \"cerium reg add "
                      "KEY\" makes it one",
                      path);
    return refuse(opening, ERROR_BADDB,
                  "%s is a database of another program, not a registry file: name another with --registry",
                  path);
}
