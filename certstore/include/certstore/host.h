/* SPDX-License-Identifier: Apache-2.0 */
/* Is a certificate for the server that somebody means to talk to? (RFC 9525, which follows RFC 6125) */
#ifndef CERIUM_CERTSTORE_HOST_H
#define CERIUM_CERTSTORE_HOST_H

#include "certstore/cert.h"

enum cert_host_answer {
    CERT_HOST_MATCHES,
    CERT_HOST_OTHER, /* it is for other names */
    CERT_HOST_NO_NAMES, /* it names no server at all: no dNSName and no iPAddress (RFC 9525 has common names not count) */
    CERT_HOST_NONE /* `host` is neither a DNS name nor an IP address, or the certificate's names cannot be read */
};

/*
 * `host`: a DNS name (A-labels; a dot at its end does not count), an IPv4 address, or an IPv6 one, in brackets or not. A DNS name is compared with the
 * dNSNames of subjectAltName without regard to case; "*" stands for one whole label, the leftmost, with at least two behind it (6.3). An address is
 * compared with the iPAddresses, octet by octet. Says nothing about the chain.
 */
enum cert_host_answer cert_host_match(const struct cert *cert, const char *host);

/*
 * Appends the servers that it names: "a.example, *.b.example, 10.0.0.1"; "" when it names none. Other characters than those of names stand as
 * \XX.
 */
void cert_host_names(const struct cert *cert, struct plat_buffer *out);

#endif
