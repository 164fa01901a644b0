/* SPDX-License-Identifier: Apache-2.0 */
/* PFXImportCertStore, PFXIsPFXBlob, PFXVerifyPassword. */
#include "win32/store.h"

#include "certstore/pfx.h"

#include "platform/limits.h"
#include "platform/memory.h"

#define PASSWORD_MOST 256U

static win_error open_blob(const CRYPT_DATA_BLOB *blob, LPCWSTR password, struct cert_pfx **pfx)
{
    struct plat_buffer text;
    const char *plain;
    win_error error = E_INVALIDARG;

    *pfx = NULL;
    plat_buffer_init(&text, 3 * PASSWORD_MOST);
    if (blob && blob->pbData)
        error = password ? wc_text_in(password, PASSWORD_MOST, &text) : ERROR_SUCCESS;
    plain = password && !error ? plat_buffer_text(&text) : NULL;
    if (!error && password && !plain)
        error = text.failed;
    if (!error)
        error = cert_pfx_open(plat_span_of(blob->pbData, blob->cbData), plain, pfx, NULL);
    if (text.data)
        plat_wipe(text.data, text.capacity);
    plat_buffer_free(&text);
    return error == ERROR_INVALID_DATA ? CRYPT_E_BAD_ENCODE : error;
}

BOOL PFXIsPFXBlob(CRYPT_DATA_BLOB *pPFX)
{
    return pPFX && pPFX->pbData && cert_pfx_present(plat_span_of(pPFX->pbData, pPFX->cbData));
}

BOOL PFXVerifyPassword(CRYPT_DATA_BLOB *pPFX, LPCWSTR szPassword, DWORD dwFlags)
{
    struct cert_pfx *pfx;
    win_error error = open_blob(pPFX, szPassword, &pfx);

    (void)dwFlags;
    cert_pfx_free(pfx);
    return wc_result(error);
}

/* The private key goes to the registry's keys, where it is found for the certificate. */
static win_error keep_key(const struct cert *cert, const struct cert_key *key)
{
    struct reg_win32_loan loan;
    win_error error = reg_win32_borrow(&loan);

    if (!error)
        error = cert_key_save(loan.db, cert, key);
    reg_win32_give_back(&loan);
    return error;
}

static win_error add_one(struct wc_store *store, const struct cert_pfx *pfx, size_t index, DWORD flags)
{
    const struct cert *cert = cert_pfx_at(pfx, index);
    const struct cert_key *key = cert_pfx_key(pfx, index);
    struct plat_buffer properties;
    struct wc_context *made = NULL;
    win_error error;

    plat_buffer_init(&properties, LIMIT_REG_DATA);
    if (cert_pfx_friendly_name(pfx, index))
        cert_property_set_friendly_name(&properties, plat_span_of(NULL, 0),
                                        cert_pfx_friendly_name(pfx, index));
    error = properties.failed;
    if (!error && key && (flags & PKCS12_NO_PERSIST_KEY) == 0)
        error = keep_key(cert, key);
    if (!error)
        error = wc_context_new(WC_CERT, cert->der, plat_span_of(properties.data, properties.size), &made);
    plat_buffer_free(&properties);
    return error ? error : wc_add(store, made, CERT_STORE_ADD_USE_EXISTING, NULL);
}

HCERTSTORE PFXImportCertStore(CRYPT_DATA_BLOB *pPFX, LPCWSTR szPassword, DWORD dwFlags)
{
    struct wc_store *store = NULL;
    struct cert_pfx *pfx;
    win_error error = open_blob(pPFX, szPassword, &pfx);

    if (!error)
        error = wc_store_make(WC_MEMORY, &store);
    for (size_t i = 0; !error && i < cert_pfx_count(pfx); i++)
        error = add_one(store, pfx, i, dwFlags);
    cert_pfx_free(pfx);
    if (error && store) {
        win_error close_error = wc_store_close(store, true);

        error = close_error == ERROR_NOT_ENOUGH_MEMORY ? close_error : error;
    }
    return error ? wc_null(error) : store->handle;
}
