/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One certificate or chain for every error bit that the checks give (names and policies have tables of their
 * own).
 */
#include "chain_cases.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define USAGE CERT_TRUST_IS_NOT_VALID_FOR_USAGE
#define UNDECODABLE (CERT_TRUST_INVALID_EXTENSION | CERT_TRUST_INVALID_POLICY_CONSTRAINTS)
#define APPOL "1.3.6.1.4.1.311.21.10"
#define BASIC CERT_TRUST_INVALID_BASIC_CONSTRAINTS
#define BADSIG CERT_TRUST_IS_NOT_SIGNATURE_VALID
#define WEAK (CERT_TRUST_HAS_WEAK_SIGNATURE | CERT_TRUST_IS_NOT_SIGNATURE_VALID)

#define ROOT "root CN=R<CN=R ca\n"
#define ISSUING "store CN=I<CN=R ca\n"

static const struct chain_case cases[] = {
    {"good, two certificates", 0, "0/104,0/10c", ROOT "leaf CN=A<CN=R\n", NULL, 0},
    {"good, three certificates", 0, "0/104,0/104,0/10c", ROOT ISSUING "leaf CN=A<CN=I\n", NULL, 0},
    {"good, the intermediate from the peer", 0, "0/104,0/104,0/10c",
     ROOT "peer CN=I<CN=R ca\nleaf CN=A<CN=I\n", NULL, 0},
    {"good, a root as the end certificate", 0, "0/10c", "root+leaf CN=R<CN=R ca\n", NULL, 0},

    /* where the chain ends */
    {"issuer not found", CERT_TRUST_IS_PARTIAL_CHAIN, "0/4", "leaf CN=A<CN=R\n", NULL, 0},
    {"issuer's issuer not found", CERT_TRUST_IS_PARTIAL_CHAIN, "0/4,0/4", ISSUING "leaf CN=A<CN=I\n", NULL, 0},
    {"self-signed end certificate", CERT_TRUST_IS_UNTRUSTED_ROOT, "20/10c", "leaf CN=A<CN=A\n", NULL, 0},
    {"untrusted root", CERT_TRUST_IS_UNTRUSTED_ROOT, "0/104,20/10c", "store CN=R<CN=R ca\nleaf CN=A<CN=R\n",
     NULL, 0},
    {"a member of the root set that another has issued is no anchor", CERT_TRUST_IS_UNTRUSTED_ROOT,
     "0/104,0/104,20/10c", "store CN=R<CN=R ca\nroot CN=I<CN=R ca\nleaf CN=A<CN=I\n", NULL, 0},
    {"the same, its root unknown", CERT_TRUST_IS_PARTIAL_CHAIN, "0/4,0/4",
     "root CN=I<CN=R ca\nleaf CN=A<CN=I\n", NULL, 0},
    {"name chaining: the issuer's key, but not its name", CERT_TRUST_IS_PARTIAL_CHAIN, "0/4",
     ROOT "leaf CN=A<CN=X signed=CN=R\n", NULL, 0},

    /* signatures */
    {"bad signature", BADSIG, "8/4,0/10c", ROOT "leaf CN=A<CN=R badsig\n", NULL, 0},
    {"bad signature on the intermediate", BADSIG, "0/104,8/4,0/10c",
     ROOT "store CN=I<CN=R ca badsig\nleaf CN=A<CN=I\n", NULL, 0},
    {"signed by another key", BADSIG, "8/4,0/10c", ROOT "leaf CN=A<CN=R signed=other\n", NULL, 0},
    {"a root's own bad signature", BADSIG, "0/104,8/c", "root CN=R<CN=R ca badsig\nleaf CN=A<CN=R\n", NULL, 0},
    {"unsupported algorithm", BADSIG, "8/4,0/10c", ROOT "leaf CN=A<CN=R alg=ed25519\n", NULL, 0},
    {"inner and outer algorithm differ", BADSIG, NULL, ROOT "leaf CN=A<CN=R differ\n", NULL, 0},

    /* weak */
    {"MD5", WEAK, "100008/4,0/10c", ROOT "leaf CN=A<CN=R alg=md5\n", NULL, 0},
    {"MD2", WEAK, "100008/4,0/10c", ROOT "leaf CN=A<CN=R alg=md2\n", NULL, 0},
    {"MD5 on the root", WEAK, "0/104,100008/c", "root CN=R<CN=R ca alg=md5\nleaf CN=A<CN=R\n", NULL, 0},
    {"RSA 512", WEAK, "100008/4,0/10c", ROOT "leaf CN=A<CN=R rsa=512\n", NULL, 0},
    {"RSA 1016", WEAK, "100008/4,0/10c", ROOT "leaf CN=A<CN=R rsa=1016\n", NULL, 0},
    {"RSA 1024 is not weak", 0, "0/104,0/10c", ROOT "leaf CN=A<CN=R rsa=1024\n", NULL, 0},
    {"SHA-1 as Windows takes it", 0, "0/104,0/10c", ROOT "leaf CN=A<CN=R alg=sha1\n", NULL, 0},
    {"SHA-1 when it is asked for", CERT_TRUST_HAS_WEAK_SIGNATURE, "100000/104,0/10c",
     ROOT "leaf CN=A<CN=R alg=sha1\n", NULL, CERT_CHAIN_WEAK_SHA1},
    {"SHA-1 on the root proves nothing anyhow", 0, "0/104,0/10c",
     "root CN=R<CN=R ca alg=sha1\nleaf CN=A<CN=R\n", NULL, CERT_CHAIN_WEAK_SHA1},

    /* time: both ends inclusive */
    {"expired", CERT_TRUST_IS_NOT_TIME_VALID, "1/104,0/10c", ROOT "leaf CN=A<CN=R to=-1\n", NULL, 0},
    {"not yet valid", CERT_TRUST_IS_NOT_TIME_VALID, "1/104,0/10c", ROOT "leaf CN=A<CN=R from=1\n", NULL, 0},
    {"at notAfter", 0, "0/104,0/10c", ROOT "leaf CN=A<CN=R to=0\n", NULL, 0},
    {"at notBefore", 0, "0/104,0/10c", ROOT "leaf CN=A<CN=R from=0\n", NULL, 0},
    {"expired intermediate", CERT_TRUST_IS_NOT_TIME_VALID, "0/104,1/104,0/10c",
     ROOT "store CN=I<CN=R ca to=-1\nleaf CN=A<CN=I\n", NULL, 0},
    {"expired root", CERT_TRUST_IS_NOT_TIME_VALID, "0/104,1/10c", "root CN=R<CN=R ca to=-1\nleaf CN=A<CN=R\n",
     NULL, 0},
    {"all expired: only the end certificate is flagged", CERT_TRUST_IS_NOT_TIME_VALID, "1/104,0/104,0/10c",
     "root CN=R<CN=R ca to=-1\nstore CN=I<CN=R ca to=-1\nleaf CN=A<CN=I to=-1\n", NULL, 0},
    {"all bits are gathered", CERT_TRUST_IS_NOT_TIME_VALID | BADSIG | CERT_TRUST_IS_UNTRUSTED_ROOT,
     "9/4,0/104,20/10c", "store CN=R<CN=R ca to=-1\nstore CN=I<CN=R ca to=-1\nleaf CN=A<CN=I to=-1 badsig\n",
     NULL, 0},
    {"a validity period outside the issuer's is no fault", 0, NULL,
     "root CN=R<CN=R ca from=-10 to=10\nleaf CN=A<CN=R\n", NULL, 0},

    /* usage */
    {"issuer without keyCertSign", USAGE, "0/104,10/104,0/10c",
     ROOT "store CN=I<CN=R ca ku=sign+crl\nleaf CN=A<CN=I\n", NULL, 0},
    {"root without keyCertSign", USAGE, "0/104,10/10c", "root CN=R<CN=R ca ku=sign\nleaf CN=A<CN=R\n", NULL,
     0},
    {"keyCertSign", 0, NULL, ROOT "store CN=I<CN=R ca ku=cert\nleaf CN=A<CN=I ku=sign\n", NULL, 0},
    {"the end certificate needs no keyCertSign", 0, NULL, "root+leaf CN=R<CN=R ca ku=sign\n", NULL, 0},
    {"no usage asked for", 0, NULL, ROOT "leaf CN=A<CN=R eku=server\n", NULL, 0},
    {"usage asked for and there", 0, NULL, ROOT "leaf CN=A<CN=R eku=server+client\n", CERT_USAGE_CLIENT_AUTH,
     0},
    {"usage asked for, none stated", 0, NULL, ROOT "leaf CN=A<CN=R\n", CERT_USAGE_CLIENT_AUTH, 0},
    {"any usage", 0, NULL, ROOT "leaf CN=A<CN=R eku=any\n", CERT_USAGE_CLIENT_AUTH, 0},
    {"other usage marks every element", USAGE, "10/104,10/104,10/10c",
     ROOT ISSUING "leaf CN=A<CN=I eku=server\n", CERT_USAGE_CLIENT_AUTH, 0},
    {"the issuer's usage limits", USAGE, "10/104,10/104,10/10c",
     ROOT "store CN=I<CN=R ca eku=server\nleaf CN=A<CN=I eku=server+client\n", CERT_USAGE_CLIENT_AUTH, 0},
    {"empty extKeyUsage allows nothing", USAGE | UNDECODABLE, "310/104,10/10c",
     ROOT "leaf CN=A<CN=R ext=2.5.29.37:3000\n", CERT_USAGE_CLIENT_AUTH, 0},
    {"undecodable extKeyUsage", UNDECODABLE, "300/104,0/10c", ROOT "leaf CN=A<CN=R ext=2.5.29.37:3011\n",
     NULL, 0},
    {"undecodable extKeyUsage counts as any usage", UNDECODABLE, "300/104,0/10c",
     ROOT "leaf CN=A<CN=R ext=2.5.29.37:3011\n", CERT_USAGE_CLIENT_AUTH, 0},
    {"undecodable extKeyUsage of an issuer, critical", UNDECODABLE, "0/104,300/104,0/10c",
     ROOT "store CN=I<CN=R ca crit=2.5.29.37:3011\nleaf CN=A<CN=I\n", CERT_USAGE_CLIENT_AUTH, 0},

    /* application policies, which stand in for extended key usages */
    {"application policies: there", 0, "0/104,0/10c", ROOT "leaf CN=A<CN=R appol=client\n",
     CERT_USAGE_CLIENT_AUTH, 0},
    {"application policies: another", USAGE, "10/104,10/10c", ROOT "leaf CN=A<CN=R appol=server\n",
     CERT_USAGE_CLIENT_AUTH, 0},
    {"application policies: the extKeyUsage beside them does not allow", USAGE, NULL,
     ROOT "leaf CN=A<CN=R eku=client appol=server\n", CERT_USAGE_CLIENT_AUTH, 0},
    {"application policies: nor does it forbid", 0, NULL, ROOT "leaf CN=A<CN=R eku=server appol=client\n",
     CERT_USAGE_CLIENT_AUTH, 0},
    {"application policies: any usage", 0, NULL, ROOT "leaf CN=A<CN=R eku=server appol=2.5.29.37.0\n",
     CERT_USAGE_CLIENT_AUTH, 0},
    {"application policies: any policy is no usage", USAGE, NULL,
     ROOT "leaf CN=A<CN=R eku=client appol=2.5.29.32.0\n", CERT_USAGE_CLIENT_AUTH, 0},
    {"application policies: none at all", USAGE, "10/104,10/10c",
     ROOT "leaf CN=A<CN=R eku=client ext=" APPOL ":3000\n", CERT_USAGE_CLIENT_AUTH, 0},
    {"application policies: undecodable, any usage", UNDECODABLE, "300/104,0/10c",
     ROOT "leaf CN=A<CN=R eku=server ext=" APPOL ":0500\n", CERT_USAGE_CLIENT_AUTH, 0},
    {"application policies: critical and known", 0, NULL,
     ROOT "leaf CN=A<CN=R crit=" APPOL ":300c300a06082b06010505070302\n", CERT_USAGE_CLIENT_AUTH, 0},
    {"application policies: critical and undecodable", UNDECODABLE, NULL,
     ROOT "leaf CN=A<CN=R crit=" APPOL ":0500\n", NULL, 0},
    {"application policies: of the issuer", USAGE, "10/104,10/104,10/10c",
     ROOT "store CN=I<CN=R ca appol=server\nleaf CN=A<CN=I\n", CERT_USAGE_CLIENT_AUTH, 0},
    {"malformed keyUsage on an issuer", USAGE | CERT_TRUST_INVALID_EXTENSION, "0/104,110/104,0/10c",
     ROOT "store CN=I<CN=R ca ext=2.5.29.15:0500\nleaf CN=A<CN=I\n", NULL, 0},
    {"a request that is no OID is not met", USAGE, NULL, ROOT "leaf CN=A<CN=R\n", "client", 0},

    /* basicConstraints */
    {"issuer without basicConstraints", BASIC, "0/104,400/104,0/10c",
     ROOT "store CN=I<CN=R\nleaf CN=A<CN=I\n", NULL, 0},
    {"issuer that says it is no CA", BASIC, "0/104,400/104,0/10c",
     ROOT "store CN=I<CN=R notca\nleaf CN=A<CN=I\n", NULL, 0},
    {"root that says it is no CA", BASIC, "0/104,400/10c", "root CN=R<CN=R notca\nleaf CN=A<CN=R\n", NULL, 0},
    {"version 1 issuer", BASIC, "0/104,400/104,0/10c", ROOT "store CN=I<CN=R v1\nleaf CN=A<CN=I\n", NULL, 0},
    {"version 1 root", 0, "0/104,0/10c", "root CN=R<CN=R v1\nleaf CN=A<CN=R\n", NULL, 0},
    {"version 1 root that is not trusted", BASIC | CERT_TRUST_IS_UNTRUSTED_ROOT, "0/104,420/10c",
     "store CN=R<CN=R v1\nleaf CN=A<CN=R\n", NULL, 0},
    {"root without basicConstraints", 0, NULL, "root CN=R<CN=R ku=cert\nleaf CN=A<CN=R\n", NULL, 0},
    {"path length 0 exceeded", BASIC, "0/104,0/104,400/104,0/10c",
     ROOT "store CN=J<CN=R ca=0\nstore CN=I<CN=J ca\nleaf CN=A<CN=I\n", NULL, 0},
    {"path length 1 kept", 0, NULL, ROOT "store CN=J<CN=R ca=1\nstore CN=I<CN=J ca\nleaf CN=A<CN=I\n", NULL,
     0},
    {"path length of the root", BASIC, "0/104,0/104,400/10c",
     "root CN=R<CN=R ca=0\n" ISSUING "leaf CN=A<CN=I\n", NULL, 0},
    {"the end certificate does not count", 0, NULL, ROOT "store CN=I<CN=R ca=0\nleaf CN=A<CN=I ca\n", NULL, 0},
    {"self-issued certificates do not count", 0, "0/104,0/104,0/104,0/10c",
     ROOT
     "store CN=I<CN=R ca=0 key=old\nstore CN=I<CN=I ca=0 key=new signed=old\nleaf CN=A<CN=I signed=new\n",
     NULL, 0},
    {"a path length beyond all bounds is malformed", BASIC, "0/104,400/104,0/10c",
     ROOT "store CN=I<CN=R ext=2.5.29.19:300b0101ff0206010000000000\nleaf CN=A<CN=I\n", NULL, 0},

    /* extensions */
    {"unknown critical extension", CERT_TRUST_HAS_NOT_SUPPORTED_CRITICAL_EXT | CERT_TRUST_INVALID_EXTENSION,
     "8000100/104,0/10c", ROOT "leaf CN=A<CN=R crit=1.2.3.4:0500\n", NULL, 0},
    {"unknown critical extension of the intermediate",
     CERT_TRUST_HAS_NOT_SUPPORTED_CRITICAL_EXT | CERT_TRUST_INVALID_EXTENSION, "0/104,8000100/104,0/10c",
     ROOT "store CN=I<CN=R ca crit=1.2.3.4:0500\nleaf CN=A<CN=I\n", NULL, 0},
    {"unknown extension", 0, NULL, ROOT "leaf CN=A<CN=R ext=1.2.3.4:0500\n", NULL, 0},
    {"an extension twice", CERT_TRUST_INVALID_EXTENSION, "100/104,0/10c",
     ROOT "leaf CN=A<CN=R eku=client eku=client\n", NULL, 0},
    {"malformed subjectAltName", CERT_TRUST_INVALID_EXTENSION, "100/104,0/10c",
     ROOT "leaf CN=A<CN=R ext=2.5.29.17:3001\n", NULL, 0},
    {"malformed key identifiers", CERT_TRUST_INVALID_EXTENSION, "100/104,0/10c",
     ROOT "leaf CN=A<CN=R ext=2.5.29.14:0400 ext=2.5.29.35:0500\n", NULL, 0},
    {"malformed nameConstraints", CERT_TRUST_INVALID_NAME_CONSTRAINTS, NULL,
     ROOT "store CN=I<CN=R ca ext=2.5.29.30:3000\nleaf CN=A<CN=I\n", NULL, 0},
    {"malformed policyConstraints", CERT_TRUST_INVALID_POLICY_CONSTRAINTS, NULL,
     ROOT "store CN=I<CN=R ca ext=2.5.29.36:3000\nleaf CN=A<CN=I\n", NULL, 0},
    {"malformed inhibitAnyPolicy", CERT_TRUST_INVALID_POLICY_CONSTRAINTS, NULL,
     ROOT "store CN=I<CN=R ca ext=2.5.29.54:0201ff\nleaf CN=A<CN=I\n", NULL, 0},
    {"malformed authorityInfoAccess is not our business", 0, NULL,
     ROOT "leaf CN=A<CN=R ext=1.3.6.1.5.5.7.1.1:0500\n", NULL, 0},
    {"unless it is critical", CERT_TRUST_INVALID_EXTENSION, NULL,
     ROOT "leaf CN=A<CN=R crit=1.3.6.1.5.5.7.1.1:0500\n", NULL, 0},
    {"critical cRLDistributionPoints", 0, NULL,
     ROOT "leaf CN=A<CN=R crit=2.5.29.31:30123010a00ea00c860a687474703a2f2f782f79\n", NULL, 0},

    /* distrust */
    {"distrusted end certificate", CERT_TRUST_IS_EXPLICIT_DISTRUST, "4000000/104,0/10c",
     ROOT "leaf+bad CN=A<CN=R\n", NULL, 0},
    {"distrusted intermediate", CERT_TRUST_IS_EXPLICIT_DISTRUST, "0/104,4000000/104,0/10c",
     ROOT "store+bad CN=I<CN=R ca\nleaf CN=A<CN=I\n", NULL, 0},
    {"distrusted root", CERT_TRUST_IS_EXPLICIT_DISTRUST, "0/104,4000000/10c",
     "root+bad CN=R<CN=R ca\nleaf CN=A<CN=R\n", NULL, 0},
    {"distrust goes by issuer and serial number", CERT_TRUST_IS_EXPLICIT_DISTRUST, "4000000/104,0/10c",
     ROOT "leaf CN=A<CN=R serial=7\nbad CN=A<CN=R serial=7 eku=client\n", NULL, 0},
    {"another serial number is another certificate", 0, NULL,
     ROOT "leaf CN=A<CN=R serial=7\nbad CN=A<CN=R serial=8\n", NULL, 0},
};

int main(void)
{
    return RUN_CHAIN_CASES("chain checks", cases);
}
