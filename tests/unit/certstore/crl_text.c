/* SPDX-License-Identifier: Apache-2.0 */
#include "crl_text.h"
#include "cert_builder.h"
#include "der/der.h"
#include "platform/clock.h"
#include "platform/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINE_SIZE 4096U

static struct plat_span span_of(const struct plat_buffer *b)
{
    return plat_span_of(b->data, b->size);
}

/* Cuts "a,b,c" at the first separator: *text moves behind it, NULL at the end. */
static char *cut(char **text, char separator)
{
    char *part = *text;
    char *end = part == NULL ? NULL : strchr(part, separator);

    *text = NULL;
    if (end != NULL) {
        *end = '\0';
        *text = end + 1;
    }
    return part;
}

/* "1.6" as a named-bit-list under `tag`. */
static void put_reasons(struct plat_buffer *out, unsigned tag, char *numbers)
{
    uint8_t bits[3] = {0, 0, 0};
    char *number;

    while ((number = cut(&numbers, '.')) != NULL) {
        unsigned bit = (unsigned)strtoul(number, NULL, 10);
        assert_true(bit < 16);
        bits[1 + bit / 8] |= (uint8_t)(0x80U >> bit % 8);
    }
    der_write(out, tag, plat_span_of(bits, sizeof bits));
}

static void put_relative(struct plat_buffer *out, const char *text)
{
    struct plat_buffer name;

    plat_buffer_init(&name, 4096);
    test_der_name(&name, text);
    struct der_reader outer = der_reader_of(span_of(&name));
    struct der_reader rdns = der_enter(&outer, DER_SEQUENCE);
    struct plat_span rdn = der_read_tag(&rdns, DER_SET);
    der_write(out, DER_CONTEXT_CONSTRUCTED(1), rdn);
    plat_buffer_free(&name);
}

/* The parts of a POINT. `name`: DistributionPointName; `rest`: what stands behind it in a DistributionPoint. */
static void read_point(char *text, struct plat_buffer *name, struct plat_buffer *rest)
{
    struct plat_buffer full, issuers;
    char *part, *reasons = NULL;

    plat_buffer_init(&full, 65536);
    plat_buffer_init(&issuers, 65536);
    while ((part = cut(&text, ',')) != NULL) {
        char *value = part;
        char *kind = cut(&value, ':');
        assert_non_null(value);
        if (strcmp(kind, "uri") == 0) {
            der_write(&full, DER_CONTEXT(6), plat_span_of(value, strlen(value)));
        } else if (strcmp(kind, "rel") == 0) {
            put_relative(name, value);
        } else if (strcmp(kind, "for") == 0) {
            reasons = value;
        } else {
            struct plat_buffer *list = strcmp(kind, "by") == 0 ? &issuers : &full;
            size_t start = list->size;
            test_der_name(list, value);
            test_der_wrap(list, start, DER_CONTEXT_CONSTRUCTED(4));
        }
    }
    if (full.size != 0) {
        der_write(name, DER_CONTEXT_CONSTRUCTED(0), span_of(&full));
    }
    if (reasons != NULL) {
        put_reasons(rest, DER_CONTEXT(1), reasons);
    }
    if (issuers.size != 0) {
        der_write(rest, DER_CONTEXT_CONSTRUCTED(2), span_of(&issuers));
    }
    plat_buffer_free(&full);
    plat_buffer_free(&issuers);
}

static void put_points(struct plat_buffer *out, char *text)
{
    struct plat_buffer name, rest;
    char *point;

    plat_buffer_init(&name, 65536);
    plat_buffer_init(&rest, 65536);
    while ((point = cut(&text, '|')) != NULL) {
        size_t start = out->size;
        plat_buffer_clear(&name);
        plat_buffer_clear(&rest);
        read_point(point, &name, &rest);
        if (name.size != 0) {
            der_write(out, DER_CONTEXT_CONSTRUCTED(0), span_of(&name));
        }
        plat_buffer_append(out, rest.data, rest.size);
        test_der_wrap(out, start, DER_SEQUENCE);
    }
    test_der_wrap(out, 0, DER_SEQUENCE);
    plat_buffer_free(&name);
    plat_buffer_free(&rest);
}

/* A certificate's line as pki_text.h knows it: the word cdp becomes one of bytes. */
static void translate(char *line, struct plat_buffer *out)
{
    char *word;

    while ((word = cut(&line, ' ')) != NULL) {
        if (strncmp(word, "cdp=", 4) == 0) {
            struct plat_buffer points;
            plat_buffer_init(&points, 65536);
            put_points(&points, word + 4);
            plat_buffer_append_text(out, "ext=2.5.29.31:");
            cert_hex_append(out, span_of(&points), 0);
            plat_buffer_free(&points);
        } else {
            plat_buffer_append_text(out, word);
        }
        plat_buffer_append_text(out, line == NULL ? "\n" : " ");
    }
}

struct list_line {
    char *issuer, *signer, *entries, *point, *only, *reasons, *number, *delta, *key_id;
    int64_t this_update, next_update;
    bool no_next, indirect, bad_signature, critical, sha1;
    unsigned long many;
};

static void read_list_word(struct list_line *list, char *word)
{
    char *value = word;
    const struct {
        const char *word;
        char **to;
    } texts[] = {
        {"signed", &list->signer}, {"list", &list->entries},    {"dp", &list->point},
        {"only", &list->only},     {"reasons", &list->reasons}, {"num", &list->number},
        {"delta", &list->delta},   {"akid", &list->key_id},
    };

    (void)cut(&value, '=');
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(word, texts[i].word) == 0) {
            *texts[i].to = value;
            return;
        }
    }
    if (strcmp(word, "this") == 0) {
        list->this_update = TEST_NOW + strtoll(value, NULL, 10);
    } else if (strcmp(word, "next") == 0) {
        list->no_next = strcmp(value, "none") == 0;
        list->next_update = TEST_NOW + strtoll(value, NULL, 10);
    } else if (strcmp(word, "many") == 0) {
        list->many = strtoul(value, NULL, 10);
    } else if (strcmp(word, "indirect") == 0) {
        list->indirect = true;
    } else if (strcmp(word, "badsig") == 0) {
        list->bad_signature = true;
    } else if (strcmp(word, "crit") == 0) {
        list->critical = true;
    } else if (strcmp(word, "alg") == 0) {
        list->sha1 = true;
    } else {
        fail_msg("unknown word: %s", word);
    }
}

static void put_time(struct plat_buffer *out, int64_t time)
{
    struct plat_date date = plat_date_of(time);
    char text[40];
    int size = snprintf(text, sizeof text, "%02d%02d%02d%02d%02d%02dZ", (int)date.year % 100, date.month,
                        date.day, date.hour, date.minute, date.second);

    der_write(out, DER_UTC_TIME, plat_span_of(text, (size_t)size));
}

static void put_entry(struct plat_buffer *out, char *text)
{
    static const uint8_t null[] = {5, 0};
    struct plat_buffer extensions, value;
    char *issuer = text;
    char *reason = cut(&issuer, '@');
    char *serial = cut(&reason, ':');
    size_t start = out->size;

    plat_buffer_init(&extensions, 65536);
    plat_buffer_init(&value, 65536);
    test_der_unsigned(out, DER_INTEGER, strtoull(serial, NULL, 10));
    put_time(out, TEST_NOW - 1000);
    if (reason != NULL) {
        test_der_unsigned(&value, DER_ENUMERATED, strtoull(reason, NULL, 10));
        test_extension(&extensions, "2.5.29.21", false, span_of(&value));
    }
    if (issuer != NULL) {
        plat_buffer_clear(&value);
        test_der_name(&value, issuer);
        test_der_wrap(&value, 0, DER_CONTEXT_CONSTRUCTED(4));
        test_der_wrap(&value, 0, DER_SEQUENCE);
        test_extension(&extensions, "2.5.29.29", true, span_of(&value));
    }
    if (strchr(serial, '!') != NULL) {
        test_extension(&extensions, "1.2.3.4", true, plat_span_of(null, sizeof null));
    }
    if (extensions.size != 0) {
        der_write(out, DER_SEQUENCE, span_of(&extensions));
    }
    test_der_wrap(out, start, DER_SEQUENCE);
    plat_buffer_free(&extensions);
    plat_buffer_free(&value);
}

static void put_entries(struct plat_buffer *out, struct list_line *list)
{
    static const uint8_t time[] = {DER_UTC_TIME, 13,  '0', '1', '0', '1', '0', '1',
                                   '0',          '0', '0', '0', '0', '0', 'Z'};
    struct plat_buffer entries;
    char *entry;

    plat_buffer_init(&entries, LIMIT_CRL_SIZE);
    while ((entry = cut(&list->entries, ',')) != NULL) {
        put_entry(&entries, entry);
    }
    for (unsigned long i = 0; i < list->many; i++) {
        unsigned long serial = 1000000UL + i;
        const uint8_t head[] = {
            DER_SEQUENCE,           2 + 3 + sizeof time, DER_INTEGER, 3, (uint8_t)(serial >> 16),
            (uint8_t)(serial >> 8), (uint8_t)serial};
        plat_buffer_append(&entries, head, sizeof head);
        plat_buffer_append(&entries, time, sizeof time);
    }
    if (entries.size != 0) {
        der_write(out, DER_SEQUENCE, span_of(&entries));
    }
    plat_buffer_free(&entries);
}

static void put_flag(struct plat_buffer *out, unsigned number)
{
    der_write(out, DER_CONTEXT(number), plat_span_of("\xff", 1));
}

static void put_scope(struct plat_buffer *extensions, struct list_line *list)
{
    struct plat_buffer value, unused;

    plat_buffer_init(&value, 65536);
    plat_buffer_init(&unused, 65536);
    if (list->point != NULL) {
        read_point(list->point, &value, &unused);
        test_der_wrap(&value, 0, DER_CONTEXT_CONSTRUCTED(0));
    }
    if (list->only != NULL && list->only[0] != 'a') {
        put_flag(&value, list->only[0] == 'u' ? 1 : 2);
    }
    if (list->reasons != NULL) {
        put_reasons(&value, DER_CONTEXT(3), list->reasons);
    }
    if (list->indirect) {
        put_flag(&value, 4);
    }
    if (list->only != NULL && list->only[0] == 'a') {
        put_flag(&value, 5);
    }
    if (value.size != 0) {
        test_der_wrap(&value, 0, DER_SEQUENCE);
        test_extension(extensions, "2.5.29.28", true, span_of(&value));
    }
    plat_buffer_free(&value);
    plat_buffer_free(&unused);
}

static void put_number(struct plat_buffer *extensions, const char *oid, bool critical, const char *number)
{
    struct plat_buffer value;

    if (number != NULL) {
        plat_buffer_init(&value, 64);
        test_der_unsigned(&value, DER_INTEGER, strtoull(number, NULL, 10));
        test_extension(extensions, oid, critical, span_of(&value));
        plat_buffer_free(&value);
    }
}

static void put_extensions(struct plat_buffer *out, struct list_line *list)
{
    static const uint8_t null[] = {5, 0};
    struct plat_buffer extensions, key_id;

    plat_buffer_init(&extensions, 65536);
    put_number(&extensions, "2.5.29.20", false, list->number);
    put_number(&extensions, "2.5.29.27", true, list->delta);
    put_scope(&extensions, list);
    if (list->critical) {
        test_extension(&extensions, "1.2.3.4", true, plat_span_of(null, sizeof null));
    }
    if (list->key_id != NULL) {
        plat_buffer_init(&key_id, 256);
        for (const char *hex = list->key_id; *hex != '\0'; hex += 2) {
            plat_buffer_append_u8(&key_id, (uint8_t)(plat_hex_digit(hex[0]) << 4 | plat_hex_digit(hex[1])));
        }
        test_der_wrap(&key_id, 0, DER_CONTEXT(0));
        test_der_wrap(&key_id, 0, DER_SEQUENCE);
        test_extension(&extensions, "2.5.29.35", false, span_of(&key_id));
        plat_buffer_free(&key_id);
    }
    if (extensions.size != 0) {
        test_der_wrap(&extensions, 0, DER_SEQUENCE);
        test_der_wrap(&extensions, 0, DER_CONTEXT_CONSTRUCTED(0));
        plat_buffer_append(out, extensions.data, extensions.size);
    }
    plat_buffer_free(&extensions);
}

static void put_algorithm(struct plat_buffer *out, const struct list_line *list)
{
    size_t start = out->size;

    test_der_oid(out, list->sha1 ? "1.2.840.10045.4.1" : "1.2.840.10045.4.3.2");
    test_der_wrap(out, start, DER_SEQUENCE);
}

static void put_signature(struct plat_buffer *out, const struct list_line *list)
{
    const br_hash_class *hash = list->sha1 ? &br_sha1_vtable : &br_sha256_vtable;
    br_hash_compat_context context;
    static const uint8_t forged[] = {0, 0x30, 6, 2, 1, 1, 2, 1, 1};
    struct test_key key;
    uint8_t digest[32], bits[81] = {0};

    if (list->bad_signature) { /* thousands of them should cost nothing */
        put_algorithm(out, list);
        der_write(out, DER_BIT_STRING, plat_span_of(forged, sizeof forged));
        return;
    }
    hash->init(&context.vtable);
    hash->update(&context.vtable, out->data, out->size);
    hash->out(&context.vtable, digest);
    test_key_make(&key, list->signer != NULL ? list->signer : list->issuer);
    size_t size =
        br_ecdsa_sign_asn1_get_default()(br_ec_get_default(), hash, digest, &key.private_key, bits + 1);
    assert_int_not_equal(size, 0);
    put_algorithm(out, list);
    der_write(out, DER_BIT_STRING, plat_span_of(bits, size + 1));
}

static void make_list(struct crl_pki *made, char *text)
{
    struct list_line list = {.this_update = TEST_NOW - 100, .next_update = TEST_NOW + 100};
    struct plat_buffer der;
    char *word;

    list.issuer = cut(&text, ' ');
    while ((word = cut(&text, ' ')) != NULL) {
        read_list_word(&list, word);
    }
    plat_buffer_init(&der, LIMIT_CRL_SIZE);
    test_der_unsigned(&der, DER_INTEGER, 1);
    put_algorithm(&der, &list);
    test_der_name(&der, list.issuer);
    put_time(&der, list.this_update);
    if (!list.no_next) {
        put_time(&der, list.next_update);
    }
    put_entries(&der, &list);
    put_extensions(&der, &list);
    test_der_wrap(&der, 0, DER_SEQUENCE);
    put_signature(&der, &list);
    test_der_wrap(&der, 0, DER_SEQUENCE);
    assert_int_equal(cert_crl_set_add(made->crls, span_of(&der), (struct plat_span){0}, NULL), ERROR_SUCCESS);
    plat_buffer_free(&der);
}

void crl_pki_add(struct crl_pki *made, const char *line)
{
    char copy[LINE_SIZE];

    assert_true(strlen(line) < sizeof copy);
    strcpy(copy, line);
    make_list(made, copy);
}

void crl_pki_make(struct crl_pki *made, const char *text)
{
    struct plat_buffer certificates;
    char line[LINE_SIZE];

    plat_buffer_init(&certificates, 65536);
    assert_int_equal(cert_crl_set_create(&made->crls), ERROR_SUCCESS);
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        assert_true(length < sizeof line);
        memcpy(line, text, length);
        line[length] = '\0';
        if (strncmp(line, "crl ", 4) == 0) {
            make_list(made, line + 4);
        } else {
            translate(line, &certificates);
        }
        text += length + (text[length] == '\n' ? 1 : 0);
    }
    test_pki_make(&made->pki, plat_buffer_text(&certificates));
    made->pki.input.crls = made->crls;
    plat_buffer_free(&certificates);
}

void crl_pki_free(struct crl_pki *made)
{
    test_pki_free(&made->pki);
    cert_crl_set_free(made->crls);
}
