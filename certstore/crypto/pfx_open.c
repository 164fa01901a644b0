/* SPDX-License-Identifier: Apache-2.0 */
/* The outside of a PKCS #12 file (RFC 7292 section 4): its MAC first, then what it protects. */
#include "certstore/crypto.h"
#include "crypto/kdf.h"
#include "crypto/pfx_ber.h"
#include "crypto/pfx_private.h"
#include "der/der.h"
#include "platform/memory.h"

#include <string.h>

bool cert_pfx_present(struct plat_span file)
{
    /* PFX ::= SEQUENCE { version 3, authSafe SEQUENCE { contentType data or signedData */
    static const uint8_t version[] = {DER_INTEGER, 1, 3};
    struct plat_reader r = plat_reader_of(file);
    for (unsigned level = 0; level < 2; level++) {
        if (plat_read_u8(&r) != DER_SEQUENCE) {
            return false;
        }
        uint8_t length = plat_read_u8(&r);
        (void)plat_read_span(&r, length > 0x80U ? length & 0x7fU : 0);
        if (level == 0 &&
            !plat_span_equal(plat_read_span(&r, sizeof version), plat_span_of(version, sizeof version))) {
            return false;
        }
    }
    bool is_oid = plat_read_u8(&r) == DER_OID && plat_read_u8(&r) == pfx_oid_data.size;
    struct plat_span oid = plat_read_span(&r, pfx_oid_data.size);
    return is_oid && (plat_span_equal(oid, pfx_oid_data) || plat_span_equal(oid, pfx_oid_signed_data));
}

struct outside {
    struct plat_span safe;                    /* what the MAC is over */
    struct plat_span algorithm, digest, salt; /* of the MAC */
    uint32_t rounds;
};

/* MacData ::= SEQUENCE { DigestInfo { algorithm, digest }, macSalt OCTET STRING, iterations DEFAULT 1 } */
static bool read_mac(struct der_reader *r, struct outside *outside)
{
    struct der_reader mac = der_enter(r, DER_SEQUENCE);
    struct der_reader info = der_enter(&mac, DER_SEQUENCE);
    outside->algorithm = der_read_whole(&info, DER_SEQUENCE);
    outside->digest = der_read_tag(&info, DER_OCTET_STRING);
    outside->salt = der_read_tag(&mac, DER_OCTET_STRING);
    outside->rounds = der_at_end(&mac) ? 1 : der_read_u32(&mac, DER_INTEGER);
    return der_finish(&info) && der_finish(&mac) && !der_failed(r);
}

static win_error read_outside(struct pbe_job *job, struct plat_span der, struct outside *outside)
{
    struct der_reader outer = der_reader_of(der);
    struct der_reader inside = der_enter(&outer, DER_SEQUENCE);
    bool bad = der_read_u32(&inside, DER_INTEGER) != 3;
    struct der_reader content_info = der_enter(&inside, DER_SEQUENCE);
    struct plat_span type = der_read_oid(&content_info, DER_OID);
    if (!bad && plat_span_equal(type, pfx_oid_signed_data)) {
        pbe_say(job, "it is protected by a signature, not by a password: that is not supported");
        return ERROR_INVALID_DATA;
    }
    struct der_reader content = der_enter(&content_info, DER_CONTEXT_CONSTRUCTED(0));
    outside->safe = der_read_tag(&content, DER_OCTET_STRING);
    if (bad || !plat_span_equal(type, pfx_oid_data) || !der_finish(&content) || !der_finish(&content_info)) {
        return ERROR_INVALID_DATA;
    }
    if (der_finish(&inside)) {
        pbe_say(job, "it has no MAC: nothing tells whether it was changed");
        return ERROR_INVALID_DATA;
    }
    return read_mac(&inside, outside) && der_finish(&inside) && der_finish(&outer) ? ERROR_SUCCESS
                                                                                   : ERROR_INVALID_DATA;
}

void pfx_mac(const br_hash_class *hash, const struct pbe_password *password, struct plat_span salt,
             uint32_t rounds, struct plat_span content, uint8_t mac[KDF_HASH_MOST])
{
    br_hmac_key_context keyed;
    br_hmac_context context;
    uint8_t key[KDF_HASH_MOST];
    size_t size = kdf_hash_size(hash);
    kdf_pkcs12(hash, KDF_MAC, plat_span_of(password->wide, password->wide_size), salt, rounds, key, size);
    br_hmac_key_init(&keyed, hash, key, size);
    br_hmac_init(&context, &keyed, 0);
    br_hmac_update(&context, content.data, content.size);
    br_hmac_out(&context, mac);
    plat_wipe(key, sizeof key);
    plat_wipe(&keyed, sizeof keyed);
    plat_wipe(&context, sizeof context);
}

static win_error check_mac(struct pbe_job *job, const struct outside *outside)
{
    win_error error = ERROR_SUCCESS;
    uint8_t mac[KDF_HASH_MOST];
    const br_hash_class *hash = pbe_digest(job, outside->algorithm, &error);
    if (hash == NULL) {
        return error;
    }
    if (outside->digest.size != kdf_hash_size(hash)) {
        return ERROR_INVALID_DATA;
    }
    if (outside->salt.size > LIMIT_PBE_SALT) {
        pbe_say(job, "its salt is too long");
        return NTE_NOT_SUPPORTED;
    }
    error = pbe_spend(job, outside->rounds, 1);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    pfx_mac(hash, job->password, outside->salt, outside->rounds, outside->safe, mac);
    bool good = cert_constant_time_equal(mac, outside->digest.data, outside->digest.size);
    plat_wipe(mac, sizeof mac);
    return good ? ERROR_SUCCESS : ERROR_INVALID_PASSWORD;
}

/* The form of the password with which the MAC agrees is the one of the whole file. */
static win_error unlock(struct pbe_job *job, struct pbe_password *password, const char *text,
                        const struct outside *outside)
{
    enum pbe_form form = PBE_FORM_TEXT, other = pbe_other_form(text);
    win_error error = pbe_password_set(password, text, form);
    if (error == ERROR_SUCCESS) {
        error = check_mac(job, outside);
    }
    if (error == ERROR_INVALID_PASSWORD && other != form &&
        pbe_password_set(password, text, other) == ERROR_SUCCESS) {
        error = check_mac(job, outside);
    }
    if (error == ERROR_INVALID_PASSWORD) {
        pbe_say(job, text == NULL ? "a password is needed"
                                  : "the password is not this file's, or the file is damaged");
    }
    return error;
}

static win_error open_der(struct plat_span der, const char *text, struct cert_pfx *pfx,
                          struct plat_buffer *message)
{
    struct pbe_password password;
    struct pbe_job job = {&password, LIMIT_PBE_ROUNDS_FILE, message};
    struct outside outside;
    win_error error = read_outside(&job, der, &outside);
    if (error == ERROR_SUCCESS) {
        error = unlock(&job, &password, text, &outside);
    }
    if (error == ERROR_SUCCESS) {
        error = pfx_read_safe(&job, outside.safe, pfx);
    }
    plat_wipe(&password, sizeof password);
    return error;
}

win_error cert_pfx_open(struct plat_span file, const char *password, struct cert_pfx **pfx,
                        struct plat_buffer *message)
{
    struct plat_buffer der;
    struct cert_pfx *made;
    *pfx = NULL;
    if (file.size > LIMIT_CERT_FILE) {
        return ERROR_INVALID_DATA;
    }
    made = plat_calloc(1, sizeof *made);
    if (made == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    win_error error = pfx_ber_to_der(file, &der); /* secret: a key bag may lie in it unencrypted */
    if (error == ERROR_SUCCESS) {
        error = open_der(plat_span_of(der.data, der.size), password, made, message);
    }
    cert_secret_free(&der);
    if (error != ERROR_SUCCESS) {
        cert_pfx_free(made);
        return error;
    }
    *pfx = made;
    return ERROR_SUCCESS;
}
