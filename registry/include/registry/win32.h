/* SPDX-License-Identifier: Apache-2.0 */
/* Which registry the Win32 face (win32/winreg.h) speaks to: for the program that carries it. */
#ifndef CERIUM_REGISTRY_WIN32_H
#define CERIUM_REGISTRY_WIN32_H

#include "platform/winerror.h"

struct reg_db;

/* Where the registry is unless a command line or the environment variable CERIUM_REGISTRY says otherwise. */
#define REG_DEFAULT_PATH "/var/lib/cerium/registry.db"

/*
 * From now on the face uses this file (opened with the first call that needs it, made when missing); key handles of before are invalid, notifications
 * pending on them end as if closed. NULL: CERIUM_REGISTRY, else REG_DEFAULT_PATH, as without any call. Returns when the helper thread of
 * notification is gone and unused connections are closed; others close with the call that uses them.
 */
PLAT_MUST_USE win_error reg_win32_use(const char *path);

/*
 * For the faces of other rooms: a connection to that registry, for this thread until given back. One of LIMIT_FACE_REGISTRIES that are kept open. One loan
 * per thread at a time; no call of winreg.h in between.
 */
struct reg_win32_loan {
    struct reg_db *db; /* NULL = none */
    uint32_t epoch;    /* counts the calls of reg_win32_use */
};
PLAT_MUST_USE win_error reg_win32_borrow(struct reg_win32_loan *loan);
void reg_win32_give_back(struct reg_win32_loan *loan); /* twice does no harm */

#endif
