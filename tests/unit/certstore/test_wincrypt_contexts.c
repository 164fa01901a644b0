/* SPDX-License-Identifier: Apache-2.0 */
/* The wincrypt.h face: what a context says (CERT_INFO, CRL_INFO), what is found by it, compared, used for. */
#include "maker.h"

#include "platform/fake.h"

#include <wincrypt.h>
#include <windows.h>

#include <string.h>

#define WORKS(call) assert_true(call)
#define SAN                                                                                                  \
    "30{06{@2.5.29.17} 04{30{ 81{'alice@example.com'} 82{'alice.example'} 82{'second.example'} "             \
    "86{'https://a.example/'}"                                                                               \
    "a0{06{@1.3.6.1.4.1.311.20.2.3} a0{0c{'alice@upn.example'}}} }}}"
#define KEY_USAGE "30{06{@2.5.29.15} 01{ff} 04{03{05 a0}}}"
#define EKU "30{06{@2.5.29.37} 04{30{06{@1.3.6.1.5.5.7.3.2} 06{@1.3.6.1.5.5.7.3.1}}}}"
#define KEY_ID "30{06{@2.5.29.14} 04{04{01 02 03 04}}}"
#define SUBJECT                                                                                              \
    "30{31{30{06{@2.5.4.6} 13{'DE'}}} 31{30{06{@2.5.4.10} 0c{'Company, Inc.'}}} 31{30{06{@2.5.4.3} "         \
    "0c{'Alice'}}}}"

static struct plat_buffer der, issuer_der, text;
static struct maker_key root_key, leaf_key;

static int setup(void **state)
{
    (void)state;
    plat_buffer_init(&der, 100000);
    plat_buffer_init(&issuer_der, 100000);
    plat_buffer_init(&text, 100000);
    maker_key(&root_key, CERT_KEY_EC_P256, 0);
    maker_key(&leaf_key, CERT_KEY_RSA, 1024);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plat_buffer_free(&der);
    plat_buffer_free(&issuer_der);
    plat_buffer_free(&text);
    return 0;
}

static PCCERT_CONTEXT make(const struct maker_cert *recipe, struct plat_buffer *out)
{
    maker_cert(recipe, out);
    PCCERT_CONTEXT cert = CertCreateCertificateContext(X509_ASN_ENCODING, out->data, (DWORD)out->size);

    assert_non_null(cert);
    return cert;
}

static PCCERT_CONTEXT root(void)
{
    return make(
        &(struct maker_cert){
            .serial = "05", .subject = "Root", .issuer = "Root", .key = &root_key, .signer = &root_key},
        &issuer_der);
}

static PCCERT_CONTEXT leaf(void)
{
    return make(&(struct maker_cert){.serial = "00 f1 02 03",
                                     .subject = SUBJECT,
                                     .issuer = "Root",
                                     .tail = "81{00 aa bb} 82{04 f0}",
                                     .extensions = SAN KEY_USAGE EKU KEY_ID,
                                     .key = &leaf_key,
                                     .signer = &root_key},
                &der);
}

static void certificate_info(void **state)
{
    PCCERT_CONTEXT cert = leaf();
    const CERT_INFO *info = cert->pCertInfo;
    static const BYTE serial[] = {0x03, 0x02, 0xf1, 0x00};

    (void)state;
    assert_int_equal(cert->dwCertEncodingType, X509_ASN_ENCODING);
    assert_int_equal(cert->cbCertEncoded, der.size);
    assert_memory_equal(cert->pbCertEncoded, der.data, der.size);
    assert_ptr_not_equal(cert->pbCertEncoded, der.data);
    assert_null(cert->hCertStore);
    assert_int_equal(info->dwVersion, CERT_V3);
    assert_int_equal(info->SerialNumber.cbData, sizeof serial);
    assert_memory_equal(info->SerialNumber.pbData, serial, sizeof serial);
    assert_string_equal(info->SignatureAlgorithm.pszObjId, szOID_ECDSA_SHA256);
    assert_int_equal(info->SignatureAlgorithm.Parameters.cbData, 0);
    assert_string_equal(info->SubjectPublicKeyInfo.Algorithm.pszObjId, szOID_RSA_RSA);
    assert_memory_equal(info->SubjectPublicKeyInfo.Algorithm.Parameters.pbData, "\x05\x00", 2);
    assert_int_equal(info->SubjectPublicKeyInfo.PublicKey.cUnusedBits, 0);
    assert_int_equal(info->SubjectPublicKeyInfo.PublicKey.pbData[0], 0x30);
    assert_int_equal(CertGetPublicKeyLength(X509_ASN_ENCODING, &cert->pCertInfo->SubjectPublicKeyInfo), 1024);
    struct plat_span subject = maker_der(SUBJECT, &text);
    assert_int_equal(info->Subject.cbData, subject.size);
    assert_memory_equal(info->Subject.pbData, subject.data, subject.size);
    assert_int_equal(info->IssuerUniqueId.cbData, 2);
    assert_memory_equal(info->IssuerUniqueId.pbData, "\xaa\xbb", 2);
    assert_int_equal(info->SubjectUniqueId.cbData, 1);
    assert_int_equal(info->SubjectUniqueId.cUnusedBits, 4);
    assert_int_equal(info->cExtension, 4);
    assert_string_equal(info->rgExtension[1].pszObjId, szOID_KEY_USAGE);
    assert_true(info->rgExtension[1].fCritical);
    assert_false(info->rgExtension[2].fCritical);
    assert_memory_equal(info->rgExtension[3].Value.pbData, "\x04\x04\x01\x02\x03\x04", 6);
    assert_ptr_equal(CertFindExtension(szOID_ENHANCED_KEY_USAGE, info->cExtension, info->rgExtension),
                     &info->rgExtension[2]);
    assert_null(CertFindExtension("1.2.3", info->cExtension, info->rgExtension));
    CertFreeCertificateContext(cert);
}

static void time_validity(void **state)
{
    PCCERT_CONTEXT cert = root();
    CERT_INFO *info = cert->pCertInfo;
    FILETIME time = info->NotBefore;

    (void)state;
    /* 2020-01-01 in units of 100 ns since 1601 */
    assert_true(((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime) == UINT64_C(132223104000000000));
    assert_int_equal(CertVerifyTimeValidity(&time, info), 0);
    time.dwLowDateTime--;
    assert_int_equal(CertVerifyTimeValidity(&time, info), -1);
    time = info->NotAfter;
    assert_int_equal(CertVerifyTimeValidity(&time, info), 0);
    time.dwLowDateTime++;
    assert_int_equal(CertVerifyTimeValidity(&time, info), 1);
    WORKS(CertVerifyValidityNesting(info, info));
    CertFreeCertificateContext(cert);
}

static void display_names(void **state)
{
    static const struct {
        DWORD type, flags;
        const char *wanted;
    } rows[] = {
        {CERT_NAME_EMAIL_TYPE, 0, "alice@example.com"},
        {CERT_NAME_RDN_TYPE, 0, "DE, \"Company, Inc.\", Alice"},
        {CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, "Alice"},
        {CERT_NAME_SIMPLE_DISPLAY_TYPE, CERT_NAME_ISSUER_FLAG, "Root"},
        {CERT_NAME_FRIENDLY_DISPLAY_TYPE, 0, "Alice"},
        {CERT_NAME_DNS_TYPE, 0, "alice.example"},
        {CERT_NAME_DNS_TYPE, CERT_NAME_ISSUER_FLAG, "Root"},
        {CERT_NAME_URL_TYPE, 0, "https://a.example/"},
        {CERT_NAME_URL_TYPE, CERT_NAME_ISSUER_FLAG, ""},
        {CERT_NAME_UPN_TYPE, 0, "alice@upn.example"},
        {CERT_NAME_EMAIL_TYPE, CERT_NAME_ISSUER_FLAG, ""},
        {99, 0, ""},
    };
    PCCERT_CONTEXT cert = leaf();
    char name[64], organization[] = szOID_ORGANIZATION_NAME;
    WCHAR wide[64];
    DWORD x500 = CERT_X500_NAME_STR | CERT_NAME_STR_REVERSE_FLAG;

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        DWORD size = (DWORD)strlen(rows[i].wanted) + 1;

        assert_int_equal(CertGetNameStringA(cert, rows[i].type, rows[i].flags, NULL, NULL, 0), size);
        assert_int_equal(CertGetNameStringA(cert, rows[i].type, rows[i].flags, NULL, name, sizeof name), size);
        assert_string_equal(name, rows[i].wanted);
        assert_int_equal(CertGetNameStringW(cert, rows[i].type, rows[i].flags, NULL, wide, 64), size);
        for (DWORD k = 0; k < size; k++)
            assert_int_equal(wide[k], (unsigned char)rows[i].wanted[k]);
    }
    assert_int_equal(CertGetNameStringA(cert, CERT_NAME_ATTR_TYPE, 0, organization, name, sizeof name), 14);
    assert_string_equal(name, "Company, Inc.");
    assert_int_equal(CertGetNameStringA(cert, CERT_NAME_ATTR_TYPE, 0, organization, name, 5), 5);
    assert_string_equal(name, "Comp");
    CertGetNameStringA(cert, CERT_NAME_RDN_TYPE, 0, &x500, name, sizeof name);
    assert_string_equal(name, "CN=Alice, O=\"Company, Inc.\", C=DE");
    CertFreeCertificateContext(cert);
}

/* No name that goes on behind a NUL passes for the one before it. */
static void names_with_nul(void **state)
{
    static const struct {
        DWORD type;
        const char *wanted;
    } rows[] = {
        {CERT_NAME_EMAIL_TYPE, ""},
        {CERT_NAME_DNS_TYPE, "#0C0D676F6F64002E6578616D706C65"},
        {CERT_NAME_UPN_TYPE, ""},
        {CERT_NAME_SIMPLE_DISPLAY_TYPE, "#0C0D676F6F64002E6578616D706C65"},
    };
    PCCERT_CONTEXT cert = make(
        &(struct maker_cert){.serial = "05",
                             .subject = "30{31{30{06{@2.5.4.3} 0c{'good' 00 '.example'}}}}",
                             .issuer = "Root",
                             .extensions = "30{06{@2.5.29.17} 04{30{ 81{'good' 00 '@x'} 82{'good' 00 '.x'} "
                                           "a0{06{@1.3.6.1.4.1.311.20.2.3} a0{0c{'good' 00 '@x'}}} }}}",
                             .key = &leaf_key,
                             .signer = &root_key},
        &der);
    char name[64];

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        assert_int_equal(CertGetNameStringA(cert, rows[i].type, 0, NULL, name, sizeof name),
                         strlen(rows[i].wanted) + 1);
        assert_string_equal(name, rows[i].wanted);
    }
    CertFreeCertificateContext(cert);
}

static void usages(void **state)
{
    PCCERT_CONTEXT cert = leaf(), plain = root();
    union {
        CERT_ENHKEY_USAGE usage;
        BYTE bytes[300];
    } room;
    DWORD size = 0;
    BYTE bits[2] = {9, 9};

    (void)state;
    WORKS(CertGetEnhancedKeyUsage(cert, 0, NULL, &size));
    assert_in_range(size, sizeof(CERT_ENHKEY_USAGE) + 2 * 18, sizeof room);
    size--;
    assert_false(CertGetEnhancedKeyUsage(cert, 0, &room.usage, &size));
    assert_int_equal(GetLastError(), ERROR_MORE_DATA);
    WORKS(CertGetEnhancedKeyUsage(cert, 0, &room.usage, &size));
    assert_int_equal(room.usage.cUsageIdentifier, 2);
    assert_string_equal(room.usage.rgpszUsageIdentifier[0], szOID_PKIX_KP_CLIENT_AUTH);
    assert_string_equal(room.usage.rgpszUsageIdentifier[1], szOID_PKIX_KP_SERVER_AUTH);
    struct plat_span restricted = maker_der("30{06{@1.3.6.1.5.5.7.3.1}}", &text);
    CRYPT_DATA_BLOB property = {(DWORD)restricted.size, text.data};
    WORKS(CertSetCertificateContextProperty(cert, CERT_ENHKEY_USAGE_PROP_ID, 0, &property));
    size = sizeof room;
    WORKS(CertGetEnhancedKeyUsage(cert, 0, &room.usage, &size));
    assert_int_equal(room.usage.cUsageIdentifier, 1); /* what both allow */
    assert_string_equal(room.usage.rgpszUsageIdentifier[0], szOID_PKIX_KP_SERVER_AUTH);
    size = sizeof room;
    WORKS(CertGetEnhancedKeyUsage(plain, 0, &room.usage, &size));
    assert_int_equal(GetLastError(), CRYPT_E_NOT_FOUND); /* none: good for everything */
    assert_int_equal(room.usage.cUsageIdentifier, 0);
    WORKS(CertGetIntendedKeyUsage(X509_ASN_ENCODING, cert->pCertInfo, bits, 2));
    assert_int_equal(bits[0], CERT_DIGITAL_SIGNATURE_KEY_USAGE | CERT_KEY_ENCIPHERMENT_KEY_USAGE);
    assert_int_equal(bits[1], 0);
    SetLastError(77);
    assert_false(CertGetIntendedKeyUsage(X509_ASN_ENCODING, plain->pCertInfo, bits, 2));
    assert_int_equal(GetLastError(), 0);
    assert_int_equal(CertGetPublicKeyLength(X509_ASN_ENCODING, &plain->pCertInfo->SubjectPublicKeyInfo), 256);
    CertFreeCertificateContext(cert);
    CertFreeCertificateContext(plain);
}

static DWORD found(HCERTSTORE store, DWORD flags, DWORD type, const void *parameter)
{
    PCCERT_CONTEXT cert = NULL;
    DWORD serials = 0; /* the lowest bytes, in the order found */

    while ((cert = CertFindCertificateInStore(store, X509_ASN_ENCODING, flags, type, parameter, cert)) != NULL)
        serials = serials << 8 | cert->pCertInfo->SerialNumber.pbData[0];
    return serials;
}

static void finding(void **state)
{
    static const WCHAR alice[] = {'c', 'O', 'm', 'p', 'A', 'N', 'Y', 0};
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    PCCERT_CONTEXT cert = leaf(), issuer = root(), got;
    CERT_INFO id = {.Issuer = cert->pCertInfo->Issuer,
                    .SerialNumber = {3, cert->pCertInfo->SerialNumber.pbData}};
    CRYPT_HASH_BLOB key_id = {4, (BYTE[]){1, 2, 3, 4}};
    char client_auth[] = szOID_PKIX_KP_CLIENT_AUTH, code_signing[] = szOID_PKIX_KP_CODE_SIGNING;
    LPSTR client[] = {client_auth, code_signing};
    CERT_ENHKEY_USAGE both = {2, client}, one = {1, client};
    DWORD property = CERT_FRIENDLY_NAME_PROP_ID, flags;
    CERT_ID certificate_id = {.dwIdChoice = CERT_ID_KEY_IDENTIFIER, .KeyId = key_id};

    (void)state;
    WORKS(CertAddCertificateContextToStore(store, issuer, CERT_STORE_ADD_NEW, NULL));
    WORKS(CertAddCertificateContextToStore(store, cert, CERT_STORE_ADD_NEW, NULL));
    assert_int_equal(found(store, 0, CERT_FIND_ANY, NULL), 0x0503);
    assert_int_equal(found(store, 0, CERT_FIND_SUBJECT_STR_W, alice), 0x03);
    assert_int_equal(found(store, 0, CERT_FIND_SUBJECT_STR_A, "ali"), 0x03);
    assert_int_equal(found(store, 0, CERT_FIND_SUBJECT_STR_A, "CN=ali"), 0); /* the text has no keys */
    assert_int_equal(found(store, 0, CERT_FIND_SUBJECT_STR_A, ""), 0x0503);
    assert_int_equal(found(store, 0, CERT_FIND_ISSUER_STR_A, "ROOT"), 0x0503);
    assert_int_equal(found(store, 0, CERT_FIND_ISSUER_STR_A, "Alice"), 0);
    assert_int_equal(found(store, 0, CERT_FIND_SUBJECT_NAME, &cert->pCertInfo->Subject), 0x03);
    assert_int_equal(found(store, 0, CERT_FIND_ISSUER_NAME, &cert->pCertInfo->Issuer), 0x0503);
    assert_int_equal(found(store, 0, CERT_FIND_SUBJECT_CERT, &id), 0x03); /* without its sign byte */
    assert_int_equal(found(store, 0, CERT_FIND_KEY_IDENTIFIER, &key_id), 0x03);
    assert_int_equal(found(store, 0, CERT_FIND_CERT_ID, &certificate_id), 0x03);
    assert_int_equal(found(store, 0, CERT_FIND_EXISTING, issuer), 0x05);
    assert_int_equal(found(store, 0, CERT_FIND_ISSUER_OF, cert), 0x05);
    assert_int_equal(found(store, 0, CERT_FIND_PUBLIC_KEY, &cert->pCertInfo->SubjectPublicKeyInfo), 0x03);
    assert_int_equal(found(store, 0, CERT_FIND_PROPERTY, &property), 0);
    assert_int_equal(found(store, 0, CERT_FIND_ENHKEY_USAGE, &one), 0x03);
    assert_int_equal(found(store, 0, CERT_FIND_ENHKEY_USAGE, &both), 0);
    assert_int_equal(found(store, CERT_FIND_OR_ENHKEY_USAGE_FLAG, CERT_FIND_ENHKEY_USAGE, &both), 0x03);
    assert_int_equal(found(store, CERT_FIND_OPTIONAL_ENHKEY_USAGE_FLAG, CERT_FIND_ENHKEY_USAGE, &one), 0x0503);
    assert_int_equal(found(store, CERT_FIND_NO_ENHKEY_USAGE_FLAG, CERT_FIND_ENHKEY_USAGE, NULL), 0x05);
    got = CertGetSubjectCertificateFromStore(store, X509_ASN_ENCODING, &id);
    assert_non_null(got);
    WORKS(CertCompareCertificate(X509_ASN_ENCODING, got->pCertInfo, cert->pCertInfo));
    flags = CERT_STORE_SIGNATURE_FLAG;
    PCCERT_CONTEXT by = CertGetIssuerCertificateFromStore(store, got, NULL, &flags);
    assert_non_null(by);
    assert_int_equal(flags, 0);
    assert_false(CertCompareCertificate(X509_ASN_ENCODING, by->pCertInfo, cert->pCertInfo));
    assert_null(CertGetIssuerCertificateFromStore(store, by, NULL, &flags));
    assert_int_equal(GetLastError(), CRYPT_E_SELF_SIGNED);
    CertFreeCertificateContext(by);
    CertFreeCertificateContext(got);
    CertFreeCertificateContext(cert);
    CertFreeCertificateContext(issuer);
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
}

static void comparing(void **state)
{
    BYTE bytes[] = {5, 0, 0}, negative[] = {0xfe, 0xff, 0xff};
    CRYPT_INTEGER_BLOB five = {1, bytes}, padded = {3, bytes}, minus = {1, negative},
                       long_minus = {3, negative};

    char first[] = "1.2.3", second[] = "1.2.4";
    CRYPT_ATTRIBUTE attributes[] = {{first, 0, NULL}, {second, 0, NULL}};

    (void)state;
    assert_ptr_equal(CertFindAttribute("1.2.4", 2, attributes), &attributes[1]);
    assert_null(CertFindAttribute("1.2.4", 1, attributes));
    WORKS(CertCompareIntegerBlob(&five, &padded));
    WORKS(CertCompareIntegerBlob(&minus, &long_minus));
    assert_false(CertCompareIntegerBlob(&five, &minus));
    assert_false(CertCompareIntegerBlob(&five, NULL));
}

static void comparing_certificates(void **state)
{
    PCCERT_CONTEXT cert = leaf(), issuer = root();

    (void)state;
    WORKS(
        CertCompareCertificateName(X509_ASN_ENCODING, &cert->pCertInfo->Issuer, &issuer->pCertInfo->Subject));
    assert_false(CertCompareCertificateName(X509_ASN_ENCODING, &cert->pCertInfo->Subject,
                                            &issuer->pCertInfo->Subject));
    assert_false(CertCompareCertificateName(X509_ASN_ENCODING, &cert->pCertInfo->Subject, NULL));
    WORKS(CertComparePublicKeyInfo(X509_ASN_ENCODING, &cert->pCertInfo->SubjectPublicKeyInfo,
                                   &cert->pCertInfo->SubjectPublicKeyInfo));
    assert_false(CertComparePublicKeyInfo(X509_ASN_ENCODING, &cert->pCertInfo->SubjectPublicKeyInfo,
                                          &issuer->pCertInfo->SubjectPublicKeyInfo));
    CertFreeCertificateContext(cert);
    CertFreeCertificateContext(issuer);
}

static void lists(void **state)
{
    struct plat_span list = maker_der(
        "30{ 30{02{01} 30{06{@1.2.840.10045.4.3.2}} 30{31{30{06{@2.5.4.3} 0c{'Root'}}}} 17{'200101000000Z'}"
        "30{ 30{02{05} 17{'200102000000Z'} 30{30{06{@2.5.29.21} 04{0a{01}}}}} 30{02{00 f1 02 03} "
        "17{'200103000000Z'}} }"
        "a0{30{30{06{@2.5.29.20} 04{02{07}}}}} } 30{06{@1.2.840.10045.4.3.2}} 03{00 30{02{01} 02{01}}} }",
        &text);
    PCCRL_CONTEXT crl = CertCreateCRLContext(X509_ASN_ENCODING, list.data, (DWORD)list.size);
    PCCERT_CONTEXT cert = leaf(), issuer = root();
    PCRL_ENTRY entry = NULL;
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);

    (void)state;
    assert_non_null(crl);
    assert_int_equal(crl->pCrlInfo->cCRLEntry, 2);
    assert_int_equal(crl->pCrlInfo->cExtension, 1);
    assert_string_equal(crl->pCrlInfo->rgExtension[0].pszObjId, szOID_CRL_NUMBER);
    assert_int_equal(crl->pCrlInfo->rgCRLEntry[0].cExtension, 1);
    assert_string_equal(crl->pCrlInfo->rgCRLEntry[0].rgExtension[0].pszObjId, szOID_CRL_REASON_CODE);
    assert_int_equal(crl->pCrlInfo->NextUpdate.dwHighDateTime, 0);
    WORKS(CertFindCertificateInCRL(cert, crl, 0, NULL, &entry));
    assert_ptr_equal(entry, &crl->pCrlInfo->rgCRLEntry[1]);
    WORKS(CertAddCRLContextToStore(store, crl, CERT_STORE_ADD_NEW, NULL));
    PCCRL_CONTEXT by = CertFindCRLInStore(store, X509_ASN_ENCODING, 0, CRL_FIND_ISSUED_BY, issuer, NULL);
    assert_non_null(by);
    assert_null(CertFindCRLInStore(store, X509_ASN_ENCODING, 0, CRL_FIND_ISSUED_BY, issuer, by));
    assert_null(CertFindCRLInStore(store, X509_ASN_ENCODING, 0, CRL_FIND_ISSUED_BY, cert, NULL));
    CRL_FIND_ISSUED_FOR_PARA pair = {cert, issuer};
    by = CertFindCRLInStore(store, X509_ASN_ENCODING, CRL_FIND_ISSUED_BY_BASE_FLAG, CRL_FIND_ISSUED_FOR,
                            &pair, NULL);
    assert_non_null(by);
    CertFreeCRLContext(by);
    assert_null(CertFindCRLInStore(store, X509_ASN_ENCODING, CRL_FIND_ISSUED_BY_DELTA_FLAG,
                                   CRL_FIND_ISSUED_FOR, &pair, NULL));
    CertFreeCRLContext(crl);
    CertFreeCertificateContext(cert);
    CertFreeCertificateContext(issuer);
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
}

static void text_of_names(void **state)
{
    static const struct {
        const char *name;
        DWORD type;
        const char *wanted;
    } rows[] = {
        {SUBJECT, CERT_SIMPLE_NAME_STR, "DE, \"Company, Inc.\", Alice"},
        {SUBJECT, CERT_OID_NAME_STR, "2.5.4.6=DE, 2.5.4.10=\"Company, Inc.\", 2.5.4.3=Alice"},
        {SUBJECT, CERT_X500_NAME_STR | CERT_NAME_STR_NO_QUOTING_FLAG, "C=DE, O=Company, Inc., CN=Alice"},
        {SUBJECT, CERT_X500_NAME_STR | CERT_NAME_STR_SEMICOLON_FLAG, "C=DE; O=\"Company, Inc.\"; CN=Alice"},
        {SUBJECT, CERT_X500_NAME_STR | CERT_NAME_STR_CRLF_FLAG, "C=DE\r\nO=\"Company, Inc.\"\r\nCN=Alice"},
        {"30{}", CERT_X500_NAME_STR, ""},
        {"30{31{30{06{@2.5.4.3} 0c{}}}}", CERT_X500_NAME_STR, "CN=\"\""},
        {"30{31{30{06{@2.5.4.3} 0c{'a \"b\"'}}}}", CERT_X500_NAME_STR, "CN=\"a \"\"b\"\"\""},
        {"30{31{30{06{@2.5.4.3} 0c{'a  b'}}}}", CERT_X500_NAME_STR, "CN=a  b"},
        {"30{31{30{06{@1.2.3} 0c{'x'}}}}", CERT_X500_NAME_STR, "OID.1.2.3=x"},
        {"30{31{30{06{@2.5.4.3} 04{ab 01}}}}", CERT_X500_NAME_STR, "CN=#AB01"},
        {"30{31{30{06{@2.5.4.3} 0c{'a'}} 30{06{@2.5.4.11} 0c{'b'}}}}", CERT_X500_NAME_STR, "CN=a + OU=b"},
        {"30{31{30{06{@2.5.4.3} 0c{'a'}} 30{06{@2.5.4.11} 0c{'b'}}}}",
         CERT_SIMPLE_NAME_STR | CERT_NAME_STR_NO_PLUS_FLAG, "a b"},
        {"30{31{30{06{@2.5.4.8} 0c{'s'}}} 31{30{06{@1.2.840.113549.1.9.1} 16{'e'}}}}", CERT_X500_NAME_STR,
         "S=s, E=e"},
        {"30{31{30{06{@2.5.4.3} 02{05}}}}", CERT_X500_NAME_STR, "CN=#020105"},
        /* a NUL would end what a program reads: the value is no text */
        {"30{31{30{06{@2.5.4.3} 0c{'a' 00 'b'}}}}", CERT_X500_NAME_STR, "CN=#0C03610062"},
        {"30{31{30{06{@2.5.4.3} 0c{'a' 00}}}}", CERT_SIMPLE_NAME_STR, "#0C026100"},
        {"30{31{05}}", CERT_X500_NAME_STR, ""},
        {SUBJECT, 4, ""},
    };
    char name[100];

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct plat_span span = maker_der(rows[i].name, &text);
        CERT_NAME_BLOB blob = {(DWORD)span.size, text.data};
        DWORD size = (DWORD)strlen(rows[i].wanted) + 1;

        assert_int_equal(CertNameToStrA(X509_ASN_ENCODING, &blob, rows[i].type, NULL, 0), size);
        assert_int_equal(CertNameToStrA(X509_ASN_ENCODING, &blob, rows[i].type, name, sizeof name), size);
        assert_string_equal(name, rows[i].wanted);
    }
}

static void names_of_text(void **state)
{
    static const struct {
        const char *text;
        DWORD type;
        const char *wanted; /* NULL: an error, `code`, at `at` */
        DWORD code, at;
    } rows[] = {
        {"C=DE, O=\"Company, Inc.\", CN=Alice", CERT_X500_NAME_STR,
         "30{31{30{06{@2.5.4.6} 13{'DE'}}} 31{30{06{@2.5.4.10} 13{'Company, Inc.'}}} 31{30{06{@2.5.4.3} "
         "13{'Alice'}}}}",
         0, 0},
        {"cn = a ; OID.1.2.3=b", 0, "30{31{30{06{@2.5.4.3} 13{'a'}}} 31{30{06{@1.2.3} 13{'b'}}}}", 0, 0},
        {"CN=a,O=b", CERT_X500_NAME_STR | CERT_NAME_STR_REVERSE_FLAG,
         "30{31{30{06{@2.5.4.10} 13{'b'}}} 31{30{06{@2.5.4.3} 13{'a'}}}}", 0, 0},
        {"OU=b+CN=a", CERT_X500_NAME_STR, "30{31{30{06{@2.5.4.3} 13{'a'}} 30{06{@2.5.4.11} 13{'b'}}}}", 0, 0},
        {"CN=a+b", CERT_X500_NAME_STR | CERT_NAME_STR_NO_PLUS_FLAG, "30{31{30{06{@2.5.4.3} 13{'a+b'}}}}", 0,
         0},
        {"CN=a,b", CERT_X500_NAME_STR | CERT_NAME_STR_SEMICOLON_FLAG, "30{31{30{06{@2.5.4.3} 13{'a,b'}}}}", 0,
         0},
        {"CN=\"say \"\"hi\"\"\"", CERT_X500_NAME_STR | CERT_NAME_STR_ENABLE_UTF8_UNICODE_FLAG,
         "30{31{30{06{@2.5.4.3} 0c{'say \"hi\"'}}}}", 0, 0},
        {"CN=a*", CERT_X500_NAME_STR, "30{31{30{06{@2.5.4.3} 1e{00 61 00 2a}}}}", 0, 0},
        {"CN=\xc3\xa4", CERT_X500_NAME_STR, "30{31{30{06{@2.5.4.3} 1e{00 e4}}}}", 0, 0},
        {"CN=\xf0\x9f\x98\x80", CERT_X500_NAME_STR, "30{31{30{06{@2.5.4.3} 0c{f0 9f 98 80}}}}", 0, 0},
        {"CN=a", CERT_X500_NAME_STR | CERT_NAME_STR_FORCE_UTF8_DIR_STR_FLAG,
         "30{31{30{06{@2.5.4.3} 0c{'a'}}}}", 0, 0},
        {"E=a@b, DC=x", CERT_X500_NAME_STR,
         "30{31{30{06{@1.2.840.113549.1.9.1} 16{'a@b'}}} 31{30{06{@0.9.2342.19200300.100.1.25} 16{'x'}}}}", 0,
         0},
        {"1.2.3 = # AB CD 01", CERT_OID_NAME_STR, "30{31{30{06{@1.2.3} 04{ab cd 01}}}}", 0, 0},
        {"", CERT_X500_NAME_STR, "30{}", 0, 0},
        {"  ", CERT_X500_NAME_STR, "30{}", 0, 0},
        {"CN=", CERT_X500_NAME_STR, "30{31{30{06{@2.5.4.3} 13{}}}}", 0, 0},
        {"XY=a", CERT_X500_NAME_STR, NULL, CRYPT_E_INVALID_X500_STRING, 3},
        {"CN=a, b", CERT_X500_NAME_STR, NULL, CRYPT_E_INVALID_X500_STRING, 7},
        {"CN=a,", CERT_X500_NAME_STR, NULL, CRYPT_E_INVALID_X500_STRING, 5},
        {"CN=\"a", CERT_X500_NAME_STR, NULL, CRYPT_E_INVALID_X500_STRING, 5},
        {"CN=a\"b", CERT_X500_NAME_STR, NULL, CRYPT_E_INVALID_X500_STRING, 4},
        {"CN=#abc", CERT_X500_NAME_STR, NULL, CRYPT_E_INVALID_X500_STRING, 7},
        {"CN=#xy", CERT_X500_NAME_STR, NULL, CRYPT_E_INVALID_X500_STRING, 4},
        {"C=\xc3\xa4", CERT_X500_NAME_STR, NULL, CRYPT_E_INVALID_PRINTABLE_STRING, 4},
        {"E=\xc3\xa4", CERT_X500_NAME_STR, NULL, CRYPT_E_INVALID_IA5_STRING, 4},
        {"CN=a", CERT_SIMPLE_NAME_STR, NULL, E_INVALIDARG, 0},
    };
    BYTE name[200];

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        const char *place = NULL;
        DWORD size = sizeof name;
        BOOL done = CertStrToNameA(X509_ASN_ENCODING, rows[i].text, rows[i].type, NULL, name, &size, &place);

        assert_int_equal(done, rows[i].wanted != NULL);
        if (done) {
            struct plat_span wanted = maker_der(rows[i].wanted, &text);

            assert_int_equal(size, wanted.size);
            assert_memory_equal(name, wanted.data, size);
            assert_null(place);
        } else {
            assert_int_equal(GetLastError(), rows[i].code);
            if (rows[i].code != E_INVALIDARG)
                assert_ptr_equal(place, rows[i].text + rows[i].at);
        }
    }
    static const WCHAR wide[] = {'C', 'N', '=', 0xd83d, 0xde00, ',', 'X', 0};
    LPCWSTR place = NULL;
    DWORD size = 0;
    assert_false(CertStrToNameW(X509_ASN_ENCODING, wide, CERT_X500_NAME_STR, NULL, NULL, &size, &place));
    assert_ptr_equal(place, wide + 7);
}

/* Everything that takes memory, once; what is left open is given back. */
static bool all_of_it(PCCERT_CONTEXT cert)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    HCERTSTORE collection = CertOpenStore(CERT_STORE_PROV_COLLECTION, 0, 0, 0, NULL);
    CRYPT_DATA_BLOB value = {2, (BYTE[]){0, 0}}, saved = {0, NULL};
    PCCERT_CONTEXT copy = NULL, found = NULL;
    DWORD size = 0;
    BOOL done = store && collection &&
                CertAddStoreToCollection(collection, store, CERT_PHYSICAL_STORE_ADD_ENABLE_FLAG, 0) &&
                CertAddCertificateContextToStore(collection, cert, CERT_STORE_ADD_NEW, &copy) &&
                CertGetNameStringW(copy, CERT_NAME_RDN_TYPE, 0, NULL, NULL, 0) > 1 &&
                CertSetCertificateContextProperty(copy, CERT_DESCRIPTION_PROP_ID, 0, &value) &&
                CertGetEnhancedKeyUsage(copy, 0, NULL, &size) &&
                CertSaveStore(collection, 0, CERT_STORE_SAVE_AS_PKCS7, CERT_STORE_SAVE_TO_MEMORY, &saved, 0) &&
                CertSerializeCertificateStoreElement(copy, 0, NULL, &size) &&
                CertStrToNameA(X509_ASN_ENCODING, "CN=a+OU=b, O=\xc3\xa4",
                               CERT_X500_NAME_STR | CERT_NAME_STR_REVERSE_FLAG, NULL, NULL, &size, NULL);

    if (done)
        found = CertFindCertificateInStore(collection, X509_ASN_ENCODING, 0, CERT_FIND_SUBJECT_STR_A, "Alice",
                                           NULL);
    CertFreeCertificateContext(found);
    CertFreeCertificateContext(copy);
    WORKS(CertCloseStore(collection, CERT_CLOSE_STORE_CHECK_FLAG));
    WORKS(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    return found != NULL;
}

/* With every allocation failing in turn: an error, and nothing is lost. */
static void without_memory(void **state)
{
    PCCERT_CONTEXT cert = leaf();
    unsigned n = 0;

    (void)state;
    assert_true(all_of_it(cert)); /* the table of handles is there now */
    do {
        size_t live = plat_fake_memory_live();

        plat_fake_memory_fail(++n, false);
        bool done = all_of_it(cert);

        assert_int_equal(done, plat_fake_memory_failures() == 0);
        assert_int_equal(plat_fake_memory_live(), live);
    } while (plat_fake_memory_failures() > 0);
    plat_fake_memory_fail(0, false);
    assert_in_range(n, 20, 1000);
    CertFreeCertificateContext(cert);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificate_info),
        cmocka_unit_test(time_validity),
        cmocka_unit_test(display_names),
        cmocka_unit_test(names_with_nul),
        cmocka_unit_test(usages),
        cmocka_unit_test(finding),
        cmocka_unit_test(comparing),
        cmocka_unit_test(comparing_certificates),
        cmocka_unit_test(lists),
        cmocka_unit_test(text_of_names),
        cmocka_unit_test(names_of_text),
        cmocka_unit_test(without_memory),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
