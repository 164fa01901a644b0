/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate in words, for `cerium cert show`. */
#ifndef CERIUM_CERTSTORE_DESCRIBE_H
#define CERIUM_CERTSTORE_DESCRIBE_H

#include "certstore/cert.h"

/*
 * Appends lines of "  Label:   value": names, serial, validity, key, signature, thumbprints, each extension
 * decoded.
 */
void cert_describe(const struct cert *cert, struct plat_buffer *out);

/* Appends "2026-11-22 01:02:03 UTC". */
void cert_time_text(int64_t unix_seconds, struct plat_buffer *out);
/* "RSA 2048", "EC P-256", "unsupported". */
void cert_key_text(const struct cert *cert, struct plat_buffer *out);

#endif
