/* SPDX-License-Identifier: Apache-2.0 */
/* The web server as a whole: what `cerium httpd` runs. */
#ifndef CERIUM_HTTPD_SERVER_H
#define CERIUM_HTTPD_SERVER_H

#include "platform/bytes.h"

struct httpd_server;

struct httpd_server_options {
    const char *registry_path;
    const char *root_path; /* host directory that CE paths hang under */
};

/*
 * Loads the settings, listens, starts the watcher of the registry. On failure `message` says what, where and
 * what to do.
 */
PLAT_MUST_USE win_error httpd_server_create(const struct httpd_server_options *options,
                                            struct httpd_server **server, struct plat_buffer *message);
/* Appends "http=ADDR:PORT https=ADDR:PORT" for each listener: the ready line without its first word. */
void httpd_server_describe(const struct httpd_server *server, struct plat_buffer *text);
/*
 * Serves until httpd_server_stop; lets running requests end (LIMIT_STOP_MS), then returns. ERROR_TIMEOUT: an
 * extension does not come to its end, and is named in the log. It uses the server, which must not be destroyed
 * then: the process is to be ended without running exit handlers.
 */
PLAT_MUST_USE win_error httpd_server_run(struct httpd_server *server);
void httpd_server_stop(struct httpd_server *server); /* from any thread or a signal handler */
void httpd_server_destroy(struct httpd_server *server);

#endif
