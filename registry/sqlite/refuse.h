/* SPDX-License-Identifier: Apache-2.0 */
/* What is said when a file cannot be opened: what, where and what to do. Private to sqlite/. */
#ifndef CERIUM_REGISTRY_SQLITE_REFUSE_H
#define CERIUM_REGISTRY_SQLITE_REFUSE_H

#include "sqlite/schema.h"
#include "sqlite/statement.h"

/* Not every file system gives a WAL what it needs. */
enum connecting {
    CONNECT_NORMALLY,
    CONNECT_ALONE,    /* the WAL's index in our memory instead of -shm: for that the file is ours alone */
    CONNECT_IMMUTABLE /* nobody can write there: no locks, no files beside it */
};

struct opening {
    const struct storage_options *options;
    struct plat_buffer *message; /* may be NULL */
    enum connecting how;
    int code;        /* SQLite's, of the last failure */
    bool shm_failed; /* the file system cannot share memory */
};

/* Each returns the error that the caller goes on with. */
win_error refuse(struct opening *opening, win_error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
win_error refuse_missing(struct opening *opening);
win_error refuse_path(struct opening *opening, win_error error); /* it can be neither looked at nor made */
win_error refuse_sqlite(struct opening *opening, int code, const char *words);
win_error refuse_db(struct opening *opening, struct storage *storage, int code);
/* A database, but not one that was asked for. */
win_error refuse_kind(struct opening *opening, enum schema_kind kind, int application, int version);

const char *refuse_noun(const struct opening *opening); /* "registry file" */

#endif
