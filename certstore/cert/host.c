/* SPDX-License-Identifier: Apache-2.0 */
#include "certstore/host.h"

#include "cert/extensions.h"
#include "platform/net.h"
#include "platform/text.h"

#include <string.h>

#define DNS_NAME_MOST 253U /* RFC 1035 section 2.3.4 */
#define DNS_LABEL_MOST 63U

/* The reference identifier: a DNS name or octets of an address. */
struct host {
    bool is_address;
    struct plat_address address;
    struct plat_span name; /* without a dot at the end */
};

static bool is_label_character(uint8_t c)
{
    return plat_ascii_is_alpha((char)c) || plat_ascii_is_digit((char)c) || c == '-' || c == '_';
}

/* `wildcard`: the first label may be "*". */
static bool dns_name_valid(struct plat_span name, bool wildcard)
{
    size_t label = 0;
    if (name.size == 0 || name.size > DNS_NAME_MOST) {
        return false;
    }
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.data[i];
        bool star = wildcard && i == 0 && c == '*' && name.size > 1 && name.data[1] == '.';
        if (c == '.' && label == 0) {
            return false;
        }
        if (c != '.' && !star && !is_label_character(c)) {
            return false;
        }
        label = c == '.' ? 0 : label + 1;
        if (label > DNS_LABEL_MOST) {
            return false;
        }
    }
    return label > 0;
}

/* "10.0.0.300" is no name: its last label has digits only (RFC 1123 section 2.1). */
static bool looks_like_address(struct plat_span name)
{
    bool digits = true;
    for (size_t i = name.size; i > 0 && name.data[i - 1] != '.'; i--) {
        digits = digits && plat_ascii_is_digit((char)name.data[i - 1]);
    }
    return digits;
}

static bool parse_host(const char *text, struct host *host)
{
    size_t size = strlen(text);
    *host = (struct host){0};
    if (size > 2 && text[0] == '[' && text[size - 1] == ']' && size - 2 < 64) {
        char inside[64];
        memcpy(inside, text + 1, size - 2);
        inside[size - 2] = '\0';
        host->is_address = strchr(inside, ':') != NULL && plat_address_parse(inside, &host->address);
        return host->is_address;
    }
    if (plat_address_parse(text, &host->address)) {
        host->is_address = true;
        return true;
    }
    if (size > 1 && text[size - 1] == '.') {
        size--;
    }
    host->name = plat_span_of(text, size);
    return dns_name_valid(host->name, false) && !looks_like_address(host->name);
}

static bool equal_nocase(struct plat_span a, struct plat_span b)
{
    return plat_ascii_equal_nocase_n((const char *)a.data, a.size, (const char *)b.data, b.size);
}

static struct plat_span after_label(struct plat_span name)
{
    size_t i = 0;
    while (i < name.size && name.data[i] != '.') {
        i++;
    }
    i += i < name.size;
    return plat_span_of(name.data + i, name.size - i);
}

static bool dns_matches(struct plat_span presented, struct plat_span wanted)
{
    if (presented.size > 1 && presented.data[presented.size - 1] == '.') {
        presented.size--;
    }
    if (!dns_name_valid(presented, true)) {
        return false;
    }
    if (presented.data[0] != '*') {
        return equal_nocase(presented, wanted);
    }
    struct plat_span domain = after_label(presented);
    return memchr(domain.data, '.', domain.size) != NULL && equal_nocase(domain, after_label(wanted));
}

static bool address_matches(struct plat_span presented, const struct plat_address *wanted)
{
    size_t size = wanted->is_ipv6 ? 16 : 4;
    return presented.size == size && memcmp(presented.data, wanted->bytes, size) == 0;
}

enum cert_host_answer cert_host_match(const struct cert *cert, const char *host)
{
    const struct cert_extension *names = cert_extension_find(cert, CERT_EXTENSION_SUBJECT_ALT_NAME);
    struct cert_general_name name;
    struct cert_list list;
    struct host wanted;
    enum cert_host_answer answer = CERT_HOST_NO_NAMES;
    if (!parse_host(host, &wanted) || cert->duplicate_extension || cert->too_many_extensions) {
        return CERT_HOST_NONE;
    }
    if (names == NULL) {
        return CERT_HOST_NO_NAMES;
    }
    if (!cert_general_names_open(names->value, &list)) {
        return CERT_HOST_NONE;
    }
    while (answer != CERT_HOST_MATCHES && cert_general_names_next(&list, &name)) {
        if (name.kind != CERT_NAME_DNS && name.kind != CERT_NAME_IP) {
            continue;
        }
        bool matches = name.kind == CERT_NAME_IP
                           ? wanted.is_address && address_matches(name.value, &wanted.address)
                           : !wanted.is_address && dns_matches(name.value, wanted.name);
        answer = matches ? CERT_HOST_MATCHES : CERT_HOST_OTHER;
    }
    return answer;
}

static void append_address(struct plat_span octets, struct plat_buffer *out)
{
    if (octets.size == 4) {
        plat_buffer_printf(out, "%u.%u.%u.%u", octets.data[0], octets.data[1], octets.data[2], octets.data[3]);
        return;
    }
    for (size_t i = 0; i + 1 < octets.size; i += 2) {
        plat_buffer_printf(out, "%s%x", i > 0 ? ":" : "", (unsigned)octets.data[i] << 8 | octets.data[i + 1]);
    }
}

/* What is in no name of a host, as RFC 4514 writes it in other names: "\0A". */
static void append_name(struct plat_span name, struct plat_buffer *out)
{
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.data[i];
        if (c > ' ' && c < 127 && c != ',' && c != '\\') {
            plat_buffer_append_u8(out, c);
        } else {
            plat_buffer_printf(out, "\\%02X", c);
        }
    }
}

void cert_host_names(const struct cert *cert, struct plat_buffer *out)
{
    const struct cert_extension *names = cert_extension_find(cert, CERT_EXTENSION_SUBJECT_ALT_NAME);
    struct cert_general_name name;
    struct cert_list list;
    bool any = false;
    if (names == NULL || !cert_general_names_open(names->value, &list)) {
        return;
    }
    while (cert_general_names_next(&list, &name)) {
        if (name.kind != CERT_NAME_DNS && name.kind != CERT_NAME_IP) {
            continue;
        }
        plat_buffer_append_text(out, any ? ", " : "");
        any = true;
        if (name.kind == CERT_NAME_IP) {
            append_address(name.value, out);
        } else {
            append_name(name.value, out);
        }
    }
}
