/* SPDX-License-Identifier: Apache-2.0 */
/* Loading a snapshot: what the files of the loader share. */
#ifndef CERIUM_HTTPD_LOAD_H
#define CERIUM_HTTPD_LOAD_H

#include "platform/limits.h"
#include "settings/arena.h"
#include "settings/settings.h"

struct httpd_loader {
    struct reg_db *db;
    struct plat_root *root; /* may be NULL */
    bool first;             /* the server's first load: it tells what it has found */
    struct httpd_settings *settings;
    struct plat_buffer *message; /* why it failed */
    struct plat_buffer scratch;
    win_error error; /* the first; what follows it does nothing */
    uint32_t warnings;
    reg_key base; /* HKLM\COMM\HTTPD, REG_KEY_NONE when there is no such key */
};

/* A key for messages: HKLM\COMM\HTTPD, then `path` ("" or "\VROOTS"), then "\" and `child` unless NULL. */
struct httpd_place {
    const char *path;
    const char *child;
};

/* Each returns the error that the load now has. The place and value are named in front of the text; value NULL = the key itself. */
win_error httpd_load_refuse(struct httpd_loader *l, win_error error, struct httpd_place place,
                            const char *value, const char *format, ...) __attribute__((format(printf, 5, 6)));
win_error httpd_load_no_memory(struct httpd_loader *l);
void httpd_load_warn(struct httpd_loader *l, struct httpd_place place, const char *value, const char *format,
                     ...) __attribute__((format(printf, 4, 5)));

/* ---- the values of one key, by a table ---- */

enum httpd_setting_kind {
    HTTPD_SETTING_NUMBER, /* REG_DWORD -> uint32_t, least..most */
    HTTPD_SETTING_TEXT,   /* REG_SZ -> const char *, in the arena */
    HTTPD_SETTING_BYTES, /* REG_BINARY -> struct plat_span, in the arena; data is never NULL when the value is there */
    HTTPD_SETTING_TEXTS, /* REG_MULTI_SZ -> struct plat_span: the strings with their NULs */
    HTTPD_SETTING_UNUSED /* known from the CE web server, not acted on: one warning */
};
struct httpd_setting {
    const char *name;
    enum httpd_setting_kind kind;
    size_t offset; /* in the struct that is filled; what is not in the registry stays as it is there */
    uint32_t least, most;
};
/* Fills *out from the key's values. An unknown value is warned of; one of the wrong type or out of range is refused. */
win_error httpd_load_values(struct httpd_loader *l, reg_key key, struct httpd_place place,
                            const struct httpd_setting *table, size_t count, void *out);

/* *key = REG_KEY_NONE when there is no such key under HTTPD. */
win_error httpd_load_open(struct httpd_loader *l, const char *path, reg_key *key);
/* How many sub-keys or values, refused beyond `most`. */
win_error httpd_load_count_keys(struct httpd_loader *l, reg_key key, const char *path, uint32_t most,
                                uint32_t *count);
/* Calls `each` for the sub-keys until one of them fails. */
win_error httpd_load_each_key(struct httpd_loader *l, reg_key key, const char *path,
                              void (*each)(struct httpd_loader *l, reg_key child, const char *name));
const char *httpd_load_keep(struct httpd_loader *l, const char *text); /* into the arena; NULL = failed */

/* ---- the parts, in this order ---- */
win_error httpd_load_base(struct httpd_loader *l);
win_error httpd_load_scripts(struct httpd_loader *l);
win_error httpd_load_vroots(struct httpd_loader *l);
win_error httpd_load_password_users(struct httpd_loader *l);
win_error httpd_load_mapped_users(struct httpd_loader *l);
win_error httpd_load_tls(struct httpd_loader *l);

#endif
