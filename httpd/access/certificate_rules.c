/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual roots with NEGO_CERT or REQUIRE_CERT ("SSL Client Authentication" aa922016): first is the certificate valid, then whose is it, then may he in.
 * Passwords play no part here, whatever the settings say.
 */
#include "access/rules.h"

#include "certstore/chain.h"

static bool judge_trust(struct httpd_judge *j)
{
    struct httpd_decision *d = j->decision;
    d->trust_left = j->facts->trust_finished ? j->facts->trust_error & ~j->settings->trust_override
                                             : j->facts->trust_error | CERT_CHAIN_UNFINISHED;
    httpd_note(j, HTTPD_STEP_TRUST, j->facts->trust_error == 0, j->facts->trust_error, NULL);
    httpd_note(j, HTTPD_STEP_OVERRIDE, d->trust_left == 0, d->trust_left, NULL);
    if (d->trust_left != 0) {
        return httpd_deny(j, HTTPD_REASON_CERTIFICATE_INVALID);
    }
    j->certificate_valid = true;
    return true;
}

/* Nothing can be given over plain HTTP, whatever the facts say. */
static enum httpd_certificate_state state_of(const struct httpd_facts *f)
{
    if (!f->secure) {
        return HTTPD_CERT_CANNOT_ASK;
    }
    return f->certificate == HTTPD_CERT_GIVEN && f->leaf == NULL ? HTTPD_CERT_UNPROVEN : f->certificate;
}

static bool without_certificate(struct httpd_judge *j, bool allowed)
{
    if (allowed) {
        return true;
    }
    bool cannot_ask = j->facts->secure && j->facts->certificate == HTTPD_CERT_CANNOT_ASK;
    return httpd_deny(j, cannot_ask ? HTTPD_REASON_CANNOT_ASK : HTTPD_REASON_CERTIFICATE_MISSING);
}

static bool judge_state(struct httpd_judge *j, bool require, bool may_ask)
{
    enum httpd_certificate_state state = state_of(j->facts);
    bool none = state == HTTPD_CERT_CANNOT_ASK || state == HTTPD_CERT_NONE;
    bool ask = state == HTTPD_CERT_NOT_ASKED && may_ask;
    httpd_note(j, HTTPD_STEP_CERTIFICATE, state == HTTPD_CERT_GIVEN || ask || (none && !require),
               (uint32_t)state, NULL);
    switch (state) {
    case HTTPD_CERT_GIVEN:
        return judge_trust(j);
    case HTTPD_CERT_CANNOT_ASK:
    case HTTPD_CERT_NONE:
        return without_certificate(j, !require);
    case HTTPD_CERT_NOT_ASKED:
        if (!may_ask) {
            return httpd_deny(j, HTTPD_REASON_CERTIFICATE_MISSING);
        }
        j->decision->verdict = HTTPD_ASK_FOR_CERTIFICATE;
        j->decision->status = 0;
        return false;
    case HTTPD_CERT_UNPROVEN:
        break;
    }
    return httpd_deny(j, HTTPD_REASON_CERTIFICATE_UNPROVEN);
}

bool httpd_judge_certificate(struct httpd_judge *j, bool require, bool may_ask)
{
    if (!j->certificate_judged) {
        j->certificate_judged = judge_state(j, require, may_ask);
    }
    return j->certificate_judged;
}

static bool map_to_user(struct httpd_judge *j)
{
    const struct httpd_mapped_user *mapped = httpd_mapped_user_find(j->settings, j->facts->leaf);
    httpd_note(j, HTTPD_STEP_MAP, mapped != NULL, 0, mapped != NULL ? mapped->name : "");
    if (mapped == NULL) {
        return httpd_deny(j, HTTPD_REASON_NOT_MAPPED);
    }
    j->decision->user = mapped->name;
    j->decision->user_is_mapped = true;
    return true;
}

bool httpd_certificate_way_in(struct httpd_judge *j)
{
    const struct httpd_vroot *vroot = j->decision->vroot;
    bool map = (vroot->flags & HSE_URL_FLAGS_MAP_CERT) != 0;
    /* A > 0 wants a user, and without MAP_CERT nothing here makes one: no client need be asked. */
    if (!map && vroot->auth > 0) {
        return httpd_deny(j, HTTPD_REASON_NOT_MAPPED);
    }
    if (!httpd_judge_certificate(j, (vroot->flags & HSE_URL_FLAGS_REQUIRE_CERT) != 0, true)) {
        return false;
    }
    if (!map) {
        return true;
    }
    if (!j->certificate_valid) {
        return without_certificate(j, vroot->auth == 0 && !vroot->has_user_list);
    }
    return map_to_user(j) && httpd_judge_user(j);
}
