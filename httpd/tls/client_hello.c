/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/client_hello.h"

#define CLIENT_HELLO 1U

static uint32_t read_be(struct plat_reader *r, unsigned bytes)
{
    uint32_t value = 0;
    while (bytes-- > 0)
        value = value << 8 | plat_read_u8(r);
    return value;
}

/* A vector with a length of so many bytes before it. */
static struct plat_span read_vector(struct plat_reader *r, unsigned bytes)
{
    uint32_t size = read_be(r, bytes);
    return plat_read_span(r, size);
}

bool httpd_tls_client_hello_parse(struct plat_span message, struct tls_client_hello *hello)
{
    struct plat_reader r = plat_reader_of(message);
    uint32_t type = read_be(&r, 1);
    uint32_t size = read_be(&r, 3);
    if (r.failed || type != CLIENT_HELLO || size != plat_reader_left(&r))
        return false;
    read_be(&r, 2); /* version */
    hello->random = plat_read_span(&r, 32).data;
    hello->session_id = read_vector(&r, 1);
    read_vector(&r, 2); /* cipher suites */
    read_vector(&r, 1); /* compression methods */
    hello->extensions = plat_span_of(NULL, 0);
    if (plat_reader_left(&r) != 0)
        hello->extensions = read_vector(&r, 2);
    return !r.failed && plat_reader_left(&r) == 0;
}

bool httpd_tls_client_hello_extension(const struct tls_client_hello *hello, uint32_t type,
                                      struct plat_span *value)
{
    struct plat_reader r = plat_reader_of(hello->extensions);
    unsigned found = 0;
    while (plat_reader_left(&r) != 0 && !r.failed) {
        uint32_t one = read_be(&r, 2);
        struct plat_span content = read_vector(&r, 2);
        if (one == type) {
            *value = content;
            found++;
        }
    }
    return !r.failed && found == 1;
}
