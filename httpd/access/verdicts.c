/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verdicts remembered: a table of LIMIT_VERDICTS places in groups of four, the oldest of a group gives way. What is remembered holds while no
 * certificate of the chain begins or ends to be valid and no CRL, at most LIMIT_VERDICT_SECONDS, and under the settings it was made with.
 */
#include "access/client_certificate.h"
#include "access/received.h"

#include "platform/limits.h"
#include "platform/log.h"
#include "platform/memory.h"

#include <string.h>

enum { WAYS = 4 };
_Static_assert(LIMIT_VERDICTS % WAYS == 0, "places come in groups");

struct verdict {
    uint8_t hash[CERT_SHA256_SIZE];
    uint64_t settings;   /* identity; 0 = an empty place */
    int64_t made, until; /* holds for made <= now < until */
    uint32_t error;
    bool finished;
};

struct httpd_verdicts {
    struct verdict places[LIMIT_VERDICTS];
};

win_error httpd_verdicts_create(struct httpd_verdicts **verdicts)
{
    *verdicts = plat_calloc(1, sizeof **verdicts);
    return *verdicts != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

void httpd_verdicts_free(struct httpd_verdicts *verdicts)
{
    plat_free(verdicts);
}

static struct verdict *group_of(struct httpd_verdicts *verdicts, const uint8_t hash[CERT_SHA256_SIZE])
{
    uint32_t number = (uint32_t)hash[0] | (uint32_t)hash[1] << 8;
    return &verdicts->places[number % (LIMIT_VERDICTS / WAYS) * WAYS];
}

static bool matches(const struct verdict *v, uint64_t settings, const uint8_t hash[CERT_SHA256_SIZE])
{
    return v->settings == settings && memcmp(v->hash, hash, CERT_SHA256_SIZE) == 0;
}

static struct verdict *find(struct verdict *group, uint64_t settings, const uint8_t hash[CERT_SHA256_SIZE])
{
    for (size_t i = 0; i < WAYS; i++) {
        if (matches(&group[i], settings, hash)) {
            return &group[i];
        }
    }
    return NULL;
}

/* Where a new verdict goes: in its own old place, an empty one, or that of the oldest. */
static struct verdict *place_for(struct verdict *group, uint64_t settings,
                                 const uint8_t hash[CERT_SHA256_SIZE])
{
    struct verdict *place = find(group, settings, hash);
    if (place != NULL) {
        return place;
    }
    place = &group[0];
    for (size_t i = 1; i < WAYS; i++) {
        if (place->settings != 0 && (group[i].settings == 0 || group[i].made < place->made)) {
            place = &group[i];
        }
    }
    return place;
}

/* A moment at which a certificate begins to be valid, or is no longer: the answer may change there. */
static void narrow(struct verdict *v, int64_t moment)
{
    if (moment > v->made && moment < v->until) {
        v->until = moment;
    }
}

/* Any list: a delta, or one that could not be used yet, is not named in the chain, and may change the answer too. */
static void narrow_by_lists(struct verdict *v, const struct cert_crl_set *crls)
{
    for (size_t i = 0; i < cert_crl_set_count(crls); i++) {
        const struct cert_crl *crl = cert_crl_set_at(crls, i);
        narrow(v, crl->this_update);
        if (crl->has_next_update && crl->next_update < INT64_MAX) {
            narrow(v, crl->next_update + 1); /* nextUpdate itself is still good */
        }
    }
}

static void take_chain(void *context, const struct cert_chain *chain)
{
    struct verdict *v = context;
    v->error = chain->error;
    v->finished = chain->finished;
    for (size_t i = 0; i < chain->count; i++) {
        narrow(v, chain->elements[i].cert->not_before);
        if (chain->elements[i].cert->not_after < INT64_MAX) {
            narrow(v, chain->elements[i].cert->not_after + 1); /* notAfter itself is still valid */
        }
    }
}

/* Certificates that the peer sent along and that do not parse are as good as not sent. */
static win_error collect_peer(const struct httpd_client_certificate *certificate, struct cert_set **peer)
{
    win_error error = cert_set_create(peer);
    for (size_t i = 1; error == ERROR_SUCCESS && i < certificate->count; i++) {
        error = cert_set_add(*peer, httpd_client_certificate_at(certificate, i), NULL);
        error = error == ERROR_NOT_ENOUGH_MEMORY ? error : ERROR_SUCCESS;
    }
    return error;
}

/* The root is what the administrator trusts: nobody can revoke it but him. */
static uint32_t chain_flags(enum httpd_revocation revocation)
{
    switch (revocation) {
    case HTTPD_REVOCATION_WHERE_KNOWN:
        return CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT | CERT_CHAIN_REVOCATION_WHERE_KNOWN;
    case HTTPD_REVOCATION_REQUIRED:
        return CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT;
    case HTTPD_REVOCATION_OFF:
        break;
    }
    return 0;
}

bool httpd_client_certificate_chain(const struct httpd_settings *settings,
                                    const struct httpd_client_certificate *certificate, int64_t now,
                                    void (*use)(void *context, const struct cert_chain *chain), void *context)
{
    struct cert_set *peer = NULL;
    struct cert_chain chain;
    win_error error = collect_peer(certificate, &peer);
    if (error == ERROR_SUCCESS) {
        const struct cert_chain_input input = {
            .leaf = &certificate->leaf,
            .roots = settings->roots,
            .intermediates = settings->intermediates,
            .peer = peer,
            .distrusted = settings->distrusted,
            .people = settings->people,
            .crls = settings->crls,
            .time = now,
            .usage = CERT_USAGE_CLIENT_AUTH,
            .flags = chain_flags(settings->revocation),
        };
        cert_chain_build(&input, &chain);
        use(context, &chain);
    }
    cert_set_free(peer);
    return error == ERROR_SUCCESS;
}

uint32_t httpd_client_certificate_trust(struct httpd_verdicts *verdicts, const struct httpd_settings *settings,
                                        const struct httpd_client_certificate *certificate, int64_t now,
                                        bool *finished)
{
    struct verdict *group = group_of(verdicts, certificate->hash);
    const struct verdict *known = find(group, settings->identity, certificate->hash);
    if (known != NULL && now >= known->made && now < known->until) {
        *finished = known->finished;
        return known->error;
    }
    struct verdict fresh = {
        .settings = settings->identity,
        .made = now,
        .until = now < INT64_MAX - LIMIT_VERDICT_SECONDS ? now + LIMIT_VERDICT_SECONDS : now,
        .error = CERT_CHAIN_UNFINISHED,
    };
    memcpy(fresh.hash, certificate->hash, sizeof fresh.hash);
    if (!httpd_client_certificate_chain(settings, certificate, now, take_chain, &fresh)) {
        plat_log(PLAT_LOG_ERROR, "a client certificate could not be judged: not enough memory");
        *finished = false; /* and try again next time */
        return CERT_CHAIN_UNFINISHED;
    }
    narrow_by_lists(&fresh, settings->crls);
    *place_for(group, settings->identity, certificate->hash) = fresh;
    *finished = fresh.finished;
    return fresh.error;
}
