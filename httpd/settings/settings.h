/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's settings as an immutable snapshot of HKLM\COMM\HTTPD and the certificate stores ("Base Registry Settings" aa919492,
 * "Virtual Path Registry Settings" aa925668, "SSL Client Authentication" aa922016). Loaded once per change of the registry, swapped in whole,
 * read by any thread without locks, freed with the last reference.
 */
#ifndef CERIUM_HTTPD_SETTINGS_H
#define CERIUM_HTTPD_SETTINGS_H

#include "certstore/crl.h"
#include "certstore/key.h"
#include "certstore/set.h"
#include "httpd/urlflags.h"
#include "platform/file.h"
#include "platform/net.h"
#include "registry/registry.h"
#include "settings/userlist.h"

#include <stdatomic.h>

/* SSL\ClientCertificate: when the server asks for a certificate. */
enum httpd_ask_certificate {
    HTTPD_ASK_MID_REQUEST = 0,        /* by renegotiation, for vroots that want one (default, as CE) */
    HTTPD_ASK_FIRST_HANDSHAKE = 1,    /* of every client, in its first handshake; it may have none */
    HTTPD_REQUIRE_FIRST_HANDSHAKE = 2 /* the same, and a client without one is refused everything (403) */
};

/* A virtual root: one key under VROOTS. */
struct httpd_vroot {
    const char *url; /* key name as in the registry: "/Accounts", "/" */
    const char *
        physical; /* default value, a CE path: a directory or one module; "" = missing: every request is answered 404 */
    uint32_t auth;  /* A: 0 anonymous, 1 user, 2 administrator */
    uint32_t flags; /* P as it is set: HSE_URL_FLAGS_*; SSL128 alone means SSL as well */
    bool is_module; /* physical names a module (httpd_is_module_name) */
    bool dir_browse;
    const char *default_pages; /* ';' list */
    bool has_user_list;        /* UserList is there and not empty */
    struct httpd_user_list user_list;
};

/* A key under SSL\Users: which certificates are this pseudo-user. One that could match nothing, or everything, is left out of the snapshot. */
struct httpd_mapped_user {
    const char *name;
    const char *issuer_cn;   /* NULL = any */
    struct plat_span serial; /* big-endian, leading zero bytes removed; size 0 = any */
    uint32_t order;          /* place in the enumeration of the keys: the first match wins */
};

/* A password user (set with `cerium user add`). */
struct httpd_password_user {
    const char *name;
    const char *hash; /* "pbkdf2-sha256$rounds$salt$key", base64 */
};

struct httpd_script_map {
    const char *extension; /* ".abc" */
    const char *module;    /* CE path of the ISAPI module */
};

/* SSL\RevocationCheck: are client certificates, and those above them but the root, looked for in CRLs? */
enum httpd_revocation {
    HTTPD_REVOCATION_OFF,
    HTTPD_REVOCATION_WHERE_KNOWN, /* where there is one of the issuer */
    HTTPD_REVOCATION_REQUIRED     /* without one that says "good", the certificate's status is unknown */
};

struct httpd_settings {
    atomic_uint references;
    uint64_t generation; /* reg_generation before it was read */
    uint64_t identity; /* no two snapshots of this process share one, later ones have larger ones: what caches compare */

    bool http_enabled;                 /* IsEnabled (default 1) */
    uint16_t http_port;                /* Port (80); 0 = the kernel picks */
    bool https_enabled;                /* SSL\IsEnabled (default 0) */
    uint16_t https_port;               /* SSL\Port (443) */
    struct plat_address addresses[16]; /* Address; all = any IPv4 and any IPv6 */
    size_t address_count;
    bool address_all;

    uint32_t post_read_size; /* bytes */
    uint32_t max_connections;
    uint32_t max_head_size; /* bytes */
    uint32_t idle_ms;       /* ConnectionTimeout */
    const char *server_id;  /* ServerID; "" = no Server header */
    bool basic;             /* Basic */
    const char *basic_realm;
    const char *default_pages; /* DefaultPage, DirBrowse: what the vroots have that do not say otherwise */
    bool dir_browse;
    struct httpd_user_list admin_users;

    struct httpd_vroot *vroots; /* in the order of the keys */
    size_t vroot_count;
    struct httpd_mapped_user *mapped_users; /* in ascending `order` */
    size_t mapped_user_count;
    struct httpd_password_user *password_users;
    size_t password_user_count;
    struct httpd_script_map *script_map;
    size_t script_map_count;

    /* TLS */
    enum httpd_ask_certificate ask_certificate;
    uint32_t trust_override;        /* SSL\CertTrustOverride */
    struct cert_set *my;            /* owns server_cert */
    struct cert_set *roots;         /* ROOT and Privileged */
    struct cert_set *intermediates; /* CA */
    struct cert_set *distrusted;    /* Disallowed */
    struct cert_set *people;        /* TrustedPeople */
    enum httpd_revocation revocation;
    struct cert_crl_set *crls;      /* of all these stores but Disallowed; NULL when revocation is off */
    const struct cert *server_cert; /* NULL when https is not enabled */
    struct cert_key *server_key;
    const struct cert *server_chain[8]; /* what is sent: server_cert first, then its issuers without the root */
    size_t server_chain_count;
    struct plat_span *ca_names; /* DER Names for the CertificateRequest: subjects of roots, then SSL\ExtraIssuers */
    size_t ca_name_count;

    struct httpd_settings_index *index; /* private to settings/: hash indexes */
    struct httpd_arena *arena;          /* private to settings/: where the strings live */
    struct plat_buffer warnings;        /* private to settings/: what was warned of, each line with a NUL */
};

/*
 * Reads everything in one registry snapshot. What can be ignored (unknown values, NTLM, weak choices) is warned of through plat_log
 * once a load has succeeded, each with its key and value; what cannot (a value of the wrong type, HTTPS without a usable certificate) fails with `message` naming key and value. The caller owns one reference.
 */
PLAT_MUST_USE win_error httpd_settings_load(struct reg_db *db, struct httpd_settings **settings,
                                            struct plat_buffer *message);
/*
 * The same, with the tree in which the InitFiles of certificate stores lie (NULL: they are not read, and warned of), but warns only when `before`
 * (NULL is allowed) had other warnings.
 */
PLAT_MUST_USE win_error httpd_settings_load_again(struct reg_db *db, struct plat_root *root,
                                                  const struct httpd_settings *before,
                                                  struct httpd_settings **settings,
                                                  struct plat_buffer *message);
struct httpd_settings *httpd_settings_ref(struct httpd_settings *settings);
void httpd_settings_unref(struct httpd_settings *settings); /* NULL is allowed */

/*
 * The vroot for a decoded, normalised URL path: the longest whose name is a prefix that ends at a segment boundary, without regard to case. Cost: the
 * number of the path's segments. *rest (may be NULL) = what follows the vroot's name in `path` ("" or "/...", for "/" all of the path).
 */
const struct httpd_vroot *httpd_vroot_find(const struct httpd_settings *settings, const char *path,
                                           const char **rest);
/* The pseudo-user of a certificate, NULL when none matches. Cost: four hash look-ups. */
const struct httpd_mapped_user *httpd_mapped_user_find(const struct httpd_settings *settings,
                                                       const struct cert *cert);
const struct httpd_password_user *httpd_password_user_find(const struct httpd_settings *settings,
                                                           const char *name);
/*
 * Is this the name of an ISAPI module: .dll, or .so, which is what a .dll of the registry is on disk? Such a file is run, never sent.
 */
bool httpd_is_module_name(const char *name, size_t size);
/* The module mapped to a file name's extension, or NULL. */
const struct httpd_script_map *httpd_script_map_find(const struct httpd_settings *settings,
                                                     const char *file_name);
const struct httpd_script_map *httpd_script_map_find_n(const struct httpd_settings *settings,
                                                       const char *file_name, size_t size);

#endif
