/* SPDX-License-Identifier: Apache-2.0 */
/* One line a step: a word in the first column, then a sentence; what belongs to it is indented. */
#include "explain/words.h"

#include "certstore/trust.h"
#include "http/path.h"
#include "platform/clock.h"
#include "platform/text.h"

#include <string.h>

#define INDENT "               "

static void put(struct httpd_explain *e, const char *word, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void put(struct httpd_explain *e, const char *word, const char *format, ...)
{
    va_list args;
    plat_buffer_printf(e->text, "%-13s", word);
    va_start(args, format);
    plat_buffer_vprintf(e->text, format, args);
    va_end(args);
    plat_buffer_append_u8(e->text, '\n');
}

/* ---- pieces ---- */

static void append_flags(struct plat_buffer *out, uint32_t flags)
{
    static const char *const names[] = {"READ",       "WRITE",     "EXECUTE",      "SSL",
                                        "DONT_CACHE", "NEGO_CERT", "REQUIRE_CERT", "MAP_CERT",
                                        "SSL128",     "SCRIPT",    "SCRIPT_SOURCE"};
    const char *separator = " ";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if ((flags >> i & 1) != 0) {
            plat_buffer_printf(out, "%s%s", separator, names[i]);
            separator = "|";
        }
    }
}

static void append_time(struct plat_buffer *out, int64_t unix_seconds)
{
    struct plat_date d = plat_date_of(unix_seconds);
    plat_buffer_printf(out, "%04ld-%02u-%02u %02u:%02u:%02u UTC", (long)d.year, d.month, d.day, d.hour,
                       d.minute, d.second);
}

/* "0x00000021 IS_UNTRUSTED_ROOT|IS_NOT_TIME_VALID" */
static void append_word(struct plat_buffer *out, uint32_t word)
{
    plat_buffer_printf(out, "0x%08lx ", (unsigned long)word);
    cert_trust_error_names(word, out);
}

static void append_sentences(struct plat_buffer *out, uint32_t word, const char *indent)
{
    for (unsigned bit = 0; bit < 32; bit++) {
        uint32_t one = UINT32_C(1) << bit;
        if ((word & one) != 0 && cert_trust_error_sentence(one)[0] != '\0') {
            plat_buffer_printf(out, "%s%s\n", indent, cert_trust_error_sentence(one));
        }
    }
}

/* What the CRLs say, when they were asked. */
static void append_revocation(struct plat_buffer *out, const struct cert_chain_element *element)
{
    static const char *const words[] = {
        [CERT_REVOCATION_GOOD] = "not revoked",
        [CERT_REVOCATION_REVOKED] = "revoked",
        [CERT_REVOCATION_NO_CRL] = "no CRL of its issuer is in the stores",
        [CERT_REVOCATION_OFFLINE] = "no CRL of its issuer in the stores is of this time",
        [CERT_REVOCATION_UNUSABLE] = "no CRL in the stores can be relied on for it",
    };
    if (element->revocation == CERT_REVOCATION_NOT_ASKED) {
        return;
    }
    plat_buffer_printf(out, INDENT "  revocation: %s", words[element->revocation]);
    if (element->revocation == CERT_REVOCATION_REVOKED) {
        plat_buffer_append_text(out, " since ");
        append_time(out, element->revoked);
        plat_buffer_printf(out, " (%s)", cert_crl_reason_name(element->reason));
    }
    if (element->crl != NULL) {
        plat_buffer_append_text(out, ", says the CRL of ");
        cert_name_text(element->crl->issuer, out);
        plat_buffer_append_text(out, " of ");
        append_time(out, element->crl->this_update);
    }
    plat_buffer_append_u8(out, '\n');
}

void httpd_explain_chain_words(const struct cert_chain *chain, struct plat_buffer *out)
{
    for (size_t i = 0; i < chain->count; i++) {
        plat_buffer_append_text(out, INDENT);
        cert_name_text(chain->elements[i].cert->subject, out);
        plat_buffer_append_text(out, ": ");
        append_word(out, chain->elements[i].error);
        plat_buffer_append_u8(out, '\n');
        append_sentences(out, chain->elements[i].error, INDENT "  ");
        append_revocation(out, &chain->elements[i]);
    }
}

static void put_request(struct httpd_explain *e)
{
    plat_buffer_printf(e->text, "%-13s%s %s over %s, at ", "request", e->request->method, e->facts.path,
                       e->request->plain ? "plain HTTP" : "HTTPS");
    append_time(e->text, e->request->time);
    plat_buffer_append_u8(e->text, '\n');
}

/* ---- steps ---- */

static void put_vroot(struct httpd_explain *e)
{
    const struct httpd_vroot *v = e->decision.vroot;
    if (v == NULL) {
        put(e, "vroot", "none: the path begins with none of the %zu virtual roots", e->settings->vroot_count);
        return;
    }
    if (v->physical[0] == '\0') {
        put(e, "vroot", "%s, which has no physical path (its default value is missing)", v->url);
        return;
    }
    put(e, "vroot", "%s -> %s (the longest virtual root that the path begins with)", v->url, v->physical);
    plat_buffer_printf(e->text, "%-13sP=0x%08lx", "flags", (unsigned long)v->flags);
    append_flags(e->text, v->flags);
    plat_buffer_append_u8(e->text, '\n');
    static const char *const levels[] = {"anybody may come in", "a user is needed",
                                         "an administrator is needed"};
    put(e, "level", "A=%lu: %s", (unsigned long)v->auth, v->auth < 3 ? levels[v->auth] : "nobody can come in");
}

static void put_target(struct httpd_explain *e)
{
    const struct httpd_decision *d = &e->decision;
    static const char *const kinds[] = {
        [HTTPD_TARGET_FILE] = "a file or directory to read",
        [HTTPD_TARGET_EXTENSION] = "an ISAPI extension to run",
        [HTTPD_TARGET_SCRIPT] = "a script to run",
    };
    plat_buffer_printf(e->text, "%-13s", "target");
    if (d->target != HTTPD_TARGET_FILE && d->name_end == 0) {
        plat_buffer_append_text(e->text,
                                d->vroot->physical); /* the virtual root itself, whatever follows it */
    } else {
        http_path_append_physical(e->text, d->vroot->physical, d->rest);
    }
    plat_buffer_printf(e->text, ": %s\n", kinds[d->target]);
}

static void put_ssl(struct httpd_explain *e, const struct httpd_step *step)
{
    uint32_t flags = e->decision.vroot->flags;
    bool strong = (flags & HSE_URL_FLAGS_SSL128) != 0;
    if ((flags & (HSE_URL_FLAGS_SSL | HSE_URL_FLAGS_SSL128)) == 0) {
        put(e, "SSL", "not needed, %s", e->facts.secure ? "but there" : "not there");
    } else if (step->ok) {
        put(e, "SSL", "needed%s, and there", strong ? " with 128 bits" : "");
    } else {
        put(e, "SSL", "needed%s, and not there", strong ? " with 128 bits" : "");
    }
}

static void put_leaf(struct httpd_explain *e)
{
    const struct cert *leaf = e->facts.leaf;
    struct plat_buffer *out = e->text;
    plat_buffer_append_text(out, INDENT "subject  ");
    cert_name_text(leaf->subject, out);
    plat_buffer_append_text(out, "\n" INDENT "issuer   ");
    cert_name_text(leaf->issuer, out);
    plat_buffer_append_text(out, "\n" INDENT "serial   ");
    cert_hex_append(out, cert_serial_number(leaf), ',');
    plat_buffer_append_text(out, "\n" INDENT "valid    ");
    append_time(out, leaf->not_before);
    plat_buffer_append_text(out, " to ");
    append_time(out, leaf->not_after);
    plat_buffer_append_u8(out, '\n');
}

static void put_certificate(struct httpd_explain *e, const struct httpd_step *step)
{
    const char *when =
        e->asked ? "asked for in the middle of the request" : "asked for in the first handshake";
    switch ((enum httpd_certificate_state)step->number) {
    case HTTPD_CERT_GIVEN:
        put(e, "certificate", "%s, and given (its key taken as proven):", when);
        put_leaf(e);
        break;
    case HTTPD_CERT_NONE:
        put(e, "certificate", "%s; the client has none%s", when,
            step->ok ? ", which is allowed (NEGO_CERT)" : "");
        break;
    case HTTPD_CERT_CANNOT_ASK:
        put(e, "certificate", "cannot be asked for over plain HTTP%s",
            step->ok ? ", which is allowed (NEGO_CERT)" : "");
        break;
    case HTTPD_CERT_NOT_ASKED:
    case HTTPD_CERT_UNPROVEN:
        put(e, "certificate", "not to be had");
        break;
    }
}

static void put_trust(struct httpd_explain *e, const struct httpd_step *step)
{
    plat_buffer_printf(e->text, "%-13s", "trust");
    append_word(e->text, step->number);
    plat_buffer_append_text(e->text, step->number == 0 ? ": the certificate is valid\n" : "\n");
    plat_buffer_append(e->text, e->chain_words.data, e->chain_words.size);
}

static void put_override(struct httpd_explain *e, const struct httpd_step *step)
{
    uint32_t override = e->settings->trust_override;
    if (!e->facts.trust_finished) {
        put(e, "override", "the chain was not judged to its end, so nothing is ignored");
        return;
    }
    if (override == 0) {
        put(e, "override", "CertTrustOverride is 0: nothing is ignored");
        return;
    }
    plat_buffer_printf(e->text, "%-13sCertTrustOverride ignores ", "override");
    append_word(e->text, override);
    plat_buffer_append_text(e->text, "; what is left is ");
    append_word(e->text, step->number);
    plat_buffer_append_u8(e->text, '\n');
}

static const struct httpd_mapped_user *mapped_user(const struct httpd_explain *e)
{
    return httpd_mapped_user_find(e->settings, e->facts.leaf);
}

static void put_map(struct httpd_explain *e, const struct httpd_step *step)
{
    const struct httpd_mapped_user *user = step->ok ? mapped_user(e) : NULL;
    if (user == NULL) {
        put(e, "user", "none of the %zu under SSL\\Users has this IssuerCN and SerialNumber",
            e->settings->mapped_user_count);
        return;
    }
    plat_buffer_printf(e->text, "%-13s%s, by SSL\\Users\\%s:", "user", user->name, user->name);
    if (user->issuer_cn != NULL) {
        plat_buffer_printf(e->text, " IssuerCN \"%s\"", user->issuer_cn);
    }
    if (user->serial.size > 0) {
        plat_buffer_append_text(e->text, " SerialNumber ");
        cert_hex_append(e->text, user->serial, ',');
    }
    plat_buffer_append_u8(e->text, '\n');
}

static void put_password(struct httpd_explain *e, const struct httpd_step *step)
{
    if (step->number == HTTPD_PASSWORD_NONE) {
        put(e, "password", "none given; Basic authentication asks for one");
        return;
    }
    if (step->number == HTTPD_PASSWORD_WRONG) {
        put(e, "password", "there is no such password user; make one with: cerium user add NAME");
        return;
    }
    put(e, "password", "%s, by Basic authentication (the password taken as right)", step->text);
}

static void put_admin(struct httpd_explain *e, const struct httpd_step *step)
{
    bool none = e->settings->admin_users.count == 0;
    put(e, "AdminUsers", "%s",
        step->ok ? "has the user: an administrator gets in everywhere"
        : none   ? "is not set"
                 : "does not have the user");
}

static void put_user_list(struct httpd_explain *e, const struct httpd_step *step)
{
    const struct httpd_vroot *v = e->decision.vroot;
    size_t index = 0;
    if (step->number == UINT32_MAX) {
        put(e, "UserList", "is not set: %s",
            step->ok ? "every user with a password may come in" : "no user of a certificate may come in");
        return;
    }
    if (httpd_user_list_match(&v->user_list, e->decision.user, NULL, &index) == HTTPD_USER_NOT_LISTED) {
        put(e, "UserList", "none of its %zu entries applies", v->user_list.count);
        return;
    }
    const struct httpd_user_entry *entry = &v->user_list.entries[index];
    put(e, "UserList", "entry %zu of %zu, \"%s%s%.*s\", is the first that applies: it %s", index + 1,
        v->user_list.count, entry->deny ? "-" : "", entry->is_group ? "@" : "", (int)entry->name.size,
        (const char *)entry->name.data, entry->deny ? "keeps the user out" : "lets the user in");
}

static void put_permission(struct httpd_explain *e, const struct httpd_step *step)
{
    const char *wanted = "READ";
    if (step->number == HSE_URL_FLAGS_EXECUTE) {
        wanted = "EXECUTE";
    } else if (step->number != HSE_URL_FLAGS_READ) {
        wanted = "EXECUTE or SCRIPT";
    }
    put(e, "permission", "%s is needed, and P %s it", wanted, step->ok ? "has" : "does not have");
}

static void put_step(struct httpd_explain *e, const struct httpd_step *step)
{
    switch (step->kind) {
    case HTTPD_STEP_VROOT:
        put_vroot(e);
        break;
    case HTTPD_STEP_TARGET:
        put_target(e);
        break;
    case HTTPD_STEP_SSL:
        put_ssl(e, step);
        break;
    case HTTPD_STEP_CERTIFICATE:
        put_certificate(e, step);
        break;
    case HTTPD_STEP_TRUST:
        put_trust(e, step);
        break;
    case HTTPD_STEP_OVERRIDE:
        put_override(e, step);
        break;
    case HTTPD_STEP_MAP:
        put_map(e, step);
        break;
    case HTTPD_STEP_PASSWORD:
        put_password(e, step);
        break;
    case HTTPD_STEP_ADMIN:
        put_admin(e, step);
        break;
    case HTTPD_STEP_USER_LIST:
        put_user_list(e, step);
        break;
    case HTTPD_STEP_PERMISSION:
        put_permission(e, step);
        break;
    }
}

/* ---- what the steps do not say ---- */

static bool has_step(const struct httpd_decision *d, enum httpd_step_kind kind)
{
    for (size_t i = 0; i < d->step_count; i++) {
        if (d->steps[i].kind == kind) {
            return true;
        }
    }
    return false;
}

static void put_notes(struct httpd_explain *e)
{
    const struct httpd_decision *d = &e->decision;
    const char *method = e->request->method;
    bool reads = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    if (!(e->request->plain ? e->settings->http_enabled : e->settings->https_enabled)) {
        put(e, "note", "the server does not serve %s at all (%sIsEnabled is 0)",
            e->request->plain ? "plain HTTP" : "HTTPS", e->request->plain ? "" : "SSL\\");
    }
    if (e->certificate != NULL && !has_step(d, HTTPD_STEP_CERTIFICATE)) {
        put(e, "note", "the certificate plays no part: nothing asks for it here");
    }
    if (e->request->user != NULL && !has_step(d, HTTPD_STEP_PASSWORD)) {
        put(e, "note", "the user name and password play no part here");
    }
    if (e->asked && !reads) {
        put(e,
            "note", "if more than PostReadSize=%lu bytes of the body come before the certificate, the request ends with 413",
            (unsigned long)e->settings->post_read_size);
    }
    if (d->verdict == HTTPD_ALLOW && d->target == HTTPD_TARGET_FILE && !reads) {
        put(e, "note", "a file answers GET and HEAD only: %s gets 405", method);
    }
}

static void put_verdict(struct httpd_explain *e)
{
    const struct httpd_decision *d = &e->decision;
    if (d->verdict == HTTPD_ALLOW) {
        put(e, "allowed", "%s%s%s", d->user != NULL ? "as " : "to anybody", d->user != NULL ? d->user : "",
            d->is_administrator ? ", an administrator" : "");
    } else {
        put(e, "refused", "%lu: %s", (unsigned long)d->status, httpd_reason_text(d->reason));
    }
}

void httpd_explain_words(struct httpd_explain *e)
{
    put_request(e);
    for (size_t i = 0; i < e->decision.step_count; i++) {
        put_step(e, &e->decision.steps[i]);
    }
    put_notes(e);
    put_verdict(e);
}
