/* SPDX-License-Identifier: Apache-2.0 */
/* Responses that the server makes itself: statuses, refusals, files. */
#include "server/connection.h"

#include "files/files.h"
#include "http/response.h"

#include <string.h>

#define ERROR_TEXT_SIZE 512U
#define FIELDS_SIZE 2048U /* holds the longest challenge: each byte of LIMIT_BASIC_REALM escaped */

/* What is left of a body is read away when that is little and will surely come; else the connection ends. */
static bool can_drain(const struct httpd_job *job)
{
    if (http_body_over(&job->body))
        return true;
    if (job->request.expect_continue && !job->continued)
        return false;
    return http_body_left(&job->body) <= LIMIT_POST_READ_SIZE;
}

bool httpd_respond_could_keep(const struct httpd_connection *connection)
{
    const struct httpd_job *job = connection->job;

    return job && !job->bad && job->request.keep_alive && !connection->must_close && can_drain(job);
}

bool httpd_respond_may_keep(const struct httpd_connection *connection)
{
    return !connection->last && httpd_respond_could_keep(connection);
}

static bool is_head(const struct httpd_connection *connection)
{
    return connection->job && strcmp(connection->job->request.method, "HEAD") == 0;
}

/* Appends the head; from here on the response is on its way. */
static void start(struct httpd_connection *connection, uint32_t status, const char *fields, uint64_t length)
{
    struct httpd_job *job = connection->job;
    const struct httpd_settings *settings = job ? job->settings : connection->server->settings;
    struct http_response response = {.status = status,
                                     .date = httpd_server_date(connection->server),
                                     .server = settings->server_id,
                                     .framing = status == 204 || status == 304 ? HTTP_FRAMING_NONE
                                                                               : HTTP_FRAMING_LENGTH,
                                     .length = length,
                                     .fields = fields};

    connection->keep = httpd_respond_may_keep(connection);
    response.keep_alive = connection->keep;
    response.say_keep_alive = job && job->request.version < 11;
    http_response_head(&response, &connection->out);
    if (job)
        job->status = status;
    connection->phase = PHASE_SEND;
}

void httpd_respond_status(struct httpd_connection *connection, uint32_t status, const char *fields,
                          const char *text)
{
    struct plat_buffer body, lines;

    plat_buffer_init(&body, ERROR_TEXT_SIZE);
    plat_buffer_init(&lines, LIMIT_REQUEST_TARGET * 4);
    plat_buffer_append_text(&lines, fields);
    if (status != 204 && status != 304) {
        http_error_text(status, text, &body);
        plat_buffer_append_text(&lines, "Content-Type: text/plain\r\n");
    }
    if (!plat_buffer_text(&lines) || body.failed) {
        connection->broken = true; /* no memory for an answer */
    } else {
        start(connection, status, plat_buffer_text(&lines), body.size);
        if (!is_head(connection))
            plat_buffer_append(&connection->out, body.data, body.size);
        if (connection->out.failed)
            connection->broken = true;
    }
    plat_buffer_free(&lines);
    plat_buffer_free(&body);
}

/* ---- files ---- */

static void send_answer(struct httpd_connection *connection, struct files_answer *answer)
{
    const char *fields = plat_buffer_text(&answer->fields);

    connection->job->why = answer->why;
    if (!fields) {
        httpd_respond_status(connection, 503, "", NULL);
        return;
    }
    if (answer->status != 200 && answer->status != 304) {
        httpd_respond_status(connection, answer->status, fields, NULL);
        return;
    }
    start(connection, answer->status, fields, answer->size);
    if (is_head(connection) || answer->status == 304)
        return;
    plat_buffer_append(&connection->out, answer->text.data, answer->text.size);
    if (answer->file && answer->size > 0) {
        connection->file = answer->file;
        connection->file_next = 0;
        connection->file_end = answer->size;
        answer->file = NULL;
    }
    if (connection->out.failed)
        connection->broken = true;
}

void httpd_respond_file(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    struct files_question question = {.root = connection->server->root,
                                      .settings = job->settings,
                                      .vroot = job->decision.vroot,
                                      .rest = job->decision.rest,
                                      .path = job->path,
                                      .request = &job->request,
                                      .now = connection->server->now};
    struct files_answer answer;

    files_answer(&question, &answer);
    if (answer.status == 0)
        httpd_request_default_page(connection, answer.page);
    else
        send_answer(connection, &answer);
    files_answer_free(&answer);
}

/* ---- refusals ---- */

/* RFC 7617 section 2.1. The realm is a quoted-string; what cannot stand in one is left out. */
static void append_challenge(struct plat_buffer *fields, const char *realm)
{
    plat_buffer_append_text(fields, "WWW-Authenticate: Basic realm=\"");
    for (const char *c = realm; *c; c++) {
        if (*c == '"' || *c == '\\')
            plat_buffer_append_u8(fields, '\\');
        if ((unsigned char)*c >= 0x20 && *c != 0x7f)
            plat_buffer_append_u8(fields, (uint8_t)*c);
    }
    plat_buffer_append_text(fields, "\", charset=\"UTF-8\"\r\n");
}

/*
 * A connection whose certificate was refused is closed: the client may come back with another (httpd/README.md, "Server").
 */
static bool closes_connection(const struct httpd_decision *decision)
{
    switch (decision->reason) {
    case HTTPD_REASON_CERTIFICATE_MISSING:
    case HTTPD_REASON_CANNOT_ASK:
    case HTTPD_REASON_CERTIFICATE_UNPROVEN:
    case HTTPD_REASON_CERTIFICATE_INVALID:
    case HTTPD_REASON_NOT_MAPPED:
        return true;
    default:
        return decision->status == 403 && decision->vroot && httpd_vroot_wants_certificate(decision->vroot);
    }
}

void httpd_respond_decision(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    const struct httpd_decision *decision = &job->decision;
    struct plat_buffer fields;
    const char *text;

    plat_buffer_init(&fields, FIELDS_SIZE);
    if (decision->status == 401 && job->settings->basic)
        append_challenge(&fields, job->settings->basic_realm);
    connection->must_close = connection->must_close || closes_connection(decision);
    job->why = httpd_reason_text(decision->reason);
    text = plat_buffer_text(&fields);
    httpd_respond_status(connection, decision->status, text ? text : "", NULL);
    plat_buffer_free(&fields);
}
