/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private keys and PKCS #12. The first byte says what the rest is: a key file, a .pfx as it lies on disk, or what stands inside a .pfx (AuthenticatedSafe), which
 * then gets a MAC that is right: no made-up file would come past it otherwise. The password is always "x". Whatever is opened is written and opened again.
 */
#include "fuzz/fuzz.h"

#include "certstore/crypto.h"
#include "certstore/pfx.h"
#include "crypto/kdf.h"
#include "der/der.h"

#include "support/der_text.h"

#include <string.h>

static const char password[] = "x";
static const uint8_t wide_password[] = {0, 'x', 0, 0}; /* RFC 7292 appendix B.1 */
static const uint8_t salt[] = {1, 2, 3, 4, 5, 6, 7, 8};

static struct plat_span span(const struct plat_buffer *b)
{
    return plat_span_of(b->data, b->size);
}

static void append_der(struct plat_buffer *out, const char *text)
{
    fuzz_require(der_text(text, out));
}

/* PFX ::= SEQUENCE { version 3, ContentInfo { data, [0] OCTET STRING }, MacData { DigestInfo, salt, iterations 1 } } */
static void wrap(struct plat_span safe, struct plat_buffer *pfx)
{
    struct plat_buffer octets, outer, info, mac_data, inside;
    uint8_t key[CERT_SHA256_SIZE], mac[CERT_SHA256_SIZE];

    plat_buffer_init(&octets, 2 * LIMIT_CERT_SIZE);
    plat_buffer_init(&outer, 2 * LIMIT_CERT_SIZE);
    plat_buffer_init(&info, 2 * LIMIT_CERT_SIZE);
    plat_buffer_init(&mac_data, LIMIT_CERT_SIZE);
    plat_buffer_init(&inside, 4 * LIMIT_CERT_SIZE);
    kdf_pkcs12(&br_sha256_vtable, KDF_MAC, plat_span_of(wide_password, sizeof wide_password),
               plat_span_of(salt, sizeof salt), 1, key, sizeof key);
    cert_hmac_sha256(plat_span_of(key, sizeof key), safe, mac);
    der_write(&octets, DER_OCTET_STRING, safe);
    append_der(&info, "06{@1.2.840.113549.1.7.1}");
    der_write(&info, DER_CONTEXT_CONSTRUCTED(0), span(&octets));
    append_der(&outer, "30{06{@2.16.840.1.101.3.4.2.1}05{}}");
    der_write(&outer, DER_OCTET_STRING, plat_span_of(mac, sizeof mac));
    der_write(&mac_data, DER_SEQUENCE, span(&outer));
    der_write(&mac_data, DER_OCTET_STRING, plat_span_of(salt, sizeof salt));
    append_der(&inside, "02{03}");
    der_write(&inside, DER_SEQUENCE, span(&info));
    der_write(&inside, DER_SEQUENCE, span(&mac_data));
    der_write(pfx, DER_SEQUENCE, span(&inside));
    plat_buffer_free(&octets);
    plat_buffer_free(&outer);
    plat_buffer_free(&info);
    plat_buffer_free(&mac_data);
    plat_buffer_free(&inside);
}

static void look_at_key(const struct cert_key *key)
{
    struct cert_key *again = NULL;
    struct plat_buffer pem;

    fuzz_require(cert_key_kind_of(key) != CERT_KEY_UNSUPPORTED);
    plat_buffer_init(&pem, 4 * LIMIT_KEY_SIZE);
    if (cert_key_write(key, NULL, &pem) == ERROR_SUCCESS) {
        fuzz_require(cert_key_parse(span(&pem), &again, NULL) == ERROR_SUCCESS);
        fuzz_require(cert_key_kind_of(again) == cert_key_kind_of(key));
        cert_key_free(again);
    }
    plat_buffer_free(&pem);
}

static void open_pfx(struct plat_span file, bool again);

/* What came out of a .pfx goes into another. */
static void write_pfx(const struct cert_pfx *pfx)
{
    struct cert_pfx_content content = {.cert = cert_pfx_at(pfx, 0),
                                       .key = cert_pfx_key(pfx, 0),
                                       .friendly_name = cert_pfx_friendly_name(pfx, 0)};
    struct plat_buffer file;

    plat_buffer_init(&file, 8 * LIMIT_CERT_SIZE);
    if (content.key != NULL &&
        cert_pfx_write(&content, password, CERT_PFX_TRIPLE_DES, &file) == ERROR_SUCCESS && !file.failed)
        open_pfx(span(&file), true);
    plat_buffer_free(&file);
}

static void open_pfx(struct plat_span file, bool again)
{
    struct cert_pfx *pfx = NULL;
    struct plat_buffer message;
    win_error error;

    plat_buffer_init(&message, LIMIT_LOG_LINE);
    error = cert_pfx_open(file, password, &pfx, &message);
    plat_buffer_free(&message);
    fuzz_require((error == ERROR_SUCCESS) == (pfx != NULL));
    fuzz_require(!again || error == ERROR_SUCCESS);
    if (error != ERROR_SUCCESS)
        return;
    for (size_t i = 0; i < cert_pfx_count(pfx); i++) {
        fuzz_require(cert_pfx_at(pfx, i) != NULL);
        (void)cert_pfx_friendly_name(pfx, i);
        if (cert_pfx_key(pfx, i) != NULL)
            look_at_key(cert_pfx_key(pfx, i));
    }
    if (!again && cert_pfx_count(pfx) > 0)
        write_pfx(pfx);
    cert_pfx_free(pfx);
}

static void open_key(struct plat_span file)
{
    struct cert_key *key = NULL;
    struct plat_buffer message;

    plat_buffer_init(&message, LIMIT_LOG_LINE);
    win_error error = cert_key_parse_password(file, password, &key, &message);
    plat_buffer_free(&message);
    fuzz_require((error == ERROR_SUCCESS) == (key != NULL));
    if (key != NULL)
        look_at_key(key);
    cert_key_free(key);
}

enum what { KEY_FILE, PFX_FILE, PFX_INSIDE, WHATS };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct plat_buffer file;

    if (size < 1 || size > LIMIT_CERT_SIZE)
        return 0;
    struct plat_span rest = plat_span_of(data + 1, size - 1);
    switch (data[0] % WHATS) {
    case KEY_FILE:
        open_key(rest);
        break;
    case PFX_FILE:
        (void)cert_pfx_present(rest);
        open_pfx(rest, false);
        break;
    default:
        plat_buffer_init(&file, 4 * LIMIT_CERT_SIZE);
        wrap(rest, &file);
        open_pfx(span(&file), false);
        plat_buffer_free(&file);
        break;
    }
    return 0;
}

/* P-256: a private key that is valid, and a certificate with a point that is on the curve: the generator, whose key is 1. */
#define ONE "*31(00) 01"
#define GENERATOR                                                                                            \
    "04 6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296 "                                   \
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
#define EC "30{06{@1.2.840.10045.2.1}06{@1.2.840.10045.3.1.7}}"
#define SEC1 "30{02{01}04{" ONE "}a0{06{@1.2.840.10045.3.1.7}}}"
#define PKCS8 "30{02{00}" EC "04{" SEC1 "}}"
#define NAME(text) "30{31{30{06{@2.5.4.3}0c{'" text "'}}}}"
#define ECDSA "30{06{@1.2.840.10045.4.3.2}}"
#define CERTIFICATE                                                                                          \
    "30{30{a0{02{02}}02{01}" ECDSA NAME("I") "30{17{'200101000000Z'}17{'400101000000Z'}}" NAME(              \
        "S") "30{" EC "03{00 " GENERATOR "}}}" ECDSA "03{00 30{02{01}02{01}}}}"
#define PBES2(rounds)                                                                                        \
    "30{06{@1.2.840.113549.1.5.13}30{30{06{@1.2.840.113549.1.5.12}30{04{*8(11)}02{" rounds                   \
    "}30{06{@1.2.840.113549.2.9}05{}}}}"                                                                     \
    "30{06{@2.16.840.1.101.3.4.1.42}04{*16(22)}}}}"
#define PKCS12_PBE(last) "30{06{@1.2.840.113549.1.12.1." last "}30{04{*8(33)}02{01}}}"
#define ATTRIBUTES "31{30{06{@1.2.840.113549.1.9.21}31{04{01}}}30{06{@1.2.840.113549.1.9.20}31{1e{00 41}}}}"
#define KEY_BAG "30{06{@1.2.840.113549.1.12.10.1.1}a0{" PKCS8 "}" ATTRIBUTES "}"
#define SHROUDED_BAG "30{06{@1.2.840.113549.1.12.10.1.2}a0{30{" PKCS12_PBE("3") "04{*64(44)}}}" ATTRIBUTES "}"
#define CERT_BAG                                                                                             \
    "30{06{@1.2.840.113549.1.12.10.1.3}a0{30{06{@1.2.840.113549.1.9.22.1}a0{04{" CERTIFICATE                 \
    "}}}}" ATTRIBUTES "}"
#define DATA(content) "30{06{@1.2.840.113549.1.7.1}a0{04{" content "}}}"
#define ENCRYPTED                                                                                            \
    "30{06{@1.2.840.113549.1.7.6}a0{30{02{00}30{06{@1.2.840.113549.1.7.1}" PKCS12_PBE("6") "80{*32(55)}}}}}"

bool fuzz_seed(unsigned number, struct plat_buffer *seed)
{
    static const struct {
        enum what what;
        const char *text;
    } seeds[] = {
        {KEY_FILE, SEC1},
        {KEY_FILE, PKCS8},
        {KEY_FILE, "30{" PBES2("10") "04{*144(66)}}"},
        {KEY_FILE, "30{" PKCS12_PBE("1") "04{*144(66)}}"},
        {KEY_FILE, "30{30{06{@1.2.840.113549.1.5.3}30{04{*8(33)}02{01}}}04{*144(66)}}"},
        {PFX_FILE, "30{02{03}" DATA("30{" DATA("30{" CERT_BAG "}") "}") "}"},
        {PFX_INSIDE, "30{" DATA("30{" KEY_BAG CERT_BAG "}") "}"},
        {PFX_INSIDE, "30{" DATA("30{" SHROUDED_BAG "}") DATA("30{" CERT_BAG "}") ENCRYPTED "}"},
        {PFX_INSIDE, "30{" DATA("30{30{06{@1.2.840.113549.1.12.10.1.6}a0{30{" CERT_BAG KEY_BAG "}}}}") "}"},
    };

    if (number >= sizeof seeds / sizeof seeds[0])
        return false;
    plat_buffer_append_u8(seed, (uint8_t)seeds[number].what);
    return der_text(seeds[number].text, seed);
}
