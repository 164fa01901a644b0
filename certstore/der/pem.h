/* SPDX-License-Identifier: Apache-2.0 */
/* PEM (RFC 7468): blocks between -----BEGIN X----- and -----END X-----, other text around them ignored. */
#ifndef CERIUM_CERTSTORE_DER_PEM_H
#define CERIUM_CERTSTORE_DER_PEM_H

#include "platform/bytes.h"

struct pem_block {
    struct plat_span label; /* "CERTIFICATE" */
    struct plat_span body;  /* base64 and line ends */
    bool encrypted; /* it had the header lines of OpenSSL's own encryption ("Proc-Type: 4,ENCRYPTED") */
};

enum pem_result { PEM_BLOCK, PEM_END, PEM_BROKEN /* a BEGIN line without its END */ };

bool pem_present(struct plat_span text);                                   /* is there a BEGIN line at all? */
enum pem_result pem_next(struct plat_span *text, struct pem_block *block); /* *text moves behind the block */
bool pem_label_is(const struct pem_block *block, const char *label);
/* Appends the decoded bytes; ERROR_INVALID_DATA when the base64 is bad. */
PLAT_MUST_USE win_error pem_decode(const struct pem_block *block, struct plat_buffer *out);
/* Appends a block, 64 columns wide. */
void pem_write(struct plat_buffer *out, const char *label, struct plat_span bytes);

#endif
