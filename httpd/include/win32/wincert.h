/* SPDX-License-Identifier: Apache-2.0 */
/* CERT_CONTEXT, which httpext.h needs for HSE_REQ_GET_CERT_INFO_EX: all of wincrypt.h. */
#ifndef CERIUM_WIN32_WINCERT_H
#define CERIUM_WIN32_WINCERT_H

#include "wincrypt.h"
#include "windows.h"

#endif
