/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificate policies, mappings and their constraints (RFC 5280 sections 6.1.2-6.1.5). Policies are 1.1, 1.2
 * ...
 */
#include "chain_cases.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define UNMET CERT_TRUST_NO_ISSUANCE_CHAIN_POLICY
#define UNDECODABLE (CERT_TRUST_INVALID_EXTENSION | CERT_TRUST_INVALID_POLICY_CONSTRAINTS)
#define INVALID CERT_TRUST_INVALID_POLICY_CONSTRAINTS

#define ROOT "root CN=R<CN=R ca\n"
/* root, two intermediates, end certificate; the words of the last three */
#define FOUR(upper, lower, end)                                                                              \
    ROOT "store CN=U<CN=R ca " upper "\nstore CN=L<CN=U ca " lower "\nleaf CN=A<CN=L " end "\n"

static const struct chain_case cases[] = {
    {"no policies at all", 0, NULL, FOUR("", "", ""), NULL, 0},
    {"no policy required", 0, NULL, FOUR("policy=1.1", "policy=1.2", ""), NULL, 0},

    {"required and there", 0, NULL, FOUR("policy=1.1 require=0", "policy=1.1", "policy=1.1"), NULL, 0},
    {"required, end certificate without", UNMET, "2000000/104,0/104,0/104,0/10c",
     FOUR("policy=1.1 require=0", "policy=1.1", ""), NULL, 0},
    {"required, intermediate without", UNMET, NULL, FOUR("policy=1.1 require=0", "", "policy=1.1"), NULL, 0},
    {"required, another policy", UNMET, NULL, FOUR("policy=1.1 require=0", "policy=1.1", "policy=1.2"), NULL,
     0},
    {"required, one of several in common", 0, NULL,
     FOUR("policy=1.1+1.2 require=0", "policy=1.2+1.3", "policy=1.4+1.2"), NULL, 0},
    {"required from further down, not reached", 0, NULL, FOUR("require=3", "", ""), NULL, 0},
    {"required from further down, reached at the end", UNMET, NULL, FOUR("require=1", "", ""), NULL, 0},
    {"required from one further down, the end", UNMET, NULL, FOUR("", "require=1", ""), NULL, 0},
    {"required from two further down, beyond the end", 0, NULL, FOUR("", "require=2", ""), NULL, 0},
    {"required by the lower one", UNMET, NULL, FOUR("", "require=0", ""), NULL, 0},
    {"the smaller number wins", UNMET, NULL, FOUR("require=0", "require=5", ""), NULL, 0},
    {"required by the end certificate itself", UNMET, NULL, FOUR("", "", "require=0"), NULL, 0},
    {"the end certificate's later requirement is none", 0, NULL, FOUR("", "", "require=1"), NULL, 0},
    {"required by the root", UNMET, NULL, "root CN=R<CN=R ca require=0\nleaf CN=A<CN=R\n", NULL, 0},
    {"required by the root and there", 0, NULL, "root CN=R<CN=R ca require=0\nleaf CN=A<CN=R policy=1.1\n",
     NULL, 0},
    {"self-issued certificates do not count", 0,
     NULL, ROOT "store CN=I<CN=R ca require=2 key=old\nstore CN=I<CN=I ca key=new signed=old\nleaf CN=A<CN=I signed=new\n",
     NULL, 0},
    {"others do", UNMET, NULL, FOUR("require=1", "", ""), NULL, 0},

    {"any policy", 0, NULL, FOUR("policy=any require=0", "policy=any", "policy=1.1"), NULL, 0},
    {"any policy at the end", 0, NULL, FOUR("policy=1.1 require=0", "policy=any", "policy=any"), NULL, 0},
    {"any policy hands on only what came", UNMET, NULL,
     FOUR("policy=1.1 require=0", "policy=any", "policy=1.2"), NULL, 0},
    {"any policy inhibited", UNMET, NULL, FOUR("policy=1.1 require=0 skipany=0", "policy=any", "policy=1.1"),
     NULL, 0},
    {"any policy inhibited below", UNMET, NULL,
     FOUR("policy=1.1 require=0 skipany=1", "policy=any", "policy=any"), NULL, 0},
    {"any policy not yet inhibited", 0, NULL,
     FOUR("policy=1.1 require=0 skipany=1", "policy=any", "policy=1.1"), NULL, 0},
    {"any policy inhibited, named policy fine", 0, NULL,
     FOUR("policy=1.1 require=0 skipany=0", "policy=1.1", "policy=1.1"), NULL, 0},
    {"any policy of a self-issued certificate is let through", 0, NULL,
     ROOT "store CN=I<CN=R ca require=0 skipany=0 policy=1.1 key=old\nstore CN=I<CN=I ca policy=any key=new "
          "signed=old\n"
          "leaf CN=A<CN=I signed=new policy=1.1\n",
     NULL, 0},

    {"mapped", 0, NULL, FOUR("policy=1.1 require=0 map=1.1>1.2", "policy=1.2", "policy=1.2"), NULL, 0},
    {"mapped away", UNMET, NULL, FOUR("policy=1.1 require=0 map=1.1>1.2", "policy=1.1", "policy=1.1"), NULL,
     0},
    {"mapped twice", 0, NULL,
     FOUR("policy=1.1 require=0 map=1.1>1.2", "policy=1.2 map=1.2>1.3", "policy=1.3"), NULL, 0},
    {"mapped to several", 0, NULL,
     FOUR("policy=1.1 require=0 map=1.1>1.2+1.1>1.3", "policy=1.3", "policy=1.3"), NULL, 0},
    {"mapped where any policy stands", 0, NULL,
     FOUR("policy=any require=0 map=1.1>1.2", "policy=1.2", "policy=1.2"), NULL, 0},
    {"a policy that is not there is not mapped", UNMET, NULL,
     FOUR("policy=1.1 require=0 map=1.5>1.2", "policy=1.2", "policy=1.2"), NULL, 0},
    {"mapping inhibited", UNMET, NULL,
     FOUR("policy=1.1 require=0 inhibitmap=0", "policy=1.1 map=1.1>1.2", "policy=1.2"), NULL, 0},
    {"mapping inhibited: the mapped policy is gone altogether", UNMET, NULL,
     FOUR("policy=1.1 require=0 inhibitmap=0", "policy=1.1 map=1.1>1.2", "policy=1.1"), NULL, 0},
    {"mapping inhibited: others stay", 0, NULL,
     FOUR("policy=1.1+1.3 require=0 inhibitmap=0", "policy=1.1+1.3 map=1.1>1.2", "policy=1.3"), NULL, 0},
    {"mapping inhibited by the root", UNMET, "2000000/104,0/104,0/10c",
     "root CN=R<CN=R ca inhibitmap=0\nstore CN=I<CN=R ca require=0 policy=1.1 map=1.1>1.2\nleaf CN=A<CN=I "
     "policy=1.2\n",
     NULL, 0},
    {"mapping inhibited by the root: others stay", 0, "0/104,0/104,0/10c",
     "root CN=R<CN=R ca inhibitmap=0\nstore CN=I<CN=R ca require=0 policy=1.1+1.3 map=1.1>1.2\nleaf "
     "CN=A<CN=I policy=1.2+1.3\n",
     NULL, 0},
    {"mapping not yet inhibited", 0, NULL,
     FOUR("policy=1.1 require=0 inhibitmap=1", "policy=1.1 map=1.1>1.2", "policy=1.2"), NULL, 0},
    {"mapping from any policy", INVALID, "0/104,0/104,200/104,0/10c", FOUR("map=any>1.2", "", ""), NULL, 0},
    {"mapping to any policy", INVALID, "0/104,0/104,200/104,0/10c", FOUR("map=1.2>any", "", ""), NULL, 0},
    {"a policy twice is malformed", UNDECODABLE, NULL, FOUR("policy=1.1+1.1", "", ""), NULL, 0},

    {"undecodable certificatePolicies", UNDECODABLE, "300/104,0/104,0/104,0/10c",
     FOUR("", "", "ext=2.5.29.32:05"), NULL, 0},
    {"undecodable certificatePolicies count as none", UNDECODABLE | UNMET, "2000000/104,300/104,0/104,0/10c",
     FOUR("policy=1.1 require=0", "ext=2.5.29.32:05", "policy=1.1"), NULL, 0},
    {"undecodable policyMappings map nothing", UNDECODABLE, "0/104,0/104,300/104,0/10c",
     FOUR("policy=1.1 require=0 ext=2.5.29.33:0413", "policy=1.1", "policy=1.1"), NULL, 0},

    {"partial chain: the highest certificate known counts", UNMET | CERT_TRUST_IS_PARTIAL_CHAIN, NULL,
     "store CN=I<CN=R ca require=0\nleaf CN=A<CN=I\n", NULL, 0},
};

int main(void)
{
    return RUN_CHAIN_CASES("certificate policies", cases);
}
