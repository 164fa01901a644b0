/* SPDX-License-Identifier: Apache-2.0 */
/* From one snapshot of settings to the next, while connections are open. */
#include "server/server.h"

#include "platform/log.h"

#include <string.h>

void httpd_server_offer(struct httpd_server *server, struct httpd_settings *settings)
{
    struct httpd_settings *unused;

    plat_mutex_lock(server->mutex);
    unused = server->offered;
    server->offered = settings;
    atomic_store(&server->settings_offered, true);
    plat_mutex_unlock(server->mutex);
    httpd_settings_unref(unused);
    plat_poller_wake(server->poller);
}

static bool same_set(const struct cert_set *a, const struct cert_set *b)
{
    if (cert_set_count(a) != cert_set_count(b))
        return false;
    for (size_t i = 0; i < cert_set_count(a); i++)
        if (memcmp(cert_set_at(a, i)->thumbprint, cert_set_at(b, i)->thumbprint, CERT_THUMBPRINT_SIZE) != 0)
            return false;
    return true;
}

static bool same_lists(const struct cert_crl_set *a, const struct cert_crl_set *b)
{
    if (cert_crl_set_count(a) != cert_crl_set_count(b))
        return false;
    for (size_t i = 0; i < cert_crl_set_count(a); i++)
        if (memcmp(cert_crl_set_at(a, i)->thumbprint, cert_crl_set_at(b, i)->thumbprint,
                   CERT_THUMBPRINT_SIZE) != 0)
            return false;
    return true;
}

static bool same_names(const struct httpd_settings *a, const struct httpd_settings *b)
{
    if (a->ca_name_count != b->ca_name_count)
        return false;
    for (size_t i = 0; i < a->ca_name_count; i++)
        if (!plat_span_equal(a->ca_names[i], b->ca_names[i]))
            return false;
    return true;
}

static bool same_chain(const struct httpd_settings *a, const struct httpd_settings *b)
{
    if (a->server_chain_count != b->server_chain_count || !a->server_cert != !b->server_cert)
        return false;
    for (size_t i = 0; i < a->server_chain_count; i++)
        if (!plat_span_equal(a->server_chain[i]->der, b->server_chain[i]->der))
            return false;
    return !a->server_cert || plat_span_equal(a->server_cert->der, b->server_cert->der);
}

/* Would a client that connects afresh meet another TLS server, or its certificate another verdict? */
static bool same_tls(const struct httpd_settings *a, const struct httpd_settings *b)
{
    return a->https_enabled == b->https_enabled && a->ask_certificate == b->ask_certificate &&
           same_chain(a, b) && same_names(a, b) && same_set(a->my, b->my) && same_set(a->roots, b->roots) &&
           same_set(a->intermediates, b->intermediates) && same_set(a->distrusted, b->distrusted) &&
           same_set(a->people, b->people) && a->revocation == b->revocation && same_lists(a->crls, b->crls);
}

static bool same_listeners(const struct httpd_settings *a, const struct httpd_settings *b)
{
    if (a->http_enabled != b->http_enabled || a->http_port != b->http_port ||
        a->https_enabled != b->https_enabled || a->https_port != b->https_port ||
        a->address_all != b->address_all || a->address_count != b->address_count)
        return false;
    for (size_t i = 0; i < a->address_count; i++)
        if (!plat_address_equal(&a->addresses[i], &b->addresses[i]))
            return false;
    return true;
}

/* false: the settings cannot be had, and the listeners are as they were. */
static bool move_listeners(struct httpd_server *server, const struct httpd_settings *settings)
{
    struct plat_buffer text;
    win_error error;

    plat_buffer_init(&text, LIMIT_LOG_LINE);
    error = httpd_listeners_apply(server, settings, &text);
    if (error) {
        plat_log(PLAT_LOG_ERROR, "the new settings are not used, the last good ones stay: %s",
                 text.size > 0 && plat_buffer_text(&text) ? plat_buffer_text(&text) : win_error_text(error));
    } else {
        plat_buffer_clear(&text);
        httpd_server_describe(server, &text);
        if (plat_buffer_text(&text))
            plat_log(PLAT_LOG_INFO, "listening on %s", text.size > 0 ? plat_buffer_text(&text) : "nothing");
    }
    plat_buffer_free(&text);
    return !error;
}

void httpd_server_adopt(struct httpd_server *server)
{
    struct httpd_settings *old = server->settings;
    struct httpd_settings *offered;

    if (!atomic_load(&server->settings_offered))
        return;
    plat_mutex_lock(server->mutex);
    offered = server->offered;
    server->offered = NULL;
    atomic_store(&server->settings_offered, false);
    plat_mutex_unlock(server->mutex);
    if (!offered)
        return;
    if (!server->stopping && !same_listeners(old, offered) && !move_listeners(server, offered)) {
        httpd_settings_unref(offered);
        return;
    }
    server->settings = offered;
    server->timers.duration[HTTPD_TIMER_IDLE] = offered->idle_ms;
    if (!same_tls(old, offered))
        httpd_tls_server_forget_sessions(server->tls);
    plat_log(PLAT_LOG_INFO, "the registry has changed: the new settings are in force");
    httpd_settings_unref(old);
}
