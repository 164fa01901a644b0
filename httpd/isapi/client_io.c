/* SPDX-License-Identifier: Apache-2.0 */
/* ReadClient and WriteClient ("ReadClient" aa922765). */
#include "isapi/call.h"

BOOL WINAPI isapi_read_client(HCONN connection, LPVOID buffer, LPDWORD size)
{
    struct isapi_call *call = isapi_call_of(connection);
    if (call == NULL)
        return FALSE;
    if (size == NULL || (buffer == NULL && *size > 0))
        return isapi_result(ERROR_INVALID_PARAMETER);
    size_t room = *size;
    size_t got = 0;
    *size = 0;
    if (call->closed)
        return isapi_result(WSAECONNRESET);
    win_error error = room == 0 ? ERROR_SUCCESS : httpd_exchange_read(call->exchange, buffer, room, &got);
    *size = (DWORD)got;
    return isapi_result(error);
}

BOOL WINAPI isapi_write_client(HCONN connection, LPVOID buffer, LPDWORD bytes, DWORD reserved)
{
    struct isapi_call *call = isapi_call_of(connection);
    if (call == NULL)
        return FALSE;
    /* Asynchronous writes do not exist on CE (no HSE_STATUS_PENDING). */
    if (bytes == NULL || (buffer == NULL && *bytes > 0) || (reserved & HSE_IO_ASYNC) != 0)
        return isapi_result(ERROR_INVALID_PARAMETER);
    if (call->closed) {
        *bytes = 0;
        return isapi_result(WSAECONNRESET);
    }
    if (*bytes == 0)
        return TRUE;
    win_error error = isapi_send_body(call, buffer, *bytes);
    if (error != ERROR_SUCCESS)
        *bytes = 0;
    return isapi_result(error);
}
