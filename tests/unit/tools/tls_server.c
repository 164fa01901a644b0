/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_server.h"

#include "platform/connect.h"
#include "platform/random.h"

#include <stdio.h>
#include <string.h>

#define PATIENCE_MS 30000U

/* ---- people ---- */

void tls_person_make(struct tls_person *person, enum cert_key_kind kind, const char *name,
                     const struct tls_person *issuer, const char *extensions)
{
    struct plat_buffer der;
    memset(person, 0, sizeof *person);
    plat_buffer_init(&person->der, 1U << 16);
    plat_buffer_init(&der, 1U << 16);
    maker_key(&person->key, kind, 1024);
    struct plat_buffer issuer_name;
    plat_buffer_init(&issuer_name, 256);
    if (issuer != NULL)
        assert_true(cert_name_common_name(issuer->cert.subject, &issuer_name));
    const struct maker_cert recipe = {
        .issuer = issuer == NULL ? name : plat_buffer_text(&issuer_name),
        .subject = name,
        .extensions = extensions,
        .key = &person->key,
        .signer = issuer == NULL ? &person->key : &issuer->key,
    };
    maker_cert(&recipe, &person->der);
    assert_int_equal(cert_parse(plat_span_of(person->der.data, person->der.size), &person->cert),
                     ERROR_SUCCESS);
    maker_key_der(&person->key, true, &der);
    assert_int_equal(cert_key_parse(plat_span_of(der.data, der.size), &person->parsed, NULL), ERROR_SUCCESS);
    plat_buffer_free(&der);
    plat_buffer_free(&issuer_name);
}

void tls_person_free(struct tls_person *person)
{
    cert_key_free(person->parsed);
    plat_buffer_free(&person->der);
}

/* ---- the policy: BearSSL's, with the quirks that need it ---- */

static struct tls_server *server_of(const br_ssl_server_policy_class **policy)
{
    return (struct tls_server *)(void *)((char *)policy - offsetof(struct tls_server, policy));
}

static const br_ssl_server_policy_class **inner_of(struct tls_server *server)
{
    return server->person->key.kind == CERT_KEY_RSA ? &server->engine.chain_handler.single_rsa.vtable
                                                    : &server->engine.chain_handler.single_ec.vtable;
}

static int choose(const br_ssl_server_policy_class **policy, const br_ssl_server_context *context,
                  br_ssl_server_choices *choices)
{
    struct tls_server *server = server_of(policy);
    const br_ssl_server_policy_class **inner = inner_of(server);
    int ok = (*inner)->choose(inner, context, choices);
    if (server->quirk == TLS_SERVER_NO_RFC_5746)
        server->engine.eng.reneg = 1;
    if (server->quirk == TLS_SERVER_OTHER_LEAF && server->handshakes != 0)
        choices->chain = &server->other_chain;
    return ok;
}

static uint32_t do_keyx(const br_ssl_server_policy_class **policy, unsigned char *data, size_t *size)
{
    const br_ssl_server_policy_class **inner = inner_of(server_of(policy));
    return (*inner)->do_keyx(inner, data, size);
}

static size_t do_sign(const br_ssl_server_policy_class **policy, unsigned algorithm, unsigned char *data,
                      size_t hash_size, size_t room)
{
    const br_ssl_server_policy_class **inner = inner_of(server_of(policy));
    return (*inner)->do_sign(inner, algorithm, data, hash_size, room);
}

static const br_ssl_server_policy_class policy_class = {
    .context_size = sizeof(const br_ssl_server_policy_class *),
    .choose = choose,
    .do_keyx = do_keyx,
    .do_sign = do_sign,
};

/* ---- the engine ---- */

static void ask(struct tls_server *server)
{
    cert_peer_init(&server->peer);
    br_ssl_engine_set_x509(&server->engine.eng, &server->peer.vtable);
    br_ssl_server_set_trust_anchor_names(&server->engine, server->names, server->name_count);
}

static bool renegotiates(const struct tls_server *server)
{
    return server->quirk == TLS_SERVER_RENEGOTIATES || server->quirk == TLS_SERVER_OTHER_LEAF;
}

static void start_engine(struct tls_server *server)
{
    const struct tls_person *person = server->person;
    br_ssl_engine_context *engine = &server->engine.eng;
    uint8_t seed[32];
    server->chain = (br_x509_certificate){.data = person->der.data, .data_len = person->der.size};
    if (server->other != NULL)
        server->other_chain =
            (br_x509_certificate){.data = server->other->der.data, .data_len = server->other->der.size};
    if (person->key.kind == CERT_KEY_RSA)
        br_ssl_server_init_full_rsa(&server->engine, &server->chain, 1, &person->key.rsa);
    else
        br_ssl_server_init_full_ec(&server->engine, &server->chain, 1, BR_KEYTYPE_EC, &person->key.ec);
    br_ssl_engine_set_default_rsavrfy(engine);
    br_ssl_engine_set_default_ecdsa(engine);
    br_ssl_engine_set_all_flags(engine, BR_OPT_TOLERATE_NO_CLIENT_AUTH);
    server->policy = &policy_class;
    br_ssl_server_set_policy(&server->engine, &server->policy);
    br_ssl_engine_set_buffers_bidi(engine, server->in, sizeof server->in, server->out, sizeof server->out);
    if (plat_random(seed, sizeof seed) == ERROR_SUCCESS)
        br_ssl_engine_inject_entropy(engine, seed, sizeof seed);
    if (server->name_count != 0 && !renegotiates(server))
        ask(server);
    br_ssl_server_reset(&server->engine);
}

/* By hand: BearSSL's own call refuses where the client is believed not to know RFC 5746. */
static void send_hello_request(br_ssl_engine_context *engine)
{
    size_t room;
    unsigned char *space = br_ssl_engine_sendapp_buf(engine, &room);
    if (space == NULL || room < 4)
        return;
    memset(space, 0, 4);
    engine->record_type_out = 22;
    br_ssl_engine_sendapp_ack(engine, 4);
    br_ssl_engine_flush(engine, 0);
    engine->record_type_out = 23;
}

static void send_back(struct tls_server *server, const void *data, size_t size)
{
    br_ssl_engine_context *engine = &server->engine.eng;
    size_t room;
    unsigned char *space = br_ssl_engine_sendapp_buf(engine, &room);
    if (space == NULL || size > room)
        return;
    memcpy(space, data, size);
    br_ssl_engine_sendapp_ack(engine, size);
    br_ssl_engine_flush(engine, 0);
}

/* False: the connection ends here. */
static bool handle(struct tls_server *server, const unsigned char *data, size_t size)
{
    br_ssl_engine_context *engine = &server->engine.eng;
    size_t room;
    unsigned char first = data[0];
    if (br_ssl_engine_sendapp_buf(engine, &room) == NULL)
        return true; /* not now */
    if (size > room)
        size = room;
    server->received_plain += size;
    if (first != 'R' || server->quirk == TLS_SERVER_STRAIGHT)
        send_back(server, data, size);
    br_ssl_engine_recvapp_ack(engine, size);
    if (first == 'E' && server->quirk == TLS_SERVER_SAYS_GOODBYE)
        br_ssl_engine_close(engine);
    if (first == 'R' && renegotiates(server)) {
        if (server->name_count != 0)
            ask(server);
        server->pending = true;
        return br_ssl_engine_renegotiate(engine) != 0;
    }
    if (first == 'R' && server->quirk == TLS_SERVER_NO_RFC_5746)
        send_hello_request(engine);
    return first != 'E' || server->quirk != TLS_SERVER_ENDS;
}

/* ---- the socket ---- */

static bool receive(struct tls_server *server, void *space, size_t size, size_t *got)
{
    return plat_socket_wait(server->socket, PLAT_READABLE, PATIENCE_MS) == ERROR_SUCCESS &&
           plat_receive(server->socket, space, size, got) == ERROR_SUCCESS && *got != 0;
}

static void wait_for_the_end(struct tls_server *server)
{
    uint8_t bytes[256];
    size_t got;
    while (receive(server, bytes, sizeof bytes, &got))
        ;
}

/* False at the end of the budget. */
static bool transmit(struct tls_server *server, const void *data, size_t size, size_t *sent)
{
    if (server->budget != 0 && size > server->budget - server->sent)
        size = server->budget - server->sent;
    if (size == 0) {
        if (server->stalls)
            wait_for_the_end(server);
        return false;
    }
    if (plat_socket_wait(server->socket, PLAT_WRITABLE, PATIENCE_MS) != ERROR_SUCCESS ||
        plat_send(server->socket, data, size, sent) != ERROR_SUCCESS)
        return false;
    server->sent += *sent;
    return true;
}

static void note(struct tls_server *server, bool *flowed)
{
    bool flows = server->engine.eng.application_data == 1;
    size_t room;
    if (flows && !*flowed) {
        server->handshakes++;
        snprintf(server->server_name, sizeof server->server_name, "%s",
                 br_ssl_engine_get_server_name(&server->engine.eng));
    }
    *flowed = flows;
    if (flows && server->pending && br_ssl_engine_sendapp_buf(&server->engine.eng, &room) != NULL) {
        send_back(server, "renegotiated", 12);
        server->pending = false;
    }
}

static bool step(struct tls_server *server)
{
    br_ssl_engine_context *engine = &server->engine.eng;
    size_t size, done;
    unsigned char *bytes = br_ssl_engine_sendrec_buf(engine, &size);
    if (bytes != NULL) {
        if (!transmit(server, bytes, size, &done))
            return false;
        br_ssl_engine_sendrec_ack(engine, done);
        return true;
    }
    bytes = br_ssl_engine_recvapp_buf(engine, &size);
    if (bytes != NULL)
        return handle(server, bytes, size);
    bytes = br_ssl_engine_recvrec_buf(engine, &size);
    if (bytes == NULL || !receive(server, bytes, size, &done))
        return false;
    br_ssl_engine_recvrec_ack(engine, done);
    return true;
}

static void serve_tls(struct tls_server *server)
{
    bool flowed = false;
    start_engine(server);
    while (br_ssl_engine_current_state(&server->engine.eng) != BR_SSL_CLOSED && step(server))
        note(server, &flowed);
    server->error = br_ssl_engine_last_error(&server->engine.eng);
    server->said_goodbye = server->engine.eng.shutdown_recv != 0;
    server->certificate_sent = server->peer.vtable != NULL && cert_peer_sent(&server->peer);
    server->certificate_proven =
        server->peer.vtable != NULL && cert_peer_usable(&server->peer) && server->error == 0;
    memcpy(server->thumbprint, server->peer.leaf.thumbprint, sizeof server->thumbprint);
    if (server->peer.vtable != NULL)
        cert_peer_free(&server->peer);
}

static void serve_plain(struct tls_server *server)
{
    uint8_t bytes[4096];
    size_t got;
    while (receive(server, bytes, sizeof bytes, &got)) {
        server->received_plain += got;
        for (size_t at = 0, sent = 0; at < got; at += sent)
            if (!transmit(server, bytes + at, got - at, &sent))
                return;
        if (bytes[0] == 'E')
            return;
    }
}

static void serve(void *context)
{
    struct tls_server *server = context;
    struct plat_address peer;
    size_t sent;
    if (plat_socket_wait(server->listener, PLAT_READABLE, PATIENCE_MS) != ERROR_SUCCESS ||
        plat_accept(server->listener, &server->socket, &peer) != ERROR_SUCCESS)
        return;
    if (server->quirk == TLS_SERVER_TALKS_PLAIN) {
        (void)transmit(server, "HTTP/1.1 400 Bad Request\r\n\r\n", 28, &sent);
        wait_for_the_end(server);
    } else if (server->quirk == TLS_SERVER_SILENT) {
        (void)!plat_socket_wait(server->listener, PLAT_READABLE, PATIENCE_MS); /* tls_server_stop rings */
    } else if (server->person != NULL) {
        serve_tls(server);
    } else {
        serve_plain(server);
    }
    plat_socket_close(server->socket);
}

void tls_server_start(struct tls_server *server)
{
    struct plat_address address;
    assert_true(plat_address_parse("127.0.0.1", &address));
    assert_int_equal(plat_listen(&address, 4, &server->listener), ERROR_SUCCESS);
    server->port = address.port;
    server->socket = PLAT_NO_SOCKET;
    assert_int_equal(plat_thread_start("tls-server", 0, serve, server, &server->thread), ERROR_SUCCESS);
}

void tls_server_stop(struct tls_server *server)
{
    if (server->quirk == TLS_SERVER_SILENT) {
        struct plat_address address;
        plat_socket bell;
        assert_true(plat_address_parse("127.0.0.1", &address));
        address.port = server->port;
        assert_int_equal(plat_connect(&address, 1, PATIENCE_MS, &bell, NULL), ERROR_SUCCESS);
        plat_socket_close(bell);
    }
    plat_thread_join(server->thread);
    plat_socket_close(server->listener);
}
