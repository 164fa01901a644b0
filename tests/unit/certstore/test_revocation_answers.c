/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation, as tables: what is asked for, who may answer, and which of several lists counts. */
#include "revocation_cases.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct revocation_case cases[] = {
    /* the flags */
    {"no flag, no question", 0, "---", CHAIN "crl CN=CA list=7\n", 0},
    {"all is well", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA list=6,8\n", NOT_ROOT},
    {"end certificate only", 0, "g--", CHAIN "crl CN=Root list=5\ncrl CN=CA\n", END},
    {"whole chain: the root's own list", 0, "ggg", CHAIN ROOT_LIST "crl CN=CA\n", ALL},
    {"whole chain: the root on its own list", REVOKED | OFFLINE, "uur",
     CHAIN "crl CN=Root list=1\ncrl CN=CA\n", ALL},
    {"a revoked root when roots are left out", 0, "gg-", CHAIN "crl CN=Root list=1\ncrl CN=CA\n", NOT_ROOT},
    {"a lone root, left out", 0, "-", "leaf+root CN=Root<CN=Root serial=1 ca\ncrl CN=Root list=1\n", NOT_ROOT},
    {"a lone root as end certificate", REVOKED, "r",
     "leaf+root CN=Root<CN=Root serial=1 ca\ncrl CN=Root list=1\n", END},
    {"two flags: the wider", REVOKED | OFFLINE, "uur", CHAIN "crl CN=Root list=1\ncrl CN=CA\n", END | ALL},
    {"no list at all", UNKNOWN, "nn-", CHAIN, NOT_ROOT},
    {"no list, but a place to get it", OFFLINE, "og-", LEAF("cdp=uri:http://a/"), END | NOT_ROOT},
    {"no issuer, so nobody to believe", 0x10000U | OFFLINE, "u", "leaf CN=EE<CN=CA serial=7\ncrl CN=CA\n",
     NOT_ROOT},
    {"where known: nothing known", 0, "nn-", CHAIN, KNOWN},
    {"where known: a place to get it changes nothing", 0, "og-", LEAF("cdp=uri:http://a/"), KNOWN},
    {"where known: one level known and revoked", REVOKED, "rn-", CHAIN "crl CN=CA list=7\n", KNOWN},
    {"where known: out of date", OFFLINE, "on-", CHAIN "crl CN=CA next=-1\n", KNOWN},
    {"where known: not to be believed", UNKNOWN, "un-", CHAIN "crl CN=CA badsig\n", KNOWN},

    /* for whom nobody can speak */
    {"no issuer, but a distribution point", 0x10000U | OFFLINE, "u",
     "leaf CN=EE<CN=CA serial=7 cdp=uri:http://a/\n", NOT_ROOT},
    {"no issuer, where known", 0x10000U, "u", "leaf CN=EE<CN=CA serial=7\n", KNOWN},
    {"no root: its own lists clear nobody", 0x10000U | OFFLINE, "uu",
     "leaf CN=EE<CN=CA serial=7\n" CA "crl CN=CA\n", NOT_ROOT},
    {"no root, but revoked", 0x10000U | OFFLINE | REVOKED, "ru",
     "leaf CN=EE<CN=CA serial=7\n" CA "crl CN=CA list=7\n", NOT_ROOT},
    {"a circle", 0x10080U | OFFLINE, "uuu",
     "leaf CN=EE<CN=I serial=7\nstore CN=I<CN=J ca\nstore CN=J<CN=I ca\ncrl CN=I\ncrl CN=J\n", NOT_ROOT},
    {"a bad signature on the end certificate", 8U | OFFLINE, "ug-", LEAF("badsig") "crl CN=CA\n", NOT_ROOT},
    {"the same, and revoked", 8U | REVOKED, "rg-", LEAF("badsig") "crl CN=CA list=7\n", NOT_ROOT},
    {"a bad signature on the CA: nothing is known below", 8U | OFFLINE, "uu-",
     "leaf CN=EE<CN=CA serial=7\nstore CN=CA<CN=Root serial=5 ca badsig\n" ROOT ROOT_LIST "crl CN=CA\n",
     NOT_ROOT},
    {"the same, only the end certificate asked about", 8U | OFFLINE, "u--",
     "leaf CN=EE<CN=CA serial=7\nstore CN=CA<CN=Root serial=5 ca badsig\n" ROOT ROOT_LIST "crl CN=CA\n", END},
    {"a bad signature on a trusted root takes nothing from it", 8U, "gg-",
     "leaf CN=EE<CN=CA serial=7\n" CA "root CN=Root<CN=Root serial=1 ca badsig\n" ROOT_LIST "crl CN=CA\n",
     NOT_ROOT},
    {"an untrusted root", 0x20U | OFFLINE, "uu-", "leaf CN=EE<CN=CA serial=7\n" CA UNTRUSTED "crl CN=CA\n",
     NOT_ROOT},
    {"an untrusted root, revoked all the same", 0x20U | OFFLINE | REVOKED, "ru-",
     "leaf CN=EE<CN=CA serial=7\n" CA UNTRUSTED "crl CN=CA list=7\n", NOT_ROOT},
    {"an untrusted root, revoked by a list of another key", 0x20U | OFFLINE | REVOKED, "ru-",
     "leaf CN=EE<CN=CA serial=7\n" CA UNTRUSTED SIGNER("") "crl CN=CA signed=lists list=7\n", NOT_ROOT},
    {"an untrusted root, where nothing is known", 0x20U, "uu-",
     "leaf CN=EE<CN=CA serial=7\n" CA "store CN=Root<CN=Root serial=1 ca\n", KNOWN},
    {"an untrusted root alone", 0x20U, "u", "leaf CN=A<CN=A ca cdp=uri:http://a/\n", END},
    {"an untrusted root on its own list", 0x24U, "r", "leaf CN=A<CN=A ca serial=1\ncrl CN=A list=1\n", END},
    {"a root names no list and has none", 0, "n", "leaf+root CN=Root<CN=Root ca\n", END},
    {"the same above others", UNKNOWN, "gnn", CHAIN "crl CN=CA\n", ALL},
    {"a root that names a list", OFFLINE, "o", "leaf+root CN=Root<CN=Root ca cdp=uri:http://a/\n", END},
    {"a root and a list that does not cover it", UNKNOWN, "u",
     "leaf+root CN=Root<CN=Root ca\ncrl CN=Root only=user\n", END},
    {"a peer that is trusted, its root not", 0, "g--",
     "leaf+people CN=EE<CN=CA serial=7\n" CA UNTRUSTED "crl CN=CA\n", END},
    {"a peer that is trusted, its issuer unknown", OFFLINE, "u", "leaf+people CN=EE<CN=CA serial=7\n", END},

    /* how far a signer's path may reach */
    {"a signer's list by a second signer", 0, "g--",
     "leaf CN=EE<CN=CA serial=7 cdp=by:CN=A\n" CA ROOT ROOT_LIST
     "store CN=A<CN=CA serial=8 cdp=by:CN=B\nstore CN=B<CN=Root serial=9\ncrl CN=A indirect\ncrl CN=B "
     "indirect\n",
     END},
    {"and that one's by a third", OFFLINE, "u--",
     "leaf CN=EE<CN=CA serial=7 cdp=by:CN=A\n" CA ROOT ROOT_LIST
     "store CN=A<CN=CA serial=8 cdp=by:CN=B\nstore CN=B<CN=CA serial=9 cdp=by:CN=C\nstore CN=C<CN=Root "
     "serial=10\n"
     "crl CN=A indirect\ncrl CN=B indirect\ncrl CN=C indirect\n",
     END},
    {"a signer below two authorities of its own", 0, "gg-",
     LEAF("cdp=by:CN=S") "store CN=S<CN=Y\nstore CN=Y<CN=X ca\nstore CN=X<CN=Root ca\n"
                         "crl CN=S indirect\ncrl CN=Y\ncrl CN=X\n",
     NOT_ROOT},
    {"a signer below three", OFFLINE, "ug-",
     LEAF("cdp=by:CN=S") "store CN=S<CN=Z\nstore CN=Z<CN=Y ca\nstore CN=Y<CN=X ca\nstore CN=X<CN=Root ca\n"
                         "crl CN=S indirect\ncrl CN=Z\ncrl CN=Y\ncrl CN=X\n",
     NOT_ROOT},
    {"a signer below one that is revoked", OFFLINE, "ug-",
     LEAF("cdp=by:CN=S") "store CN=S<CN=Y\nstore CN=Y<CN=X ca serial=77\nstore CN=X<CN=Root ca\n"
                         "crl CN=S indirect\ncrl CN=Y\ncrl CN=X list=77\n",
     NOT_ROOT},
    {"a signer that the root's path length does not let in", OFFLINE, "ug-",
     "leaf CN=EE<CN=CA serial=7 cdp=by:CN=S\n" CA "root CN=Root<CN=Root ca=1\n" ROOT_LIST
     "store CN=S<CN=Y\nstore CN=Y<CN=X ca\nstore CN=X<CN=Root ca\ncrl CN=S indirect\ncrl CN=Y\ncrl CN=X\n",
     NOT_ROOT},

    /* which of several */
    {"certificateHold is a revocation", REVOKED, "rg-", CHAIN ROOT_LIST "crl CN=CA list=7:6\n", NOT_ROOT},
    {"removed in a base", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA list=7:8\n", NOT_ROOT},
    {"the newer one says revoked", REVOKED, "rg-",
     CHAIN ROOT_LIST "crl CN=CA this=-90\ncrl CN=CA this=-80 list=7\n", NOT_ROOT},
    {"the newer one says good", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA this=-90 list=7:6\ncrl CN=CA this=-80\n",
     NOT_ROOT},
    {"the newer one of the same time", 0, "gg-",
     CHAIN ROOT_LIST "crl CN=CA num=1 list=7:6\ncrl CN=CA num=2\n", NOT_ROOT},
    {"the newer one is out of date already", REVOKED, "rg-",
     CHAIN ROOT_LIST "crl CN=CA this=-90 list=7\ncrl CN=CA this=-80 next=-1\n", NOT_ROOT},
    {"key ids fit", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA akid=aa\n", NOT_ROOT},
    {"a key id that contradicts proves nothing", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA akid=bb\n", NOT_ROOT},
    {"SHA-1", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA alg=sha1\n", NOT_ROOT},
    {"SHA-1 where it is too weak", UNKNOWN, "ug-", CHAIN ROOT_LIST "crl CN=CA alg=sha1\n",
     NOT_ROOT | CERT_CHAIN_WEAK_SHA1},
    {"another chain, when the first is revoked", 0, "gg-",
     "leaf CN=EE<CN=CA serial=7\nstore CN=CA<CN=Root serial=5 ca ku=cert+crl\nroot CN=Root<CN=Root serial=1 "
     "ca\ncrl CN=Root list=5\n"
     "store CN=CA<CN=R2 serial=6 ca ku=cert+crl\nroot CN=R2<CN=R2 ca\ncrl CN=R2\ncrl CN=CA\n",
     NOT_ROOT},
};

int main(void)
{
    return RUN_REVOCATION_CASES("revocation answers", cases);
}
