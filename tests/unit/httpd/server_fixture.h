/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole server in this process, on a thread of its own and a registry of its own, for tests that put something in the
 * place of one of its parts (an extension, the clock, memory).
 */
#ifndef CERIUM_TESTS_SERVER_FIXTURE_H
#define CERIUM_TESTS_SERVER_FIXTURE_H

#include "httpd/server.h"
#include "platform/thread.h"
#include "registry_scratch.h"

struct server_fixture {
    void *registry; /* struct registry_scratch; its folder is the root of CE paths */
    struct httpd_server *server;
    struct plat_thread *thread;
    uint16_t port;
};

/*
 * Listens on 127.0.0.1; PostReadSize 100; the vroot / leads to \ext (there is none: for modules), /www to \www, a folder with file.txt and
 * DirBrowse. *state = struct server_fixture.
 */
int server_fixture_setup(void **state);
void server_fixture_stop(struct server_fixture *f); /* may be called twice */
int server_fixture_teardown(void **state);

/* The parts: the registry without a server, and the server. */
int server_fixture_registry(void **state);
win_error server_fixture_create(struct server_fixture *f, struct httpd_server **server);
int server_fixture_start(struct server_fixture *f);

#endif
