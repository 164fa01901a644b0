/* SPDX-License-Identifier: Apache-2.0 */
#include "chain_bomb.h"
#include "platform/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SOON_MS 5000U

void bomb_init(struct bomb *bomb)
{
    *bomb =
        (struct bomb){.recipe = {.version = 3, .not_before = BOMB_NOW - 1000, .not_after = BOMB_NOW + 1000}};
    assert_int_equal(cert_set_create(&bomb->roots), ERROR_SUCCESS);
    assert_int_equal(cert_set_create(&bomb->store), ERROR_SUCCESS);
    assert_int_equal(cert_set_create(&bomb->leaves), ERROR_SUCCESS);
    bomb->input =
        (struct cert_chain_input){.roots = bomb->roots, .intermediates = bomb->store, .time = BOMB_NOW};
    plat_buffer_init(&bomb->subject, 4096);
    plat_buffer_init(&bomb->issuer, 4096);
    plat_buffer_init(&bomb->der, BOMB_ROOM);
    plat_buffer_init(&bomb->recipe.extensions, BOMB_ROOM);
    bomb->recipe.key = &bomb->key;
    bomb->recipe.signer = &bomb->signer;
}

void bomb_free(struct bomb *bomb)
{
    cert_set_free(bomb->roots);
    cert_set_free(bomb->store);
    cert_set_free(bomb->leaves);
    plat_buffer_free(&bomb->subject);
    plat_buffer_free(&bomb->issuer);
    plat_buffer_free(&bomb->der);
    plat_buffer_free(&bomb->recipe.extensions);
}

struct plat_span bomb_span(const struct plat_buffer *b)
{
    return plat_span_of(b->data, b->size);
}

static void name_it(struct plat_buffer *out, const char *name)
{
    plat_buffer_clear(out);
    test_der_name(out, name);
}

void bomb_begin(struct bomb *bomb, bool leaf)
{
    plat_buffer_clear(&bomb->recipe.extensions);
    if (!leaf) {
        test_extension(&bomb->recipe.extensions, "2.5.29.19", true, plat_span_of("\x30\x03\x01\x01\xff", 5));
    }
}

void bomb_sign_again(struct bomb *bomb, const char *subject, const char *issuer)
{
    name_it(&bomb->subject, subject);
    name_it(&bomb->issuer, issuer);
    bomb->recipe.subject = bomb_span(&bomb->subject);
    bomb->recipe.issuer = bomb_span(&bomb->issuer);
    bomb->recipe.serial++;
    cert_recipe_make(&bomb->recipe, &bomb->der);
}

void bomb_sign(struct bomb *bomb, const char *subject, const char *key, const char *issuer, const char *signer)
{
    test_key_make(&bomb->key, key);
    test_key_make(&bomb->signer, signer);
    bomb_sign_again(bomb, subject, issuer);
}

void bomb_put(struct bomb *bomb, struct cert_set *set)
{
    const struct cert *cert;

    assert_int_equal(cert_set_add(set, bomb_span(&bomb->der), &cert), ERROR_SUCCESS);
    if (set == bomb->leaves) {
        bomb->input.leaf = cert;
    }
}

void bomb_issue(struct bomb *bomb, struct cert_set *set, const char *subject, const char *issuer)
{
    bomb_sign(bomb, subject, subject, issuer, issuer);
    bomb_put(bomb, set);
}

void bomb_go_off(struct bomb *bomb, const char *what)
{
    uint64_t start = plat_clock_monotonic_ms();

    cert_chain_build(&bomb->input, &bomb->chain);
    bomb->milliseconds = plat_clock_monotonic_ms() - start;
    print_message("%s: 0x%08x in %u ms\n", what, (unsigned)bomb->chain.error, (unsigned)bomb->milliseconds);
    assert_true(bomb->milliseconds < SOON_MS);
}

const char *bomb_authority(char name[16], unsigned number)
{
    (void)snprintf(name, 16, "CN=CA%u", number);
    return name;
}
