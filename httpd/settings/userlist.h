/* SPDX-License-Identifier: Apache-2.0 */
/* The UserList syntax ("Web Server User Lists" ms885810): `Alice; -Bob; @Group; *`, from left to right, the first entry that applies decides. */
#ifndef CERIUM_HTTPD_USERLIST_H
#define CERIUM_HTTPD_USERLIST_H

#include "platform/bytes.h"

struct httpd_user_entry {
    struct plat_span name; /* without - and @, trimmed */
    bool deny;
    bool is_group;
    bool everyone;
};

struct httpd_user_list {
    struct httpd_user_entry *entries; /* owned */
    size_t count;
};

enum httpd_user_match { HTTPD_USER_NOT_LISTED, HTTPD_USER_LISTED, HTTPD_USER_DENIED };

/*
 * Names in the list point into `text`, which must live as long as the list. Blanks around names and signs do not count, nor do empty entries;
 * a sign without a name is ERROR_INVALID_DATA. Names compare as Windows compares names, without regard to case (plat_name_equal).
 */
PLAT_MUST_USE win_error httpd_user_list_parse(const char *text, struct httpd_user_list *list);
void httpd_user_list_free(struct httpd_user_list *list);
/* `groups`: the user's groups, NULL-terminated, may be NULL. *entry (may be NULL) = index of the entry that decided. */
enum httpd_user_match httpd_user_list_match(const struct httpd_user_list *list, const char *user,
                                            const char *const *groups, size_t *entry);

#endif
