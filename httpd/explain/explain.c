/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision for a request that nobody sent: the same functions that the server calls, with what a connection would bring taken
 * from the question.
 */
#include "httpd/explain.h"

#include "access/client_certificate.h"
#include "access/received.h"
#include "explain/words.h"
#include "http/chars.h"
#include "http/path.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

/* The decoded path, up to a query; NULL = refused, and why. */
static char *path_of(const struct httpd_explain_request *request, const char **why)
{
    size_t size = strcspn(request->path, "?");
    *why = "it is too long";
    if (size > LIMIT_REQUEST_TARGET) {
        return NULL;
    }
    char *path = plat_alloc(size + 2);
    *why =
        path != NULL ? http_path_resolve(request->path, size, path) : win_error_text(ERROR_NOT_ENOUGH_MEMORY);
    if (*why != NULL) {
        plat_free(path);
        return NULL;
    }
    return path;
}

static void take_word(void *context, const struct cert_chain *chain)
{
    struct httpd_explain *e = context;
    e->facts.trust_error = chain->error;
    e->facts.trust_finished = chain->finished;
    httpd_explain_chain_words(chain, &e->chain_words);
}

static win_error take_certificates(struct httpd_explain *e)
{
    const struct httpd_explain_request *request = e->request;
    if (request->certificate_count == 0) {
        return ERROR_SUCCESS;
    }
    win_error error =
        httpd_client_certificate_create(request->certificates, request->certificate_count, &e->certificate);
    if (error != ERROR_SUCCESS) {
        plat_buffer_printf(e->text, "the client's certificates cannot be taken: %s", win_error_text(error));
        return error;
    }
    if (!httpd_client_certificate_chain(e->settings, e->certificate, request->time, take_word, e)) {
        plat_buffer_append_text(e->text, "not enough memory to judge the certificate");
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    e->facts.leaf = httpd_client_certificate_leaf(e->certificate);
    return ERROR_SUCCESS;
}

/* As the server does it: decide, and if the answer is to ask the client, ask and decide again. */
static void decide(struct httpd_explain *e)
{
    const struct httpd_settings *s = e->settings;
    enum httpd_certificate_state answer = HTTPD_CERT_NONE;
    if (e->certificate != NULL) {
        answer = cert_key_provable(e->facts.leaf) ? HTTPD_CERT_GIVEN : HTTPD_CERT_UNPROVEN;
    }
    if (e->request->plain) {
        e->facts.certificate = HTTPD_CERT_CANNOT_ASK;
    } else {
        e->facts.certificate = s->ask_certificate == HTTPD_ASK_MID_REQUEST ? HTTPD_CERT_NOT_ASKED : answer;
    }
    httpd_decide(s, &e->facts, &e->decision);
    e->asked = e->decision.verdict == HTTPD_ASK_FOR_CERTIFICATE;
    if (e->asked) {
        e->facts.certificate = answer;
        httpd_decide(s, &e->facts, &e->decision);
    }
}

static win_error explain(struct httpd_explain *e)
{
    win_error error = take_certificates(e);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    const char *why;
    if (!http_is_token(e->request->method, strlen(e->request->method))) {
        plat_buffer_printf(e->text, "method       \"%s\" is none\nrefused      400\n", e->request->method);
        return e->text->failed;
    }
    char *path = path_of(e->request, &why);
    if (path == NULL) {
        plat_buffer_printf(e->text, "path         \"%s\" is none: %s\nrefused      400\n", e->request->path,
                           why);
        return e->text->failed;
    }
    e->facts.path = path;
    decide(e);
    httpd_explain_words(e);
    plat_free(path);
    return e->text->failed;
}

win_error httpd_explain(struct reg_db *db, const struct httpd_explain_request *request,
                        struct plat_buffer *text, bool *allowed)
{
    struct httpd_settings *settings;
    *allowed = false;
    win_error error = httpd_settings_load_again(db, request->root, NULL, &settings, text);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    struct httpd_explain e = {
        .settings = settings,
        .request = request,
        .text = text,
        .facts = {.secure = !request->plain,
                  .cipher_bits = request->plain ? 0 : 128, /* the least that this server's ciphers have */
                  .password = request->user != NULL ? HTTPD_PASSWORD_RIGHT : HTTPD_PASSWORD_NONE,
                  .user = request->user},
    };
    if (request->user != NULL && httpd_password_user_find(settings, request->user) == NULL) {
        e.facts.password = HTTPD_PASSWORD_WRONG; /* no password can be right for nobody */
    }
    plat_buffer_init(&e.chain_words, LIMIT_CERT_FILE);
    error = explain(&e);
    *allowed = error == ERROR_SUCCESS && e.decision.verdict == HTTPD_ALLOW;
    plat_buffer_free(&e.chain_words);
    httpd_client_certificate_unref(e.certificate);
    httpd_settings_unref(settings);
    return error;
}
