/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_people.h"

#include <stdlib.h>

int tls_people_setup(void **state)
{
    struct tls_people *p = calloc(1, sizeof *p);
    if (p == NULL)
        return -1;
    tls_identity_make(&p->ca, TLS_PKI_EC, "CompanyIssuer", NULL);
    tls_identity_make(&p->server, TLS_PKI_EC, "CE Server Certificate", &p->ca);
    tls_identity_make(&p->server_rsa, TLS_PKI_RSA, "CE Server Certificate", &p->ca);
    tls_identity_make(&p->alice, TLS_PKI_EC, "Alice", &p->ca);
    tls_identity_make(&p->bob, TLS_PKI_RSA, "Bob", &p->ca);
    tls_identity_make(&p->edward, TLS_PKI_ED25519, "Edward", &p->ca);
    tls_site_init(&p->site, &p->server, &p->ca);
    tls_site_init(&p->site_rsa, &p->server_rsa, &p->ca);
    *state = p;
    return 0;
}

int tls_people_teardown(void **state)
{
    struct tls_people *p = *state;
    if (p == NULL)
        return 0;
    tls_site_free(&p->site);
    tls_site_free(&p->site_rsa);
    tls_identity_free(&p->ca);
    tls_identity_free(&p->server);
    tls_identity_free(&p->server_rsa);
    tls_identity_free(&p->alice);
    tls_identity_free(&p->bob);
    tls_identity_free(&p->edward);
    free(p);
    return 0;
}

int tls_people_fresh(void **state)
{
    struct tls_people *p = *state;
    p->site.settings.ask_certificate = HTTPD_ASK_MID_REQUEST;
    p->site.settings.ca_name_count = 1;
    return httpd_tls_server_create(&p->shared) == ERROR_SUCCESS ? 0 : -1;
}

int tls_people_done(void **state)
{
    struct tls_people *p = *state;
    httpd_tls_server_destroy(p->shared);
    p->shared = NULL;
    return 0;
}

void tls_people_ask(struct tls_link *link)
{
    assert_true(httpd_tls_ask_certificate(link->server));
    assert_int_equal(httpd_tls_state(link->server), HTTPD_TLS_ASKING);
    tls_link_run(link);
}
