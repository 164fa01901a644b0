/* SPDX-License-Identifier: Apache-2.0 */
/* What `cerium cert verify` is asked, by a person, a program, or a line of --batch. */
#ifndef CERIUM_TOOLS_CERT_VERIFY_H
#define CERIUM_TOOLS_CERT_VERIFY_H

#include "cert/certtool.h"

#include "certstore/chain.h"

struct certtool_question {
    const struct certtool_command *command;
    const char *leaf;                       /* --leaf, a path; NULL = not given */
    const char *file;                       /* a word without option: for a person */
    bool unread;                            /* a file that it names could not be read: told */
    bool in_batch;                          /* standard input is taken */
    struct cert_set *roots, *intermediates; /* --root, --intermediate: read while the command line is */
    struct cert_crl_set *crls;              /* --crl, likewise */
    uint32_t flags;                         /* --revocation: CERT_CHAIN_REVOCATION_* */
    int64_t time;
    const char *usage; /* dotted OID, NULL = any */
    const char *host;  /* NULL = any */
};

/* For a person: FILE against the stores of the registry. The exit code. */
int certtool_judge(const struct certtool_question *question);
/* Where the issuer of the chain's last element was looked for, in a sentence; appends nothing when there is nothing to say. */
void certtool_missing_issuer(const struct cert_chain *chain, struct plat_buffer *out);
/* Does the certificate name the host that was asked for? `out` gets a sentence, if there was one. */
bool certtool_host_fits(const struct certtool_question *question, const struct cert *cert,
                        struct plat_buffer *out);

#endif
