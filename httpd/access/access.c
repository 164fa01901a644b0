/* SPDX-License-Identifier: Apache-2.0 */
/* The order of the questions. Each one says "go on" or ends the decision; whoever gets through all of them is allowed in. */
#include "access/rules.h"

bool httpd_deny(struct httpd_judge *j, enum httpd_reason reason)
{
    j->decision->verdict = HTTPD_DENY;
    j->decision->reason = reason;
    j->decision->status = httpd_reason_status(reason);
    return false;
}

void httpd_note(struct httpd_judge *j, enum httpd_step_kind kind, bool ok, uint32_t number, const char *text)
{
    struct httpd_decision *d = j->decision;
    if (d->step_count < HTTPD_STEPS) {
        d->steps[d->step_count++] = (struct httpd_step){kind, ok, number, text != NULL ? text : ""};
    }
}

bool httpd_vroot_wants_certificate(const struct httpd_vroot *vroot)
{
    return (vroot->flags & (HSE_URL_FLAGS_NEGO_CERT | HSE_URL_FLAGS_REQUIRE_CERT)) != 0;
}

static void find_vroot(struct httpd_judge *j)
{
    struct httpd_decision *d = j->decision;
    d->vroot = j->facts->path != NULL ? httpd_vroot_find(j->settings, j->facts->path, &d->rest) : NULL;
    if (d->vroot == NULL) {
        d->rest = "";
        httpd_note(j, HTTPD_STEP_VROOT, false, 0, "");
        return;
    }
    httpd_note(j, HTTPD_STEP_VROOT, d->vroot->physical[0] != '\0', d->vroot->flags, d->vroot->url);
}

/* SSL\ClientCertificate = 2: over TLS, nothing at all for a client without a valid certificate. */
static bool pass_first_handshake_rule(struct httpd_judge *j)
{
    if (j->settings->ask_certificate != HTTPD_REQUIRE_FIRST_HANDSHAKE || !j->facts->secure) {
        return true;
    }
    return httpd_judge_certificate(j, true, false);
}

static bool find_target(struct httpd_judge *j)
{
    struct httpd_decision *d = j->decision;
    if (d->vroot == NULL || d->vroot->physical[0] == '\0') {
        return httpd_deny(j, HTTPD_REASON_NO_VROOT);
    }
    d->target = httpd_target_of(j->settings, d->vroot, d->rest, &d->name_end);
    httpd_note(j, HTTPD_STEP_TARGET, true, (uint32_t)d->target, NULL);
    return true;
}

static bool pass_ssl(struct httpd_judge *j)
{
    const struct httpd_facts *f = j->facts;
    uint32_t flags = j->decision->vroot->flags;
    enum httpd_reason reason = HTTPD_REASON_NONE;
    if ((flags & (HSE_URL_FLAGS_SSL | HSE_URL_FLAGS_SSL128)) != 0 && !f->secure) {
        reason = HTTPD_REASON_SSL_REQUIRED;
    } else if ((flags & HSE_URL_FLAGS_SSL128) != 0 && f->cipher_bits < 128) {
        reason = HTTPD_REASON_SSL_TOO_WEAK;
    }
    httpd_note(j, HTTPD_STEP_SSL, reason == HTTPD_REASON_NONE, f->secure ? f->cipher_bits : 0, NULL);
    return reason == HTTPD_REASON_NONE || httpd_deny(j, reason);
}

static bool pass_way_in(struct httpd_judge *j)
{
    if (j->decision->vroot->auth >= 3) {
        return httpd_deny(j, HTTPD_REASON_BAD_AUTH_LEVEL);
    }
    return httpd_vroot_wants_certificate(j->decision->vroot) ? httpd_certificate_way_in(j)
                                                             : httpd_password_way_in(j);
}

static bool pass_permission(struct httpd_judge *j)
{
    uint32_t wanted = HSE_URL_FLAGS_READ;
    enum httpd_reason reason = HTTPD_REASON_NO_READ;
    if (j->decision->target == HTTPD_TARGET_EXTENSION) {
        wanted = HSE_URL_FLAGS_EXECUTE;
        reason = HTTPD_REASON_NO_EXECUTE;
    } else if (j->decision->target == HTTPD_TARGET_SCRIPT) {
        wanted = HSE_URL_FLAGS_EXECUTE | HSE_URL_FLAGS_SCRIPT;
        reason = HTTPD_REASON_NO_SCRIPT;
    }
    bool ok = (j->decision->vroot->flags & wanted) != 0;
    httpd_note(j, HTTPD_STEP_PERMISSION, ok, wanted, NULL);
    return ok || httpd_deny(j, reason);
}

void httpd_decide(const struct httpd_settings *settings, const struct httpd_facts *facts,
                  struct httpd_decision *decision)
{
    *decision = (struct httpd_decision){.verdict = HTTPD_DENY, .status = 403};
    struct httpd_judge j = {.settings = settings, .facts = facts, .decision = decision};
    find_vroot(&j);
    if (pass_first_handshake_rule(&j) && find_target(&j) && pass_ssl(&j) && pass_way_in(&j) &&
        pass_permission(&j)) {
        decision->verdict = HTTPD_ALLOW;
        decision->status = 0;
    }
}
