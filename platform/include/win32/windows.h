/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What programs for Windows and Windows CE include: base types and error codes, events and waits, the registry. A face for extension authors and
 * porters: Cerium's own rooms do not include it.
 */
#ifndef CERIUM_WIN32_WINDOWS_H
#define CERIUM_WIN32_WINDOWS_H

#include "winbase.h"
#include "windef.h"
#include "winreg.h"

#endif
