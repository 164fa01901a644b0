/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CERT_INFO and CRL_INFO out of DER that has been parsed. What they point to besides the DER (arrays, object
 * identifiers as text, integers turned round) lies in one piece of memory; each structure is filled twice, the
 * first time only to measure it.
 */
#include "win32/info.h"

#include "der/der.h"

#include "platform/memory.h"

#include <string.h>

struct arena {
    uint8_t *base; /* NULL: measuring */
    size_t used;
    win_error failed;
};

BYTE *wc_bytes(const uint8_t *bytes)
{
    return (BYTE *)(uintptr_t)bytes;
}

/* NULL while measuring. */
static void *take(struct arena *arena, size_t size, size_t alignment)
{
    size_t at = (arena->used + alignment - 1) / alignment * alignment;

    arena->used = at + size;
    return arena->base && size > 0 ? arena->base + at : NULL;
}

static LPSTR take_oid(struct arena *arena, struct plat_span oid)
{
    struct plat_buffer text;
    char *copy = NULL;

    plat_buffer_init(&text, 4 * oid.size + 64);
    der_oid_text(oid, &text);
    if (plat_buffer_text(&text)) {
        copy = take(arena, text.size + 1, 1);
        if (copy)
            memcpy(copy, plat_buffer_text(&text), text.size + 1);
    } else {
        arena->failed = text.failed;
    }
    plat_buffer_free(&text);
    return copy;
}

/* An INTEGER's content, the least significant byte first. */
static CRYPT_INTEGER_BLOB take_integer(struct arena *arena, struct plat_span content)
{
    uint8_t *turned = take(arena, content.size, 1);

    for (size_t i = 0; turned && i < content.size; i++)
        turned[i] = content.data[content.size - 1 - i];
    return (CRYPT_INTEGER_BLOB){(DWORD)content.size, turned};
}

static CRYPT_DATA_BLOB view(struct plat_span bytes)
{
    return (CRYPT_DATA_BLOB){(DWORD)bytes.size, wc_bytes(bytes.data)};
}

static CRYPT_ALGORITHM_IDENTIFIER take_algorithm(struct arena *arena, struct plat_span whole)
{
    CRYPT_ALGORITHM_IDENTIFIER algorithm = {0};
    struct der_reader outer = der_reader_of(whole);
    struct der_reader inner = der_enter(&outer, DER_SEQUENCE);
    struct der_item parameters = {0};

    algorithm.pszObjId = take_oid(arena, der_read_oid(&inner, DER_OID));
    if (!der_at_end(&inner) && der_read(&inner, &parameters))
        algorithm.Parameters = view(parameters.whole);
    return algorithm;
}

static CRYPT_BIT_BLOB bits(struct der_reader *reader, unsigned tag)
{
    uint8_t unused = 0;
    struct plat_span content = der_read_bit_string(reader, tag, &unused);

    return (CRYPT_BIT_BLOB){(DWORD)content.size, wc_bytes(content.data), unused};
}

/* The extensions in the content of an Extensions SEQUENCE. */
static DWORD take_extensions(struct arena *arena, struct plat_span content, PCERT_EXTENSION *array)
{
    struct der_reader list = der_reader_of(content);
    struct der_item item;
    DWORD count = 0;

    while (!der_at_end(&list) && der_read(&list, &item))
        count++;
    *array = take(arena, count * sizeof **array, sizeof(void *));
    list = der_reader_of(content);
    for (DWORD i = 0; i < count; i++) {
        struct der_reader one = der_enter(&list, DER_SEQUENCE);
        CERT_EXTENSION extension = {0};

        extension.pszObjId = take_oid(arena, der_read_oid(&one, DER_OID));
        if (der_next_is(&one, DER_BOOLEAN))
            extension.fCritical = der_read_boolean(&one);
        extension.Value = view(der_read_tag(&one, DER_OCTET_STRING));
        if (*array)
            (*array)[i] = extension;
    }
    return count;
}

/* What struct cert does not have: unique identifiers, and extensions without a limit. */
static void take_tail(struct arena *arena, const struct cert *cert, CERT_INFO *info)
{
    struct der_reader outer = der_reader_of(cert->tbs);
    struct der_reader tbs = der_enter(&outer, DER_SEQUENCE);
    struct der_item item;

    while (!der_at_end(&tbs)) {
        if (der_next_is(&tbs, DER_CONTEXT(1))) {
            info->IssuerUniqueId = bits(&tbs, DER_CONTEXT(1));
        } else if (der_next_is(&tbs, DER_CONTEXT(2))) {
            info->SubjectUniqueId = bits(&tbs, DER_CONTEXT(2));
        } else if (der_next_is(&tbs, DER_CONTEXT_CONSTRUCTED(3))) {
            struct der_reader wrapped = der_enter(&tbs, DER_CONTEXT_CONSTRUCTED(3));

            info->cExtension =
                take_extensions(arena, der_read_tag(&wrapped, DER_SEQUENCE), &info->rgExtension);
        } else {
            (void)der_read(&tbs, &item);
        }
    }
}

static void fill_cert(struct arena *arena, const struct cert *cert, CERT_INFO *info)
{
    struct der_reader outer = der_reader_of(cert->spki);
    struct der_reader spki = der_enter(&outer, DER_SEQUENCE);

    *info = (CERT_INFO){.dwVersion = cert->version - 1};
    take_tail(arena, cert, info); /* first: arrays are aligned */
    info->SubjectPublicKeyInfo.Algorithm = take_algorithm(arena, der_read_whole(&spki, DER_SEQUENCE));
    info->SubjectPublicKeyInfo.PublicKey = bits(&spki, DER_BIT_STRING);
    info->SerialNumber = take_integer(arena, cert->serial);
    info->SignatureAlgorithm = take_algorithm(arena, cert->signature_algorithm);
    info->Issuer = view(cert->issuer);
    info->NotBefore = wc_file_time(cert->not_before);
    info->NotAfter = wc_file_time(cert->not_after);
    info->Subject = view(cert->subject);
}

static CRL_ENTRY take_entry(struct arena *arena, struct der_reader *list)
{
    struct der_reader one = der_enter(list, DER_SEQUENCE);
    CRL_ENTRY entry = {0};

    entry.SerialNumber = take_integer(arena, der_read_integer(&one, DER_INTEGER));
    entry.RevocationDate = wc_file_time(der_read_time(&one));
    if (!der_at_end(&one))
        entry.cExtension = take_extensions(arena, der_read_tag(&one, DER_SEQUENCE), &entry.rgExtension);
    return entry;
}

static void take_entries(struct arena *arena, struct plat_span content, CRL_INFO *info)
{
    struct der_reader list = der_reader_of(content);
    struct der_item item;

    while (!der_at_end(&list) && der_read(&list, &item))
        info->cCRLEntry++;
    info->rgCRLEntry = take(arena, info->cCRLEntry * sizeof *info->rgCRLEntry, sizeof(void *));
    list = der_reader_of(content);
    for (DWORD i = 0; i < info->cCRLEntry; i++) {
        CRL_ENTRY entry = take_entry(arena, &list);

        if (info->rgCRLEntry)
            info->rgCRLEntry[i] = entry;
    }
}

static void fill_crl(struct arena *arena, const struct cert_crl *crl, CRL_INFO *info)
{
    struct der_reader outer = der_reader_of(crl->tbs);
    struct der_reader tbs = der_enter(&outer, DER_SEQUENCE);
    struct der_item item;

    *info = (CRL_INFO){.dwVersion = crl->version - 1};
    take_entries(arena, crl->entries, info);
    while (!der_at_end(&tbs)) {
        if (der_next_is(&tbs, DER_CONTEXT_CONSTRUCTED(0))) {
            struct der_reader wrapped = der_enter(&tbs, DER_CONTEXT_CONSTRUCTED(0));

            info->cExtension =
                take_extensions(arena, der_read_tag(&wrapped, DER_SEQUENCE), &info->rgExtension);
        } else {
            (void)der_read(&tbs, &item);
        }
    }
    info->SignatureAlgorithm = take_algorithm(arena, crl->signature_algorithm);
    info->Issuer = view(crl->issuer);
    info->ThisUpdate = wc_file_time(crl->this_update);
    if (crl->has_next_update)
        info->NextUpdate = wc_file_time(crl->next_update);
}

/* After measuring: the memory itself. */
static win_error get_memory(struct arena *arena, void **memory)
{
    *memory = NULL;
    if (arena->failed)
        return arena->failed;
    *memory = plat_calloc(1, arena->used + 1);
    *arena = (struct arena){.base = *memory};
    return *memory ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

static win_error finish(const struct arena *arena, void **memory)
{
    if (!arena->failed)
        return ERROR_SUCCESS;
    plat_free(*memory);
    *memory = NULL;
    return arena->failed;
}

win_error wc_cert_info(const struct cert *cert, CERT_INFO *info, void **arena)
{
    struct arena own = {0};
    win_error error;

    fill_cert(&own, cert, info);
    error = get_memory(&own, arena);
    if (error)
        return error;
    fill_cert(&own, cert, info);
    return finish(&own, arena);
}

win_error wc_crl_info(const struct cert_crl *crl, CRL_INFO *info, void **arena)
{
    struct arena own = {0};
    win_error error;

    fill_crl(&own, crl, info);
    error = get_memory(&own, arena);
    if (error)
        return error;
    fill_crl(&own, crl, info);
    return finish(&own, arena);
}
