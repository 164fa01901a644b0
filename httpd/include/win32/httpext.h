/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ISAPI extension interface: structures, constants and entry points as Microsoft documents them for the Windows CE web server ("ISAPI Extensions Reference":
 * EXTENSION_CONTROL_BLOCK aa450369, request types ms899543, HSE_URL_MAPEX_INFO ms890321). Compile an extension's sources against this
 * header and windows.h; build them as a shared object with the DLL's name (accounting.dll -> accounting.so).
 *
 * Strings are ANSI; here that is UTF-8. An extension runs on a worker thread and may block. HSE_STATUS_PENDING and asynchronous I/O do not exist, as on CE.
 */
#ifndef CERIUM_WIN32_HTTPEXT_H
#define CERIUM_WIN32_HTTPEXT_H

#include "httpd/urlflags.h"
#include "wincert.h"
#include "windows.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HSE_VERSION_MAJOR 6
#define HSE_VERSION_MINOR 0
#define HSE_VERSION MAKELONG(HSE_VERSION_MINOR, HSE_VERSION_MAJOR)

#define HSE_LOG_BUFFER_LEN 80
#define HSE_MAX_EXT_DLL_NAME_LEN 256

/* What HttpExtensionProc returns */
#define HSE_STATUS_SUCCESS 1               /* done; the connection is closed */
#define HSE_STATUS_SUCCESS_AND_KEEP_CONN 2 /* done; kept open if the client can and the response was framed */
#define HSE_STATUS_PENDING 3               /* not supported: answered as HSE_STATUS_ERROR */
#define HSE_STATUS_ERROR 4

/* Flag of TerminateExtension: always MUST_UNLOAD (aa450965) */
#define HSE_TERM_ADVISORY_UNLOAD 0x00000001
#define HSE_TERM_MUST_UNLOAD 0x00000002

#define HSE_IO_SYNC 0x00000001
#define HSE_IO_ASYNC 0x00000002

typedef LPVOID HCONN;

typedef struct _HSE_VERSION_INFO {
    DWORD dwExtensionVersion;
    CHAR lpszExtensionDesc[HSE_MAX_EXT_DLL_NAME_LEN];
} HSE_VERSION_INFO, *LPHSE_VERSION_INFO;

typedef struct _EXTENSION_CONTROL_BLOCK {
    DWORD cbSize;
    DWORD dwVersion;        /* HIWORD major, LOWORD minor */
    HCONN ConnID;           /* not to be changed */
    DWORD dwHttpStatusCode; /* 200; changes are ignored, as on CE */
    CHAR lpszLogData[HSE_LOG_BUFFER_LEN];
    LPSTR lpszMethod;
    LPSTR lpszQueryString;
    LPSTR lpszPathInfo;
    LPSTR lpszPathTranslated;
    DWORD cbTotalBytes; /* Content-Length; 0xffffffff when it is unknown (chunked) or larger */
    DWORD cbAvailable;  /* bytes in lpbData */
    LPBYTE lpbData;
    LPSTR lpszContentType;
    BOOL(WINAPI *GetServerVariable)(HCONN hConn, LPSTR lpszVariableName, LPVOID lpvBuffer, LPDWORD lpdwSize);
    BOOL(WINAPI *WriteClient)(HCONN ConnID, LPVOID Buffer, LPDWORD lpdwBytes, DWORD dwReserved);
    BOOL(WINAPI *ReadClient)(HCONN ConnID, LPVOID lpvBuffer, LPDWORD lpdwSize);
    BOOL(WINAPI *ServerSupportFunction)
    (HCONN hConn, DWORD dwHSERequest, LPVOID lpvBuffer, LPDWORD lpdwSize, LPDWORD lpdwDataType);
} EXTENSION_CONTROL_BLOCK, *LPEXTENSION_CONTROL_BLOCK;

/* Requests of ServerSupportFunction. Others fail with ERROR_INVALID_PARAMETER. */
#define HSE_REQ_BASE 0
#define HSE_REQ_SEND_URL_REDIRECT_RESP (HSE_REQ_BASE + 1) /* lpvBuffer: URL; 302 */
#define HSE_REQ_SEND_URL (HSE_REQ_BASE + 2)               /* the same */
#define HSE_REQ_SEND_RESPONSE_HEADER                                                                         \
    (HSE_REQ_BASE + 3) /* lpvBuffer: "200 OK" or NULL; lpdwDataType: header lines or NULL */
#define HSE_REQ_DONE_WITH_SESSION                                                                            \
    (HSE_REQ_BASE + 4) /* accepted; belongs to asynchronous work, which CE has not */
#define HSE_REQ_END_RESERVED 1000
#define HSE_REQ_MAP_URL_TO_PATH (HSE_REQ_END_RESERVED + 1)
#define HSE_APPEND_LOG_PARAMETER (HSE_REQ_END_RESERVED + 3)
#define HSE_REQ_IS_KEEP_CONN (HSE_REQ_END_RESERVED + 8)
#define HSE_REQ_MAP_URL_TO_PATH_EX (HSE_REQ_END_RESERVED + 12)
#define HSE_REQ_GET_CERT_INFO_EX (HSE_REQ_END_RESERVED + 15)
#define HSE_REQ_SEND_RESPONSE_HEADER_EX (HSE_REQ_END_RESERVED + 16)
#define HSE_REQ_CLOSE_CONNECTION (HSE_REQ_END_RESERVED + 17)
#define HSE_REQ_IS_CONNECTED (HSE_REQ_END_RESERVED + 18)

typedef struct _HSE_URL_MAPEX_INFO {
    CHAR lpszPath[MAX_PATH]; /* physical path */
    DWORD dwFlags;           /* HSE_URL_FLAGS_* of the vroot */
    DWORD cchMatchingPath;   /* characters of the path that the vroot gave */
    DWORD cchMatchingURL;    /* characters of the URL that named it */
    DWORD dwReserved1;
    DWORD dwReserved2;
} HSE_URL_MAPEX_INFO, *LPHSE_URL_MAPEX_INFO;

typedef struct _HSE_SEND_HEADER_EX_INFO {
    LPCSTR pszStatus; /* "200 OK" */
    LPCSTR pszHeader; /* header lines and the blank line */
    DWORD cchStatus;
    DWORD cchHeader;
    BOOL fKeepConn;
} HSE_SEND_HEADER_EX_INFO, *LPHSE_SEND_HEADER_EX_INFO;

/*
 * HSE_REQ_GET_CERT_INFO_EX (ms525543): the caller allocates CertContext.pbCertEncoded (cbAllocated bytes); pCertInfo and hCertStore are not used.
 * ERROR_INSUFFICIENT_BUFFER sets cbCertEncoded to the size needed.
 */
typedef struct _CERT_CONTEXT_EX {
    CERT_CONTEXT CertContext;
    DWORD cbAllocated;
    DWORD dwCertificateFlags; /* bit 0: there is a certificate; bit 1: its issuer is not trusted */
} CERT_CONTEXT_EX, *PCERT_CONTEXT_EX;

/* The entry points that a module exports. TerminateExtension may be missing. */
typedef BOOL(WINAPI *PFN_GETEXTENSIONVERSION)(HSE_VERSION_INFO *pVer);
typedef DWORD(WINAPI *PFN_HTTPEXTENSIONPROC)(EXTENSION_CONTROL_BLOCK *pECB);
typedef BOOL(WINAPI *PFN_TERMINATEEXTENSION)(DWORD dwFlags);

BOOL WINAPI GetExtensionVersion(HSE_VERSION_INFO *pVer);
DWORD WINAPI HttpExtensionProc(EXTENSION_CONTROL_BLOCK *pECB);
BOOL WINAPI TerminateExtension(DWORD dwFlags);

#ifdef __cplusplus
}
#endif

#endif
