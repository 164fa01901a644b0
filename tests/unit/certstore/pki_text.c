/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_text.h"
#include "pki_extensions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define YEAR INT64_C(31536000)

static struct plat_span span_of(const struct plat_buffer *b)
{
    return plat_span_of(b->data, b->size);
}

static enum test_algorithm algorithm_of(const char *name)
{
    return strcmp(name, "sha1") == 0    ? TEST_ECDSA_SHA1
           : strcmp(name, "md2") == 0   ? TEST_RSA_MD2
           : strcmp(name, "md5") == 0   ? TEST_RSA_MD5
           : strcmp(name, "ed448") == 0 ? TEST_ED448
           : strcmp(name, "pss") == 0   ? TEST_RSA_PSS
                                        : TEST_ED25519;
}

static bool read_text_word(struct pki_line *line, const char *word, const char *value)
{
    const struct {
        const char *word;
        const char **to;
    } texts[] = {
        {"permit", &line->permit},   {"exclude", &line->exclude},        {"key", &line->key},
        {"signed", &line->signer},   {"require", &line->require},        {"akid", &line->akid},
        {"aserial", &line->aserial}, {"inhibitmap", &line->inhibit_map},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(word, texts[i].word) == 0) {
            *texts[i].to = value;
            return true;
        }
    }
    return false;
}

static void read_word(struct pki_line *line, char *word)
{
    char *value = strchr(word, '=');

    if (value != NULL) {
        *value++ = '\0';
    }
    if (pki_extension_word(line, word, value) || read_text_word(line, word, value)) {
        return;
    }
    if (strcmp(word, "v1") == 0) {
        line->recipe.version = 1;
    } else if (strcmp(word, "serial") == 0) {
        line->recipe.serial = strtoull(value, NULL, 10);
    } else if (strcmp(word, "from") == 0) {
        line->recipe.not_before = TEST_NOW + strtoll(value, NULL, 10);
    } else if (strcmp(word, "to") == 0) {
        line->recipe.not_after = TEST_NOW + strtoll(value, NULL, 10);
    } else if (strcmp(word, "alg") == 0) {
        line->recipe.algorithm = algorithm_of(value);
    } else if (strcmp(word, "rsa") == 0) {
        line->recipe.rsa_bits = (unsigned)strtoul(value, NULL, 10);
    } else if (strcmp(word, "badsig") == 0) {
        line->recipe.break_signature = true;
    } else if (strcmp(word, "differ") == 0) {
        line->recipe.algorithms_differ = true;
    } else if (strcmp(word, "min") == 0) {
        line->minimum = true;
    } else if (strcmp(word, "max") == 0) {
        line->maximum = true;
    } else {
        fail_msg("unknown word: %s", word);
    }
}

static void add_to(struct cert_set *set, const struct plat_buffer *der, const struct cert **cert)
{
    assert_int_equal(cert_set_add(set, plat_span_of(der->data, der->size), cert), ERROR_SUCCESS);
}

static void place(struct test_pki *pki, const char *role, const struct plat_buffer *der)
{
    const struct {
        const char *role;
        struct cert_set *set;
    } places[] = {{"root", pki->roots},
                  {"store", pki->store},
                  {"peer", pki->peer},
                  {"bad", pki->bad},
                  {"people", pki->people}};

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (strstr(role, places[i].role) != NULL) {
            add_to(places[i].set, der, NULL);
        }
    }
    if (strstr(role, "leaf") != NULL) {
        add_to(pki->leaves, der, &pki->input.leaf);
    }
}

static void make_certificate(struct test_pki *pki, struct pki_line *line)
{
    struct plat_buffer subject, issuer, der;
    struct test_key key, signer;

    plat_buffer_init(&subject, 65536);
    plat_buffer_init(&issuer, 65536);
    plat_buffer_init(&der, 65536);
    test_der_name(&subject, line->subject);
    test_der_name(&issuer, line->issuer);
    test_key_make(&key, line->key != NULL ? line->key : line->subject);
    test_key_make(&signer, line->signer != NULL ? line->signer : line->issuer);
    line->recipe.subject = span_of(&subject);
    line->recipe.issuer = span_of(&issuer);
    line->recipe.key = &key;
    line->recipe.signer = &signer;
    pki_extensions_gathered(line);
    cert_recipe_make(&line->recipe, &der);
    place(pki, line->role, &der);
    plat_buffer_free(&subject);
    plat_buffer_free(&issuer);
    plat_buffer_free(&der);
}

static void read_line(struct test_pki *pki, char *text, uint64_t number)
{
    struct pki_line line = {
        .recipe = {
            .version = 3, .serial = number, .not_before = TEST_NOW - YEAR, .not_after = TEST_NOW + YEAR}};

    line.role = strtok(text, " ");
    if (line.role == NULL) {
        return;
    }
    line.subject = strtok(NULL, " ");
    assert_non_null(line.subject);
    line.issuer = strchr(line.subject, '<');
    assert_non_null(line.issuer);
    *line.issuer++ = '\0';
    plat_buffer_init(&line.recipe.extensions, 65536);
    for (char *word = strtok(NULL, " "); word != NULL; word = strtok(NULL, " ")) {
        read_word(&line, word);
    }
    make_certificate(pki, &line);
    plat_buffer_free(&line.recipe.extensions);
}

void test_pki_make(struct test_pki *pki, const char *text)
{
    char line[PKI_LINE_SIZE];
    uint64_t number = 1;

    *pki = (struct test_pki){0};
    assert_int_equal(cert_set_create(&pki->roots), ERROR_SUCCESS);
    assert_int_equal(cert_set_create(&pki->store), ERROR_SUCCESS);
    assert_int_equal(cert_set_create(&pki->peer), ERROR_SUCCESS);
    assert_int_equal(cert_set_create(&pki->bad), ERROR_SUCCESS);
    assert_int_equal(cert_set_create(&pki->people), ERROR_SUCCESS);
    assert_int_equal(cert_set_create(&pki->leaves), ERROR_SUCCESS);
    pki->input = (struct cert_chain_input){.roots = pki->roots,
                                           .intermediates = pki->store,
                                           .peer = pki->peer,
                                           .distrusted = pki->bad,
                                           .people = pki->people,
                                           .time = TEST_NOW};
    for (; *text != '\0'; number++) {
        size_t length = strcspn(text, "\n");
        assert_true(length < sizeof line);
        memcpy(line, text, length);
        line[length] = '\0';
        read_line(pki, line, number);
        text += length + (text[length] == '\n' ? 1 : 0);
    }
    assert_non_null(pki->input.leaf);
}

void test_pki_free(struct test_pki *pki)
{
    cert_set_free(pki->roots);
    cert_set_free(pki->store);
    cert_set_free(pki->peer);
    cert_set_free(pki->bad);
    cert_set_free(pki->people);
    cert_set_free(pki->leaves);
}
