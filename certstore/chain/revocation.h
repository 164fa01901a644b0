/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation from lists at hand (RFC 5280 section 6.3): which lists speak for a certificate (revocation_lists.c), and whose signature makes them
 * believable (revocation_signer.c).
 */
#ifndef CERIUM_CERTSTORE_CHAIN_REVOCATION_H
#define CERIUM_CERTSTORE_CHAIN_REVOCATION_H

#include "cert/crl.h"
#include "chain/path.h"

/* What one chain building may spend on it, and what it has found out about signatures. */
struct chain_revocation_work {
    uint32_t lists_left;   /* LIMIT_CHAIN_CRLS */
    uint32_t signers_left; /* LIMIT_CHAIN_CRL_SIGNERS */
    size_t known_count;
    struct {
        const void *what; /* a certificate or a list */
        const struct cert *key_holder;
        bool good;
    } known[LIMIT_CHAIN_SIGNATURES]; /* none costs less than one */
};
void chain_revocation_work_init(struct chain_revocation_work *work);

/* One certificate while it is looked at. */
struct chain_revocation {
    struct chain_path *path;
    size_t index;     /* of the link */
    uint16_t reasons; /* covered so far: ReasonFlags */
    bool any;         /* there are lists of an issuer that could speak for it */
    bool outdated;    /* a list that would is not of this time */
    bool unfinished;  /* a limit, or no memory */
    bool revoked;
    struct cert_crl_entry entry; /* with `revoked` */
    const struct cert_crl *crl;  /* the base list that decided last */
};

/*
 * Takes what the lists of `issuer` say. `point`: the certificate's distribution point, NULL = that which every certificate has unsaid, its
 * issuer's name (6.3.3, last paragraph).
 */
void chain_revocation_consult(struct chain_revocation *r, const struct cert_distribution_point *point,
                              struct plat_span issuer);

/*
 * Who has signed the list, and is that somebody with a path to the anchor of r->path and the right to sign lists? NULL = nobody. Costs
 * signatures of the budget.
 */
const struct cert *chain_revocation_signer(struct chain_revocation *r, const struct cert_crl *crl);
/* Is it by that key too? */
bool chain_revocation_signed_by(struct chain_revocation *r, const struct cert_crl *crl,
                                const struct cert *key_holder);

#endif
