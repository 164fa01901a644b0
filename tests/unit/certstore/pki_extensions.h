/* SPDX-License-Identifier: Apache-2.0 */
/* The extensions of pki_text.h: from words to DER. */
#ifndef CERIUM_TESTS_PKI_EXTENSIONS_H
#define CERIUM_TESTS_PKI_EXTENSIONS_H

#include "cert_builder.h"

#define PKI_LINE_SIZE 1024U

/* One line being read. */
struct pki_line {
    char *role;
    char *subject, *issuer;
    const char *key, *signer;
    const char *permit, *exclude, *require, *inhibit_map;
    const char *akid, *aserial;
    bool minimum, maximum;
    struct cert_recipe recipe;
};

/* false: the word is none of an extension's. `value` is NULL without '='. */
bool pki_extension_word(struct pki_line *line, const char *word, const char *value);
/*
 * The extensions that several words make together: nameConstraints, policyConstraints,
 * authorityKeyIdentifier.
 */
void pki_extensions_gathered(struct pki_line *line);

#endif
