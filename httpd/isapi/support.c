/* SPDX-License-Identifier: Apache-2.0 */
/* ServerSupportFunction ("Request Types" ms899543): one small function a request. */
#include "isapi/call.h"

#include "certstore/cert.h"
#include "http/path.h"
#include "platform/text.h"

#include <string.h>

struct support_arguments {
    LPVOID buffer;
    LPDWORD size;
    LPDWORD data_type;
};
typedef win_error (*support_function)(struct isapi_call *call, const struct support_arguments *a);

/*
 * lpvBuffer = status or NULL, lpdwDataType = header text or NULL. IIS wants the text to end in a blank line; CE 3.0 added one itself
 * (KB290392). Both work: lines up to a blank line or the end are the head.
 */
static win_error send_response_header(struct isapi_call *call, const struct support_arguments *a)
{
    const char *status = a->buffer;
    const char *fields = (const char *)(const void *)a->data_type;
    return isapi_send_head(call, status, status == NULL ? 0 : strlen(status), fields,
                           fields == NULL ? 0 : strlen(fields));
}

/* cch... = 0: up to the NUL. */
static size_t counted_size(const char *text, DWORD characters)
{
    if (text == NULL)
        return 0;
    return isapi_text_size(text, characters == 0 ? LIMIT_RESPONSE_HEAD : characters);
}

static win_error send_response_header_ex(struct isapi_call *call, const struct support_arguments *a)
{
    const HSE_SEND_HEADER_EX_INFO *info = a->buffer;
    if (info == NULL || (info->pszHeader == NULL && info->cchHeader > 0))
        return ERROR_INVALID_PARAMETER;
    const char *status = info->pszStatus;
    size_t status_size = counted_size(status, info->cchStatus);
    size_t fields_size = counted_size(info->pszHeader, info->cchHeader);
    if (!info->fKeepConn)
        call->refuse_keep = true;
    return isapi_send_head(call, status, status_size, info->pszHeader, fields_size);
}

static win_error send_redirect(struct isapi_call *call, const struct support_arguments *a)
{
    const char *location = a->buffer;
    if (location == NULL || location[0] == '\0')
        return ERROR_INVALID_PARAMETER;
    struct plat_buffer fields;
    plat_buffer_init(&fields, LIMIT_RESPONSE_HEAD);
    size_t size = a->size == NULL || *a->size == 0 ? strlen(location) : isapi_text_size(location, *a->size);
    plat_buffer_append_text(&fields, "Location: ");
    bool one_line = true;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)location[i];
        one_line =
            one_line && c > 0x20 && c != 0x7f; /* a line end here would be a header of the caller's data */
        plat_buffer_append_u8(&fields, c);
    }
    plat_buffer_append_text(&fields, "\r\nContent-Length: 0\r\n");
    static const char status[] = "302 Found";
    win_error error = !one_line ? ERROR_INVALID_DATA : fields.failed;
    if (error == ERROR_SUCCESS)
        error = isapi_send_head(call, status, sizeof status - 1, (const char *)fields.data, fields.size);
    plat_buffer_free(&fields);
    return error;
}

/* ---- URL -> path ---- */

struct mapped {
    struct plat_buffer path; /* CE path */
    size_t vroot_path_size, vroot_url_size;
    uint32_t flags;
};

static win_error map_url(struct isapi_call *call, const char *url, struct mapped *mapped)
{
    struct plat_buffer decoded;
    plat_buffer_init(&decoded, LIMIT_REQUEST_TARGET);
    plat_buffer_init(&mapped->path, LIMIT_PATH_SIZE);
    win_error error = http_path_decode(url, strcspn(url, "?#"), &decoded);
    const char *path = error == ERROR_SUCCESS ? plat_buffer_text(&decoded) : NULL;
    const char *rest = "";
    const struct httpd_vroot *vroot =
        path == NULL ? NULL : httpd_vroot_find(call->exchange->settings, path, &rest);
    if (vroot != NULL) {
        mapped->flags = vroot->flags;
        mapped->vroot_path_size = strlen(vroot->physical);
        mapped->vroot_url_size = strlen(vroot->url);
        http_path_append_physical(&mapped->path, vroot->physical, rest);
        error = mapped->path.failed;
    } else if (error == ERROR_SUCCESS) {
        error = ERROR_PATH_NOT_FOUND;
    }
    plat_buffer_free(&decoded);
    return error;
}

static win_error map_url_to_path(struct isapi_call *call, const struct support_arguments *a)
{
    if (a->buffer == NULL || a->size == NULL || *a->size == 0)
        return ERROR_INVALID_PARAMETER;
    char *text = a->buffer;
    if (memchr(text, '\0', *a->size) == NULL)
        return ERROR_INVALID_PARAMETER;
    struct mapped mapped;
    win_error error = map_url(call, text, &mapped);
    if (error == ERROR_SUCCESS) {
        size_t needed = mapped.path.size + 1;
        if (*a->size < needed)
            error = ERROR_INSUFFICIENT_BUFFER;
        else
            CopyMemory(text, plat_buffer_text(&mapped.path), needed);
        *a->size = (DWORD)needed;
    }
    plat_buffer_free(&mapped.path);
    return error;
}

/* lpvBuffer = URL, lpdwDataType = HSE_URL_MAPEX_INFO to fill (ms890321). */
static win_error map_url_to_path_ex(struct isapi_call *call, const struct support_arguments *a)
{
    HSE_URL_MAPEX_INFO *info = (HSE_URL_MAPEX_INFO *)(void *)a->data_type;
    if (a->buffer == NULL || info == NULL)
        return ERROR_INVALID_PARAMETER;
    struct mapped mapped;
    win_error error = map_url(call, a->buffer, &mapped);
    if (error == ERROR_SUCCESS && mapped.path.size >= sizeof info->lpszPath)
        error = ERROR_INSUFFICIENT_BUFFER;
    if (error == ERROR_SUCCESS) {
        ZeroMemory(info, sizeof *info);
        CopyMemory(info->lpszPath, plat_buffer_text(&mapped.path), mapped.path.size + 1);
        info->dwFlags = mapped.flags;
        info->cchMatchingPath = (DWORD)mapped.vroot_path_size;
        info->cchMatchingURL = (DWORD)mapped.vroot_url_size;
    }
    plat_buffer_free(&mapped.path);
    return error;
}

/* ---- the rest ---- */

static win_error append_log(struct isapi_call *call, const struct support_arguments *a)
{
    const char *text = a->buffer;
    if (text == NULL)
        return ERROR_INVALID_PARAMETER;
    struct plat_buffer *log = &call->exchange->log_text;
    size_t before = log->size;
    if (before > 0)
        plat_buffer_append_u8(log, ' ');
    plat_buffer_append_text(log, text);
    return log->failed;
}

static win_error is_keep_conn(struct isapi_call *call, const struct support_arguments *a)
{
    if (a->buffer == NULL)
        return ERROR_INVALID_PARAMETER;
    *(BOOL *)a->buffer = call->exchange->request->keep_alive && !call->refuse_keep ? TRUE : FALSE;
    return ERROR_SUCCESS;
}

static win_error is_connected(struct isapi_call *call, const struct support_arguments *a)
{
    if (a->buffer == NULL)
        return ERROR_INVALID_PARAMETER;
    *(BOOL *)a->buffer = !call->closed && httpd_exchange_connected(call->exchange) ? TRUE : FALSE;
    return ERROR_SUCCESS;
}

static win_error get_cert_info_ex(struct isapi_call *call, const struct support_arguments *a)
{
    CERT_CONTEXT_EX *info = a->buffer;
    if (info == NULL)
        return ERROR_INVALID_PARAMETER;
    const struct httpd_client_certificate *certificate = call->exchange->certificate;
    const struct cert *leaf = certificate == NULL ? NULL : httpd_client_certificate_leaf(certificate);
    info->dwCertificateFlags = 0;
    if (leaf == NULL) {
        info->CertContext.cbCertEncoded = 0;
        return ERROR_SUCCESS; /* bit 0 of the flags says that there is none */
    }
    info->CertContext.dwCertEncodingType = X509_ASN_ENCODING;
    info->CertContext.cbCertEncoded = (DWORD)leaf->der.size;
    if (info->CertContext.pbCertEncoded == NULL || info->cbAllocated < leaf->der.size)
        return ERROR_INSUFFICIENT_BUFFER;
    CopyMemory(info->CertContext.pbCertEncoded, leaf->der.data, leaf->der.size);
    info->dwCertificateFlags = isapi_certificate_flags(call->exchange);
    return ERROR_SUCCESS;
}

static win_error close_connection(struct isapi_call *call, const struct support_arguments *a)
{
    (void)a;
    call->closed = true;
    call->refuse_keep = true;
    httpd_exchange_abort(call->exchange);
    return ERROR_SUCCESS;
}

static win_error done_with_session(struct isapi_call *call, const struct support_arguments *a)
{
    (void)call;
    (void)a;
    return ERROR_SUCCESS;
}

static const struct {
    DWORD request;
    support_function function;
} requests[] = {
    {HSE_REQ_SEND_URL_REDIRECT_RESP, send_redirect},
    {HSE_REQ_SEND_URL, send_redirect},
    {HSE_REQ_SEND_RESPONSE_HEADER, send_response_header},
    {HSE_REQ_DONE_WITH_SESSION, done_with_session},
    {HSE_REQ_MAP_URL_TO_PATH, map_url_to_path},
    {HSE_APPEND_LOG_PARAMETER, append_log},
    {HSE_REQ_IS_KEEP_CONN, is_keep_conn},
    {HSE_REQ_MAP_URL_TO_PATH_EX, map_url_to_path_ex},
    {HSE_REQ_GET_CERT_INFO_EX, get_cert_info_ex},
    {HSE_REQ_SEND_RESPONSE_HEADER_EX, send_response_header_ex},
    {HSE_REQ_CLOSE_CONNECTION, close_connection},
    {HSE_REQ_IS_CONNECTED, is_connected},
};

BOOL WINAPI isapi_server_support(HCONN connection, DWORD request, LPVOID buffer, LPDWORD size,
                                 LPDWORD data_type)
{
    struct isapi_call *call = isapi_call_of(connection);
    if (call == NULL)
        return FALSE;
    const struct support_arguments arguments = {buffer, size, data_type};
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        if (requests[i].request == request)
            return isapi_result(requests[i].function(call, &arguments));
    }
    return isapi_result(ERROR_INVALID_PARAMETER);
}
