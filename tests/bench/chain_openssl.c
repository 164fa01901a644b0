/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSL's X509_verify_cert over the same three certificates. It leaves the root's own signature alone. */
#include "bench/chain_work.h"

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

struct parsed {
    const struct chain_work *work;
    X509 *leaf, *intermediate, *root;
    X509_STORE *store;
    STACK_OF(X509) * others;
};

static X509 *certificate(const struct chain_work *work, size_t i)
{
    const unsigned char *bytes = work->bytes[i];
    return d2i_X509(NULL, &bytes, (long)work->sizes[i]);
}

static bool parse(struct parsed *parsed)
{
    parsed->leaf = certificate(parsed->work, 0);
    parsed->intermediate = certificate(parsed->work, 1);
    parsed->root = certificate(parsed->work, 2);
    parsed->store = X509_STORE_new();
    parsed->others = sk_X509_new_null();
    return parsed->leaf != NULL && parsed->intermediate != NULL && parsed->root != NULL &&
           parsed->store != NULL && parsed->others != NULL &&
           sk_X509_push(parsed->others, parsed->intermediate) == 1 &&
           X509_STORE_add_cert(parsed->store, parsed->root) == 1;
}

static void forget(struct parsed *parsed)
{
    sk_X509_free(parsed->others);
    X509_STORE_free(parsed->store);
    X509_free(parsed->root);
    X509_free(parsed->intermediate);
    X509_free(parsed->leaf);
}

static bool check(void *context)
{
    const struct parsed *parsed = context;
    X509_STORE_CTX *verifier = X509_STORE_CTX_new();
    bool ok = verifier != NULL &&
              X509_STORE_CTX_init(verifier, parsed->store, parsed->leaf, parsed->others) == 1 &&
              X509_verify_cert(verifier) == 1;
    X509_STORE_CTX_free(verifier);
    return ok;
}

static bool parse_and_check(void *context)
{
    struct parsed *parsed = context;
    bool ok = parse(parsed) && check(parsed);
    forget(parsed);
    return ok;
}

int main(int argc, char **argv)
{
    static struct chain_work work;
    struct parsed parsed = {.work = &work};
    if (!chain_work_read(&work, argc, argv) || !chain_work_run(&work, "whole", parse_and_check, &parsed) ||
        !parse(&parsed)) {
        return 1;
    }
    bool ok = chain_work_run(&work, "parsed", check, &parsed);
    forget(&parsed);
    return ok ? 0 : 1;
}
