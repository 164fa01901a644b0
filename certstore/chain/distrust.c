/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates that the Disallowed store names (CERT_TRUST_IS_EXPLICIT_DISTRUST). They are known again by
 * issuer and serial number, which their issuer signed, and not by the thumbprint alone: bytes outside the
 * signed part can be changed at will.
 */
#include "chain/path.h"

bool chain_is_distrusted(const struct cert_set *distrusted, const struct cert *cert)
{
    if (cert_set_count(distrusted) == 0) {
        return false;
    }
    if (cert_set_find_thumbprint(distrusted, cert->thumbprint) != NULL) {
        return true;
    }
    const struct cert *other = cert_set_next_subject(distrusted, cert->subject, NULL);
    for (; other != NULL; other = cert_set_next_subject(distrusted, cert->subject, other)) {
        if (plat_span_equal(cert_serial_number(other), cert_serial_number(cert)) &&
            cert_name_equal(other->issuer, cert->issuer)) {
            return true;
        }
    }
    return false;
}

bool chain_check_distrust(struct chain_path *path)
{
    for (size_t i = 0; i < path->count; i++) {
        if (chain_is_distrusted(path->input->distrusted, path->links[i].cert)) {
            path->links[i].error |= CERT_TRUST_IS_EXPLICIT_DISTRUST;
        }
    }
    return true;
}
