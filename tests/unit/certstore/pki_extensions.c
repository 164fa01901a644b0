/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_extensions.h"
#include "certstore/chain.h"
#include "der/der.h"
#include "platform/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct plat_span span_of(const struct plat_buffer *b)
{
    return plat_span_of(b->data, b->size);
}

static void put_hex(struct plat_buffer *out, const char *hex)
{
    for (; hex[0] != '\0'; hex += 2) {
        assert_true(plat_hex_digit(hex[0]) >= 0 && plat_hex_digit(hex[1]) >= 0);
        plat_buffer_append_u8(out, (uint8_t)(plat_hex_digit(hex[0]) << 4 | plat_hex_digit(hex[1])));
    }
}

/* Calls `put` for each part of "a+b+c". */
static void each_part(const char *list, void (*put)(struct plat_buffer *, const char *, void *),
                      struct plat_buffer *out, void *context)
{
    char copy[PKI_LINE_SIZE];

    assert_true(strlen(list) < sizeof copy);
    strcpy(copy, list);
    for (char *part = copy; part != NULL;) {
        char *plus = strchr(part, '+');
        if (plus != NULL) {
            *plus++ = '\0';
        }
        put(out, part, context);
        part = plus;
    }
}

static void put_general_name(struct plat_buffer *out, const char *text, void *context)
{
    static const char *const kinds[] = {"other", "email", "dns", "x400", "dir",
                                        "edi",   "uri",   "ip",  "rid",  "upn"};
    const char *value = strchr(text, ':');
    size_t start = out->size;
    unsigned kind = 0;
    (void)context;

    assert_non_null(value);
    while (strncmp(kinds[kind], text, (size_t)(value - text)) != 0 || kinds[kind][value - text] != '\0') {
        assert_true(++kind < sizeof kinds / sizeof kinds[0]);
    }
    value++;
    switch (kind) {
    case 0:
    case 9:
        test_der_oid(out, kind == 0 ? value : "1.3.6.1.4.1.311.20.2.3");
        size_t inside = out->size;
        der_write(out, DER_UTF8_STRING, plat_span_of(kind == 0 ? "x" : value, kind == 0 ? 1 : strlen(value)));
        test_der_wrap(out, inside, DER_CONTEXT_CONSTRUCTED(0));
        test_der_wrap(out, start, DER_CONTEXT_CONSTRUCTED(0));
        break;
    case 4:
        test_der_name(out, value);
        test_der_wrap(out, start, DER_CONTEXT_CONSTRUCTED(4));
        break;
    case 7:
        put_hex(out, value);
        test_der_wrap(out, start, DER_CONTEXT(7));
        break;
    case 8:
        test_der_oid(out, value);
        out->data[start] = (uint8_t)DER_CONTEXT(8);
        break;
    default:
        plat_buffer_append_text(out, value);
        test_der_wrap(out, start, DER_CONTEXT(kind));
    }
}

static void put_subtree(struct plat_buffer *out, const char *text, void *context)
{
    const struct pki_line *line = context;
    size_t start = out->size;

    put_general_name(out, text, NULL);
    if (line->minimum) {
        test_der_unsigned(out, DER_CONTEXT(0), 1);
    }
    if (line->maximum) {
        test_der_unsigned(out, DER_CONTEXT(1), 1);
    }
    test_der_wrap(out, start, DER_SEQUENCE);
}

static void put_policy_oid(struct plat_buffer *out, const char *text)
{
    test_der_oid(out, strcmp(text, "any") == 0 ? "2.5.29.32.0" : text);
}

static void put_policy(struct plat_buffer *out, const char *text, void *context)
{
    size_t start = out->size;
    (void)context;

    put_policy_oid(out, text);
    test_der_wrap(out, start, DER_SEQUENCE);
}

static void put_mapping(struct plat_buffer *out, const char *text, void *context)
{
    char from[PKI_LINE_SIZE];
    size_t start = out->size;
    size_t length = strcspn(text, ">");
    (void)context;

    assert_int_equal(text[length], '>');
    memcpy(from, text, length);
    from[length] = '\0';
    put_policy_oid(out, from);
    put_policy_oid(out, text + length + 1);
    test_der_wrap(out, start, DER_SEQUENCE);
}

static void put_usage(struct plat_buffer *out, const char *text, void *context)
{
    (void)context;
    test_der_oid(out, strcmp(text, "client") == 0   ? CERT_USAGE_CLIENT_AUTH
                      : strcmp(text, "server") == 0 ? CERT_USAGE_SERVER_AUTH
                      : strcmp(text, "any") == 0    ? "2.5.29.37.0"
                                                    : text);
}

static void put_application_policy(struct plat_buffer *out, const char *text, void *context)
{
    size_t start = out->size;

    put_usage(out, text, context);
    test_der_wrap(out, start, DER_SEQUENCE);
}

static void put_key_usage(struct plat_buffer *out, const char *text, void *context)
{
    uint8_t *bits = context;
    (void)out;

    *bits |= strcmp(text, "sign") == 0 ? 0x80 : strcmp(text, "cert") == 0 ? 0x04 : 0x02;
}

/* An extension whose value is a SEQUENCE of the list's parts. */
static void add_list(struct pki_line *line, const char *oid, const char *list,
                     void (*put)(struct plat_buffer *, const char *, void *))
{
    struct plat_buffer value;

    plat_buffer_init(&value, 65536);
    each_part(list, put, &value, NULL);
    test_der_wrap(&value, 0, DER_SEQUENCE);
    test_extension(&line->recipe.extensions, oid, false, span_of(&value));
    plat_buffer_free(&value);
}

static void add_basic_constraints(struct pki_line *line, bool ca, const char *path_length)
{
    struct plat_buffer value;

    plat_buffer_init(&value, 64);
    if (ca) {
        der_write(&value, DER_BOOLEAN, plat_span_of("\xff", 1));
    }
    if (path_length != NULL) {
        test_der_unsigned(&value, DER_INTEGER, strtoull(path_length, NULL, 10));
    }
    test_der_wrap(&value, 0, DER_SEQUENCE);
    test_extension(&line->recipe.extensions, "2.5.29.19", true, span_of(&value));
    plat_buffer_free(&value);
}

static void add_key_usage(struct pki_line *line, const char *list)
{
    uint8_t bits[2] = {0, 0};
    struct plat_buffer value;

    plat_buffer_init(&value, 64);
    each_part(list, put_key_usage, &value, &bits[1]);
    while ((bits[1] >> bits[0] & 1) == 0) {
        bits[0]++; /* unused bits */
    }
    der_write(&value, DER_BIT_STRING, plat_span_of(bits, sizeof bits));
    test_extension(&line->recipe.extensions, "2.5.29.15", true, span_of(&value));
    plat_buffer_free(&value);
}

static void add_number(struct pki_line *line, const char *oid, const char *number)
{
    struct plat_buffer value;

    plat_buffer_init(&value, 64);
    test_der_unsigned(&value, DER_INTEGER, strtoull(number, NULL, 10));
    test_extension(&line->recipe.extensions, oid, true, span_of(&value));
    plat_buffer_free(&value);
}

static void add_raw(struct pki_line *line, const char *text, bool critical)
{
    char oid[64];
    size_t length = strcspn(text, ":");
    struct plat_buffer value;

    assert_true(length < sizeof oid);
    memcpy(oid, text, length);
    oid[length] = '\0';
    plat_buffer_init(&value, 65536);
    put_hex(&value, text + length + 1);
    test_extension(&line->recipe.extensions, oid, critical, span_of(&value));
    plat_buffer_free(&value);
}

static void add_subject_key_id(struct pki_line *line, const char *hex)
{
    struct plat_buffer value;

    plat_buffer_init(&value, 256);
    put_hex(&value, hex);
    test_der_wrap(&value, 0, DER_OCTET_STRING);
    test_extension(&line->recipe.extensions, "2.5.29.14", false, span_of(&value));
    plat_buffer_free(&value);
}

static void add_constraints(struct pki_line *line)
{
    struct plat_buffer value;

    plat_buffer_init(&value, 65536);
    if (line->permit != NULL || line->exclude != NULL) {
        size_t start = 0;
        if (line->permit != NULL) {
            each_part(line->permit, put_subtree, &value, line);
            test_der_wrap(&value, 0, DER_CONTEXT_CONSTRUCTED(0));
            start = value.size;
        }
        if (line->exclude != NULL) {
            each_part(line->exclude, put_subtree, &value, line);
            test_der_wrap(&value, start, DER_CONTEXT_CONSTRUCTED(1));
        }
        test_der_wrap(&value, 0, DER_SEQUENCE);
        test_extension(&line->recipe.extensions, "2.5.29.30", true, span_of(&value));
    }
    if (line->require != NULL || line->inhibit_map != NULL) {
        plat_buffer_clear(&value);
        if (line->require != NULL) {
            test_der_unsigned(&value, DER_CONTEXT(0), strtoull(line->require, NULL, 10));
        }
        if (line->inhibit_map != NULL) {
            test_der_unsigned(&value, DER_CONTEXT(1), strtoull(line->inhibit_map, NULL, 10));
        }
        test_der_wrap(&value, 0, DER_SEQUENCE);
        test_extension(&line->recipe.extensions, "2.5.29.36", true, span_of(&value));
    }
    plat_buffer_free(&value);
}

static void add_authority_key_id(struct pki_line *line)
{
    struct plat_buffer value;
    char issuer[PKI_LINE_SIZE];

    if (line->akid == NULL && line->aserial == NULL) {
        return;
    }
    plat_buffer_init(&value, 65536);
    if (line->akid != NULL) {
        put_hex(&value, line->akid);
        test_der_wrap(&value, 0, DER_CONTEXT(0));
    }
    if (line->aserial != NULL) {
        size_t length = strcspn(line->aserial, ":");
        size_t start = value.size;
        memcpy(issuer, line->aserial, length);
        issuer[length] = '\0';
        test_der_name(&value, issuer);
        test_der_wrap(&value, start, DER_CONTEXT_CONSTRUCTED(4));
        test_der_wrap(&value, start, DER_CONTEXT_CONSTRUCTED(1));
        test_der_unsigned(&value, DER_CONTEXT(2), strtoull(line->aserial + length + 1, NULL, 10));
    }
    test_der_wrap(&value, 0, DER_SEQUENCE);
    test_extension(&line->recipe.extensions, "2.5.29.35", false, span_of(&value));
    plat_buffer_free(&value);
}

bool pki_extension_word(struct pki_line *line, const char *word, const char *value)
{
    static const struct {
        const char *word, *oid;
        void (*put)(struct plat_buffer *, const char *, void *);
    } lists[] = {
        {"eku", "2.5.29.37", put_usage},
        {"san", "2.5.29.17", put_general_name},
        {"appol", "1.3.6.1.4.1.311.21.10", put_application_policy},
        {"policy", "2.5.29.32", put_policy},
        {"map", "2.5.29.33", put_mapping},
    };

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (strcmp(word, lists[i].word) == 0) {
            add_list(line, lists[i].oid, value, lists[i].put);
            return true;
        }
    }
    if (strcmp(word, "ca") == 0 || strcmp(word, "notca") == 0) {
        add_basic_constraints(line, word[0] == 'c', value);
    } else if (strcmp(word, "ku") == 0) {
        add_key_usage(line, value);
    } else if (strcmp(word, "skipany") == 0) {
        add_number(line, "2.5.29.54", value);
    } else if (strcmp(word, "ext") == 0 || strcmp(word, "crit") == 0) {
        add_raw(line, value, word[0] == 'c');
    } else if (strcmp(word, "skid") == 0) {
        add_subject_key_id(line, value);
    } else {
        return false;
    }
    return true;
}

void pki_extensions_gathered(struct pki_line *line)
{
    add_constraints(line);
    add_authority_key_id(line);
}
