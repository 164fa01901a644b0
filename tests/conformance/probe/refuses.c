/* SPDX-License-Identifier: Apache-2.0 */
/* An extension that does not want to be loaded. */
#include <httpext.h>

BOOL WINAPI GetExtensionVersion(HSE_VERSION_INFO *pVer)
{
    pVer->dwExtensionVersion = (DWORD)HSE_VERSION;
    return FALSE;
}

DWORD WINAPI HttpExtensionProc(EXTENSION_CONTROL_BLOCK *pECB)
{
    (void)pECB;
    return HSE_STATUS_ERROR;
}
