/* SPDX-License-Identifier: Apache-2.0 */
#include "winhttp/tls/tls.h"

#include "platform/memory.h"
#include "platform/random.h"
#include "winhttp/tls/connection.h"

#include <string.h>

/* server_name holds DNS names without their last dot, and no addresses (RFC 6066 section 3). */
static bool server_name_of(const char *host, char name[LIMIT_HOST_NAME + 1])
{
    struct plat_address address;
    size_t size = strlen(host);
    if (size == 0 || size > LIMIT_HOST_NAME || host[0] == '[' || plat_address_parse(host, &address))
        return false;
    memcpy(name, host, size + 1);
    if (name[size - 1] == '.')
        name[size - 1] = '\0';
    return name[0] != '\0';
}

static win_error start_engine(struct winhttp_tls *tls)
{
    br_ssl_engine_context *engine = &tls->engine.eng;
    uint8_t seed[32];
    char name[LIMIT_HOST_NAME + 1];
    win_error error = plat_random(seed, sizeof seed);
    if (error != ERROR_SUCCESS)
        return error;
    br_ssl_engine_inject_entropy(engine, seed, sizeof seed);
    plat_wipe(seed, sizeof seed);
    br_ssl_engine_set_buffers_bidi(engine, tls->in, sizeof tls->in, tls->out, sizeof tls->out);
    /*
     * Until io.c has seen the first handshake done: a HelloRequest in the same record as its Finished would
     * come before.
     */
    br_ssl_engine_set_all_flags(engine, BR_OPT_NO_RENEGOTIATION);
    return br_ssl_client_reset(&tls->engine, server_name_of(tls->options->host, name) ? name : NULL, 0)
               ? ERROR_SUCCESS
               : ERROR_INTERNAL_ERROR;
}

win_error winhttp_tls_create(const struct winhttp_transport_options *options, plat_socket socket,
                             struct winhttp_tls **tls)
{
    *tls = NULL;
    struct winhttp_tls *made = plat_calloc(1, sizeof *made);
    if (made == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    made->options = options;
    made->socket = socket;
    br_ssl_client_zero(&made->engine);
    winhttp_tls_set_primitives(made);
    winhttp_tls_peer_init(made);
    winhttp_tls_asker_init(made);
    win_error error = start_engine(made);
    if (error != ERROR_SUCCESS) {
        winhttp_tls_destroy(made);
        return error;
    }
    *tls = made;
    return ERROR_SUCCESS;
}

void winhttp_tls_destroy(struct winhttp_tls *tls)
{
    if (tls == NULL)
        return;
    winhttp_tls_asker_free(tls);
    winhttp_tls_peer_free(tls);
    plat_wipe(tls, sizeof *tls); /* session keys, plaintext */
    plat_free(tls);
}

bool winhttp_tls_server(const struct winhttp_tls *tls, struct winhttp_server *server)
{
    *server = (struct winhttp_server){.host = CERT_HOST_NONE};
    if (!tls->judged)
        return false;
    *server = (struct winhttp_server){.leaf = &tls->peer.leaf, .chain = &tls->chain, .host = tls->host};
    return true;
}

unsigned winhttp_tls_renegotiations(const struct winhttp_tls *tls)
{
    return tls->done;
}

int winhttp_tls_error(const struct winhttp_tls *tls)
{
    return br_ssl_engine_last_error(&tls->engine.eng);
}
