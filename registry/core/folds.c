/* SPDX-License-Identifier: Apache-2.0 */
#include "core/folds.h"

#include "platform/limits.h"

void folds_init(struct folds *folds, size_t most)
{
    *folds = (struct folds){.enough = FOLDS_BATCH};
    plat_buffer_init(&folds->bytes, most + 4 * LIMIT_REG_VALUE_NAME);
}

void folds_free(struct folds *folds)
{
    plat_buffer_free(&folds->bytes);
}

static bool keep(void *context, uint64_t sequence, struct plat_span fold)
{
    struct folds *folds = context;

    plat_buffer_append_u32_le(&folds->bytes, (uint32_t)fold.size);
    plat_buffer_append(&folds->bytes, fold.data, fold.size);
    folds->last = sequence;
    folds->count++;
    return !folds->bytes.failed && folds->bytes.size < folds->enough;
}

win_error folds_load(struct storage *storage, reg_key key, uint64_t after, uint32_t skip, struct folds *folds)
{
    win_error error;

    plat_buffer_clear(&folds->bytes);
    folds->count = 0;
    error = storage_each_place(storage, key, after, skip, keep, folds);
    return error ? error : folds->bytes.failed;
}

bool folds_is_full(const struct folds *folds)
{
    return folds->bytes.size >= folds->enough;
}

bool folds_next(const struct folds *folds, size_t *at, struct plat_span *fold)
{
    struct plat_reader r = plat_reader_of(plat_span_of(folds->bytes.data + *at, folds->bytes.size - *at));

    if (plat_reader_left(&r) == 0)
        return false;
    *fold = plat_read_span(&r, plat_read_u32_le(&r));
    *at += 4 + fold->size;
    return true;
}
