/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords, AdminUsers and UserList ("Web Server Authentication" aa924146, "Web Server Access Rights" aa924376). */
#include "access/rules.h"

bool httpd_judge_user(struct httpd_judge *j)
{
    struct httpd_decision *d = j->decision;
    d->is_administrator =
        httpd_user_list_match(&j->settings->admin_users, d->user, NULL, NULL) == HTTPD_USER_LISTED;
    httpd_note(j, HTTPD_STEP_ADMIN, d->is_administrator, 0, d->user);
    if (d->is_administrator) {
        return true; /* an administrator gets in even where UserList denies him */
    }
    if (d->vroot->auth >= 2) {
        return httpd_deny(j, HTTPD_REASON_NOT_ADMINISTRATOR);
    }
    bool ok = !d->user_is_mapped; /* no UserList: enough for a password, not for a certificate */
    uint32_t match = UINT32_MAX;
    if (d->vroot->has_user_list) {
        match = (uint32_t)httpd_user_list_match(&d->vroot->user_list, d->user, NULL, NULL);
        ok = match == HTTPD_USER_LISTED;
    }
    httpd_note(j, HTTPD_STEP_USER_LIST, ok, match, d->user);
    return ok || httpd_deny(j, HTTPD_REASON_NOT_LISTED);
}

bool httpd_password_way_in(struct httpd_judge *j)
{
    const struct httpd_facts *f = j->facts;
    struct httpd_decision *d = j->decision;
    if (d->vroot->auth == 0) {
        return true;
    }
    if (!j->settings->basic) {
        return httpd_deny(j, HTTPD_REASON_NO_SCHEME);
    }
    enum httpd_password_state state = f->user != NULL ? f->password : HTTPD_PASSWORD_NONE;
    httpd_note(j, HTTPD_STEP_PASSWORD, state == HTTPD_PASSWORD_RIGHT, (uint32_t)state, f->user);
    switch (state) {
    case HTTPD_PASSWORD_RIGHT:
        d->user = f->user;
        return httpd_judge_user(j);
    case HTTPD_PASSWORD_UNCHECKED:
        d->verdict = HTTPD_CHECK_PASSWORD;
        d->status = 0;
        return false;
    case HTTPD_PASSWORD_NONE:
        return httpd_deny(j, HTTPD_REASON_PASSWORD_MISSING);
    case HTTPD_PASSWORD_WRONG:
        break;
    }
    return httpd_deny(j, HTTPD_REASON_PASSWORD_WRONG);
}
