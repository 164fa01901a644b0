/* SPDX-License-Identifier: Apache-2.0 */
/* From an engine and the stores that are named in a call to the sets that the chain engine takes. */
#include "win32/chain.h"

#include "platform/memory.h"

#define REVOCATION                                                                                           \
    (CERT_CHAIN_REVOCATION_CHECK_END_CERT | CERT_CHAIN_REVOCATION_CHECK_CHAIN |                              \
     CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT)

/* Those of the store that are roots of the system: hRestrictedRoot can only take trust away. */
static win_error restrict_roots(struct wc_material *m, struct wc_store *store)
{
    struct cert_set *named;
    win_error error = cert_set_create(&named);

    if (error)
        return error;
    error = wc_store_fill(store, named, NULL);
    for (size_t i = 0; !error && i < cert_set_count(named); i++) {
        const struct cert *cert = cert_set_at(named, i);

        if (cert_set_find_thumbprint(m->trust->roots, cert->thumbprint))
            error = cert_set_add(m->anchors, cert->der, NULL);
    }
    cert_set_free(named);
    return error;
}

static win_error make_anchors(struct wc_material *m, const struct wc_engine *engine)
{
    win_error error;

    m->exclusive = engine->exclusive_root || engine->exclusive_people;
    if (!m->exclusive && !engine->restricted_root)
        return ERROR_SUCCESS;
    error = cert_set_create(&m->anchors);
    if (!error && m->exclusive)
        error = cert_set_create(&m->people);
    if (error)
        return error;
    if (engine->exclusive_root)
        error = wc_store_fill(engine->exclusive_root, m->anchors, NULL);
    if (!error && engine->exclusive_people)
        error = wc_store_fill(engine->exclusive_people, m->people, NULL);
    if (!error && !m->exclusive)
        error = restrict_roots(m, engine->restricted_root);
    return error;
}

/* What is read at each call. */
static win_error make_fresh(struct wc_material *m, const struct wc_engine *engine,
                            struct wc_store *additional, bool with_crls)
{
    win_error error;

    if (!engine->restricted_other && engine->additional_count == 0 && !additional)
        return ERROR_SUCCESS;
    error = cert_set_create(&m->fresh);
    if (!error && with_crls)
        error = cert_crl_set_create(&m->crls);
    if (!error && engine->restricted_other)
        error = wc_store_fill(engine->restricted_other, m->fresh, m->crls);
    for (size_t i = 0; !error && i < engine->additional_count; i++)
        error = wc_store_fill(engine->additional[i], m->fresh, m->crls);
    if (!error && additional)
        error = wc_store_fill(additional, m->fresh, m->crls);
    return error;
}

/* One set of CRLs: the system's alone, or those of this call with the system's added. */
static win_error join_crls(struct wc_material *m, const struct wc_engine *engine)
{
    const struct cert_crl_set *system = m->trust->crls;
    win_error error = ERROR_SUCCESS;

    if (engine->restricted_other || !m->crls)
        return ERROR_SUCCESS;
    if (cert_crl_set_count(m->crls) == 0) {
        cert_crl_set_free(m->crls);
        m->crls = NULL;
        return ERROR_SUCCESS;
    }
    for (size_t i = 0; !error && i < cert_crl_set_count(system); i++) {
        const struct cert_crl *crl = cert_crl_set_at(system, i);

        error = cert_crl_set_add(m->crls, crl->der, cert_crl_set_properties(system, crl), NULL);
    }
    return error;
}

win_error wc_material_make(struct wc_material *m, const struct wc_engine *engine, struct wc_store *additional,
                           DWORD flags, struct cert_chain_input *input)
{
    win_error error;

    *m = (struct wc_material){.trust = NULL};
    error = wc_trust_get(engine->location, &m->trust);
    if (!error)
        error = make_anchors(m, engine);
    if (!error)
        error = make_fresh(m, engine, additional, (flags & REVOCATION) != 0);
    if (!error)
        error = join_crls(m, engine);
    if (error)
        return error;
    input->roots = m->anchors ? m->anchors : m->trust->roots;
    input->intermediates = engine->restricted_other ? NULL : m->trust->intermediates;
    input->peer = m->fresh;
    input->distrusted = m->trust->distrusted;
    input->crls = m->crls ? m->crls : m->trust->crls;
    if (m->exclusive)
        input->people = m->people;
    else if (flags & CERT_CHAIN_ENABLE_PEER_TRUST)
        input->people = m->trust->people;
    m->sets[0] = input->roots;
    m->sets[1] = input->intermediates;
    m->sets[2] = input->peer;
    m->sets[3] = input->people;
    return ERROR_SUCCESS;
}

void wc_material_free(struct wc_material *m)
{
    cert_set_free(m->anchors);
    cert_set_free(m->people);
    cert_set_free(m->fresh);
    cert_crl_set_free(m->crls);
    if (m->trust)
        plat_object_release(&m->trust->object);
    *m = (struct wc_material){.trust = NULL};
}
