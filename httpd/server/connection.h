/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection as a state machine (private to server/). Bytes go socket -> [TLS] -> in -> phase, and phase ->
 * out and file -> [TLS] -> socket; httpd_connection_run moves them until nothing moves any more, and then
 * tells the poller what to wait for.
 */
#ifndef CERIUM_HTTPD_CONNECTION_H
#define CERIUM_HTTPD_CONNECTION_H

#include "http/parse.h"
#include "platform/file.h"
#include "server/job.h"
#include "server/server.h"

enum httpd_phase {
    PHASE_HANDSHAKE, /* TLS only */
    PHASE_HEAD,      /* waits for a request's head, or reads it */
    PHASE_ASK,       /* waits for the client's certificate; reads the body ahead */
    PHASE_PASSWORD,  /* a worker checks a password */
    PHASE_AHEAD,     /* reads the body ahead of an extension's call */
    PHASE_RUN,       /* an extension runs */
    PHASE_SEND,      /* the response is complete but for its way out */
    PHASE_DRAIN,     /* throws away what is left of the body */
    PHASE_GOODBYE,   /* sends TLS's close_notify */
    PHASE_LINGER, /* has shut down its side, reads the client's away: a reset could overtake the response */
    PHASE_CLOSED
};

struct httpd_connection {
    enum httpd_watched watched;
    enum httpd_phase phase;
    struct httpd_server *server;
    struct httpd_connection *previous, *next; /* of server->connections; next also in ->closed */
    struct httpd_connection *next_again;
    struct httpd_timer timer;
    plat_socket socket;
    struct plat_address remote;
    uint32_t listener;
    bool secure;
    bool in_again;
    bool refused;  /* beyond MaxConnections */
    bool readable; /* the socket may have bytes: no read has come back empty since the poller said so */
    bool writable;
    bool peer_done;  /* the client has shut down its side */
    bool lingers;    /* at its end */
    bool broken;     /* reset, or TLS failed: nothing can be sent any more */
    bool keep;       /* after this response */
    bool must_close; /* whatever the request says */
    bool last;       /* no request after this one: the server stops, or the listener is gone */
    unsigned interest;
    struct httpd_tls *tls;
    struct http_scan scan;
    struct plat_buffer in;  /* received, not used */
    struct plat_buffer out; /* to be sent, from out_sent on */
    size_t out_sent;
    struct plat_file *file; /* to be sent behind it */
    uint64_t file_next, file_end;
    uint64_t body_left; /* of an extension's Content-Length */
    bool body_chunked;
    uint32_t lingered;
    uint64_t moved; /* bytes received and sent */
    struct httpd_job *job;
};

/* ---- connection.c ---- */
/* Takes over the socket. refused: only to be told 503. */
void httpd_connection_open(struct httpd_server *server, plat_socket socket, const struct plat_address *remote,
                           const struct httpd_listener *listener, bool refused);
/*
 * Moves what can be moved. The connection may be closed afterwards, but is not freed before the loop's next
 * round.
 */
void httpd_connection_run(struct httpd_connection *connection);
void httpd_connection_expired(struct httpd_connection *connection);
void httpd_connection_close(struct httpd_connection *connection);
/* No request after the current one; an idle connection is closed in this round of the loop. */
void httpd_connection_make_last(struct httpd_connection *connection);
void httpd_connections_free_closed(struct httpd_server *server);

/* ---- goodbye.c ---- */
void httpd_goodbye_say(struct httpd_connection *connection);
bool httpd_goodbye_finish(struct httpd_connection *connection); /* PHASE_GOODBYE's step */
bool httpd_goodbye_linger(struct httpd_connection *connection); /* PHASE_LINGER's step */
/* TLS is over: by the client's close_notify, or it failed, then an alert may still want to go out. */
void httpd_goodbye_after_tls(struct httpd_connection *connection);

/* ---- transport.c: true = something moved ---- */
bool httpd_transport_receive(struct httpd_connection *connection,
                             size_t most); /* fills `in` up to `most` bytes */
bool httpd_transport_send(struct httpd_connection *connection);
bool httpd_transport_all_sent(const struct httpd_connection *connection);
bool httpd_transport_wants_to_send(const struct httpd_connection *connection);
bool httpd_transport_can_receive(const struct httpd_connection *connection);
bool httpd_transport_discard(struct httpd_connection *connection); /* reads raw bytes away */

/* ---- request.c: the way in ---- */
bool httpd_request_read_head(struct httpd_connection *connection);
bool httpd_request_wait_for_certificate(struct httpd_connection *connection);
bool httpd_request_password_checked(struct httpd_connection *connection);
bool httpd_request_drain(struct httpd_connection *connection);
void httpd_request_head_too_slow(struct httpd_connection *connection);
void httpd_request_certificate_too_slow(struct httpd_connection *connection);
void httpd_request_end(struct httpd_connection *connection); /* logs and frees the job, if there is one */
/*
 * Decodes body bytes out of `in` and gives them to `sink`, at most `most` (counted roughly: framing counts as
 * well). HTTP_BODY_MORE: all input used or `most` reached.
 */
enum http_body_result httpd_request_take_body(struct httpd_connection *connection, size_t most,
                                              void (*sink)(struct httpd_job *job, struct plat_span data));
/* Into job->ahead, up to `most` bytes there. false: malformed, and answered. */
bool httpd_request_read_ahead(struct httpd_connection *connection, size_t most, bool *moved);

/* The directory asked for has a default page that is run, not read: decides about that. */
void httpd_request_default_page(struct httpd_connection *connection, struct plat_span page);

/* ---- extension.c ---- */
void httpd_extension_start(struct httpd_connection *connection);
bool httpd_extension_read_ahead(struct httpd_connection *connection);
bool httpd_extension_run(struct httpd_connection *connection);

/* ---- respond.c ---- */
/*
 * Answers with a status and its short text. `fields`: more header lines, "" = none. `text`: a sentence for
 * the client, or NULL.
 */
void httpd_respond_status(struct httpd_connection *connection, uint32_t status, const char *fields,
                          const char *text);
void httpd_respond_file(struct httpd_connection *connection);
void httpd_respond_decision(struct httpd_connection *connection); /* a DENY */
/* Can the connection go on after a response that starts now? What is left of the body counts. */
bool httpd_respond_may_keep(const struct httpd_connection *connection);
/* The same for one whose head has gone out before the connection became the last. */
bool httpd_respond_could_keep(const struct httpd_connection *connection);

/* ---- log_line.c ---- */
void httpd_log_request(const struct httpd_connection *connection); /* once per job */
void httpd_log_failed_handshake(const struct httpd_connection *connection);

#endif
