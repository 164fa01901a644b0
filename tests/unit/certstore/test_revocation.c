/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation, as tables: the situations of NIST PKITS 4.4, 4.5, 4.7, 4.14 and 4.15 with certificates and lists of our own. */
#include "revocation_cases.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct revocation_case cases[] = {
    /* PKITS 4.4 */
    {"4.4.1 missing list", UNKNOWN, "ng-", CHAIN ROOT_LIST, NOT_ROOT},
    {"4.4.2 revoked CA: nothing is known below", REVOKED | OFFLINE, "ur-",
     CHAIN "crl CN=Root list=5\ncrl CN=CA\n", NOT_ROOT},
    {"4.4.3 revoked end certificate", REVOKED, "rg-", CHAIN ROOT_LIST "crl CN=CA list=3,7\n", NOT_ROOT},
    {"both revoked: the issuer's counts", REVOKED | OFFLINE, "ur-",
     CHAIN "crl CN=Root list=5\ncrl CN=CA list=7\n", NOT_ROOT},
    {"4.4.4 bad signature on the list", UNKNOWN, "ug-", CHAIN ROOT_LIST "crl CN=CA badsig\n", NOT_ROOT},
    {"4.4.5 list of another name", UNKNOWN, "ng-", CHAIN ROOT_LIST "crl CN=Other signed=CN=CA\n", NOT_ROOT},
    {"4.4.6 list of another issuer", UNKNOWN, "ng-", CHAIN ROOT_LIST "crl CN=Other\n", NOT_ROOT},
    {"4.4.7 two lists, one of them forged", 0, "gg-",
     CHAIN ROOT_LIST "crl CN=CA signed=other list=7\ncrl CN=CA\n", NOT_ROOT},
    {"4.4.8 unknown critical entry extension", UNKNOWN, "ug-", CHAIN ROOT_LIST "crl CN=CA list=3!\n",
     NOT_ROOT},
    {"4.4.8 and it is the certificate's", REVOKED, "rg-", CHAIN ROOT_LIST "crl CN=CA list=7!\n", NOT_ROOT},
    {"4.4.8 and it is another's on an indirect list", UNKNOWN, "ug-",
     CHAIN ROOT_LIST "crl CN=CA indirect list=3!,7\n", NOT_ROOT},
    {"4.4.9 unknown critical list extension", UNKNOWN, "ug-", CHAIN ROOT_LIST "crl CN=CA crit\n", NOT_ROOT},
    {"4.4.11 old nextUpdate", OFFLINE, "og-", CHAIN ROOT_LIST "crl CN=CA next=-1\n", NOT_ROOT},
    {"old, and it names the certificate", REVOKED, "rg-", CHAIN ROOT_LIST "crl CN=CA next=-1 list=7\n",
     NOT_ROOT},
    {"old and forged, and it names the certificate", OFFLINE, "og-",
     CHAIN ROOT_LIST "crl CN=CA next=-1 list=7 badsig\n", NOT_ROOT},
    {"old, and a newer old one has taken the certificate off", OFFLINE, "og-",
     CHAIN ROOT_LIST "crl CN=CA this=-90 next=-1 list=7:6\ncrl CN=CA this=-80 next=-1\n", NOT_ROOT},
    {"the same, the newer one forged", REVOKED, "rg-",
     CHAIN ROOT_LIST "crl CN=CA this=-90 next=-1 list=7:6\ncrl CN=CA this=-80 next=-1 badsig\n", NOT_ROOT},
    {"the same, the newer one for some reasons only", REVOKED, "rg-",
     CHAIN ROOT_LIST "crl CN=CA this=-90 next=-1 list=7:6\ncrl CN=CA this=-80 next=-1 reasons=1\n", NOT_ROOT},
    {"old, and the one of today has taken the certificate off", 0, "gg-",
     CHAIN ROOT_LIST "crl CN=CA this=-90 next=-1 list=7:6\ncrl CN=CA this=-80\n", NOT_ROOT},
    {"nextUpdate is now", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA next=0\n", NOT_ROOT},
    {"thisUpdate to come", OFFLINE, "og-", CHAIN ROOT_LIST "crl CN=CA this=1\n", NOT_ROOT},
    {"thisUpdate is now", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA this=0\n", NOT_ROOT},
    {"no nextUpdate", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA next=none\n", NOT_ROOT},
    {"4.4.16 long serial number", 0, "gg-",
     "leaf CN=EE<CN=CA serial=18446744073709551615\n" CA ROOT ROOT_LIST
     "crl CN=CA list=9223372036854775807,255\n",
     NOT_ROOT},
    {"4.4.18 long serial number, revoked", REVOKED, "rg-",
     "leaf CN=EE<CN=CA serial=18446744073709551615\n" CA ROOT ROOT_LIST
     "crl CN=CA list=18446744073709551615\n",
     NOT_ROOT},
    {"4.4.19 another key for lists", 0, "gg-", CHAIN ROOT_LIST SIGNER("") "crl CN=CA signed=lists\n",
     NOT_ROOT},
    {"4.4.19 and the peer sends its certificate", 0, "gg-",
     CHAIN ROOT_LIST "peer CN=CA<CN=Root serial=6 key=lists ku=crl\n"
                     "crl CN=CA signed=lists\n",
     NOT_ROOT},
    {"4.4.20 another key, revoked end certificate", REVOKED, "rg-",
     CHAIN ROOT_LIST SIGNER("") "crl CN=CA signed=lists list=7\n", NOT_ROOT},
    {"4.4.21 another key, whose certificate is revoked", UNKNOWN, "ug-",
     CHAIN "crl CN=Root list=6\n" SIGNER("") "crl CN=CA signed=lists\n", NOT_ROOT},
    {"another key, under a root that requires policies", 0, "gg-",
     "leaf CN=EE<CN=CA serial=7 policy=1.1\nstore CN=CA<CN=Root serial=5 ca ku=cert+crl skid=aa policy=1.1\n"
     "root CN=Root<CN=Root serial=1 ca require=0\n" ROOT_LIST SIGNER("policy=1.1") "crl CN=CA signed=lists\n",
     NOT_ROOT},
    {"another key, status unknown", UNKNOWN, "u--", CHAIN SIGNER("") "crl CN=CA signed=lists\n", END},
    {"another key, where nothing is known", 0, "gn-", CHAIN SIGNER("") "crl CN=CA signed=lists\n", KNOWN},
    {"another key, not for lists", UNKNOWN, "ug-",
     CHAIN ROOT_LIST "store CN=CA<CN=Root serial=6 key=lists ku=cert\ncrl CN=CA signed=lists\n", NOT_ROOT},
    {"another key, out of its period", UNKNOWN, "ug-",
     CHAIN ROOT_LIST SIGNER("to=-1") "crl CN=CA signed=lists\n", NOT_ROOT},
    {"another key, unknown critical extension", UNKNOWN, "ug-",
     CHAIN ROOT_LIST SIGNER("crit=1.2.3:0500") "crl CN=CA signed=lists\n", NOT_ROOT},
    {"another key, forged certificate", UNKNOWN, "ug-",
     CHAIN ROOT_LIST SIGNER("badsig") "crl CN=CA signed=lists\n", NOT_ROOT},
    {"another key, distrusted", UNKNOWN, "ug-",
     CHAIN ROOT_LIST "store+bad CN=CA<CN=Root serial=6 key=lists ku=crl\ncrl CN=CA signed=lists\n", NOT_ROOT},
    {"another key, of another root", UNKNOWN, "ug-",
     CHAIN ROOT_LIST
     "root CN=R2<CN=R2 ca\ncrl CN=R2\nstore CN=CA<CN=R2 serial=6 key=lists ku=crl\ncrl CN=CA signed=lists\n",
     NOT_ROOT},
    {"another key, by an intermediate of its own", 0, "gg-",
     CHAIN ROOT_LIST "store CN=Sub<CN=Root serial=9 ca\ncrl CN=Sub\nstore CN=CA<CN=Sub serial=6 key=lists "
                     "ku=crl\ncrl CN=CA signed=lists\n",
     NOT_ROOT},
    {"the same, and that is no CA", UNKNOWN, "ug-",
     CHAIN ROOT_LIST "store CN=Sub<CN=Root serial=9 notca\ncrl CN=Sub\nstore CN=CA<CN=Sub serial=6 key=lists "
                     "ku=crl\ncrl CN=CA signed=lists\n",
     NOT_ROOT},
    {"a list signed below by a false name", UNKNOWN, "gu-",
     "leaf CN=EE<CN=CA serial=7\nstore CN=CA<CN=Root serial=5 ca\n" ROOT
     "crl CN=CA\nstore CN=Root<CN=CA serial=6 key=lists ku=crl\ncrl CN=Root signed=lists\n",
     NOT_ROOT},

    /* PKITS 4.5: keys renewed with self-issued certificates */
    {"4.5.1 list with the new key, certificate with the old", 0, "ggg-",
     "leaf CN=EE<CN=CA serial=7 signed=old\nstore CN=CA<CN=CA serial=6 key=old signed=CN=CA ca\nstore "
     "CN=CA<CN=Root serial=5 ca\n" ROOT ROOT_LIST "crl CN=CA\n",
     NOT_ROOT},
    {"4.5.2 the same, revoked", REVOKED, "rgg-",
     "leaf CN=EE<CN=CA serial=7 signed=old\nstore CN=CA<CN=CA serial=6 key=old signed=CN=CA ca\nstore "
     "CN=CA<CN=Root serial=5 ca\n" ROOT ROOT_LIST "crl CN=CA list=7\n",
     NOT_ROOT},
    {"4.5.6 self-issued certificate of the list key", 0, "gg-",
     CHAIN ROOT_LIST "store CN=CA<CN=CA serial=6 key=lists ku=crl\ncrl CN=CA signed=lists\n", NOT_ROOT},
    {"4.5.7 the same, revoked", REVOKED, "rg-",
     CHAIN ROOT_LIST "store CN=CA<CN=CA serial=6 key=lists ku=crl\ncrl CN=CA signed=lists list=7\n", NOT_ROOT},
    {"the list key on its own list", UNKNOWN, "ug-",
     CHAIN ROOT_LIST "store CN=CA<CN=CA serial=6 key=lists ku=crl\ncrl CN=CA signed=lists list=6\n", NOT_ROOT},

    /* PKITS 4.7.4, 4.7.5 */
    {"4.7.4 keyUsage without cRLSign", UNKNOWN, "ug-",
     "leaf CN=EE<CN=CA serial=7\nstore CN=CA<CN=Root serial=5 ca ku=cert\n" ROOT ROOT_LIST "crl CN=CA\n",
     NOT_ROOT},
    {"no keyUsage", 0, "gg-",
     "leaf CN=EE<CN=CA serial=7\nstore CN=CA<CN=Root serial=5 ca\n" ROOT ROOT_LIST "crl CN=CA\n", NOT_ROOT},

    /* PKITS 4.14: distribution points */
    {"4.14.1 the same name in both", 0, "gg-", LEAF("cdp=dir:CN=P") "crl CN=CA dp=dir:CN=P\n", NOT_ROOT},
    {"4.14.2 the same, revoked", REVOKED, "rg-", LEAF("cdp=dir:CN=P") "crl CN=CA dp=dir:CN=P list=7\n",
     NOT_ROOT},
    {"4.14.3 another name", OFFLINE, "ug-", LEAF("cdp=dir:CN=P") "crl CN=CA dp=dir:CN=Q\n", NOT_ROOT},
    {"4.14.4 relative in both", 0, "gg-", LEAF("cdp=rel:CN=P") "crl CN=CA dp=rel:CN=P\n", NOT_ROOT},
    {"4.14.5 relative in the certificate", 0, "gg-", LEAF("cdp=rel:CN=P") "crl CN=CA dp=dir:CN=CA/CN=P\n",
     NOT_ROOT},
    {"4.14.7 relative in the list", 0, "gg-", LEAF("cdp=dir:CN=CA/CN=P") "crl CN=CA dp=rel:CN=P\n", NOT_ROOT},
    {"4.14.8 relative, another name", OFFLINE, "ug-", LEAF("cdp=rel:CN=P") "crl CN=CA dp=dir:CN=Q/CN=P\n",
     NOT_ROOT},
    {"4.14.9 no point in the certificate", UNKNOWN, "ug-", CHAIN ROOT_LIST "crl CN=CA dp=dir:CN=P\n",
     NOT_ROOT},
    {"no point, the list's is the issuer", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA dp=dir:CN=CA\n", NOT_ROOT},
    {"4.14.10 no point in the list", 0, "gg-", LEAF("cdp=uri:http://a/") "crl CN=CA\n", NOT_ROOT},
    {"one of several names", 0, "gg-", LEAF("cdp=uri:x,uri:y") "crl CN=CA dp=uri:z,uri:y\n", NOT_ROOT},
    {"one of several points", REVOKED, "rg-", LEAF("cdp=uri:x|uri:y") "crl CN=CA dp=uri:y list=7\n", NOT_ROOT},
    {"4.14.11 user certificates only, for a CA", UNKNOWN, "gu-", CHAIN "crl CN=Root only=user\ncrl CN=CA\n",
     NOT_ROOT},
    {"user certificates only, for a user", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA only=user\n", NOT_ROOT},
    {"4.14.12 CA certificates only, for a user", UNKNOWN, "ug-", CHAIN ROOT_LIST "crl CN=CA only=ca\n",
     NOT_ROOT},
    {"4.14.13 CA certificates only, for a CA", 0, "gg-", CHAIN "crl CN=Root only=ca\ncrl CN=CA\n", NOT_ROOT},
    {"4.14.14 attribute certificates only", UNKNOWN, "ug-", CHAIN ROOT_LIST "crl CN=CA only=attribute\n",
     NOT_ROOT},
    {"malformed cRLDistributionPoints", OFFLINE, "ug-", LEAF("ext=2.5.29.31:0500") "crl CN=CA\n", NOT_ROOT},
    {"the same, where known", OFFLINE, "ug-", LEAF("ext=2.5.29.31:0500"), KNOWN},

    /* PKITS 4.14.15-21: some reasons */
    {"4.14.15 some reasons, revoked", REVOKED, "rg-", CHAIN ROOT_LIST "crl CN=CA reasons=1 list=7:1\n",
     NOT_ROOT},
    {"4.14.17 some reasons are not covered", UNKNOWN, "ug-", CHAIN ROOT_LIST "crl CN=CA reasons=1.2\n",
     NOT_ROOT},
    {"4.14.18 two lists cover all", 0, "gg-",
     CHAIN ROOT_LIST "crl CN=CA reasons=1.2\ncrl CN=CA reasons=3.4.5.6.7.8\n", NOT_ROOT},
    {"4.14.20 revoked on the second", REVOKED, "rg-",
     CHAIN ROOT_LIST "crl CN=CA reasons=1.2\ncrl CN=CA reasons=3.4.5.6.7.8 list=7:6\n", NOT_ROOT},
    {"4.14.19 reasons at two points", 0, "gg-",
     LEAF("cdp=uri:x,for:1.2|uri:y,for:3.4.5.6.7.8") "crl CN=CA dp=uri:x reasons=1.2\ncrl CN=CA dp=uri:y "
                                                     "reasons=3.4.5.6.7.8\n",
     NOT_ROOT},
    {"4.14.21 revoked at the second point", REVOKED, "rg-",
     LEAF("cdp=uri:x,for:1.2|uri:y,for:3.4.5.6.7.8") "crl CN=CA dp=uri:x reasons=1.2\ncrl CN=CA dp=uri:y "
                                                     "reasons=3.4.5.6.7.8 list=7:3\n",
     NOT_ROOT},
    {"a point for some reasons, its list has all", OFFLINE, "ug-",
     LEAF("cdp=uri:x,for:1.2") "crl CN=CA dp=uri:x\n", NOT_ROOT},

    /* PKITS 4.14.22-35: indirect lists */
    {"4.14.22 indirect, and its own", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA indirect list=7@CN=Other\n",
     NOT_ROOT},
    {"4.14.23 indirect, its own entry", REVOKED, "rg-",
     CHAIN ROOT_LIST "crl CN=CA indirect list=7,7@CN=Other\n", NOT_ROOT},
    {"4.14.24 another issuer's list", 0, "gg-",
     LEAF("cdp=by:CN=Lists") OTHERS("") "crl CN=Lists indirect list=7\n", NOT_ROOT},
    {"4.14.25 the same serial of a third", 0, "gg-",
     LEAF("cdp=uri:x,by:CN=Lists") OTHERS("") "crl CN=Lists indirect dp=uri:x list=3@CN=CA,7@CN=Other\n",
     NOT_ROOT},
    {"4.14.26 another issuer's list, revoked", REVOKED, "rg-",
     LEAF("cdp=by:CN=Lists") OTHERS("") "crl CN=Lists indirect list=7@CN=CA\n", NOT_ROOT},
    {"the issuer is carried over", REVOKED, "rg-",
     LEAF("cdp=by:CN=Lists") OTHERS("") "crl CN=Lists indirect list=1,3@CN=CA,7,9@CN=Other\n", NOT_ROOT},
    {"4.14.27 a list that is not indirect", OFFLINE, "ug-",
     LEAF("cdp=by:CN=Lists") OTHERS("") "crl CN=Lists\n", NOT_ROOT},
    {"an indirect list that nobody names", UNKNOWN, "ng-",
     CHAIN ROOT_LIST OTHERS("") "crl CN=Lists indirect list=7@CN=CA\n", NOT_ROOT},
    {"4.14.28 the point's name is the list issuer's", 0, "gg-",
     LEAF("cdp=by:CN=Lists") OTHERS("") "crl CN=Lists indirect dp=dir:CN=Lists\n", NOT_ROOT},
    {"4.14.29 a name below the list issuer's", 0, "gg-",
     LEAF("cdp=rel:CN=P,by:CN=Lists") OTHERS("") "crl CN=Lists indirect dp=dir:CN=Lists/CN=P\n", NOT_ROOT},
    {"4.14.30 the list issuer is on its own list", 0, "gg-",
     LEAF("cdp=by:CN=Lists") "store CN=Lists<CN=CA serial=8 cdp=by:CN=Lists\ncrl CN=CA only=attribute\ncrl "
                             "CN=Lists indirect list=9@CN=CA\n",
     NOT_ROOT},
    {"4.14.31 and revoked there", OFFLINE,
     "ug-", LEAF("cdp=by:CN=Lists") "store CN=Lists<CN=CA serial=8 cdp=by:CN=Lists\ncrl CN=Lists indirect list=8@CN=CA\n",
     NOT_ROOT},
    {"4.14.34 indirect, no entry for it", 0, "gg-",
     LEAF("cdp=uri:a,by:CN=Lists") OTHERS("") "crl CN=Lists indirect dp=uri:a\n", NOT_ROOT},
    {"4.14.35 the list issuer is unknown", OFFLINE, "ug-", LEAF("cdp=by:CN=Lists") "crl CN=Lists indirect\n",
     NOT_ROOT},
    {"two that depend on each other", OFFLINE, "ug-",
     LEAF("cdp=by:CN=A") "store CN=A<CN=CA serial=8 cdp=by:CN=B\nstore CN=B<CN=CA serial=9 cdp=by:CN=A\ncrl "
                         "CN=A indirect\ncrl CN=B indirect\n",
     NOT_ROOT},

    /* PKITS 4.15: delta lists */
    {"4.15.1 a delta without its base", UNKNOWN, "ug-", CHAIN ROOT_LIST "crl CN=CA num=2 delta=1\n", NOT_ROOT},
    {"4.15.2 base and delta", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA num=1\ncrl CN=CA num=2 delta=1\n",
     NOT_ROOT},
    {"4.15.3 revoked by the base", REVOKED, "rg-",
     CHAIN ROOT_LIST "crl CN=CA num=1 list=7\ncrl CN=CA num=2 delta=1\n", NOT_ROOT},
    {"4.15.4 revoked by the delta", REVOKED, "rg-",
     CHAIN ROOT_LIST "crl CN=CA num=1\ncrl CN=CA num=2 delta=1 list=7:1\n", NOT_ROOT},
    {"4.15.5 the delta takes it off", 0, "gg-",
     CHAIN ROOT_LIST "crl CN=CA num=1 list=7:6\ncrl CN=CA num=2 delta=1 list=7:8\n", NOT_ROOT},
    {"4.15.6 the delta changes the reason", REVOKED, "rg-",
     CHAIN ROOT_LIST "crl CN=CA num=1 list=7:6\ncrl CN=CA num=2 delta=1 list=7:1\n", NOT_ROOT},
    {"the newest delta", 0, "gg-",
     CHAIN ROOT_LIST "crl CN=CA num=1\ncrl CN=CA num=2 delta=1 list=7:6 this=-50\ncrl CN=CA num=3 delta=1 "
                     "list=7:8 this=-40\n",
     NOT_ROOT},
    {"4.15.9 base too old for the delta, and out of date", OFFLINE, "og-",
     CHAIN ROOT_LIST "crl CN=CA num=1 next=-1\ncrl CN=CA num=9 delta=4\n", NOT_ROOT},
    {"base too old for the delta", 0, "gg-",
     CHAIN ROOT_LIST "crl CN=CA num=1\ncrl CN=CA num=9 delta=4 list=7\n", NOT_ROOT},
    {"an old base, a delta of today", 0, "gg-",
     CHAIN ROOT_LIST "crl CN=CA num=3 next=-1\ncrl CN=CA num=9 delta=2\n", NOT_ROOT},
    {"the same, revoked", REVOKED, "rg-",
     CHAIN ROOT_LIST "crl CN=CA num=3 next=-1\ncrl CN=CA num=9 delta=2 list=7\n", NOT_ROOT},
    {"4.15.10 both are out of date", OFFLINE, "og-",
     CHAIN ROOT_LIST "crl CN=CA num=3 next=-1\ncrl CN=CA num=9 delta=2 next=-1\n", NOT_ROOT},
    {"a delta older than the base", 0, "gg-",
     CHAIN ROOT_LIST "crl CN=CA num=5\ncrl CN=CA num=4 delta=1 list=7\n", NOT_ROOT},
    {"a delta of another scope", 0, "gg-",
     CHAIN ROOT_LIST "crl CN=CA num=1\ncrl CN=CA num=2 delta=1 only=user list=7\n", NOT_ROOT},
    {"a forged delta", 0, "gg-",
     CHAIN ROOT_LIST "crl CN=CA num=1\ncrl CN=CA num=2 delta=1 signed=other list=7\n", NOT_ROOT},
    {"an old base, a forged delta", OFFLINE, "og-",
     CHAIN ROOT_LIST "crl CN=CA num=1 next=-1\ncrl CN=CA num=2 delta=1 signed=other\n", NOT_ROOT},
    {"a base without a number", 0, "gg-", CHAIN ROOT_LIST "crl CN=CA\ncrl CN=CA num=2 delta=1 list=7\n",
     NOT_ROOT},

};

/* What is told beside the bits. */
static void told(void **state)
{
    struct crl_pki made;
    struct cert_chain chain;
    (void)state;

    crl_pki_make(&made, CHAIN ROOT_LIST "crl CN=CA list=7:1\n");
    made.pki.input.flags = NOT_ROOT;
    cert_chain_build(&made.pki.input, &chain);
    assert_int_equal(chain.elements[0].error, REVOKED);
    assert_int_equal(chain.elements[0].reason, CERT_REASON_KEY_COMPROMISE);
    assert_int_equal(chain.elements[0].revoked, TEST_NOW - 1000);
    assert_ptr_equal(chain.elements[0].crl, cert_crl_set_at(made.crls, 1));
    assert_ptr_equal(chain.elements[1].crl, cert_crl_set_at(made.crls, 0));
    assert_null(chain.elements[2].crl);
    made.pki.input.crls = NULL;
    cert_chain_build(&made.pki.input, &chain);
    assert_int_equal(chain.error, UNKNOWN);
    crl_pki_free(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(told)};
    int failed = RUN_REVOCATION_CASES("revocation", cases);

    return failed + cmocka_run_group_tests_name("what is told", tests, NULL, NULL);
}
