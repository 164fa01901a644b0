/* SPDX-License-Identifier: Apache-2.0 */
/* Serialized properties: Blobs and .sst files. */
#include "maker.h"

#include "certstore/blob.h"
#include "certstore/crypto.h"

#include <string.h>

static struct plat_buffer bytes, out;

static int setup(void **state)
{
    (void)state;
    plat_buffer_init(&bytes, 1024U * 1024U);
    plat_buffer_init(&out, 1024U * 1024U);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&bytes);
    plat_buffer_free(&out);
    return 0;
}

static struct plat_span span_of(const struct plat_buffer *buffer)
{
    return plat_span_of(buffer->data, buffer->size);
}

static void expect_out(const char *text)
{
    struct plat_buffer wanted;
    plat_buffer_init(&wanted, 4096);
    (void)maker_der(text, &wanted);
    assert_int_equal(out.size, wanted.size);
    assert_memory_equal(out.data, wanted.data, wanted.size);
    plat_buffer_free(&wanted);
}

/* Properties of every kind, one with an odd encoding, and a SHA-1 that is replaced. */
#define OTHERS "77000000 01000000 07000000 'unknown' 0b000000 05000000 06000000 4600 4e00 0000"

static void layout(void **state)
{
    uint8_t sha1[CERT_SHA1_SIZE];
    struct cert_blob blob;
    struct plat_span value;
    (void)state;
    const struct cert_blob made = {
        .kind = CERT_BLOB_CRL,
        .content = plat_span_of("\x30\x00", 2),
        .properties =
            maker_der(OTHERS " 03000000 01000000 05000000 'wrong' ffff0000 00000000 00000000", &bytes)};
    plat_buffer_clear(&out);
    cert_blob_write(&out, &made);
    cert_sha1(made.content, sha1);
    assert_memory_equal(out.data, "\3\0\0\0\1\0\0\0\x14\0\0\0", 12);
    assert_memory_equal(out.data + 12, sha1, sizeof sha1);
    assert_int_equal(cert_blob_read_verified(span_of(&out), &blob), ERROR_SUCCESS);
    assert_int_equal(blob.kind, CERT_BLOB_CRL);
    assert_true(plat_span_equal(blob.content, made.content));
    assert_true(cert_property_find(blob.properties, 0x77, &value));
    assert_true(plat_span_equal(value, plat_span_of("unknown", 7)));
    assert_true(cert_property_find(blob.properties, 0xffff, &value));
    assert_int_equal(value.size, 0);
    assert_false(cert_property_find(blob.properties, 0x21, &value));
    plat_buffer_consume(&out, 12 + sizeof sha1);
    expect_out(OTHERS " ffff0000 00000000 00000000 21000000 01000000 02000000 3000");
}

/* Written again and again, a Blob stays the same, byte for byte. */
static void rewritten(void **state)
{
    struct plat_buffer again;
    struct cert_blob blob;
    (void)state;
    plat_buffer_init(&again, 4096);
    plat_buffer_clear(&out);
    cert_blob_write(&out, &(struct cert_blob){.kind = CERT_BLOB_CERTIFICATE,
                                              .content = plat_span_of("\x30\x00", 2),
                                              .properties = maker_der(OTHERS, &bytes)});
    assert_int_equal(cert_blob_read(span_of(&out), &blob), ERROR_SUCCESS);
    cert_blob_write(&again, &blob);
    assert_true(plat_span_equal(span_of(&again), span_of(&out)));
    plat_buffer_free(&again);
}

static void structure(void **state)
{
    static const struct {
        const char *bytes;
        enum cert_blob_kind kind; /* 0: damaged */
    } cases[] = {
        {"20000000 01000000 02000000 3000", CERT_BLOB_CERTIFICATE},
        {"21000000 01000000 00000000", CERT_BLOB_CRL},
        {"22000000 01000000 00000000", CERT_BLOB_CTL},
        {"03000000 01000000 01000000 aa 20000000 01000000 02000000 3000", CERT_BLOB_CERTIFICATE},
        {"20000000 01000000 02000000 3000 0b000000 01000000 00000000", 0}, /* a property behind it */
        {"", 0},
        {"03000000 01000000 01000000 aa", 0}, /* no certificate */
        {"20000000 01000000 02000000 30", 0}, /* cut off */
        {"20000000 01000000 ffffffff 3000", 0},
        {"20000000 01000000 02000000 3000 00", 0},
        {"20000000 01000000 02000000 3000 20000000 01000000 02000000 3000", 0}, /* two */
        {"20000000 01000000 02000000 3000 21000000 01000000 02000000 3000", 0},
        {"00000000 01000000 00000000 20000000 01000000 02000000 3000", 0}, /* id 0 */
        {"00000100 01000000 00000000 20000000 01000000 02000000 3000", 0}, /* id above FFFF */
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct cert_blob blob;
        win_error error = cert_blob_read(maker_der(cases[i].bytes, &bytes), &blob);
        if (error != (cases[i].kind == 0 ? ERROR_INVALID_DATA : ERROR_SUCCESS) || blob.kind != cases[i].kind) {
            fail_msg("%s", cases[i].bytes);
        }
        if (cases[i].kind == 0) {
            assert_null(blob.content.data);
        }
    }
}

/* The SHA-1 property must be the content's: the flip of any byte of either is noticed, as is each truncation. */
static void damage(void **state)
{
    struct cert_blob blob;
    (void)state;
    plat_buffer_clear(&out);
    cert_blob_write(&out, &(struct cert_blob){.kind = CERT_BLOB_CERTIFICATE,
                                              .content = plat_span_of("\x30\x03\x02\x01\x05", 5),
                                              .properties = maker_der(OTHERS, &bytes)});
    for (size_t size = 0; size < out.size; size++) {
        assert_int_equal(cert_blob_read(plat_span_of(out.data, size), &blob), ERROR_INVALID_DATA);
    }
    for (size_t i = 0; i < out.size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            out.data[i] ^= (uint8_t)(1U << bit);
            win_error error = cert_blob_read_verified(span_of(&out), &blob);
            bool in_hash = i >= 12 && i < 12 + CERT_SHA1_SIZE, in_content = i >= out.size - 5;
            if ((in_hash || in_content) && error != ERROR_INVALID_DATA) {
                fail_msg("bit %u of byte %zu", bit, i);
            }
            if (error == ERROR_SUCCESS) { /* an id, an encoding, a property's value */
                assert_int_equal(blob.content.size, 5);
            }
            out.data[i] ^= (uint8_t)(1U << bit);
        }
    }
}

static void properties(void **state)
{
    static const struct {
        uint32_t id;
        const char *value; /* NULL: removed */
        const char *wanted;
    } cases[] = {
        {0x77, "new", "77000000 01000000 03000000 'new' 0b000000 05000000 06000000 4600 4e00 0000"},
        {0x77, NULL, "0b000000 05000000 06000000 4600 4e00 0000"},
        {0x78, "x", OTHERS " 78000000 01000000 01000000 'x'"},
        {0x78, "", OTHERS " 78000000 01000000 00000000"},
        {0x78, NULL, OTHERS},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct plat_span value = {0};
        if (cases[i].value != NULL) {
            value = plat_span_of(cases[i].value, strlen(cases[i].value));
        }
        plat_buffer_clear(&out);
        cert_property_set(&out, maker_der(OTHERS, &bytes), cases[i].id, value);
        expect_out(cases[i].wanted);
    }
    /* Two of one id become one; a damaged end is not carried over. */
    plat_buffer_clear(&out);
    cert_property_set(&out,
                      maker_der("05000000 01000000 01000000 aa 05000000 01000000 01000000 bb 06", &bytes), 5,
                      plat_span_of("c", 1));
    expect_out("05000000 01000000 01000000 'c'");
    struct plat_span left = maker_der("20000000 01000000 02000000 3000", &bytes);
    struct cert_property property;
    assert_false(cert_property_next(&left, &property)); /* a certificate is no property */
    assert_int_equal(property.id, 0);
}

static void friendly_names(void **state)
{
    static const struct {
        const char *properties, *name;
    } cases[] = {
        {"0b000000 01000000 06000000 4100 c400 0000", "A\xc3\x84"},
        {"0b000000 01000000 08000000 4100 0000 4200 0000", "A"}, /* to the first NUL */
        {"0b000000 01000000 02000000 4100", "A"},                /* no NUL */
        {"0b000000 01000000 03000000 4100 42", "A"},             /* an odd size */
        {"0b000000 01000000 00000000", ""},
        {"0d000000 01000000 02000000 4100", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        plat_buffer_clear(&out);
        bool found = cert_property_friendly_name(maker_der(cases[i].properties, &bytes), &out);
        assert_int_equal(found, cases[i].name != NULL);
        assert_string_equal(plat_buffer_text(&out), found ? cases[i].name : "");
    }
    plat_buffer_clear(&out);
    cert_property_set_friendly_name(&out, (struct plat_span){0}, "A\xf0\x9f\x98\x80");
    expect_out("0b000000 01000000 08000000 4100 3dd8 00de 0000");
    plat_buffer_clear(&out);
    cert_property_set_friendly_name(&out, maker_der(OTHERS, &bytes), NULL);
    expect_out("77000000 01000000 07000000 'unknown'");
}

/* ---- .sst ---- */

struct seen {
    unsigned count, stop_at;
    enum cert_blob_kind kinds[8];
    size_t properties[8];
};

static win_error see(void *context, const struct cert_blob *blob)
{
    struct seen *seen = context;
    if (seen->count < ELEMENTS(seen->kinds)) {
        seen->kinds[seen->count] = blob->kind;
        seen->properties[seen->count] = blob->properties.size;
    }
    return ++seen->count == seen->stop_at ? ERROR_CANCELLED : ERROR_SUCCESS;
}

#define CERT_RUN "20000000 01000000 02000000 3000"
#define END "00000000 00000000 00000000"

static void sst(void **state)
{
    static const struct {
        const char *bytes;
        win_error result;
        unsigned count;
    } cases[] = {
        {"00000000 'CERT' " END, ERROR_SUCCESS, 0},
        {"00000000 'CERT' " CERT_RUN END, ERROR_SUCCESS, 1},
        {"00000000 'CERT' 0b000000 01000000 00000000" CERT_RUN "21000000 01000000 00000000" CERT_RUN END,
         ERROR_SUCCESS, 3},
        {"00000000 'CERT' " CERT_RUN, ERROR_INVALID_DATA, 0}, /* no end */
        {"00000000 'CERT' " CERT_RUN "00000000 00000000", ERROR_INVALID_DATA, 0},
        {"00000000 'CERT' " CERT_RUN END "00", ERROR_INVALID_DATA, 0},
        {"00000000 'CERT' " CERT_RUN "0b000000 01000000 00000000" END, ERROR_INVALID_DATA, 0},
        {"01000000 'CERT' " END, ERROR_INVALID_DATA, 0},
        {"00000000 'CERS' " END, ERROR_INVALID_DATA, 0},
        {"00000000 'CER'", ERROR_INVALID_DATA, 0},
        {"", ERROR_INVALID_DATA, 0},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct seen seen = {0};
        if (cert_sst_read(maker_der(cases[i].bytes, &bytes), see, &seen) != cases[i].result ||
            seen.count != cases[i].count) {
            fail_msg("%s", cases[i].bytes);
        }
    }
}

static void sst_written(void **state)
{
    struct seen seen = {0};
    (void)state;
    const struct cert_blob one = {.kind = CERT_BLOB_CERTIFICATE,
                                  .content = plat_span_of("\x30\x00", 2),
                                  .properties = maker_der(OTHERS, &bytes)};
    const struct cert_blob two = {.kind = CERT_BLOB_CRL, .content = plat_span_of("\x30\x01\x05", 3)};
    plat_buffer_clear(&out);
    cert_sst_begin(&out);
    cert_sst_append(&out, &one);
    cert_sst_append(&out, &two);
    cert_sst_end(&out);
    assert_true(cert_sst_present(span_of(&out)));
    assert_int_equal(cert_sst_read(span_of(&out), see, &seen), ERROR_SUCCESS);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.kinds[0], CERT_BLOB_CERTIFICATE);
    assert_int_equal(seen.properties[0], one.properties.size + 32); /* and the SHA-1 */
    assert_int_equal(seen.kinds[1], CERT_BLOB_CRL);
    assert_int_equal(seen.properties[1], 32);
    seen = (struct seen){.stop_at = 1};
    assert_int_equal(cert_sst_read(span_of(&out), see, &seen), ERROR_CANCELLED);
    assert_int_equal(seen.count, 1);
    for (size_t size = 0; size < out.size; size++) {
        seen = (struct seen){0};
        assert_int_equal(cert_sst_read(plat_span_of(out.data, size), see, &seen), ERROR_INVALID_DATA);
        assert_int_equal(seen.count, 0); /* all or nothing */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layout), cmocka_unit_test(rewritten),   cmocka_unit_test(structure),
        cmocka_unit_test(damage), cmocka_unit_test(properties),  cmocka_unit_test(friendly_names),
        cmocka_unit_test(sst),    cmocka_unit_test(sst_written),
    };
    return cmocka_run_group_tests_name("certstore.blob", tests, setup, teardown);
}
