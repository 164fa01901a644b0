/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access decision: may this request do what it asks for, and as whom? One pure function of the request's facts, the client
 * certificate's verdict and the settings; no I/O, no clock, no TLS in it. It is the security policy of the CE web server ("SSL Client Authentication" aa922016,
 * "Web Server Access Rights" aa924376), used by the server and by `cerium explain`.
 *
 * The server calls it again whenever it has learnt more: it may answer "ask for a certificate" or "check this password" first.
 *
 * User names compare as Windows compares names, without regard to case (plat_name_equal). A virtual root that nobody can ever enter (A of 3 or
 * more; A above 0 with a certificate asked for but not mapped) is refused before the client is asked for anything.
 */
#ifndef CERIUM_HTTPD_ACCESS_H
#define CERIUM_HTTPD_ACCESS_H

#include "settings/settings.h"

enum httpd_certificate_state {
    HTTPD_CERT_NOT_ASKED,  /* the connection has not been asked yet */
    HTTPD_CERT_CANNOT_ASK, /* plain HTTP, or a client that cannot renegotiate safely (RFC 5746) */
    HTTPD_CERT_NONE,       /* asked, none given */
    HTTPD_CERT_UNPROVEN,   /* given, but unusable: possession of its key was not proven */
    HTTPD_CERT_GIVEN       /* given, possession proven; trust_error holds the chain's word */
};

enum httpd_password_state {
    HTTPD_PASSWORD_NONE,      /* no Authorization: Basic in the request */
    HTTPD_PASSWORD_UNCHECKED, /* there, not checked yet */
    HTTPD_PASSWORD_RIGHT,
    HTTPD_PASSWORD_WRONG
};

/* What the request is about to do: found from the names, before the file is touched. */
enum httpd_target {
    HTTPD_TARGET_FILE,      /* read a file or list a directory: needs READ */
    HTTPD_TARGET_EXTENSION, /* run an ISAPI extension: needs EXECUTE */
    HTTPD_TARGET_SCRIPT     /* run a script-mapped file: needs EXECUTE or SCRIPT */
};

struct httpd_facts {
    const char *path;     /* decoded and normalised URL path */
    bool secure;          /* came over TLS */
    uint32_t cipher_bits; /* of the TLS connection */
    enum httpd_certificate_state certificate;
    const struct cert *leaf; /* CERT_GIVEN only */
    uint32_t trust_error;    /* CERT_TRUST_* of the chain, CERT_GIVEN only */
    bool trust_finished;     /* all of the chain was judged; if not, nothing is overridden */
    enum httpd_password_state password;
    const char *user; /* name in the Basic credentials, NULL without */
};

enum httpd_verdict {
    HTTPD_DENY, /* answer `status`; 0, so that a decision nobody has made yet refuses */
    HTTPD_ALLOW,
    HTTPD_ASK_FOR_CERTIFICATE, /* ask, then decide again */
    HTTPD_CHECK_PASSWORD       /* check, then decide again */
};

enum httpd_reason {
    HTTPD_REASON_NONE,
    HTTPD_REASON_NO_VROOT,     /* 404 */
    HTTPD_REASON_SSL_REQUIRED, /* 403 and so on, all below unless said */
    HTTPD_REASON_SSL_TOO_WEAK,
    HTTPD_REASON_CERTIFICATE_MISSING,
    HTTPD_REASON_CANNOT_ASK, /* the client cannot be asked for a certificate on this connection */
    HTTPD_REASON_CERTIFICATE_UNPROVEN,
    HTTPD_REASON_CERTIFICATE_INVALID, /* trust word left after CertTrustOverride */
    HTTPD_REASON_NOT_MAPPED,
    HTTPD_REASON_NOT_LISTED, /* on neither UserList nor AdminUsers, or denied there */
    HTTPD_REASON_NOT_ADMINISTRATOR,
    HTTPD_REASON_NO_SCHEME,        /* a password is needed and Basic is off */
    HTTPD_REASON_PASSWORD_MISSING, /* 401 */
    HTTPD_REASON_PASSWORD_WRONG,   /* 401 */
    HTTPD_REASON_BAD_AUTH_LEVEL,   /* A is 3 or more: nobody can get in */
    HTTPD_REASON_NO_READ,
    HTTPD_REASON_NO_EXECUTE,
    HTTPD_REASON_NO_SCRIPT
};
const char *httpd_reason_text(enum httpd_reason reason); /* a short sentence for the log; names no secret */

/* One step of the way to the decision, for `explain` and tests; what number and text mean is said at each kind. */
enum httpd_step_kind {
    HTTPD_STEP_VROOT,       /* text = its URL ("" when none), number = P */
    HTTPD_STEP_TARGET,      /* number = enum httpd_target */
    HTTPD_STEP_SSL,         /* number = cipher bits, 0 on plain HTTP */
    HTTPD_STEP_CERTIFICATE, /* number = enum httpd_certificate_state */
    HTTPD_STEP_TRUST,       /* number = the chain's error word */
    HTTPD_STEP_OVERRIDE,    /* number = what CertTrustOverride leaves of it */
    HTTPD_STEP_MAP,         /* text = mapped user, or "" */
    HTTPD_STEP_PASSWORD,    /* number = enum httpd_password_state, text = user or "" */
    HTTPD_STEP_ADMIN,       /* ok = the user is on AdminUsers */
    HTTPD_STEP_USER_LIST, /* ok = the user passes UserList; number = enum httpd_user_match, or 0xffffffff when there is no list */
    HTTPD_STEP_PERMISSION /* number = flags wanted, ok = P has one of them */
};
struct httpd_step {
    enum httpd_step_kind kind;
    bool ok;
    uint32_t number;
    const char *text; /* borrowed from settings or facts */
};
#define HTTPD_STEPS 16U

struct httpd_decision {
    enum httpd_verdict verdict;
    uint32_t status; /* HTTP status of a DENY */
    enum httpd_reason reason;
    const struct httpd_vroot *vroot; /* NULL when none matched */
    const char *rest;                /* path behind the vroot's name; points into facts.path */
    enum httpd_target target;
    size_t name_end; /* EXTENSION and SCRIPT: bytes of rest up to the end of the segment that names the module or script, what
                                        follows is PATH_INFO; 0 when the vroot itself is it */
    const char *user; /* who the request is from: mapped user or password user, NULL = anonymous */
    bool is_administrator;
    bool user_is_mapped; /* by certificate */
    uint32_t trust_left; /* trust_error & ~CertTrustOverride; all of it where the chain was not judged to the end */
    struct httpd_step steps[HTTPD_STEPS];
    size_t step_count;
};

/* Starts from DENY: what no rule allows is refused. Borrowed pointers live as long as settings and facts do. */
void httpd_decide(const struct httpd_settings *settings, const struct httpd_facts *facts,
                  struct httpd_decision *decision);

/* What `rest` of that vroot asks for; *name_end as in struct httpd_decision. */
enum httpd_target httpd_target_of(const struct httpd_settings *settings, const struct httpd_vroot *vroot,
                                  const char *rest, size_t *name_end);

/* Does a vroot's way in ask for a certificate? (NEGO_CERT or REQUIRE_CERT) */
bool httpd_vroot_wants_certificate(const struct httpd_vroot *vroot);

#endif
