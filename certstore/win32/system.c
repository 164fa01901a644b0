/* SPDX-License-Identifier: Apache-2.0 */
/* System stores from the registry, with the files that InitFile names under the root of CE paths. */
#include "win32/store.h"

#include "certstore/win32.h"

#include "platform/text.h"

static struct plat_root *root; /* NULL: InitFiles are not read */

win_error cert_win32_use_root(const char *host_directory)
{
    if (root)
        plat_root_close(root);
    root = NULL;
    return host_directory ? plat_root_open(host_directory, &root) : ERROR_SUCCESS;
}

static void remember(void *context, const char *text)
{
    bool *unread = context;

    (void)text;
    *unread = true;
}

/* Where a certificate that cannot be read means less trust, it is left out. */
win_error wc_system_load(struct reg_db *db, enum cert_location location, const char *name,
                         struct cert_set *set, struct cert_crl_set *crls)
{
    const struct cert_store_reader reader = {.root = root};

    return cert_store_load(db, location, name, set, crls, &reader);
}

static win_error load_distrusted(struct reg_db *db, enum cert_location location, const char *name,
                                 struct cert_set *set)
{
    bool unread = false;
    const struct cert_store_reader reader = {.root = root, .problem = remember, .context = &unread};
    win_error error = cert_store_load(db, location, name, set, NULL, &reader);

    return !error && unread ? ERROR_INVALID_DATA : error;
}

bool wc_is_shared_store(const char *name)
{
    return plat_name_equal(name, "ROOT") || plat_name_equal(name, "CA") || plat_name_equal(name, "Trust");
}

win_error wc_system_fill(enum cert_location location, const char *name, struct cert_set *set,
                         struct cert_crl_set *crls)
{
    struct reg_win32_loan loan;
    win_error error = reg_win32_borrow(&loan);

    if (!error)
        error = plat_name_equal(name, "Disallowed") ? load_distrusted(loan.db, location, name, set)
                                                    : wc_system_load(loan.db, location, name, set, crls);
    if (!error && location == CERT_CURRENT_USER && wc_is_shared_store(name))
        error = wc_system_load(loan.db, CERT_LOCAL_MACHINE, name, set, crls);
    reg_win32_give_back(&loan);
    return error;
}
