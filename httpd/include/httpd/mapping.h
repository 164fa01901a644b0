/* SPDX-License-Identifier: Apache-2.0 */
/* Which pseudo-user of SSL\Users a certificate is, by the server's own rules, and where that user may go: for `cerium cert map`. */
#ifndef CERIUM_HTTPD_MAPPING_H
#define CERIUM_HTTPD_MAPPING_H

#include "certstore/cert.h"
#include "platform/file.h"
#include "registry/registry.h"

/* A key under SSL\Users that the certificate matches. */
struct httpd_mapping_user {
    const char *name;
    bool by_issuer; /* the key has an IssuerCN */
    bool by_serial; /* the key has a SerialNumber */
    bool wins;      /* it is this one that the server takes: the first in the order of the keys */
};

/* A virtual root that maps certificates (MAP_CERT, and NEGO_CERT or REQUIRE_CERT). */
struct httpd_mapping_root {
    const char *url;
    bool lets_in;    /* the user that wins */
    const char *why; /* a few words */
};

/* Spans and texts live until the callback returns. */
struct httpd_mapping_listener {
    void (*user)(void *context, const struct httpd_mapping_user *user);
    void (*root)(void *context, const struct httpd_mapping_root *root);
    void *context;
};

/*
 * Calls `user` for every key that matches, in their order, then, when one does, `root` for every such virtual root. Settings that cannot be loaded: the error,
 * with `message` naming key and value. `root`: where the InitFiles of certificate stores lie; NULL: they are not read.
 */
PLAT_MUST_USE win_error httpd_mapping_look(struct reg_db *db, struct plat_root *root, const struct cert *cert,
                                           const struct httpd_mapping_listener *listener,
                                           struct plat_buffer *message);

#endif
