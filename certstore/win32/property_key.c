/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CERT_KEY_PROV_INFO_PROP_ID: programs ask for it to learn whether there is a private key. There is one where
 * the registry's key files have it; what a certificate exported on Windows says of a key container there says
 * nothing here.
 */
#include "win32/property.h"

#include "certstore/crypto.h"
#include "certstore/key.h"

#include "registry/win32.h"

#include <stdio.h>

#define CONTAINER_SIZE (2 * CERT_SHA256_SIZE + 1)
#define PROVIDER "Cerium"

bool wc_cert_has_key(struct wc_cert *cert)
{
    struct reg_win32_loan loan;
    bool has = false;

    if (reg_win32_borrow(&loan) == ERROR_SUCCESS) {
        has = cert_key_exists(loan.db, &cert->cert);
        reg_win32_give_back(&loan);
    }
    return has;
}

/* ASCII, with its NUL. */
static LPWSTR put_wide(WCHAR *to, const char *text)
{
    size_t i = 0;

    do
        to[i] = (WCHAR)(unsigned char)text[i];
    while (text[i++] != '\0');
    return to;
}

win_error wc_put_key_info(struct wc_cert *cert, void *room, DWORD *size)
{
    static const DWORD needed =
        sizeof(CRYPT_KEY_PROV_INFO) + (CONTAINER_SIZE + sizeof PROVIDER) * sizeof(WCHAR);
    CRYPT_KEY_PROV_INFO *info = room;
    uint8_t hash[CERT_SHA256_SIZE];
    char container[CONTAINER_SIZE];
    DWORD there = *size;
    WCHAR *texts;

    if (!wc_cert_has_key(cert))
        return CRYPT_E_NOT_FOUND;
    *size = needed;
    if (!room)
        return ERROR_SUCCESS;
    if (there < needed)
        return ERROR_MORE_DATA;
    cert_sha256(cert->cert.spki, hash);
    for (size_t i = 0; i < sizeof hash; i++)
        snprintf(container + 2 * i, 3, "%02x", hash[i]);
    texts = (WCHAR *)(void *)(info + 1);
    *info = (CRYPT_KEY_PROV_INFO){.pwszContainerName = put_wide(texts, container),
                                  .pwszProvName = put_wide(texts + CONTAINER_SIZE, PROVIDER),
                                  .dwKeySpec = AT_KEYEXCHANGE};
    return ERROR_SUCCESS;
}
