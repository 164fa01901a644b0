/* SPDX-License-Identifier: Apache-2.0 */
/* Encryption with passwords: published vectors of its parts, and what it makes of bad parameters. */
#include "maker.h"

#include "certstore/crypto.h"
#include "crypto/cipher.h"
#include "crypto/kdf.h"
#include "crypto/pbe.h"

#include <stdio.h>
#include <string.h>

static struct plat_buffer der, work, message;

static int setup(void **state)
{
    (void)state;
    plat_buffer_init(&der, 10000);
    plat_buffer_init(&work, 10000);
    plat_buffer_init(&message, 1000);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&der);
    plat_buffer_free(&work);
    plat_buffer_free(&message);
    return 0;
}

/* Hexadecimal, in one of a few buffers. */
static struct plat_span bytes_of(const char *hex)
{
    static struct plat_buffer buffers[4];
    static unsigned next;
    struct plat_buffer *buffer = &buffers[next++ % ELEMENTS(buffers)];
    plat_buffer_free(buffer);
    plat_buffer_init(buffer, 1000);
    return maker_der(hex, buffer);
}

static void expect_bytes(const uint8_t *found, const char *hex)
{
    struct plat_span expected = bytes_of(hex);
    assert_memory_equal(found, expected.data, expected.size);
}

static void pbkdf2(void **state)
{
    static const struct {
        const br_hash_class *hash;
        const char *password, *salt;
        uint32_t rounds;
        const char *key;
    } cases[] = {
        /* RFC 6070 section 2 */
        {&br_sha1_vtable, "'password'", "'salt'", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"},
        {&br_sha1_vtable, "'password'", "'salt'", 2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"},
        {&br_sha1_vtable, "'password'", "'salt'", 4096, "4b007901b765489abead49d926f721d065a429c1"},
        {&br_sha1_vtable, "'passwordPASSWORDpassword'", "'saltSALTsaltSALTsaltSALTsaltSALTsalt'", 4096,
         "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038"},
        {&br_sha1_vtable, "'pass' 00 'word'", "'sa' 00 'lt'", 4096, "56fa6aa75548099dcc37d7f03425e0c3"},
        /* RFC 7914 section 11 */
        {&br_sha256_vtable, "'passwd'", "'salt'", 1,
         "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
         "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"},
        /* Python's hashlib */
        {&br_sha224_vtable, "'password'", "'salt'", 2,
         "93200ffa96c5776d38fa10abdf8f5bfc0054b9718513df472d2331d2d1e66a3f97b510224f700ce7"},
        {&br_sha384_vtable, "'password'", "'salt'", 2,
         "54f775c6d790f21930459162fc535dbf04a939185127016a04176a0730c6f1f4fb48832ad1261baadd2cedd50814b1c8"
         "06ad1bbf43ebdc9d047904bf"},
        {&br_sha512_vtable, "'password'", "'salt'", 1,
         "867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252"
         "c02d470a285a0501bad999bfe943c08f050235d7d68b1da55e63f73b60a57fce"},
    };
    uint8_t key[80];
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        size_t size = bytes_of(cases[i].key).size;
        kdf_pbkdf2(cases[i].hash, bytes_of(cases[i].password), bytes_of(cases[i].salt), cases[i].rounds, key,
                   size);
        expect_bytes(key, cases[i].key);
    }
}

/*
 * S. Henson's examples for PKCS #12 v1.0, which other implementations test with; the SHA-256 one is
 * OpenSSL's.
 */
static void pkcs12(void **state)
{
    static const char smeg[] = "0073 006d 0065 0067 0000";
    static const char queeg[] = "0071 0075 0065 0065 0067 0000";
    static const struct {
        const br_hash_class *hash;
        enum kdf_purpose purpose;
        const char *password, *salt;
        uint32_t rounds;
        const char *key;
    } cases[] = {
        {&br_sha1_vtable, KDF_KEY, smeg, "0a58cf64530d823f", 1,
         "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3"},
        {&br_sha1_vtable, KDF_IV, smeg, "0a58cf64530d823f", 1, "79993dfe048d3b76"},
        {&br_sha1_vtable, KDF_KEY, smeg, "642b99ab44fb4b1f", 1,
         "f3a95fec48d7711e985cfe67908c5ab79fa3d7c5caa5d966"},
        {&br_sha1_vtable, KDF_IV, smeg, "642b99ab44fb4b1f", 1, "c0a38d64a79bea1d"},
        {&br_sha1_vtable, KDF_MAC, smeg, "3d83c0e4546ac140", 1, "8d967d88f6caa9d714800ab3d48051d63f73a312"},
        {&br_sha1_vtable, KDF_KEY, queeg, "05dec959acff72f7", 1000,
         "ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4"},
        {&br_sha1_vtable, KDF_IV, queeg, "05dec959acff72f7", 1000, "11dedad7758d4860"},
        {&br_sha1_vtable, KDF_KEY, queeg, "1682c0fc5b3f7ec5", 1000,
         "483dd6e919d7de2e8e648ba8f862f3fbfbdc2bcb2c02957f"},
        {&br_sha1_vtable, KDF_IV, queeg, "1682c0fc5b3f7ec5", 1000, "9d461d1b00355c50"},
        {&br_sha1_vtable, KDF_MAC, queeg, "263216fcc2fab31c", 1000,
         "5ec4c7a80df652294c3925b6489a7ab857c83476"},
        {&br_sha256_vtable, KDF_MAC, "0031 0032 0033 0034 0035 0036 0000", "e241f01650dbeae4", 2048,
         "7212 59f1 4aad 70b5 8839 f715 66b4 33da 1b8a d08f 650f 4d02 faaa 0b9b 095b b51d"},
    };
    uint8_t key[64];
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        kdf_pkcs12(cases[i].hash, cases[i].purpose, bytes_of(cases[i].password), bytes_of(cases[i].salt),
                   cases[i].rounds, key, bytes_of(cases[i].key).size);
        expect_bytes(key, cases[i].key);
    }
}

/* RFC 2268 section 5. */
static void rc2(void **state)
{
    static const struct {
        const char *key;
        unsigned bits;
        const char *plain, *encrypted;
    } cases[] = {
        {"0000000000000000", 63, "0000000000000000", "ebb773f993278eff"},
        {"ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49"},
        {"3000000000000000", 64, "1000000000000001", "30649edf9be7d2c2"},
        {"88", 64, "0000000000000000", "61a8a244adacccf0"},
        {"88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f"},
        {"88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1"},
        {"88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6"},
        {"88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e", 129, "0000000000000000",
         "5b78d3a43dfff1f1"},
    };
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct rc2_key expanded;
        struct plat_span key = bytes_of(cases[i].key);
        uint8_t block[8];
        rc2_expand(&expanded, key.data, key.size, cases[i].bits);
        memcpy(block, bytes_of(cases[i].encrypted).data, sizeof block);
        rc2_decrypt_block(&expanded, block);
        expect_bytes(block, cases[i].plain);
    }
}

/* Every size and every wrong padding of a block. */
static void padding(void **state)
{
    static const uint8_t key[CIPHER_KEY_MOST] = "0123456789abcdef0123456789abcde";
    static const uint8_t iv[CIPHER_BLOCK_MOST] = {1, 2, 3};
    static const enum cipher_kind kinds[] = {CIPHER_DES,     CIPHER_DES_EDE2, CIPHER_DES_EDE3,
                                             CIPHER_AES_128, CIPHER_AES_192,  CIPHER_AES_256};
    (void)state;
    for (size_t k = 0; k < ELEMENTS(kinds); k++) {
        size_t block = cipher_block_size(kinds[k]);
        for (size_t size = 0; size <= 2 * block; size++) {
            plat_buffer_clear(&work);
            for (size_t i = 0; i < size; i++) {
                plat_buffer_append_u8(&work, (uint8_t)(0x60 + i));
            }
            cipher_encrypt(kinds[k], key, iv, &work);
            assert_int_equal(work.size, (size / block + 1) * block);
            assert_true(cipher_decrypt(kinds[k], key, iv, &work));
            assert_int_equal(work.size, size);
            for (size_t i = 0; i < size; i++) {
                assert_int_equal(work.data[i], 0x60 + i);
            }
        }
        for (unsigned last = 0; last < 256; last++) {
            for (unsigned wrong = 0; wrong < block; wrong++) { /* the byte that is not as the last one says */
                plat_buffer_clear(&work);
                for (unsigned i = 0; i < block; i++) {
                    plat_buffer_append_u8(&work, (uint8_t)(i == wrong ? last ^ 0x80U : last));
                }
                cipher_encrypt(kinds[k], key, iv, &work);
                work.size = block; /* without the padding of its own */
                bool good = last >= 1 && last <= block && wrong < block - last;
                if (wrong != block - 1) {
                    assert_int_equal(cipher_decrypt(kinds[k], key, iv, &work), good);
                }
            }
        }
        work.size = block - 1;
        assert_false(cipher_decrypt(kinds[k], key, iv, &work));
        work.size = 0;
        assert_false(cipher_decrypt(kinds[k], key, iv, &work));
    }
}

static void passwords(void **state)
{
    static const struct {
        const char *text;
        enum pbe_form form;
        const char *wide;
        enum pbe_form other;
    } cases[] = {
        {"Beavis", PBE_FORM_TEXT, "0042 0065 0061 0076 0069 0073 0000", PBE_FORM_TEXT}, /* RFC 7292 B.1 */
        {"", PBE_FORM_TEXT, "0000", PBE_FORM_NONE},
        {NULL, PBE_FORM_TEXT, "0000", PBE_FORM_NONE},
        {"", PBE_FORM_NONE, "", PBE_FORM_NONE},
        {"\xc3\xa4\xe2\x82\xac", PBE_FORM_TEXT, "00e4 20ac 0000", PBE_FORM_BYTES},
        {"\xc3\xa4", PBE_FORM_BYTES, "00c3 00a4 0000", PBE_FORM_BYTES},
        {"a\xf0\x9f\x98\x80", PBE_FORM_TEXT, "0061 d83d de00 0000", PBE_FORM_BYTES},
        {"\xe4\xf6", PBE_FORM_TEXT, "00e4 00f6 0000", PBE_FORM_BYTES}, /* no UTF-8: Latin-1 */
    };
    struct pbe_password password;
    char text[LIMIT_PBE_PASSWORD + 2];
    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct plat_span wide = bytes_of(cases[i].wide);
        assert_int_equal(pbe_password_set(&password, cases[i].text, cases[i].form), ERROR_SUCCESS);
        assert_true(plat_span_equal(plat_span_of(password.wide, password.wide_size), wide));
        assert_int_equal(password.text_size, cases[i].text == NULL ? 0 : strlen(cases[i].text));
        assert_int_equal(pbe_other_form(cases[i].text), cases[i].other);
    }
    memset(text, 'x', sizeof text);
    text[LIMIT_PBE_PASSWORD + 1] = '\0';
    assert_int_equal(pbe_password_set(&password, text, PBE_FORM_TEXT), ERROR_INVALID_PASSWORD);
    text[LIMIT_PBE_PASSWORD] = '\0';
    assert_int_equal(pbe_password_set(&password, text, PBE_FORM_TEXT), ERROR_SUCCESS);
    assert_int_equal(password.wide_size, sizeof password.wide);
}

#define PBKDF2 "30{06{@1.2.840.113549.1.5.12} 30{04{0102030405060708} "
#define AES "30{06{@2.16.840.1.101.3.4.1.42} 04{*16(11)}}"

/* AlgorithmIdentifiers that are not taken, and why. */
static void parameters(void **state)
{
    static const struct {
        const char *algorithm;
        win_error error;
        const char *words;
    } cases[] = {
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{01}}}" AES "}}", ERROR_INVALID_PASSWORD, ""},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{01} 02{20}}}" AES "}}", ERROR_INVALID_PASSWORD, ""},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{01} 30{06{@1.2.840.113549.2.9} 0500}}}" AES "}}",
         ERROR_INVALID_PASSWORD, ""},
        {"30{06{@1.2.840.113549.1.12.1.3} 30{04{01} 02{01}}}", ERROR_INVALID_PASSWORD, ""},
        {"30{06{@1.2.840.113549.1.12.1.3} 30{04{} 02{01}}}", ERROR_INVALID_PASSWORD, ""},
        {"", ERROR_INVALID_DATA, ""},
        {"30{}", ERROR_INVALID_DATA, ""},
        {"30{06{@1.2.840.113549.1.5.13}}", ERROR_INVALID_DATA, ""},
        {"30{06{@1.2.840.113549.1.5.13} 0500}", ERROR_INVALID_DATA, ""},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{01}}}}}", ERROR_INVALID_DATA, ""},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{01}}}" AES "} 05{}}", ERROR_INVALID_DATA, ""},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{01} 02{10}}}" AES "}}", ERROR_INVALID_DATA, ""},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{01} 30{06{@1.2.840.113549.2.9} 04{}}}}" AES "}}",
         ERROR_INVALID_DATA, ""},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{01}}}30{06{@2.16.840.1.101.3.4.1.42} 04{*15(11)}}}}",
         ERROR_INVALID_DATA, ""},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{01}}}30{06{@2.16.840.1.101.3.4.1.42}}}}",
         ERROR_INVALID_DATA, ""},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{ff}}}" AES "}}", ERROR_INVALID_DATA, ""},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{00}}}" AES "}}", ERROR_INVALID_DATA, ""},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{1e8481}}}" AES "}}", NTE_NOT_SUPPORTED, "rounds"},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{00ffffffff}}}" AES "}}", NTE_NOT_SUPPORTED, "rounds"},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{01} 30{06{@1.2.840.113549.2.5}}}}" AES "}}",
         NTE_NOT_SUPPORTED, "1.2.840.113549.2.5 (MD5)"},
        {"30{06{@1.2.840.113549.1.5.13} 30{30{06{@1.3.6.1.4.1.11591.4.11} 30{}}" AES "}}", NTE_NOT_SUPPORTED,
         "scrypt"},
        {"30{06{@1.2.840.113549.1.5.13} 30{" PBKDF2 "02{01}}}30{06{@1.2.840.113549.3.2} 30{}}}}",
         NTE_NOT_SUPPORTED, "RC2 in PBES2"},
        {"30{06{@1.2.840.113549.1.12.1.1} 30{04{01} 02{01}}}", NTE_NOT_SUPPORTED, "128-bit RC4"},
        {"30{06{@1.2.3.4} 30{04{01} 02{01}}}", NTE_NOT_SUPPORTED, "1.2.3.4 is not supported"},
        {"30{06{@1.2.840.113549.1.12.1.3} 30{04{*257(01)} 02{01}}}", NTE_NOT_SUPPORTED, "salt"},
        {"30{06{@1.2.840.113549.1.12.1.3} 30{04{01}}}", ERROR_INVALID_DATA, ""},
        {"30{06{@1.2.840.113549.1.12.1.3} 30{04{01} 02{01} 05{}}}", ERROR_INVALID_DATA, ""},
    };
    struct pbe_password password;
    (void)state;
    assert_int_equal(pbe_password_set(&password, "x", PBE_FORM_TEXT), ERROR_SUCCESS);
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct pbe_job job = {&password, LIMIT_PBE_ROUNDS_FILE, &message};
        plat_buffer_clear(&message);
        plat_buffer_clear(&work);
        for (unsigned j = 0; j < 32; j++) {
            plat_buffer_append_u8(&work, 0x5c);
        }
        win_error error = pbe_decrypt(&job, maker_der(cases[i].algorithm, &der), &work);
        if (error != cases[i].error || strstr(plat_buffer_text(&message), cases[i].words) == NULL) {
            fail_msg("%s: %x, %s", cases[i].algorithm, error, plat_buffer_text(&message));
        }
        job.message = NULL;
        assert_int_equal(pbe_decrypt(&job, plat_span_of(der.data, der.size), &work), error);
    }
}

/* A file may ask for many rounds at one place, but not at all of them. */
static void rounds_of_a_file(void **state)
{
    struct pbe_job job = {NULL, LIMIT_PBE_ROUNDS_FILE, NULL};
    unsigned places = 0;
    (void)state;
    while (pbe_spend(&job, LIMIT_PBE_ROUNDS, 1) == ERROR_SUCCESS) {
        places++;
    }
    assert_int_equal(places, LIMIT_PBE_ROUNDS_FILE / LIMIT_PBE_ROUNDS);
    assert_int_equal(pbe_spend(&job, 1, 1), NTE_NOT_SUPPORTED);
    job.rounds_left = 5;
    assert_int_equal(pbe_spend(&job, 2, 3), NTE_NOT_SUPPORTED); /* blocks count */
    assert_int_equal(pbe_spend(&job, 2, 2), ERROR_SUCCESS);
    assert_int_equal(pbe_spend(&job, 0, 1), ERROR_INVALID_DATA);
    job.rounds_left = LIMIT_PBE_ROUNDS_FILE;
    assert_int_equal(pbe_spend(&job, LIMIT_PBE_ROUNDS + 1, 1), NTE_NOT_SUPPORTED);
}

static void round_trip(void **state)
{
    static const char text[] = "not a multiple of sixteen";
    struct pbe_password password, other;
    (void)state;
    assert_int_equal(pbe_password_set(&password, "secret", PBE_FORM_TEXT), ERROR_SUCCESS);
    assert_int_equal(pbe_password_set(&other, "Secret", PBE_FORM_TEXT), ERROR_SUCCESS);
    for (enum pbe_strength strength = PBE_AES_256; strength <= PBE_TRIPLE_DES; strength++) {
        struct pbe_job job = {&password, LIMIT_PBE_ROUNDS_FILE, NULL};
        struct pbe_job wrong = {&other, LIMIT_PBE_ROUNDS_FILE, NULL};
        uint8_t encrypted[64];
        plat_buffer_clear(&work);
        plat_buffer_clear(&der);
        plat_buffer_append_text(&work, text);
        assert_int_equal(pbe_encrypt(&password, strength, &work, &der), ERROR_SUCCESS);
        size_t size = work.size;
        assert_int_equal(size, 32);
        memcpy(encrypted, work.data, size);
        assert_int_equal(pbe_decrypt(&job, plat_span_of(der.data, der.size), &work), ERROR_SUCCESS);
        assert_true(plat_span_equal(plat_span_of(work.data, work.size), plat_span_of(text, sizeof text - 1)));
        plat_buffer_clear(&work);
        plat_buffer_append(&work, encrypted, size);
        if (pbe_decrypt(&wrong, plat_span_of(der.data, der.size), &work) ==
            ERROR_SUCCESS) { /* once in 256 times */
            assert_false(
                plat_span_equal(plat_span_of(work.data, work.size), plat_span_of(text, sizeof text - 1)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pbkdf2),           cmocka_unit_test(pkcs12),     cmocka_unit_test(rc2),
        cmocka_unit_test(padding),          cmocka_unit_test(passwords),  cmocka_unit_test(parameters),
        cmocka_unit_test(rounds_of_a_file), cmocka_unit_test(round_trip),
    };
    return cmocka_run_group_tests_name("certstore.pbe", tests, setup, teardown);
}
