/* SPDX-License-Identifier: Apache-2.0 */
/* CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue } (RFC 5280 section 5.1). */
#include "cert/crl.h"
#include "certstore/crypto.h"

/* version INTEGER { v1(0), v2(1) } OPTIONAL. A spelt-out v1 is taken. */
static uint32_t read_version(struct der_reader *tbs)
{
    if (!der_next_is(tbs, DER_INTEGER)) {
        return 1;
    }
    uint32_t version = der_read_u32(tbs, DER_INTEGER);
    if (version > 1) {
        der_fail(tbs);
    }
    return version + 1;
}

static bool next_is_time(const struct der_reader *tbs)
{
    return der_next_is(tbs, DER_UTC_TIME) || der_next_is(tbs, DER_GENERALIZED_TIME);
}

/* Every entry's structure, once, so that a walk cannot fail later. The issuer it leaves behind is nobody's business. */
static void read_entries(struct der_reader *tbs, struct cert_crl *crl)
{
    if (!der_next_is(tbs, DER_SEQUENCE)) {
        return;
    }
    struct plat_span content = der_read_tag(tbs, DER_SEQUENCE);
    struct der_reader list = der_reader_of(content);
    struct cert_crl_entry entry = {.issuer = crl->issuer};
    while (!der_at_end(&list)) {
        cert_crl_read_entry(&list, crl, &entry);
        crl->unusable_entry = crl->unusable_entry || entry.unknown_critical;
    }
    if (der_failed(&list)) {
        der_fail(tbs);
    }
    crl->entries = content;
}

static void read_tbs(struct der_reader *tbs, struct cert_crl *crl, struct plat_span *inner_algorithm)
{
    crl->version = read_version(tbs);
    *inner_algorithm = cert_read_algorithm(tbs);
    crl->issuer = cert_read_name(tbs);
    crl->this_update = der_read_time(tbs);
    crl->has_next_update = next_is_time(tbs);
    if (crl->has_next_update) {
        crl->next_update = der_read_time(tbs);
    }
    /* What an entry may say depends on the extensions behind them. */
    struct der_reader behind = *tbs;
    if (der_next_is(&behind, DER_SEQUENCE)) {
        (void)der_read_tag(&behind, DER_SEQUENCE);
    }
    cert_crl_read_extensions(&behind, crl);
    read_entries(tbs, crl);
    if (der_failed(tbs) || !der_finish(&behind)) {
        der_fail(tbs);
    } else {
        *tbs = behind;
    }
}

win_error cert_crl_parse(struct plat_span der, struct cert_crl *crl)
{
    struct cert_signed parts;
    struct plat_span inner_algorithm;
    *crl = (struct cert_crl){0};
    win_error error = cert_open_signed(der, LIMIT_CRL_SIZE, &parts);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    read_tbs(&parts.inside, crl, &inner_algorithm);
    if (!der_finish(&parts.inside)) {
        *crl = (struct cert_crl){0};
        return CRYPT_E_ASN1_CORRUPT;
    }
    crl->der = der;
    crl->tbs = parts.tbs;
    crl->signature_algorithm = parts.algorithm;
    crl->signature = parts.signature;
    crl->signature_algorithms_differ = !plat_span_equal(inner_algorithm, parts.algorithm);
    cert_sha1(der, crl->thumbprint);
    return ERROR_SUCCESS;
}
