/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a row's name is one that the registry would have taken, and filed under the right fold. */
#ifndef CERIUM_REGISTRY_CHECK_RULES_H
#define CERIUM_REGISTRY_CHECK_RULES_H

#include "core/db.h"

enum rules_verdict { RULES_GOOD, RULES_BAD_NAME, RULES_BAD_FOLD };

struct rules {
    struct reg_db scratch; /* no registry is open in it: core/name.c folds in its buffers */
};

void rules_init(struct rules *rules);
void rules_free(struct rules *rules);
enum rules_verdict rules_name(struct rules *rules, struct plat_span name, struct plat_span fold, bool is_key);

#endif
