/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server of one connection on 127.0.0.1, on a thread: plain, or TLS by BearSSL's server, which can be made
 * to misbehave. It sends back what it receives.
 */
#ifndef CERIUM_TESTS_TLS_SERVER_H
#define CERIUM_TESTS_TLS_SERVER_H

#include "unit/certstore/maker.h"

#include "certstore/bearssl_peer.h"
#include "certstore/key.h"
#include "platform/net.h"
#include "platform/thread.h"

/* A key and its certificate. */
struct tls_person {
    struct maker_key key;
    struct plat_buffer der;
    struct cert cert;
    struct cert_key *parsed;
};
/* Signed by `issuer`, by itself when NULL; `extensions` as in struct maker_cert. */
void tls_person_make(struct tls_person *person, enum cert_key_kind kind, const char *name,
                     const struct tls_person *issuer, const char *extensions);
void tls_person_free(struct tls_person *person);
#define TLS_PERSON_CA "30{06{@2.5.29.19} 01{ff} 04{30{01{ff}}}}"
#define TLS_PERSON_LOCALHOST "30{06{@2.5.29.17} 04{30{82{'localhost'} 87{7f000001}}}}"

enum tls_server_quirk {
    TLS_SERVER_STRAIGHT,
    TLS_SERVER_ENDS,         /* after an 'E' it closes the connection without close_notify */
    TLS_SERVER_SAYS_GOODBYE, /* after an 'E', with it */
    TLS_SERVER_RENEGOTIATES, /* after each 'R', and then answers; asks for a certificate in it when there are `names` */
    TLS_SERVER_OTHER_LEAF,  /* the same, and then shows `other` */
    TLS_SERVER_NO_RFC_5746, /* knows nothing of secure renegotiation, and sends a HelloRequest after an 'R' */
    TLS_SERVER_SILENT,      /* takes nothing in */
    TLS_SERVER_TALKS_PLAIN  /* answers the ClientHello with text */
};

struct tls_server {
    /* set by the test */
    const struct tls_person *person; /* NULL = plain */
    const struct tls_person *other;
    const br_x500_name *names; /* asked for in the first handshake, or in the renegotiation */
    size_t name_count;
    enum tls_server_quirk quirk;
    size_t budget; /* bytes that it sends at most ... */
    bool stalls;   /* ... and then says nothing more; else it closes */

    /* facts, after tls_server_stop */
    char server_name[256];
    size_t sent, received_plain;
    unsigned handshakes;
    bool certificate_sent, certificate_proven, said_goodbye;
    uint8_t thumbprint[CERT_THUMBPRINT_SIZE];
    int error;

    /* its own */
    uint16_t port;
    plat_socket listener, socket;
    struct plat_thread *thread;
    br_ssl_server_context engine;
    const br_ssl_server_policy_class *policy;
    struct cert_peer peer;
    br_x509_certificate chain, other_chain;
    bool pending; /* an answer is due when the renegotiation is done */
    uint8_t in[16384 + 325], out[16384 + 85];
};

void tls_server_start(struct tls_server *server); /* budget 0 = all */
void tls_server_stop(struct tls_server *server);  /* waits for its end: close the connection first */

#endif
