/* SPDX-License-Identifier: Apache-2.0 */
/* The server as a whole: its parts, and the loop. */
#include "server/server.h"

#include "platform/log.h"
#include "platform/memory.h"
#include "registry/registry.h"
#include "server/connection.h"

#include <stddef.h>

/* ---- parts ---- */

static win_error create_parts(struct httpd_server *server, const struct httpd_server_options *options,
                              struct plat_buffer *message)
{
    win_error error = plat_root_open(options->root_path, &server->root);

    if (error) {
        plat_buffer_printf(message, "%s: %s; --root names the folder that CE paths hang under",
                           options->root_path, win_error_text(error));
        return error;
    }
    error = plat_mutex_create(&server->mutex);
    if (!error)
        error = plat_poller_create(&server->poller);
    if (!error)
        error = httpd_tls_server_create(&server->tls);
    if (!error)
        error = httpd_verdicts_create(&server->verdicts);
    if (!error)
        error = httpd_password_cache_create(&server->passwords);
    if (!error)
        error = httpd_workers_create(LIMIT_WORKERS, LIMIT_WORK_QUEUE, &server->workers);
    if (!error)
        error = httpd_workers_create(LIMIT_PASSWORD_WORKERS, LIMIT_PASSWORD_QUEUE, &server->password_workers);
    if (!error)
        error = httpd_modules_create(server->root, &server->modules);
    if (error)
        plat_buffer_append_text(message, win_error_text(error));
    return error;
}

/* The settings, and the watcher that keeps them fresh. */
static win_error create_settings(struct httpd_server *server, const struct httpd_server_options *options,
                                 struct plat_buffer *message)
{
    struct reg_db *db;
    uint64_t known;
    win_error error = reg_db_open(options->registry_path, REG_OPEN_READ, &db, message);

    if (error)
        return error;
    reg_db_follow(db);
    known = reg_generation(db);
    error = httpd_settings_load_again(db, server->root, NULL, &server->settings, message);
    if (!error)
        error = httpd_listeners_apply(server, server->settings, message);
    if (error) {
        reg_db_close(db);
        return error;
    }
    server->timers.duration[HTTPD_TIMER_IDLE] = server->settings->idle_ms;
    error = httpd_watcher_start(server, db, known, &server->watcher);
    if (error)
        plat_buffer_append_text(message, win_error_text(error));
    return error;
}

static void look_at_clock(struct httpd_server *server)
{
    server->now_ms = plat_clock_monotonic_ms();
    server->now = plat_clock_unix();
}

win_error httpd_server_create(const struct httpd_server_options *options, struct httpd_server **server,
                              struct plat_buffer *message)
{
    struct httpd_server *made = plat_calloc(1, sizeof *made);
    win_error error;

    *server = NULL;
    if (!made) {
        plat_buffer_append_text(message, win_error_text(ERROR_NOT_ENOUGH_MEMORY));
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    httpd_timers_init(&made->timers);
    made->date_of = -1;
    look_at_clock(made);
    error = create_parts(made, options, message);
    if (!error)
        error = create_settings(made, options, message);
    if (error) {
        httpd_server_destroy(made);
        return error;
    }
    *server = made;
    return ERROR_SUCCESS;
}

static void close_connections(struct httpd_server *server)
{
    while (server->connections)
        httpd_connection_close(server->connections);
    for (struct httpd_connection *c = server->again; c; c = c->next_again)
        c->in_again = false;
    server->again = NULL;
    httpd_connections_free_closed(server);
}

void httpd_server_destroy(struct httpd_server *server)
{
    if (!server)
        return;
    httpd_watcher_stop(server->watcher);
    if (server->poller) {
        close_connections(server);
        httpd_listeners_close(server);
        httpd_listeners_free_closed(server);
    }
    httpd_workers_destroy(server->workers);
    httpd_workers_destroy(server->password_workers);
    if (server->mutex)
        httpd_mailbox_empty(server);
    if (server->modules)
        httpd_modules_destroy(server->modules);
    if (server->passwords)
        httpd_password_cache_free(server->passwords);
    if (server->verdicts)
        httpd_verdicts_free(server->verdicts);
    if (server->tls)
        httpd_tls_server_destroy(server->tls);
    httpd_settings_unref(server->offered);
    httpd_settings_unref(server->settings);
    if (server->poller)
        plat_poller_destroy(server->poller);
    if (server->mutex)
        plat_mutex_destroy(server->mutex);
    if (server->root)
        plat_root_close(server->root);
    plat_free(server);
}

void httpd_server_describe(const struct httpd_server *server, struct plat_buffer *text)
{
    for (const struct httpd_listener *l = server->listeners; l; l = l->next) {
        char address[PLAT_ADDRESS_TEXT_SIZE];

        plat_address_port_text(&l->address, address);
        plat_buffer_printf(text, "%s%s=%s", l == server->listeners ? "" : " ", l->secure ? "https" : "http",
                           address);
    }
}

const char *httpd_server_date(struct httpd_server *server)
{
    if (server->date_of != server->now) {
        plat_http_date(server->now, server->date);
        server->date_of = server->now;
    }
    return server->date;
}

/* ---- the loop ---- */

static void take_event(struct httpd_server *server, const struct plat_event *event)
{
    enum httpd_watched *watched = event->context;
    struct httpd_connection *connection;

    if (!watched) /* a wake: mailbox, settings and the stop flag are looked at in every round */
        return;
    if (*watched == HTTPD_LISTENER) {
        httpd_listener_accept(server, event->context);
        return;
    }
    connection = event->context;
    if (event->ready & PLAT_READABLE)
        connection->readable = true;
    if (event->ready & PLAT_WRITABLE)
        connection->writable = true;
    httpd_connection_run(connection);
    if (event->ready & PLAT_CLOSED) /* both directions are over; what could still be read has been */
        httpd_connection_close(connection);
}

static void run_again(struct httpd_server *server)
{
    struct httpd_connection *connection = server->again;

    server->again = NULL;
    while (connection) {
        struct httpd_connection *next = connection->next_again;

        connection->in_again = false;
        httpd_connection_run(connection);
        connection = next;
    }
}

static void begin_to_stop(struct httpd_server *server)
{
    server->stopping = true;
    server->stop_at = server->now_ms + LIMIT_STOP_MS;
    for (struct httpd_listener *l = server->listeners; l; l = l->next)
        httpd_listener_accept(server, l); /* those that wait in the kernel would be reset */
    httpd_listeners_close(server);
    for (struct httpd_connection *c = server->connections; c; c = c->next)
        httpd_connection_make_last(c);
}

static int wait_time(const struct httpd_server *server)
{
    int wait = httpd_timers_wait(&server->timers, server->now_ms);
    uint64_t end = server->stopping ? server->stop_at : server->accept_again;
    int left = end > server->now_ms ? (int)(end - server->now_ms) : 0;

    if (server->again)
        return 0;
    if ((server->stopping || server->accept_again) && (wait < 0 || wait > left))
        wait = left;
    return wait;
}

static win_error one_round(struct httpd_server *server)
{
    struct plat_event events[LIMIT_EVENTS];
    struct httpd_timer *timer;
    size_t count;
    win_error error = plat_poller_wait(server->poller, events, LIMIT_EVENTS, wait_time(server), &count);

    if (error)
        return error;
    look_at_clock(server);
    httpd_server_adopt(server);
    for (size_t i = 0; i < count; i++)
        take_event(server, &events[i]);
    httpd_mailbox_empty(server);
    run_again(server);
    while ((timer = httpd_timers_expired(&server->timers, server->now_ms)) != NULL)
        httpd_connection_expired(
            (struct httpd_connection *)(void *)((char *)timer - offsetof(struct httpd_connection, timer)));
    httpd_listeners_resume(server);
    httpd_listeners_free_closed(server);
    httpd_connections_free_closed(server);
    return ERROR_SUCCESS;
}

/*
 * Nobody waits for extensions and password checks any more. One that does not come to its end cannot be ended
 * from outside: it is named.
 */
static bool workers_end(struct httpd_server *server)
{
    uint64_t now = plat_clock_monotonic_ms();
    unsigned patience = LIMIT_STOP_WORKERS_MS;
    bool ended;

    if (server->stopping && server->stop_at > now + patience)
        patience = (unsigned)(server->stop_at - now);
    ended =
        httpd_workers_end(server->workers, patience) && httpd_workers_end(server->password_workers, patience);
    httpd_mailbox_empty(server);
    if (ended)
        return true;
    for (const struct httpd_job *job = server->working; job; job = job->next_working)
        if (atomic_load(&job->started))
            plat_log(PLAT_LOG_ERROR, "%s does not come to its end",
                     job->exchange.module ? job->exchange.module : "a password check");
    return false;
}

win_error httpd_server_run(struct httpd_server *server)
{
    win_error error = ERROR_SUCCESS;

    while (!error && !(server->stopping && (!server->connections || server->now_ms >= server->stop_at))) {
        error = one_round(server);
        if (!server->stopping && atomic_load(&server->stop))
            begin_to_stop(server);
    }
    close_connections(server);
    if (!workers_end(server) && !error)
        error = ERROR_TIMEOUT;
    return error;
}

void httpd_server_stop(struct httpd_server *server)
{
    atomic_store(&server->stop, true);
    plat_poller_wake(server->poller);
}
