/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Graphs and lists made to burn a validator's time, for build/bench chain. Prints "NAME milliseconds peak-bytes word" a line:
 * the median of ROUNDS buildings, and what the engine had allocated at once (its stack is not in it).
 */
#include "bench/clock.h"
#include "unit/certstore/chain_bomb.h"

#include "der/der.h"
#include "platform/fake.h"

#include <inttypes.h>
#include <stdio.h>

#define ROUNDS 5U
#define MESH 60U

static void measure(const char *name, struct bomb *bomb)
{
    uint64_t took[ROUNDS];

    plat_fake_memory_peak_reset();
    size_t before = plat_fake_memory_peak();
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t start = bench_clock_ns();

        cert_chain_build(&bomb->input, &bomb->chain);
        took[i] = bench_clock_ns() - start;
    }
    bench_sort(took, ROUNDS);
    printf("%s %.2f %zu 0x%08" PRIx32 "\n", name, (double)took[ROUNDS / 2] / 1e6,
           plat_fake_memory_peak() - before, bomb->chain.error);
}

/* Every authority has certified every other, all with one key. */
static void mesh(void)
{
    struct bomb bomb;
    char subject[16], issuer[16];

    bomb_init(&bomb);
    bomb_begin(&bomb, false);
    test_key_make(&bomb.key, "mesh");
    test_key_make(&bomb.signer, "mesh");
    for (unsigned i = 0; i < MESH; i++) {
        for (unsigned j = 0; j < MESH; j++) {
            if (i != j) {
                bomb_sign_again(&bomb, bomb_authority(subject, i), bomb_authority(issuer, j));
                bomb_put(&bomb, bomb.store);
            }
        }
    }
    bomb_begin(&bomb, true);
    bomb_sign_again(&bomb, "CN=A", bomb_authority(issuer, MESH - 1));
    bomb_put(&bomb, bomb.leaves);
    measure("cross-signed-no-root", &bomb);
    bomb_begin(&bomb, false);
    bomb_sign_again(&bomb, "CN=CA0", "CN=R");
    bomb_put(&bomb, bomb.store);
    bomb_sign_again(&bomb, "CN=R", "CN=R");
    bomb_put(&bomb, bomb.roots);
    measure("cross-signed-with-root", &bomb);
    bomb.input.time = BOMB_NOW + 2000;
    measure("cross-signed-all-expired", &bomb);
    bomb_free(&bomb);
}

/* The same with a key for each authority: a signature for every certificate that is tried. */
static void mesh_of_keys(void)
{
    struct bomb bomb;
    char subject[16], issuer[16];

    bomb_init(&bomb);
    bomb_begin(&bomb, false);
    for (unsigned i = 0; i < MESH; i++) {
        for (unsigned j = 0; j < MESH; j++) {
            if (i != j) {
                bomb_issue(&bomb, bomb.store, bomb_authority(subject, i), bomb_authority(issuer, j));
            }
        }
    }
    bomb_begin(&bomb, true);
    bomb_issue(&bomb, bomb.leaves, "CN=A", bomb_authority(issuer, MESH - 1));
    measure("cross-signed-60-keys", &bomb);
    bomb_free(&bomb);
}

#define LIST_ROOM (128U * 1024U)

/* `count` dNSNames of four digits, each wrapped as `wrap` says (0 = not). */
static void list(struct plat_buffer *value, unsigned first, unsigned count, unsigned wrap)
{
    char text[8];

    for (unsigned i = 0; i < count; i++) {
        size_t start = value->size;

        (void)snprintf(text, sizeof text, "%04x", (first + i) & 0xffff);
        der_write(value, DER_CONTEXT(2), plat_span_of(text, 4));
        if (wrap != 0) {
            test_der_wrap(value, start, wrap);
        }
    }
}

static void names(const char *name, unsigned names_count, unsigned subtrees)
{
    struct bomb bomb;
    struct plat_buffer value;

    bomb_init(&bomb);
    plat_buffer_init(&value, LIST_ROOM);
    bomb_begin(&bomb, false);
    list(&value, 0x8000, subtrees, DER_SEQUENCE);
    test_der_wrap(&value, 0, DER_CONTEXT_CONSTRUCTED(1));
    test_der_wrap(&value, 0, DER_SEQUENCE);
    test_extension(&bomb.recipe.extensions, "2.5.29.30", true, plat_span_of(value.data, value.size));
    bomb_issue(&bomb, bomb.roots, "CN=R", "CN=R");
    plat_buffer_clear(&value);
    bomb_begin(&bomb, true);
    list(&value, 0, names_count, 0);
    test_der_wrap(&value, 0, DER_SEQUENCE);
    test_extension(&bomb.recipe.extensions, "2.5.29.17", false, plat_span_of(value.data, value.size));
    bomb_issue(&bomb, bomb.leaves, "", "CN=R");
    measure(name, &bomb);
    plat_buffer_free(&value);
    bomb_free(&bomb);
}

int main(void)
{
    mesh();
    mesh_of_keys();
    names("10000-names-8000-constraints", 10000,
          8000); /* as many as LIMIT_CERT_SIZE lets into a certificate */
    names("10000-names-20-constraints", 10000, 20);
    return 0;
}
