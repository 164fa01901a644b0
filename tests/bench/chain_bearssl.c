/* SPDX-License-Identifier: Apache-2.0 */
/* BearSSL's own validator with its own arithmetic, as br_ssl_client_init_full would set it up. The root is
 * parsed to be an anchor. */
#include "bench/chain_work.h"

#include <bearssl.h>
#include <string.h>
#include <time.h>

#define DAYS_TO_1970 719528U /* from the year 0, as BearSSL counts */

struct name {
    unsigned char bytes[1024];
    size_t size;
};

static void append_name(void *context, const void *bytes, size_t size)
{
    struct name *name = context;
    if (size <= sizeof name->bytes - name->size) {
        memcpy(name->bytes + name->size, bytes, size);
        name->size += size;
    }
}

static bool parse_and_check(void *context)
{
    const struct chain_work *work = context;
    struct name name = {.size = 0};
    br_x509_decoder_context decoder;
    br_x509_decoder_init(&decoder, append_name, &name);
    br_x509_decoder_push(&decoder, work->bytes[2], work->sizes[2]);
    const br_x509_pkey *key = br_x509_decoder_get_pkey(&decoder);
    if (key == NULL) {
        return false;
    }
    br_x509_trust_anchor anchor = {{name.bytes, name.size}, BR_X509_TA_CA, *key};

    br_x509_minimal_context minimal;
    br_x509_minimal_init(&minimal, &br_sha256_vtable, &anchor, 1);
    br_x509_minimal_set_rsa(&minimal, br_rsa_pkcs1_vrfy_get_default());
    br_x509_minimal_set_ecdsa(&minimal, br_ec_get_default(), br_ecdsa_vrfy_asn1_get_default());
    br_x509_minimal_set_hash(&minimal, br_sha256_ID, &br_sha256_vtable);
    int64_t now = (int64_t)time(NULL);
    br_x509_minimal_set_time(&minimal, (uint32_t)(now / 86400) + DAYS_TO_1970, (uint32_t)(now % 86400));
    minimal.vtable->start_chain(&minimal.vtable, NULL);
    for (size_t i = 0; i < 2; i++) {
        minimal.vtable->start_cert(&minimal.vtable, (uint32_t)work->sizes[i]);
        minimal.vtable->append(&minimal.vtable, work->bytes[i], work->sizes[i]);
        minimal.vtable->end_cert(&minimal.vtable);
    }
    return minimal.vtable->end_chain(&minimal.vtable) == 0;
}

int main(int argc, char **argv)
{
    static struct chain_work work;
    return chain_work_read(&work, argc, argv) && chain_work_run(&work, "whole", parse_and_check, &work) ? 0
                                                                                                        : 1;
}
