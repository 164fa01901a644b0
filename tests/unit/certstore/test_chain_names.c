/* SPDX-License-Identifier: Apache-2.0 */
/* Name constraints (RFC 5280 section 4.2.1.10): each form of name, permitted and excluded. */
#include "chain_cases.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define NOT_PERMITTED CERT_TRUST_HAS_NOT_PERMITTED_NAME_CONSTRAINT
#define EXCLUDED CERT_TRUST_HAS_EXCLUDED_NAME_CONSTRAINT
#define UNSUPPORTED CERT_TRUST_HAS_NOT_SUPPORTED_NAME_CONSTRAINT
#define INVALID CERT_TRUST_INVALID_NAME_CONSTRAINTS

/* A root with these words, and an end certificate without a subject and with these names. */
#define UNDER(constraints, names) "root CN=R<CN=R ca " constraints "\nleaf <CN=R san=" names "\n"
/* The same with names in the subject alone. */
#define SUBJECT(constraints, subject) "root CN=R<CN=R ca " constraints "\nleaf " subject "<CN=R\n"

static const struct chain_case cases[] = {
    /* dNSName */
    {"dns: the domain", 0, "0/504,0/10c", UNDER("permit=dns:a.example", "dns:a.example"), NULL, 0},
    {"dns: below the domain", 0, NULL, UNDER("permit=dns:a.example", "dns:x.y.A.EXAMPLE"), NULL, 0},
    {"dns: another", NOT_PERMITTED, "4000/104,0/10c", UNDER("permit=dns:a.example", "dns:b.example"), NULL, 0},
    {"dns: not at a label", NOT_PERMITTED, NULL, UNDER("permit=dns:a.example", "dns:xa.example"), NULL, 0},
    {"dns: the parent", NOT_PERMITTED, NULL, UNDER("permit=dns:a.example", "dns:example"), NULL, 0},
    {"dns: one of two", 0, NULL, UNDER("permit=dns:a.example+dns:b.example", "dns:b.example+dns:a.example"),
     NULL, 0},
    {"dns: one name outside is enough", NOT_PERMITTED, NULL,
     UNDER("permit=dns:a.example", "dns:a.example+dns:c.example"), NULL, 0},
    {"dns: excluded", EXCLUDED, "8000/104,0/10c", UNDER("exclude=dns:a.example", "dns:x.a.example"), NULL, 0},
    {"dns: not excluded", 0, NULL, UNDER("exclude=dns:a.example", "dns:example+dns:b.example"), NULL, 0},
    {"dns: permitted and excluded", EXCLUDED, NULL,
     UNDER("permit=dns:example exclude=dns:a.example", "dns:a.example"), NULL, 0},
    {"dns: neither", NOT_PERMITTED, NULL, UNDER("permit=dns:example exclude=dns:a.example", "dns:a.test"),
     NULL, 0},
    {"dns: all excluded", EXCLUDED, NULL, UNDER("exclude=dns:", "dns:a.example"), NULL, 0},
    {"dns: wildcard inside", 0, NULL, UNDER("permit=dns:example", "dns:*.example"), NULL, 0},
    {"dns: wildcard beyond", NOT_PERMITTED, NULL, UNDER("permit=dns:a.example", "dns:*.example"), NULL, 0},
    {"dns: wildcard that takes in an excluded name", EXCLUDED, NULL,
     UNDER("exclude=dns:a.example", "dns:*.example"), NULL, 0},
    {"dns: wildcard two labels above", 0, NULL, UNDER("exclude=dns:a.b.example", "dns:*.example"), NULL, 0},
    {"dns: malformed name, permitted", NOT_PERMITTED, NULL, UNDER("permit=dns:example", "dns:a..example"),
     NULL, 0},
    {"dns: malformed name, excluded", EXCLUDED, NULL, UNDER("exclude=dns:other", "dns:a..example"), NULL, 0},
    {"dns: malformed name, unconstrained", 0, NULL, UNDER("permit=email:b.example", "dns:a..example"), NULL,
     0},
    {"dns: wildcard constraint", INVALID | NOT_PERMITTED, "4000/104,800/10c",
     UNDER("permit=dns:*.example", "dns:a.example"), NULL, 0},
    {"dns: leading dot, outside", NOT_PERMITTED, "4000/104,0/10c",
     UNDER("permit=dns:.example.com", "dns:microsoft.com"), NULL, 0},
    {"dns: leading dot, excluded", EXCLUDED, "8000/104,0/10c",
     UNDER("exclude=dns:.example.com", "dns:www.example.com"), NULL, 0},
    {"dns: leading dot, the domain itself excluded", EXCLUDED, NULL,
     UNDER("exclude=dns:.example.com", "dns:example.com"), NULL, 0},
    {"dns: leading dot, not excluded", 0, "0/504,0/10c",
     UNDER("exclude=dns:.example.com", "dns:microsoft.com"), NULL, 0},
    {"dns: leading dot, and a proper constraint that permits", 0, NULL,
     UNDER("permit=dns:.example+dns:a.example", "dns:a.example"), NULL, 0},
    {"dns: nothing but a dot", INVALID | NOT_PERMITTED, NULL, UNDER("permit=dns:.", "dns:a.example"), NULL, 0},
    {"dns: a leading dot lets nothing in", INVALID, "0/104,800/10c",
     UNDER("permit=dns:.example", "dns:a.example"), NULL, 0},

    /* the common name stands in for a missing dNSName */
    {"cn: inside", 0, NULL, SUBJECT("permit=dns:a.example", "CN=www.a.example"), NULL, 0},
    {"cn: outside", NOT_PERMITTED, NULL, SUBJECT("permit=dns:a.example", "CN=www.b.example"), NULL, 0},
    {"cn: excluded", EXCLUDED, NULL, SUBJECT("exclude=dns:b.example", "CN=www.b.example"), NULL, 0},
    {"cn: any of them", NOT_PERMITTED, NULL, SUBJECT("permit=dns:a.example", "CN=a.example/CN=b.example"),
     NULL, 0},
    {"cn: no host name", 0, NULL, SUBJECT("permit=dns:a.example", "CN=Alice_(sales)"), NULL, 0},
    {"cn: not with a dNSName", 0, NULL,
     "root CN=R<CN=R ca permit=dns:a.example\nleaf CN=b.example<CN=R san=dns:a.example\n", NULL, 0},
    {"cn: not of an intermediate", 0,
     NULL, "root CN=R<CN=R ca permit=dns:a.example\nstore CN=I.example<CN=R ca\nleaf <CN=I.example san=dns:a.example\n",
     NULL, 0},

    /* rfc822Name */
    {"email: mailbox", 0, NULL, UNDER("permit=email:joe@a.example", "email:joe@A.example"), NULL, 0},
    {"email: local parts keep their case", NOT_PERMITTED, NULL,
     UNDER("permit=email:joe@a.example", "email:Joe@a.example"), NULL, 0},
    {"email: host", 0, NULL, UNDER("permit=email:a.example", "email:joe@a.example"), NULL, 0},
    {"email: host is no domain", NOT_PERMITTED, NULL,
     UNDER("permit=email:a.example", "email:joe@x.a.example"), NULL, 0},
    {"email: domain", 0, NULL, UNDER("permit=email:.a.example", "email:joe@x.a.example"), NULL, 0},
    {"email: domain without its host", NOT_PERMITTED, NULL,
     UNDER("permit=email:.a.example", "email:joe@a.example"), NULL, 0},
    {"email: all at a host, as Microsoft writes it", 0, NULL,
     UNDER("permit=email:@a.example", "email:joe@a.example"), NULL, 0},
    {"email: an asterisk is a character", NOT_PERMITTED, NULL,
     UNDER("permit=email:*@a.example", "email:joe@a.example"), NULL, 0},
    {"email: and matches itself", 0, NULL, UNDER("permit=email:*@a.example", "email:*@a.example"), NULL, 0},
    {"email: excluded", EXCLUDED, NULL, UNDER("exclude=email:a.example", "email:joe@a.example"), NULL, 0},
    {"email: malformed name", EXCLUDED, NULL, UNDER("exclude=email:a.example", "email:joe"), NULL, 0},
    {"email: two hosts", NOT_PERMITTED, NULL,
     UNDER("permit=email:a.example", "email:joe@b.example@a.example"), NULL, 0},
    {"email: malformed constraint", INVALID | NOT_PERMITTED, NULL,
     UNDER("permit=email:a@b@c.example", "email:a@c.example"), NULL, 0},
    {"email: in the subject", NOT_PERMITTED, NULL,
     SUBJECT("permit=email:a.example", "CN=Joe/E=joe@b.example"), NULL, 0},
    {"email: in the subject, inside", 0, NULL, SUBJECT("permit=email:a.example", "CN=Joe/E=joe@a.example"),
     NULL, 0},

    /* uniformResourceIdentifier */
    {"uri: host", 0, NULL, UNDER("permit=uri:a.example", "uri:https://user@A.example:8443/x?y@z"), NULL, 0},
    {"uri: host is no domain", NOT_PERMITTED, NULL, UNDER("permit=uri:a.example", "uri:https://x.a.example/"),
     NULL, 0},
    {"uri: domain", 0, NULL, UNDER("permit=uri:.a.example", "uri:ldap://x.a.example"), NULL, 0},
    {"uri: excluded", EXCLUDED, NULL, UNDER("exclude=uri:.a.example", "uri:http://x.a.example/"), NULL, 0},
    {"uri: without a host", NOT_PERMITTED, NULL, UNDER("permit=uri:a.example", "uri:urn:a.example"), NULL, 0},
    {"uri: without a host, excluded", EXCLUDED, NULL, UNDER("exclude=uri:b.example", "uri:urn:a.example"),
     NULL, 0},
    {"uri: address", NOT_PERMITTED, NULL, UNDER("permit=uri:127.0.0.1", "uri:http://127.0.0.1/"), NULL, 0},
    {"uri: backslash", NOT_PERMITTED, NULL,
     UNDER("permit=uri:a.example", "uri:https://b.example\\@a.example/"), NULL, 0},

    /* iPAddress */
    {"ip: inside", 0, NULL, UNDER("permit=ip:c0a80000ffff0000", "ip:c0a80123"), NULL, 0},
    {"ip: outside", NOT_PERMITTED, NULL, UNDER("permit=ip:c0a80000ffff0000", "ip:c0a90123"), NULL, 0},
    {"ip: excluded", EXCLUDED, NULL, UNDER("exclude=ip:c0a80000ffff0000", "ip:c0a80123"), NULL, 0},
    {"ip: version 6", 0, NULL,
     UNDER("permit=ip:20010db8000000000000000000000000ffffffff000000000000000000000000",
           "ip:20010db8000000000000000000000001"),
     NULL, 0},
    {"ip: the other version", NOT_PERMITTED, NULL,
     UNDER("permit=ip:0000000000000000", "ip:20010db8000000000000000000000001"), NULL, 0},
    {"ip: the other version, excluded", 0, NULL,
     UNDER("exclude=ip:0000000000000000", "ip:20010db8000000000000000000000001"), NULL, 0},
    {"ip: version 4 under a range of version 6", NOT_PERMITTED, NULL,
     UNDER("permit=ip:0000000000000000000000000000000000000000000000000000000000000000", "ip:01020304"), NULL,
     0},
    {"ip: five octets", NOT_PERMITTED, NULL, UNDER("permit=ip:0000000000000000", "ip:0102030405"), NULL, 0},
    {"ip: constraint without a mask", INVALID | NOT_PERMITTED, NULL,
     UNDER("permit=ip:c0a80123", "ip:c0a80123"), NULL, 0},
    {"ip: mask with a hole", INVALID, NULL, UNDER("permit=ip:c0a80000ff00ff00", "ip:c0010001"), NULL, 0},

    /* directoryName */
    {"dn: subject inside", 0, "0/504,0/10c", SUBJECT("permit=dir:C=DE/O=Acme", "C=DE/O=ACME/CN=Alice"), NULL,
     0},
    {"dn: subject outside", NOT_PERMITTED, "4000/104,0/10c",
     SUBJECT("permit=dir:C=DE/O=Acme", "C=DE/O=Other/CN=Alice"), NULL, 0},
    {"dn: subject excluded", EXCLUDED, NULL, SUBJECT("exclude=dir:C=DE/O=Acme", "C=DE/O=Acme/CN=Alice"), NULL,
     0},
    {"dn: subject shorter than the constraint", NOT_PERMITTED, NULL,
     SUBJECT("permit=dir:C=DE/O=Acme", "C=DE"), NULL, 0},
    {"dn: in subjectAltName", NOT_PERMITTED, NULL, UNDER("permit=dir:C=DE", "dir:C=FR"), NULL, 0},
    {"dn: an empty subject is no name", 0, NULL, UNDER("permit=dir:C=DE", "dns:a.example"), NULL, 0},

    /* user principal names, the one otherName that Windows supports */
    {"upn: the domain", 0, "0/504,0/10c", UNDER("permit=upn:@a.example", "upn:bob@A.example"), NULL, 0},
    {"upn: another domain", NOT_PERMITTED, "4000/104,0/10c",
     UNDER("permit=upn:@a.example", "upn:bob@b.example"), NULL, 0},
    {"upn: excluded", EXCLUDED, "8000/104,0/10c", UNDER("exclude=upn:@a.example", "upn:bob@a.example"), NULL,
     0},
    {"upn: not excluded", 0, NULL, UNDER("exclude=upn:@a.example", "upn:bob@b.example"), NULL, 0},
    {"upn: one person, whatever the case", EXCLUDED, NULL,
     UNDER("exclude=upn:Bob@a.example", "upn:bob@a.example"), NULL, 0},
    {"upn: another person", 0, NULL, UNDER("exclude=upn:bob@a.example", "upn:rob@a.example"), NULL, 0},
    {"upn: below a domain", 0, NULL, UNDER("permit=upn:.a.example", "upn:bob@x.a.example"), NULL, 0},
    {"upn: not the domain itself", NOT_PERMITTED, NULL, UNDER("permit=upn:.a.example", "upn:bob@a.example"),
     NULL, 0},
    {"upn: a host", 0, NULL, UNDER("permit=upn:a.example", "upn:bob@a.example"), NULL, 0},
    {"upn: no name of a person, permitted", NOT_PERMITTED, NULL, UNDER("permit=upn:a.example", "upn:bob"),
     NULL, 0},
    {"upn: no name of a person, excluded", EXCLUDED, NULL, UNDER("exclude=upn:a.example", "upn:bob"), NULL, 0},
    {"upn: malformed constraint", INVALID | NOT_PERMITTED, NULL,
     UNDER("permit=upn:a..b", "upn:bob@a.example"), NULL, 0},
    {"upn: other types say nothing about it", 0, NULL, UNDER("permit=other:1.2.3", "upn:bob@a.example"), NULL,
     0},
    {"upn: none there", 0, NULL, UNDER("permit=upn:@a.example", "email:bob@b.example"), NULL, 0},

    /* other forms */
    {"other name of the same type", UNSUPPORTED, "1000/104,0/10c",
     UNDER("exclude=other:1.2.3", "other:1.2.3"), NULL, 0},
    {"other name of another type", 0, NULL, UNDER("exclude=other:1.2.3", "other:1.2.4"), NULL, 0},
    {"no other name there", 0, NULL, UNDER("permit=other:1.2.3", "dns:a.example"), NULL, 0},
    {"registered id", UNSUPPORTED, NULL, UNDER("permit=rid:1.2.3", "rid:1.2.3"), NULL, 0},
    {"a form that is not constrained", 0, "0/504,0/10c",
     UNDER("permit=dns:a.example", "email:joe@b.example+ip:01020304"), NULL, 0},
    {"minimum", UNSUPPORTED, "0/104,1000/10c", UNDER("permit=dns:a.example min", "dns:a.example"), NULL, 0},
    {"maximum", UNSUPPORTED, "0/104,1000/10c", UNDER("permit=dns:a.example max", "dns:a.example"), NULL, 0},
    {"minimum: the name is not compared", UNSUPPORTED, "0/104,1000/10c",
     UNDER("permit=dns:a.example min", "dns:b.example"), NULL, 0},
    {"minimum: nor with an excluded subtree", UNSUPPORTED, "0/104,1000/10c",
     UNDER("exclude=dns:a.example min", "dns:a.example"), NULL, 0},
    {"minimum: on a base that is malformed besides", UNSUPPORTED, "0/104,1000/10c",
     UNDER("permit=dns:.example.com min", "dns:example.com"), NULL, 0},

    /* along the path */
    {"constraints on an intermediate", NOT_PERMITTED, NULL,
     "root CN=R<CN=R ca\nstore CN=I<CN=R ca permit=dns:a.example\nleaf <CN=I san=dns:b.example\n", NULL, 0},
    {"all issuers must permit", NOT_PERMITTED,
     NULL, "root CN=R<CN=R ca permit=dns:a.example\nstore CN=I<CN=R ca permit=dns:b.example\nleaf <CN=I san=dns:b.example\n",
     NULL, 0},
    {"an intermediate's names are constrained too", NOT_PERMITTED, "0/504,4000/104,0/10c",
     "root CN=R<CN=R ca permit=dns:a.example\nstore CN=I<CN=R ca san=dns:b.example\nleaf <CN=I "
     "san=dns:a.example\n",
     NULL, 0},
    {"but not those of a self-issued one", 0, NULL,
     "root CN=R<CN=R ca permit=dns:a.example\nstore CN=R<CN=R ca key=new signed=CN=R san=dns:b.example\n"
     "leaf <CN=R signed=new san=dns:a.example\n",
     NULL, 0},
    {"unless it is the end certificate", NOT_PERMITTED, NULL,
     "root CN=R<CN=R ca permit=dns:a.example\nleaf CN=R<CN=R key=new signed=CN=R san=dns:b.example\n", NULL,
     0},
    {"a certificate's own constraints do not bind it", 0, NULL,
     "root CN=R<CN=R ca permit=dns:a.example\nstore CN=I<CN=R ca permit=dir:C=DE\nleaf C=DE<CN=I\n", NULL, 0},
};

int main(void)
{
    return RUN_CHAIN_CASES("name constraints", cases);
}
