/* SPDX-License-Identifier: Apache-2.0 */
/* The br_x509_class that collects and does not judge. */
#include "certstore/bearssl_peer.h"
#include "crypto/views.h"

/* BearSSL hands its object out as a pointer to the first member. */
static struct cert_peer *peer_of(const br_x509_class **object)
{
    return (struct cert_peer *)(void *)object;
}

static void fail(struct cert_peer *peer, unsigned error)
{
    if (peer->failure == 0) {
        peer->failure = error;
    }
}

void cert_peer_init(struct cert_peer *peer)
{
    *peer = (struct cert_peer){.vtable = &cert_peer_class};
    plat_buffer_init(&peer->chain, LIMIT_PEER_CHAIN);
}

void cert_peer_free(struct cert_peer *peer)
{
    plat_buffer_free(&peer->chain);
    cert_peer_init(peer);
}

static void start_chain(const br_x509_class **object, const char *server_name)
{
    (void)server_name; /* clients have none */
    cert_peer_free(peer_of(object));
}

static void start_cert(const br_x509_class **object, uint32_t length)
{
    struct cert_peer *peer = peer_of(object);
    if (length == 0) {
        fail(peer, BR_ERR_X509_TRUNCATED);
    } else if (peer->count == LIMIT_PEER_CERTIFICATES || length > LIMIT_PEER_CHAIN - peer->chain.size) {
        fail(peer, BR_ERR_X509_LIMIT_EXCEEDED);
    }
    if (peer->failure == 0) {
        peer->ends[peer->count++] = (uint32_t)peer->chain.size + length;
        if (plat_buffer_reserve(&peer->chain, length) == NULL) {
            fail(peer, BR_ERR_X509_LIMIT_EXCEEDED);
        }
    }
}

static void append(const br_x509_class **object, const unsigned char *bytes, size_t size)
{
    struct cert_peer *peer = peer_of(object);
    if (peer->failure == 0) {
        plat_buffer_append(&peer->chain, bytes, size);
        if (peer->chain.failed != ERROR_SUCCESS || peer->count == 0 ||
            peer->chain.size > peer->ends[peer->count - 1]) {
            fail(peer, BR_ERR_X509_LIMIT_EXCEEDED);
        }
    }
}

static void end_cert(const br_x509_class **object)
{
    struct cert_peer *peer = peer_of(object);
    if (peer->failure == 0 && (peer->count == 0 || peer->chain.size != peer->ends[peer->count - 1])) {
        fail(peer, BR_ERR_X509_TRUNCATED);
    }
}

static void take_leaf_key(struct cert_peer *peer)
{
    if (cert_parse(cert_peer_at(peer, 0), &peer->leaf) != ERROR_SUCCESS) {
        fail(peer, BR_ERR_X509_INVALID_VALUE);
    } else if (!cert_key_provable(&peer->leaf)) {
        fail(peer, peer->leaf.key_kind == CERT_KEY_RSA ? BR_ERR_X509_LIMIT_EXCEEDED : BR_ERR_X509_UNSUPPORTED);
    } else if (peer->leaf.key_kind == CERT_KEY_RSA) {
        peer->key = (br_x509_pkey){.key_type = BR_KEYTYPE_RSA, .key.rsa = cert_view_rsa(&peer->leaf)};
    } else {
        peer->key = (br_x509_pkey){.key_type = BR_KEYTYPE_EC, .key.ec = cert_view_ec(&peer->leaf)};
    }
}

static unsigned end_chain(const br_x509_class **object)
{
    struct cert_peer *peer = peer_of(object);
    if (peer->count == 0) {
        fail(peer, BR_ERR_X509_EMPTY_CHAIN);
    }
    if (peer->failure == 0) {
        take_leaf_key(peer);
    }
    peer->complete = peer->failure == 0;
    return peer->failure;
}

static const br_x509_pkey *get_pkey(const br_x509_class *const *object, unsigned *usages)
{
    const struct cert_peer *peer = (const struct cert_peer *)(const void *)object;
    if (usages != NULL) {
        *usages = BR_KEYTYPE_SIGN;
    }
    return peer->complete ? &peer->key : NULL;
}

const br_x509_class cert_peer_class = {
    .context_size = sizeof(struct cert_peer),
    .start_chain = start_chain,
    .start_cert = start_cert,
    .append = append,
    .end_cert = end_cert,
    .end_chain = end_chain,
    .get_pkey = get_pkey,
};

bool cert_peer_sent(const struct cert_peer *peer)
{
    return peer->count != 0 || peer->failure != 0;
}

bool cert_peer_usable(const struct cert_peer *peer)
{
    return peer->complete;
}

struct plat_span cert_peer_at(const struct cert_peer *peer, uint32_t index)
{
    if (index >= peer->count) {
        return (struct plat_span){0};
    }
    uint32_t start = index == 0 ? 0 : peer->ends[index - 1];
    if (peer->ends[index] > peer->chain.size) {
        return (struct plat_span){0};
    }
    return plat_span_of(peer->chain.data + start, peer->ends[index] - start);
}
