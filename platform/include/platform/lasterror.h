/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calling thread's last error: what GetLastError and SetLastError of win32/windows.h read and write. Only the code that
 * calls ISAPI extensions needs it; everything else returns its errors.
 */
#ifndef CERIUM_PLATFORM_LASTERROR_H
#define CERIUM_PLATFORM_LASTERROR_H

#include "platform/winerror.h"

win_error plat_last_error_get(void);
void plat_last_error_set(win_error code);

#endif
