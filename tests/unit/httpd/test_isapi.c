/* SPDX-License-Identifier: Apache-2.0 */
/* The ISAPI side of an exchange, against an exchange that keeps what it is given. */
#include "isapi/call.h"

#include "platform/lasterror.h"
#include "platform/memory.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- the exchange of these tests ---- */

static struct {
    uint32_t status;
    char reason[128], fields[1024], body[4096];
    size_t body_size;
    const char *more_body; /* what httpd_exchange_read gives, in pieces of `piece` */
    size_t piece;
    bool head_sent, connected, aborted;
} peer;

win_error httpd_exchange_read(struct httpd_exchange *x, void *buffer, size_t size, size_t *got)
{
    (void)x;
    size_t left = strlen(peer.more_body);
    *got = left < size ? left : size;
    if (*got > peer.piece)
        *got = peer.piece;
    memcpy(buffer, peer.more_body, *got);
    peer.more_body += *got;
    return peer.connected ? ERROR_SUCCESS : WSAECONNRESET;
}

win_error httpd_exchange_head(struct httpd_exchange *x, uint32_t status, const char *reason,
                              const char *fields)
{
    (void)x;
    if (peer.head_sent)
        return ERROR_INVALID_FUNCTION;
    peer.head_sent = true;
    peer.status = status;
    snprintf(peer.reason, sizeof peer.reason, "%s", reason);
    snprintf(peer.fields, sizeof peer.fields, "%s", fields);
    return ERROR_SUCCESS;
}

win_error httpd_exchange_write(struct httpd_exchange *x, const void *data, size_t size)
{
    (void)x;
    if (!peer.connected)
        return WSAECONNRESET;
    assert_true(peer.head_sent);
    assert_true(peer.body_size + size < sizeof peer.body);
    memcpy(peer.body + peer.body_size, data, size);
    peer.body_size += size;
    peer.body[peer.body_size] = '\0';
    return ERROR_SUCCESS;
}

bool httpd_exchange_head_sent(const struct httpd_exchange *x)
{
    (void)x;
    return peer.head_sent;
}

bool httpd_exchange_connected(struct httpd_exchange *x)
{
    (void)x;
    return peer.connected;
}

void httpd_exchange_abort(struct httpd_exchange *x)
{
    (void)x;
    peer.aborted = true;
    peer.connected = false;
}

void httpd_exchange_finish(struct httpd_exchange *x, bool keep_alive, uint32_t status_if_none)
{
    (void)x;
    (void)keep_alive;
    (void)status_if_none;
}

/* ---- fixture ---- */

static struct http_request request;
static struct httpd_settings settings;
static struct httpd_decision decision;
static struct httpd_exchange exchange;
static struct isapi_call call;

static int set_up(void **state)
{
    (void)state;
    memset(&peer, 0, sizeof peer);
    peer.connected = true;
    peer.more_body = "";
    peer.piece = 3;
    memset(&request, 0, sizeof request);
    request.method = "POST";
    request.query = "a=1&b=2";
    request.path = "/Accounts/x";
    request.version = 11;
    request.host = "device.example:8443";
    request.keep_alive = true;
    request.has_body = true;
    request.content_length = 10;
    request.raw_head = plat_span_of("Host: a\r\n", 9);
    request.fields[0] = (struct http_field){"User-Agent", "test/1"};
    request.fields[1] = (struct http_field){"Content-Type", "text/plain"};
    request.fields[2] = (struct http_field){"X_Odd-Name", "odd"};
    request.field_count = 3;
    memset(&settings, 0, sizeof settings);
    settings.server_id = "Cerium";
    memset(&decision, 0, sizeof decision);
    decision.user = "Alice";
    decision.user_is_mapped = true;
    exchange = (struct httpd_exchange){
        .request = &request,
        .settings = &settings,
        .decision = &decision,
        .remote = {.bytes = {127, 0, 0, 1}, .port = 40000},
        .local = {.bytes = {127, 0, 0, 1}, .port = 8443},
        .secure = true,
        .tls = {.cipher = "X", .cipher_bits = 128, .server_name = ""},
        .module = "\\windows\\accounting.dll",
        .script_path = "/Accounts",
        .path_info = "/x",
        .path_translated = "\\windows\\x",
    };
    plat_buffer_init(&exchange.log_text, 256);
    call = (struct isapi_call){.exchange = &exchange};
    call.ecb.ConnID = &call;
    plat_buffer_init(&call.raw_head, LIMIT_RESPONSE_HEAD);
    plat_last_error_set(0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    plat_buffer_free(&call.raw_head);
    plat_buffer_free(&exchange.log_text);
    return 0;
}

/* ---- response heads ---- */

static const struct {
    const char *status, *fields;
    win_error error;
    uint32_t code;
    const char *reason, *sent_fields, *body;
} heads[] = {
    {"200 OK", "A: b\r\n\r\n", ERROR_SUCCESS, 200, "OK", "A: b\r\n", ""},
    {NULL, NULL, ERROR_SUCCESS, 200, "OK", "", ""},
    {"", "A: b\n\n", ERROR_SUCCESS, 200, "OK", "A: b\r\n", ""},
    {"404", "A: b", ERROR_SUCCESS, 404, "", "A: b\r\n", ""}, /* CE 3.0: no blank line (KB290392) */
    {"404 Not Found", "A: b\r\n", ERROR_SUCCESS, 404, "Not Found", "A: b\r\n", ""},
    {"200 OK", "A: b\r\n\r\nthe body", ERROR_SUCCESS, 200, "OK", "A: b\r\n", "the body"},
    {"200 OK", "A:b\r\nC:\r\nD: \xc3\xa9\r\n\r\n", ERROR_SUCCESS, 200, "OK", "A:b\r\nC:\r\nD: \xc3\xa9\r\n",
     ""},
    {"100 Continue", "", ERROR_INVALID_DATA, 0, "", "", ""},
    {"600 X", "", ERROR_INVALID_DATA, 0, "", "", ""},
    {"20", "", ERROR_INVALID_DATA, 0, "", "", ""},
    {"OK", "", ERROR_INVALID_DATA, 0, "", "", ""},
    {"200OK", "", ERROR_INVALID_DATA, 0, "", "", ""},
    {"200 O\rK", "", ERROR_INVALID_DATA, 0, "", "", ""},
    {"200 OK", "no colon\r\n\r\n", ERROR_INVALID_DATA, 0, "", "", ""},
    {"200 OK", "A : b\r\n\r\n", ERROR_INVALID_DATA, 0, "", "", ""},
    {"200 OK", ": b\r\n\r\n", ERROR_INVALID_DATA, 0, "", "", ""},
    {"200 OK", " A: folded\r\n\r\n", ERROR_INVALID_DATA, 0, "", "", ""},
    {"200 OK", "A: b\rC: d\r\n\r\n", ERROR_INVALID_DATA, 0, "", "", ""},
};

static void heads_are_checked(void **state)
{
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        tear_down(state);
        set_up(state);
        char status[64], fields[256];
        snprintf(status, sizeof status, "%s", heads[i].status == NULL ? "" : heads[i].status);
        snprintf(fields, sizeof fields, "%s", heads[i].fields == NULL ? "" : heads[i].fields);
        BOOL done =
            isapi_server_support(&call, HSE_REQ_SEND_RESPONSE_HEADER, heads[i].status == NULL ? NULL : status,
                                 NULL, heads[i].fields == NULL ? NULL : (LPDWORD)(void *)fields);
        print_message("row %zu\n", i);
        assert_int_equal(done, heads[i].error == ERROR_SUCCESS);
        assert_int_equal(peer.head_sent, heads[i].error == ERROR_SUCCESS);
        if (heads[i].error != ERROR_SUCCESS) {
            assert_int_equal(plat_last_error_get(), heads[i].error);
            continue;
        }
        assert_int_equal(peer.status, heads[i].code);
        assert_string_equal(peer.reason, heads[i].reason);
        assert_string_equal(peer.fields, heads[i].sent_fields);
        assert_string_equal(peer.body, heads[i].body);
    }
}

static void a_second_head_is_refused(void **state)
{
    (void)state;
    assert_true(isapi_server_support(&call, HSE_REQ_SEND_RESPONSE_HEADER, NULL, NULL, NULL));
    assert_false(isapi_server_support(&call, HSE_REQ_SEND_RESPONSE_HEADER, NULL, NULL, NULL));
    assert_int_equal(plat_last_error_get(), ERROR_INVALID_FUNCTION);
}

static void header_ex_counts_and_closes(void **state)
{
    (void)state;
    HSE_SEND_HEADER_EX_INFO info = {"201 Created, and more", "A: b\r\n\r\nnot counted", 11, 8, FALSE};
    assert_true(isapi_server_support(&call, HSE_REQ_SEND_RESPONSE_HEADER_EX, &info, NULL, NULL));
    assert_int_equal(peer.status, 201);
    assert_string_equal(peer.reason, "Created");
    assert_string_equal(peer.body, "");
    assert_true(call.refuse_keep);
}

/* ---- WriteClient, ReadClient ---- */

static BOOL write_text(const char *text)
{
    char copy[256];
    snprintf(copy, sizeof copy, "%s", text);
    DWORD size = (DWORD)strlen(text);
    return isapi_write_client(&call, copy, &size, HSE_IO_SYNC);
}

static void a_body_without_a_head_gets_one(void **state)
{
    (void)state;
    assert_true(write_text("hello "));
    assert_true(write_text("world"));
    assert_int_equal(peer.status, 200);
    assert_string_equal(peer.fields, "Content-Type: text/html\r\n");
    assert_string_equal(peer.body, "hello world");
}

static void a_raw_head_is_taken_apart(void **state)
{
    (void)state;
    assert_true(write_text("HTTP/1.0 404 Not"));
    assert_false(peer.head_sent);
    assert_true(write_text(" Found\r\nX: y\r\n\r"));
    assert_false(peer.head_sent);
    assert_true(write_text("\nbody"));
    assert_int_equal(peer.status, 404);
    assert_string_equal(peer.fields, "X: y\r\n");
    assert_string_equal(peer.body, "body");
}

static void a_raw_head_without_end_goes_out_at_the_end(void **state)
{
    (void)state;
    assert_true(write_text("HTTP/1.1 204 None\r\nX: y\r\n"));
    assert_int_equal(isapi_end_raw_head(&call), ERROR_SUCCESS);
    assert_int_equal(peer.status, 204);
}

static void a_malformed_raw_head_is_refused(void **state)
{
    (void)state;
    assert_false(write_text("HTTP/1.1\r\n\r\n"));
    assert_int_equal(plat_last_error_get(), ERROR_INVALID_DATA);
    assert_false(peer.head_sent);
}

static void an_endless_raw_head_meets_its_limit(void **state)
{
    (void)state;
    BOOL done = write_text("HTTP/1.1 200 OK\r\n");
    size_t written = 0;
    while (done && written <= LIMIT_RESPONSE_HEAD) {
        done = write_text("X: 0123456789012345678901234567890123456789\r\n");
        written += 45;
    }
    assert_false(done);
    assert_int_equal(plat_last_error_get(), ERROR_FILE_TOO_LARGE);
}

static void write_client_checks_its_arguments(void **state)
{
    (void)state;
    DWORD size = 1;
    char byte = 'x';
    assert_false(isapi_write_client(&call, &byte, NULL, HSE_IO_SYNC));
    assert_false(isapi_write_client(&call, NULL, &size, HSE_IO_SYNC));
    assert_false(isapi_write_client(&call, &byte, &size, HSE_IO_ASYNC));
    assert_false(isapi_write_client(NULL, &byte, &size, HSE_IO_SYNC));
    assert_int_equal(plat_last_error_get(), ERROR_INVALID_PARAMETER);
    size = 0;
    assert_true(isapi_write_client(&call, NULL, &size, HSE_IO_SYNC));
    assert_false(peer.head_sent);
}

static void read_client_gives_what_comes(void **state)
{
    (void)state;
    peer.more_body = "abcde";
    char buffer[8];
    DWORD size = sizeof buffer;
    assert_true(isapi_read_client(&call, buffer, &size));
    assert_int_equal(size, 3);
    assert_memory_equal(buffer, "abc", 3);
    size = 1;
    assert_true(isapi_read_client(&call, buffer, &size));
    assert_int_equal(size, 1);
    size = sizeof buffer;
    assert_true(isapi_read_client(&call, buffer, &size));
    assert_true(isapi_read_client(&call, buffer, &size));
    assert_int_equal(size, 0);
    peer.connected = false;
    size = sizeof buffer;
    assert_false(isapi_read_client(&call, buffer, &size));
    assert_int_equal(plat_last_error_get(), WSAECONNRESET);
}

/* ---- GetServerVariable ---- */

static const struct {
    const char *name, *value; /* NULL = ERROR_INVALID_INDEX */
} variables[] = {
    {"ALL_RAW", "Host: a\r\n"},
    {"AUTH_TYPE", "SSL/PCT"},
    {"AUTH_USER", "Alice"},
    {"auth_user", "Alice"},
    {"AUTH_PASSWORD", ""},
    {"CERT_FLAGS", "0"},
    {"CERT_SUBJECT", ""},
    {"CERT_KEYSIZE", "128"},
    {"CONTENT_LENGTH", "10"},
    {"CONTENT_TYPE", "text/plain"},
    {"HTTPS", "on"},
    {"HTTPS_KEYSIZE", "128"},
    {"HTTPS_SERVER_SUBJECT", ""},
    {"LOCAL_ADDR", "127.0.0.1"},
    {"PATH_INFO", "/x"},
    {"PATH_TRANSLATED", "\\windows\\x"},
    {"QUERY_STRING", "a=1&b=2"},
    {"REMOTE_ADDR", "127.0.0.1"},
    {"REMOTE_PORT", "40000"},
    {"REQUEST_METHOD", "POST"},
    {"SCRIPT_NAME", "/Accounts"},
    {"SERVER_NAME", "device.example"},
    {"SERVER_PORT", "8443"},
    {"SERVER_PORT_SECURE", "1"},
    {"SERVER_PROTOCOL", "HTTP/1.1"},
    {"SERVER_SOFTWARE", "Cerium"},
    {"URL", "/Accounts/x"},
    {"HTTP_USER_AGENT", "test/1"},
    {"HTTP_X_ODD_NAME", "odd"},
    {"HTTP_ABSENT", NULL},
    {"NO_SUCH_VARIABLE", NULL},
    {"", NULL},
};

static void variables_have_their_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        char name[64], value[256];
        DWORD size = sizeof value;
        snprintf(name, sizeof name, "%s", variables[i].name);
        BOOL done = isapi_get_server_variable(&call, name, value, &size);
        print_message("%s\n", name);
        assert_int_equal(done, variables[i].value != NULL);
        if (variables[i].value == NULL) {
            assert_int_equal(plat_last_error_get(), ERROR_INVALID_INDEX);
            continue;
        }
        assert_string_equal(value, variables[i].value);
        assert_int_equal(size, strlen(value) + 1);
    }
}

static void a_small_buffer_is_told_the_size(void **state)
{
    (void)state;
    char name[] = "AUTH_USER";
    char value[6] = "?????";
    DWORD size = 5; /* "Alice" without room for its NUL */
    assert_false(isapi_get_server_variable(&call, name, value, &size));
    assert_int_equal(plat_last_error_get(), ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 6);
    assert_string_equal(value, "?????");
    assert_true(isapi_get_server_variable(&call, name, value, &size));
    assert_string_equal(value, "Alice");
}

/* ---- the other requests ---- */

static void redirects_are_one_line(void **state)
{
    (void)state;
    char good[] = "/elsewhere?x=1";
    DWORD size = (DWORD)strlen(good);
    assert_true(isapi_server_support(&call, HSE_REQ_SEND_URL_REDIRECT_RESP, good, &size, NULL));
    assert_int_equal(peer.status, 302);
    assert_string_equal(peer.fields, "Location: /elsewhere?x=1\r\nContent-Length: 0\r\n");
    tear_down(state);
    set_up(state);
    char bad[] = "/a\r\nSet-Cookie: x";
    size = (DWORD)strlen(bad);
    assert_false(isapi_server_support(&call, HSE_REQ_SEND_URL_REDIRECT_RESP, bad, &size, NULL));
    assert_false(peer.head_sent);
}

static void log_text_is_bounded(void **state)
{
    (void)state;
    char text[] = "first", more[] = "second";
    assert_true(isapi_server_support(&call, HSE_APPEND_LOG_PARAMETER, text, NULL, NULL));
    assert_true(isapi_server_support(&call, HSE_APPEND_LOG_PARAMETER, more, NULL, NULL));
    assert_string_equal(plat_buffer_text(&exchange.log_text), "first second");
    char large[300];
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    assert_false(isapi_server_support(&call, HSE_APPEND_LOG_PARAMETER, large, NULL, NULL));
}

static void keep_conn_tells_the_wish(void **state)
{
    (void)state;
    BOOL keep = FALSE;
    assert_true(isapi_server_support(&call, HSE_REQ_IS_KEEP_CONN, &keep, NULL, NULL));
    assert_true(keep);
    request.keep_alive = false;
    assert_true(isapi_server_support(&call, HSE_REQ_IS_KEEP_CONN, &keep, NULL, NULL));
    assert_false(keep);
}

static void closing_ends_reading_and_writing(void **state)
{
    (void)state;
    assert_true(isapi_server_support(&call, HSE_REQ_CLOSE_CONNECTION, NULL, NULL, NULL));
    assert_true(peer.aborted);
    assert_false(write_text("x"));
    char byte;
    DWORD size = 1;
    assert_false(isapi_read_client(&call, &byte, &size));
    BOOL connected = TRUE;
    assert_true(isapi_server_support(&call, HSE_REQ_IS_CONNECTED, &connected, NULL, NULL));
    assert_false(connected);
}

static void no_certificate_is_said_so(void **state)
{
    (void)state;
    BYTE room[16];
    CERT_CONTEXT_EX info = {.CertContext = {.pbCertEncoded = room, .cbCertEncoded = 9},
                            .cbAllocated = sizeof room};
    info.dwCertificateFlags = 7;
    assert_true(isapi_server_support(&call, HSE_REQ_GET_CERT_INFO_EX, &info, NULL, NULL));
    assert_int_equal(info.dwCertificateFlags, 0);
    assert_int_equal(info.CertContext.cbCertEncoded, 0);
}

static void unknown_requests_are_refused(void **state)
{
    (void)state;
    static const DWORD unknown[] = {0, 5, 1000, 1002, 1005, 1006, 1010, 1014, 4096};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        assert_false(isapi_server_support(&call, unknown[i], NULL, NULL, NULL));
        assert_int_equal(plat_last_error_get(), ERROR_INVALID_PARAMETER);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(heads_are_checked),
        TEST(a_second_head_is_refused),
        TEST(header_ex_counts_and_closes),
        TEST(a_body_without_a_head_gets_one),
        TEST(a_raw_head_is_taken_apart),
        TEST(a_raw_head_without_end_goes_out_at_the_end),
        TEST(a_malformed_raw_head_is_refused),
        TEST(an_endless_raw_head_meets_its_limit),
        TEST(write_client_checks_its_arguments),
        TEST(read_client_gives_what_comes),
        TEST(variables_have_their_values),
        TEST(a_small_buffer_is_told_the_size),
        TEST(redirects_are_one_line),
        TEST(log_text_is_bounded),
        TEST(keep_conn_tells_the_wish),
        TEST(closing_ends_reading_and_writing),
        TEST(no_certificate_is_said_so),
        TEST(unknown_requests_are_refused),
    };
    return cmocka_run_group_tests_name("isapi", tests, NULL, NULL);
}
