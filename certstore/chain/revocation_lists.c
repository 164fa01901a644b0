/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists of one issuer, and what they say about one certificate (RFC 5280 section 6.3.3). Of several that cover the same, the newest that is of
 * this time counts; a delta list brings an older one up to its own time (5.2.4). A list that clears nobody, because it is out of date or an entry has
 * a critical extension that is not known (5.3), still convicts those it names.
 */
#include "chain/revocation.h"

struct choice {
    const struct cert_crl *lists[LIMIT_CRL_TRIES]; /* the best first */
    size_t count;
};

static bool is_current(const struct chain_revocation *r, const struct cert_crl *crl)
{
    int64_t time = r->path->input->time;

    return crl->this_update <= time && (!crl->has_next_update || time <= crl->next_update);
}

/* MD5 always, SHA-1 where certificates may not have it either: who can forge a list can unrevoke. */
static bool is_weak(const struct chain_revocation *r, const struct cert_crl *crl)
{
    struct cert_signature_algorithm algorithm;

    return !cert_signature_algorithm_parse(crl->signature_algorithm, &algorithm) ||
           algorithm.hash == CERT_HASH_MD5 ||
           (algorithm.hash == CERT_HASH_SHA1 && (r->path->input->flags & CERT_CHAIN_WEAK_SHA1) != 0);
}

static bool is_usable(const struct chain_revocation *r, const struct cert_crl *crl)
{
    bool entries_readable = !crl->unusable_entry || (!crl->is_delta && !crl->scope.indirect);

    return !crl->malformed_extension && !crl->unknown_critical && entries_readable &&
           !crl->signature_algorithms_differ && crl->signature.size != 0 && !is_weak(r, crl);
}

/* 6.3.3(b): does the list cover the certificate, by way of this distribution point? */
static bool is_in_scope(const struct chain_revocation *r, const struct cert_crl *crl,
                        const struct cert_distribution_point *point, struct plat_span issuer)
{
    const struct cert_crl_scope *scope = &crl->scope;
    bool ca = r->path->links[r->index].facts.basic_constraints.ca;

    if (point != NULL && point->crl_issuer.size != 0 && !scope->indirect) {
        return false;
    }
    if (scope->attribute_certificates_only ||
        (ca ? scope->user_certificates_only : scope->ca_certificates_only)) {
        return false;
    }
    if (scope->distribution_point.size == 0) {
        return true;
    }
    if (point == NULL || point->name.size == 0) {
        return cert_distribution_point_names_directory(scope->distribution_point, issuer, issuer);
    }
    return cert_distribution_point_names_meet(scope->distribution_point, issuer, point->name, issuer);
}

/* 6.3.3(d) */
static uint16_t reasons_of(const struct cert_crl *crl, const struct cert_distribution_point *point)
{
    unsigned reasons = CERT_REASONS_ALL;

    if (crl->scope.has_reasons) {
        reasons &= crl->scope.reasons;
    }
    if (point != NULL && point->has_reasons) {
        reasons &= point->reasons;
    }
    return (uint16_t)reasons;
}

static bool is_better(const struct chain_revocation *r, const struct cert_crl *a, const struct cert_crl *b)
{
    bool current = is_current(r, a);

    if (current != is_current(r, b)) {
        return current;
    }
    return a->this_update != b->this_update ? a->this_update > b->this_update
                                            : cert_number_compare(a->number, b->number) > 0;
}

/* Keeps the best. */
static void choose(const struct chain_revocation *r, struct choice *choice, const struct cert_crl *crl)
{
    size_t place = choice->count;

    while (place > 0 && is_better(r, crl, choice->lists[place - 1])) {
        place--;
    }
    if (place == LIMIT_CRL_TRIES) {
        return;
    }
    size_t last = choice->count < LIMIT_CRL_TRIES ? choice->count++ : LIMIT_CRL_TRIES - 1;
    for (; last > place; last--) {
        choice->lists[last] = choice->lists[last - 1];
    }
    choice->lists[place] = crl;
}

static void gather(struct chain_revocation *r, const struct cert_distribution_point *point,
                   struct plat_span issuer, struct choice *bases, struct choice *deltas)
{
    const struct cert_crl_set *set = r->path->input->crls;
    const struct cert_crl *crl = cert_crl_set_next_issuer(set, issuer, NULL);

    for (; crl != NULL; crl = cert_crl_set_next_issuer(set, issuer, crl)) {
        if (r->path->revocation->lists_left == 0) {
            r->unfinished = true;
            return;
        }
        r->path->revocation->lists_left--;
        r->any = true;
        if (!is_usable(r, crl)) {
            continue;
        }
        if (crl->is_delta) {
            if (is_current(r, crl)) {
                choose(r, deltas, crl);
            }
        } else if (is_in_scope(r, crl, point, issuer)) {
            if (crl->this_update > r->path->input->time) {
                r->outdated = true;
            } else {
                choose(r, bases, crl);
            }
        }
    }
}

static bool same_scope(const struct cert_crl *a, const struct cert_crl *b)
{
    const struct cert_crl_scope *x = &a->scope, *y = &b->scope;

    return a->has_scope == b->has_scope && plat_span_equal(x->distribution_point, y->distribution_point) &&
           x->user_certificates_only == y->user_certificates_only &&
           x->ca_certificates_only == y->ca_certificates_only &&
           x->attribute_certificates_only == y->attribute_certificates_only && x->indirect == y->indirect &&
           x->has_reasons == y->has_reasons && x->reasons == y->reasons;
}

/* 6.3.3(c), 5.2.4: does the delta tell what has changed since the base, or since before it? */
static bool continues(const struct cert_crl *delta, const struct cert_crl *base)
{
    return base->number.size != 0 && delta->number.size != 0 && same_scope(base, delta) &&
           plat_span_equal(base->authority_key_id, delta->authority_key_id) &&
           cert_number_compare(base->number, delta->base_number) >= 0 &&
           cert_number_compare(base->number, delta->number) < 0;
}

/* The newest delta to the base that is by the same key. */
static const struct cert_crl *find_delta(struct chain_revocation *r, const struct cert_crl *base,
                                         const struct cert *signer, const struct choice *deltas)
{
    for (size_t i = 0; i < deltas->count && !r->unfinished; i++) {
        if (continues(deltas->lists[i], base) &&
            (signer == NULL || chain_revocation_signed_by(r, deltas->lists[i], signer))) {
            return deltas->lists[i];
        }
    }
    return NULL;
}

/* 6.3.3(i)-(l): what the list says, or else its base. */
static bool is_listed(const struct chain_revocation *r, const struct cert_crl *base,
                      const struct cert_crl *delta, struct cert_crl_entry *entry)
{
    const struct cert_crl_set *set = r->path->input->crls;
    const struct cert *cert = r->path->links[r->index].cert;
    bool listed = delta != NULL && cert_crl_set_lookup(set, delta, cert->issuer, cert->serial, entry);

    listed = listed || cert_crl_set_lookup(set, base, cert->issuer, cert->serial, entry);
    return listed && !(entry->has_reason && entry->reason == CERT_REASON_REMOVE_FROM_CRL);
}

/* Has a later list of the same key, of no more use itself, taken the certificate off? */
static bool is_superseded(struct chain_revocation *r, const struct choice *bases, size_t index,
                          const struct cert *signer)
{
    const struct cert_crl *base = bases->lists[index];
    struct cert_crl_entry entry;

    for (size_t i = 0; i < index; i++) {
        const struct cert_crl *other = bases->lists[i];
        if (other->this_update > base->this_update && same_scope(other, base) &&
            !is_listed(r, other, NULL, &entry) && chain_revocation_signed_by(r, other, signer)) {
            return true;
        }
    }
    return false;
}

static void take_base(struct chain_revocation *r, const struct choice *bases, size_t index, uint16_t reasons,
                      const struct choice *deltas)
{
    const struct cert_crl *base = bases->lists[index];
    bool current = is_current(r, base);
    bool clears = !base->unusable_entry && (current || find_delta(r, base, NULL, deltas) != NULL);
    struct cert_crl_entry entry;

    r->outdated = r->outdated || (!current && !clears);
    if (!clears && !is_listed(r, base, NULL, &entry)) {
        return;
    }
    const struct cert *signer = chain_revocation_signer(r, base);
    if (signer == NULL) {
        return;
    }
    const struct cert_crl *delta = find_delta(r, base, signer, deltas);
    r->outdated = r->outdated || (!current && delta == NULL);
    clears = clears && (current || delta != NULL);
    bool listed = is_listed(r, base, delta, &entry) && (clears || !is_superseded(r, bases, index, signer));
    if (r->unfinished || (!listed && !clears)) {
        return;
    }
    r->crl = base;
    r->reasons = (uint16_t)(r->reasons | reasons);
    if (listed) {
        r->revoked = true;
        r->entry = entry;
    }
}

void chain_revocation_consult(struct chain_revocation *r, const struct cert_distribution_point *point,
                              struct plat_span issuer)
{
    struct choice bases = {.count = 0}, deltas = {.count = 0};

    gather(r, point, issuer, &bases, &deltas);
    for (size_t i = 0; i < bases.count && !r->revoked && !r->unfinished; i++) {
        uint16_t reasons = reasons_of(bases.lists[i], point);

        if ((reasons & ~r->reasons) != 0) { /* 6.3.3(e) */
            take_base(r, &bases, i, reasons, &deltas);
        }
    }
}
