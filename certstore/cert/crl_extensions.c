/* SPDX-License-Identifier: Apache-2.0 */
/* What a list says of itself (RFC 5280 section 5.2). */
#include "cert/crl.h"

/* 2.5.29.n: the last arc is enough, once the others are compared. */
enum {
    ID_ISSUER_ALT_NAME = 18,
    ID_NUMBER = 20,
    ID_DELTA_INDICATOR = 27,
    ID_ISSUING_DISTRIBUTION_POINT = 28,
    ID_AUTHORITY_KEY_ID = 35,
    ID_FRESHEST = 46
};
#define LIST_IDS_MOST 64U

static unsigned id_of(struct plat_span oid)
{
    static const uint8_t authority_info_access[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01};
    if (oid.size == 3 && oid.data[0] == 0x55 && oid.data[1] == 0x1d && oid.data[2] < LIST_IDS_MOST) {
        return oid.data[2];
    }
    /* It only says where issuers can be had: as good as understood. */
    return plat_span_equal(oid, plat_span_of(authority_info_access, sizeof authority_info_access)) ? 1U : 0U;
}

static bool read_number(struct plat_span value, struct plat_span *number)
{
    struct der_reader outer = der_reader_of(value);
    struct plat_span content = der_read_integer(&outer, DER_INTEGER);
    if (!der_finish(&outer) || (content.data[0] & 0x80U) != 0) {
        return false;
    }
    *number = content;
    return true;
}

/* BOOLEAN DEFAULT FALSE under an IMPLICIT tag; a spelt-out FALSE is taken. */
static bool read_flag(struct der_reader *r, unsigned number)
{
    if (!der_next_is(r, DER_CONTEXT(number))) {
        return false;
    }
    struct plat_span content = der_read_tag(r, DER_CONTEXT(number));
    if (content.size != 1 || (content.data[0] != 0x00 && content.data[0] != 0xff)) {
        der_fail(r);
        return false;
    }
    return content.data[0] == 0xff;
}

static bool read_scope(struct plat_span value, struct cert_crl_scope *out)
{
    struct cert_crl_scope found = {0};
    struct der_reader outer = der_reader_of(value);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    bool empty = der_at_end(&inside);
    if (der_next_is(&inside, DER_CONTEXT_CONSTRUCTED(0))) {
        struct der_reader wrapper = der_enter(&inside, DER_CONTEXT_CONSTRUCTED(0));
        found.distribution_point = cert_read_distribution_point_name(&wrapper);
        if (!der_finish(&wrapper)) {
            der_fail(&inside);
        }
    }
    found.user_certificates_only = read_flag(&inside, 1);
    found.ca_certificates_only = read_flag(&inside, 2);
    if (der_next_is(&inside, DER_CONTEXT(3))) {
        found.has_reasons = true;
        found.reasons = der_read_named_bits(&inside, DER_CONTEXT(3));
    }
    found.indirect = read_flag(&inside, 4);
    found.attribute_certificates_only = read_flag(&inside, 5);
    int only = found.user_certificates_only + found.ca_certificates_only + found.attribute_certificates_only;
    if (!der_finish(&outer) || !der_finish(&inside) || empty || only > 1) {
        return false;
    }
    *out = found;
    return true;
}

static bool read_key_id(struct plat_span value, struct plat_span *key_id)
{
    struct cert_authority_key_id found;
    if (!cert_decode_authority_key_id(value, &found)) {
        return false;
    }
    *key_id = found.key_id;
    return true;
}

/* false = malformed. */
static bool take(struct cert_crl *crl, unsigned id, const struct cert_extension *extension)
{
    struct cert_list list;
    switch (id) {
    case ID_NUMBER:
        return read_number(extension->value, &crl->number);
    case ID_DELTA_INDICATOR:
        crl->is_delta = true; /* also when it cannot be read: it is no complete list */
        return read_number(extension->value, &crl->base_number);
    case ID_ISSUING_DISTRIBUTION_POINT:
        crl->has_scope = true;
        return read_scope(extension->value, &crl->scope);
    case ID_AUTHORITY_KEY_ID:
        return read_key_id(extension->value, &crl->authority_key_id);
    case ID_ISSUER_ALT_NAME:
        return cert_general_names_open(extension->value, &list);
    case ID_FRESHEST:
        return cert_distribution_points_open(extension->value, &list);
    case 1:
        return true;
    default:
        crl->unknown_critical = crl->unknown_critical || extension->critical;
        return true;
    }
}

void cert_crl_read_extensions(struct der_reader *tbs, struct cert_crl *crl)
{
    uint64_t seen = 0;
    if (!der_next_is(tbs, DER_CONTEXT_CONSTRUCTED(0))) {
        return;
    }
    struct der_reader wrapper = der_enter(tbs, DER_CONTEXT_CONSTRUCTED(0));
    struct der_reader list = der_enter(&wrapper, DER_SEQUENCE);
    if (!der_finish(&wrapper) || der_at_end(&list) || crl->version != 2) {
        der_fail(tbs);
        return;
    }
    while (!der_at_end(&list)) {
        struct cert_extension extension = cert_read_extension(&list);
        if (der_failed(&list)) {
            der_fail(tbs);
            return;
        }
        unsigned id = id_of(extension.oid);
        bool twice = id != 0 && (seen >> id & 1U) != 0;
        seen |= UINT64_C(1) << id;
        if (twice || !take(crl, id, &extension)) {
            crl->malformed_extension = true;
        }
    }
}
