/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_CERTSTORE_CERT_DESCRIBE_H
#define CERIUM_CERTSTORE_CERT_DESCRIBE_H

#include "cert/extensions.h"

/* Appends what the extension says, on one line; false when its content is malformed. */
bool cert_describe_extension(enum cert_extension_id id, struct plat_span value, struct plat_buffer *out);
void cert_describe_general_name(const struct cert_general_name *name, struct plat_buffer *out);

#endif
