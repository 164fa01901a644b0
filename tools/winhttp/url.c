/* SPDX-License-Identifier: Apache-2.0 */
#include "winhttp/url.h"

#include "platform/limits.h"
#include "platform/net.h"
#include "platform/text.h"
#include "winhttp/chars.h"

#include <string.h>

/* Characters that stand in no host name and no IPv4 address, ASCII ones. RFC 3986 allows more; no name in the DNS has them. */
static bool is_host_char(char c)
{
    return plat_ascii_is_alpha(c) || plat_ascii_is_digit(c) || c == '-' || c == '.' || c == '_' ||
           (unsigned char)c >= 0x80;
}

static win_error take_scheme(struct winhttp_url *url, const char *text, size_t size, size_t *at)
{
    const char *colon = memchr(text, ':', size);

    if (!colon)
        return ERROR_WINHTTP_UNRECOGNIZED_SCHEME;
    url->scheme.size = (size_t)(colon - text);
    if (plat_ascii_equal_nocase_n(text, url->scheme.size, "https", 5))
        url->secure = true;
    else if (!plat_ascii_equal_nocase_n(text, url->scheme.size, "http", 4))
        return ERROR_WINHTTP_UNRECOGNIZED_SCHEME;
    *at = url->scheme.size + 1;
    if (size - *at < 2 || memcmp(text + *at, "//", 2) != 0)
        return ERROR_WINHTTP_INVALID_URL;
    *at += 2;
    return ERROR_SUCCESS;
}

/* [user [":" password] "@"] of text[*at..end); a second '@' is none that a host can have. */
static win_error take_user_info(struct winhttp_url *url, const char *text, size_t *at, size_t end)
{
    const char *sign = memchr(text + *at, '@', end - *at);
    const char *colon;
    size_t size;

    url->user.at = url->password.at = *at;
    if (!sign)
        return ERROR_SUCCESS;
    size = (size_t)(sign - text) - *at;
    if (memchr(text + *at, '\\', size))
        return ERROR_WINHTTP_INVALID_URL;
    colon = memchr(text + *at, ':', size);
    url->has_user = true;
    url->user.size = colon ? (size_t)(colon - text) - *at : size;
    if (colon) {
        url->has_password = true;
        url->password.at = (size_t)(colon - text) + 1;
        url->password.size = *at + size - url->password.at;
    }
    *at += size + 1;
    return ERROR_SUCCESS;
}

static bool is_ipv6(const char *text, size_t size)
{
    struct plat_address address;
    char copy[PLAT_ADDRESS_TEXT_SIZE];

    for (size_t i = 0; i < size; i++)
        if (plat_hex_digit(text[i]) < 0 && text[i] != ':' && text[i] != '.')
            return false;
    if (size >= sizeof copy || !memchr(text, ':', size))
        return false;
    memcpy(copy, text, size);
    copy[size] = 0;
    return plat_address_parse(copy, &address);
}

static win_error take_port(struct winhttp_url *url, const char *text, size_t size)
{
    uint32_t port;

    url->port = url->secure ? 443 : 80;
    if (size == 0)
        return ERROR_SUCCESS;
    if (text[0] != ':')
        return ERROR_WINHTTP_INVALID_URL;
    if (size == 1) /* RFC 3986 section 3.2.3: an empty port is the scheme's */
        return ERROR_SUCCESS;
    if (!plat_parse_u32(text + 1, size - 1, 10, &port) || port == 0 || port > UINT16_MAX)
        return ERROR_WINHTTP_INVALID_URL;
    url->port = (uint16_t)port;
    return ERROR_SUCCESS;
}

static win_error take_host(struct winhttp_url *url, const char *text, size_t at, size_t end)
{
    size_t size = 0;

    if (at < end && text[at] == '[') {
        const char *close = memchr(text + at, ']', end - at);

        if (!close)
            return ERROR_WINHTTP_INVALID_URL;
        size = (size_t)(close - text) - at + 1;
        if (!is_ipv6(text + at + 1, size - 2))
            return ERROR_WINHTTP_INVALID_URL;
        url->ipv6 = true;
    } else {
        while (at + size < end && is_host_char(text[at + size]))
            size++;
    }
    if (size == 0)
        return ERROR_WINHTTP_INVALID_URL;
    url->host = (struct winhttp_part){.at = at, .size = size};
    return take_port(url, text + at + size, end - at - size);
}

win_error winhttp_url_parse(struct winhttp_url *url, const char *text, size_t size)
{
    size_t at = 0, end;
    win_error error;

    *url = (struct winhttp_url){.secure = false};
    if (size > LIMIT_URL)
        return ERROR_WINHTTP_INVALID_URL;
    for (size_t i = 0; i < size; i++)
        if (winhttp_is_control(text[i]))
            return ERROR_WINHTTP_INVALID_URL;
    error = take_scheme(url, text, size, &at);
    if (error)
        return error;
    for (end = at; end < size && !strchr("/?#", text[end]); end++)
        continue;
    url->path.at = end;
    error = take_user_info(url, text, &at, end);
    if (!error)
        error = take_host(url, text, at, end);
    if (error)
        return error;
    while (end < size && text[end] != '?' && text[end] != '#')
        end++;
    url->path.size = end - url->path.at;
    url->extra = (struct winhttp_part){.at = end, .size = size - end};
    return ERROR_SUCCESS;
}

win_error winhttp_url_decode(struct plat_buffer *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        int high, low, code;

        high = text[i] == '%' && size - i > 2 ? plat_hex_digit(text[i + 1]) : -1;
        low = high >= 0 ? plat_hex_digit(text[i + 2]) : -1;
        if (low < 0) {
            plat_buffer_append(out, text + i, 1);
            continue;
        }
        i += 2;
        code = high * 16 + low;
        if (code == 0)
            return ERROR_WINHTTP_INVALID_URL;
        if (code >= 0x80)
            plat_buffer_append_u8(out, (uint8_t)(0xc0 | code >> 6));
        plat_buffer_append_u8(out, (uint8_t)(code >= 0x80 ? 0x80 | (code & 0x3f) : code));
    }
    return out->failed;
}

void winhttp_url_escape(struct plat_buffer *out, const char *text, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (byte > 0x20 && byte < 0x7f && !strchr("\"<>\\^`{|}", text[i])) {
            plat_buffer_append_u8(out, byte);
        } else {
            plat_buffer_append_u8(out, '%');
            plat_buffer_append(out, &digits[byte >> 4], 1);
            plat_buffer_append(out, &digits[byte & 15], 1);
        }
    }
}
