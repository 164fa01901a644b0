/* SPDX-License-Identifier: Apache-2.0 */
/* The identities that the tests of TLS share, made once per program: see tls_people_setup. */
#ifndef CERIUM_TESTS_TLS_PEOPLE_H
#define CERIUM_TESTS_TLS_PEOPLE_H

#include "tls_link.h"

struct tls_people {
    struct tls_identity ca;     /* CompanyIssuer */
    struct tls_identity server; /* EC */
    struct tls_identity server_rsa;
    struct tls_identity alice;  /* EC, of ca */
    struct tls_identity bob;    /* RSA, of ca */
    struct tls_identity edward; /* Ed25519, of ca */
    struct tls_site site, site_rsa;
    struct httpd_tls_server *shared; /* a new one for each test: tls_people_fresh */
};

int tls_people_setup(void **state); /* group: *state = struct tls_people */
int tls_people_teardown(void **state);
int tls_people_fresh(void **state); /* test: no sessions, asking mid-request */
int tls_people_done(void **state);

/* Asks, and runs until there is an answer. */
void tls_people_ask(struct tls_link *link);

#endif
