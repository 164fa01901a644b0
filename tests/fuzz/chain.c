/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question for the chain engine: ten bytes (time, flags, usage), then certificates and CRLs, each with a byte that says which set it belongs to and two that say how
 * long it is. The first certificate is the one that is asked about. No signature needs to be right: the engine judges a chain with a
 * wrong one like any other and adds its bit.
 */
#include "fuzz/fuzz.h"

#include "certstore/chain.h"

#include "support/der_text.h"

#include <string.h>

enum role { ROLE_ROOT, ROLE_INTERMEDIATE, ROLE_PEER, ROLE_DISTRUSTED, ROLE_PEOPLE, ROLE_CRL, ROLE_COUNT };

struct question {
    struct cert_set *sets[ROLE_CRL];
    struct cert_crl_set *crls;
    const struct cert *leaf;
    int64_t time;
    uint32_t flags;
    const char *usage;
};

#define HEAD_SIZE 10U
#define RECORD_HEAD 3U

static uint32_t u32_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void open_question(struct question *question, const uint8_t *head)
{
    static const char *const usages[] = {NULL, CERT_USAGE_CLIENT_AUTH, CERT_USAGE_SERVER_AUTH, "2.5.29.37.0"};

    *question =
        (struct question){.time = u32_at(head), .flags = u32_at(head + 4), .usage = usages[head[8] % 4]};
    for (size_t i = 0; i < ROLE_CRL; i++)
        fuzz_require(cert_set_create(&question->sets[i]) == ERROR_SUCCESS);
    fuzz_require(cert_crl_set_create(&question->crls) == ERROR_SUCCESS);
}

static void close_question(struct question *question)
{
    for (size_t i = 0; i < ROLE_CRL; i++)
        cert_set_free(question->sets[i]);
    cert_crl_set_free(question->crls);
}

static void take(struct question *question, enum role role, struct plat_span der)
{
    const struct cert *cert = NULL;

    if (role == ROLE_CRL) {
        (void)!cert_crl_set_add(question->crls, der, plat_span_of(NULL, 0), NULL);
        return;
    }
    if (cert_set_add(question->sets[role], der, &cert) == ERROR_SUCCESS && question->leaf == NULL)
        question->leaf = cert;
}

/* What holds of every answer. */
static void look_at(const struct question *question, const struct cert_chain *chain)
{
    uint32_t error = 0;

    fuzz_require(chain->count >= 1 && chain->count <= LIMIT_CHAIN_DEPTH);
    fuzz_require(chain->elements[0].cert == question->leaf);
    for (size_t i = 0; i < chain->count; i++) {
        fuzz_require(chain->elements[i].cert != NULL);
        for (size_t j = 0; j < i; j++)
            fuzz_require(chain->elements[i].cert != chain->elements[j].cert);
        error |= chain->elements[i].error;
    }
    fuzz_require((error & ~chain->error) == 0);
    if (!chain->finished)
        fuzz_require((chain->error & CERT_CHAIN_UNFINISHED) == CERT_CHAIN_UNFINISHED);
    if (chain->error == CERT_TRUST_NO_ERROR) {
        const struct cert *last = chain->elements[chain->count - 1].cert;
        bool anchored = cert_set_find_thumbprint(question->sets[ROLE_ROOT], last->thumbprint) != NULL;
        bool person =
            cert_set_find_thumbprint(question->sets[ROLE_PEOPLE], question->leaf->thumbprint) != NULL;
        fuzz_require(anchored || person);
        fuzz_require(cert_set_find_thumbprint(question->sets[ROLE_DISTRUSTED], question->leaf->thumbprint) ==
                     NULL);
        fuzz_require(question->leaf->not_before <= question->time &&
                     question->time <= question->leaf->not_after);
    }
}

#define SEVERAL 4U

static void ask(const struct question *question)
{
    const struct cert_chain_input input = {.leaf = question->leaf,
                                           .roots = question->sets[ROLE_ROOT],
                                           .intermediates = question->sets[ROLE_INTERMEDIATE],
                                           .peer = question->sets[ROLE_PEER],
                                           .distrusted = question->sets[ROLE_DISTRUSTED],
                                           .people = question->sets[ROLE_PEOPLE],
                                           .crls = question->crls,
                                           .time = question->time,
                                           .usage = question->usage,
                                           .flags = question->flags};
    struct cert_chain chain, several[SEVERAL];

    cert_chain_build(&input, &chain);
    look_at(question, &chain);
    size_t count = cert_chain_build_several(&input, several, SEVERAL);
    fuzz_require(count >= 1 && count <= SEVERAL);
    fuzz_require(several[0].error == chain.error && several[0].info == chain.info &&
                 several[0].count == chain.count);
    for (size_t i = 0; i < count; i++)
        look_at(question, &several[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct question question;

    if (size < HEAD_SIZE || size > LIMIT_CERT_SIZE)
        return 0;
    open_question(&question, data);
    for (size_t at = HEAD_SIZE; at + RECORD_HEAD <= size;) {
        size_t length = (size_t)data[at + 1] << 8 | data[at + 2];
        size_t left = size - at - RECORD_HEAD;

        take(&question, data[at] % ROLE_COUNT,
             plat_span_of(data + at + RECORD_HEAD, length < left ? length : left));
        at += RECORD_HEAD + (length < left ? length : left);
    }
    if (question.leaf != NULL)
        ask(&question);
    close_question(&question);
    return 0;
}

/* ---- seeds ---- */

#define NAME(text) "30{31{30{06{@2.5.4.3} 0c{'" text "'}}}}"
#define ECDSA "30{06{@1.2.840.10045.4.3.2}}"
#define SIGNATURE ECDSA " 03{00 30{02{01} 02{01}}}"
#define KEY(byte) "30{30{06{@1.2.840.10045.2.1} 06{@1.2.840.10045.3.1.7}} 03{00 04 *64(" byte ")}}"
#define VALID "30{17{'200101000000Z'} 17{'400101000000Z'}}"
#define EXTENSION(oid, value) "30{06{@" oid "} 04{" value "}}"
#define CRITICAL(oid, value) "30{06{@" oid "} 01{ff} 04{" value "}}"
#define CERTIFICATE(serial, issuer, subject, key, extensions)                                                \
    "30{30{a0{02{02}} 02{" serial "} " ECDSA NAME(issuer)                                                    \
    VALID NAME(subject) KEY(key) "a3{30{" extensions "}}}" SIGNATURE "}"
#define CA_BITS CRITICAL("2.5.29.19", "30{01{ff}}") EXTENSION("2.5.29.15", "03{01 06}")
#define POLICIES EXTENSION("2.5.29.32", "30{30{06{@1.2.3}}30{06{@2.5.29.32.0}}}")
#define CONSTRAINTS                                                                                          \
    CRITICAL("2.5.29.30", "30{a0{30{82{'example'}}30{81{'example'}}30{87{7f 00 00 00 ff 00 00 "              \
                          "00}}30{86{'.example'}}30{a4{" NAME("Alice") "}}}}")
#define NAMES                                                                                                \
    EXTENSION(                                                                                               \
        "2.5.29.17",                                                                                         \
        "30{82{'a.example'} 81{'a@example'} 87{7f 00 00 01} 86{'http://a.example/'} a4{" NAME("Alice") "}}")
#define DISTRIBUTION EXTENSION("2.5.29.31", "30{30{a0{a0{86{'http://crl.example/1'}}}}}")

static const char root[] =
    CERTIFICATE("01", "Root", "Root", "01", CA_BITS EXTENSION("2.5.29.14", "04{*20(01)}"));
static const char middle[] =
    CERTIFICATE("02", "Root", "Middle", "02",
                CA_BITS EXTENSION("2.5.29.14", "04{*20(02)}") EXTENSION("2.5.29.35", "30{80{*20(01)}}")
                    POLICIES CONSTRAINTS EXTENSION("2.5.29.33", "30{30{06{@1.2.3}06{@1.2.4}}}")
                        EXTENSION("2.5.29.36", "30{80{00}81{01}}") EXTENSION("2.5.29.54", "02{01}"));
static const char crossed[] = CERTIFICATE("03", "Middle", "Root", "01", CA_BITS);
static const char leaf[] =
    CERTIFICATE("04", "Middle", "Alice", "03",
                EXTENSION("2.5.29.35", "30{80{*20(02)}}") EXTENSION("2.5.29.37", "30{06{@1.3.6.1.5.5.7.3.2}}")
                    POLICIES NAMES DISTRIBUTION);
static const char crl[] = "30{30{02{01} " ECDSA NAME(
    "Middle") "17{'250101000000Z'}17{'350101000000Z'}"
              "30{30{02{04}17{'250101000000Z'}30{" EXTENSION(
                  "2.5.29.21", "0a{01}") "}}}"
                                         "a0{30{" EXTENSION("2.5.29.20", "02{07}") CRITICAL(
                                             "2.5.29.28",
                                             "30{a0{a0{86{'http://crl.example/1'}}}}") "}}}" SIGNATURE "}";

struct part {
    enum role role;
    const char *text;
};

static void append_part(struct plat_buffer *seed, const struct part *part)
{
    struct plat_buffer der;

    plat_buffer_init(&der, LIMIT_CERT_SIZE);
    fuzz_require(der_text(part->text, &der));
    plat_buffer_append_u8(seed, (uint8_t)part->role);
    plat_buffer_append_u8(seed, (uint8_t)(der.size >> 8));
    plat_buffer_append_u8(seed, (uint8_t)der.size);
    plat_buffer_append(seed, der.data, der.size);
    plat_buffer_free(&der);
}

bool fuzz_seed(unsigned number, struct plat_buffer *seed)
{
    static const struct part parts[] = {
        {ROLE_PEER, leaf}, {ROLE_ROOT, root},   {ROLE_INTERMEDIATE, middle}, {ROLE_INTERMEDIATE, crossed},
        {ROLE_CRL, crl},   {ROLE_PEOPLE, leaf}, {ROLE_DISTRUSTED, middle}};
    static const uint8_t heads[][HEAD_SIZE] = {
        {0x69, 0, 0, 0, 0, 0, 0, 0, 0, 0},    /* as Windows does by default */
        {0x69, 0, 0, 0, 0x20, 0, 0, 3, 1, 0}, /* revocation, SHA-1 weak, time nesting, client */
        {0x7f, 0, 0, 0, 0x40, 0, 0, 4, 2, 0}, /* later, revocation where known, server */
    };
    const unsigned most = sizeof parts / sizeof parts[0];

    if (number >= sizeof heads / sizeof heads[0] * most)
        return false;
    plat_buffer_append(seed, heads[number / most], HEAD_SIZE);
    for (unsigned i = 0; i <= number % most; i++)
        append_part(seed, &parts[i]);
    return true;
}
