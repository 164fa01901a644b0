/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line a request ("Using Web Server Logging" ee500201): date, time, client, method, path, status as CE
 * writes them, then what else there is to say. The query stays out: it may hold secrets.
 *     Tue, 08 Oct 2002 22:17:12 192.168.0.2 GET /WebAdmin 401
 */
#include "server/connection.h"

#include "http/response.h"
#include "platform/log.h"

#include <inttypes.h>
#include <string.h>

#define WORD_SHOWN 400U /* bytes of a method or path; the line has other things to say */

/* name=value, in quotes when the value has blanks or quotes. */
static void append_value(struct plat_buffer *line, const char *name, const char *value)
{
    bool quoted = *value == '\0' || strpbrk(value, " \"\\=") != NULL;

    plat_buffer_append_u8(line, ' ');
    plat_buffer_append_text(line, name);
    plat_buffer_append_u8(line, '=');
    if (!quoted) {
        plat_buffer_append_text(line, value);
        return;
    }
    plat_buffer_append_u8(line, '"');
    for (const char *c = value; *c; c++) {
        if (*c == '"' || *c == '\\')
            plat_buffer_append_u8(line, '\\');
        plat_buffer_append_u8(line, (uint8_t)*c);
    }
    plat_buffer_append_u8(line, '"');
}

static void append_certificate(struct plat_buffer *line, const struct httpd_job *job)
{
    const struct cert *leaf = httpd_client_certificate_leaf(job->certificate);
    struct plat_buffer issuer;

    plat_buffer_printf(line, " trust=0x%08" PRIx32 "(", job->facts.trust_error);
    cert_trust_error_names(job->facts.trust_error, line);
    plat_buffer_printf(line, ") left=0x%08" PRIx32 " serial=", job->decision.trust_left);
    cert_hex_append(line, cert_serial_number(leaf), 0);
    plat_buffer_init(&issuer, LIMIT_LOG_LINE);
    cert_name_text(leaf->issuer, &issuer);
    append_value(line, "issuer", plat_buffer_text(&issuer) ? plat_buffer_text(&issuer) : "");
    plat_buffer_free(&issuer);
}

/* A certificate shows where it decided something: on a vroot that asked for it. */
static bool shows_certificate(const struct httpd_job *job)
{
    return job->certificate && job->decision.vroot && httpd_vroot_wants_certificate(job->decision.vroot);
}

static void append_extras(struct plat_buffer *line, struct httpd_job *job)
{
    if (job->decision.user)
        append_value(line, "user", job->decision.user);
    else if (job->decision.reason == HTTPD_REASON_PASSWORD_WRONG && job->facts.user)
        append_value(line, "user", job->facts.user);
    if (job->why)
        append_value(line, "reason", job->why);
    if (shows_certificate(job))
        append_certificate(line, job);
    /* A worker that still runs (its client is gone) may be writing to the text. */
    if (!job->with_worker && job->exchange.log_text.size > 0) {
        plat_buffer_append_u8(line, ' ');
        plat_buffer_append(line, job->exchange.log_text.data, job->exchange.log_text.size);
    }
}

static void log_line(struct plat_buffer *line)
{
    const char *text = plat_buffer_text(line);

    plat_log(PLAT_LOG_ACCESS, "%s", text ? text : "a request was served, but there was no memory to log it");
    plat_buffer_free(line);
}

/* Date and time without the zone word, and the client. */
static void start_line(const struct httpd_connection *connection, struct plat_buffer *line)
{
    char address[PLAT_ADDRESS_TEXT_SIZE];

    plat_buffer_init(line, 8 * LIMIT_LOG_LINE);
    plat_address_text(&connection->remote, address);
    plat_buffer_append(line, httpd_server_date(connection->server), PLAT_HTTP_DATE_SIZE - sizeof " GMT");
    plat_buffer_append_u8(line, ' ');
    plat_buffer_append_text(line, address);
    plat_buffer_append_u8(line, ' ');
}

static void append_bounded(struct plat_buffer *line, const char *word)
{
    size_t size = strlen(word);

    plat_buffer_append(line, word, size < WORD_SHOWN ? size : WORD_SHOWN);
    plat_buffer_append_text(line, size > WORD_SHOWN ? "... " : " ");
}

void httpd_log_request(const struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    struct plat_buffer line;

    if (job->logged)
        return;
    job->logged = true;
    start_line(connection, &line);
    if (job->status == 0 && !job->why)
        job->why = "the client went away";
    append_bounded(&line, *job->request.method ? job->request.method : "-");
    append_bounded(&line, *job->request.raw_path ? job->request.raw_path : "-");
    http_append_decimal(&line, job->status);
    append_extras(&line, job);
    log_line(&line);
}

void httpd_log_failed_handshake(const struct httpd_connection *connection)
{
    const char *failure = httpd_tls_failure(connection->tls);
    struct plat_buffer line;

    if (!failure)
        return;
    start_line(connection, &line);
    plat_buffer_append_text(&line, "- - 0");
    append_value(&line, "reason", failure);
    log_line(&line);
}
