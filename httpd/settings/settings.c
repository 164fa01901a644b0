/* SPDX-License-Identifier: Apache-2.0 */
/* A snapshot's life. */
#include "settings/settings.h"

#include "platform/memory.h"
#include "settings/arena.h"
#include "settings/index.h"

static void settings_free(struct httpd_settings *s)
{
    for (size_t i = 0; i < s->vroot_count; i++) {
        httpd_user_list_free(&s->vroots[i].user_list);
    }
    httpd_user_list_free(&s->admin_users);
    plat_free(s->vroots);
    plat_free(s->mapped_users);
    plat_free(s->password_users);
    plat_free(s->script_map);
    plat_free(s->ca_names);
    cert_key_free(s->server_key);
    cert_set_free(s->my);
    cert_set_free(s->roots);
    cert_set_free(s->intermediates);
    cert_set_free(s->distrusted);
    cert_set_free(s->people);
    cert_crl_set_free(s->crls);
    httpd_settings_index_free(s->index);
    httpd_arena_free(s->arena);
    plat_buffer_free(&s->warnings);
    plat_free(s);
}

struct httpd_settings *httpd_settings_ref(struct httpd_settings *settings)
{
    atomic_fetch_add_explicit(&settings->references, 1, memory_order_relaxed);
    return settings;
}

void httpd_settings_unref(struct httpd_settings *settings)
{
    /* Release, so that all that other holders did is done before the last of them frees. */
    if (settings != NULL && atomic_fetch_sub_explicit(&settings->references, 1, memory_order_acq_rel) == 1) {
        settings_free(settings);
    }
}
