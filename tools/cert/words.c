/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates, lists and keys in words and in JSON. */
#include "cert/certtool.h"

#include "certstore/describe.h"

#include <string.h>

const char *certtool_name(struct plat_span name, struct plat_buffer *buffer)
{
    plat_buffer_clear(buffer);
    cert_name_text(name, buffer);
    const char *text = plat_buffer_text(buffer);
    return text != NULL ? text : "(name too long)";
}

/* As it stands in the certificate, for programs. */
static const char *raw_short_name(struct plat_span name, struct plat_buffer *buffer)
{
    plat_buffer_clear(buffer);
    if (cert_name_common_name(name, buffer) && buffer->size > 0 &&
        memchr(buffer->data, 0, buffer->size) == NULL) {
        const char *text = plat_buffer_text(buffer);
        return text != NULL ? text : "(name too long)";
    }
    return certtool_name(name, buffer);
}

const char *certtool_short_name(struct plat_span name, struct plat_buffer *buffer)
{
    const char *text = raw_short_name(name, buffer);
    for (size_t i = 0; i < buffer->size; i++) {
        bool steers = buffer->data[i] < ' ' || buffer->data[i] == 127; /* line ends would make up lines */
        buffer->data[i] = steers ? '?' : buffer->data[i];
    }
    return text;
}

const char *certtool_time(int64_t time, struct plat_buffer *buffer)
{
    plat_buffer_clear(buffer);
    cert_time_text(time, buffer);
    const char *text = plat_buffer_text(buffer);
    return text != NULL ? text : "";
}

const char *certtool_key_state(const struct reg_db *db, const struct cert *cert)
{
    switch (cert_key_look(db, cert)) {
    case ERROR_SUCCESS:
        return "yes";
    case NTE_NO_KEY:
        return "none";
    case ERROR_ACCESS_DENIED:
        return "refused";
    default:
        return "damaged";
    }
}

const char *certtool_key_words(const struct reg_db *db, const struct cert *cert)
{
    switch (cert_key_look(db, cert)) {
    case ERROR_SUCCESS:
        return "has its key";
    case NTE_NO_KEY:
        return "NO KEY: add the certificate again with --key FILE";
    case ERROR_ACCESS_DENIED:
        return "KEY REFUSED: its file or the directory of keys may be used by others, or is not yours (modes "
               "0600, 0700)";
    case NTE_BAD_KEY:
        return "KEY DAMAGED: its file holds no key, or another one; add the certificate again with --key "
               "FILE";
    default:
        return "KEY CANNOT BE READ";
    }
}

/* ---- JSON ---- */

void certtool_json_span(struct json *json, const char *name, struct plat_span bytes, char separator)
{
    struct plat_buffer text;
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    cert_hex_append(&text, bytes, separator);
    json_text(json, name, bytes.size > 0 ? plat_buffer_text(&text) : NULL);
    plat_buffer_free(&text);
}

static void json_name(struct json *json, const char *member, const char *short_member, struct plat_span name)
{
    struct plat_buffer text;
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    json_text(json, member, certtool_name(name, &text));
    if (short_member != NULL) {
        json_text(json, short_member, raw_short_name(name, &text));
    }
    plat_buffer_free(&text);
}

void certtool_json_cert(struct json *json, const struct reg_db *db, const char *store,
                        const struct cert_set *set, const struct cert *cert)
{
    char thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
    struct plat_buffer text;
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    cert_thumbprint_text(cert->thumbprint, thumbprint);
    json_text(json, "thumbprint", thumbprint);
    json_name(json, "subject", "name", cert->subject);
    json_name(json, "issuer", "issuer_name", cert->issuer);
    certtool_json_span(json, "serial", cert_serial_number(cert), ':');
    json_time(json, "not_before", cert->not_before);
    json_time(json, "not_after", cert->not_after);
    cert_key_text(cert, &text);
    json_text(json, "key", plat_buffer_text(&text));
    certtool_json_span(json, "key_id", cert->subject_key_id, 0);
    plat_buffer_clear(&text);
    bool named = set != NULL && cert_property_friendly_name(cert_set_properties(set, cert), &text);
    json_text(json, "friendly_name", named ? plat_buffer_text(&text) : NULL);
    if (db != NULL && store != NULL && strcmp(store, "MY") == 0) {
        json_text(json, "private_key", certtool_key_state(db, cert));
    }
    plat_buffer_free(&text);
}

void certtool_json_crl(struct json *json, const struct cert_crl *crl)
{
    char thumbprint[CERT_THUMBPRINT_TEXT_SIZE];
    struct cert_crl_entry entry = {0};
    size_t at = 0, entries = 0;
    while (cert_crl_next(crl, &at, &entry)) {
        entries++;
    }
    cert_thumbprint_text(crl->thumbprint, thumbprint);
    json_text(json, "thumbprint", thumbprint);
    json_name(json, "issuer", "issuer_name", crl->issuer);
    json_time(json, "this_update", crl->this_update);
    if (crl->has_next_update) {
        json_time(json, "next_update", crl->next_update);
    } else {
        json_null(json, "next_update");
    }
    certtool_json_span(json, "number", crl->number, 0);
    json_bool(json, "delta", crl->is_delta);
    json_number(json, "entries", entries);
}
