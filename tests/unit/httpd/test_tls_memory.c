/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation of a connection's life fails once: nothing leaks, and nobody is taken for somebody. */
#include "tls_people.h"

#include "platform/fake.h"

#include <string.h>

struct outcome {
    bool made;
    bool opened;
    bool given;
};

static bool pump(struct tls_client *client, struct httpd_tls *tls)
{
    br_ssl_engine_context *engine = &client->engine.eng;
    size_t room, size;
    if (httpd_tls_wake(tls) != ERROR_SUCCESS)
        return false;
    uint8_t *space = httpd_tls_cipher_space(tls, &room);
    const uint8_t *bytes = br_ssl_engine_sendrec_buf(engine, &size);
    size_t up = size < room ? size : room;
    if (up != 0) {
        memcpy(space, bytes, up);
        br_ssl_engine_sendrec_ack(engine, up);
        httpd_tls_cipher_received(tls, up);
    }
    bytes = httpd_tls_cipher_pending(tls, &size);
    space = br_ssl_engine_recvrec_buf(engine, &room);
    size_t down = size < room ? size : room;
    if (down != 0) {
        memcpy(space, bytes, down);
        httpd_tls_cipher_sent(tls, down);
        br_ssl_engine_recvrec_ack(engine, down);
    }
    (void)httpd_tls_idle(tls);
    return up != 0 || down != 0;
}

/* A client with a certificate connects and is asked. */
static struct outcome live(struct tls_people *p, struct tls_client *client)
{
    struct outcome outcome = {0};
    struct httpd_tls_server *shared;
    struct httpd_tls *tls;
    tls_client_start(client, &p->server, &p->alice, &p->alice, TLS_QUIRK_NONE, NULL);
    if (httpd_tls_server_create(&shared) != ERROR_SUCCESS)
        return outcome;
    if (httpd_tls_create(shared, &p->site.settings, &tls) == ERROR_SUCCESS) {
        outcome.made = true;
        while (pump(client, tls))
            ;
        outcome.opened = httpd_tls_state(tls) == HTTPD_TLS_OPEN;
        if (outcome.opened && httpd_tls_wake(tls) == ERROR_SUCCESS && !httpd_tls_ask_certificate(tls))
            assert_int_not_equal(httpd_tls_certificate_state(tls), HTTPD_CERT_NOT_ASKED);
        while (pump(client, tls))
            ;
        outcome.given = httpd_tls_certificate(tls) != NULL;
        assert_int_equal(outcome.given, httpd_tls_certificate_state(tls) == HTTPD_CERT_GIVEN);
        httpd_tls_destroy(tls);
    } else {
        assert_null(tls);
    }
    httpd_tls_server_destroy(shared);
    return outcome;
}

static struct tls_client client;

static void every_allocation_fails_once(void **state)
{
    struct tls_people *p = *state;
    size_t before = plat_fake_memory_live();
    plat_fake_memory_fail(0, false);
    struct outcome good = live(p, &client);
    assert_true(good.made && good.opened && good.given);
    assert_int_equal(plat_fake_memory_live(), before);
    unsigned nth = 0, hurt = 0;
    do {
        plat_fake_memory_fail(++nth, false);
        struct outcome outcome = live(p, &client);
        hurt += !outcome.given;
        unsigned failures = plat_fake_memory_failures();
        plat_fake_memory_fail(0, false);
        assert_int_equal(plat_fake_memory_live(), before);
        if (failures == 0)
            break;
    } while (nth < 1000);
    assert_true(nth > 6 && nth < 1000);
    assert_true(hurt > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_fails_once),
    };
    return cmocka_run_group_tests_name("tls_memory", tests, tls_people_setup, tls_people_teardown);
}
