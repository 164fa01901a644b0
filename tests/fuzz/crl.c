/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate revocation list in DER. One that is read can be described and walked, and the set that keeps it finds every entry that the walk finds.
 */
#include "fuzz/fuzz.h"

#include "certstore/crl.h"

#include "support/der_text.h"

#include <string.h>

#define DESCRIBED 20U
#define LOOKED_UP 200U

static bool inside(struct plat_span part, struct plat_span whole)
{
    return part.size == 0 || (part.data >= whole.data && part.data + part.size <= whole.data + whole.size);
}

static void walk(const struct cert_crl_set *set, const struct cert_crl *crl)
{
    struct cert_crl_entry entry = {0}, found;
    size_t at = 0, count = 0, before;

    for (before = at; cert_crl_next(crl, &at, &entry); before = at) {
        fuzz_require(at > before);
        fuzz_require(inside(entry.serial, crl->der) && entry.serial.size > 0);
        if (count++ < LOOKED_UP) {
            struct plat_span issuer = entry.issuer.size > 0 ? entry.issuer : crl->issuer;

            fuzz_require(cert_crl_set_lookup(set, crl, issuer, entry.serial, &found));
            fuzz_require(inside(found.serial, crl->der));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct plat_span input = plat_span_of(data, size);
    const struct cert_crl *kept = NULL;
    struct cert_crl_set *set;
    struct plat_buffer text;
    struct cert_crl crl;

    if (size > LIMIT_CERT_SIZE || cert_crl_parse(input, &crl) != ERROR_SUCCESS)
        return 0;
    fuzz_require(plat_span_equal(crl.der, input));
    fuzz_require(inside(crl.issuer, input) && inside(crl.entries, input) && inside(crl.signature, input));
    plat_buffer_init(&text, 16 * LIMIT_CERT_SIZE);
    cert_crl_describe(&crl, DESCRIBED, &text);
    plat_buffer_free(&text);
    fuzz_require(cert_crl_set_create(&set) == ERROR_SUCCESS);
    if (cert_crl_set_add(set, input, plat_span_of(NULL, 0), &kept) == ERROR_SUCCESS) {
        fuzz_require(kept != NULL && plat_span_equal(kept->der, input));
        fuzz_require(cert_crl_set_find_thumbprint(set, crl.thumbprint) == kept);
        fuzz_require(cert_crl_set_next_issuer(set, crl.issuer, NULL) == kept);
        walk(set, kept);
    }
    cert_crl_set_free(set);
    return 0;
}

#define NAME(text) "30{31{30{06{@2.5.4.3} 0c{'" text "'}}}}"
#define ECDSA "30{06{@1.2.840.10045.4.3.2}}"
#define SIGNATURE ECDSA " 03{00 30{02{01} 02{01}}}"
#define TIMES "17{'250101000000Z'}17{'350101000000Z'}"
#define EXTENSION(oid, value) "30{06{@" oid "} 04{" value "}}"
#define CRITICAL(oid, value) "30{06{@" oid "} 01{ff} 04{" value "}}"
#define ENTRY(serial, extensions) "30{02{" serial "}17{'250101000000Z'}" extensions "}"
#define REASON "30{" EXTENSION("2.5.29.21", "0a{06}") "}"
#define ISSUER(name) "30{" CRITICAL("2.5.29.29", "30{a4{" NAME(name) "}}") "}"
#define LIST(entries, extensions)                                                                            \
    "30{30{02{01} " ECDSA NAME("Issuer") TIMES entries "a0{30{" extensions "}}}" SIGNATURE "}"

bool fuzz_seed(unsigned number, struct plat_buffer *seed)
{
    static const char *const lists[] = {
        "30{30{" ECDSA NAME("Issuer") "17{'250101000000Z'}}" SIGNATURE "}",
        LIST("30{" ENTRY("01", REASON) ENTRY("00 80", "") ENTRY("02", "") "}",
             EXTENSION("2.5.29.20", "02{07}") EXTENSION("2.5.29.35", "30{80{*20(02)}}")),
        LIST("30{" ENTRY("05", "") ENTRY("06", ISSUER("Other")) ENTRY("05", "")
                 ENTRY("05", ISSUER("Third")) "}",
             EXTENSION("2.5.29.20", "02{08}")
                 CRITICAL("2.5.29.28", "30{a0{a0{86{'http://a.example/'}}}83{01 60}84{ff}}")),
        LIST("", CRITICAL("2.5.29.27", "02{01}") EXTENSION("2.5.29.20", "02{02}")
                     EXTENSION("2.5.29.46", "30{30{a0{a0{86{'http://b.example/'}}}}}")),
    };

    return number < sizeof lists / sizeof lists[0] && der_text(lists[number], seed);
}
