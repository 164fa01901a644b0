/* SPDX-License-Identifier: Apache-2.0 */
/* The access decision in words, and password users: what the tools need of the server's rules without running it. */
#ifndef CERIUM_HTTPD_EXPLAIN_H
#define CERIUM_HTTPD_EXPLAIN_H

#include "registry/registry.h"

struct httpd_explain_request {
    const char *path; /* URL path, percent-encoding allowed; a query behind it does not count */
    const char *method;
    bool plain;                           /* as if over plain HTTP */
    const char *user;                     /* as if logged in by Basic with the right password; NULL = not */
    const struct plat_span *certificates; /* as if given, leaf first; possession taken as proven */
    size_t certificate_count;
    int64_t time;           /* unix seconds to judge certificates at */
    struct plat_root *root; /* where the InitFiles of certificate stores lie; NULL: they are not read */
};

/*
 * Appends one line per step and a last line with the verdict. *allowed tells the verdict. Settings that cannot be loaded: the error, with `text` naming
 * key and value.
 */
PLAT_MUST_USE win_error httpd_explain(struct reg_db *db, const struct httpd_explain_request *request,
                                      struct plat_buffer *text, bool *allowed);

/* Could a password user have this name: log in with it and stand in a UserList as himself? */
bool httpd_user_name_is_good(const char *name);
/*
 * Sets a password user's password (salted, slow hash only is kept; ERROR_INVALID_NAME for a name that could not log in or stand in a UserList,
 * ERROR_INVALID_PARAMETER for an empty password or one beyond LIMIT_PASSWORD_SIZE) or removes the user (ERROR_NO_SUCH_USER).
 */
PLAT_MUST_USE win_error httpd_user_set(struct reg_db *db, const char *name, const char *password);
/*
 * Protects (REG_CREATE_PROTECTED) the users that somebody else has made, with a .reg file, say: a part of the open transaction, or one of its own.
 * Nothing is written when all are.
 */
PLAT_MUST_USE win_error httpd_users_protect(struct reg_db *db);
PLAT_MUST_USE win_error httpd_user_remove(struct reg_db *db, const char *name);
PLAT_MUST_USE win_error httpd_user_each(struct reg_db *db, bool (*each)(void *context, const char *name),
                                        void *context);

#endif
