/* SPDX-License-Identifier: Apache-2.0 */
/* The call of an extension: control block in, HttpExtensionProc, status out. */
#include "isapi/isapi.h"

#include "isapi/call.h"
#include "isapi/module.h"
#include "platform/lasterror.h"
#include "platform/log.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

struct isapi_call *isapi_call_of(HCONN connection)
{
    struct isapi_call *call = connection;
    if (call != NULL && call->ecb.ConnID == connection)
        return call;
    plat_last_error_set(ERROR_INVALID_PARAMETER);
    return NULL;
}

size_t isapi_text_size(const char *text, size_t most)
{
    const char *end = memchr(text, '\0', most);
    return end == NULL ? most : (size_t)(end - text);
}

BOOL isapi_result(win_error error)
{
    if (error == ERROR_SUCCESS)
        return TRUE;
    plat_last_error_set(error);
    return FALSE;
}

/*
 * The control block's strings are LPSTR: extensions may scribble in them. They get copies, so that the request the loop holds stays as it was.
 */
struct strings {
    char *method, *query, *path_info, *path_translated, *content_type;
};

static void free_strings(struct strings *strings)
{
    plat_free(strings->method);
    plat_free(strings->query);
    plat_free(strings->path_info);
    plat_free(strings->path_translated);
    plat_free(strings->content_type);
}

static bool copy_strings(const struct httpd_exchange *exchange, struct strings *strings)
{
    const char *type = http_request_field(exchange->request, "Content-Type");
    strings->method = plat_strdup(exchange->request->method);
    strings->query = plat_strdup(exchange->request->query);
    strings->path_info = plat_strdup(exchange->path_info);
    strings->path_translated = plat_strdup(exchange->path_translated);
    strings->content_type = plat_strdup(type == NULL ? "" : type);
    return strings->method != NULL && strings->query != NULL && strings->path_info != NULL &&
           strings->path_translated != NULL && strings->content_type != NULL;
}

static DWORD total_bytes(const struct http_request *request)
{
    if (!request->has_body)
        return 0;
    return request->chunked || request->content_length > UINT32_MAX - 1 ? UINT32_MAX
                                                                        : (DWORD)request->content_length;
}

static win_error prepare(struct isapi_call *call, const struct strings *strings)
{
    struct httpd_exchange *exchange = call->exchange;
    EXTENSION_CONTROL_BLOCK *ecb = &call->ecb;
    ecb->cbSize = sizeof *ecb;
    ecb->dwVersion = (DWORD)HSE_VERSION;
    ecb->ConnID = call;
    ecb->dwHttpStatusCode = 200;
    ecb->lpszMethod = strings->method;
    ecb->lpszQueryString = strings->query;
    ecb->lpszPathInfo = strings->path_info;
    ecb->lpszPathTranslated = strings->path_translated;
    ecb->lpszContentType = strings->content_type;
    ecb->cbAvailable = (DWORD)exchange->body_ahead.size;
    ecb->cbTotalBytes = total_bytes(exchange->request);
    ecb->lpbData = plat_memdup(exchange->body_ahead.data, exchange->body_ahead.size);
    ecb->GetServerVariable = isapi_get_server_variable;
    ecb->WriteClient = isapi_write_client;
    ecb->ReadClient = isapi_read_client;
    ecb->ServerSupportFunction = isapi_server_support;
    plat_buffer_init(&call->raw_head, LIMIT_RESPONSE_HEAD);
    return ecb->lpbData == NULL ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS;
}

static void append_log_data(struct isapi_call *call)
{
    size_t size = isapi_text_size(call->ecb.lpszLogData, sizeof call->ecb.lpszLogData);
    if (size == 0)
        return;
    if (call->exchange->log_text.size > 0)
        plat_buffer_append_u8(&call->exchange->log_text, ' ');
    plat_buffer_append(&call->exchange->log_text, call->ecb.lpszLogData, size);
}

static bool call_extension(struct isapi_call *call, PFN_HTTPEXTENSIONPROC procedure)
{
    plat_last_error_set(ERROR_SUCCESS);
    DWORD status = procedure(&call->ecb);
    append_log_data(call);
    win_error error = isapi_end_raw_head(call);
    if (error != ERROR_SUCCESS)
        plat_log(PLAT_LOG_ERROR, "%s: the response head it wrote is malformed", call->exchange->module);
    if (status == HSE_STATUS_PENDING)
        plat_log(PLAT_LOG_ERROR, "%s returned HSE_STATUS_PENDING, which does not exist on Windows CE",
                 call->exchange->module);
    return status == HSE_STATUS_SUCCESS_AND_KEEP_CONN && error == ERROR_SUCCESS && !call->refuse_keep;
}

void httpd_isapi_run(struct httpd_modules *modules, struct httpd_exchange *exchange)
{
    PFN_HTTPEXTENSIONPROC procedure;
    if (isapi_module_procedure(modules, exchange->module, &procedure) != ERROR_SUCCESS) {
        httpd_exchange_finish(exchange, false, 500);
        return;
    }
    struct isapi_call call = {.exchange = exchange};
    struct strings strings = {NULL, NULL, NULL, NULL, NULL};
    bool keep = false;
    if (copy_strings(exchange, &strings) && prepare(&call, &strings) == ERROR_SUCCESS)
        keep = call_extension(&call, procedure);
    else
        plat_log(PLAT_LOG_ERROR, "%s: no memory to run it", exchange->module);
    plat_free(call.ecb.lpbData);
    plat_buffer_free(&call.raw_head);
    free_strings(&strings);
    httpd_exchange_finish(exchange, keep, 500);
}
