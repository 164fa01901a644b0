/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request on its way through the server (private to server/): there from its complete head to the end of
 * its response.
 */
#ifndef CERIUM_HTTPD_JOB_H
#define CERIUM_HTTPD_JOB_H

#include "http/body.h"
#include "server/exchange.h"
#include "server/patience.h"
#include "server/server.h"

struct httpd_job {
    struct httpd_server *server;
    struct httpd_connection *connection; /* NULL once it is lost while a worker still has the job */
    struct httpd_settings *settings;
    struct http_request request;
    struct http_body body;
    uint32_t bad;    /* status to answer when the head was refused, else 0 */
    const char *why; /* of the status, for log and, when bad, client */

    /* the way in */
    const char *path; /* request.path, or with a default page's name */
    char *own_path;
    struct httpd_facts facts;
    struct httpd_decision decision;
    struct httpd_client_certificate *certificate; /* NULL unless GIVEN */
    char *credentials;                            /* "user\0password\0" of Basic, wiped when freed */
    size_t credentials_size;
    char *password;
    bool asked; /* for the certificate, in this request */

    /* an extension's */
    struct plat_buffer ahead; /* body bytes read before the call */
    struct httpd_exchange exchange;
    char *strings; /* what the exchange's texts point into */
    bool head_made;
    bool head_keeps;   /* the head promised to keep the connection */
    bool input_over;   /* the worker was told that no more body bytes come */
    bool reader_waits; /* the worker waits for them */
    bool continued;    /* 100 Continue was sent */
    struct httpd_patience patience;

    /* the response, for the log */
    uint32_t status;
    bool logged;

    /* a worker's */
    bool with_worker;               /* the loop's: must not be freed */
    struct httpd_job *next_working; /* the loop's */
    atomic_bool started;            /* a worker has begun */
    atomic_bool abandoned;          /* the connection is gone */
    struct httpd_job *next;         /* all below: guarded by the server's mutex */
    bool posted;
    bool finished;
    bool password_right;
    bool keep_wish;
    uint32_t status_if_none;

    char work[]; /* what the request's texts point into */
};

/* NULL: no memory. A head that does not parse makes a job as well: see `bad`. */
struct httpd_job *httpd_job_create(struct httpd_connection *connection, const uint8_t *head, size_t head_size);
/*
 * Frees it, or, when a worker has it, leaves it to the mailbox to be freed when the worker is done. NULL is
 * allowed.
 */
void httpd_job_release(struct httpd_job *job);

/* Any thread: the loop shall look at this job's connection. */
void httpd_job_notify(void *job);
/* A worker's last word about the job. */
void httpd_job_finished(struct httpd_job *job, bool keep_alive, uint32_t status_if_none);
/*
 * Password check or extension on a worker: ERROR_BUSY when too many wait. `run` first calls httpd_job_begin:
 * false = nobody waits for the answer any more; httpd_job_finished must be called all the same.
 */
PLAT_MUST_USE win_error httpd_job_submit(struct httpd_job *job, struct httpd_workers *workers,
                                         void (*run)(void *job));
bool httpd_job_begin(struct httpd_job *job);

/* The loop's: looks after all jobs that were posted. */
void httpd_mailbox_empty(struct httpd_server *server);

#endif
