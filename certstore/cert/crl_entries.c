/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of a list (RFC 5280 section 5.3). */
#include "cert/crl.h"

enum { ID_REASON = 21, ID_HOLD_INSTRUCTION = 23, ID_INVALIDITY_DATE = 24, ID_CERTIFICATE_ISSUER = 29 };

static unsigned id_of(struct plat_span oid)
{
    bool known = oid.size == 3 && oid.data[0] == 0x55 && oid.data[1] == 0x1d && oid.data[2] < 32U;
    return known ? oid.data[2] : 0;
}

static bool read_reason(struct plat_span value, struct cert_crl_entry *entry)
{
    struct der_reader outer = der_reader_of(value);
    struct plat_span content = der_read_integer(&outer, DER_ENUMERATED);
    if (!der_finish(&outer) || content.size != 1 ||
        cert_crl_reason_name((enum cert_crl_reason)content.data[0]) == NULL) {
        return false;
    }
    entry->has_reason = true;
    entry->reason = (enum cert_crl_reason)content.data[0];
    return true;
}

/* GeneralNames, of which a directoryName counts. */
static bool read_issuer(struct plat_span value, struct plat_span *issuer)
{
    struct cert_list list;
    struct cert_general_name name;
    if (!cert_general_names_open(value, &list)) {
        return false;
    }
    while (cert_general_names_next(&list, &name)) {
        if (name.kind == CERT_NAME_DIRECTORY) {
            *issuer = name.value;
            return true;
        }
    }
    return false;
}

static bool read_invalidity_date(struct plat_span value)
{
    struct der_reader outer = der_reader_of(value);
    if (!der_next_is(&outer, DER_GENERALIZED_TIME)) {
        return false;
    }
    (void)der_read_time(&outer);
    return der_finish(&outer);
}

/* false = malformed, or critical and unknown. */
static bool take(const struct cert_crl *crl, const struct cert_extension *extension,
                 struct cert_crl_entry *entry)
{
    switch (id_of(extension->oid)) {
    case ID_REASON:
        return read_reason(extension->value, entry);
    case ID_INVALIDITY_DATE:
        return read_invalidity_date(extension->value);
    case ID_HOLD_INSTRUCTION: /* RFC 3280; says what to do about a certificate that counts as revoked anyhow */
        return true;
    case ID_CERTIFICATE_ISSUER: /* whose certificates a list that is not indirect names is anybody's guess */
        return crl->scope.indirect && read_issuer(extension->value, &entry->issuer);
    default:
        return !extension->critical;
    }
}

static void read_extensions(struct der_reader *inside, const struct cert_crl *crl,
                            struct cert_crl_entry *entry)
{
    uint32_t seen = 0;
    struct der_reader list = der_enter(inside, DER_SEQUENCE);
    if (crl->version != 2 || der_at_end(&list)) {
        der_fail(inside);
        return;
    }
    while (!der_at_end(&list)) {
        struct cert_extension extension = cert_read_extension(&list);
        if (der_failed(&list)) {
            der_fail(inside);
            return;
        }
        unsigned id = id_of(extension.oid);
        if ((id != 0 && (seen >> id & 1U) != 0) || !take(crl, &extension, entry)) {
            entry->unknown_critical = true;
        }
        seen |= 1U << id;
    }
}

void cert_crl_read_entry(struct der_reader *list, const struct cert_crl *crl, struct cert_crl_entry *entry)
{
    struct plat_span issuer = entry->issuer;
    struct der_reader inside = der_enter(list, DER_SEQUENCE);
    *entry = (struct cert_crl_entry){.issuer = issuer};
    entry->serial = der_read_integer(&inside, DER_INTEGER);
    entry->revoked = der_read_time(&inside);
    if (!der_at_end(&inside)) {
        read_extensions(&inside, crl, entry);
    }
    if (!der_finish(&inside)) {
        der_fail(list);
    }
}

bool cert_crl_next(const struct cert_crl *crl, size_t *at, struct cert_crl_entry *entry)
{
    if (*at == 0) {
        *entry = (struct cert_crl_entry){.issuer = crl->issuer};
    }
    if (*at >= crl->entries.size) {
        return false;
    }
    struct der_reader list = der_reader_of(plat_span_of(crl->entries.data + *at, crl->entries.size - *at));
    cert_crl_read_entry(&list, crl, entry);
    if (der_failed(&list)) {
        return false;
    }
    *at = crl->entries.size - plat_reader_left(&list.bytes);
    return true;
}

void cert_crl_entry_at(const struct cert_crl *crl, size_t at, struct cert_crl_entry *entry)
{
    struct der_reader list = der_reader_of(plat_span_of(crl->entries.data + at, crl->entries.size - at));
    *entry = (struct cert_crl_entry){.issuer = crl->issuer};
    cert_crl_read_entry(&list, crl, entry);
}

const char *cert_crl_reason_name(enum cert_crl_reason reason)
{
    static const char *const names[] = {
        [CERT_REASON_UNSPECIFIED] = "unspecified",
        [CERT_REASON_KEY_COMPROMISE] = "keyCompromise",
        [CERT_REASON_CA_COMPROMISE] = "cACompromise",
        [CERT_REASON_AFFILIATION_CHANGED] = "affiliationChanged",
        [CERT_REASON_SUPERSEDED] = "superseded",
        [CERT_REASON_CESSATION_OF_OPERATION] = "cessationOfOperation",
        [CERT_REASON_CERTIFICATE_HOLD] = "certificateHold",
        [CERT_REASON_REMOVE_FROM_CRL] = "removeFromCRL",
        [CERT_REASON_PRIVILEGE_WITHDRAWN] = "privilegeWithdrawn",
        [CERT_REASON_AA_COMPROMISE] = "aACompromise",
    };
    return (size_t)reason < sizeof names / sizeof names[0] ? names[reason] : NULL;
}
