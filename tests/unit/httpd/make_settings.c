/* SPDX-License-Identifier: Apache-2.0 */
#include "make_settings.h"

#include "platform/memory.h"
#include "platform/text.h"
#include "settings/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *keep(struct make_settings *m, const char *text)
{
    const char *kept = httpd_arena_text(m->settings->arena, text);
    assert_non_null(kept);
    return kept;
}

/* Room for one more; the array may move. */
static void *grown(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room) {
        return array;
    }
    *room = *room > 0 ? *room * 2 : 8;
    void *moved = plat_realloc(array, *room * size);
    assert_non_null(moved);
    memset((char *)moved + count * size, 0, (*room - count) * size);
    return moved;
}

void make_settings_init(struct make_settings *m)
{
    static uint64_t identity = UINT64_C(1) << 32;
    memset(m, 0, sizeof *m);
    m->settings = plat_calloc(1, sizeof *m->settings);
    assert_non_null(m->settings);
    m->settings->arena = httpd_arena_create();
    assert_non_null(m->settings->arena);
    m->settings->identity = identity++;
    atomic_init(&m->settings->references, 1);
}

struct httpd_vroot *make_vroot(struct make_settings *m, const char *url, const char *physical, uint32_t auth,
                               uint32_t flags, const char *user_list)
{
    struct httpd_settings *s = m->settings;
    size_t size = strlen(physical);
    s->vroots = grown(s->vroots, s->vroot_count, &m->vroot_room, sizeof *s->vroots);
    struct httpd_vroot *vroot = &s->vroots[s->vroot_count++];
    *vroot = (struct httpd_vroot){
        .url = keep(m, url),
        .physical = keep(m, physical),
        .auth = auth,
        .flags = flags,
        .is_module = size >= 4 && plat_ascii_equal_nocase(physical + size - 4, ".dll"),
        .default_pages = "",
        .has_user_list = user_list != NULL,
    };
    if (user_list != NULL) {
        assert_int_equal(httpd_user_list_parse(keep(m, user_list), &vroot->user_list), ERROR_SUCCESS);
    }
    return vroot;
}

void make_mapped_user(struct make_settings *m, const char *name, const char *issuer_cn, const void *serial,
                      size_t serial_size)
{
    struct httpd_settings *s = m->settings;
    s->mapped_users = grown(s->mapped_users, s->mapped_user_count, &m->user_room, sizeof *s->mapped_users);
    s->mapped_users[s->mapped_user_count] = (struct httpd_mapped_user){
        .name = keep(m, name),
        .issuer_cn = issuer_cn != NULL ? keep(m, issuer_cn) : NULL,
        .serial = serial_size > 0 ? httpd_arena_copy(s->arena, plat_span_of(serial, serial_size))
                                  : plat_span_of(NULL, 0),
        .order = (uint32_t)s->mapped_user_count,
    };
    s->mapped_user_count++;
}

void make_script(struct make_settings *m, const char *extension, const char *module)
{
    struct httpd_settings *s = m->settings;
    s->script_map = grown(s->script_map, s->script_map_count, &m->script_room, sizeof *s->script_map);
    s->script_map[s->script_map_count++] = (struct httpd_script_map){keep(m, extension), keep(m, module)};
}

void make_password_user(struct make_settings *m, const char *name, const char *hash)
{
    struct httpd_settings *s = m->settings;
    s->password_users =
        grown(s->password_users, s->password_user_count, &m->password_room, sizeof *s->password_users);
    s->password_users[s->password_user_count++] = (struct httpd_password_user){keep(m, name), keep(m, hash)};
}

void make_admin_users(struct make_settings *m, const char *list)
{
    assert_int_equal(httpd_user_list_parse(keep(m, list), &m->settings->admin_users), ERROR_SUCCESS);
}

static void count_duplicate(void *context, const struct httpd_vroot *first, const struct httpd_vroot *second)
{
    struct make_settings *m = context;
    assert_ptr_not_equal(first, second);
    m->duplicates++;
}

static void note_overlap(void *context, const struct httpd_mapped_user *first,
                         const struct httpd_mapped_user *second)
{
    struct make_settings *m = context;
    size_t used = strlen(m->overlap_text);
    assert_true(first->order < second->order);
    snprintf(m->overlap_text + used, sizeof m->overlap_text - used, "%s %s;", first->name, second->name);
    m->overlaps++;
}

struct httpd_settings *make_settings_done(struct make_settings *m)
{
    const struct httpd_index_report report = {count_duplicate, note_overlap, m};
    assert_int_equal(httpd_settings_index_create(m->settings, &report), ERROR_SUCCESS);
    return m->settings;
}
