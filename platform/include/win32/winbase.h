/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events and waits, as far as registry notification needs them, and a thread's last error. Part of windows.h, which is what programs include.
 *
 * Events live in one process: one that is to have a name fails with ERROR_NOT_SUPPORTED. A handle is a number in a table of this process (platform/handles.h): a stale or made-up
 * one gives ERROR_INVALID_HANDLE.
 */
#ifndef CERIUM_WIN32_WINBASE_H
#define CERIUM_WIN32_WINBASE_H

#include "windef.h"

#ifdef __cplusplus
extern "C" {
#endif

#define INVALID_HANDLE_VALUE ((HANDLE)(ULONG_PTR)-1)
#define INFINITE 0xFFFFFFFFU

/* What the waits return; WAIT_TIMEOUT (258) is in the table of error codes. */
#define WAIT_OBJECT_0 0x00000000U
#define WAIT_ABANDONED_0 0x00000080U
#define WAIT_FAILED 0xFFFFFFFFU
#define MAXIMUM_WAIT_OBJECTS 64

/* The calling thread's last error, as extensions set and read it around their callbacks. */
DWORD WINAPI GetLastError(void);
VOID WINAPI SetLastError(DWORD dwErrCode);

/* NULL on failure. */
HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState,
                           LPCWSTR lpName);
HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState,
                           LPCSTR lpName);
BOOL WINAPI SetEvent(HANDLE hEvent);
BOOL WINAPI ResetEvent(HANDLE hEvent);
/* Of events. Registry keys: RegCloseKey; change notifications: CeFindCloseRegChange. */
BOOL WINAPI CloseHandle(HANDLE hObject);

/* Events and the handles of CeFindFirstRegChange. One that is closed during the wait is waited for to the end all the same. */
DWORD WINAPI WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds);
DWORD WINAPI WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
                                    DWORD dwMilliseconds);
VOID WINAPI Sleep(DWORD dwMilliseconds);

#ifdef UNICODE
#define CreateEvent CreateEventW
#else
#define CreateEvent CreateEventA
#endif

#ifdef __cplusplus
}
#endif

#endif
