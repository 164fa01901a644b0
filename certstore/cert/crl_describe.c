/* SPDX-License-Identifier: Apache-2.0 */
/* A CRL in words, for `cerium cert crl list` and `show`. */
#include "cert/crl.h"
#include "cert/describe.h"
#include "certstore/describe.h"
#include "crypto/verify.h"

#include <inttypes.h>

static void append_number(const char *label, struct plat_span number, struct plat_buffer *out)
{
    if (number.size != 0) {
        plat_buffer_append_text(out, label);
        cert_hex_append(out, number, ':');
        plat_buffer_append_u8(out, '\n');
    }
}

static void append_reasons(uint16_t reasons, struct plat_buffer *out)
{
    /* ReasonFlags number two of them otherwise than CRLReason does. */
    static const uint8_t reason_of_bit[] = {0, 1, 2, 3, 4, 5, 6, 9, 10};
    bool any = false;
    for (unsigned bit = 1; bit < sizeof reason_of_bit; bit++) {
        if (((unsigned)reasons >> bit & 1U) != 0) {
            plat_buffer_printf(out, "%s%s", any ? ", " : "",
                               cert_crl_reason_name((enum cert_crl_reason)reason_of_bit[bit]));
            any = true;
        }
    }
    plat_buffer_append_text(out, any ? "" : "none");
}

static void append_point(struct plat_span point, struct plat_buffer *out)
{
    struct der_reader outer = der_reader_of(point);
    struct der_item item = {0};
    struct cert_list list;
    struct cert_general_name name;
    (void)der_read(&outer, &item);
    if (item.tag != DER_CONTEXT_CONSTRUCTED(0) || !cert_general_names_open_content(item.content, &list)) {
        plat_buffer_append_text(out, "a name below its issuer's");
        return;
    }
    for (bool first = true; cert_general_names_next(&list, &name); first = false) {
        plat_buffer_append_text(out, first ? "" : ", ");
        cert_describe_general_name(&name, out);
    }
}

static void append_scope(const struct cert_crl *crl, struct plat_buffer *out)
{
    const struct cert_crl_scope *scope = &crl->scope;
    if (!crl->has_scope) {
        return;
    }
    if (scope->distribution_point.size != 0) {
        plat_buffer_append_text(out, "  Published at: ");
        append_point(scope->distribution_point, out);
        plat_buffer_append_u8(out, '\n');
    }
    if (scope->user_certificates_only || scope->ca_certificates_only || scope->attribute_certificates_only) {
        plat_buffer_printf(out, "  Covers only: %s certificates\n",
                           scope->user_certificates_only ? "end"
                           : scope->ca_certificates_only ? "CA"
                                                         : "attribute");
    }
    if (scope->has_reasons) {
        plat_buffer_append_text(out, "  Reasons:     ");
        append_reasons(scope->reasons, out);
        plat_buffer_append_u8(out, '\n');
    }
    if (scope->indirect) {
        plat_buffer_append_text(out, "  Indirect:    yes: it names certificates of other issuers too\n");
    }
}

static void append_entry(const struct cert_crl *crl, const struct cert_crl_entry *entry,
                         struct plat_buffer *out)
{
    plat_buffer_append_text(out, "    ");
    cert_hex_append(out, entry->serial, ':');
    plat_buffer_append_text(out, "  ");
    cert_time_text(entry->revoked, out);
    if (entry->has_reason) {
        plat_buffer_printf(out, "  %s", cert_crl_reason_name(entry->reason));
    }
    if (crl->scope.indirect) {
        plat_buffer_append_text(out, "  of ");
        cert_name_text(entry->issuer, out);
    }
    plat_buffer_append_text(
        out, entry->unknown_critical ? "  MALFORMED or with a critical extension that is not known\n" : "\n");
}

static void append_entries(const struct cert_crl *crl, size_t most, struct plat_buffer *out)
{
    struct cert_crl_entry entry;
    size_t at = 0, count = 0;
    plat_buffer_append_text(out, crl->entries.size == 0 ? "  Revoked:     none\n" : "  Revoked:\n");
    while (cert_crl_next(crl, &at, &entry)) {
        if (count++ < most) {
            append_entry(crl, &entry, out);
        }
    }
    if (count > most) {
        plat_buffer_printf(out, "    %s%zu%s\n", most == 0 ? "" : "and ", count - most,
                           most == 0 ? " certificates" : " more");
    }
}

static void append_time(const char *label, int64_t time, struct plat_buffer *out)
{
    plat_buffer_append_text(out, label);
    cert_time_text(time, out);
    plat_buffer_append_u8(out, '\n');
}

void cert_crl_describe(const struct cert_crl *crl, size_t entries, struct plat_buffer *out)
{
    char thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
    cert_thumbprint_text(crl->thumbprint, thumbprint);
    plat_buffer_append_text(out, "  Issuer:      ");
    cert_name_text(crl->issuer, out);
    plat_buffer_append_u8(out, '\n');
    append_time("  This update: ", crl->this_update, out);
    if (crl->has_next_update) {
        append_time("  Next update: ", crl->next_update, out);
    } else {
        plat_buffer_append_text(out, "  Next update: it does not say\n");
    }
    append_number("  Number:      ", crl->number, out);
    if (crl->is_delta) {
        append_number("  Delta to:    ", crl->base_number, out);
    }
    append_number("  Key id:      ", crl->authority_key_id, out);
    append_scope(crl, out);
    plat_buffer_printf(out, "  Thumbprint:  %s\n  Version:     %" PRIu32 "\n", thumbprint, crl->version);
    if (crl->malformed_extension || crl->unknown_critical || crl->unusable_entry) {
        plat_buffer_append_text(
            out, "  MALFORMED or with a critical extension that is not known: nothing is taken from it\n");
    }
    append_entries(crl, entries, out);
}
