/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last error of a thread. GetLastError and SetLastError are the names of <windows.h> that loaded extensions bind to
 * (platform/linux/exports.list); Cerium's own code uses the plat_ ones.
 */
#include "platform/lasterror.h"

static _Thread_local win_error last_error;

/* As win32/windows.h declares them (DWORD is uint32_t); that face is not for Cerium's own rooms to include. */
win_error GetLastError(void);
void SetLastError(win_error code);

win_error plat_last_error_get(void)
{
    return last_error;
}

void plat_last_error_set(win_error code)
{
    last_error = code;
}

win_error GetLastError(void)
{
    return last_error;
}

void SetLastError(win_error code)
{
    last_error = code;
}
