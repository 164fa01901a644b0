/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GetServerVariable ("GetServerVariable" aa450423): the names of CE's list and IIS's CERT_* and HTTPS_*. A name of the list without a value gives "";
 * a name that is on no list, or a header that was not sent, ERROR_INVALID_INDEX.
 */
#include "isapi/call.h"

#include "certstore/cert.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

typedef void (*variable_writer)(const struct httpd_exchange *x, struct plat_buffer *out);

static void append_field(const struct httpd_exchange *x, const char *name, struct plat_buffer *out)
{
    const char *value = http_request_field(x->request, name);
    if (value != NULL)
        plat_buffer_append_text(out, value);
}

static const struct cert *client_leaf(const struct httpd_exchange *x)
{
    return x->certificate == NULL ? NULL : httpd_client_certificate_leaf(x->certificate);
}

/* ---- request ---- */

static void all_raw(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_append(out, x->request->raw_head.data, x->request->raw_head.size);
}

/* HTTP_NAME:value lines, as IIS gives them. */
static void all_http(const struct httpd_exchange *x, struct plat_buffer *out)
{
    for (size_t i = 0; i < x->request->field_count; i++) {
        plat_buffer_append_text(out, "HTTP_");
        for (const char *c = x->request->fields[i].name; *c != '\0'; c++) {
            bool lower = *c >= 'a' && *c <= 'z';
            plat_buffer_append_u8(out, *c == '-' ? '_' : (uint8_t)(lower ? *c - 'a' + 'A' : *c));
        }
        plat_buffer_printf(out, ":%s\n", x->request->fields[i].value);
    }
}

static void content_length(const struct httpd_exchange *x, struct plat_buffer *out)
{
    if (!x->request->chunked)
        plat_buffer_printf(out, "%" PRIu64, x->request->content_length);
}

static void content_type(const struct httpd_exchange *x, struct plat_buffer *out)
{
    append_field(x, "Content-Type", out);
}

static void path_info(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_append_text(out, x->path_info);
}

static void path_translated(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_append_text(out, x->path_translated);
}

static void query_string(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_append_text(out, x->request->query);
}

static void request_method(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_append_text(out, x->request->method);
}

static void script_name(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_append_text(out, x->script_path);
}

static void url(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_append_text(out, x->request->path);
}

/* ---- addresses and the server ---- */

static void append_address(const struct plat_address *address, struct plat_buffer *out)
{
    char text[PLAT_ADDRESS_TEXT_SIZE];
    plat_address_text(address, text);
    plat_buffer_append_text(out, text);
}

static void remote_address(const struct httpd_exchange *x, struct plat_buffer *out)
{
    append_address(&x->remote, out);
}

static void remote_port(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_printf(out, "%u", x->remote.port);
}

static void local_address(const struct httpd_exchange *x, struct plat_buffer *out)
{
    append_address(&x->local, out);
}

/* The Host field without its port; the address where there is none. */
static void server_name(const struct httpd_exchange *x, struct plat_buffer *out)
{
    const char *host = x->request->host;
    if (host[0] == '\0') {
        append_address(&x->local, out);
        return;
    }
    const char *from = host[0] == '[' ? strchr(host, ']') : host;
    const char *colon = from == NULL ? NULL : strchr(from, ':');
    plat_buffer_append(out, host, colon == NULL ? strlen(host) : (size_t)(colon - host));
}

static void server_port(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_printf(out, "%u", x->local.port);
}

static void server_port_secure(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_append_text(out, x->secure ? "1" : "0");
}

static void server_protocol(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_printf(out, "HTTP/%" PRIu32 ".%" PRIu32, x->request->version / 10, x->request->version % 10);
}

static void server_software(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_append_text(out, x->settings->server_id);
}

/* ---- who ---- */

static void auth_password(const struct httpd_exchange *x, struct plat_buffer *out)
{
    if (x->password != NULL)
        plat_buffer_append_text(out, x->password);
}

/* IIS's word for a mapped certificate is SSL/PCT. */
static void auth_type(const struct httpd_exchange *x, struct plat_buffer *out)
{
    if (x->decision->user != NULL)
        plat_buffer_append_text(out, x->decision->user_is_mapped ? "SSL/PCT" : "Basic");
}

static void auth_user(const struct httpd_exchange *x, struct plat_buffer *out)
{
    if (x->decision->user != NULL)
        plat_buffer_append_text(out, x->decision->user);
}

/* ---- the client's certificate ---- */

/* bit 0: there is one; bit 1: its issuer is not trusted */
DWORD isapi_certificate_flags(const struct httpd_exchange *x)
{
    if (client_leaf(x) == NULL)
        return 0;
    uint32_t untrusted =
        CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_PARTIAL_CHAIN | CERT_TRUST_IS_NOT_SIGNATURE_VALID;
    return (x->trust_error & untrusted) != 0 ? 3 : 1;
}

static void cert_cookie(const struct httpd_exchange *x, struct plat_buffer *out)
{
    const struct cert *leaf = client_leaf(x);
    if (leaf != NULL)
        cert_hex_append(out, plat_span_of(leaf->thumbprint, sizeof leaf->thumbprint), 0);
}

static void cert_flags(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_printf(out, "%" PRIu32, isapi_certificate_flags(x));
}

static void cert_issuer(const struct httpd_exchange *x, struct plat_buffer *out)
{
    const struct cert *leaf = client_leaf(x);
    if (leaf != NULL)
        cert_name_text(leaf->issuer, out);
}

static void cert_subject(const struct httpd_exchange *x, struct plat_buffer *out)
{
    const struct cert *leaf = client_leaf(x);
    if (leaf != NULL)
        cert_name_text(leaf->subject, out);
}

/* As displayed, bytes joined by hyphens, as IIS gives it. */
static void cert_serial(const struct httpd_exchange *x, struct plat_buffer *out)
{
    const struct cert *leaf = client_leaf(x);
    if (leaf != NULL)
        cert_hex_append(out, cert_serial_number(leaf), '-');
}

static void key_size(const struct httpd_exchange *x, struct plat_buffer *out)
{
    if (x->secure)
        plat_buffer_printf(out, "%" PRIu32, x->tls.cipher_bits);
}

static const struct cert *server_cert(const struct httpd_exchange *x)
{
    return x->secure ? x->settings->server_cert : NULL;
}

static void secret_key_size(const struct httpd_exchange *x, struct plat_buffer *out)
{
    if (server_cert(x) != NULL)
        plat_buffer_printf(out, "%" PRIu32, server_cert(x)->key_bits);
}

static void server_issuer(const struct httpd_exchange *x, struct plat_buffer *out)
{
    if (server_cert(x) != NULL)
        cert_name_text(server_cert(x)->issuer, out);
}

static void server_subject(const struct httpd_exchange *x, struct plat_buffer *out)
{
    if (server_cert(x) != NULL)
        cert_name_text(server_cert(x)->subject, out);
}

static void https(const struct httpd_exchange *x, struct plat_buffer *out)
{
    plat_buffer_append_text(out, x->secure ? "on" : "off");
}

static const struct {
    const char *name;
    variable_writer write;
} variables[] = {
    {"ALL_HTTP", all_http},
    {"ALL_RAW", all_raw},
    {"AUTH_PASSWORD", auth_password},
    {"AUTH_TYPE", auth_type},
    {"AUTH_USER", auth_user},
    {"CERT_COOKIE", cert_cookie},
    {"CERT_FLAGS", cert_flags},
    {"CERT_ISSUER", cert_issuer},
    {"CERT_KEYSIZE", key_size},
    {"CERT_SECRETKEYSIZE", secret_key_size},
    {"CERT_SERIALNUMBER", cert_serial},
    {"CERT_SERVER_ISSUER", server_issuer},
    {"CERT_SERVER_SUBJECT", server_subject},
    {"CERT_SUBJECT", cert_subject},
    {"CONTENT_LENGTH", content_length},
    {"CONTENT_TYPE", content_type},
    {"HTTPS", https},
    {"HTTPS_KEYSIZE", key_size},
    {"HTTPS_SECRETKEYSIZE", secret_key_size},
    {"HTTPS_SERVER_ISSUER", server_issuer},
    {"HTTPS_SERVER_SUBJECT", server_subject},
    {"LOCAL_ADDR", local_address},
    {"LOGON_USER", auth_user},
    {"PATH_INFO", path_info},
    {"PATH_TRANSLATED", path_translated},
    {"QUERY_STRING", query_string},
    {"REMOTE_ADDR", remote_address},
    {"REMOTE_HOST", remote_address},
    {"REMOTE_PORT", remote_port},
    {"REMOTE_USER", auth_user},
    {"REQUEST_METHOD", request_method},
    {"SCRIPT_NAME", script_name},
    {"SERVER_NAME", server_name},
    {"SERVER_PORT", server_port},
    {"SERVER_PORT_SECURE", server_port_secure},
    {"SERVER_PROTOCOL", server_protocol},
    {"SERVER_SOFTWARE", server_software},
    {"URL", url},
};

/* HTTP_USER_AGENT -> the field User-Agent; '_' stands for '-' or itself. */
static const char *header_variable(const struct http_request *request, const char *name)
{
    size_t size = strlen(name);
    for (size_t i = 0; i < request->field_count; i++) {
        const char *field = request->fields[i].name;
        if (strlen(field) != size)
            continue;
        size_t at = 0;
        while (at < size && (plat_ascii_lower(field[at]) == plat_ascii_lower(name[at]) ||
                             (name[at] == '_' && field[at] == '-')))
            at++;
        if (at == size)
            return request->fields[i].value;
    }
    return NULL;
}

static bool write_variable(const struct httpd_exchange *x, const char *name, struct plat_buffer *out)
{
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        if (plat_ascii_equal_nocase(name, variables[i].name)) {
            variables[i].write(x, out);
            return true;
        }
    }
    if (!plat_ascii_equal_nocase_n(name, isapi_text_size(name, 5), "HTTP_", 5))
        return false;
    const char *value = header_variable(x->request, name + 5);
    if (value != NULL)
        plat_buffer_append_text(out, value);
    return value != NULL;
}

BOOL WINAPI isapi_get_server_variable(HCONN connection, LPSTR name, LPVOID buffer, LPDWORD size)
{
    struct isapi_call *call = isapi_call_of(connection);
    if (call == NULL)
        return FALSE;
    if (name == NULL || size == NULL)
        return isapi_result(ERROR_INVALID_PARAMETER);
    struct plat_buffer text;
    plat_buffer_init(&text, 2 * LIMIT_HEAD_SIZE);
    win_error error = ERROR_SUCCESS;
    if (!write_variable(call->exchange, name, &text))
        error = ERROR_INVALID_INDEX;
    else if (plat_buffer_text(&text) == NULL)
        error = text.failed;
    else if (buffer == NULL || *size < text.size + 1)
        error = ERROR_INSUFFICIENT_BUFFER;
    else
        CopyMemory(buffer, plat_buffer_text(&text), text.size + 1);
    if (error == ERROR_SUCCESS || error == ERROR_INSUFFICIENT_BUFFER)
        *size = (DWORD)text.size + 1; /* with the NUL, as IIS counts */
    plat_buffer_free(&text);
    return isapi_result(error);
}
