/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registry as Windows programs see it: names, prototypes, types and values as Microsoft documents them ("Winreg.h" of the Windows SDK, "Registry Reference" of Windows CE).
 * The W functions take UTF-16, the A functions ANSI, which is UTF-8 here. Error codes are returned, not left in GetLastError, except by the
 * CeFind functions. Where this differs from Windows and CE: registry/README.md, "The face".
 *
 * Handles are numbers in a table: any value may be passed to any function and gives an error code, never a crash. All functions may be called
 * from any thread.
 */
#ifndef CERIUM_WIN32_WINREG_H
#define CERIUM_WIN32_WINREG_H

#include "registry/types.h"
#include "windef.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef LONG LSTATUS;
typedef ACCESS_MASK REGSAM;
DECLARE_HANDLE(HKEY);
typedef HKEY *PHKEY;

/* Predefined keys. HKEY_PERFORMANCE_DATA, HKEY_CURRENT_CONFIG and HKEY_DYN_DATA do not exist on CE, nor here: ERROR_INVALID_HANDLE. */
#define HKEY_CLASSES_ROOT ((HKEY)(ULONG_PTR)((LONG)0x80000000))
#define HKEY_CURRENT_USER ((HKEY)(ULONG_PTR)((LONG)0x80000001))
#define HKEY_LOCAL_MACHINE ((HKEY)(ULONG_PTR)((LONG)0x80000002))
#define HKEY_USERS ((HKEY)(ULONG_PTR)((LONG)0x80000003))
#define HKEY_PERFORMANCE_DATA ((HKEY)(ULONG_PTR)((LONG)0x80000004))
#define HKEY_CURRENT_CONFIG ((HKEY)(ULONG_PTR)((LONG)0x80000005))
#define HKEY_DYN_DATA ((HKEY)(ULONG_PTR)((LONG)0x80000006))

/* "Registry Key Security and Access Rights". 0, which Windows CE prescribes, is KEY_ALL_ACCESS here. */
#define KEY_QUERY_VALUE 0x0001
#define KEY_SET_VALUE 0x0002
#define KEY_CREATE_SUB_KEY 0x0004
#define KEY_ENUMERATE_SUB_KEYS 0x0008
#define KEY_NOTIFY 0x0010
#define KEY_CREATE_LINK 0x0020
#define KEY_WOW64_64KEY 0x0100 /* there is one view */
#define KEY_WOW64_32KEY 0x0200
#define KEY_READ 0x20019
#define KEY_WRITE 0x20006
#define KEY_EXECUTE 0x20019
#define KEY_ALL_ACCESS 0xF003F

#define REG_OPTION_RESERVED 0x00000000
#define REG_OPTION_NON_VOLATILE 0x00000000
#define REG_OPTION_VOLATILE 0x00000001
#define REG_OPTION_CREATE_LINK 0x00000002 /* ERROR_NOT_SUPPORTED */
#define REG_OPTION_BACKUP_RESTORE 0x00000004
#define REG_OPTION_OPEN_LINK 0x00000008

#define REG_CREATED_NEW_KEY 0x00000001
#define REG_OPENED_EXISTING_KEY 0x00000002

#define REG_WHOLE_HIVE_VOLATILE 0x00000001 /* ERROR_NOT_SUPPORTED */
#define REG_FORCE_RESTORE 0x00000008

#define REG_NOTIFY_CHANGE_NAME 0x00000001
#define REG_NOTIFY_CHANGE_ATTRIBUTES 0x00000002
#define REG_NOTIFY_CHANGE_LAST_SET 0x00000004
#define REG_NOTIFY_CHANGE_SECURITY 0x00000008
#define REG_NOTIFY_THREAD_AGNOSTIC 0x10000000

/* registry/types.h has REG_NONE to REG_QWORD. */
#define REG_DWORD_LITTLE_ENDIAN REG_DWORD
#define REG_QWORD_LITTLE_ENDIAN REG_QWORD

#define RRF_RT_REG_NONE 0x00000001
#define RRF_RT_REG_SZ 0x00000002
#define RRF_RT_REG_EXPAND_SZ 0x00000004
#define RRF_RT_REG_BINARY 0x00000008
#define RRF_RT_REG_DWORD 0x00000010
#define RRF_RT_REG_MULTI_SZ 0x00000020
#define RRF_RT_REG_QWORD 0x00000040
#define RRF_RT_DWORD (RRF_RT_REG_BINARY | RRF_RT_REG_DWORD)
#define RRF_RT_QWORD (RRF_RT_REG_BINARY | RRF_RT_REG_QWORD)
#define RRF_RT_ANY 0x0000FFFF
#define RRF_SUBKEY_WOW6464KEY 0x00010000
#define RRF_SUBKEY_WOW6432KEY 0x00020000
#define RRF_NOEXPAND 0x10000000
#define RRF_ZEROONFAILURE 0x20000000

typedef struct value_entA {
    LPSTR ve_valuename;
    DWORD ve_valuelen;
    DWORD_PTR ve_valueptr; /* an address in lpValueBuf */
    DWORD ve_type;
} VALENTA, *PVALENTA;

typedef struct value_entW {
    LPWSTR ve_valuename;
    DWORD ve_valuelen;
    DWORD_PTR ve_valueptr;
    DWORD ve_type;
} VALENTW, *PVALENTW;

/* ---- keys ---- */

LSTATUS APIENTRY RegOpenKeyW(HKEY hKey, LPCWSTR lpSubKey, PHKEY phkResult);
LSTATUS APIENTRY RegOpenKeyA(HKEY hKey, LPCSTR lpSubKey, PHKEY phkResult);
LSTATUS APIENTRY RegOpenKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD ulOptions, REGSAM samDesired,
                               PHKEY phkResult);
LSTATUS APIENTRY RegOpenKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD ulOptions, REGSAM samDesired,
                               PHKEY phkResult);
LSTATUS APIENTRY RegCreateKeyW(HKEY hKey, LPCWSTR lpSubKey, PHKEY phkResult);
LSTATUS APIENTRY RegCreateKeyA(HKEY hKey, LPCSTR lpSubKey, PHKEY phkResult);
LSTATUS APIENTRY RegCreateKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD Reserved, LPWSTR lpClass, DWORD dwOptions,
                                 REGSAM samDesired, const LPSECURITY_ATTRIBUTES lpSecurityAttributes,
                                 PHKEY phkResult, LPDWORD lpdwDisposition);
LSTATUS APIENTRY RegCreateKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD Reserved, LPSTR lpClass, DWORD dwOptions,
                                 REGSAM samDesired, const LPSECURITY_ATTRIBUTES lpSecurityAttributes,
                                 PHKEY phkResult, LPDWORD lpdwDisposition);
LSTATUS APIENTRY RegCloseKey(HKEY hKey);
/* Every change is on the disk when its call returns; a hive (RegLoadKey) is written back to its file. */
LSTATUS APIENTRY RegFlushKey(HKEY hKey);
LSTATUS APIENTRY RegDeleteKeyW(HKEY hKey, LPCWSTR lpSubKey);
LSTATUS APIENTRY RegDeleteKeyA(HKEY hKey, LPCSTR lpSubKey);
LSTATUS APIENTRY RegDeleteKeyExW(HKEY hKey, LPCWSTR lpSubKey, REGSAM samDesired, DWORD Reserved);
LSTATUS APIENTRY RegDeleteKeyExA(HKEY hKey, LPCSTR lpSubKey, REGSAM samDesired, DWORD Reserved);
LSTATUS APIENTRY RegDeleteTreeW(HKEY hKey, LPCWSTR lpSubKey);
LSTATUS APIENTRY RegDeleteTreeA(HKEY hKey, LPCSTR lpSubKey);
LSTATUS APIENTRY RegCopyTreeW(HKEY hKeySrc, LPCWSTR lpSubKey, HKEY hKeyDest);
LSTATUS APIENTRY RegCopyTreeA(HKEY hKeySrc, LPCSTR lpSubKey, HKEY hKeyDest);
LSTATUS APIENTRY RegRenameKey(HKEY hKey, LPCWSTR lpSubKeyName, LPCWSTR lpNewKeyName);
LSTATUS APIENTRY RegEnumKeyW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, DWORD cchName);
LSTATUS APIENTRY RegEnumKeyA(HKEY hKey, DWORD dwIndex, LPSTR lpName, DWORD cchName);
LSTATUS APIENTRY RegEnumKeyExW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, LPDWORD lpcchName, LPDWORD lpReserved,
                               LPWSTR lpClass, LPDWORD lpcchClass, PFILETIME lpftLastWriteTime);
LSTATUS APIENTRY RegEnumKeyExA(HKEY hKey, DWORD dwIndex, LPSTR lpName, LPDWORD lpcchName, LPDWORD lpReserved,
                               LPSTR lpClass, LPDWORD lpcchClass, PFILETIME lpftLastWriteTime);
LSTATUS APIENTRY RegQueryInfoKeyW(HKEY hKey, LPWSTR lpClass, LPDWORD lpcchClass, LPDWORD lpReserved,
                                  LPDWORD lpcSubKeys, LPDWORD lpcbMaxSubKeyLen, LPDWORD lpcbMaxClassLen,
                                  LPDWORD lpcValues, LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen,
                                  LPDWORD lpcbSecurityDescriptor, PFILETIME lpftLastWriteTime);
LSTATUS APIENTRY RegQueryInfoKeyA(HKEY hKey, LPSTR lpClass, LPDWORD lpcchClass, LPDWORD lpReserved,
                                  LPDWORD lpcSubKeys, LPDWORD lpcbMaxSubKeyLen, LPDWORD lpcbMaxClassLen,
                                  LPDWORD lpcValues, LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen,
                                  LPDWORD lpcbSecurityDescriptor, PFILETIME lpftLastWriteTime);
/* ---- values ---- */

LSTATUS APIENTRY RegQueryValueW(HKEY hKey, LPCWSTR lpSubKey, LPWSTR lpData, PLONG lpcbData);
LSTATUS APIENTRY RegQueryValueA(HKEY hKey, LPCSTR lpSubKey, LPSTR lpData, PLONG lpcbData);
LSTATUS APIENTRY RegQueryValueExW(HKEY hKey, LPCWSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType,
                                  LPBYTE lpData, LPDWORD lpcbData);
LSTATUS APIENTRY RegQueryValueExA(HKEY hKey, LPCSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType,
                                  LPBYTE lpData, LPDWORD lpcbData);
LSTATUS APIENTRY RegGetValueW(HKEY hkey, LPCWSTR lpSubKey, LPCWSTR lpValue, DWORD dwFlags, LPDWORD pdwType,
                              PVOID pvData, LPDWORD pcbData);
LSTATUS APIENTRY RegGetValueA(HKEY hkey, LPCSTR lpSubKey, LPCSTR lpValue, DWORD dwFlags, LPDWORD pdwType,
                              PVOID pvData, LPDWORD pcbData);
LSTATUS APIENTRY RegQueryMultipleValuesW(HKEY hKey, PVALENTW val_list, DWORD num_vals, LPWSTR lpValueBuf,
                                         LPDWORD ldwTotsize);
LSTATUS APIENTRY RegQueryMultipleValuesA(HKEY hKey, PVALENTA val_list, DWORD num_vals, LPSTR lpValueBuf,
                                         LPDWORD ldwTotsize);
LSTATUS APIENTRY RegEnumValueW(HKEY hKey, DWORD dwIndex, LPWSTR lpValueName, LPDWORD lpcchValueName,
                               LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData);
LSTATUS APIENTRY RegEnumValueA(HKEY hKey, DWORD dwIndex, LPSTR lpValueName, LPDWORD lpcchValueName,
                               LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData);
LSTATUS APIENTRY RegSetValueW(HKEY hKey, LPCWSTR lpSubKey, DWORD dwType, LPCWSTR lpData, DWORD cbData);
LSTATUS APIENTRY RegSetValueA(HKEY hKey, LPCSTR lpSubKey, DWORD dwType, LPCSTR lpData, DWORD cbData);
LSTATUS APIENTRY RegSetValueExW(HKEY hKey, LPCWSTR lpValueName, DWORD Reserved, DWORD dwType,
                                const BYTE *lpData, DWORD cbData);
LSTATUS APIENTRY RegSetValueExA(HKEY hKey, LPCSTR lpValueName, DWORD Reserved, DWORD dwType,
                                const BYTE *lpData, DWORD cbData);
LSTATUS APIENTRY RegSetKeyValueW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpValueName, DWORD dwType,
                                 LPCVOID lpData, DWORD cbData);
LSTATUS APIENTRY RegSetKeyValueA(HKEY hKey, LPCSTR lpSubKey, LPCSTR lpValueName, DWORD dwType, LPCVOID lpData,
                                 DWORD cbData);
LSTATUS APIENTRY RegDeleteValueW(HKEY hKey, LPCWSTR lpValueName);
LSTATUS APIENTRY RegDeleteValueA(HKEY hKey, LPCSTR lpValueName);
LSTATUS APIENTRY RegDeleteKeyValueW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpValueName);
LSTATUS APIENTRY RegDeleteKeyValueA(HKEY hKey, LPCSTR lpSubKey, LPCSTR lpValueName);
/* ---- hives: lpFile is a path of the host, with / between its parts ---- */

LSTATUS APIENTRY RegSaveKeyW(HKEY hKey, LPCWSTR lpFile, const LPSECURITY_ATTRIBUTES lpSecurityAttributes);
LSTATUS APIENTRY RegSaveKeyA(HKEY hKey, LPCSTR lpFile, const LPSECURITY_ATTRIBUTES lpSecurityAttributes);
LSTATUS APIENTRY RegRestoreKeyW(HKEY hKey, LPCWSTR lpFile, DWORD dwFlags);
LSTATUS APIENTRY RegRestoreKeyA(HKEY hKey, LPCSTR lpFile, DWORD dwFlags);
LSTATUS APIENTRY RegLoadKeyW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpFile);
LSTATUS APIENTRY RegLoadKeyA(HKEY hKey, LPCSTR lpSubKey, LPCSTR lpFile);
LSTATUS APIENTRY RegUnLoadKeyW(HKEY hKey, LPCWSTR lpSubKey);
LSTATUS APIENTRY RegUnLoadKeyA(HKEY hKey, LPCSTR lpSubKey);
/* ---- notification ---- */

/*
 * One call, one signal: for the first change that matches, also of a value set to what it was. Subtree and filter are those of the first call with this handle. Changes between
 * a signal and the next call are remembered: that call is answered at once. Closing the handle answers all calls. A change made
 * by a program that does not keep the history (registry/history.h) answers whatever the filter.
 */
LSTATUS APIENTRY RegNotifyChangeKeyValue(HKEY hKey, BOOL bWatchSubtree, DWORD dwNotifyFilter, HANDLE hEvent,
                                         BOOL fAsynchronous);

/*
 * Windows CE's way: a handle to wait for. Signalled by a change, it stays so until CeFindNextRegChange. INVALID_HANDLE_VALUE, FALSE and 0 say
 * failure; GetLastError tells which.
 */
HANDLE APIENTRY CeFindFirstRegChange(HKEY hKey, BOOL bWatchSubtree, DWORD dwNotifyFilter);
BOOL APIENTRY CeFindNextRegChange(HANDLE hChangeHandle);
BOOL APIENTRY CeFindCloseRegChange(HANDLE hChangeHandle);

#ifndef FILE_ACTION_ADDED
#define FILE_ACTION_ADDED 0x00000001    /* a key was made */
#define FILE_ACTION_REMOVED 0x00000002  /* a key or value was deleted */
#define FILE_ACTION_MODIFIED 0x00000003 /* a value was added or set */
#endif

typedef struct _REG_NOTIFY_INFORMATION {
    DWORD NextEntryOffset; /* bytes from this record to the next; 0 = the last */
    DWORD Action;
    DWORD RegNameLength; /* bytes */
    WCHAR RegName[1];    /* the key's path below the watched one, and the value's name; no NUL */
} REG_NOTIFY_INFORMATION, *PREG_NOTIFY_INFORMATION;

/*
 * What has changed since the last call: as many whole records as fit. Nonzero is success; then GetLastError is ERROR_MORE_DATA when records are left (*lpBytesAvailable bytes). 0
 * with ERROR_INSUFFICIENT_BUFFER: not even the first fits. lpBuffer NULL and nBufferLength 0 ask for *lpBytesAvailable alone. Success with 0 bytes
 * after a signal: details are not known (too many changes, or a writer without history): look at everything.
 */
LONG APIENTRY CeRegGetNotificationInfo(HANDLE hChangeHandle, DWORD dwFlags, LPVOID lpBuffer,
                                       DWORD nBufferLength, LPDWORD lpBytesReturned, LPDWORD lpBytesAvailable);

/* Protected here: left out of exports that do not name it (registry/registry.h). Microsoft's pages do not give the number. */
#define CE_REG_INFO_FLAG_TRUST_PROTECTED 0x00000001

typedef struct _CE_REGISTRY_INFO {
    DWORD cbSize; /* sizeof(CE_REGISTRY_INFO), set by the caller */
    HKEY hRootKey;
    DWORD dwFlags;
    TCHAR *pszFullKeyName; /* may be NULL; receives the path below the root */
    LPDWORD pdwKeyNameLen; /* characters with the NUL: of the buffer, then of the name; ERROR_MORE_DATA when it does not fit */
} CE_REGISTRY_INFO, *PCE_REGISTRY_INFO;

LSTATUS APIENTRY CeRegGetInfoW(HKEY hKey, PCE_REGISTRY_INFO pInfo);
LSTATUS APIENTRY CeRegGetInfoA(HKEY hKey, PCE_REGISTRY_INFO pInfo);

#ifdef UNICODE
typedef VALENTW VALENT;
typedef PVALENTW PVALENT;
#define RegOpenKey RegOpenKeyW
#define RegOpenKeyEx RegOpenKeyExW
#define RegCreateKey RegCreateKeyW
#define RegCreateKeyEx RegCreateKeyExW
#define RegDeleteKey RegDeleteKeyW
#define RegDeleteKeyEx RegDeleteKeyExW
#define RegDeleteTree RegDeleteTreeW
#define RegCopyTree RegCopyTreeW
#define RegEnumKey RegEnumKeyW
#define RegEnumKeyEx RegEnumKeyExW
#define RegQueryInfoKey RegQueryInfoKeyW
#define RegQueryValue RegQueryValueW
#define RegQueryValueEx RegQueryValueExW
#define RegGetValue RegGetValueW
#define RegQueryMultipleValues RegQueryMultipleValuesW
#define RegEnumValue RegEnumValueW
#define RegSetValue RegSetValueW
#define RegSetValueEx RegSetValueExW
#define RegSetKeyValue RegSetKeyValueW
#define RegDeleteValue RegDeleteValueW
#define RegDeleteKeyValue RegDeleteKeyValueW
#define RegSaveKey RegSaveKeyW
#define RegRestoreKey RegRestoreKeyW
#define RegLoadKey RegLoadKeyW
#define RegUnLoadKey RegUnLoadKeyW
#define CeRegGetInfo CeRegGetInfoW
#else
typedef VALENTA VALENT;
typedef PVALENTA PVALENT;
#define RegOpenKey RegOpenKeyA
#define RegOpenKeyEx RegOpenKeyExA
#define RegCreateKey RegCreateKeyA
#define RegCreateKeyEx RegCreateKeyExA
#define RegDeleteKey RegDeleteKeyA
#define RegDeleteKeyEx RegDeleteKeyExA
#define RegDeleteTree RegDeleteTreeA
#define RegCopyTree RegCopyTreeA
#define RegEnumKey RegEnumKeyA
#define RegEnumKeyEx RegEnumKeyExA
#define RegQueryInfoKey RegQueryInfoKeyA
#define RegQueryValue RegQueryValueA
#define RegQueryValueEx RegQueryValueExA
#define RegGetValue RegGetValueA
#define RegQueryMultipleValues RegQueryMultipleValuesA
#define RegEnumValue RegEnumValueA
#define RegSetValue RegSetValueA
#define RegSetValueEx RegSetValueExA
#define RegSetKeyValue RegSetKeyValueA
#define RegDeleteValue RegDeleteValueA
#define RegDeleteKeyValue RegDeleteKeyValueA
#define RegSaveKey RegSaveKeyA
#define RegRestoreKey RegRestoreKeyA
#define RegLoadKey RegLoadKeyA
#define RegUnLoadKey RegUnLoadKeyA
#define CeRegGetInfo CeRegGetInfoA
#endif

#ifdef __cplusplus
}
#endif

#endif
