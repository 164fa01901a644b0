/* SPDX-License-Identifier: Apache-2.0 */
/* What the wincrypt.h face is told by the program that it is linked into, besides its registry (registry/win32.h). */
#ifndef CERIUM_CERTSTORE_WIN32_H
#define CERIUM_CERTSTORE_WIN32_H

#include "platform/winerror.h"

/*
 * The host directory that the CE paths of stores' InitFile hang under; NULL (and at first) = InitFiles are not read. Once before the face is used and once
 * after, with NULL: no other thread may be inside the face.
 */
PLAT_MUST_USE win_error cert_win32_use_root(const char *host_directory);

#endif
