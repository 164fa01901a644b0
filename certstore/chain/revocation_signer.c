/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who has signed a list (RFC 5280 sections 6.3.3(f) and (g))? Mostly the issuer above the certificate. An authority may sign lists with another key, and
 * indirect lists come from somebody else: their certificates are looked for by name in all sets, and need a path to the anchor of
 * the certificate in question that passes every check, this one included. Such a path is kept short: at most LIMIT_CRL_SIGNER_LINKS
 * certificates of its own, then one that is on the path already.
 */
#include "chain/revocation.h"
#include "platform/memory.h"

static const struct cert_set *set_at(const struct cert_chain_input *input, size_t i)
{
    return i == 0 ? input->roots : i == 1 ? input->intermediates : input->peer;
}
#define SETS 3U

/* Is it signed by the key? Each pair is tried once in a chain building. */
static bool is_by(struct chain_revocation *r, const void *what, const struct cert *as_signed,
                  const struct cert *key_holder)
{
    struct chain_revocation_work *work = r->path->revocation;
    uint32_t price = chain_signature_price(key_holder);

    for (size_t i = 0; i < work->known_count; i++) {
        if (work->known[i].what == what && plat_span_equal(work->known[i].key_holder->spki, key_holder->spki)) {
            return work->known[i].good;
        }
    }
    if (*r->path->signatures_left < price || work->known_count == LIMIT_CHAIN_SIGNATURES) {
        r->unfinished = true;
        return false;
    }
    *r->path->signatures_left -= price;
    bool good = cert_verify_signature(key_holder, as_signed) == CERT_SIGNATURE_GOOD;
    work->known[work->known_count].what = what;
    work->known[work->known_count].key_holder = key_holder;
    work->known[work->known_count++].good = good;
    return good;
}

bool chain_revocation_signed_by(struct chain_revocation *r, const struct cert_crl *crl,
                                const struct cert *key_holder)
{
    /* What cert_verify_signature looks at. */
    const struct cert as_signed = {
        .tbs = crl->tbs, .signature_algorithm = crl->signature_algorithm, .signature = crl->signature};

    return is_by(r, crl, &as_signed, key_holder);
}

static bool cert_is_by(struct chain_revocation *r, const struct cert *cert, const struct cert *key_holder)
{
    return is_by(r, cert, cert, key_holder);
}

/* keyUsage, if there is one, has cRLSign. */
static bool may_sign_lists(const struct cert *cert)
{
    const struct cert_extension *usage = cert_extension_find(cert, CERT_EXTENSION_KEY_USAGE);
    uint16_t bits;

    return usage == NULL || (cert_decode_key_usage(usage->value, &bits) && (bits & CERT_USE_CRL_SIGN) != 0);
}

static bool key_id_fits(const struct cert_crl *crl, const struct cert *cert)
{
    return crl->authority_key_id.size == 0 || cert->subject_key_id.size == 0 ||
           plat_span_equal(crl->authority_key_id, cert->subject_key_id);
}

static bool could_sign(const struct cert_crl *crl, const struct cert *cert, bool fits)
{
    return cert_name_equal(cert->subject, crl->issuer) && key_id_fits(crl, cert) == fits &&
           may_sign_lists(cert);
}

/*
 * May link k speak about r->index? Those above may. A root speaks for itself, and so does the signer of a list that is asked about on
 * account of that list: who issued its certificate has left its status to it.
 */
static bool is_above(const struct chain_revocation *r, size_t k)
{
    const struct chain_path *path = r->path;

    return k > r->index || (k == r->index && ((path->self_signed && k + 1 == path->count) ||
                                              (path->signer_links != 0 && k == 0)));
}

static const struct cert *signer_on_path(struct chain_revocation *r, const struct cert_crl *crl, bool fits)
{
    for (size_t k = r->index; k < r->path->count && !r->unfinished; k++) {
        const struct cert *cert = r->path->links[k].cert;

        if (is_above(r, k) && could_sign(crl, cert, fits) && chain_revocation_signed_by(r, crl, cert)) {
            return cert;
        }
    }
    return NULL;
}

static void push(struct chain_path *path, const struct cert *cert, const struct cert *issuer, bool in_roots)
{
    struct chain_link *link = &path->links[path->count++];

    *link = (struct chain_link){
        .cert = cert, .in_roots = in_roots, .has_issuer = true, .signature = CERT_SIGNATURE_GOOD};
    chain_facts_read(cert, &link->facts);
    link->match = chain_match_of(&link->facts, issuer);
}

/* The link above r->index whose key has signed the certificate: where its path joins the one at hand. 0 = none. */
static size_t joins_at(struct chain_revocation *r, const struct cert *cert)
{
    const struct chain_path *path = r->path;

    for (size_t k = r->index; k < path->count && !r->unfinished; k++) {
        bool above = k > r->index || (path->self_signed && k + 1 == path->count);

        if (above && cert_name_equal(path->links[k].cert->subject, cert->issuer) &&
            cert_is_by(r, cert, path->links[k].cert)) {
            return k + 1;
        }
    }
    return 0;
}

static const struct cert *issuer_in_sets(struct chain_revocation *r, const struct cert *cert)
{
    for (size_t s = 0; s < SETS; s++) {
        const struct cert_set *set = set_at(r->path->input, s);
        const struct cert *next = cert_set_next_subject(set, cert->issuer, NULL);

        for (; next != NULL; next = cert_set_next_subject(set, cert->issuer, next)) {
            if (!plat_span_equal(next->spki, cert->spki) && cert_is_by(r, cert, next)) {
                return next;
            }
            if (r->unfinished) {
                return NULL;
            }
        }
    }
    return NULL;
}

/* signer, its issuers, and from `joined - 1` on the links of r->path. 0 = there is no such path. */
static size_t lay_path(struct chain_revocation *r, const struct cert *signer, struct chain_path *path)
{
    const struct cert *cert = signer;

    while (path->count < LIMIT_CRL_SIGNER_LINKS) {
        size_t joined = joins_at(r, cert);
        if (joined != 0) {
            const struct chain_path *rest = r->path;
            push(path, cert, rest->links[joined - 1].cert, false);
            path->signer_links = path->count;
            if (path->count + rest->count - (joined - 1) > LIMIT_CHAIN_DEPTH) {
                return 0;
            }
            for (size_t k = joined - 1; k < rest->count; k++) {
                path->links[path->count++] = rest->links[k];
            }
            return joined;
        }
        const struct cert *issuer = r->unfinished ? NULL : issuer_in_sets(r, cert);
        if (issuer == NULL) {
            return 0;
        }
        push(path, cert, issuer, false);
        cert = issuer;
    }
    return 0;
}

/* No fault of its own certificates, and none that the links it shares with r->path have not there too. */
static bool adds_no_fault(const struct chain_path *path, const struct chain_path *main_path, size_t joined)
{
    uint32_t faults = path->error & ~main_path->error;

    for (size_t i = 0; i < path->count; i++) {
        faults &= ~path->links[i].error; /* they are counted below */
    }
    for (size_t i = 0; i < path->count; i++) {
        const struct chain_link *link = &path->links[i];
        bool shared = i >= path->signer_links;
        faults |=
            shared ? link->error & ~main_path->links[joined - 1 + i - path->signer_links].error : link->error;
    }
    return faults == 0;
}

/* Has it a path to the anchor, with all checks passed? */
static bool is_trusted(struct chain_revocation *r, const struct cert *signer)
{
    const struct chain_path *from = r->path;
    struct cert_chain_input input = *from->input;

    if (from->signer_depth == LIMIT_CRL_SIGNER_DEPTH) {
        return false;
    }
    struct chain_path *path = from->revocation->signers_left == 0 ? NULL : plat_alloc(sizeof *path);
    if (path == NULL) {
        r->unfinished = true;
        return false;
    }
    from->revocation->signers_left--;
    input.leaf = signer;
    input.people = NULL;
    input.usage = NULL; /* what the caller wants of the end certificate is not asked of those who sign lists */
    input.usages = (struct cert_usage_match){0};
    input.policies = (struct cert_usage_match){0};
    *path = *from; /* how it ends, and the budgets of the building */
    path->input = &input;
    path->count = 0;
    path->peer_trusted = false;
    path->signer_depth++;
    size_t joined = lay_path(r, signer, path);
    bool trusted = false;
    if (joined != 0) {
        chain_path_judge(path);
        r->unfinished = r->unfinished || !path->finished;
        trusted = path->finished && adds_no_fault(path, from, joined);
    }
    plat_free(path);
    return trusted;
}

static bool is_on_path(const struct chain_revocation *r, const struct cert *cert)
{
    for (size_t k = 0; k < r->path->count; k++) {
        if (is_above(r, k) && plat_span_equal(r->path->links[k].cert->spki, cert->spki) &&
            cert_name_equal(r->path->links[k].cert->subject, cert->subject)) {
            return true; /* its key has been tried */
        }
    }
    return false;
}

static const struct cert *signer_in_sets(struct chain_revocation *r, const struct cert_crl *crl, bool fits)
{
    for (size_t s = 0; s < SETS; s++) {
        const struct cert_set *set = set_at(r->path->input, s);
        const struct cert *cert = cert_set_next_subject(set, crl->issuer, NULL);

        for (; cert != NULL; cert = cert_set_next_subject(set, crl->issuer, cert)) {
            if (r->path->revocation->lists_left == 0) {
                r->unfinished = true;
                return NULL;
            }
            r->path->revocation->lists_left--;
            if (could_sign(crl, cert, fits) && !is_on_path(r, cert) &&
                chain_revocation_signed_by(r, crl, cert) && is_trusted(r, cert)) {
                return cert;
            }
            if (r->unfinished) {
                return NULL;
            }
        }
    }
    return NULL;
}

const struct cert *chain_revocation_signer(struct chain_revocation *r, const struct cert_crl *crl)
{
    const struct cert *signer = NULL;

    /* An identifier that contradicts is no proof against a key; those that fit come first. */
    for (unsigned round = 0; round < 2 && signer == NULL && !r->unfinished; round++) {
        signer = signer_on_path(r, crl, round == 0);
        if (signer == NULL && !r->unfinished) {
            signer = signer_in_sets(r, crl, round == 0);
        }
    }
    return r->unfinished ? NULL : signer;
}
