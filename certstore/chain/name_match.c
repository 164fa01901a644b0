/* SPDX-License-Identifier: Apache-2.0 */
/* Names and subtrees, kind by kind. */
#include "chain/name_match.h"
#include "cert/name.h"
#include "platform/text.h"

#include <string.h>

#define DNS_NAME_MOST 253U
#define DNS_LABEL_MOST 63U

static struct plat_span drop(struct plat_span text, size_t n)
{
    return plat_span_of(text.data + n, text.size - n);
}

static bool equal_nocase(struct plat_span a, struct plat_span b)
{
    return plat_ascii_equal_nocase_n((const char *)a.data, a.size, (const char *)b.data, b.size);
}

static bool label_character(uint8_t c)
{
    return plat_ascii_is_alpha((char)c) || plat_ascii_is_digit((char)c) || c == '-' || c == '_';
}

static bool has_wildcard(struct plat_span name)
{
    return name.size > 2 && name.data[0] == '*' && name.data[1] == '.';
}

bool chain_dns_name_valid(struct plat_span name, bool wildcard)
{
    size_t label = 0;

    if (name.size > DNS_NAME_MOST) {
        return false;
    }
    if (wildcard && has_wildcard(name)) {
        name = drop(name, 2);
    }
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '.') {
            if (label == 0) {
                return false;
            }
            label = 0;
        } else if (!label_character(name.data[i]) || ++label > DNS_LABEL_MOST) {
            return false;
        }
    }
    return label != 0;
}

/* Is `name` the domain itself or a name below it? An empty domain holds every name. */
static bool in_domain(struct plat_span name, struct plat_span domain)
{
    if (domain.size == 0) {
        return true;
    }
    if (name.size < domain.size || !equal_nocase(drop(name, name.size - domain.size), domain)) {
        return false;
    }
    return name.size == domain.size || name.data[name.size - domain.size - 1] == '.';
}

static bool below_domain(struct plat_span name, struct plat_span domain)
{
    return name.size > domain.size && in_domain(name, domain);
}

/* ---- dNSName ---- */

/*
 * ".example.com" is no dNSName constraint in RFC 5280, but a common one. What is outside by any reading is outside, and what is inside by any
 * reading is excluded; nothing is let in by it (chain_subtree_holds).
 */
static bool has_leading_dot(struct plat_span base)
{
    return base.size > 1 && base.data[0] == '.';
}

static bool dns_inside(struct plat_span base, struct plat_span name, bool excluded)
{
    if (!chain_dns_name_valid(name, true)) {
        return excluded;
    }
    if (has_leading_dot(base)) {
        base = drop(base, 1);
    }
    if (in_domain(name, base)) {
        return true;
    }
    if (excluded && has_wildcard(name)) { /* "*.example.com" takes in an excluded "a.example.com" */
        const uint8_t *dot = memchr(base.data, '.', base.size);

        return dot != NULL && equal_nocase(drop(base, (size_t)(dot - base.data)), drop(name, 1));
    }
    return false;
}

/* ---- rfc822Name ---- */

/* local@host at its last '@'; a '@' inside the local part must be quoted. */
static bool split_mailbox(struct plat_span mailbox, struct plat_span *local, struct plat_span *host)
{
    size_t at = mailbox.size;

    while (at > 0 && mailbox.data[at - 1] != '@') {
        at--;
    }
    if (at == 0) {
        return false;
    }
    *host = drop(mailbox, at);
    *local = plat_span_of(mailbox.data, at - 1);
    if (memchr(local->data, '@', local->size) != NULL &&
        (local->size < 2 || local->data[0] != '"' || local->data[local->size - 1] != '"')) {
        return false;
    }
    return chain_dns_name_valid(*host, false);
}

static bool same_local(struct plat_span a, struct plat_span b, bool any_case)
{
    return any_case ? equal_nocase(a, b) : plat_span_equal(a, b);
}

/* any_case: of the local part. */
static bool mailbox_inside(struct plat_span base, struct plat_span name, bool excluded, bool any_case)
{
    struct plat_span local, host, base_local, base_host;

    if (!split_mailbox(name, &local, &host) || local.size == 0) {
        return excluded;
    }
    if (split_mailbox(base, &base_local, &base_host)) {
        bool any_local = base_local.size == 0; /* "@example.com", as Microsoft's policy files write it */
        return (any_local || same_local(local, base_local, any_case)) && equal_nocase(host, base_host);
    }
    if (base.size != 0 && base.data[0] == '.') {
        return below_domain(host, drop(base, 1));
    }
    return base.size == 0 || equal_nocase(host, base);
}

/* ---- uniformResourceIdentifier ---- */

/* A dotted address, or what would be read as one. */
static bool looks_numeric(struct plat_span host)
{
    size_t i = host.size;

    while (i > 0 && plat_ascii_is_digit((char)host.data[i - 1])) {
        i--;
    }
    return i != host.size && (i == 0 || host.data[i - 1] == '.');
}

/*
 * The host of scheme://[user@]host[:port][/?#...]; RFC 5280: a URI without a host name, or with an address,
 * cannot be within anything.
 */
static bool uri_host(struct plat_span uri, struct plat_span *host)
{
    size_t start = 0;

    while (start < uri.size && uri.data[start] != ':' && uri.data[start] != '/') {
        start++;
    }
    if (start == 0 || uri.size - start < 3 || memcmp(uri.data + start, "://", 3) != 0) {
        return false;
    }
    start += 3;
    size_t end = start;
    while (end < uri.size && strchr("/?#\\", uri.data[end]) == NULL) {
        end++;
    }
    for (size_t i = start; i < end; i++) {
        if (uri.data[i] == '@') {
            start = i + 1;
        }
    }
    for (size_t i = start; i < end; i++) {
        if (uri.data[i] == ':') {
            end = i;
        }
    }
    *host = plat_span_of(uri.data + start, end - start);
    return chain_dns_name_valid(*host, false) && !looks_numeric(*host);
}

static bool uri_inside(struct plat_span base, struct plat_span name, bool excluded)
{
    struct plat_span host;

    if (!uri_host(name, &host)) {
        return excluded;
    }
    if (base.size != 0 && base.data[0] == '.') {
        return below_domain(host, drop(base, 1));
    }
    return base.size == 0 || equal_nocase(host, base);
}

/* ---- iPAddress: address and mask ---- */

static bool address_inside(struct plat_span base, struct plat_span name, bool excluded)
{
    if (name.size != 4 && name.size != 16) {
        return excluded;
    }
    if (base.size != 8 && base.size != 32) {
        return excluded;
    }
    if (base.size != 2 * name.size) {
        return false;
    }
    for (size_t i = 0; i < name.size; i++) {
        if (((base.data[i] ^ name.data[i]) & base.data[name.size + i]) != 0) {
            return false;
        }
    }
    return true;
}

/* RFC 4632: ones, then zeros. */
static bool mask_valid(const uint8_t *mask, size_t size)
{
    bool ended = false;

    for (size_t i = 0; i < 8 * size; i++) {
        bool bit = (mask[i / 8] & 0x80U >> i % 8) != 0;

        if (bit && ended) {
            return false;
        }
        ended = !bit;
    }
    return true;
}

/* ---- otherName: a user principal name (1.3.6.1.4.1.311.20.2.3), which looks like a mailbox ---- */

static bool mailbox_base_valid(struct plat_span base)
{
    struct plat_span local, host;

    if (base.size == 0 || split_mailbox(base, &local, &host)) {
        return true;
    }
    return chain_dns_name_valid(base.data[0] == '.' ? drop(base, 1) : base, false);
}

static struct plat_span other_name_type(struct plat_span content)
{
    struct der_reader inside = der_reader_of(content);

    return der_read_oid(&inside, DER_OID);
}

static bool is_principal(struct plat_span content)
{
    static const uint8_t principal[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x14, 0x02, 0x03};

    return plat_span_equal(other_name_type(content), plat_span_of(principal, sizeof principal));
}

static bool principal_text(struct plat_span content, struct plat_span *text)
{
    struct der_reader inside = der_reader_of(content);
    (void)der_read_oid(&inside, DER_OID);
    struct der_reader wrapper = der_enter(&inside, DER_CONTEXT_CONSTRUCTED(0));

    *text = der_read_tag(&wrapper, DER_UTF8_STRING);
    return der_finish(&wrapper) && der_finish(&inside) && der_string_valid(DER_UTF8_STRING, *text);
}

static bool principal_inside(struct plat_span base, struct plat_span name, bool excluded)
{
    struct plat_span base_text, name_text;

    if (!principal_text(base, &base_text) || !principal_text(name, &name_text)) {
        return excluded;
    }
    return mailbox_inside(base_text, name_text, excluded, true);
}

/* ---- all kinds ---- */

enum chain_subtree_answer chain_subtree_holds(const struct cert_general_name *base,
                                              const struct cert_general_name *name, bool excluded)
{
    bool inside;

    if (base->kind != name->kind) {
        return CHAIN_SUBTREE_OTHER_FORM;
    }
    switch (name->kind) {
    case CERT_NAME_DNS:
        inside = dns_inside(base->value, name->value, excluded);
        if (inside && !excluded && has_leading_dot(base->value)) {
            return CHAIN_SUBTREE_MALFORMED;
        }
        break;
    case CERT_NAME_RFC822:
        inside = mailbox_inside(base->value, name->value, excluded, false);
        break;
    case CERT_NAME_URI:
        inside = uri_inside(base->value, name->value, excluded);
        break;
    case CERT_NAME_IP:
        inside = address_inside(base->value, name->value, excluded);
        break;
    case CERT_NAME_DIRECTORY:
        inside = cert_name_has_prefix(name->value, base->value);
        break;
    case CERT_NAME_OTHER: /* each type of otherName is a form of its own */
        if (!plat_span_equal(other_name_type(base->value), other_name_type(name->value))) {
            return CHAIN_SUBTREE_OTHER_FORM;
        }
        if (!is_principal(base->value)) {
            return CHAIN_SUBTREE_UNSUPPORTED;
        }
        inside = principal_inside(base->value, name->value, excluded);
        break;
    default:
        return CHAIN_SUBTREE_UNSUPPORTED;
    }
    return inside ? CHAIN_SUBTREE_INSIDE : CHAIN_SUBTREE_OUTSIDE;
}

bool chain_subtree_base_valid(const struct cert_general_name *base)
{
    struct plat_span value = base->value;

    switch (base->kind) {
    case CERT_NAME_URI: /* a host, or with a dot in front a domain */
    case CERT_NAME_DNS:
        return value.size == 0 || chain_dns_name_valid(has_leading_dot(value) ? drop(value, 1) : value, false);
    case CERT_NAME_RFC822:
        return mailbox_base_valid(value);
    case CERT_NAME_OTHER:
        return !is_principal(value) || (principal_text(value, &value) && mailbox_base_valid(value));
    case CERT_NAME_IP:
        return (base->value.size == 8 || base->value.size == 32) &&
               mask_valid(base->value.data + base->value.size / 2, base->value.size / 2);
    default:
        return true;
    }
}
