/* SPDX-License-Identifier: Apache-2.0 */
/* The P flags of a virtual root: names and values of httpext.h ("Web Server Permissions" ms885807). The Win32 face includes this same table. */
#ifndef CERIUM_HTTPD_URLFLAGS_H
#define CERIUM_HTTPD_URLFLAGS_H

#define HSE_URL_FLAGS_READ 0x00000001U    /* allow read */
#define HSE_URL_FLAGS_WRITE 0x00000002U   /* allow write: has no effect without WebDAV */
#define HSE_URL_FLAGS_EXECUTE 0x00000004U /* allow ISAPI extensions to run */
#define HSE_URL_FLAGS_SSL 0x00000008U     /* require SSL */
#define HSE_URL_FLAGS_DONT_CACHE 0x00000010U
#define HSE_URL_FLAGS_NEGO_CERT 0x00000020U    /* ask for a client certificate; going on without is allowed */
#define HSE_URL_FLAGS_REQUIRE_CERT 0x00000040U /* ask for a client certificate and require it */
#define HSE_URL_FLAGS_MAP_CERT 0x00000080U     /* map it to a pseudo-user of SSL\Users */
#define HSE_URL_FLAGS_SSL128 0x00000100U       /* require 128-bit SSL; implies SSL */
#define HSE_URL_FLAGS_SCRIPT 0x00000200U       /* allow script-mapped files to run */
#define HSE_URL_FLAGS_SCRIPT_SOURCE 0x00000400U
#define HSE_URL_FLAGS_MASK 0x000007ffU

#define HSE_URL_FLAGS_DEFAULT                                                                                \
    (HSE_URL_FLAGS_READ | HSE_URL_FLAGS_EXECUTE | HSE_URL_FLAGS_SCRIPT) /* P absent: 0x205 */

#endif
