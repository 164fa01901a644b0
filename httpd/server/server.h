/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event loop's own data (private to server/). One thread runs it all: connections, listeners, timers.
 * Other threads reach it through the mailbox alone: workers with jobs, the watcher of the registry with
 * settings.
 */
#ifndef CERIUM_HTTPD_SERVER_PRIVATE_H
#define CERIUM_HTTPD_SERVER_PRIVATE_H

#include "access/client_certificate.h"
#include "access/password.h"
#include "httpd/server.h"
#include "isapi/isapi.h"
#include "platform/clock.h"
#include "platform/limits.h"
#include "platform/net.h"
#include "platform/thread.h"
#include "server/timers.h"
#include "settings/settings.h"
#include "tls/tls.h"
#include "worker/worker.h"

#include <stdatomic.h>

struct httpd_connection;
struct httpd_job;
struct httpd_watcher;

/* What a poller's context points at: the first member of listeners and connections. */
enum httpd_watched { HTTPD_LISTENER, HTTPD_CONNECTION };

struct httpd_listener {
    enum httpd_watched watched;
    struct httpd_listener *next;
    struct plat_address wanted;  /* as the settings say: port 0 stays 0 */
    struct plat_address address; /* as bound */
    plat_socket socket;
    bool secure;
    bool keep; /* while listeners are compared with new settings */
    uint32_t id;
};

struct httpd_server {
    struct plat_poller *poller;
    struct plat_root *root;
    struct httpd_settings *settings; /* what the next request gets */
    struct httpd_tls_server *tls;
    struct httpd_verdicts *verdicts;
    struct httpd_password_cache *passwords;
    struct httpd_workers *workers;          /* for extensions */
    struct httpd_workers *password_workers; /* slow hashes must not wait for extensions, nor these for them */
    struct httpd_job *working;              /* jobs that a worker has, or that wait for one */
    struct httpd_modules *modules;
    struct httpd_watcher *watcher;

    struct httpd_listener *listeners;
    struct httpd_listener *closed_listeners; /* freed when no event can name them any more */
    uint32_t last_listener_id;
    uint64_t accept_again; /* monotonic ms; 0 = accepting */

    struct httpd_timers timers;
    struct httpd_connection *connections;
    struct httpd_connection *again;  /* have more to do without an event */
    struct httpd_connection *closed; /* freed when no event can name them any more */
    size_t connection_count;         /* without the refused ones */
    size_t refused_count;
    int64_t refusal_told; /* unix seconds */

    uint64_t now_ms; /* monotonic, of this round of the loop */
    int64_t now;     /* unix seconds, the same */
    int64_t date_of; /* the second that `date` is of */
    char date[PLAT_HTTP_DATE_SIZE];

    atomic_bool stop;
    bool stopping; /* the loop has seen it */
    uint64_t stop_at;

    /* the mailbox */
    struct plat_mutex *mutex;
    struct httpd_job *posted;
    struct httpd_settings *offered;
    atomic_bool settings_offered;

    uint8_t scratch[LIMIT_FILE_CHUNK]; /* for one send or receive; holds nothing between */
};

/* ---- settings: adopt.c ---- */
/* The watcher's: hands over one reference. The next request gets them. */
void httpd_server_offer(struct httpd_server *server, struct httpd_settings *settings);
/* The loop's, before each request: makes offered settings the current ones. */
void httpd_server_adopt(struct httpd_server *server);

/* ---- listeners.c ---- */
/*
 * Makes the listeners what the settings ask for; those that stay the same are not touched (port 0 keeps its
 * port). An address that cannot be bound: `message` says which setting and why, and the listeners are what they
 * were before.
 */
PLAT_MUST_USE win_error httpd_listeners_apply(struct httpd_server *server,
                                              const struct httpd_settings *settings,
                                              struct plat_buffer *message);
void httpd_listeners_close(struct httpd_server *server);
void httpd_listeners_free_closed(struct httpd_server *server);
void httpd_listener_accept(struct httpd_server *server, struct httpd_listener *listener);
/* Accepting was stopped for want of file numbers: goes on when its time has come. */
void httpd_listeners_resume(struct httpd_server *server);

/* ---- watcher.c ---- */
struct reg_db;
/*
 * Starts the thread that loads settings whenever the registry changes; it owns the db. `known`: the
 * generation that is served already.
 */
PLAT_MUST_USE win_error httpd_watcher_start(struct httpd_server *server, struct reg_db *db, uint64_t known,
                                            struct httpd_watcher **watcher);
void httpd_watcher_stop(struct httpd_watcher *watcher); /* joins; NULL is allowed */

/* The date of this second, for the Date field. */
const char *httpd_server_date(struct httpd_server *server);

#endif
