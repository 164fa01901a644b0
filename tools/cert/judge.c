/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert verify FILE` for a person: against the stores of the registry, in words. */
#include "cert/cert_tool.h"

#include "certstore/chain.h"
#include "certstore/describe.h"
#include "certstore/store.h"
#include "platform/limits.h"

#include <inttypes.h>

static const char verb[] = "verify";

struct stores {
    struct cert_set *roots, *intermediates, *distrusted;
};

static void free_stores(struct stores *stores)
{
    cert_set_free(stores->roots);
    cert_set_free(stores->intermediates);
    cert_set_free(stores->distrusted);
}

/* ROOT and Privileged are one set of roots. */
static bool add_privileged(struct reg_db *db, struct cert_set *roots)
{
    struct cert_set *privileged = cert_tool_load_store(verb, db, "Privileged");
    bool ok = privileged != NULL;
    for (size_t i = 0; i < cert_set_count(privileged) && ok; i++) {
        ok = cert_set_add(roots, cert_set_at(privileged, i)->der, NULL) == ERROR_SUCCESS;
    }
    cert_set_free(privileged);
    return ok;
}

static bool load_stores(struct tool_context *tool, struct stores *stores)
{
    struct reg_db *db;
    *stores = (struct stores){0};
    if (!tool_open_registry(tool, REG_OPEN_READ, &db)) {
        return false;
    }
    stores->roots = cert_tool_load_store(verb, db, "ROOT");
    stores->intermediates = cert_tool_load_store(verb, db, "CA");
    stores->distrusted = cert_tool_load_store(verb, db, "Disallowed");
    bool ok = stores->roots != NULL && stores->intermediates != NULL && stores->distrusted != NULL &&
              add_privileged(db, stores->roots);
    reg_db_close(db);
    return ok;
}

static void print_bits(uint32_t word, const char *indent)
{
    for (unsigned i = 0; i < 32; i++) {
        uint32_t bit = UINT32_C(1) << i;
        if ((word & bit) != 0) {
            struct plat_buffer name;
            plat_buffer_init(&name, 256);
            cert_trust_error_names(bit, &name);
            const char *text = plat_buffer_text(&name);
            printf("%s0x%08" PRIx32 " %s: %s\n", indent, bit, text != NULL ? text : "",
                   cert_trust_error_sentence(bit));
            plat_buffer_free(&name);
        }
    }
}

static void print_element(const struct cert_chain_element *element, size_t number)
{
    struct plat_buffer text;
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    cert_name_text(element->cert->subject, &text);
    plat_buffer_append_text(&text, "\n     valid ");
    cert_time_text(element->cert->not_before, &text);
    plat_buffer_append_text(&text, " to ");
    cert_time_text(element->cert->not_after, &text);
    const char *words = plat_buffer_text(&text);
    printf("  %zu  %s\n", number, words != NULL ? words : "");
    plat_buffer_free(&text);
    print_bits(element->error, "     ");
}

static void print_chain(const struct cert_chain *chain)
{
    struct plat_buffer names;
    printf("chain, the certificate itself first:\n");
    for (size_t i = 0; i < chain->count; i++) {
        print_element(&chain->elements[i], i);
    }
    plat_buffer_init(&names, 4096);
    cert_trust_error_names(chain->error, &names);
    const char *words = plat_buffer_text(&names);
    printf("trust word 0x%08" PRIx32 " %s\n", chain->error, words != NULL ? words : "");
    plat_buffer_free(&names);
    print_bits(chain->error, "  ");
    printf("%s\n",
           chain->error == CERT_TRUST_NO_ERROR ? "the certificate is good" : "the certificate is NOT good");
}

int cert_tool_judge(struct tool_context *tool, const char *file, int64_t time, const char *usage)
{
    struct stores stores = {0};
    struct cert_chain chain = {.error = CERT_TRUST_IS_PARTIAL_CHAIN};
    struct cert_set *peer = cert_tool_new_set(verb);
    bool ok = peer != NULL && cert_tool_read_file(verb, file, peer) && load_stores(tool, &stores);
    if (ok) {
        struct cert_chain_input input = {
            .leaf = cert_set_at(peer, 0),
            .roots = stores.roots,
            .intermediates = stores.intermediates,
            .peer = peer,
            .distrusted = stores.distrusted,
            .time = time,
            .usage = usage,
        };
        cert_chain_build(&input, &chain);
        print_chain(&chain);
    }
    free_stores(&stores);
    cert_set_free(peer);
    return ok && chain.error == CERT_TRUST_NO_ERROR ? TOOL_OK : TOOL_FAILED;
}
