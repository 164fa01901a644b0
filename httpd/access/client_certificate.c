/* SPDX-License-Identifier: Apache-2.0 */
#include "access/client_certificate.h"

#include "access/received.h"
#include "certstore/crypto.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

static win_error total_size(const struct plat_span *chain, size_t count, size_t *total)
{
    *total = 0;
    if (count == 0 || count > LIMIT_PEER_CERTIFICATES) {
        return ERROR_INVALID_PARAMETER;
    }
    for (size_t i = 0; i < count; i++) {
        if (chain[i].size > LIMIT_PEER_CHAIN - *total) {
            return ERROR_FILE_TOO_LARGE;
        }
        *total += chain[i].size;
    }
    return ERROR_SUCCESS;
}

/* Over the ends as well: where one certificate stops and the next begins is part of what was received. */
static void hash_chain(struct httpd_client_certificate *c, size_t total)
{
    uint8_t parts[2][CERT_SHA256_SIZE];
    cert_sha256(plat_span_of(c->bytes, total), parts[0]);
    cert_sha256(plat_span_of(c->ends, c->count * sizeof c->ends[0]), parts[1]);
    cert_sha256(plat_span_of(parts, sizeof parts), c->hash);
}

win_error httpd_client_certificate_create(const struct plat_span *chain, size_t count,
                                          struct httpd_client_certificate **certificate)
{
    size_t total;
    *certificate = NULL;
    win_error error = total_size(chain, count, &total);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    struct httpd_client_certificate *c = plat_alloc(sizeof *c + total);
    if (c == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    memset(c, 0, sizeof *c);
    atomic_init(&c->references, 1);
    size_t end = 0;
    for (size_t i = 0; i < count; i++) {
        if (chain[i].size > 0) {
            memcpy(c->bytes + end, chain[i].data, chain[i].size);
        }
        end += chain[i].size;
        c->ends[c->count++] = (uint32_t)end;
    }
    error = cert_parse(httpd_client_certificate_at(c, 0), &c->leaf);
    if (error != ERROR_SUCCESS) {
        plat_free(c);
        return error;
    }
    hash_chain(c, total);
    *certificate = c;
    return ERROR_SUCCESS;
}

struct httpd_client_certificate *httpd_client_certificate_ref(struct httpd_client_certificate *certificate)
{
    atomic_fetch_add_explicit(&certificate->references, 1, memory_order_relaxed);
    return certificate;
}

void httpd_client_certificate_unref(struct httpd_client_certificate *certificate)
{
    if (certificate != NULL &&
        atomic_fetch_sub_explicit(&certificate->references, 1, memory_order_acq_rel) == 1) {
        plat_free(certificate);
    }
}

const struct cert *httpd_client_certificate_leaf(const struct httpd_client_certificate *certificate)
{
    return &certificate->leaf;
}

size_t httpd_client_certificate_size(const struct httpd_client_certificate *certificate)
{
    return sizeof *certificate + certificate->ends[certificate->count - 1];
}

struct plat_span httpd_client_certificate_at(const struct httpd_client_certificate *certificate, size_t index)
{
    uint32_t start = index > 0 ? certificate->ends[index - 1] : 0;
    return plat_span_of(certificate->bytes + start, certificate->ends[index] - start);
}
