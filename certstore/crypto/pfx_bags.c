/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AuthenticatedSafe, SafeContents and SafeBags (RFC 7292 sections 4.1 and 4.2): certificates and keys out of
 * them.
 */
#include "crypto/cipher.h"
#include "crypto/pfx_ber.h"
#include "crypto/pfx_private.h"
#include "der/der.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

struct reading {
    struct pbe_job *job;
    struct cert_pfx *pfx;
    size_t bags; /* seen, of every kind */
};

/* Views into a bag. */
struct attributes {
    struct plat_span name; /* BMPString content; size 0 = none */
    struct plat_span id;
};

/*
 * bagAttributes: SET OF SEQUENCE { OID, SET OF value }; only the first value counts, unknown ones are
 * skipped
 */
static bool read_attributes(struct der_reader *bag, struct attributes *attributes)
{
    *attributes = (struct attributes){0};
    if (der_at_end(bag)) {
        return !der_failed(bag);
    }
    struct der_reader set = der_enter(bag, DER_SET);
    while (!der_at_end(&set)) {
        struct der_reader attribute = der_enter(&set, DER_SEQUENCE);
        struct plat_span oid = der_read_oid(&attribute, DER_OID);
        struct der_reader values = der_enter(&attribute, DER_SET);
        if (plat_span_equal(oid, pfx_oid_friendly_name) && der_next_is(&values, DER_BMP_STRING)) {
            attributes->name = der_read_tag(&values, DER_BMP_STRING);
        } else if (plat_span_equal(oid, pfx_oid_local_key_id) && der_next_is(&values, DER_OCTET_STRING)) {
            attributes->id = der_read_tag(&values, DER_OCTET_STRING);
        }
        if (!der_finish(&attribute)) {
            return false;
        }
    }
    return der_finish(&set) && der_finish(bag);
}

/* UTF-8, up to a U+0000; NULL in *name when there is no name worth having. */
static win_error copy_name(struct plat_span wide, char **name)
{
    struct plat_buffer swapped, text;
    *name = NULL;
    if (wide.size == 0 || wide.size > LIMIT_PFX_NAME) {
        return ERROR_SUCCESS;
    }
    plat_buffer_init(&swapped, LIMIT_PFX_NAME);
    plat_buffer_init(&text, 2 * LIMIT_PFX_NAME);
    for (size_t i = 0; i + 1 < wide.size && (wide.data[i] != 0 || wide.data[i + 1] != 0); i += 2) {
        plat_buffer_append_u8(&swapped, wide.data[i + 1]);
        plat_buffer_append_u8(&swapped, wide.data[i]);
    }
    plat_utf8_append_utf16le(&text, plat_span_of(swapped.data, swapped.size));
    const char *utf8 = plat_buffer_text(&text);
    win_error error =
        swapped.failed != ERROR_SUCCESS || utf8 == NULL ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS;
    if (error == ERROR_SUCCESS && text.size != 0) {
        *name = plat_strdup(utf8);
        error = *name == NULL ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS;
    }
    plat_buffer_free(&swapped);
    plat_buffer_free(&text);
    return error;
}

static win_error copy_id(struct plat_span id, uint8_t **copy, size_t *size)
{
    *copy = id.size == 0 ? NULL : plat_memdup(id.data, id.size);
    *size = id.size;
    return id.size != 0 && *copy == NULL ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS;
}

/* Room for one more of `count` items, which come in doubling blocks. NULL: no memory. */
static void *grow(void *items, size_t count, size_t item_size)
{
    return count != 0 && (count & (count - 1)) != 0
               ? items
               : plat_realloc(items, (count == 0 ? 1 : 2 * count) * item_size);
}

/* CertBag ::= SEQUENCE { certId OID, [0] OCTET STRING } */
static win_error add_cert(struct reading *reading, struct plat_span value, const struct attributes *attributes)
{
    struct cert_pfx *pfx = reading->pfx;
    struct der_reader outer = der_reader_of(value);
    struct der_reader bag = der_enter(&outer, DER_SEQUENCE);
    struct plat_span type = der_read_oid(&bag, DER_OID);
    struct der_reader content = der_enter(&bag, DER_CONTEXT_CONSTRUCTED(0));
    if (der_finish(&outer) && !der_failed(&bag) && !plat_span_equal(type, pfx_oid_x509_certificate)) {
        return ERROR_SUCCESS; /* an SDSI certificate */
    }
    struct plat_span der = der_read_tag(&content, DER_OCTET_STRING);
    if (!der_finish(&content) || !der_finish(&bag) || !der_finish(&outer)) {
        return ERROR_INVALID_DATA;
    }
    struct pfx_cert *certs = grow(pfx->certs, pfx->cert_count, sizeof *certs);
    if (certs == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    pfx->certs = certs;
    struct pfx_cert *made = &certs[pfx->cert_count++];
    *made = (struct pfx_cert){.der = plat_memdup(der.data, der.size)};
    if (made->der == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    if (cert_parse(plat_span_of(made->der, der.size), &made->cert) != ERROR_SUCCESS) {
        pbe_say(reading->job, "a certificate in it is damaged");
        return ERROR_INVALID_DATA;
    }
    win_error error = copy_name(attributes->name, &made->name);
    return error == ERROR_SUCCESS ? copy_id(attributes->id, &made->id, &made->id_size) : error;
}

static win_error key_trouble(struct reading *reading, win_error error, const char *why)
{
    struct pbe_job *job = reading->job;
    if (error == NTE_BAD_KEY && job->message != NULL && job->message->size == 0) {
        plat_buffer_printf(job->message, "a private key in it cannot be used: %s", why);
    } else if (error == ERROR_INVALID_PASSWORD) {
        pbe_say(job, "a private key in it has another password than the file, or is damaged");
    }
    return error;
}

static win_error add_key(struct reading *reading, bool shrouded, struct plat_span value,
                         const struct attributes *attributes)
{
    struct cert_pfx *pfx = reading->pfx;
    const char *why = "it is neither RSA of up to 4096 bits nor EC on P-256, P-384 or P-521";
    struct pfx_key made = {0};
    win_error error = shrouded ? cert_key_of_encrypted(reading->job, value, &made.key, &why)
                               : cert_key_of_der(value, &made.key, &why);
    if (error == ERROR_SUCCESS && !cert_key_is_sound(made.key)) {
        why = "its parts do not belong together";
        error = NTE_BAD_KEY;
    }
    if (error == ERROR_SUCCESS) {
        error = copy_id(attributes->id, &made.id, &made.id_size);
    }
    struct pfx_key *keys = error == ERROR_SUCCESS ? grow(pfx->keys, pfx->key_count, sizeof *keys) : NULL;
    if (keys == NULL) {
        cert_key_free(made.key);
        plat_free(made.id);
        return error == ERROR_SUCCESS ? ERROR_NOT_ENOUGH_MEMORY : key_trouble(reading, error, why);
    }
    if (made.key->kind != CERT_KEY_RSA) {
        made.point_size = cert_key_ec_point(made.key, made.point);
    }
    pfx->keys = keys;
    pfx->keys[pfx->key_count++] = made;
    return ERROR_SUCCESS;
}

static win_error read_bags(struct reading *reading, struct plat_span contents, unsigned depth);

/* SafeBag ::= SEQUENCE { bagId OID, [0] bagValue, bagAttributes OPTIONAL } */
static win_error read_bag(struct reading *reading, struct der_reader *bags, unsigned depth)
{
    struct attributes attributes;
    struct der_item value = {0};
    struct der_reader bag = der_enter(bags, DER_SEQUENCE);
    struct plat_span id = der_read_oid(&bag, DER_OID);
    struct der_reader content = der_enter(&bag, DER_CONTEXT_CONSTRUCTED(0));
    (void)der_read(&content, &value);
    if (++reading->bags > LIMIT_PFX_BAGS) {
        pbe_say(reading->job, "it holds too many certificates and keys");
        return ERROR_INVALID_DATA;
    }
    if (!der_finish(&content) || !read_attributes(&bag, &attributes)) {
        return ERROR_INVALID_DATA;
    }
    if (plat_span_equal(id, pfx_oid_cert_bag)) {
        return add_cert(reading, value.whole, &attributes);
    }
    if (plat_span_equal(id, pfx_oid_shrouded_key_bag)) {
        return add_key(reading, true, value.whole, &attributes);
    }
    if (plat_span_equal(id, pfx_oid_key_bag)) {
        return add_key(reading, false, value.whole, &attributes);
    }
    if (plat_span_equal(id, pfx_oid_safe_contents_bag)) {
        return read_bags(reading, value.whole, depth + 1);
    }
    return ERROR_SUCCESS; /* CRLs, secrets, and what else there may be */
}

/* SafeContents ::= SEQUENCE OF SafeBag, in DER */
static win_error read_bags(struct reading *reading, struct plat_span contents, unsigned depth)
{
    struct der_reader outer = der_reader_of(contents);
    struct der_reader bags = der_enter(&outer, DER_SEQUENCE);
    win_error error = depth < LIMIT_PFX_DEPTH && der_finish(&outer) ? ERROR_SUCCESS : ERROR_INVALID_DATA;
    while (error == ERROR_SUCCESS && !der_at_end(&bags)) {
        error = read_bag(reading, &bags, depth);
    }
    return error == ERROR_SUCCESS && !der_finish(&bags) ? ERROR_INVALID_DATA : error;
}

static win_error read_contents(struct reading *reading, struct plat_span ber)
{
    struct plat_buffer der;
    win_error error = pfx_ber_to_der(ber, &der);
    if (error == ERROR_SUCCESS) {
        error = read_bags(reading, plat_span_of(der.data, der.size), 0);
    }
    cert_secret_free(&der);
    return error;
}

/* [0] IMPLICIT OCTET STRING; in BER it comes in pieces too, which the conversion cannot know for strings. */
static bool append_encrypted(struct der_reader *info, struct plat_buffer *data)
{
    if (der_next_is(info, DER_CONTEXT(0))) {
        struct plat_span whole = der_read_tag(info, DER_CONTEXT(0));
        plat_buffer_append(data, whole.data, whole.size);
        return true;
    }
    struct der_reader pieces = der_enter(info, DER_CONTEXT_CONSTRUCTED(0));
    while (!der_at_end(&pieces)) {
        struct plat_span piece = der_read_tag(&pieces, DER_OCTET_STRING);
        plat_buffer_append(data, piece.data, piece.size);
    }
    return der_finish(&pieces);
}

/*
 * EncryptedData ::= SEQUENCE { version 0, SEQUENCE { contentType, algorithm, [0] IMPLICIT OCTET STRING } }
 */
static win_error read_encrypted(struct reading *reading, struct der_reader *content)
{
    struct plat_buffer data;
    struct der_reader outer = der_enter(content, DER_SEQUENCE);
    uint32_t version = der_read_u32(&outer, DER_INTEGER);
    struct der_reader info = der_enter(&outer, DER_SEQUENCE);
    struct plat_span type = der_read_oid(&info, DER_OID);
    struct plat_span algorithm = der_read_whole(&info, DER_SEQUENCE);
    if (version != 0 || der_failed(&info) || !plat_span_equal(type, pfx_oid_data)) {
        return ERROR_INVALID_DATA;
    }
    win_error error = cert_secret_init(&data, plat_reader_left(&info.bytes) + CIPHER_BLOCK_MOST);
    if (error == ERROR_SUCCESS &&
        (!append_encrypted(&info, &data) || !der_finish(&info) || !der_finish(&outer))) {
        error = ERROR_INVALID_DATA;
    }
    if (error == ERROR_SUCCESS) {
        error = pbe_decrypt(reading->job, algorithm, &data);
    }
    if (error == ERROR_INVALID_PASSWORD) {
        pbe_say(reading->job, "a part of it has another password than the file, or is damaged");
    }
    if (error == ERROR_SUCCESS) {
        error = read_contents(reading, plat_span_of(data.data, data.size));
    }
    cert_secret_free(&data);
    return error;
}

static win_error read_content_info(struct reading *reading, struct der_reader *safe)
{
    struct der_reader info = der_enter(safe, DER_SEQUENCE);
    struct plat_span type = der_read_oid(&info, DER_OID);
    struct der_reader content = der_enter(&info, DER_CONTEXT_CONSTRUCTED(0));
    if (!der_finish(&info)) {
        return ERROR_INVALID_DATA;
    }
    if (plat_span_equal(type, pfx_oid_data)) {
        struct plat_span octets = der_read_tag(&content, DER_OCTET_STRING);
        return der_finish(&content) ? read_contents(reading, octets) : ERROR_INVALID_DATA;
    }
    if (plat_span_equal(type, pfx_oid_encrypted_data)) {
        return read_encrypted(reading, &content);
    }
    if (plat_span_equal(type, pfx_oid_enveloped_data)) {
        pbe_say(reading->job,
                "it is encrypted for somebody's public key, not with a password: that is not supported");
    }
    return ERROR_INVALID_DATA;
}

static bool belongs(const struct pfx_key *key, const struct cert *cert)
{
    if (key->key->kind != cert->key_kind) {
        return false;
    }
    return key->key->kind == CERT_KEY_RSA
               ? plat_span_equal(key->key->modulus, cert->rsa_modulus)
               : plat_span_equal(plat_span_of(key->point, key->point_size), cert->ec_point);
}

/* The key of the same localKeyId when it is the one, else any that is. */
static const struct cert_key *key_of(const struct cert_pfx *pfx, const struct pfx_cert *cert)
{
    const struct cert_key *found = NULL;
    for (size_t i = 0; i < pfx->key_count; i++) {
        const struct pfx_key *key = &pfx->keys[i];
        bool same_id = key->id_size != 0 && plat_span_equal(plat_span_of(key->id, key->id_size),
                                                            plat_span_of(cert->id, cert->id_size));
        if ((found == NULL || same_id) && belongs(key, &cert->cert)) {
            found = key->key;
            if (same_id) {
                break;
            }
        }
    }
    return found;
}

win_error pfx_read_safe(struct pbe_job *job, struct plat_span safe, struct cert_pfx *pfx)
{
    struct reading reading = {job, pfx, 0};
    struct plat_buffer der;
    win_error error = pfx_ber_to_der(safe, &der);
    struct der_reader outer = der_reader_of(plat_span_of(der.data, der.size));
    struct der_reader infos = der_enter(&outer, DER_SEQUENCE);
    while (error == ERROR_SUCCESS && !der_at_end(&infos)) {
        error = read_content_info(&reading, &infos);
    }
    if (error == ERROR_SUCCESS && (!der_finish(&infos) || !der_finish(&outer))) {
        error = ERROR_INVALID_DATA;
    }
    cert_secret_free(&der);
    for (size_t i = 0; error == ERROR_SUCCESS && i < pfx->cert_count; i++) {
        pfx->certs[i].key = key_of(pfx, &pfx->certs[i]);
    }
    return error;
}
