/* SPDX-License-Identifier: Apache-2.0 */
/* CertCompare..., CertVerify...Validity, CertVerifyValidityNesting, CertFindExtension, CertFindAttribute. */
#include "win32/face.h"

#include "cert/name.h"

#include "platform/clock.h"

#include <string.h>

static struct plat_span span_of(const CRYPT_DATA_BLOB *blob)
{
    return plat_span_of(blob->pbData, blob->cbData);
}

/* Size without the most significant bytes that only say the sign. */
static DWORD significant(const CRYPT_INTEGER_BLOB *integer)
{
    DWORD size = integer->cbData;

    while (size > 1) {
        bool negative = (integer->pbData[size - 2] & 0x80U) != 0;

        if (integer->pbData[size - 1] != (negative ? 0xFFU : 0x00U))
            break;
        size--;
    }
    return size;
}

/*
 * Documented: leading zero bytes of a positive number and leading 0xFF bytes of a negative one do not count.
 * Here the 0xFF bytes as far as the sign stays what it is, and all zero bytes, so that a serial number with and
 * without its sign byte is the same.
 */
static DWORD compared(const CRYPT_INTEGER_BLOB *integer)
{
    DWORD size = significant(integer);

    while (size > 1 && integer->pbData[size - 1] == 0)
        size--;
    return size;
}

BOOL CertCompareIntegerBlob(PCRYPT_INTEGER_BLOB pInt1, PCRYPT_INTEGER_BLOB pInt2)
{
    DWORD size;

    if (!pInt1 || !pInt2 || (pInt1->cbData > 0 && !pInt1->pbData) || (pInt2->cbData > 0 && !pInt2->pbData))
        return FALSE;
    size = compared(pInt1);
    return size == compared(pInt2) && (size == 0 || memcmp(pInt1->pbData, pInt2->pbData, size) == 0);
}

BOOL CertCompareCertificateName(DWORD dwCertEncodingType, PCERT_NAME_BLOB pCertName1,
                                PCERT_NAME_BLOB pCertName2)
{
    (void)dwCertEncodingType;
    if (!pCertName1 || !pCertName2)
        return FALSE;
    return plat_span_equal(span_of(pCertName1), span_of(pCertName2));
}

BOOL CertCompareCertificate(DWORD dwCertEncodingType, PCERT_INFO pCertId1, PCERT_INFO pCertId2)
{
    return pCertId1 && pCertId2 && CertCompareIntegerBlob(&pCertId1->SerialNumber, &pCertId2->SerialNumber) &&
           CertCompareCertificateName(dwCertEncodingType, &pCertId1->Issuer, &pCertId2->Issuer);
}

/* NULL (05 00) and no parameters are the same. */
static bool parameters_equal(const CRYPT_OBJID_BLOB *a, const CRYPT_OBJID_BLOB *b)
{
    static const BYTE null[] = {0x05, 0x00};
    struct plat_span none = plat_span_of(NULL, 0);
    struct plat_span first = span_of(a), second = span_of(b);

    if (plat_span_equal(first, plat_span_of(null, sizeof null)))
        first = none;
    if (plat_span_equal(second, plat_span_of(null, sizeof null)))
        second = none;
    return plat_span_equal(first, second);
}

BOOL CertComparePublicKeyInfo(DWORD dwCertEncodingType, PCERT_PUBLIC_KEY_INFO pPublicKey1,
                              PCERT_PUBLIC_KEY_INFO pPublicKey2)
{
    (void)dwCertEncodingType;
    if (!pPublicKey1 || !pPublicKey2 || !pPublicKey1->Algorithm.pszObjId || !pPublicKey2->Algorithm.pszObjId)
        return FALSE;
    return strcmp(pPublicKey1->Algorithm.pszObjId, pPublicKey2->Algorithm.pszObjId) == 0 &&
           parameters_equal(&pPublicKey1->Algorithm.Parameters, &pPublicKey2->Algorithm.Parameters) &&
           pPublicKey1->PublicKey.cUnusedBits == pPublicKey2->PublicKey.cUnusedBits &&
           plat_span_equal(plat_span_of(pPublicKey1->PublicKey.pbData, pPublicKey1->PublicKey.cbData),
                           plat_span_of(pPublicKey2->PublicKey.pbData, pPublicKey2->PublicKey.cbData));
}

static uint64_t ticks_of(FILETIME time)
{
    return (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

static FILETIME now_or(const FILETIME *time)
{
    return time ? *time : wc_file_time(plat_clock_unix());
}

/* A period without an end (0) does not end. */
static LONG where(FILETIME time, FILETIME from, FILETIME to)
{
    if (ticks_of(time) < ticks_of(from))
        return -1;
    return ticks_of(to) != 0 && ticks_of(time) > ticks_of(to) ? 1 : 0;
}

LONG CertVerifyTimeValidity(LPFILETIME pTimeToVerify, PCERT_INFO pCertInfo)
{
    return where(now_or(pTimeToVerify), pCertInfo->NotBefore, pCertInfo->NotAfter);
}

LONG CertVerifyCRLTimeValidity(LPFILETIME pTimeToVerify, PCRL_INFO pCrlInfo)
{
    return where(now_or(pTimeToVerify), pCrlInfo->ThisUpdate, pCrlInfo->NextUpdate);
}

BOOL CertVerifyValidityNesting(PCERT_INFO pSubjectInfo, PCERT_INFO pIssuerInfo)
{
    return ticks_of(pSubjectInfo->NotBefore) >= ticks_of(pIssuerInfo->NotBefore) &&
           ticks_of(pSubjectInfo->NotAfter) <= ticks_of(pIssuerInfo->NotAfter);
}

PCERT_EXTENSION CertFindExtension(LPCSTR pszObjId, DWORD cExtensions, CERT_EXTENSION rgExtensions[])
{
    for (DWORD i = 0; pszObjId && rgExtensions && i < cExtensions; i++)
        if (rgExtensions[i].pszObjId && strcmp(pszObjId, rgExtensions[i].pszObjId) == 0)
            return &rgExtensions[i];
    return NULL;
}

PCRYPT_ATTRIBUTE CertFindAttribute(LPCSTR pszObjId, DWORD cAttr, CRYPT_ATTRIBUTE rgAttr[])
{
    for (DWORD i = 0; pszObjId && rgAttr && i < cAttr; i++)
        if (rgAttr[i].pszObjId && strcmp(pszObjId, rgAttr[i].pszObjId) == 0)
            return &rgAttr[i];
    return NULL;
}
