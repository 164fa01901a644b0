/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request that an ISAPI extension answers: what it is told, the body read ahead, and the loop's side of the
 * pipes while it runs.
 */
#include "server/connection.h"

#include "http/path.h"
#include "http/response.h"
#include "platform/log.h"
#include "platform/memory.h"
#include "server/pipes.h"

#include <stdio.h>
#include <string.h>

/* ---- what it is told ---- */

/*
 * Texts of an exchange, one behind the other; the pointers are set when all are there, for the buffer moves
 * as it grows.
 */
struct strings {
    struct plat_buffer text;
    size_t module, script_path, path_info, path_translated, cipher, server_name;
};

static size_t end_string(struct strings *strings, size_t start)
{
    plat_buffer_append_u8(&strings->text, '\0');
    return start;
}

static size_t add_string(struct strings *strings, const char *text, size_t size)
{
    size_t start = strings->text.size;

    plat_buffer_append(&strings->text, text, size);
    return end_string(strings, start);
}

static size_t add_physical(struct strings *strings, const struct httpd_vroot *vroot, const char *rest)
{
    size_t start = strings->text.size;

    http_path_append_physical(&strings->text, vroot->physical, rest);
    return end_string(strings, start);
}

static const char *file_name_of(const char *path)
{
    const char *name = path;

    for (const char *c = path; *c; c++)
        if (*c == '/' || *c == '\\')
            name = c + 1;
    return name;
}

/*
 * The module itself was named, by the vroot or by a segment of the path; what is behind its name is
 * PATH_INFO.
 */
static bool name_extension(struct strings *strings, const struct httpd_job *job)
{
    const struct httpd_decision *decision = &job->decision;
    size_t info_size = strlen(decision->rest) - decision->name_end;
    size_t script_size = strlen(job->path) - info_size;
    const char *info = job->path + script_size;
    const char *info_rest = "";
    const struct httpd_vroot *info_vroot =
        info_size > 0 ? httpd_vroot_find(job->settings, info, &info_rest) : NULL;
    char *part = plat_strndup(decision->rest, decision->name_end);

    if (!part)
        return false;
    strings->module = add_physical(strings, decision->vroot, part);
    plat_free(part);
    strings->script_path = add_string(strings, job->path, script_size);
    strings->path_info = add_string(strings, info, info_size);
    if (info_vroot)
        strings->path_translated = add_physical(strings, info_vroot, info_rest);
    else
        strings->path_translated = add_string(strings, "", 0);
    return true;
}

/*
 * A file was named whose extension is mapped to a module: PATH_INFO is the script's own URL path, as on IIS.
 */
static bool name_script(struct strings *strings, const struct httpd_job *job)
{
    const struct httpd_decision *decision = &job->decision;
    size_t info_size = strlen(decision->rest) - decision->name_end;
    size_t script_size = strlen(job->path) - info_size;
    char *script = plat_strndup(job->path, script_size);
    const struct httpd_script_map *map =
        !script ? NULL
                : httpd_script_map_find(
                      job->settings, file_name_of(decision->name_end ? script : decision->vroot->physical));

    plat_free(script);
    if (!map)
        return false;
    strings->module = add_string(strings, map->module, strlen(map->module));
    strings->script_path = add_string(strings, job->path, script_size);
    strings->path_info = add_string(strings, job->path, strlen(job->path));
    strings->path_translated = add_physical(strings, decision->vroot, decision->rest);
    return true;
}

static bool fill_texts(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    struct httpd_exchange *exchange = &job->exchange;
    struct strings strings = {.text = {0}};
    bool named;

    plat_buffer_init(&strings.text, 8 * LIMIT_REQUEST_TARGET + 8 * LIMIT_PATH_SIZE);
    named = job->decision.target == HTTPD_TARGET_SCRIPT ? name_script(&strings, job)
                                                        : name_extension(&strings, job);
    if (connection->tls)
        httpd_tls_facts_of(connection->tls, &exchange->tls);
    /* The connection may end before the worker does: nothing of it is borrowed. */
    strings.cipher = add_string(&strings, exchange->tls.cipher ? exchange->tls.cipher : "",
                                exchange->tls.cipher ? strlen(exchange->tls.cipher) : 0);
    strings.server_name = add_string(&strings, exchange->tls.server_name ? exchange->tls.server_name : "",
                                     exchange->tls.server_name ? strlen(exchange->tls.server_name) : 0);
    if (!named || strings.text.failed) {
        plat_buffer_free(&strings.text);
        return false;
    }
    job->strings = (char *)strings.text.data;
    exchange->module = job->strings + strings.module;
    exchange->script_path = job->strings + strings.script_path;
    exchange->path_info = job->strings + strings.path_info;
    exchange->path_translated = job->strings + strings.path_translated;
    exchange->tls.cipher = job->strings + strings.cipher;
    exchange->tls.server_name = job->strings + strings.server_name;
    return true;
}

static bool fill_exchange(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    struct httpd_exchange *exchange = &job->exchange;

    exchange->request = &job->request;
    exchange->settings = job->settings;
    exchange->decision = &job->decision;
    exchange->root = connection->server->root;
    exchange->remote = connection->remote;
    exchange->secure = connection->secure;
    exchange->certificate_state = (int)job->facts.certificate;
    exchange->certificate = job->certificate;
    exchange->trust_error = job->facts.trust_error;
    exchange->password = job->facts.password == HTTPD_PASSWORD_RIGHT ? job->password : NULL;
    if (plat_socket_local(connection->socket, &exchange->local))
        return false;
    return fill_texts(connection);
}

/* ---- the start ---- */

static void call_extension(void *context)
{
    struct httpd_job *job = context;

    /* It runs even when its client has gone: the request may be meant to change something. */
    (void)httpd_job_begin(job);
    httpd_isapi_run(job->server->modules, &job->exchange);
}

static void run_on_worker(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    bool drops_body = strcmp(job->request.method, "HEAD") == 0;

    job->exchange.body_ahead = plat_span_of(job->ahead.data, job->ahead.size);
    if (httpd_pipes_create(httpd_job_notify, job, drops_body, &job->exchange.pipes)) {
        httpd_respond_status(connection, 503, "", NULL);
        return;
    }
    if (http_body_over(&job->body)) {
        httpd_pipes_end_input(job->exchange.pipes, ERROR_SUCCESS);
        job->input_over = true;
    }
    if (httpd_job_submit(job, connection->server->workers, call_extension)) {
        job->why = "too many requests wait for a worker";
        httpd_respond_status(connection, 503, "", NULL);
        return;
    }
    httpd_patience_begin(&job->patience, connection->moved);
    connection->phase = PHASE_RUN;
}

void httpd_extension_start(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;

    if (!fill_exchange(connection)) {
        httpd_respond_status(connection, 500, "", NULL);
        return;
    }
    connection->phase = PHASE_AHEAD;
    /* Only here, behind certificate and decision, is a client with Expect told to send its body. */
    if (job->request.expect_continue && !http_body_over(&job->body) && job->ahead.size == 0 &&
        connection->in.size == 0) {
        plat_buffer_append_text(&connection->out, "HTTP/1.1 100 Continue\r\n\r\n");
        job->continued = true;
    }
}

bool httpd_extension_read_ahead(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    bool moved;

    if (!httpd_request_read_ahead(connection, job->settings->post_read_size, &moved))
        return true;
    if (job->ahead.failed) {
        httpd_respond_status(connection, 503, "", NULL);
        return true;
    }
    if (job->ahead.size < job->settings->post_read_size && !http_body_over(&job->body))
        return moved;
    run_on_worker(connection);
    return true;
}

/* ---- while it runs ---- */

static void put_body(struct httpd_job *job, struct plat_span data)
{
    httpd_pipes_put(job->exchange.pipes, data.data, data.size);
}

static void end_input(struct httpd_job *job, win_error error)
{
    httpd_pipes_end_input(job->exchange.pipes, error);
    job->input_over = true;
}

static bool push_body(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    size_t before = connection->in.size;
    size_t room;

    if (job->input_over)
        return false;
    room = before > 0 ? httpd_pipes_room(job->exchange.pipes) : 0;
    if (room > 0)
        switch (httpd_request_take_body(connection, room, put_body)) {
        case HTTP_BODY_END:
            end_input(job, ERROR_SUCCESS);
            break;
        case HTTP_BODY_BAD:
            connection->must_close = true;
            end_input(job, ERROR_INVALID_DATA);
            break;
        default:
            break;
        }
    if (!job->input_over && connection->peer_done && connection->in.size == 0)
        end_input(job, WSAECONNRESET);
    return connection->in.size < before;
}

/* The extension's head becomes ours. false: it cannot be sent, and something else was. */
static bool make_head(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    const struct httpd_pipes *pipes = job->exchange.pipes; /* its head does not change any more */
    struct http_response response = {.status = pipes->status,
                                     .reason = pipes->reason,
                                     .date = httpd_server_date(connection->server),
                                     .server = job->settings->server_id};
    struct http_own_fields own;
    struct plat_buffer fields;
    bool bodiless =
        pipes->status == 204 || pipes->status == 304; /* RFC 9112 section 6.3: nothing about a body */

    plat_buffer_init(&fields, LIMIT_RESPONSE_HEAD);
    if (http_own_fields(pipes->fields, &fields, &own) || !plat_buffer_text(&fields)) {
        plat_buffer_free(&fields);
        job->why = "the extension's response head is malformed or too long";
        return false;
    }
    if (bodiless)
        response.framing = HTTP_FRAMING_NONE;
    else if (own.has_length)
        response.framing = HTTP_FRAMING_LENGTH;
    else if (pipes->body_dropped)
        response.framing = HTTP_FRAMING_NONE;
    else
        response.framing = job->request.version >= 11 ? HTTP_FRAMING_CHUNKED : HTTP_FRAMING_CLOSE;
    response.length = own.length;
    response.fields = plat_buffer_text(&fields);
    connection->body_left = own.has_length && !bodiless ? own.length : UINT64_MAX;
    connection->body_chunked = response.framing == HTTP_FRAMING_CHUNKED;
    /* What is known by now; a client must reckon with a close at any time anyway (RFC 9112 section 9.5). */
    job->head_keeps = job->request.keep_alive && !connection->must_close && !connection->last &&
                      !own.closes && response.framing != HTTP_FRAMING_CLOSE &&
                      (job->with_worker || job->keep_wish);
    response.keep_alive = job->head_keeps;
    response.say_keep_alive = job->request.version < 11;
    http_response_head(&response, &connection->out);
    plat_buffer_free(&fields);
    job->head_made = true;
    job->status = pipes->status;
    return true;
}

static void append_body(struct httpd_connection *connection, size_t size)
{
    struct plat_buffer *out = &connection->out;
    size_t most = connection->body_left < size ? (size_t)connection->body_left : size;
    uint8_t *room;

    if (connection->body_chunked)
        plat_buffer_printf(out, "%zx\r\n", size);
    room = plat_buffer_reserve(out, size);
    if (!room) {
        connection->broken = true;
        return;
    }
    httpd_pipes_take(connection->job->exchange.pipes, room, size);
    plat_buffer_advance(out, most); /* what is beyond the promised length is dropped */
    if (!connection->body_chunked && connection->body_left != UINT64_MAX)
        connection->body_left -= most;
    if (most < size)
        connection->must_close = true;
    if (connection->body_chunked)
        plat_buffer_append_text(out, "\r\n");
    if (out->failed)
        connection->broken = true;
}

/* The worker is done and everything it wrote is in `out`. */
static void finish(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    bool length_kept = connection->body_left == 0 || connection->body_left == UINT64_MAX ||
                       job->exchange.pipes->body_dropped;

    if (!job->head_made) {
        if (!job->why)
            job->why = "the extension gave no answer";
        httpd_respond_status(connection, job->status_if_none, "", NULL);
        return;
    }
    if (connection->body_chunked)
        plat_buffer_append_text(&connection->out, "0\r\n\r\n");
    if (!length_kept)
        job->why = "the extension wrote less than its Content-Length";
    connection->keep =
        job->head_keeps && job->keep_wish && length_kept && httpd_respond_could_keep(connection);
    connection->phase = PHASE_SEND;
}

static bool pull_response(struct httpd_connection *connection)
{
    struct httpd_job *job = connection->job;
    struct httpd_pipes_view view;
    bool done = !job->with_worker; /* before the look: then the look has seen all */
    bool moved = false;

    if (connection->out.size - connection->out_sent >= LIMIT_PIPE_SIZE)
        return false;
    httpd_pipes_look(job->exchange.pipes, &view);
    job->reader_waits = view.reader_waits;
    if (view.aborted) {
        connection->broken = true;
        return false;
    }
    if (connection->out_sent > 0) {
        plat_buffer_consume(&connection->out, connection->out_sent);
        connection->out_sent = 0;
    }
    if (view.head && !job->head_made && (view.bytes > 0 || view.reader_waits || done)) {
        if (!make_head(connection)) {
            httpd_respond_status(connection, 500, "", NULL);
            return true;
        }
        moved = true;
    }
    if (view.bytes > 0 && !connection->broken) {
        append_body(connection, view.bytes);
        moved = true;
    }
    if (done && !connection->broken) {
        finish(connection);
        moved = true;
    }
    return moved;
}

bool httpd_extension_run(struct httpd_connection *connection)
{
    bool moved = push_body(connection);

    return pull_response(connection) || moved;
}
