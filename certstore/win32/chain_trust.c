/* SPDX-License-Identifier: Apache-2.0 */
/* The system stores as chain building wants them, read again only when the registry has changed. */
#include "registry/win32.h"
#include "win32/chain.h"

#include "platform/memory.h"

/* The last one of each location, with a reference; under wc_lock. */
static struct wc_trust *kept[2];

static void destroy(struct plat_object *object)
{
    struct wc_trust *trust = (struct wc_trust *)object;

    cert_set_free(trust->roots);
    cert_set_free(trust->intermediates);
    cert_set_free(trust->distrusted);
    cert_set_free(trust->people);
    cert_crl_set_free(trust->crls);
    plat_free(trust);
}

/* For one location, or for the current user's and the local machine's together. */
static win_error fill_both(enum cert_location location, const char *name, struct cert_set *set)
{
    win_error error = wc_system_fill(location, name, set, NULL);

    if (!error && location == CERT_CURRENT_USER)
        error = wc_system_fill(CERT_LOCAL_MACHINE, name, set, NULL);
    return error;
}

static win_error fill(struct wc_trust *trust, enum cert_location location)
{
    win_error error = wc_system_fill(location, "ROOT", trust->roots, trust->crls);

    if (!error)
        error = fill_both(location, "Privileged", trust->roots);
    if (!error)
        error = wc_system_fill(location, "CA", trust->intermediates, trust->crls);
    if (!error)
        error = wc_system_fill(location, "MY", trust->intermediates, NULL);
    if (!error)
        error = wc_system_fill(location, "Trust", trust->intermediates, NULL);
    if (!error)
        error = fill_both(location, "Disallowed", trust->distrusted);
    if (!error)
        error = fill_both(location, "TrustedPeople", trust->people);
    return error;
}

static win_error load(enum cert_location location, uint32_t epoch, uint64_t generation,
                      struct wc_trust **trust)
{
    struct wc_trust *made = plat_calloc(1, sizeof *made);
    win_error error;

    if (!made)
        return ERROR_NOT_ENOUGH_MEMORY;
    plat_object_init(&made->object, destroy);
    made->epoch = epoch;
    made->generation = generation;
    error = cert_set_create(&made->roots);
    if (!error)
        error = cert_set_create(&made->intermediates);
    if (!error)
        error = cert_set_create(&made->distrusted);
    if (!error)
        error = cert_set_create(&made->people);
    if (!error)
        error = cert_crl_set_create(&made->crls);
    if (!error)
        error = fill(made, location);
    if (error)
        plat_object_release(&made->object);
    else
        *trust = made;
    return error;
}

/* Puts `trust` (NULL: nothing) in the place of what is kept. */
static win_error keep(enum cert_location location, struct wc_trust *trust)
{
    struct wc_trust *before;
    win_error error = wc_lock();

    if (error)
        return error;
    before = kept[location];
    kept[location] = trust;
    if (trust)
        plat_object_hold(&trust->object);
    wc_unlock();
    if (before)
        plat_object_release(&before->object);
    return ERROR_SUCCESS;
}

static win_error look(enum cert_location location, struct wc_trust **trust)
{
    win_error error = wc_lock();

    *trust = NULL;
    if (error)
        return error;
    *trust = kept[location];
    if (*trust)
        plat_object_hold(&(*trust)->object);
    wc_unlock();
    return ERROR_SUCCESS;
}

win_error wc_trust_get(enum cert_location location, struct wc_trust **trust)
{
    struct reg_win32_loan loan;
    struct wc_trust *now;
    uint64_t generation;
    uint32_t epoch;
    win_error error = look(location, &now);

    *trust = NULL;
    if (error)
        return error;
    error = reg_win32_borrow(&loan);
    if (!error && now && now->epoch == loan.epoch && !reg_wait(loan.db, now->generation, 0)) {
        reg_win32_give_back(&loan);
        *trust = now;
        return ERROR_SUCCESS;
    }
    if (now)
        plat_object_release(&now->object);
    if (error)
        return error;
    generation = reg_generation(loan.db); /* before reading: a change during it shows next time */
    epoch = loan.epoch;
    reg_win32_give_back(&loan);
    error = load(location, epoch, generation, &now);
    if (error)
        return error;
    error = keep(location, now);
    if (error)
        plat_object_release(&now->object);
    else
        *trust = now;
    return error;
}

void wc_trust_forget(enum cert_location location)
{
    (void)keep(location, NULL);
}
