/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program as it is written for Windows CE: a small certificate viewer for a device's stores. It is compiled as it stands, with UNICODE and -fshort-wchar;
 * test_ce_certificates.py runs it.
 *
 *   certs list STORE             what is in a store of the current user, one line each
 *   certs find STORE TEXT        those whose subject has the text
 *   certs show STORE TEXT        one, in full
 *   certs add STORE FILE         a certificate out of a file with DER
 *   certs name STORE TEXT NAME   gives one a friendly name
 *   certs delete STORE TEXT
 *   certs verify STORE TEXT      builds its chain
 */
#include <windows.h>

#include <wincrypt.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENCODING (X509_ASN_ENCODING | PKCS_7_ASN_ENCODING)

/* The program prints ASCII. */
static void PrintWide(const WCHAR *pwsz)
{
    for (; *pwsz; pwsz++)
        putchar(*pwsz < 0x80 ? (char)*pwsz : '?');
}

static WCHAR *Widen(const char *psz, WCHAR *pwsz, size_t cch)
{
    size_t i;

    for (i = 0; i + 1 < cch && psz[i]; i++)
        pwsz[i] = (WCHAR)psz[i];
    pwsz[i] = 0;
    return pwsz;
}

static int Fail(const char *pszWhat)
{
    printf("%s failed: 0x%08x\n", pszWhat, (unsigned)GetLastError());
    return 1;
}

static void PrintName(PCCERT_CONTEXT pCert, DWORD dwType, DWORD dwFlags)
{
    DWORD cch = CertGetNameString(pCert, dwType, dwFlags, NULL, NULL, 0);
    LPTSTR pszName = (LPTSTR)malloc(cch * sizeof(TCHAR));

    if (!pszName)
        return;
    CertGetNameString(pCert, dwType, dwFlags, NULL, pszName, cch);
    PrintWide(pszName);
    free(pszName);
}

static void PrintLine(PCCERT_CONTEXT pCert)
{
    PrintName(pCert, CERT_NAME_FRIENDLY_DISPLAY_TYPE, 0);
    printf(" from ");
    PrintName(pCert, CERT_NAME_SIMPLE_DISPLAY_TYPE, CERT_NAME_ISSUER_FLAG);
    printf("\n");
}

static int List(HCERTSTORE hStore)
{
    PCCERT_CONTEXT pCert = NULL;
    int cCert = 0;

    while ((pCert = CertEnumCertificatesInStore(hStore, pCert)) != NULL) {
        PrintLine(pCert);
        cCert++;
    }
    if (GetLastError() != CRYPT_E_NOT_FOUND)
        return Fail("CertEnumCertificatesInStore");
    printf("%d certificates\n", cCert);
    return 0;
}

static int Find(HCERTSTORE hStore, const WCHAR *pwszText)
{
    PCCERT_CONTEXT pCert = NULL;

    while ((pCert = CertFindCertificateInStore(hStore, ENCODING, 0, CERT_FIND_SUBJECT_STR, pwszText, pCert)) !=
           NULL)
        PrintLine(pCert);
    return GetLastError() == CRYPT_E_NOT_FOUND ? 0 : Fail("CertFindCertificateInStore");
}

static PCCERT_CONTEXT FindOne(HCERTSTORE hStore, const WCHAR *pwszText)
{
    return CertFindCertificateInStore(hStore, ENCODING, 0, CERT_FIND_SUBJECT_STR, pwszText, NULL);
}

static void PrintText(const char *pszLabel, PCERT_NAME_BLOB pName)
{
    WCHAR wszName[256];

    CertNameToStr(X509_ASN_ENCODING, pName, CERT_X500_NAME_STR, wszName, 256);
    printf("%s: ", pszLabel);
    PrintWide(wszName);
    printf("\n");
}

static int Show(HCERTSTORE hStore, const WCHAR *pwszText)
{
    PCCERT_CONTEXT pCert = FindOne(hStore, pwszText);
    BYTE rgbHash[20];
    DWORD cbHash = sizeof(rgbHash), i;
    LONG lTime;

    if (!pCert)
        return Fail("CertFindCertificateInStore");
    PrintText("subject", &pCert->pCertInfo->Subject);
    PrintText("issuer", &pCert->pCertInfo->Issuer);
    printf("serial:");
    for (i = pCert->pCertInfo->SerialNumber.cbData; i > 0; i--) /* the least significant byte comes first */
        printf(" %02x", pCert->pCertInfo->SerialNumber.pbData[i - 1]);
    printf("\nkey: %s, %u bits\n", pCert->pCertInfo->SubjectPublicKeyInfo.Algorithm.pszObjId,
           (unsigned)CertGetPublicKeyLength(X509_ASN_ENCODING, &pCert->pCertInfo->SubjectPublicKeyInfo));
    lTime = CertVerifyTimeValidity(NULL, pCert->pCertInfo);
    printf("time: %s\n", lTime < 0 ? "not yet valid" : lTime > 0 ? "expired" : "valid");
    if (!CertGetCertificateContextProperty(pCert, CERT_SHA1_HASH_PROP_ID, rgbHash, &cbHash))
        return Fail("CertGetCertificateContextProperty");
    printf("thumbprint: ");
    for (i = 0; i < cbHash; i++)
        printf("%02X", rgbHash[i]);
    printf("\n");
    CertFreeCertificateContext(pCert);
    return 0;
}

static int Add(HCERTSTORE hStore, const char *pszFile)
{
    static BYTE rgb[16384];
    FILE *f = fopen(pszFile, "rb");
    PCCERT_CONTEXT pCert;
    size_t cb;

    if (!f)
        return 2;
    cb = fread(rgb, 1, sizeof(rgb), f);
    fclose(f);
    if (!CertAddEncodedCertificateToStore(hStore, X509_ASN_ENCODING, rgb, (DWORD)cb, CERT_STORE_ADD_NEW,
                                          &pCert))
        return Fail("CertAddEncodedCertificateToStore");
    PrintLine(pCert);
    CertFreeCertificateContext(pCert);
    return 0;
}

static int Name(HCERTSTORE hStore, const WCHAR *pwszText, const WCHAR *pwszName)
{
    PCCERT_CONTEXT pCert = FindOne(hStore, pwszText);
    CRYPT_DATA_BLOB blob;
    DWORD cch = 0;

    if (!pCert)
        return Fail("CertFindCertificateInStore");
    while (pwszName[cch++])
        ;
    blob.cbData = cch * sizeof(WCHAR);
    blob.pbData = (BYTE *)pwszName;
    if (!CertSetCertificateContextProperty(pCert, CERT_FRIENDLY_NAME_PROP_ID, 0, &blob))
        return Fail("CertSetCertificateContextProperty");
    PrintLine(pCert);
    CertFreeCertificateContext(pCert);
    return 0;
}

static int Delete(HCERTSTORE hStore, const WCHAR *pwszText)
{
    PCCERT_CONTEXT pCert = FindOne(hStore, pwszText);

    if (!pCert)
        return Fail("CertFindCertificateInStore");
    return CertDeleteCertificateFromStore(pCert) ? 0 : Fail("CertDeleteCertificateFromStore");
}

static int Verify(HCERTSTORE hStore, const WCHAR *pwszText)
{
    PCCERT_CONTEXT pCert = FindOne(hStore, pwszText);
    PCCERT_CHAIN_CONTEXT pChain = NULL;
    CERT_CHAIN_PARA para;
    DWORD i;

    if (!pCert)
        return Fail("CertFindCertificateInStore");
    memset(&para, 0, sizeof(para));
    para.cbSize = sizeof(para);
    if (!CertGetCertificateChain(NULL, pCert, NULL, pCert->hCertStore, &para, 0, NULL, &pChain))
        return Fail("CertGetCertificateChain");
    printf("status 0x%08x\n", (unsigned)pChain->TrustStatus.dwErrorStatus);
    for (i = 0; i < pChain->rgpChain[0]->cElement; i++)
        PrintLine(pChain->rgpChain[0]->rgpElement[i]->pCertContext);
    CertFreeCertificateChain(pChain);
    CertFreeCertificateContext(pCert);
    return 0;
}

static int Run(HCERTSTORE hStore, int argc, char **argv)
{
    WCHAR wszText[128], wszName[128];

    if (argc == 3 && !strcmp(argv[1], "list"))
        return List(hStore);
    if (argc == 4 && !strcmp(argv[1], "add"))
        return Add(hStore, argv[3]);
    if (argc < 4)
        return 2;
    Widen(argv[3], wszText, 128);
    if (!strcmp(argv[1], "find"))
        return Find(hStore, wszText);
    if (!strcmp(argv[1], "show"))
        return Show(hStore, wszText);
    if (!strcmp(argv[1], "delete"))
        return Delete(hStore, wszText);
    if (!strcmp(argv[1], "verify"))
        return Verify(hStore, wszText);
    if (!strcmp(argv[1], "name") && argc == 5)
        return Name(hStore, wszText, Widen(argv[4], wszName, 128));
    return 2;
}

int main(int argc, char **argv)
{
    WCHAR wszStore[64];
    HCERTSTORE hStore;
    int nResult;

    if (argc < 3)
        return 2;
    hStore = CertOpenSystemStore(0, Widen(argv[2], wszStore, 64));
    if (!hStore)
        return Fail("CertOpenSystemStore");
    nResult = Run(hStore, argc, argv);
    if (!CertCloseStore(hStore, CERT_CLOSE_STORE_CHECK_FLAG) && nResult == 0)
        return Fail("CertCloseStore");
    return nResult;
}
