/* SPDX-License-Identifier: Apache-2.0 */
/* The .sst file: runs of serialized properties one behind the other. */
#include "store/run.h"

#define SST_VERSION 0U
#define SST_MAGIC 0x54524543U /* "CERT" */

bool cert_sst_present(struct plat_span bytes)
{
    struct plat_reader reader = plat_reader_of(bytes);
    uint32_t version = plat_read_u32_le(&reader);
    uint32_t magic = plat_read_u32_le(&reader);
    return !reader.failed && version == SST_VERSION && magic == SST_MAGIC;
}

/* The twelve bytes 0 that end the file, and nothing behind them. */
static bool at_end(struct plat_reader reader)
{
    bool zero = true;
    for (unsigned i = 0; i < 3; i++) {
        zero = plat_read_u32_le(&reader) == 0 && zero;
    }
    return zero && !reader.failed && plat_reader_left(&reader) == 0;
}

/* Walks all runs; `each` may be NULL: then only the structure is looked at. */
static win_error walk(struct plat_span bytes, win_error (*each)(void *context, const struct cert_blob *blob),
                      void *context)
{
    struct plat_reader reader = plat_reader_of(bytes);
    (void)plat_read_span(&reader, 8);
    while (!at_end(reader)) {
        struct cert_blob blob;
        if (!cert_run_read(&reader, &blob)) {
            return ERROR_INVALID_DATA;
        }
        win_error error = each == NULL ? ERROR_SUCCESS : each(context, &blob);
        if (error != ERROR_SUCCESS) {
            return error;
        }
    }
    return ERROR_SUCCESS;
}

win_error cert_sst_read(struct plat_span bytes,
                        win_error (*each)(void *context, const struct cert_blob *blob), void *context)
{
    if (!cert_sst_present(bytes) || walk(bytes, NULL, NULL) != ERROR_SUCCESS) {
        return ERROR_INVALID_DATA;
    }
    return walk(bytes, each, context);
}

void cert_sst_begin(struct plat_buffer *out)
{
    plat_buffer_append_u32_le(out, SST_VERSION);
    plat_buffer_append_u32_le(out, SST_MAGIC);
}

void cert_sst_append(struct plat_buffer *out, const struct cert_blob *blob)
{
    cert_blob_write(out, blob);
}

void cert_sst_end(struct plat_buffer *out)
{
    for (unsigned i = 0; i < 3; i++) {
        plat_buffer_append_u32_le(out, 0);
    }
}
