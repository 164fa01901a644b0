/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's certificate, judged while the handshake stands still behind the Certificate message: a server
 * that is refused sees neither a certificate of the client's nor a key exchange.
 */
#include "platform/clock.h"
#include "winhttp/tls/connection.h"

static struct winhttp_tls *connection_of(const br_x509_class **object)
{
    return (struct winhttp_tls *)(void *)((char *)object - offsetof(struct winhttp_tls, peer.vtable));
}

void winhttp_tls_peer_init(struct winhttp_tls *tls)
{
    cert_peer_init(&tls->peer);
    tls->peer.vtable = &winhttp_tls_peer_class;
    plat_buffer_init(&tls->first_leaf, LIMIT_PEER_CHAIN);
    br_ssl_engine_set_x509(&tls->engine.eng, &tls->peer.vtable);
}

void winhttp_tls_peer_free(struct winhttp_tls *tls)
{
    cert_set_free(tls->sent);
    tls->sent = NULL;
    plat_buffer_free(&tls->first_leaf);
    cert_peer_free(&tls->peer);
}

/* Certificates that do not parse help no chain: they are left out. */
static win_error gather_sent(struct winhttp_tls *tls)
{
    cert_set_free(tls->sent);
    tls->sent = NULL;
    win_error error = cert_set_create(&tls->sent);
    for (uint32_t i = 1; error == ERROR_SUCCESS && i < tls->peer.count; i++)
        if (cert_set_add(tls->sent, cert_peer_at(&tls->peer, i), NULL) == ERROR_NOT_ENOUGH_MEMORY)
            error = ERROR_NOT_ENOUGH_MEMORY;
    return error;
}

static win_error default_judge(void *context, const struct winhttp_server *server)
{
    (void)context;
    bool good = server->chain->error == 0 && server->chain->finished && server->host == CERT_HOST_MATCHES;
    return good ? ERROR_SUCCESS : ERROR_WINHTTP_SECURE_FAILURE;
}

static win_error judge(struct winhttp_tls *tls)
{
    const struct winhttp_transport_options *options = tls->options;
    win_error error = gather_sent(tls);
    if (error != ERROR_SUCCESS)
        return error;
    const struct cert_chain_input input = {
        .leaf = &tls->peer.leaf,
        .roots = options->trust.roots,
        .intermediates = options->trust.intermediates,
        .peer = tls->sent,
        .distrusted = options->trust.distrusted,
        .people = options->trust.people,
        .crls = options->trust.crls,
        .time = plat_clock_unix(),
        .usage = CERT_USAGE_SERVER_AUTH,
        .flags = options->trust.flags,
    };
    cert_chain_build(&input, &tls->chain);
    tls->host = cert_host_match(&tls->peer.leaf, options->host);
    tls->judged = true;
    const struct winhttp_server server = {.leaf = &tls->peer.leaf, .chain = &tls->chain, .host = tls->host};
    return (options->judge == NULL ? default_judge : options->judge)(options->judge_context, &server);
}

/*
 * A renegotiation may not put somebody else in the server's place: what the client has sent and will send on
 * the connection is meant for one server (RFC 7457 section 2.11: triple handshakes).
 */
static win_error keep_identity(struct winhttp_tls *tls)
{
    struct plat_span leaf = cert_peer_at(&tls->peer, 0);
    if (tls->open)
        return plat_span_equal(leaf, plat_span_of(tls->first_leaf.data, tls->first_leaf.size))
                   ? ERROR_SUCCESS
                   : ERROR_WINHTTP_SECURE_FAILURE;
    plat_buffer_clear(&tls->first_leaf);
    plat_buffer_append(&tls->first_leaf, leaf.data, leaf.size);
    return tls->first_leaf.failed == ERROR_SUCCESS ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

/* ---- the class: cert_peer_class with this at its end ---- */

static void start_chain(const br_x509_class **object, const char *server_name)
{
    connection_of(object)->judged = false;
    cert_peer_class.start_chain(object, server_name);
    *object = &winhttp_tls_peer_class; /* which it has set to its own */
}

static void start_cert(const br_x509_class **object, uint32_t length)
{
    cert_peer_class.start_cert(object, length);
}

static void append(const br_x509_class **object, const unsigned char *bytes, size_t size)
{
    cert_peer_class.append(object, bytes, size);
}

static void end_cert(const br_x509_class **object)
{
    cert_peer_class.end_cert(object);
}

static unsigned end_chain(const br_x509_class **object)
{
    struct winhttp_tls *tls = connection_of(object);
    unsigned failure = cert_peer_class.end_chain(object);
    if (failure != 0)
        return failure;
    win_error error = keep_identity(tls);
    if (error == ERROR_SUCCESS)
        error = judge(tls);
    if (error == ERROR_SUCCESS)
        return 0;
    winhttp_tls_fail(tls, error);
    return BR_ERR_X509_NOT_TRUSTED;
}

static const br_x509_pkey *get_pkey(const br_x509_class *const *object, unsigned *usages)
{
    return cert_peer_class.get_pkey(object, usages);
}

const br_x509_class winhttp_tls_peer_class = {
    .context_size = sizeof(struct cert_peer),
    .start_chain = start_chain,
    .start_cert = start_cert,
    .append = append,
    .end_cert = end_cert,
    .end_chain = end_chain,
    .get_pkey = get_pkey,
};
