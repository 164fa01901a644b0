/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which pseudo-user a certificate is ("SSL Client Authentication" aa922016): every value that a user's key has must match, the first user in
 * the order of the keys wins. A user has an issuer, a serial or both, so a certificate has three ways to be found.
 */
#include "settings/arena.h"
#include "settings/index.h"

#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

static uint32_t hash_of(const char *issuer_fold, struct plat_span serial)
{
    uint32_t hash = 0;
    if (issuer_fold != NULL) {
        hash = httpd_hash_bytes(hash, plat_span_of(issuer_fold, strlen(issuer_fold)));
    }
    return httpd_hash_mix(httpd_hash_bytes(hash, serial));
}

static struct httpd_table *table_for(struct httpd_settings_index *index, const struct httpd_mapped_user *user)
{
    if (user->issuer_cn == NULL) {
        return &index->by_serial;
    }
    return user->serial.size > 0 ? &index->by_both : &index->by_issuer;
}

/* The user of one table with exactly this issuer (NULL = none) and serial (size 0 = none). */
static const struct httpd_mapped_user *find_in(const struct httpd_settings *s, const struct httpd_table *table,
                                               const char *issuer_fold, struct plat_span serial)
{
    for (uint32_t at = hash_of(issuer_fold, serial), i;
         (i = httpd_table_next(table, &at)) != HTTPD_TABLE_NONE;) {
        const struct httpd_mapped_user *user = &s->mapped_users[i];
        const char *fold = s->index->issuer_folds[i];
        bool same_issuer =
            fold == NULL ? issuer_fold == NULL : issuer_fold != NULL && strcmp(fold, issuer_fold) == 0;
        if (same_issuer && plat_span_equal(user->serial, serial)) {
            return user;
        }
    }
    return NULL;
}

static const struct httpd_mapped_user *earlier(const struct httpd_mapped_user *a,
                                               const struct httpd_mapped_user *b)
{
    if (a == NULL || b == NULL) {
        return a != NULL ? a : b;
    }
    return b->order < a->order ? b : a;
}

/* ---- building ---- */

static win_error fold_issuers(struct httpd_settings *s)
{
    s->index->issuer_folds = plat_calloc(s->mapped_user_count, sizeof *s->index->issuer_folds);
    if (s->index->issuer_folds == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    struct plat_buffer fold;
    plat_buffer_init(&fold, LIMIT_REG_DATA * 4U);
    for (size_t i = 0; i < s->mapped_user_count && fold.failed == ERROR_SUCCESS; i++) {
        if (s->mapped_users[i].issuer_cn == NULL) {
            continue;
        }
        plat_buffer_clear(&fold);
        cert_text_fold(&fold, s->mapped_users[i].issuer_cn);
        const char *text = plat_buffer_text(&fold);
        s->index->issuer_folds[i] = text != NULL ? httpd_arena_text(s->arena, text) : NULL;
        if (s->index->issuer_folds[i] == NULL) {
            plat_buffer_free(&fold);
            return ERROR_NOT_ENOUGH_MEMORY;
        }
    }
    win_error error = fold.failed;
    plat_buffer_free(&fold);
    return error;
}

static void report_pair(const struct httpd_index_report *report, const struct httpd_mapped_user *a,
                        const struct httpd_mapped_user *b)
{
    if (a != NULL && b != NULL && a != b) {
        bool a_first = a->order < b->order;
        report->overlapping_users(report->context, a_first ? a : b, a_first ? b : a);
    }
}

/*
 * Every user that shares certificates with another is told of once or more, without comparing all pairs: with its like (the earlier one), and,
 * when it has both values, with users of one value. An issuer alone and a serial alone always overlap: the first two are told.
 */
static void report_overlaps(const struct httpd_settings *s, const struct httpd_index_report *report)
{
    const struct httpd_settings_index *index = s->index;
    const struct plat_span none = {NULL, 0};
    const struct httpd_mapped_user *issuer_only = NULL, *serial_only = NULL;
    for (size_t i = 0; i < s->mapped_user_count; i++) {
        const struct httpd_mapped_user *user = &s->mapped_users[i];
        const char *fold = index->issuer_folds[i];
        if (fold == NULL) {
            report_pair(report, find_in(s, &index->by_serial, NULL, user->serial), user);
            serial_only = earlier(serial_only, user);
        } else if (user->serial.size == 0) {
            report_pair(report, find_in(s, &index->by_issuer, fold, none), user);
            issuer_only = earlier(issuer_only, user);
        } else {
            report_pair(report, find_in(s, &index->by_both, fold, user->serial), user);
            report_pair(report, find_in(s, &index->by_issuer, fold, none), user);
            report_pair(report, find_in(s, &index->by_serial, NULL, user->serial), user);
        }
    }
    report_pair(report, issuer_only, serial_only);
}

win_error httpd_index_mapped_users(struct httpd_settings *s, const struct httpd_index_report *report)
{
    struct httpd_settings_index *index = s->index;
    size_t both = 0, issuer = 0, serial = 0;
    for (size_t i = 0; i < s->mapped_user_count; i++) {
        const struct httpd_table *table = table_for(index, &s->mapped_users[i]);
        both += table == &index->by_both;
        issuer += table == &index->by_issuer;
        serial += table == &index->by_serial;
    }
    if (s->mapped_user_count == 0) {
        return ERROR_SUCCESS;
    }
    win_error error = httpd_table_create(&index->by_both, both);
    if (error == ERROR_SUCCESS) {
        error = httpd_table_create(&index->by_issuer, issuer);
    }
    if (error == ERROR_SUCCESS) {
        error = httpd_table_create(&index->by_serial, serial);
    }
    if (error == ERROR_SUCCESS) {
        error = fold_issuers(s);
    }
    if (error != ERROR_SUCCESS) {
        return error;
    }
    for (size_t i = 0; i < s->mapped_user_count; i++) {
        const struct httpd_mapped_user *user = &s->mapped_users[i];
        const char *fold = index->issuer_folds[i];
        struct httpd_table *table = table_for(index, user);
        /* Of users with the same values only the first can ever be found. */
        if (find_in(s, table, fold, user->serial) == NULL) {
            httpd_table_put(table, hash_of(fold, user->serial), (uint32_t)i);
        }
    }
    if (report != NULL) {
        report_overlaps(s, report);
    }
    return ERROR_SUCCESS;
}

/* ---- look-up ---- */

/* The issuer's CN in the form that is compared. false: no memory, so nothing can be said of any user. */
static bool fold_issuer_of(const struct cert *cert, struct plat_buffer *fold, bool *has_name)
{
    struct plat_buffer name;
    plat_buffer_init(&name, LIMIT_CERT_SIZE * 4U);
    /* A NUL inside a name must not make it look like a shorter one. */
    *has_name = cert_name_common_name(cert->issuer, &name) &&
                (name.size == 0 || memchr(name.data, 0, name.size) == NULL);
    const char *text = plat_buffer_text(&name);
    if (text != NULL && *has_name) {
        cert_text_fold(fold, text);
    }
    bool ok = text != NULL && plat_buffer_text(fold) != NULL;
    plat_buffer_free(&name);
    return ok;
}

const struct httpd_mapped_user *httpd_mapped_user_find(const struct httpd_settings *s, const struct cert *cert)
{
    const struct httpd_settings_index *index = s->index;
    const struct plat_span none = {NULL, 0};
    struct plat_span serial = cert_serial_number(cert);
    struct plat_buffer fold;
    plat_buffer_init(&fold, LIMIT_CERT_SIZE * 8U);
    bool has_name;
    const struct httpd_mapped_user *user = NULL;
    if (s->mapped_user_count > 0 && fold_issuer_of(cert, &fold, &has_name)) {
        user = find_in(s, &index->by_serial, NULL, serial);
        if (has_name) {
            const char *issuer = plat_buffer_text(&fold);
            user = earlier(user, find_in(s, &index->by_both, issuer, serial));
            user = earlier(user, find_in(s, &index->by_issuer, issuer, none));
        }
    }
    plat_buffer_free(&fold);
    return user;
}
