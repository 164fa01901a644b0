/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One candidate path from the end certificate upwards, and the checks on it. The search (search.h) finds
 * paths, chain_path_judge runs every check over one, each check is a small file of its own.
 */
#ifndef CERIUM_CERTSTORE_CHAIN_PATH_H
#define CERIUM_CERTSTORE_CHAIN_PATH_H

#include "certstore/chain.h"
#include "chain/facts.h"
#include "crypto/verify.h"

/* How a certificate names its issuer; the better one first. */
enum chain_match {
    CHAIN_MATCH_EXACT, /* authorityKeyIdentifier: issuer and serial */
    CHAIN_MATCH_KEY,   /* authorityKeyIdentifier: key identifier */
    CHAIN_MATCH_NAME,  /* the issuer's name alone */
    CHAIN_MATCH_ODD, /* the name fits, the identifiers contradict each other: still an issuer, by its name */
    CHAIN_MATCH_COUNT
};
/* Both names have been compared before. `facts` are those of `cert`. */
enum chain_match chain_match_of(const struct chain_facts *facts, const struct cert *issuer);
/* The best match that there could be: what the authorityKeyIdentifier asks for. */
enum chain_match chain_match_asked(const struct chain_facts *facts);

struct chain_link {
    const struct cert *cert;
    bool in_roots;                         /* a member of the root set */
    bool has_issuer;                       /* the next link or, for the last of a self-signed path, itself */
    enum chain_match match;                /* with has_issuer */
    enum cert_signature signature;         /* with has_issuer: made by the issuer's key? */
    uint32_t error, info;                  /* the checks OR into these */
    enum cert_revocation_state revocation; /* this and the next three: as in struct cert_chain_element */
    const struct cert_crl *crl;
    int64_t revoked;
    enum cert_crl_reason reason;
    struct chain_facts facts;
};

struct chain_path {
    const struct cert_chain_input *input;
    size_t count;               /* links, the end certificate first */
    bool self_signed;           /* the last one is its own issuer: the path is complete */
    bool cyclic;                /* it ends because every issuer is on it already */
    bool peer_trusted;          /* its end certificate is trusted in itself: where it ends does not matter */
    bool finished;              /* chain_path_judge: every check was made to its end */
    uint32_t *name_checks_left; /* the budgets of the whole building */
    uint32_t *policy_steps_left;
    struct chain_revocation_work *revocation; /* likewise, see revocation.h */
    size_t signer_links; /* not 0: the path of a CRL's signer, which has so many certificates before it joins another path */
    unsigned signer_depth;
    uint32_t *signatures_left; /* LIMIT_CHAIN_SIGNATURES, see chain_signature_price */
    uint32_t error;            /* of the path as a whole */
    uint32_t info;
    struct chain_link links[LIMIT_CHAIN_DEPTH];
};

/*
 * Runs all checks, then sums up: path->error and ->info, with those of the links. Whatever could not be done
 * leaves CERT_CHAIN_UNFINISHED in path->error, and path->finished false.
 */
void chain_path_judge(struct chain_path *path);
/* How bad an error word is: compares words. 0 = no error. */
uint32_t chain_badness(uint32_t error);
/* What checking one signature with this key takes out of the budget. */
uint32_t chain_signature_price(const struct cert *key_holder);
/* Is it in the set, byte for byte? A thumbprint is SHA-1, which can be made to collide. */
bool chain_is_member(const struct cert_set *set, const struct cert *cert);

/* ---- the checks; false = it could not be done (memory, a limit) ---- */

bool chain_check_root(struct chain_path *path);
bool chain_check_distrust(struct chain_path *path);
bool chain_check_signatures(struct chain_path *path);
bool chain_check_weak(struct chain_path *path);
bool chain_check_time(struct chain_path *path);
bool chain_check_extensions(struct chain_path *path);
bool chain_check_basic_constraints(struct chain_path *path);
bool chain_check_usage(struct chain_path *path);
bool chain_check_name_constraints(struct chain_path *path);
bool chain_check_policies(struct chain_path *path);
bool chain_check_revocation(
    struct chain_path *path); /* the last: it judges the paths of CRL signers against what was found before */

/* Have the checks so far found that its signature proves nothing? */
bool chain_badly_signed(const struct chain_link *link);
/* Would this certificate on its own meet the requested usages? The search asks, to try the others first. */
bool chain_allows_requested_usage(const struct cert_chain_input *input, const struct cert *cert);
/* Is this link the trusted root? */
bool chain_is_anchor(const struct chain_path *path, size_t index);
/* Is the end certificate trusted in itself (CERT_TRUST_IS_PEER_TRUSTED)? */
bool chain_is_peer_trusted(const struct cert_chain_input *input);
/* Is the certificate explicitly distrusted? The search asks too. */
bool chain_is_distrusted(const struct cert_set *distrusted, const struct cert *cert);

#endif
