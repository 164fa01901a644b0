/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes, and taking them back. Each change is one transaction of the registry and with it one entry of the registry's history; a
 * session undoes its own entries, whatever others do in between.
 */
#ifndef CERIUM_TOOLS_REGEDIT_SESSION_H
#define CERIUM_TOOLS_REGEDIT_SESSION_H

#include "regedit/regedit.h"

PLAT_MUST_USE win_error session_open(struct session **session);
void session_close(struct session *session);

/* Begins a change. False: the registry is read-only or locked, and the status line says so. */
bool change_begin(struct regedit *ui);
/*
 * Ends it: kept if `error` is ERROR_SUCCESS, given up otherwise. The words ("set Port") go to the status line and name the change when it is
 * undone. True: it is in the registry, and the window shows it.
 */
bool change_end(struct regedit *ui, win_error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
