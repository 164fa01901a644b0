/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the access decision share. Each rule returns true for "go on"; false = the decision has been written. */
#ifndef CERIUM_HTTPD_RULES_H
#define CERIUM_HTTPD_RULES_H

#include "access/access.h"

struct httpd_judge {
    const struct httpd_settings *settings;
    const struct httpd_facts *facts;
    struct httpd_decision *decision;
    bool certificate_judged; /* httpd_judge_certificate has run and said "go on" */
    bool certificate_valid;  /* ... because of a valid certificate */
};

bool httpd_deny(struct httpd_judge *j, enum httpd_reason reason); /* false, always */
void httpd_note(struct httpd_judge *j, enum httpd_step_kind kind, bool ok, uint32_t number, const char *text);
uint32_t httpd_reason_status(enum httpd_reason reason);

/* Is there a certificate, proven and valid? `require`: none is not good enough; `may_ask`: the answer may be "ask for it". */
bool httpd_judge_certificate(struct httpd_judge *j, bool require, bool may_ask);
bool httpd_certificate_way_in(struct httpd_judge *j);
bool httpd_password_way_in(struct httpd_judge *j);
/* May decision->user in? AdminUsers, then the level, then UserList ("Web Server Access Rights" aa924376). */
bool httpd_judge_user(struct httpd_judge *j);

#endif
