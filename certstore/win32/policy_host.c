/* SPDX-License-Identifier: Apache-2.0 */
/* Host names of certificates (RFC 2818 section 3.1, RFC 6125 section 6.4;
 * HTTPSPolicyCallbackData.pwszServerName), with RFC 3492's Punycode read. */
#include "cert/extensions.h"
#include "win32/policy.h"

#include "platform/limits.h"
#include "platform/net.h"
#include "platform/text.h"

#include <string.h>

#define LABEL_SIZE 63U

struct host_name {
    uint32_t points[LIMIT_HOST_NAME]; /* Unicode, folded; labels with '.' between them */
    size_t count;
    size_t labels;
};

struct label {
    uint32_t points[LABEL_SIZE];
    size_t count;
};

/* ---- Punycode (RFC 3492 section 6.2, parameters of section 5) ---- */

static uint32_t digit_value(uint32_t c)
{
    if (c >= 'a' && c <= 'z')
        return c - 'a';
    return c >= '0' && c <= '9' ? c - '0' + 26 : UINT32_MAX;
}

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;

    delta = first ? delta / 700 : delta / 2;
    delta += delta / points;
    for (; delta > 455; k += 36)
        delta /= 35;
    return k + 36 * delta / (delta + 38);
}

/* One generalized variable-length integer, added to *i. */
static bool read_delta(const struct label *in, size_t *at, uint32_t bias, uint32_t *i)
{
    uint32_t weight = 1;

    for (uint32_t k = 36;; k += 36) {
        uint32_t digit = *at < in->count ? digit_value(in->points[(*at)++]) : UINT32_MAX;
        uint32_t threshold = k <= bias ? 1 : (k >= bias + 26 ? 26 : k - bias);

        if (digit == UINT32_MAX || digit > (UINT32_MAX - *i) / weight)
            return false;
        *i += digit * weight;
        if (digit < threshold)
            return true;
        if (weight > UINT32_MAX / (36 - threshold))
            return false;
        weight *= 36 - threshold;
    }
}

static bool insert_point(struct label *out, uint32_t at, uint32_t point)
{
    if (out->count == LABEL_SIZE || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
        return false;
    memmove(&out->points[at + 1], &out->points[at], (out->count - at) * sizeof out->points[0]);
    out->points[at] = point;
    out->count++;
    return true;
}

/* `in` begins with "xn--". false = it is no Punycode, and stands for itself. */
static bool decode_label(const struct label *in, struct label *out)
{
    size_t at = 4;
    uint32_t point = 128, bias = 72, i = 0;

    out->count = 0;
    for (size_t b = 4; b < in->count; b++)
        if (in->points[b] == '-')
            at = b + 1;
    for (size_t b = 4; at > 4 && b < at - 1; b++)
        out->points[out->count++] = in->points[b];
    if (at == in->count)
        return false;
    while (at < in->count) {
        uint32_t old = i, length = (uint32_t)out->count + 1;

        if (!read_delta(in, &at, bias, &i))
            return false;
        bias = adapt(i - old, length, old == 0);
        if (i / length > UINT32_MAX - point)
            return false;
        point += i / length;
        i %= length;
        if (!insert_point(out, i++, point))
            return false;
    }
    return true;
}

/* ---- names ---- */

/* Nothing outside of ASCII becomes ASCII: a look-alike is not the letter. */
static uint32_t fold(uint32_t c)
{
    uint32_t upper = c <= 0xffff ? plat_upcase((uint16_t)c) : c;

    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    return upper < 0x80 ? c : upper;
}

static bool add_label(struct host_name *name, struct label *label)
{
    static const uint32_t prefix[] = {'x', 'n', '-', '-'};
    struct label decoded;
    size_t separator = name->labels == 0 ? 0 : 1;

    if (label->count == 0)
        return false;
    if (label->count > 4 && memcmp(label->points, prefix, sizeof prefix) == 0 && decode_label(label, &decoded))
        *label = decoded;
    if (label->count + separator > LIMIT_HOST_NAME - name->count)
        return false;
    if (separator)
        name->points[name->count++] = '.';
    for (size_t i = 0; i < label->count; i++)
        name->points[name->count++] = fold(label->points[i]);
    name->labels++;
    label->count = 0;
    return true;
}

/* UTF-8. One dot at the end is the root and says nothing. false = it is no name. */
static bool make_name(struct plat_span text, struct host_name *name)
{
    struct label label = {.count = 0};
    size_t at = 0;

    name->count = name->labels = 0;
    if (text.size > 0 && text.data[text.size - 1] == '.')
        text.size--;
    while (at < text.size) {
        uint32_t c = der_string_next(DER_UTF8_STRING, text, &at);

        if (c == UINT32_MAX || (c == '.' && !add_label(name, &label)))
            return false;
        if (c == '.')
            continue;
        if (label.count == LABEL_SIZE)
            return false;
        label.points[label.count++] = c < 0x80 ? fold(c) : c;
    }
    return add_label(name, &label);
}

static bool same_points(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    return a_count == b_count && memcmp(a, b, a_count * sizeof *a) == 0;
}

static bool wildcard_matches(const struct host_name *pattern, const struct host_name *server)
{
    size_t first = 0;

    if (pattern->labels < 3 || pattern->points[0] != '*' || pattern->points[1] != '.')
        return false;
    while (first < server->count && server->points[first] != '.')
        first++;
    return same_points(&pattern->points[1], pattern->count - 1, &server->points[first], server->count - first);
}

/* ---- the certificate's side ---- */

struct server {
    struct host_name name;
    struct plat_address address;
    bool is_address;
};

static bool text_matches(const struct server *server, struct plat_span text)
{
    struct host_name name;

    if (!make_name(text, &name))
        return false;
    return same_points(name.points, name.count, server->name.points, server->name.count) ||
           (!server->is_address && wildcard_matches(&name, &server->name));
}

static bool address_matches(const struct server *server, struct plat_span octets)
{
    size_t size = server->address.is_ipv6 ? 16 : 4;

    return octets.size == size && memcmp(octets.data, server->address.bytes, size) == 0;
}

struct found {
    bool decided; /* the alternative names say whom it is for: its common name does not count */
    bool matches;
};

static struct found look_at_alternatives(const struct cert *cert, const struct server *server)
{
    const struct cert_extension *extension = cert_extension_find(cert, CERT_EXTENSION_SUBJECT_ALT_NAME);
    struct found found = {false, false};
    struct cert_general_name name;
    struct cert_list list;

    if (!extension)
        return found;
    if (!cert_general_names_open(extension->value, &list))
        return (struct found){.decided = true};
    while (cert_general_names_next(&list, &name)) {
        if (name.kind == CERT_NAME_DNS) {
            found.decided = true;
            found.matches = found.matches || text_matches(server, name.value);
        } else if (name.kind == CERT_NAME_IP && server->is_address) {
            found.decided = true;
            found.matches = found.matches || address_matches(server, name.value);
        }
    }
    return found;
}

/* "[::1]" as URLs have it, or without brackets. */
static bool parse_address(const char *text, size_t size, struct plat_address *address)
{
    char inside[PLAT_ADDRESS_TEXT_SIZE];

    if (size >= 2 && text[0] == '[' && text[size - 1] == ']') {
        text++;
        size -= 2;
    }
    if (size >= sizeof inside)
        return false;
    memcpy(inside, text, size);
    inside[size] = '\0';
    return plat_address_parse(inside, address);
}

static win_error make_server(LPCWSTR text, struct server *server, bool *valid)
{
    uint8_t units[2 * 2 * LIMIT_HOST_NAME];
    struct plat_buffer utf8;
    size_t size = 0;
    win_error error;

    *valid = false;
    for (; *text != 0; text++) {
        if (size == sizeof units)
            return ERROR_SUCCESS;
        units[size++] = (uint8_t)(*text & 0xff);
        units[size++] = (uint8_t)(*text >> 8);
    }
    plat_buffer_init(&utf8, 2 * sizeof units);
    plat_utf8_append_utf16le(&utf8, plat_span_of(units, size));
    error = utf8.failed;
    if (!error && utf8.size > 0 && !memchr(utf8.data, '*', utf8.size)) {
        server->is_address = parse_address((const char *)utf8.data, utf8.size, &server->address);
        *valid = make_name(plat_span_of(utf8.data, utf8.size), &server->name);
    }
    plat_buffer_free(&utf8);
    return error;
}

win_error wc_host_matches(const struct cert *cert, LPCWSTR text, bool *matches)
{
    struct server server = {.is_address = false};
    struct plat_buffer common_name;
    struct found found;
    bool valid;
    win_error error = make_server(text, &server, &valid);

    *matches = false;
    if (error || !valid)
        return error;
    found = look_at_alternatives(cert, &server);
    *matches = found.matches;
    if (found.decided)
        return ERROR_SUCCESS;
    plat_buffer_init(&common_name, LIMIT_CERT_SIZE);
    if (cert_name_common_name(cert->subject, &common_name) && !common_name.failed)
        *matches = text_matches(&server, plat_span_of(common_name.data, common_name.size));
    error = common_name.failed;
    plat_buffer_free(&common_name);
    return error;
}
