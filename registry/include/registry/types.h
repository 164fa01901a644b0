/* SPDX-License-Identifier: Apache-2.0 */
/* Registry value types and root keys: names and numbers as winreg.h documents them. The Win32 face includes this same table. */
#ifndef CERIUM_REGISTRY_TYPES_H
#define CERIUM_REGISTRY_TYPES_H

/* A type is a label: the data are kept byte for byte, whatever their length. */
#define REG_NONE 0U
#define REG_SZ 1U        /* UTF-16LE, with its NUL */
#define REG_EXPAND_SZ 2U /* the same, with %NAME% left as it is */
#define REG_BINARY 3U
#define REG_DWORD 4U /* little-endian */
#define REG_DWORD_BIG_ENDIAN 5U
#define REG_LINK 6U
#define REG_MULTI_SZ 7U /* NUL-terminated strings, then one more NUL */
#define REG_RESOURCE_LIST 8U
#define REG_FULL_RESOURCE_DESCRIPTOR 9U
#define REG_RESOURCE_REQUIREMENTS_LIST 10U
#define REG_QWORD 11U

#endif
