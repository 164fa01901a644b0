/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small program as it would have been written for Windows CE 6: its settings are in the registry, and it watches them. Nothing in it is for Cerium; compiled with -DUNICODE and
 * -fshort-wchar against the faces it must build and work as it stands.
 *
 *   meter install       writes its settings
 *   meter list          prints them
 *   meter watch         prints "watching", then each change, until Interval is 0
 *   meter set NUMBER    sets Interval
 *   meter remove
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METER_KEY TEXT("Software\\Contoso\\Meter")

static const TCHAR c_szInterval[] = TEXT("Interval");
static const TCHAR c_szName[] = TEXT("Name");

static void PrintText(LPCTSTR pszText, DWORD cchText)
{
    DWORD i;

    for (i = 0; i < cchText && pszText[i] != TEXT('\0'); i++)
        putchar(pszText[i] < 0x80 ? (char)pszText[i] : '?');
}

static LONG Install(void)
{
    static const TCHAR szName[] = TEXT("Front door");
    static const TCHAR szPorts[] = TEXT("COM1:\0COM2:\0");
    DWORD dwInterval = 500, dwDisposition = 0;
    HKEY hKey, hSub;
    LONG lResult;

    lResult = RegCreateKeyEx(HKEY_LOCAL_MACHINE, METER_KEY, 0, NULL, REG_OPTION_NON_VOLATILE, 0, NULL, &hKey,
                             &dwDisposition);
    if (lResult != ERROR_SUCCESS)
        return lResult;
    printf("%s\n", dwDisposition == REG_CREATED_NEW_KEY ? "created" : "opened");
    lResult = RegSetValueEx(hKey, c_szInterval, 0, REG_DWORD, (LPBYTE)&dwInterval, sizeof(dwInterval));
    if (lResult == ERROR_SUCCESS)
        lResult = RegSetValueEx(hKey, c_szName, 0, REG_SZ, (CONST BYTE *)szName, sizeof(szName));
    if (lResult == ERROR_SUCCESS)
        lResult = RegSetValueEx(hKey, TEXT("Ports"), 0, REG_MULTI_SZ, (CONST BYTE *)szPorts, sizeof(szPorts));
    if (lResult == ERROR_SUCCESS)
        lResult = RegCreateKeyEx(hKey, TEXT("Channels\\1"), 0, NULL, 0, 0, NULL, &hSub, NULL);
    if (lResult == ERROR_SUCCESS)
        RegCloseKey(hSub);
    RegFlushKey(hKey);
    RegCloseKey(hKey);
    return lResult;
}

static void PrintValue(LPCTSTR pszName, DWORD cchName, DWORD dwType, const BYTE *pbData, DWORD cbData)
{
    DWORD dwNumber;

    PrintText(pszName, cchName);
    if (dwType == REG_DWORD && cbData == sizeof(dwNumber)) {
        memcpy(&dwNumber, pbData, sizeof(dwNumber));
        printf("=%u\n", (unsigned)dwNumber);
    } else if (dwType == REG_SZ) {
        putchar('=');
        PrintText((LPCTSTR)pbData, cbData / sizeof(TCHAR));
        putchar('\n');
    } else {
        printf(" (type %u, %u bytes)\n", (unsigned)dwType, (unsigned)cbData);
    }
}

static LONG List(void)
{
    TCHAR szName[MAX_PATH];
    DWORD dwIndex, cchName, dwType, cbData, cSubKeys;
    ULONGLONG aqwData[32];
    HKEY hKey;
    LONG lResult;

    lResult = RegOpenKeyEx(HKEY_LOCAL_MACHINE, METER_KEY, 0, 0, &hKey);
    if (lResult != ERROR_SUCCESS)
        return lResult;
    for (dwIndex = 0;; dwIndex++) {
        cchName = sizeof(szName) / sizeof(szName[0]);
        cbData = sizeof(aqwData);
        lResult = RegEnumValue(hKey, dwIndex, szName, &cchName, NULL, &dwType, (LPBYTE)aqwData, &cbData);
        if (lResult != ERROR_SUCCESS)
            break;
        PrintValue(szName, cchName, dwType, (const BYTE *)aqwData, cbData);
    }
    if (lResult == ERROR_NO_MORE_ITEMS)
        lResult = RegQueryInfoKey(hKey, NULL, NULL, NULL, &cSubKeys, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    for (dwIndex = 0; lResult == ERROR_SUCCESS && dwIndex < cSubKeys; dwIndex++) {
        cchName = sizeof(szName) / sizeof(szName[0]);
        lResult = RegEnumKeyEx(hKey, dwIndex, szName, &cchName, NULL, NULL, NULL, NULL);
        putchar('[');
        PrintText(szName, cchName);
        puts("]");
    }
    RegCloseKey(hKey);
    return lResult;
}

static LONG Set(DWORD dwInterval)
{
    HKEY hKey;
    LONG lResult = RegOpenKeyEx(HKEY_LOCAL_MACHINE, METER_KEY, 0, 0, &hKey);

    if (lResult != ERROR_SUCCESS)
        return lResult;
    lResult = RegSetValueEx(hKey, c_szInterval, 0, REG_DWORD, (LPBYTE)&dwInterval, sizeof(dwInterval));
    RegCloseKey(hKey);
    return lResult;
}

static void PrintChanges(HANDLE hChange)
{
    DWORD adwBuffer[256], cbReturned, cbAvailable;
    BYTE *pb = (BYTE *)adwBuffer;
    PREG_NOTIFY_INFORMATION pInfo;

    if (!CeRegGetNotificationInfo(hChange, 0, adwBuffer, sizeof(adwBuffer), &cbReturned, &cbAvailable))
        return;
    while (cbReturned > 0) {
        pInfo = (PREG_NOTIFY_INFORMATION)(void *)pb;
        printf("%s ", pInfo->Action == FILE_ACTION_ADDED     ? "added"
                      : pInfo->Action == FILE_ACTION_REMOVED ? "removed"
                                                             : "modified");
        PrintText(pInfo->RegName, pInfo->RegNameLength / sizeof(WCHAR));
        putchar('\n');
        if (pInfo->NextEntryOffset == 0)
            break;
        pb += pInfo->NextEntryOffset;
    }
}

static LONG Watch(void)
{
    DWORD dwInterval = 1, dwType, cbData;
    HANDLE hChange;
    HKEY hKey;
    LONG lResult;

    lResult = RegOpenKeyEx(HKEY_LOCAL_MACHINE, METER_KEY, 0, 0, &hKey);
    if (lResult != ERROR_SUCCESS)
        return lResult;
    hChange = CeFindFirstRegChange(hKey, TRUE, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET);
    if (hChange == INVALID_HANDLE_VALUE) {
        RegCloseKey(hKey);
        return (LONG)GetLastError();
    }
    puts("watching");
    while (lResult == ERROR_SUCCESS && dwInterval != 0) {
        fflush(stdout);
        if (WaitForSingleObject(hChange, 60000) != WAIT_OBJECT_0) {
            lResult = (LONG)ERROR_TIMEOUT;
            break;
        }
        PrintChanges(hChange);
        cbData = sizeof(dwInterval);
        lResult = RegQueryValueEx(hKey, c_szInterval, NULL, &dwType, (LPBYTE)&dwInterval, &cbData);
        printf("interval %u\n", (unsigned)dwInterval);
        CeFindNextRegChange(hChange);
    }
    CeFindCloseRegChange(hChange);
    RegCloseKey(hKey);
    return lResult;
}

static LONG Remove(void)
{
    LONG lResult = RegDeleteTree(HKEY_LOCAL_MACHINE, METER_KEY);
    HKEY hKey;

    if (lResult == ERROR_SUCCESS &&
        RegOpenKeyEx(HKEY_LOCAL_MACHINE, METER_KEY, 0, 0, &hKey) != ERROR_FILE_NOT_FOUND)
        lResult = (LONG)ERROR_ALREADY_EXISTS;
    return lResult;
}

int main(int argc, char *argv[])
{
    LONG lResult = (LONG)ERROR_INVALID_PARAMETER;

    if (argc == 2 && strcmp(argv[1], "install") == 0)
        lResult = Install();
    else if (argc == 2 && strcmp(argv[1], "list") == 0)
        lResult = List();
    else if (argc == 2 && strcmp(argv[1], "watch") == 0)
        lResult = Watch();
    else if (argc == 3 && strcmp(argv[1], "set") == 0)
        lResult = Set((DWORD)strtoul(argv[2], NULL, 10));
    else if (argc == 2 && strcmp(argv[1], "remove") == 0)
        lResult = Remove();
    if (lResult != ERROR_SUCCESS)
        printf("error %ld\n", (long)lResult);
    return lResult == ERROR_SUCCESS ? 0 : 1;
}
