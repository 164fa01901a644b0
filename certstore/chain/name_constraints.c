/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Name constraints (RFC 5280 sections 4.2.1.10, 6.1.3(b), (c), 6.1.4(g)). A certificate's names must be
 * inside a permitted subtree of each issuer above that has permitted subtrees of the name's form, and inside
 * no excluded one. Every comparison is paid from one budget for the whole chain building: names x subtrees is
 * the classic way to burn a validator's time.
 */
#include "cert/name.h"
#include "chain/name_match.h"
#include "chain/path.h"

/* minimum and maximum are not used in RFC 5280's profile, and not supported by Windows: such a subtree says nothing about any name. */
static bool is_unsupported(const struct cert_subtree *subtree)
{
    return subtree->minimum != 0 || subtree->has_maximum;
}

struct name_check {
    struct chain_path *path;
    size_t index; /* of the certificate whose names are checked */
    bool failed;
    bool doubtful; /* a constraint let a name in because it is malformed or not supported */
    struct cert_name_constraints constraints[LIMIT_CHAIN_DEPTH]; /* of each link; zeros when it has none */
};

/*
 * What a comparison costs: about one for short host names, more for long ones and for directory names, which
 * compare text.
 */
static uint32_t price(const struct cert_general_name *base, const struct cert_general_name *name)
{
    uint32_t directory = base->kind == CERT_NAME_DIRECTORY && name->kind == CERT_NAME_DIRECTORY ? 4 : 0;

    return 1 + directory + (uint32_t)(base->value.size + name->value.size) / 64;
}

/* One list of the issuer `above`. *said: the list has something of the name's form. */
static bool is_inside(struct name_check *check, size_t above, const struct cert_general_name *name,
                      bool excluded, bool *said)
{
    struct cert_list list =
        excluded ? check->constraints[above].excluded : check->constraints[above].permitted;
    struct chain_link *link = &check->path->links[check->index];
    struct cert_subtree subtree;
    bool malformed = false;

    while (cert_subtree_next(&list, &subtree)) {
        uint32_t cost = price(&subtree.base, name);

        if (*check->path->name_checks_left < cost) {
            check->failed = true;
            return false;
        }
        *check->path->name_checks_left -= cost;
        if (is_unsupported(&subtree)) {
            check->doubtful = true;
            continue;
        }
        switch (chain_subtree_holds(&subtree.base, name, excluded)) {
        case CHAIN_SUBTREE_OTHER_FORM:
            break;
        case CHAIN_SUBTREE_OUTSIDE:
            *said = true;
            break;
        case CHAIN_SUBTREE_INSIDE:
            *said = true;
            return true;
        case CHAIN_SUBTREE_MALFORMED:
            *said = true;
            malformed = true;
            break;
        case CHAIN_SUBTREE_UNSUPPORTED:
            link->error |= CERT_TRUST_HAS_NOT_SUPPORTED_NAME_CONSTRAINT;
            break;
        }
    }
    if (malformed) {
        check->path->links[above].error |= CERT_TRUST_INVALID_NAME_CONSTRAINTS;
        check->doubtful = true;
    }
    return malformed;
}

static void check_name(struct name_check *check, const struct cert_general_name *name)
{
    struct chain_link *link = &check->path->links[check->index];

    for (size_t i = check->index + 1; i < check->path->count && !check->failed; i++) {
        bool permitted = false;
        bool excluded = false;

        if (!is_inside(check, i, name, false, &permitted) && permitted) {
            link->error |= CERT_TRUST_HAS_NOT_PERMITTED_NAME_CONSTRAINT;
        }
        if (is_inside(check, i, name, true, &excluded)) {
            link->error |= CERT_TRUST_HAS_EXCLUDED_NAME_CONSTRAINT;
        }
    }
}

/* Values of one type in the subject, checked as names of another kind. */
static void check_attributes(struct name_check *check, struct plat_span type, enum cert_general_name_kind kind)
{
    struct cert_name_walk walk;
    struct cert_attribute attribute;
    struct plat_buffer text;

    plat_buffer_init(&text, LIMIT_CERT_SIZE);
    cert_name_walk_open(check->path->links[check->index].cert->subject, &walk);
    while (cert_name_walk_next(&walk, &attribute)) {
        if (!plat_span_equal(attribute.oid, type)) {
            continue;
        }
        plat_buffer_clear(&text);
        bool readable = der_string_append_utf8(attribute.value.tag, attribute.value.content, &text);
        struct cert_general_name name = {.kind = kind, .value = plat_span_of(text.data, text.size)};

        if (text.failed != ERROR_SUCCESS) {
            check->failed = true;
        } else if (kind != CERT_NAME_DNS || (readable && chain_dns_name_valid(name.value, true))) {
            check_name(check, &name);
        }
    }
    plat_buffer_free(&text);
}

/*
 * The subject; the subjectAltNames; for want of such, e-mail addresses in the subject (4.2.1.10) and, for the
 * end certificate, common names that can be host names, as Windows does.
 */
static void check_names(struct name_check *check)
{
    const struct chain_link *link = &check->path->links[check->index];
    struct cert_general_name subject = {.kind = CERT_NAME_DIRECTORY, .value = link->cert->subject};
    struct cert_list list;
    struct cert_general_name name;
    bool has_email = false;
    bool has_dns = false;

    if (!cert_name_empty(link->cert->subject)) {
        check_name(check, &subject);
    }
    if (link->facts.alternative_names.size != 0 &&
        cert_general_names_open(link->facts.alternative_names, &list)) {
        while (cert_general_names_next(&list, &name) && !check->failed) {
            has_email = has_email || name.kind == CERT_NAME_RFC822;
            has_dns = has_dns || name.kind == CERT_NAME_DNS;
            check_name(check, &name);
        }
    }
    if (!has_email) {
        check_attributes(check, cert_oid_email_address, CERT_NAME_RFC822);
    }
    if (!has_dns && check->index == 0) {
        check_attributes(check, cert_oid_common_name, CERT_NAME_DNS);
    }
}

/* What is wrong with the constraints themselves. */
static uint32_t judge_subtrees(struct cert_list list)
{
    struct cert_subtree subtree;
    uint32_t error = 0;

    while (cert_subtree_next(&list, &subtree)) {
        if (is_unsupported(&subtree)) {
            error |= CERT_TRUST_HAS_NOT_SUPPORTED_NAME_CONSTRAINT;
        } else if (!chain_subtree_base_valid(&subtree.base)) {
            error |= CERT_TRUST_INVALID_NAME_CONSTRAINTS;
        }
    }
    return error;
}

/* true when a certificate above the first has constraints */
static bool open_constraints(struct name_check *check)
{
    bool any = false;

    for (size_t i = 0; i < check->path->count; i++) {
        struct chain_link *link = &check->path->links[i];

        check->constraints[i] = (struct cert_name_constraints){0};
        if (link->facts.has_name_constraints &&
            cert_decode_name_constraints(link->facts.name_constraints, &check->constraints[i])) {
            link->error |= judge_subtrees(check->constraints[i].permitted) |
                           judge_subtrees(check->constraints[i].excluded);
            any = any || i != 0;
        }
    }
    return any;
}

static bool constrained(const struct name_check *check)
{
    for (size_t i = check->index + 1; i < check->path->count; i++) {
        if (check->constraints[i].has_permitted || check->constraints[i].has_excluded) {
            return true;
        }
    }
    return false;
}

bool chain_check_name_constraints(struct chain_path *path)
{
    static const uint32_t violations = CERT_TRUST_HAS_NOT_SUPPORTED_NAME_CONSTRAINT |
                                       CERT_TRUST_HAS_NOT_PERMITTED_NAME_CONSTRAINT |
                                       CERT_TRUST_HAS_EXCLUDED_NAME_CONSTRAINT;
    struct name_check check = {.path = path};

    if (!open_constraints(&check)) {
        return true;
    }
    for (check.index = 0; check.index < path->count && !check.failed; check.index++) {
        struct chain_link *link = &path->links[check.index];

        if (!constrained(&check) || (link->facts.self_issued && check.index != 0)) {
            continue;
        }
        check.doubtful = false;
        check_names(&check);
        if (check.failed) {
            link->error |= CERT_TRUST_INVALID_NAME_CONSTRAINTS;
        } else if ((link->error & violations) == 0 && !check.doubtful) {
            link->info |= CERT_TRUST_HAS_VALID_NAME_CONSTRAINTS;
        }
    }
    return !check.failed;
}
