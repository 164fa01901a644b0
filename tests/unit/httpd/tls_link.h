/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TLS connection in memory: the server side is the seam under test, the client BearSSL's own, which can be
 * made to misbehave. Bytes move when tls_link_run is called, until neither side has anything to say.
 */
#ifndef CERIUM_TESTS_TLS_LINK_H
#define CERIUM_TESTS_TLS_LINK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tls/tls.h"
#include "tls_client.h"

struct tls_link {
    struct httpd_tls_server *shared;
    struct httpd_tls *server;
    struct tls_client client;
    size_t chunk;          /* most bytes moved at once; 0 = no limit */
    bool sleepy;           /* the server sleeps whenever it can */
    bool deaf;             /* the client reads nothing */
    bool hold_plain;       /* the server takes no plaintext */
    unsigned sleeps;       /* how often it could */
    const uint8_t *upload; /* what the client still wants to say */
    size_t upload_size;
    struct plat_buffer at_server; /* plaintext that arrived */
    struct plat_buffer at_client;
};

/* A snapshot of settings with one server identity and, as CA name, the subject of `ca`. */
struct tls_site {
    struct httpd_settings settings;
    struct plat_span names[1];
    const struct tls_identity *identity;
};
void tls_site_init(struct tls_site *site, const struct tls_identity *server, const struct tls_identity *ca);
void tls_site_free(struct tls_site *site);

/*
 * Starts a connection. `certificate` is the client's, `key` that which it signs with (normally the same);
 * NULL = it has none. `resume` (may be NULL) = session parameters of an earlier connection.
 */
void tls_link_start(struct tls_link *link, struct httpd_tls_server *shared, struct tls_site *site,
                    const struct tls_identity *certificate, const struct tls_identity *key,
                    enum tls_quirk quirk, const br_ssl_session_parameters *resume);
void tls_link_free(struct tls_link *link);
/* The same, run to the end of the first handshake, which must succeed. */
void tls_link_open(struct tls_link *link, struct httpd_tls_server *shared, struct tls_site *site,
                   const struct tls_identity *certificate, enum tls_quirk quirk,
                   const br_ssl_session_parameters *resume);

void tls_link_run(struct tls_link *link);
void tls_link_steps(struct tls_link *link, unsigned steps);                 /* so many moves at most */
void tls_link_upload(struct tls_link *link, const void *data, size_t size); /* and runs */
void tls_link_respond(struct tls_link *link, const void *data,
                      size_t size); /* the server says it, all of it */
br_ssl_session_parameters tls_link_session(const struct tls_link *link);
/* Something in each direction gets through, and nothing else is there. */
void tls_link_check(struct tls_link *link);

#endif
