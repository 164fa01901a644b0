/* SPDX-License-Identifier: Apache-2.0 */
/* The mapping of one certificate, looked at from outside: the functions that the server calls, asked one after the other. */
#include "httpd/mapping.h"

#include "access/rules.h"
#include "platform/limits.h"

#include <string.h>

struct look {
    const struct httpd_settings *settings;
    const struct cert *cert;
    const struct httpd_mapping_listener *listener;
    const struct httpd_mapped_user *winner;
};

/* Would the key match if it were the only one? */
static bool matches(const struct httpd_mapped_user *user, const struct cert *cert, const char *issuer_cn)
{
    bool issuer_fits =
        user->issuer_cn == NULL || (issuer_cn != NULL && cert_text_match(user->issuer_cn, issuer_cn));
    return issuer_fits && (user->serial.size == 0 || plat_span_equal(user->serial, cert_serial_number(cert)));
}

static win_error tell_users(const struct look *look)
{
    const struct httpd_settings *s = look->settings;
    struct plat_buffer name;
    plat_buffer_init(&name, LIMIT_CERT_SIZE * 4U);
    bool has_name = cert_name_common_name(look->cert->issuer, &name) &&
                    (name.size == 0 || memchr(name.data, 0, name.size) == NULL);
    const char *issuer_cn = plat_buffer_text(&name);
    for (size_t i = 0; i < s->mapped_user_count && issuer_cn != NULL; i++) {
        const struct httpd_mapped_user *user = &s->mapped_users[i];
        if (matches(user, look->cert, has_name ? issuer_cn : NULL)) {
            const struct httpd_mapping_user told = {user->name, user->issuer_cn != NULL,
                                                    user->serial.size > 0, user == look->winner};
            look->listener->user(look->listener->context, &told);
        }
    }
    win_error error = name.failed;
    plat_buffer_free(&name);
    return error;
}

static const char *reason_words(const struct httpd_vroot *vroot, const struct httpd_decision *decision,
                                bool lets_in)
{
    if (lets_in) {
        return decision->is_administrator ? "an administrator (AdminUsers)" : "on its UserList";
    }
    if (vroot->auth >= 2) {
        return "for administrators only (A), and AdminUsers does not name the user";
    }
    return vroot->has_user_list ? "not on its UserList" : "it has no UserList, so no mapped user gets in";
}

static void tell_root(const struct look *look, const struct httpd_vroot *vroot)
{
    struct httpd_decision decision = {.vroot = vroot, .user = look->winner->name, .user_is_mapped = true};
    const struct httpd_facts facts = {.secure = true};
    struct httpd_judge judge = {.settings = look->settings, .facts = &facts, .decision = &decision};
    bool lets_in = vroot->auth < 3 && httpd_judge_user(&judge);
    const struct httpd_mapping_root told = {vroot->url, lets_in, reason_words(vroot, &decision, lets_in)};
    look->listener->root(look->listener->context, &told);
}

win_error httpd_mapping_look(struct reg_db *db, struct plat_root *root, const struct cert *cert,
                             const struct httpd_mapping_listener *listener, struct plat_buffer *message)
{
    struct httpd_settings *settings;
    win_error error = httpd_settings_load_again(db, root, NULL, &settings, message);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    const struct look look = {settings, cert, listener, httpd_mapped_user_find(settings, cert)};
    error = tell_users(&look);
    for (size_t i = 0; i < settings->vroot_count && look.winner != NULL && error == ERROR_SUCCESS; i++) {
        const struct httpd_vroot *vroot = &settings->vroots[i];
        if ((vroot->flags & HSE_URL_FLAGS_MAP_CERT) != 0 && httpd_vroot_wants_certificate(vroot)) {
            tell_root(&look, vroot);
        }
    }
    httpd_settings_unref(settings);
    return error;
}
