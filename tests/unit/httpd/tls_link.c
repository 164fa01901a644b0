/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_link.h"

#include <string.h>

/* ---- settings ---- */

void tls_site_init(struct tls_site *site, const struct tls_identity *server, const struct tls_identity *ca)
{
    memset(site, 0, sizeof *site);
    site->identity = server;
    atomic_init(&site->settings.references, 1000000U); /* never freed by its users */
    site->settings.https_enabled = true;
    site->settings.server_cert = &server->cert;
    site->settings.server_key = tls_identity_key(server);
    site->settings.server_chain[0] = &server->cert;
    site->settings.server_chain_count = 1;
    if (ca != NULL) {
        site->names[0] = ca->cert.subject;
        site->settings.ca_names = site->names;
        site->settings.ca_name_count = 1;
    }
}

void tls_site_free(struct tls_site *site)
{
    cert_key_free(site->settings.server_key);
}

/* ---- life ---- */

void tls_link_start(struct tls_link *link, struct httpd_tls_server *shared, struct tls_site *site,
                    const struct tls_identity *certificate, const struct tls_identity *key,
                    enum tls_quirk quirk, const br_ssl_session_parameters *resume)
{
    memset(link, 0, sizeof *link);
    link->shared = shared;
    plat_buffer_init(&link->at_server, 16U << 20);
    plat_buffer_init(&link->at_client, 16U << 20);
    assert_int_equal(httpd_tls_create(shared, &site->settings, &link->server), ERROR_SUCCESS);
    tls_client_start(&link->client, site->identity, certificate, key, quirk, resume);
}

void tls_link_free(struct tls_link *link)
{
    httpd_tls_destroy(link->server);
    plat_buffer_free(&link->at_server);
    plat_buffer_free(&link->at_client);
}

void tls_link_open(struct tls_link *link, struct httpd_tls_server *shared, struct tls_site *site,
                   const struct tls_identity *certificate, enum tls_quirk quirk,
                   const br_ssl_session_parameters *resume)
{
    tls_link_start(link, shared, site, certificate, certificate, quirk, resume);
    tls_link_run(link);
    assert_null(httpd_tls_failure(link->server));
    assert_int_equal(httpd_tls_state(link->server), HTTPD_TLS_OPEN);
}

void tls_link_check(struct tls_link *link)
{
    static const char up[] = "GET / HTTP/1.1\r\n\r\n", down[] = "HTTP/1.1 403 Forbidden\r\n\r\n";
    plat_buffer_clear(&link->at_server);
    plat_buffer_clear(&link->at_client);
    tls_link_upload(link, up, sizeof up);
    tls_link_respond(link, down, sizeof down);
    assert_int_equal(link->at_server.size, sizeof up);
    assert_memory_equal(link->at_server.data, up, sizeof up);
    assert_int_equal(link->at_client.size, sizeof down);
    assert_memory_equal(link->at_client.data, down, sizeof down);
}

/* ---- bytes ---- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t bounded(const struct tls_link *link, size_t size)
{
    return link->chunk == 0 ? size : least(size, link->chunk);
}

static bool client_to_server(struct tls_link *link)
{
    br_ssl_engine_context *client = &link->client.engine.eng;
    size_t room, size;
    uint8_t *space = httpd_tls_cipher_space(link->server, &room);
    const uint8_t *bytes = br_ssl_engine_sendrec_buf(client, &size);
    size = bounded(link, least(size, room));
    if (size == 0)
        return false;
    memcpy(space, bytes, size);
    br_ssl_engine_sendrec_ack(client, size);
    httpd_tls_cipher_received(link->server, size);
    return true;
}

static bool server_to_client(struct tls_link *link)
{
    br_ssl_engine_context *client = &link->client.engine.eng;
    size_t room, size;
    const uint8_t *bytes = httpd_tls_cipher_pending(link->server, &size);
    uint8_t *space = br_ssl_engine_recvrec_buf(client, &room);
    size = link->deaf ? 0 : bounded(link, least(size, room));
    if (size == 0)
        return false;
    memcpy(space, bytes, size);
    httpd_tls_cipher_sent(link->server, size);
    br_ssl_engine_recvrec_ack(client, size);
    return true;
}

static bool take_at_server(struct tls_link *link)
{
    size_t size;
    const uint8_t *bytes = httpd_tls_plain_pending(link->server, &size);
    size = link->hold_plain ? 0 : bounded(link, size);
    if (size == 0)
        return false;
    plat_buffer_append(&link->at_server, bytes, size);
    httpd_tls_plain_taken(link->server, size);
    return true;
}

static bool take_at_client(struct tls_link *link)
{
    size_t size;
    const uint8_t *bytes = br_ssl_engine_recvapp_buf(&link->client.engine.eng, &size);
    if (size == 0)
        return false;
    plat_buffer_append(&link->at_client, bytes, size);
    br_ssl_engine_recvapp_ack(&link->client.engine.eng, size);
    return true;
}

static bool client_speaks(struct tls_link *link)
{
    br_ssl_engine_context *client = &link->client.engine.eng;
    size_t room;
    uint8_t *space = br_ssl_engine_sendapp_buf(client, &room);
    size_t size = least(room, link->upload_size);
    if (size == 0)
        return false;
    memcpy(space, link->upload, size);
    link->upload += size;
    link->upload_size -= size;
    br_ssl_engine_sendapp_ack(client, size);
    br_ssl_engine_flush(client, 0);
    return true;
}

static bool step(struct tls_link *link)
{
    assert_int_equal(httpd_tls_wake(link->server), ERROR_SUCCESS);
    bool moved = client_to_server(link);
    moved = take_at_server(link) || moved;
    moved = server_to_client(link) || moved;
    moved = take_at_client(link) || moved;
    moved = client_speaks(link) || moved;
    if (link->sleepy && httpd_tls_idle(link->server))
        link->sleeps++;
    return moved;
}

void tls_link_run(struct tls_link *link)
{
    while (step(link))
        ;
    assert_int_equal(httpd_tls_wake(link->server), ERROR_SUCCESS);
}

void tls_link_steps(struct tls_link *link, unsigned steps)
{
    while (steps-- > 0 && step(link))
        ;
    assert_int_equal(httpd_tls_wake(link->server), ERROR_SUCCESS);
}

void tls_link_upload(struct tls_link *link, const void *data, size_t size)
{
    link->upload = data;
    link->upload_size = size;
    tls_link_run(link);
}

void tls_link_respond(struct tls_link *link, const void *data, size_t size)
{
    const uint8_t *next = data;
    while (size != 0) {
        size_t room;
        uint8_t *space = httpd_tls_plain_space(link->server, &room);
        size_t now = least(room, size);
        if (now != 0) {
            memcpy(space, next, now);
            httpd_tls_plain_written(link->server, now);
            next += now;
            size -= now;
        } else if (!step(link)) {
            return;
        }
        assert_int_equal(httpd_tls_wake(link->server), ERROR_SUCCESS);
    }
    httpd_tls_flush(link->server);
    tls_link_run(link);
}

br_ssl_session_parameters tls_link_session(const struct tls_link *link)
{
    br_ssl_session_parameters parameters;
    br_ssl_engine_get_session_parameters(&link->client.engine.eng, &parameters);
    return parameters;
}
