/* SPDX-License-Identifier: Apache-2.0 */
/* A decision in words. */
#ifndef CERIUM_HTTPD_WORDS_H
#define CERIUM_HTTPD_WORDS_H

#include "access/access.h"
#include "access/client_certificate.h"
#include "httpd/explain.h"

struct httpd_explain {
    const struct httpd_settings *settings;
    const struct httpd_explain_request *request;
    struct plat_buffer *text;                     /* where the words go */
    struct httpd_client_certificate *certificate; /* NULL = none given */
    struct plat_buffer chain_words;               /* its chain, one line for each element */
    struct httpd_facts facts;
    struct httpd_decision decision;
    bool asked; /* the server asked for the certificate mid-request */
};

void httpd_explain_words(struct httpd_explain *e); /* every line, the verdict last */
void httpd_explain_chain_words(const struct cert_chain *chain, struct plat_buffer *out);

#endif
