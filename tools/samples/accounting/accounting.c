/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accounting.dll of the page "SSL Client Authentication": an ISAPI extension as one writes it for Windows CE. It shows who the client is, and reads a
 * POST of any length with ReadClient without keeping it.
 */
#include <httpext.h>

#include <stdarg.h>
#include <stdio.h>

#define VARIABLE_SIZE 1024U
#define PIECE_SIZE 4096U
#define PAGE_SIZE 8192U

struct page {
    char text[PAGE_SIZE];
    size_t size;
};

static void __attribute__((format(printf, 2, 3))) add_line(struct page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(page->text + page->size, PAGE_SIZE - page->size, format, args);
    va_end(args);
    if (size > 0 && (size_t)size < PAGE_SIZE - page->size)
        page->size += (size_t)size;
}

static void add_variable(struct page *page, EXTENSION_CONTROL_BLOCK *ecb, const char *label, const char *name)
{
    char variable[64];
    char value[VARIABLE_SIZE];
    DWORD size = sizeof value;
    snprintf(variable, sizeof variable, "%s", name);
    if (ecb->GetServerVariable(ecb->ConnID, variable, value, &size) && value[0] != '\0')
        add_line(page, "%s: %s\n", label, value);
}

/* The Adler-like sum of the bytes tells a test that every one arrived, in order. */
struct digest {
    uint64_t bytes;
    uint32_t low, high;
};

static void add_bytes(struct digest *digest, const BYTE *data, DWORD size)
{
    for (DWORD i = 0; i < size; i++) {
        digest->low = (digest->low + data[i]) % 65521U;
        digest->high = (digest->high + digest->low) % 65521U;
    }
    digest->bytes += size;
}

/* What the server has read already, then ReadClient until the body is over. */
static BOOL read_body(EXTENSION_CONTROL_BLOCK *ecb, struct digest *digest)
{
    add_bytes(digest, ecb->lpbData, ecb->cbAvailable);
    BYTE piece[PIECE_SIZE];
    while (digest->bytes < ecb->cbTotalBytes) {
        DWORD size = sizeof piece;
        if (!ecb->ReadClient(ecb->ConnID, piece, &size))
            return FALSE;
        if (size == 0)
            break; /* a chunked body ends here; its length was not known before */
        add_bytes(digest, piece, size);
    }
    return ecb->cbTotalBytes == 0xffffffffU || digest->bytes == ecb->cbTotalBytes;
}

static DWORD send_page(EXTENSION_CONTROL_BLOCK *ecb, const struct page *page)
{
    char headers[128];
    char status[] = "200 OK";
    snprintf(headers, sizeof headers, "Content-Type: text/plain; charset=utf-8\r\nContent-Length: %u\r\n\r\n",
             (unsigned)page->size);
    DWORD size = (DWORD)strlen(status);
    if (!ecb->ServerSupportFunction(ecb->ConnID, HSE_REQ_SEND_RESPONSE_HEADER, status, &size,
                                    (LPDWORD)(void *)headers))
        return HSE_STATUS_ERROR;
    char text[PAGE_SIZE];
    DWORD bytes = (DWORD)page->size;
    CopyMemory(text, page->text, page->size);
    if (!ecb->WriteClient(ecb->ConnID, text, &bytes, HSE_IO_SYNC))
        return HSE_STATUS_ERROR;
    return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
}

BOOL WINAPI GetExtensionVersion(HSE_VERSION_INFO *pVer)
{
    pVer->dwExtensionVersion = (DWORD)HSE_VERSION;
    snprintf(pVer->lpszExtensionDesc, sizeof pVer->lpszExtensionDesc, "Accounting, a sample ISAPI extension");
    return TRUE;
}

DWORD WINAPI HttpExtensionProc(EXTENSION_CONTROL_BLOCK *pECB)
{
    struct digest digest = {0, 1, 0};
    if (!read_body(pECB, &digest))
        return HSE_STATUS_ERROR;
    struct page page = {.size = 0};
    add_line(&page, "Accounting\n");
    add_variable(&page, pECB, "user", "AUTH_USER");
    add_variable(&page, pECB, "authenticated by", "AUTH_TYPE");
    add_variable(&page, pECB, "certificate subject", "CERT_SUBJECT");
    add_variable(&page, pECB, "certificate issuer", "CERT_ISSUER");
    add_variable(&page, pECB, "certificate serial", "CERT_SERIALNUMBER");
    add_variable(&page, pECB, "certificate flags", "CERT_FLAGS");
    add_variable(&page, pECB, "secure", "HTTPS");
    add_variable(&page, pECB, "key size", "HTTPS_KEYSIZE");
    add_line(&page, "method: %s\n", pECB->lpszMethod);
    add_line(&page, "path info: %s\n", pECB->lpszPathInfo);
    add_line(&page, "body bytes: %llu\n", (unsigned long long)digest.bytes);
    add_line(&page, "body adler32: %08x\n", (unsigned)(digest.high << 16 | digest.low));
    return send_page(pECB, &page);
}

BOOL WINAPI TerminateExtension(DWORD dwFlags)
{
    (void)dwFlags;
    return TRUE;
}
