/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation of a chain building made to fail: the word never becomes valid, and nothing leaks. */
#include "pki_text.h"
#include "platform/fake.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Valid; with what the engine allocates for: a graph that has to grow, names out of the subject. */
static const char pki_of_many[] =
    "root CN=R<CN=R ca permit=dns:example+email:example+dir:O=Acme require=0\n"
    "store CN=I/O=Acme<CN=R ca policy=any key=k permit=dir:O=Other\n"
    "store CN=I/O=Acme<CN=R ca policy=any key=k\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i0\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i1\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i2\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i3\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i4\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i5\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i6\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i7\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i8\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i9\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i10\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i11\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i12\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i13\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i14\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i15\n"
    "store O=Acme/CN=I<CN=R ca policy=any key=i16\n"
    "leaf O=Acme/CN=a.example/E=joe@example<O=Acme/CN=I signed=i16 policy=1.1\n";

static void run_with_failures(bool ever_after)
{
    struct test_pki pki;
    struct cert_chain chain;
    unsigned tried = 0;

    test_pki_make(&pki, pki_of_many);
    for (unsigned nth = 1;; nth++) {
        size_t live = plat_fake_memory_live();
        plat_fake_memory_fail(nth, ever_after);
        cert_chain_build(&pki.input, &chain);
        unsigned failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        assert_int_equal(plat_fake_memory_live(), live);
        if (failures == 0) {
            assert_int_equal(chain.error, CERT_TRUST_NO_ERROR);
            assert_true(chain.finished);
            break;
        }
        assert_false(chain.finished);
        assert_int_equal(chain.error & CERT_CHAIN_UNFINISHED, CERT_CHAIN_UNFINISHED);
        assert_true(chain.count >= 1);
        assert_ptr_equal(chain.elements[0].cert, pki.input.leaf);
        tried++;
    }
    assert_true(tried > 3);
    test_pki_free(&pki);
}

static void test_one_failure(void **state)
{
    (void)state;
    run_with_failures(false);
}

static void test_no_memory_any_more(void **state)
{
    (void)state;
    run_with_failures(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_failure),
                                       cmocka_unit_test(test_no_memory_any_more)};

    return cmocka_run_group_tests_name("chain memory", tests, NULL, NULL);
}
