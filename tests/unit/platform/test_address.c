/* SPDX-License-Identifier: Apache-2.0 */
/* IP addresses in text, by tables and against the system's own functions. */
#include "scratch.h"

#include "platform/net.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text;
    const char *canonical; /* NULL = not an address */
} addresses[] = {
    {"127.0.0.1", "127.0.0.1"},
    {"0.0.0.0", "0.0.0.0"},
    {"255.255.255.255", "255.255.255.255"},
    {"::", "::"},
    {"::1", "::1"},
    {"1::", "1::"},
    {"2001:DB8::1", "2001:db8::1"},
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},    /* the first of equal runs */
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},          /* the longest run */
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, /* one group is no run */
    {"0:0:0:0:0:0:0:0", "::"},
    {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
    {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
    {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
    {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
    {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"000a:00b::0", "a:b::"},
    {"", NULL},
    {"localhost", NULL},
    {"1.2.3", NULL},
    {"1.2.3.4.5", NULL},
    {"1.2.3.4 ", NULL},
    {" 1.2.3.4", NULL},
    {"1.2.3.256", NULL},
    {"1.2.3.04", NULL}, /* octal to some */
    {"01.2.3.4", NULL},
    {"1.2.3.", NULL},
    {"1..2.3", NULL},
    {"1.2.3.-4", NULL},
    {"1.2.3.0x4", NULL},
    {"1.2.3.4:80", NULL},
    {"[::1]", NULL},
    {":", NULL},
    {":::", NULL},
    {"1:", NULL},
    {":1", NULL},
    {"1::2::3", NULL},
    {"1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:8:9", NULL},
    {"1:2:3:4::5:6:7:8", NULL}, /* "::" must stand for something */
    {"::1:2:3:4:5:6:7:8", NULL},
    {"1:2:3:4:5:6:7:8::", NULL},
    {"12345::", NULL},
    {"g::", NULL},
    {"fe80::1%eth0", NULL},
    {"fe80::1%2", NULL},
    {"::1.2.3", NULL},
    {"::1.2.3.4.5", NULL},
    {"::1.2.3.4:5", NULL},
    {"1:2:3:4:5:6:7:1.2.3.4", NULL},
    {"::ffff:01.2.3.4", NULL},
    {"::ffff:a.2.3.4", NULL},
};

static void parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(addresses); i++) {
        struct plat_address a, b;
        char text[PLAT_ADDRESS_TEXT_SIZE];
        bool valid = plat_address_parse(addresses[i].text, &a);

        if (valid != (addresses[i].canonical != NULL))
            fail_msg("row %zu: '%s'", i, addresses[i].text);
        if (!valid)
            continue;
        assert_int_equal(a.port, 0);
        assert_int_equal(a.scope, 0);
        plat_address_text(&a, text);
        assert_string_equal(text, addresses[i].canonical);
        assert_true(plat_address_parse(text, &b));
        assert_true(plat_address_equal(&a, &b));
    }
}

static void with_port(void **state)
{
    struct plat_address a, b;
    char text[PLAT_ADDRESS_TEXT_SIZE];

    (void)state;
    assert_true(plat_address_parse("192.168.255.254", &a));
    a.port = 65535;
    plat_address_port_text(&a, text);
    assert_string_equal(text, "192.168.255.254:65535");
    assert_true(plat_address_parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", &b));
    b.port = 65535;
    plat_address_port_text(&b, text);
    assert_string_equal(text, "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe]:65535");
    assert_false(plat_address_equal(&a, &b));
    b = a;
    assert_true(plat_address_equal(&a, &b));
    b.bytes[15] = 1; /* not part of an IPv4 address */
    assert_true(plat_address_equal(&a, &b));
    b.port = 1;
    assert_false(plat_address_equal(&a, &b));
}

/* Random strings of an address's letters: the same verdict and the same bytes as inet_pton(3), and the same text. */
static void against_the_system(void **state)
{
    static const char letters[] = "::::....01259afAF";
    unsigned valid = 0;

    (void)state;
    srand(2);
    for (int round = 0; round < 300000; round++) {
        char text[24];
        size_t size = (size_t)(rand() % 22);
        struct plat_address a;
        uint8_t bytes[16] = {0};
        bool ours, theirs;

        for (size_t i = 0; i < size; i++)
            text[i] = letters[(size_t)rand() % (sizeof letters - 1)];
        text[size] = '\0';
        ours = plat_address_parse(text, &a);
        theirs = inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text, bytes) == 1;
        if (ours != theirs || (ours && memcmp(bytes, a.bytes, a.is_ipv6 ? 16 : 4) != 0))
            fail_msg("'%s': %d, inet_pton %d", text, ours, theirs);
        valid += ours;
    }
    assert_true(valid > 1000);
}

static void text_against_the_system(void **state)
{
    (void)state;
    srand(3);
    for (int round = 0; round < 50000; round++) {
        struct plat_address a = {.is_ipv6 = true};
        char ours[PLAT_ADDRESS_TEXT_SIZE], theirs[INET6_ADDRSTRLEN];

        a.bytes[0] = 0x20; /* no mapped or compatible address: inet_ntop writes more of them as quads */
        for (size_t i = 2; i < 16; i++)
            a.bytes[i] = rand() % 3 ? 0 : (uint8_t)rand();
        plat_address_text(&a, ours);
        assert_non_null(inet_ntop(AF_INET6, a.bytes, theirs, sizeof theirs));
        assert_string_equal(ours, theirs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse),
        cmocka_unit_test(with_port),
        cmocka_unit_test(against_the_system),
        cmocka_unit_test(text_against_the_system),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
