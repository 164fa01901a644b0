/* SPDX-License-Identifier: Apache-2.0 */
/* PEM blocks. */
#include "maker.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(blocks), cmocka_unit_test(written_and_read)};
    return cmocka_run_group_tests_name("certstore.pem", tests, NULL, NULL);
}
