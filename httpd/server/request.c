/* SPDX-License-Identifier: Apache-2.0 */
/* The way in of a request: head, decision, certificate, password; then the handler. */
#include "server/connection.h"

#include "platform/memory.h"
#include "platform/text.h"
#include "server/pipes.h"

#include <string.h>

#define CREDENTIALS_SIZE (LIMIT_PASSWORD_SIZE + 1024U) /* bytes of "user:password" */

/* ---- the end ---- */

void httpd_request_end(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;

    if (!job)
        return;
    httpd_log_request(connection);
    connection->job = NULL;
    connection->must_close = false;
    httpd_job_release(job);
    /* The next request's time starts now, whatever kind of timer is running. */
    httpd_timer_stop(&connection->server->timers, &connection->timer);
}

/* ---- the body ---- */

enum http_body_result httpd_request_take_body(struct httpd_connection *connection, size_t most,
                                              void (*sink)(struct httpd_job *job, struct plat_span data))
{
    struct httpd_job *job = connection->job;
    struct plat_buffer *in = &connection->in;
    const uint8_t *bytes = in->data ? in->data : (const uint8_t *)"";
    size_t end = in->size < most ? in->size : most;
    enum http_body_result result = HTTP_BODY_MORE;
    size_t at = 0;

    do {
        struct plat_span data;
        size_t used;

        result = http_body_take(&job->body, bytes + at, end - at, &used, &data);
        at += used;
        if (result == HTTP_BODY_DATA)
            sink(job, data);
    } while (result == HTTP_BODY_DATA);
    plat_buffer_consume(in, at);
    return result;
}

static void append_ahead(struct httpd_job *job, struct plat_span data)
{
    plat_buffer_append(&job->ahead, data.data, data.size);
}

bool httpd_request_read_ahead(struct httpd_connection *connection, size_t most, bool *moved)
{
    struct httpd_job *job = connection->job;
    size_t before;

    *moved = false;
    do {
        before = connection->in.size;
        if (before == 0 || job->ahead.size >= most || http_body_over(&job->body))
            return true;
        if (httpd_request_take_body(connection, most - job->ahead.size, append_ahead) == HTTP_BODY_BAD) {
            connection->must_close = true;
            httpd_respond_status(connection, job->body.status, "", "malformed body");
            return false;
        }
        *moved = true;
    } while (connection->in.size < before);
    return true;
}

static void drop(struct httpd_job *job, struct plat_span data)
{
    (void)job;
    (void)data;
}

bool httpd_request_drain(struct httpd_connection *connection)
{
    bool moved = connection->in.size > 0;

    if (httpd_request_take_body(connection, SIZE_MAX, drop) == HTTP_BODY_BAD)
        connection->must_close = true;
    return moved;
}

/* ---- Basic credentials (RFC 7617) ---- */

/* "user:password" in base64, no control characters. What is no such thing counts as no credentials. */
static void read_credentials(struct httpd_job *job)
{
    const char *value = http_request_field(&job->request, "Authorization");
    struct plat_buffer text;
    char *colon;

    if (!value || !plat_ascii_equal_nocase_n(value, strcspn(value, " "), "Basic", 5))
        return;
    value += 5;
    value += strspn(value, " ");
    plat_buffer_init(&text, CREDENTIALS_SIZE);
    if (plat_base64_decode(&text, value, strlen(value), false) == ERROR_SUCCESS && plat_buffer_text(&text) &&
        memchr(text.data, '\0', text.size) == NULL && (colon = strchr((char *)text.data, ':')) != NULL) {
        job->credentials = plat_strndup((char *)text.data, text.size);
        job->credentials_size = text.size;
    }
    if (job->credentials) {
        colon = strchr(job->credentials, ':');
        *colon = '\0';
        job->password = colon + 1;
        job->facts.user = job->credentials;
        job->facts.password = HTTPD_PASSWORD_UNCHECKED;
    }
    if (text.data)
        plat_wipe(text.data, text.capacity);
    plat_buffer_free(&text);
}

static void check_password(void *context)
{
    struct httpd_job *job = context;

    /* Read by the loop behind the mailbox's mutex, which httpd_job_finished takes. */
    job->password_right = httpd_job_begin(job) && httpd_password_check(job->server->passwords, job->settings,
                                                                       job->facts.user, job->password);
    httpd_job_finished(job, false, 0);
}

static void decide(struct httpd_connection *connection);

static void start_password_check(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;

    if (httpd_password_known(connection->server->passwords, job->settings, job->facts.user, job->password)) {
        job->facts.password = HTTPD_PASSWORD_RIGHT;
        decide(connection);
    } else if (httpd_job_submit(job, connection->server->password_workers, check_password)) {
        job->why = "too many password checks wait for a worker";
        httpd_respond_status(connection, 503, "", NULL);
    } else {
        connection->phase = PHASE_PASSWORD;
    }
}

bool httpd_request_password_checked(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;

    if (job->with_worker)
        return false;
    job->facts.password = job->password_right ? HTTPD_PASSWORD_RIGHT : HTTPD_PASSWORD_WRONG;
    decide(connection);
    return true;
}

/* ---- the decision ---- */

static void look_at_certificate(struct httpd_connection *connection)
{
    struct httpd_server *server = connection->server;
    struct httpd_job *job = connection->job;
    struct httpd_facts *facts = &job->facts;
    struct httpd_client_certificate *certificate;

    facts->certificate = HTTPD_CERT_CANNOT_ASK;
    if (!connection->tls)
        return;
    facts->certificate = (enum httpd_certificate_state)httpd_tls_certificate_state(connection->tls);
    if (facts->certificate == HTTPD_CERT_NOT_ASKED && job->asked)
        facts->certificate = HTTPD_CERT_CANNOT_ASK;
    certificate = httpd_tls_certificate(connection->tls);
    if (facts->certificate != HTTPD_CERT_GIVEN || !certificate)
        return;
    if (!job->certificate)
        job->certificate = httpd_client_certificate_ref(certificate);
    facts->leaf = httpd_client_certificate_leaf(certificate);
    facts->trust_error = httpd_client_certificate_trust(server->verdicts, job->settings, certificate,
                                                        server->now, &facts->trust_finished);
}

static void ask_for_certificate(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    bool first = !job->asked;

    job->asked = true;
    if (first && connection->tls && httpd_tls_ask_certificate(connection->tls))
        connection->phase = PHASE_ASK;
    else if (first)
        decide(connection);
    else
        httpd_respond_status(connection, 403, "", NULL);
}

static void decide(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;

    look_at_certificate(connection);
    job->facts.path = job->path;
    httpd_decide(job->settings, &job->facts, &job->decision);
    switch (job->decision.verdict) {
    case HTTPD_ASK_FOR_CERTIFICATE:
        ask_for_certificate(connection);
        break;
    case HTTPD_CHECK_PASSWORD:
        if (job->facts.password == HTTPD_PASSWORD_UNCHECKED)
            start_password_check(connection);
        else
            httpd_respond_status(connection, 403, "", NULL);
        break;
    case HTTPD_ALLOW:
        if (job->decision.vroot->physical[0] == '\0') /* a vroot that leads nowhere; warned of at load */
            httpd_respond_status(connection, 404, "", NULL);
        else if (job->decision.target == HTTPD_TARGET_FILE)
            httpd_respond_file(connection);
        else
            httpd_extension_start(connection);
        break;
    case HTTPD_DENY:
    default:
        httpd_respond_decision(connection);
    }
}

void httpd_request_default_page(struct httpd_connection *connection, struct plat_span page)
{
    struct httpd_job *job = connection->job;
    size_t size = strlen(job->path);
    char *path = job->own_path ? NULL : plat_alloc(size + page.size + 1);

    if (!path) {
        httpd_respond_status(connection, 500, "", NULL);
        return;
    }
    memcpy(path, job->path, size);
    memcpy(path + size, page.data, page.size);
    path[size + page.size] = '\0';
    job->own_path = path;
    job->path = path;
    decide(connection);
}

/*
 * The body goes on arriving while the certificate is awaited. The seed: "If the Web Server has not received
 * the SSL client cert before reading PostReadSize bytes, it will terminate the request."
 */
bool httpd_request_wait_for_certificate(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    size_t most = job->settings->post_read_size;
    bool moved;

    if (!httpd_request_read_ahead(connection, most, &moved))
        return true;
    if (httpd_tls_state(connection->tls) != HTTPD_TLS_OPEN && job->request.has_body &&
        job->ahead.size >= most && !job->why) {
        job->why = "PostReadSize bytes came before the client's certificate";
        connection->must_close = true;
        /* A client that has begun to answer must finish its handshake before it can be told. */
        (void)httpd_tls_give_up_asking(connection->tls);
    }
    if (httpd_tls_state(connection->tls) != HTTPD_TLS_OPEN)
        return moved;
    if (job->why)
        httpd_respond_status(connection, 413, "", job->why);
    else
        decide(connection);
    return true;
}

void httpd_request_certificate_too_slow(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;

    if (httpd_tls_give_up_asking(connection->tls)) {
        decide(connection);
        return;
    }
    job->why = "the client did not finish its handshake in time";
    httpd_connection_close(connection);
}

/* ---- the head ---- */

/* A request that is not even one: answered and logged as far as it is known. */
static void refuse(struct httpd_connection *connection, uint32_t status, const char *why)
{
    connection->job = httpd_job_create(connection, (const uint8_t *)"", 0);
    if (!connection->job) {
        httpd_connection_close(connection);
        return;
    }
    connection->job->bad = status;
    connection->job->why = why;
    connection->must_close = true;
    httpd_respond_status(connection, status, "", why);
}

void httpd_request_head_too_slow(struct httpd_connection *connection)
{
    refuse(connection, 408, "the request head took too long");
}

/* RFC 9110 section 9.3.7: OPTIONS * asks about the server as a whole, which has nothing to tell. */
static void begin(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;

    if (job->bad) {
        connection->must_close = true;
        httpd_respond_status(connection, job->bad, "", job->why);
    } else if (strcmp(job->path, "*") == 0) {
        httpd_respond_status(connection, 204, "", NULL);
    } else {
        job->facts.secure = connection->secure;
        if (connection->tls) {
            struct httpd_tls_facts facts;

            httpd_tls_facts_of(connection->tls, &facts);
            job->facts.cipher_bits = facts.cipher_bits;
        }
        read_credentials(job);
        decide(connection);
    }
}

bool httpd_request_read_head(struct httpd_connection *connection)
{
    struct httpd_server *server = connection->server;
    struct plat_buffer *in = &connection->in;
    const char *why = NULL;
    uint32_t status = 0;
    size_t size = 0;

    if (in->size == 0)
        return false;
    switch (http_scan(&connection->scan, in->data, in->size, server->settings->max_head_size, &size, &status,
                      &why)) {
    case HTTP_SCAN_MORE:
        return false;
    case HTTP_SCAN_BAD:
        refuse(connection, status, why);
        break;
    case HTTP_SCAN_COMPLETE:
        httpd_server_adopt(server);
        connection->job =
            httpd_job_create(connection, in->data + connection->scan.start, size - connection->scan.start);
        if (!connection->job) {
            httpd_connection_close(connection);
            break;
        }
        plat_buffer_consume(in, size);
        begin(connection);
    }
    connection->scan = (struct http_scan){0};
    return true;
}
