/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout and the numbers of httpext.h, as documented: extension sources depend on them. Checked by the compiler, for each build's word size; it
 * also shows that the header compiles alone.
 */
#include <httpext.h>

#include <stddef.h>

#define SAME(a, b) _Static_assert((a) == (b), #a " is not " #b)

/* Base types ("Windows Data Types") */
SAME(sizeof(BYTE), 1);
SAME(sizeof(WORD), 2);
SAME(sizeof(DWORD), 4);
SAME(sizeof(LONG), 4);
SAME(sizeof(BOOL), 4);
SAME(sizeof(WCHAR), 2);
SAME(sizeof(ULONG_PTR), sizeof(void *));
SAME((DWORD)HSE_VERSION, 0x00060000U);

/* EXTENSION_CONTROL_BLOCK (aa450369): order and offsets */
SAME(offsetof(EXTENSION_CONTROL_BLOCK, cbSize), 0);
SAME(offsetof(EXTENSION_CONTROL_BLOCK, dwVersion), 4);
SAME(offsetof(EXTENSION_CONTROL_BLOCK, ConnID), 8);
#define AFTER_ID (8 + sizeof(void *))
SAME(offsetof(EXTENSION_CONTROL_BLOCK, dwHttpStatusCode), AFTER_ID);
SAME(offsetof(EXTENSION_CONTROL_BLOCK, lpszLogData), AFTER_ID + 4);
#define AFTER_LOG (AFTER_ID + 4 + 80 + (sizeof(void *) == 8 ? 4 : 0))
SAME(offsetof(EXTENSION_CONTROL_BLOCK, lpszMethod), AFTER_LOG);
SAME(offsetof(EXTENSION_CONTROL_BLOCK, lpszQueryString), AFTER_LOG + sizeof(void *));
SAME(offsetof(EXTENSION_CONTROL_BLOCK, lpszPathInfo), AFTER_LOG + 2 * sizeof(void *));
SAME(offsetof(EXTENSION_CONTROL_BLOCK, lpszPathTranslated), AFTER_LOG + 3 * sizeof(void *));
SAME(offsetof(EXTENSION_CONTROL_BLOCK, cbTotalBytes), AFTER_LOG + 4 * sizeof(void *));
SAME(offsetof(EXTENSION_CONTROL_BLOCK, cbAvailable), AFTER_LOG + 4 * sizeof(void *) + 4);
#define AFTER_COUNTS (AFTER_LOG + 4 * sizeof(void *) + 8)
SAME(offsetof(EXTENSION_CONTROL_BLOCK, lpbData), AFTER_COUNTS);
SAME(offsetof(EXTENSION_CONTROL_BLOCK, lpszContentType), AFTER_COUNTS + sizeof(void *));
SAME(offsetof(EXTENSION_CONTROL_BLOCK, GetServerVariable), AFTER_COUNTS + 2 * sizeof(void *));
SAME(offsetof(EXTENSION_CONTROL_BLOCK, WriteClient), AFTER_COUNTS + 3 * sizeof(void *));
SAME(offsetof(EXTENSION_CONTROL_BLOCK, ReadClient), AFTER_COUNTS + 4 * sizeof(void *));
SAME(offsetof(EXTENSION_CONTROL_BLOCK, ServerSupportFunction), AFTER_COUNTS + 5 * sizeof(void *));
SAME(sizeof(EXTENSION_CONTROL_BLOCK), AFTER_COUNTS + 6 * sizeof(void *));

SAME(sizeof(HSE_VERSION_INFO), 260);
SAME(offsetof(HSE_URL_MAPEX_INFO, dwFlags), 260);
SAME(sizeof(HSE_URL_MAPEX_INFO), 280);
SAME(offsetof(HSE_SEND_HEADER_EX_INFO, cchStatus), 2 * sizeof(void *));
SAME(offsetof(HSE_SEND_HEADER_EX_INFO, fKeepConn), 2 * sizeof(void *) + 8);
SAME(offsetof(CERT_CONTEXT_EX, cbAllocated), sizeof(CERT_CONTEXT));
SAME(offsetof(CERT_CONTEXT_EX, dwCertificateFlags), sizeof(CERT_CONTEXT) + 4);

/* Numbers (Httpext.h) */
SAME(HSE_STATUS_SUCCESS, 1);
SAME(HSE_STATUS_SUCCESS_AND_KEEP_CONN, 2);
SAME(HSE_STATUS_PENDING, 3);
SAME(HSE_STATUS_ERROR, 4);
SAME(HSE_TERM_MUST_UNLOAD, 2);
SAME(HSE_REQ_SEND_URL_REDIRECT_RESP, 1);
SAME(HSE_REQ_SEND_URL, 2);
SAME(HSE_REQ_SEND_RESPONSE_HEADER, 3);
SAME(HSE_REQ_DONE_WITH_SESSION, 4);
SAME(HSE_REQ_MAP_URL_TO_PATH, 1001);
SAME(HSE_APPEND_LOG_PARAMETER, 1003);
SAME(HSE_REQ_IS_KEEP_CONN, 1008);
SAME(HSE_REQ_MAP_URL_TO_PATH_EX, 1012);
SAME(HSE_REQ_GET_CERT_INFO_EX, 1015);
SAME(HSE_REQ_SEND_RESPONSE_HEADER_EX, 1016);
SAME(HSE_REQ_CLOSE_CONNECTION, 1017);
SAME(HSE_REQ_IS_CONNECTED, 1018);

/* P flags ("Web Server Permissions" ms885807) */
SAME(HSE_URL_FLAGS_READ, 0x1);
SAME(HSE_URL_FLAGS_WRITE, 0x2);
SAME(HSE_URL_FLAGS_EXECUTE, 0x4);
SAME(HSE_URL_FLAGS_SSL, 0x8);
SAME(HSE_URL_FLAGS_DONT_CACHE, 0x10);
SAME(HSE_URL_FLAGS_NEGO_CERT, 0x20);
SAME(HSE_URL_FLAGS_REQUIRE_CERT, 0x40);
SAME(HSE_URL_FLAGS_MAP_CERT, 0x80);
SAME(HSE_URL_FLAGS_SSL128, 0x100);
SAME(HSE_URL_FLAGS_SCRIPT, 0x200);
SAME(HSE_URL_FLAGS_SCRIPT_SOURCE, 0x400);
