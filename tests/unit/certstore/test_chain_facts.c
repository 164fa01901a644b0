/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of CertGetCertificateChain on Windows, a case for each fact, named after it. */
#include "chain_cases.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define TIME CERT_TRUST_IS_NOT_TIME_VALID
#define NESTED CERT_TRUST_IS_NOT_TIME_NESTED
#define BADSIG CERT_TRUST_IS_NOT_SIGNATURE_VALID
#define UNTRUSTED CERT_TRUST_IS_UNTRUSTED_ROOT
#define PARTIAL CERT_TRUST_IS_PARTIAL_CHAIN
#define USAGE CERT_TRUST_IS_NOT_VALID_FOR_USAGE
#define UNKNOWN_CRITICAL (CERT_TRUST_HAS_NOT_SUPPORTED_CRITICAL_EXT | CERT_TRUST_INVALID_EXTENSION)

#define ROOT "root CN=R<CN=R ca\n"
#define ISSUING "store CN=I<CN=R ca\n"

static const struct chain_case cases[] = {
    {"all checks run and OR their bits, per element",
     TIME | BADSIG | UNKNOWN_CRITICAL | CERT_TRUST_INVALID_BASIC_CONSTRAINTS, "8000109/4,400/104,0/10c",
     ROOT "store CN=I<CN=R notca\nleaf CN=A<CN=I to=-1 badsig crit=1.2.3.4:0500\n", NULL, 0},
    {"notAfter is inclusive", 0, "0/104,0/10c", ROOT "leaf CN=A<CN=R to=0\n", NULL, 0},
    {"one second after notAfter", TIME, "1/104,0/10c", ROOT "leaf CN=A<CN=R to=-1\n", NULL, 0},
    {"a key identifier mismatch alone still chains by name", 0, "0/104,0/10c",
     "root CN=R<CN=R ca skid=aa\nleaf CN=A<CN=R akid=bb\n", NULL, 0},
    {"once the end entity is not time valid, the CAs above it are not flagged for time",
     TIME | BADSIG | UNTRUSTED, "9/4,0/104,20/10c",
     "store CN=R<CN=R ca to=-1\nstore CN=I<CN=R ca to=-1\nleaf CN=A<CN=I to=-1 badsig\n", NULL, 0},
    {"a requested usage that is not met sets 0x10 on every element", USAGE, "10/104,10/104,10/10c",
     ROOT ISSUING "leaf CN=A<CN=I eku=server\n", CERT_USAGE_CLIENT_AUTH, 0},
    {"explicit policy required and unmet", CERT_TRUST_NO_ISSUANCE_CHAIN_POLICY, "2000000/104,0/104,0/10c",
     ROOT "store CN=I<CN=R ca require=0\nleaf CN=A<CN=I\n", NULL, 0},
    {"malformed policy constraints", CERT_TRUST_INVALID_POLICY_CONSTRAINTS, "0/104,200/104,0/10c",
     ROOT "store CN=I<CN=R ca ext=2.5.29.36:3000\nleaf CN=A<CN=I\n", NULL, 0},
    {"DNS name constraints apply to the CN without a dNSName", CERT_TRUST_HAS_NOT_PERMITTED_NAME_CONSTRAINT,
     "4000/104,0/10c", "root CN=R<CN=R ca permit=dns:a.example\nleaf CN=www.b.example<CN=R\n", NULL, 0},
    {"and not with one", 0, "0/504,0/10c",
     "root CN=R<CN=R ca permit=dns:a.example\nleaf CN=www.b.example<CN=R san=dns:a.example\n", NULL, 0},
    {"a root's own bad signature is reported", BADSIG, "0/104,8/c",
     "root CN=R<CN=R ca badsig\nleaf CN=A<CN=R\n", NULL, 0},
    {"an end certificate that is a changed copy of a trusted root", BADSIG, "8/4,0/10c",
     ROOT "leaf CN=R<CN=R ca badsig serial=9\n", NULL, 0},
    {"a changed copy of a root that is not trusted", BADSIG | UNTRUSTED, "28/c",
     "store CN=R<CN=R ca\nleaf CN=R<CN=R ca badsig serial=9\n", NULL, 0},
    {"a changed copy of a trusted root, as issuer", 0, "0/104,0/10c",
     ROOT "peer CN=R<CN=R ca badsig serial=9\nleaf CN=A<CN=R\n", NULL, 0},
    {"the name of a trusted root with another key", BADSIG | UNTRUSTED, "28/c",
     ROOT "leaf CN=R<CN=R ca key=other badsig\n", NULL, 0},
    {"a root store member that is not self-signed is no anchor", UNTRUSTED, "0/104,0/104,20/10c",
     "peer CN=R<CN=R ca\nroot CN=I<CN=R ca\nleaf CN=A<CN=I\n", NULL, 0},
    {"a self-signed end outside the root store", UNTRUSTED, "0/104,20/10c",
     "peer CN=R<CN=R ca\nleaf CN=A<CN=R\n", NULL, 0},
    {"an issuer that is not found: partial chain, alone", PARTIAL, "0/4", "leaf CN=A<CN=R\n", NULL, 0},
    {"an unknown critical extension comes with 0x100", UNKNOWN_CRITICAL, "8000100/104,0/10c",
     ROOT "leaf CN=A<CN=R crit=1.2.3.4:0500\n", NULL, 0},

    /* the info word */
    {"info: exact match", 0, "0/101,0/10c", "root CN=R<CN=R ca serial=9\nleaf CN=A<CN=R aserial=CN=R:9\n",
     NULL, 0},
    {"info: key match", 0, "0/102,0/10c", "root CN=R<CN=R ca skid=aa\nleaf CN=A<CN=R akid=aa\n", NULL, 0},
    {"info: name match", 0, "0/104,0/10c", ROOT "leaf CN=A<CN=R\n", NULL, 0},
    {"info: self-signed", 0, "0/10c", "root+leaf CN=R<CN=R ca\n", NULL, 0},
    {"info: no preferred issuer in a partial chain", PARTIAL, "0/4,0/4", ISSUING "leaf CN=A<CN=I\n", NULL, 0},
    {"info: a missing issuer that is asked for by key", PARTIAL, "0/2", "leaf CN=A<CN=R akid=aa\n", NULL, 0},
    {"info: a missing issuer that is asked for by serial number", PARTIAL, "0/1",
     "leaf CN=A<CN=R akid=aa aserial=CN=R:9\n", NULL, 0},
    {"info: a trusted peer whose issuer is asked for by key", 0, "0/802", "leaf+people CN=A<CN=R akid=aa\n",
     NULL, 0},
    {"info: the end of a circle, asked for by key", PARTIAL | CERT_TRUST_IS_CYCLIC, "0/4,0/4,80/2",
     "store CN=I<CN=J ca skid=aa\nstore CN=J<CN=I ca akid=aa\nleaf CN=A<CN=I\n", NULL, 0},
    {"info: name constraints held", 0, "0/504,0/10c",
     "root CN=R<CN=R ca permit=dns:a.example\nleaf <CN=R san=dns:a.example\n", NULL, 0},
    {"info: a required policy is there, but not on elements", 0, "0/104,0/104,0/10c",
     ROOT "store CN=I<CN=R ca require=0 policy=1.1\nleaf CN=A<CN=I policy=1.1\n", NULL, 0},
    {"info: a policy that nobody requires says nothing", 0, "0/104,0/104,0/10c",
     ROOT "store CN=I<CN=R ca policy=1.1\nleaf CN=A<CN=I policy=1.1\n", NULL, 0},

    /* time nesting, which Windows CE and Windows up to XP check */
    {"nesting is not looked at", 0, "0/104,0/10c", "root CN=R<CN=R ca from=-10 to=10\nleaf CN=A<CN=R\n", NULL,
     0},
    {"nesting: ends later", NESTED, "2/104,0/10c", "root CN=R<CN=R ca to=10\nleaf CN=A<CN=R to=11\n", NULL,
     CERT_CHAIN_TIME_NESTING},
    {"nesting: begins earlier", NESTED, "2/104,0/10c",
     "root CN=R<CN=R ca from=-10\nleaf CN=A<CN=R from=-11\n", NULL, CERT_CHAIN_TIME_NESTING},
    {"nesting: the same period", 0, "0/104,0/10c", ROOT "leaf CN=A<CN=R\n", NULL, CERT_CHAIN_TIME_NESTING},
    {"nesting: of the intermediate", NESTED, "0/104,2/104,0/10c",
     "root CN=R<CN=R ca to=10\nstore CN=I<CN=R ca to=11\nleaf CN=A<CN=I to=10\n", NULL,
     CERT_CHAIN_TIME_NESTING},
    {"nesting does not hide time", NESTED | TIME, "2/104,1/10c", "root CN=R<CN=R ca to=-1\nleaf CN=A<CN=R\n",
     NULL, CERT_CHAIN_TIME_NESTING},

    /* TrustedPeople */
    {"a peer that is trusted needs no root", 0, "0/90c", "leaf+people CN=A<CN=A\n", NULL, 0},
    {"and no issuer", 0, "0/804", "leaf+people CN=A<CN=I\n", NULL, 0},
    {"its issuers are shown", 0, "0/904,0/10c", "store CN=R<CN=R ca\nleaf+people CN=A<CN=R\n", NULL, 0},
    {"its issuers' circle does not matter", 0, "0/804,0/4,0/4",
     "store CN=I<CN=J ca\nstore CN=J<CN=I ca\nleaf+people CN=A<CN=I\n", NULL, 0},
    {"a trusted peer that has expired needs a root again", TIME | UNTRUSTED, "21/10c",
     "leaf+people CN=A<CN=A to=-1\n", NULL, 0},
    {"a trusted peer for another usage", USAGE, "10/804", "leaf+people CN=A<CN=I eku=server\n",
     CERT_USAGE_CLIENT_AUTH, 0},
    {"a trusted peer that is distrusted", CERT_TRUST_IS_EXPLICIT_DISTRUST, "4000000/804",
     "leaf+people+bad CN=A<CN=I\n", NULL, 0},
    {"a trusted peer with a weak key", CERT_TRUST_HAS_WEAK_SIGNATURE | BADSIG, "100008/804",
     "leaf+people CN=A<CN=I rsa=512\n", NULL, 0},
    {"a trusted peer whose issuer did not sign it", BADSIG, "8/804,0/10c",
     ROOT "leaf+people CN=A<CN=R badsig\n", NULL, 0},
    {"people are not issuers", PARTIAL, "0/4", "people CN=I<CN=R ca\nleaf CN=A<CN=I\n", NULL, 0},
    {"another certificate of the same person is not the one", PARTIAL, "0/4",
     "people CN=A<CN=I serial=1\nleaf CN=A<CN=I serial=2\n", NULL, 0},

    /* what is not supported is not believed */
    {"Ed25519", BADSIG, "8/4,0/10c", ROOT "leaf CN=A<CN=R alg=ed25519\n", NULL, 0},
    {"Ed448", BADSIG, "8/4,0/10c", ROOT "leaf CN=A<CN=R alg=ed448\n", NULL, 0},
    {"RSA-PSS", BADSIG, "8/4,0/10c", ROOT "leaf CN=A<CN=R alg=pss\n", NULL, 0},
};

int main(void)
{
    return RUN_CHAIN_CASES("chain facts", cases);
}
