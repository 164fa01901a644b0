/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ISAPI extension for tests: what stands before the first '=' or '&' of the query string picks what it does. It uses the face as extension authors do, and its sources
 * would compile for Windows CE.
 */
#include <httpext.h>

#include <stdio.h>
#include <stdlib.h>

#define TEXT_SIZE 65536U

static BOOL send_head(EXTENSION_CONTROL_BLOCK *ecb, const char *status, const char *headers)
{
    char status_copy[128], headers_copy[2048];
    DWORD size = (DWORD)strlen(status);
    snprintf(status_copy, sizeof status_copy, "%s", status);
    snprintf(headers_copy, sizeof headers_copy, "%s", headers);
    return ecb->ServerSupportFunction(ecb->ConnID, HSE_REQ_SEND_RESPONSE_HEADER, status_copy, &size,
                                      (LPDWORD)(void *)headers_copy);
}

static BOOL write_bytes(EXTENSION_CONTROL_BLOCK *ecb, const void *data, size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);
    if (copy == NULL)
        return FALSE;
    CopyMemory(copy, data, size);
    DWORD bytes = (DWORD)size;
    BOOL done = ecb->WriteClient(ecb->ConnID, copy, &bytes, HSE_IO_SYNC);
    free(copy);
    return done && bytes == size;
}

static DWORD answer(EXTENSION_CONTROL_BLOCK *ecb, const char *text)
{
    char headers[128];
    snprintf(headers, sizeof headers, "Content-Type: text/plain\r\nContent-Length: %u\r\n\r\n",
             (unsigned)strlen(text));
    if (!send_head(ecb, "200 OK", headers) || !write_bytes(ecb, text, strlen(text)))
        return HSE_STATUS_ERROR;
    return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
}

/* var=NAME: the variable's value, or the error's number */
static DWORD variable(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    char name[128];
    static const char failed[] = "error %u";
    char *value = malloc(TEXT_SIZE);
    DWORD size = TEXT_SIZE;
    if (value == NULL)
        return HSE_STATUS_ERROR;
    snprintf(name, sizeof name, "%s", argument);
    if (!ecb->GetServerVariable(ecb->ConnID, name, value, &size))
        snprintf(value, TEXT_SIZE, failed, (unsigned)GetLastError());
    DWORD status = answer(ecb, value);
    free(value);
    return status;
}

static DWORD block(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    char text[2048];
    (void)argument;
    snprintf(
        text, sizeof text,
        "method=%s\nquery=%s\npath_info=%s\npath_translated=%s\ntype=%s\ntotal=%u\navailable=%u\nstatus=%u\n",
        ecb->lpszMethod, ecb->lpszQueryString, ecb->lpszPathInfo, ecb->lpszPathTranslated,
        ecb->lpszContentType, (unsigned)ecb->cbTotalBytes, (unsigned)ecb->cbAvailable,
        (unsigned)ecb->dwHttpStatusCode);
    return answer(ecb, text);
}

/* echo: the body as it comes, without saying its length before */
static DWORD echo(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    static const DWORD piece_size = 16384;
    (void)argument;
    if (!send_head(ecb, "200 OK", "Content-Type: application/octet-stream\r\n\r\n"))
        return HSE_STATUS_ERROR;
    if (ecb->cbAvailable > 0 && !write_bytes(ecb, ecb->lpbData, ecb->cbAvailable))
        return HSE_STATUS_ERROR;
    char *piece = malloc(piece_size);
    BOOL good = piece != NULL;
    while (good) {
        DWORD size = piece_size;
        good = ecb->ReadClient(ecb->ConnID, piece, &size);
        if (!good || size == 0)
            break;
        good = write_bytes(ecb, piece, size);
    }
    free(piece);
    return good ? HSE_STATUS_SUCCESS_AND_KEEP_CONN : HSE_STATUS_ERROR;
}

/* cert: what HSE_REQ_GET_CERT_INFO_EX gives, in hex */
static DWORD certificate(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    static char text[TEXT_SIZE];
    BYTE room[8192];
    CERT_CONTEXT_EX info;
    (void)argument;
    ZeroMemory(&info, sizeof info);
    info.CertContext.pbCertEncoded = room;
    info.cbAllocated = 1;
    BOOL small = ecb->ServerSupportFunction(ecb->ConnID, HSE_REQ_GET_CERT_INFO_EX, &info, NULL, NULL);
    DWORD small_error = small ? 0 : GetLastError();
    DWORD needed = info.CertContext.cbCertEncoded;
    info.cbAllocated = sizeof room;
    if (!ecb->ServerSupportFunction(ecb->ConnID, HSE_REQ_GET_CERT_INFO_EX, &info, NULL, NULL))
        return HSE_STATUS_ERROR;
    int at = snprintf(text, sizeof text,
                      "small=%u needed=%u flags=%u encoding=%u der=", (unsigned)small_error, (unsigned)needed,
                      (unsigned)info.dwCertificateFlags, (unsigned)info.CertContext.dwCertEncodingType);
    for (DWORD i = 0; i < info.CertContext.cbCertEncoded; i++)
        at += snprintf(text + at, sizeof text - (size_t)at, "%02x", room[i]);
    return answer(ecb, text);
}

/* map=URL: HSE_REQ_MAP_URL_TO_PATH and _EX */
static DWORD map(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    char path[512], url[512], text[1400];
    DWORD size = sizeof path;
    HSE_URL_MAPEX_INFO info;
    ZeroMemory(&info, sizeof info);
    snprintf(path, sizeof path, "%s", argument);
    snprintf(url, sizeof url, "%s", argument);
    BOOL plain = ecb->ServerSupportFunction(ecb->ConnID, HSE_REQ_MAP_URL_TO_PATH, path, &size, NULL);
    DWORD error = plain ? 0 : GetLastError();
    size = (DWORD)strlen(url);
    BOOL extended = ecb->ServerSupportFunction(ecb->ConnID, HSE_REQ_MAP_URL_TO_PATH_EX, url, &size,
                                               (LPDWORD)(void *)&info);
    snprintf(text, sizeof text, "error=%u path=%s ex=%d path=%s flags=0x%x matching_path=%u matching_url=%u",
             (unsigned)error, plain ? path : "", extended, info.lpszPath, (unsigned)info.dwFlags,
             (unsigned)info.cchMatchingPath, (unsigned)info.cchMatchingURL);
    return answer(ecb, text);
}

static DWORD redirect(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    char url[512];
    snprintf(url, sizeof url, "%s", argument);
    DWORD size = (DWORD)strlen(url);
    return ecb->ServerSupportFunction(ecb->ConnID, HSE_REQ_SEND_URL_REDIRECT_RESP, url, &size, NULL)
               ? HSE_STATUS_SUCCESS_AND_KEEP_CONN
               : HSE_STATUS_ERROR;
}

static DWORD log_text(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    char text[256];
    snprintf(text, sizeof text, "appended:%s", argument);
    DWORD size = (DWORD)strlen(text);
    ecb->ServerSupportFunction(ecb->ConnID, HSE_APPEND_LOG_PARAMETER, text, &size, NULL);
    snprintf(ecb->lpszLogData, sizeof ecb->lpszLogData, "logdata:%s", argument);
    return answer(ecb, "logged\n");
}

/* large=N: N bytes of 'x' without a length, in odd pieces */
static DWORD large(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    char piece[3001];
    unsigned long left = strtoul(argument, NULL, 10);
    memset(piece, 'x', sizeof piece);
    if (!send_head(ecb, "200 OK", "Content-Type: text/plain\r\n\r\n"))
        return HSE_STATUS_ERROR;
    while (left > 0) {
        size_t size = left < sizeof piece ? left : sizeof piece;
        if (!write_bytes(ecb, piece, size))
            return HSE_STATUS_ERROR;
        left -= size;
    }
    return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
}

/* short: says 100 bytes and writes 10 */
static DWORD too_short(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    (void)argument;
    send_head(ecb, "200 OK", "Content-Length: 100\r\n\r\n");
    write_bytes(ecb, "0123456789", 10);
    return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
}

/* long: says 10 bytes and writes 20 */
static DWORD too_long(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    (void)argument;
    send_head(ecb, "200 OK", "Content-Length: 10\r\n\r\n");
    write_bytes(ecb, "0123456789ABCDEFGHIJ", 20);
    return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
}

static DWORD raw(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    static const char text[] =
        "HTTP/1.1 203 From The Extension\r\nX-Raw: yes\r\nContent-Length: 4\r\n\r\nraw\n";
    (void)argument;
    return write_bytes(ecb, text, sizeof text - 1) ? HSE_STATUS_SUCCESS_AND_KEEP_CONN : HSE_STATUS_ERROR;
}

static DWORD bare(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    (void)argument;
    return write_bytes(ecb, "<p>bare</p>", 11) ? HSE_STATUS_SUCCESS : HSE_STATUS_ERROR;
}

/* Two answers in one, with headers that the server owns, to see what becomes of them */
static DWORD split(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    (void)argument;
    if (send_head(ecb, "200 OK", "X: a\rb\r\n\r\n"))
        return answer(ecb, "a bare CR was let through\n");
    send_head(ecb, "200 OK",
              "Connection: x-odd\r\nTransfer-Encoding: gzip\r\nDate: never\r\nX-Kept: yes\r\nContent-Length: "
              "3\r\n\r\n");
    return write_bytes(ecb, "ok\n", 3) ? HSE_STATUS_SUCCESS_AND_KEEP_CONN : HSE_STATUS_ERROR;
}

static DWORD header_ex(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    HSE_SEND_HEADER_EX_INFO info = {"202 Accepted", "Content-Length: 3\r\n\r\n", 12, 21, argument[0] == 'k'};
    if (!ecb->ServerSupportFunction(ecb->ConnID, HSE_REQ_SEND_RESPONSE_HEADER_EX, &info, NULL, NULL))
        return HSE_STATUS_ERROR;
    return write_bytes(ecb, "ex\n", 3) ? HSE_STATUS_SUCCESS_AND_KEEP_CONN : HSE_STATUS_ERROR;
}

static DWORD close_now(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    (void)argument;
    ecb->ServerSupportFunction(ecb->ConnID, HSE_REQ_CLOSE_CONNECTION, NULL, NULL, NULL);
    return HSE_STATUS_SUCCESS;
}

static DWORD fail(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    (void)ecb;
    (void)argument;
    return HSE_STATUS_ERROR;
}

static DWORD nothing(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    (void)ecb;
    (void)argument;
    return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
}

/* registry: what the server's own registry says to the extension; adds one to Count */
static DWORD registry(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    HKEY key;
    DWORD count = 0, size = sizeof count, type = 0;
    WCHAR word[32];
    char text[128];
    (void)argument;
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"Software\\Probe", 0, KEY_READ | KEY_WRITE, &key);
    if (error != (LONG)ERROR_SUCCESS) {
        snprintf(text, sizeof text, "error %d", (int)error);
        return answer(ecb, text);
    }
    RegQueryValueExW(key, L"Count", NULL, &type, (LPBYTE)&count, &size);
    count++;
    error = RegSetValueExW(key, L"Count", 0, REG_DWORD, (const BYTE *)&count, sizeof count);
    size = sizeof word;
    if (error == (LONG)ERROR_SUCCESS)
        error = RegGetValueW(key, NULL, L"Word", RRF_RT_REG_SZ, NULL, word, &size);
    RegCloseKey(key);
    int at = snprintf(text, sizeof text, "error %d count %u word ", (int)error, (unsigned)count);
    for (int i = 0; error == (LONG)ERROR_SUCCESS && word[i] != 0; i++)
        text[at++] = (char)word[i];
    text[at] = '\0';
    return answer(ecb, text);
}

/* change: sends a first line, then waits until somebody changes HKLM\Software\Probe */
static DWORD change(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    HKEY key;
    (void)argument;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"Software\\Probe", 0, KEY_READ, &key) != (LONG)ERROR_SUCCESS)
        return HSE_STATUS_ERROR;
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    LONG error = RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, event, TRUE);
    DWORD waited = WAIT_FAILED;
    send_head(ecb, "200 OK", "Content-Type: text/plain\r\n\r\n");
    write_bytes(ecb, "waiting\n", 8);
    if (error == (LONG)ERROR_SUCCESS)
        waited = WaitForSingleObject(event, 60000);
    RegCloseKey(key);
    CloseHandle(event);
    write_bytes(ecb, waited == WAIT_OBJECT_0 ? "changed\n" : "nothing\n", 8);
    return HSE_STATUS_SUCCESS;
}

static DWORD pending(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    (void)ecb;
    (void)argument;
    return HSE_STATUS_PENDING;
}

/* ignore: answers a POST without reading its body */
static DWORD ignore(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    (void)argument;
    return answer(ecb, "not read\n");
}

/* hang: answers, and never ends */
static DWORD hang(EXTENSION_CONTROL_BLOCK *ecb, const char *argument)
{
    volatile DWORD on = 1;
    (void)argument;
    answer(ecb, "hanging\n");
    while (on)
        continue;
    return HSE_STATUS_SUCCESS;
}

static const struct {
    const char *name;
    DWORD (*run)(EXTENSION_CONTROL_BLOCK *ecb, const char *argument);
} actions[] = {
    {"var", variable},    {"block", block},       {"echo", echo},       {"cert", certificate},
    {"map", map},         {"redirect", redirect}, {"log", log_text},    {"large", large},
    {"short", too_short}, {"long", too_long},     {"raw", raw},         {"bare", bare},
    {"split", split},     {"ex", header_ex},      {"close", close_now}, {"fail", fail},
    {"nothing", nothing}, {"registry", registry}, {"change", change},   {"pending", pending},
    {"ignore", ignore},   {"hang", hang},
};

BOOL WINAPI GetExtensionVersion(HSE_VERSION_INFO *pVer)
{
    pVer->dwExtensionVersion = (DWORD)HSE_VERSION;
    snprintf(pVer->lpszExtensionDesc, sizeof pVer->lpszExtensionDesc, "Probe, an ISAPI extension for tests");
    return TRUE;
}

DWORD WINAPI HttpExtensionProc(EXTENSION_CONTROL_BLOCK *pECB)
{
    const char *query = pECB->lpszQueryString;
    size_t size = strcspn(query, "=&");
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strlen(actions[i].name) == size && memcmp(query, actions[i].name, size) == 0)
            return actions[i].run(pECB, query[size] == '=' ? query + size + 1 : "");
    }
    return answer(pECB, "no such action\n");
}
