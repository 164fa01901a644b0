/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Win32 base types and error codes that ISAPI extension sources include: names and widths as Microsoft documents them ("Windows Data Types"),
 * on a system whose long is 64 bits wide: DWORD and LONG are 32 bits, ULONG_PTR as wide as a pointer. A face for
 * extension authors: Cerium's own rooms do not include it.
 */
#ifndef CERIUM_WIN32_WINDOWS_H
#define CERIUM_WIN32_WINDOWS_H

#include "platform/winerror.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef int32_t BOOL;
typedef uint8_t BYTE;
typedef uint16_t WORD;
typedef uint32_t DWORD;
typedef int32_t LONG;
typedef uint32_t ULONG;
typedef int32_t INT;
typedef uint32_t UINT;
typedef char CHAR;
typedef uint16_t WCHAR; /* UTF-16 unit; compile with -fshort-wchar to write L"..." literals */
typedef void VOID;
typedef void *PVOID;
typedef void *LPVOID;
typedef const void *LPCVOID;
typedef BYTE *PBYTE;
typedef BYTE *LPBYTE;
typedef WORD *LPWORD;
typedef DWORD *PDWORD;
typedef DWORD *LPDWORD;
typedef BOOL *LPBOOL;
typedef CHAR *PSTR;
typedef CHAR *LPSTR;
typedef const CHAR *PCSTR;
typedef const CHAR *LPCSTR;
typedef WCHAR *LPWSTR;
typedef const WCHAR *LPCWSTR;
typedef void *HANDLE;
typedef HANDLE HINSTANCE;
typedef HANDLE HMODULE;
typedef uintptr_t ULONG_PTR;
typedef ULONG_PTR DWORD_PTR;

#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

#define WINAPI
#define APIENTRY WINAPI
#define CALLBACK
#define CONST const
#define MAX_PATH 260

#define MAKELONG(low, high) ((LONG)(((DWORD)(WORD)(low)) | (((DWORD)(WORD)(high)) << 16)))
#define LOWORD(value) ((WORD)((DWORD)(value)&0xFFFFU))
#define HIWORD(value) ((WORD)(((DWORD)(value) >> 16) & 0xFFFFU))

#define ZeroMemory(destination, length) memset((destination), 0, (length))
#define CopyMemory(destination, source, length) memcpy((destination), (source), (length))

/* The calling thread's last error, as extensions set and read it around their callbacks. */
DWORD WINAPI GetLastError(void);
VOID WINAPI SetLastError(DWORD dwErrCode);

#endif
