/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a certificate revoked? (RFC 5280 section 6.3; CertGetCertificateChain's CERT_CHAIN_REVOCATION_* flags.) From the root downwards, because, as
 * on Windows, nothing is known about what an authority has issued that is revoked, badly signed or not below a trusted root; one whose own
 * status is unknown still speaks for what it issued.
 */
#include "chain/revocation.h"

#define ASKED                                                                                                \
    (CERT_CHAIN_REVOCATION_CHECK_END_CERT | CERT_CHAIN_REVOCATION_CHECK_CHAIN |                              \
     CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT)

void chain_revocation_work_init(struct chain_revocation_work *work)
{
    work->lists_left = LIMIT_CHAIN_CRLS;
    work->signers_left = LIMIT_CHAIN_CRL_SIGNERS;
    work->known_count = 0;
}

/* How many links, from the end certificate upwards, are asked about? */
static size_t links_asked_about(const struct chain_path *path)
{
    uint32_t flags = path->input->flags;

    if ((flags & ASKED) == 0) {
        return 0;
    }
    if (path->signer_links != 0) {
        return path->signer_links;
    }
    if ((flags & CERT_CHAIN_REVOCATION_CHECK_CHAIN) != 0) {
        return path->count;
    }
    if ((flags & CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT) != 0) {
        return path->self_signed ? path->count - 1 : path->count;
    }
    return 1;
}

static bool decided(const struct chain_revocation *r)
{
    return r->revoked || r->unfinished || r->reasons == CERT_REASONS_ALL;
}

static void consult_point(struct chain_revocation *r, const struct cert_distribution_point *point)
{
    struct cert_list names;
    struct cert_general_name name;

    if (point->crl_issuer.size == 0) {
        chain_revocation_consult(r, point, r->path->links[r->index].cert->issuer);
    } else if (cert_general_names_open_content(point->crl_issuer, &names)) {
        while (!decided(r) && cert_general_names_next(&names, &name)) {
            if (name.kind == CERT_NAME_DIRECTORY) {
                chain_revocation_consult(r, point, name.value);
            }
        }
    }
}

static enum cert_revocation_state find_state(struct chain_revocation *r, const struct cert_extension *places)
{
    const struct cert *cert = r->path->links[r->index].cert;
    struct cert_list points;
    struct cert_distribution_point point;

    if (places != NULL) {
        if (!cert_distribution_points_open(places->value, &points)) {
            r->any = true; /* who knows of which list it speaks */
            return CERT_REVOCATION_UNUSABLE;
        }
        while (!decided(r) && cert_distribution_points_next(&points, &point)) {
            consult_point(r, &point);
        }
    }
    if (!decided(r)) {
        chain_revocation_consult(r, NULL, cert->issuer);
    }
    if (r->revoked) {
        return CERT_REVOCATION_REVOKED;
    }
    if (r->reasons == CERT_REASONS_ALL) {
        return CERT_REVOCATION_GOOD;
    }
    if (!r->any) {
        return places == NULL ? CERT_REVOCATION_NO_CRL : CERT_REVOCATION_OFFLINE;
    }
    return r->outdated ? CERT_REVOCATION_OFFLINE : CERT_REVOCATION_UNUSABLE;
}

#define OFFLINE (CERT_TRUST_REVOCATION_STATUS_UNKNOWN | CERT_TRUST_IS_OFFLINE_REVOCATION)

static uint32_t bits_of(enum cert_revocation_state state, bool has_places)
{
    switch (state) {
    case CERT_REVOCATION_REVOKED:
        return CERT_TRUST_IS_REVOKED;
    case CERT_REVOCATION_OFFLINE:
        return OFFLINE;
    case CERT_REVOCATION_NO_CRL:
    case CERT_REVOCATION_UNUSABLE:
        return has_places ? OFFLINE : CERT_TRUST_REVOCATION_STATUS_UNKNOWN;
    case CERT_REVOCATION_NOT_ASKED:
    case CERT_REVOCATION_GOOD:
        break;
    }
    return 0;
}

/* Does the path end in a root that is trusted, or need none? Its links vouch for each other only then; a signer's path has been seen to join one. */
static bool is_anchored(const struct chain_path *path)
{
    return path->peer_trusted || path->signer_links != 0 || chain_is_anchor(path, path->count - 1);
}

/* A signer's path holds what the path that it joins has shown already. A trusted root needs no signature. */
static bool is_forged(const struct chain_path *path, size_t index)
{
    return path->signer_links == 0 && !chain_is_anchor(path, index) && chain_badly_signed(&path->links[index]);
}

/* A root owes its status to nobody: without trust nothing more is said of it, and it need not have a list about itself. */
static bool is_excused(const struct chain_revocation *r, bool has_places)
{
    const struct chain_path *path = r->path;

    return path->self_signed && r->index + 1 == path->count &&
           (!is_anchored(path) || (!r->any && !has_places));
}

/* For a link that is `blocked` nobody can speak, and only one thing is believed: that it is revoked. false = it could not be found out. */
static bool check_link(struct chain_path *path, size_t index, bool blocked)
{
    struct chain_link *link = &path->links[index];
    const struct cert_extension *places =
        cert_extension_find(link->cert, CERT_EXTENSION_CRL_DISTRIBUTION_POINTS);
    struct chain_revocation r = {.path = path, .index = index};

    link->revocation = find_state(&r, places);
    uint32_t bits = bits_of(link->revocation, places != NULL);
    if (r.revoked) {
        link->revoked = r.entry.revoked;
        link->reason = r.entry.reason;
    } else if (blocked) {
        link->revocation = CERT_REVOCATION_UNUSABLE;
        bits = OFFLINE;
    }
    if (r.revoked || !blocked) {
        link->crl = r.crl;
    }
    if (!r.revoked && is_excused(&r, places != NULL)) {
        bits = 0;
    }
    if (r.any || (path->input->flags & CERT_CHAIN_REVOCATION_WHERE_KNOWN) == 0) {
        link->error |= bits;
    }
    return !r.unfinished;
}

bool chain_check_revocation(struct chain_path *path)
{
    bool finished = true, below_revoked = false;
    bool blocked = !is_anchored(path);
    size_t asked = links_asked_about(path);

    for (size_t i = path->count; i-- > 0;) {
        struct chain_link *link = &path->links[i];

        blocked = blocked || is_forged(path, i);
        if (i >= asked) {
            continue;
        }
        if (below_revoked) {
            link->revocation = CERT_REVOCATION_UNUSABLE;
            link->error |= OFFLINE;
        } else {
            finished = check_link(path, i, blocked || !link->has_issuer) && finished;
            below_revoked = link->revocation == CERT_REVOCATION_REVOKED;
        }
    }
    return finished;
}
