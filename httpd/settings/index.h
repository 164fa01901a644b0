/* SPDX-License-Identifier: Apache-2.0 */
/* The hash indexes of a snapshot. Built once, over the finished arrays. */
#ifndef CERIUM_HTTPD_INDEX_H
#define CERIUM_HTTPD_INDEX_H

#include "settings/settings.h"
#include "settings/table.h"

struct httpd_settings_index {
    struct httpd_table vroots; /* by name without its trailing slashes */
    uint32_t vroot_depth;      /* most segments of a vroot's name */
    const char **issuer_folds; /* of each mapped user: cert_text_fold of its issuer_cn, NULL without */
    struct httpd_table by_both, by_issuer,
        by_serial; /* mapped users with issuer and serial, issuer alone, serial alone */
    struct httpd_table passwords;
    struct httpd_table scripts;
};

/* Told of what the index finds to be ambiguous; each sentence names the second of the two, which is the one that loses. */
struct httpd_index_report {
    void (*duplicate_vroot)(void *context, const struct httpd_vroot *first, const struct httpd_vroot *second);
    void (*overlapping_users)(void *context, const struct httpd_mapped_user *first,
                              const struct httpd_mapped_user *second);
    void *context;
};

/* settings->index, from the arrays and the arena of `settings`. `report` may be NULL. */
PLAT_MUST_USE win_error httpd_settings_index_create(struct httpd_settings *settings,
                                                    const struct httpd_index_report *report);
void httpd_settings_index_free(struct httpd_settings_index *index); /* NULL is allowed */

/* Parts of it, each in its own file. */
PLAT_MUST_USE win_error httpd_index_vroots(struct httpd_settings *settings,
                                           const struct httpd_index_report *report);
PLAT_MUST_USE win_error httpd_index_mapped_users(struct httpd_settings *settings,
                                                 const struct httpd_index_report *report);

#endif
