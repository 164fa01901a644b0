/* SPDX-License-Identifier: Apache-2.0 */
/* Settings made by hand, for tests of what reads them. */
#ifndef CERIUM_TESTS_MAKE_SETTINGS_H
#define CERIUM_TESTS_MAKE_SETTINGS_H

#include "settings/index.h"
#include "settings/settings.h"

struct make_settings {
    struct httpd_settings *settings;
    size_t vroot_room, user_room, script_room, password_room;
    unsigned duplicates, overlaps; /* what the index reported */
    char overlap_text[512];        /* "first second;" for each pair */
};

void make_settings_init(struct make_settings *m);
/* `user_list` NULL = none. Every text is copied. The pointer lives until the next make_vroot. */
struct httpd_vroot *make_vroot(struct make_settings *m, const char *url, const char *physical, uint32_t auth,
                               uint32_t flags, const char *user_list);
void make_mapped_user(struct make_settings *m, const char *name, const char *issuer_cn, const void *serial,
                      size_t serial_size);
void make_script(struct make_settings *m, const char *extension, const char *module);
void make_password_user(struct make_settings *m, const char *name, const char *hash);
void make_admin_users(struct make_settings *m, const char *list);
/* Builds the index. The caller's reference: httpd_settings_unref. */
struct httpd_settings *make_settings_done(struct make_settings *m);

#endif
