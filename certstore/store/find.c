/* SPDX-License-Identifier: Apache-2.0 */
/* Which certificate does SSL\CertificateSubject name? */
#include "certstore/store.h"

struct choice {
    const struct cert *cert;
    bool good; /* valid now, and its key is there */
};

/* Of two that match: the good one, else the one that expires last. */
static bool better(const struct choice *a, const struct choice *b)
{
    if (b->cert == NULL || a->good != b->good) {
        return b->cert == NULL || a->good;
    }
    return a->cert->not_after > b->cert->not_after;
}

/* Its whole subject name, or its commonName. */
static bool text_matches(const struct cert *cert, const char *subject, bool common_name)
{
    struct plat_buffer text;
    bool found = true;
    plat_buffer_init(&text, 64U * 1024U);
    if (common_name) {
        found = cert_name_common_name(cert->subject, &text);
    } else {
        cert_name_text(cert->subject, &text);
    }
    const char *shown = found ? plat_buffer_text(&text) : NULL;
    bool matches = shown != NULL && cert_text_match(shown, subject);
    plat_buffer_free(&text);
    return matches;
}

static struct choice choose(const struct cert_set *set, const char *subject, bool common_name, int64_t time,
                            bool (*has_key)(void *context, const struct cert *cert), void *context)
{
    struct choice best = {0};
    for (size_t i = 0; i < cert_set_count(set); i++) {
        struct choice next = {.cert = cert_set_at(set, i)};
        if (text_matches(next.cert, subject, common_name)) {
            next.good = next.cert->not_before <= time && time <= next.cert->not_after &&
                        (has_key == NULL || has_key(context, next.cert));
            if (better(&next, &best)) {
                best = next;
            }
        }
    }
    return best;
}

const struct cert *cert_find_subject(const struct cert_set *set, const char *subject, int64_t time,
                                     bool (*has_key)(void *context, const struct cert *cert), void *context)
{
    struct choice best = choose(set, subject, false, time, has_key, context);
    if (best.cert == NULL) {
        best = choose(set, subject, true, time, has_key, context);
    }
    return best.cert;
}
