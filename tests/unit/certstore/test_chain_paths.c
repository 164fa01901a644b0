/* SPDX-License-Identifier: Apache-2.0 */
/* Which chain is found where several could be: candidates, cross-certificates, circles, the better of two. */
#include "chain_cases.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct chain_case cases[] = {
    /* how the issuer was found */
    {"by key identifier", 0, "0/102,0/10c", "root CN=R<CN=R ca skid=aa\nleaf CN=A<CN=R akid=aa\n", NULL, 0},
    {"by issuer and serial number", 0, "0/101,0/10c",
     "root CN=R<CN=R ca serial=9\nleaf CN=A<CN=R aserial=CN=R:9\n", NULL, 0},
    {"both: the exact match is told", 0, "0/101,0/109",
     "root CN=R<CN=R ca serial=9 skid=aa akid=aa aserial=CN=R:9\nleaf CN=A<CN=R akid=aa aserial=CN=R:9\n",
     NULL, 0},
    {"a root by its own key identifier", 0, "0/104,0/10a",
     "root CN=R<CN=R ca skid=aa akid=aa\nleaf CN=A<CN=R\n", NULL, 0},
    {"identifiers that do not fit still chain by name", 0, "0/104,0/10c",
     "root CN=R<CN=R ca skid=aa\nleaf CN=A<CN=R akid=bb\n", NULL, 0},
    {"serial number that does not fit", 0, "0/104,0/10c",
     "root CN=R<CN=R ca serial=9\nleaf CN=A<CN=R aserial=CN=R:8\n", NULL, 0},

    /* several candidates */
    {"two keys of one name: the one that signed", 0,
     "0/104,0/10c", "root CN=R<CN=R ca key=one signed=one\nroot CN=R<CN=R ca key=two signed=two\nleaf CN=A<CN=R signed=two\n",
     NULL, 0},
    {"nobody's key signed: the best match is told", CERT_TRUST_IS_NOT_SIGNATURE_VALID, "8/2,0/10c",
     "root CN=R<CN=R ca key=one signed=one skid=aa\nroot CN=R<CN=R ca key=two signed=two skid=bb\n"
     "leaf CN=A<CN=R signed=three akid=bb\n",
     NULL, 0},
    {"key identifiers that lie do not lead away", 0, "0/104,0/10c",
     "root CN=R<CN=R ca key=one signed=one skid=aa\nstore CN=R<CN=R ca key=two signed=two skid=bb\n"
     "leaf CN=A<CN=R signed=one akid=bb\n",
     NULL, 0},
    {"the trusted root of two", 0, "0/104,0/104,0/10c",
     "store CN=I<CN=X ca key=i\nstore CN=X<CN=X ca\nstore CN=I<CN=R ca key=i\nroot CN=R<CN=R ca\nleaf "
     "CN=A<CN=I signed=i\n",
     NULL, 0},
    {"the one whose issuer is known", 0, "0/104,0/104,0/10c",
     "store CN=I<CN=X ca key=i\nstore CN=I<CN=R ca key=i\nroot CN=R<CN=R ca\nleaf CN=A<CN=I signed=i\n", NULL,
     0},
    {"the one that has not expired", 0, "0/104,0/104,0/10c",
     "store CN=I<CN=R ca key=i to=-1\nstore CN=I<CN=R ca key=i\nroot CN=R<CN=R ca\nleaf CN=A<CN=I signed=i\n",
     NULL, 0},
    {"the longer one, when the shorter has expired", 0, "0/104,0/104,0/104,0/10c",
     "root CN=R<CN=R ca\nstore CN=I<CN=R ca key=i to=-1\nstore CN=I<CN=J ca key=i\nstore CN=J<CN=R ca\nleaf "
     "CN=A<CN=I signed=i\n",
     NULL, 0},
    {"the one that is a CA", 0, NULL,
     "store CN=I<CN=R key=i\nstore CN=I<CN=R ca key=i\nroot CN=R<CN=R ca\nleaf CN=A<CN=I signed=i\n", NULL, 0},
    {"the one that is not distrusted", 0, NULL,
     "store+bad CN=I<CN=R ca key=i\nstore CN=I<CN=R ca key=i\nroot CN=R<CN=R ca\nleaf CN=A<CN=I signed=i\n",
     NULL, 0},
    {"the one whose name constraints permit", 0, NULL,
     "root CN=R<CN=R ca\nstore CN=I<CN=R ca key=i permit=dns:b.example\nstore CN=I<CN=R ca key=i "
     "permit=dns:a.example\n"
     "leaf CN=A<CN=I signed=i san=dns:a.example\n",
     NULL, 0},
    {"the one whose path length allows", 0, NULL,
     "root CN=R<CN=R ca\nstore CN=J<CN=R ca=0 key=j\nstore CN=J<CN=R ca=1 key=j\nstore CN=I<CN=J ca "
     "signed=j\nleaf CN=A<CN=I\n",
     NULL, 0},
    {"the one whose usage allows", 0, NULL,
     "root CN=R<CN=R ca\nstore CN=I<CN=R ca key=i eku=server\nstore CN=I<CN=R ca key=i eku=client\nleaf "
     "CN=A<CN=I signed=i\n",
     CERT_USAGE_CLIENT_AUTH, 0},
    {"the one whose policies fit", 0, NULL,
     "root CN=R<CN=R ca require=0\nstore CN=I<CN=R ca key=i policy=1.1\nstore CN=I<CN=R ca key=i policy=1.2\n"
     "leaf CN=A<CN=I signed=i policy=1.2\n",
     NULL, 0},
    {"the one without an unknown critical extension", 0,
     NULL, "root CN=R<CN=R ca\nstore CN=I<CN=R ca key=i crit=1.2.3:0500\nstore CN=I<CN=R ca key=i\nleaf CN=A<CN=I signed=i\n",
     NULL, 0},

    /* the lesser evil */
    {"expired rather than untrusted", CERT_TRUST_IS_NOT_TIME_VALID, "0/104,1/104,0/10c",
     "root CN=R<CN=R ca\nstore CN=I<CN=R ca key=i to=-1\nstore CN=I<CN=X ca key=i\nstore CN=X<CN=X ca\nleaf "
     "CN=A<CN=I signed=i\n",
     NULL, 0},
    {"untrusted rather than incomplete", CERT_TRUST_IS_UNTRUSTED_ROOT, "0/104,0/104,20/10c",
     "store CN=I<CN=Y ca key=i\nstore CN=I<CN=X ca key=i\nstore CN=X<CN=X ca\nleaf CN=A<CN=I signed=i\n",
     NULL, 0},
    {"incomplete rather than badly signed", CERT_TRUST_IS_PARTIAL_CHAIN,
     "0/4,0/4", "root CN=R<CN=R ca\nstore CN=I<CN=R ca key=i badsig\nstore CN=I<CN=Y ca key=i\nleaf CN=A<CN=I signed=i\n",
     NULL, 0},

    {"of two as bad, the shorter", CERT_TRUST_IS_NOT_TIME_VALID, "0/104,1/104,0/10c",
     "root CN=R<CN=R ca\nstore CN=I<CN=R ca key=i to=-1\nstore CN=I<CN=J ca key=i\nstore CN=J<CN=R ca to=-1\n"
     "leaf CN=A<CN=I signed=i\n",
     NULL, 0},

    /* roots that were renewed and crossed */
    {"cross-certificate to a trusted root", 0, "0/104,0/104,0/104,0/10c",
     "root CN=Old<CN=Old ca\nstore CN=New<CN=Old ca\nstore CN=I<CN=New ca\nleaf CN=A<CN=I\n", NULL, 0},
    {"the root's own certificate, not the cross-certificate", 0, "0/104,0/10c",
     "root CN=Old<CN=Old ca\nroot CN=New<CN=New ca\nstore CN=New<CN=Old ca\nleaf CN=A<CN=New\n", NULL, 0},
    {"the peer sends another certificate of the trusted root's key", 0, "0/104,0/10c",
     "root CN=R<CN=R ca serial=1\npeer CN=R<CN=R ca serial=2\nleaf CN=A<CN=R\n", NULL, 0},
    {"self-issued with another key: new signed by old", 0, "0/104,0/104,0/10c",
     "root CN=R<CN=R ca key=old signed=old\nstore CN=R<CN=R ca key=new signed=old\nleaf CN=A<CN=R "
     "signed=new\n",
     NULL, 0},
    {"self-issued, signed by nobody who is known",
     CERT_TRUST_IS_NOT_SIGNATURE_VALID | CERT_TRUST_IS_UNTRUSTED_ROOT, "0/104,28/c",
     "store CN=R<CN=R ca key=new signed=old\nstore CN=R<CN=R ca key=third signed=third\nleaf CN=A<CN=R "
     "signed=new\n",
     NULL, 0},
    {"the same, the old one unknown and its key named", CERT_TRUST_IS_PARTIAL_CHAIN, "0/4,0/2",
     "store CN=R<CN=R ca key=new signed=old skid=bb akid=aa\nleaf CN=A<CN=R signed=new\n", NULL, 0},

    /* circles */
    {"two authorities that certify each other", CERT_TRUST_IS_CYCLIC | CERT_TRUST_IS_PARTIAL_CHAIN,
     "0/4,0/4,80/4", "store CN=I<CN=J ca\nstore CN=J<CN=I ca\nleaf CN=A<CN=I\n", NULL, 0},
    {"and a way out", 0, "0/104,0/104,0/104,0/10c",
     "store CN=I<CN=J ca\nstore CN=J<CN=I ca\nstore CN=J<CN=R ca\nroot CN=R<CN=R ca\nleaf CN=A<CN=I\n", NULL,
     0},
    {"the end certificate in its own circle", CERT_TRUST_IS_CYCLIC | CERT_TRUST_IS_PARTIAL_CHAIN, NULL,
     "leaf+peer CN=A<CN=I ca\nstore CN=I<CN=A ca\n", NULL, 0},
    {"one authority under two certificates", CERT_TRUST_IS_CYCLIC | CERT_TRUST_IS_PARTIAL_CHAIN, NULL,
     "store CN=I<CN=J ca serial=1\nstore CN=I<CN=J ca serial=2\nstore CN=J<CN=I ca\nleaf CN=A<CN=I\n", NULL,
     0},

    /* names */
    {"names compare without regard to case and blanks", 0, NULL,
     "root CN=Big_Root<CN=Big_Root ca\nleaf CN=A<CN=BIG_root signed=CN=Big_Root\n", NULL, 0},
    {"a certificate in several sets is one", 0, "0/104,0/104,0/10c",
     "root+store+peer CN=R<CN=R ca\nstore+peer CN=I<CN=R ca\nleaf+peer CN=A<CN=I\n", NULL, 0},
};

int main(void)
{
    return RUN_CHAIN_CASES("chain paths", cases);
}
