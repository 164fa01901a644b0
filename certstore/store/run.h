/* SPDX-License-Identifier: Apache-2.0 */
/* One run of serialized properties out of several: what Blob and .sst have in common. */
#ifndef CERIUM_CERTSTORE_STORE_RUN_H
#define CERIUM_CERTSTORE_STORE_RUN_H

#include "certstore/blob.h"

/* Properties up to and with the content, which ends the run; the reader stands behind it. false: damaged. */
bool cert_run_read(struct plat_reader *reader, struct cert_blob *blob);
/* Whole elements, none of them a content. */
bool cert_properties_valid(struct plat_span properties);

#endif
