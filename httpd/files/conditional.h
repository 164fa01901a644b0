/* SPDX-License-Identifier: Apache-2.0 */
/* Validators of a file and the conditions a request may put on them (RFC 9110 sections 8.8 and 13). Pure. */
#ifndef CERIUM_HTTPD_CONDITIONAL_H
#define CERIUM_HTTPD_CONDITIONAL_H

#include "http/request.h"
#include "platform/file.h"

#define FILES_ETAG_SIZE 64U /* three 64-bit and one 32-bit number in hex, five marks, NUL */

struct files_validators {
    char etag[FILES_ETAG_SIZE]; /* strong: inode, size and modification time to the nanosecond, in quotes */
    int64_t modified;           /* unix seconds, never later than now (section 8.8.2.1) */
};

void files_validators_of(const struct plat_file_info *info, int64_t now, struct files_validators *validators);

enum files_condition {
    FILES_SEND,         /* no condition stands against it */
    FILES_NOT_MODIFIED, /* 304 */
    FILES_FAILED        /* 412 */
};

/* Section 13.2.2, in its order, for GET and HEAD. A date that is none is no condition. */
enum files_condition files_check_conditions(const struct http_request *request,
                                            const struct files_validators *validators);

#endif
