/* SPDX-License-Identifier: Apache-2.0 */
/* PEM blocks, and certificates out of files. */
#include "maker.h"

#include "certstore/store.h"
#include "der/pem.h"

#include <string.h>

static struct plat_span text_span(const char *text)
{
    return plat_span_of(text, strlen(text));
}

static void blocks(void **state)
{
    static const struct {
        const char *text;
        enum pem_result first;
        const char *label, *content;
    } cases[] = {
        {"-----BEGIN X-----\nQUJD\n-----END X-----\n", PEM_BLOCK, "X", "ABC"},
        {"words\r\n-----BEGIN X Y-----\r\nQU\r\nJD\r\n-----END X Y-----\r\nmore", PEM_BLOCK, "X Y", "ABC"},
        {"-----BEGIN X-----\n-----END X-----", PEM_BLOCK, "X", ""},
        {"-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: A,B\n\nQUJD\n-----END X-----\n", PEM_BLOCK,
         "X", "ABC"},
        {"", PEM_END, NULL, NULL},
        {"----BEGIN X-----\n", PEM_END, NULL, NULL},
        {"-----BEGIN X-----\nQUJD\n", PEM_BROKEN, NULL, NULL},
        {"-----BEGIN X-----\nQUJD\n-----END Y-----\n", PEM_BROKEN, NULL, NULL},
        {"-----BEGIN X-----\nQUJD\n-----END XX-----\n", PEM_BROKEN, NULL, NULL},
        {"-----BEGIN X-----\nQUJD\n-----END X----", PEM_BROKEN, NULL, NULL},
        {"-----BEGIN X\nQUJD\n-----END X-----\n", PEM_BROKEN, NULL, NULL},
        {"-----BEGIN -----\nQUJD\n-----END -----\n", PEM_BROKEN, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct plat_span rest = text_span(cases[i].text);
        struct pem_block block;
        if (pem_next(&rest, &block) != cases[i].first) {
            fail_msg("%s", cases[i].text);
        }
        if (cases[i].first == PEM_BLOCK) {
            struct plat_buffer out;
            plat_buffer_init(&out, 100);
            assert_true(pem_label_is(&block, cases[i].label));
            assert_int_equal(pem_decode(&block, &out), ERROR_SUCCESS);
            assert_string_equal(plat_buffer_text(&out), cases[i].content);
            assert_int_equal(block.encrypted, strstr(cases[i].text, "ENCRYPTED") != NULL);
            assert_int_equal(pem_next(&rest, &block), PEM_END);
            plat_buffer_free(&out);
        }
    }
}

static void written_and_read(void **state)
{
    (void)state;
    for (size_t size = 0; size < 200; size++) {
        uint8_t bytes[200];
        struct plat_buffer text, back;
        struct pem_block block;
        for (size_t i = 0; i < size; i++) {
            bytes[i] = (uint8_t)(i * 7 + size);
        }
        plat_buffer_init(&text, 1000);
        plat_buffer_init(&back, 1000);
        pem_write(&text, "THING", plat_span_of(bytes, size));
        struct plat_span rest = plat_span_of(text.data, text.size);
        assert_int_equal(pem_next(&rest, &block), PEM_BLOCK);
        assert_int_equal(pem_decode(&block, &back), ERROR_SUCCESS);
        assert_true(plat_span_equal(plat_span_of(back.data, back.size), plat_span_of(bytes, size)));
        for (const char *line = plat_buffer_text(&text); *line != '\0'; line = strchr(line, '\n') + 1) {
            assert_true(strchr(line, '\n') - line <= 64);
        }
        plat_buffer_free(&text);
        plat_buffer_free(&back);
    }
}

struct seen {
    unsigned count;
    unsigned stop_at;
    size_t sizes[4];
};

static win_error see(void *context, struct plat_span der)
{
    struct seen *seen = context;
    seen->sizes[seen->count++] = der.size;
    return seen->count == seen->stop_at ? ERROR_CANCELLED : ERROR_SUCCESS;
}

#define CERT(base64) "-----BEGIN CERTIFICATE-----\n" base64 "\n-----END CERTIFICATE-----\n"
#define KEY "-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----\n"

static void files(void **state)
{
    static const struct {
        struct plat_span bytes;
        win_error result;
        unsigned count;
    } cases[] = {
        {{(const uint8_t *)"\x30\x01\x05", 3}, ERROR_SUCCESS, 1},          /* DER */
        {{(const uint8_t *)"\x30\x01\x05\x00", 4}, ERROR_INVALID_DATA, 0}, /* and something behind it */
        {{(const uint8_t *)"\x30\x02\x05", 3}, ERROR_INVALID_DATA, 0},
        {{(const uint8_t *)"hello", 5}, ERROR_INVALID_DATA, 0},
        {{NULL, 0}, ERROR_INVALID_DATA, 0},
    };
    static const struct {
        const char *text;
        win_error result;
        unsigned count;
    } texts[] = {
        {CERT("QUJD"), ERROR_SUCCESS, 1},
        {KEY CERT("QUJD") "words " CERT("QUJDRA=="), ERROR_SUCCESS, 2},
        {"-----BEGIN X509 CERTIFICATE-----\nQUJD\n-----END X509 CERTIFICATE-----\n", ERROR_SUCCESS, 1},
        {KEY, ERROR_INVALID_DATA, 0},
        {CERT("QUJ*"), ERROR_INVALID_DATA, 0},
        /* the second is cut off */
        {CERT("QUJD") "-----BEGIN CERTIFICATE-----\nQUJD\n", ERROR_INVALID_DATA, 1},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct seen seen = {0};
        assert_int_equal(cert_read_file_bytes(cases[i].bytes, see, &seen), cases[i].result);
        assert_int_equal(seen.count, cases[i].count);
    }
    for (size_t i = 0; i < ELEMENTS(texts); i++) {
        struct seen seen = {0};
        assert_int_equal(cert_read_file_bytes(text_span(texts[i].text), see, &seen), texts[i].result);
        assert_int_equal(seen.count, texts[i].count);
    }
    struct seen seen = {.stop_at = 1};
    assert_int_equal(cert_read_file_bytes(text_span(CERT("QUJD") CERT("QUJD")), see, &seen), ERROR_CANCELLED);
    assert_int_equal(seen.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(blocks), cmocka_unit_test(written_and_read),
                                       cmocka_unit_test(files)};
    return cmocka_run_group_tests_name("certstore.pem", tests, NULL, NULL);
}
