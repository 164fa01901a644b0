/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inputs made to burn a validator's time or memory. The bound on time is loose (emulators and sanitizers are
 * slow); without the limits these run for minutes or for ever.
 */
#ifndef CERIUM_TESTS_CHAIN_BOMB_H
#define CERIUM_TESTS_CHAIN_BOMB_H

#include "cert_builder.h"
#include "certstore/chain.h"

#define BOMB_NOW INT64_C(1000000000)
#define BOMB_ROOM (128U * 1024U)

struct bomb {
    struct cert_set *roots, *store, *leaves;
    struct cert_chain_input input;
    struct cert_chain chain;
    struct plat_buffer subject, issuer, der;
    struct cert_recipe recipe;
    struct test_key key, signer;
    uint64_t milliseconds;
};

void bomb_init(struct bomb *bomb);
void bomb_free(struct bomb *bomb);
/* Forgets the extensions of the certificate before; the next one is a CA unless `leaf`. */
void bomb_begin(struct bomb *bomb, bool leaf);
/* The next certificate, with keys of these labels, or with the keys as they are. */
void bomb_sign(struct bomb *bomb, const char *subject, const char *key, const char *issuer,
               const char *signer);
void bomb_sign_again(struct bomb *bomb, const char *subject, const char *issuer);
void bomb_put(struct bomb *bomb, struct cert_set *set);
/* Signs and puts; keys are labelled like names. */
void bomb_issue(struct bomb *bomb, struct cert_set *set, const char *subject, const char *issuer);
/* Builds the chain, in bounded time. */
void bomb_go_off(struct bomb *bomb, const char *what);

const char *bomb_authority(char name[16], unsigned number); /* "CN=CA<number>" */
struct plat_span bomb_span(const struct plat_buffer *b);

#endif
