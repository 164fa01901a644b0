/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which values a key has, in the order they were made: their folds, a batch at a time, since all are sorted anew for each batch, and none is
 * enumerated while others are written.
 */
#ifndef CERIUM_REGISTRY_CORE_FOLDS_H
#define CERIUM_REGISTRY_CORE_FOLDS_H

#include "core/storage.h"

struct folds {
    struct plat_buffer bytes; /* each after its size, 32 bits; empty: there are no more */
    uint32_t count;
    uint64_t last; /* sequence of the last of them */
    size_t enough; /* bytes of a batch; the last of them may go beyond */
};

#define FOLDS_BATCH 16384U

/* Batches of FOLDS_BATCH bytes, until the caller makes `enough` another number up to `most`. */
void folds_init(struct folds *folds, size_t most);
void folds_free(struct folds *folds); /* may be loaded again */
/* Those of the values beyond the sequence `after`, without the first `skip`. */
PLAT_MUST_USE win_error folds_load(struct storage *storage, reg_key key, uint64_t after, uint32_t skip,
                                   struct folds *folds);
/* There may be more behind them. */
bool folds_is_full(const struct folds *folds);
/* The one that begins at *at, which is moved behind it; false at the end of the batch. */
bool folds_next(const struct folds *folds, size_t *at, struct plat_span *fold);

#endif
