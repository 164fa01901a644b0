/* SPDX-License-Identifier: Apache-2.0 */
/* What an import has read and not yet written. */
#ifndef CERIUM_TOOLS_CERT_IMPORT_H
#define CERIUM_TOOLS_CERT_IMPORT_H

#include "cert/certtool.h"

#include "certstore/pfx.h"
#include "reg/terminal.h"

struct certtool_import_pfx {
    struct certtool_import_pfx *next;
    struct cert_pfx *pfx;
    bool *key_is_new; /* one for each certificate */
};

struct certtool_import {
    const struct certtool_command *command;
    const char *store;
    struct reg_db *db;
    struct cert_set *certs; /* for the store */
    struct cert_set *to_ca; /* those of a .pfx into MY that have no key */
    struct cert_crl_set *crls;
    struct certtool_import_pfx *pfx;
    struct regtool_progress progress;
    size_t done, all;
    size_t files, left_out;
    size_t passed_over;    /* of those, files of directories that hold nothing of use */
    size_t named_left_out; /* of the files that stand on the command line */
};

/* Reads everything that the command line names. What is left out is told and counted. TOOL_FAILED: said. */
int certtool_import_read(struct certtool_import *import);
void certtool_import_free(struct certtool_import *import);

#endif
