/* SPDX-License-Identifier: Apache-2.0 */
#include "check/rules.h"

#include "platform/limits.h"

#include <string.h>

void rules_init(struct rules *rules)
{
    memset(rules, 0, sizeof *rules);
    plat_buffer_init(&rules->scratch.fold, 4 * LIMIT_REG_PATH);
    plat_buffer_init(&rules->scratch.message, LIMIT_LOG_LINE);
}

void rules_free(struct rules *rules)
{
    plat_buffer_free(&rules->scratch.fold);
    plat_buffer_free(&rules->scratch.message);
}

enum rules_verdict rules_name(struct rules *rules, struct plat_span name, struct plat_span fold, bool is_key)
{
    const struct plat_span given = name.size ? name : plat_span_of("", 0);
    struct plat_span right;
    win_error error =
        is_key ? db_fold_key(&rules->scratch, given, &right) : db_fold_value(&rules->scratch, given, &right);

    if (error)
        return RULES_BAD_NAME;
    return plat_span_equal(right, fold) ? RULES_GOOD : RULES_BAD_FOLD;
}
