/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client that does not want to renegotiate answers the HelloRequest with a warning, no_renegotiation, and
 * stays (RFC 5246 section 7.2.2). BearSSL ends the connection at that alert. So the classes that decrypt
 * records are BearSSL's with one step more: this alert, in answer to our HelloRequest, is noted and then
 * looks like an empty record, which BearSSL skips.
 */
#include "tls/connection.h"

static struct httpd_tls *connection_of(const br_sslrec_in_class **records)
{
    return (struct httpd_tls *)(void *)((char *)records - offsetof(struct httpd_tls, engine.eng.in));
}

static unsigned char *watch(const br_sslrec_in_class **records, int type, unsigned char *plain, size_t *size)
{
    struct httpd_tls *tls = connection_of(records);
    if (plain != NULL && type == HTTPD_TLS_ALERT && *size == 2 && plain[0] == 1 && plain[1] == 100 &&
        tls->hello_requested && httpd_tls_flows(tls)) {
        tls->refused = true;
        *size = 0;
    }
    return plain;
}

static unsigned char *gcm_decrypt(const br_sslrec_in_class **records, int type, unsigned version,
                                  void *payload, size_t *size)
{
    return watch(records, type, br_sslrec_in_gcm_vtable.inner.decrypt(records, type, version, payload, size),
                 size);
}

static unsigned char *chapol_decrypt(const br_sslrec_in_class **records, int type, unsigned version,
                                     void *payload, size_t *size)
{
    return watch(records, type,
                 br_sslrec_in_chapol_vtable.inner.decrypt(records, type, version, payload, size), size);
}

static int gcm_check_length(const br_sslrec_in_class *const *records, size_t size)
{
    return br_sslrec_in_gcm_vtable.inner.check_length(records, size);
}

static int chapol_check_length(const br_sslrec_in_class *const *records, size_t size)
{
    return br_sslrec_in_chapol_vtable.inner.check_length(records, size);
}

static void gcm_init(const br_sslrec_in_gcm_class **records, const br_block_ctr_class *cipher,
                     const void *key, size_t key_size, br_ghash ghash, const void *iv);
static void chapol_init(const br_sslrec_in_chapol_class **records, br_chacha20_run chacha,
                        br_poly1305_run poly, const void *key, const void *iv);

static const br_sslrec_in_gcm_class gcm_records = {
    .inner = {.context_size = sizeof(br_sslrec_gcm_context),
              .check_length = gcm_check_length,
              .decrypt = gcm_decrypt},
    .init = gcm_init,
};

static const br_sslrec_in_chapol_class chapol_records = {
    .inner = {.context_size = sizeof(br_sslrec_chapol_context),
              .check_length = chapol_check_length,
              .decrypt = chapol_decrypt},
    .init = chapol_init,
};

static void gcm_init(const br_sslrec_in_gcm_class **records, const br_block_ctr_class *cipher,
                     const void *key, size_t key_size, br_ghash ghash, const void *iv)
{
    br_sslrec_in_gcm_vtable.init(records, cipher, key, key_size, ghash, iv);
    *records = &gcm_records;
}

static void chapol_init(const br_sslrec_in_chapol_class **records, br_chacha20_run chacha,
                        br_poly1305_run poly, const void *key, const void *iv)
{
    br_sslrec_in_chapol_vtable.init(records, chacha, poly, key, iv);
    *records = &chapol_records;
}

void httpd_tls_watch_records(br_ssl_engine_context *engine)
{
    br_ssl_engine_set_gcm(engine, &gcm_records, &br_sslrec_out_gcm_vtable);
    br_ssl_engine_set_chapol(engine, &chapol_records, &br_sslrec_out_chapol_vtable);
}
