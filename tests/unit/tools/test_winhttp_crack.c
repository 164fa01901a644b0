/* SPDX-License-Identifier: Apache-2.0 */
/* WinHttpCrackUrl as its documentation has it: lengths, pointers and buffers, flags, errors. */
#include <windows.h>

#include <winhttp.h>

#include "platform/fake.h"
#include "platform/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))
#define ROOM 64

/* UTF-16 without the compiler's wchar_t. */
#define W(text) ((LPCWSTR)u##text)

static size_t units(LPCWSTR text)
{
    size_t n = 0;

    while (text[n] != 0)
        n++;
    return n;
}

static void is(LPCWSTR text, DWORD length, LPCWSTR wanted)
{
    assert_int_equal(length, units(wanted));
    assert_memory_equal(text, wanted, length * sizeof *text);
}

static void crack(LPCWSTR url, DWORD length, DWORD flags, URL_COMPONENTS *parts)
{
    assert_true(WinHttpCrackUrl(url, length, flags, parts));
}

static void must_fail(LPCWSTR url, DWORD length, DWORD flags, URL_COMPONENTS *parts, DWORD error)
{
    SetLastError(0);
    assert_false(WinHttpCrackUrl(url, length, flags, parts));
    assert_int_equal(GetLastError(), error);
}

/* All parts wanted, as pointers. */
static URL_COMPONENTS pointers(void)
{
    return (URL_COMPONENTS){.dwStructSize = sizeof(URL_COMPONENTS),
                            .dwSchemeLength = (DWORD)-1,
                            .dwHostNameLength = (DWORD)-1,
                            .dwUserNameLength = (DWORD)-1,
                            .dwPasswordLength = 1,
                            .dwUrlPathLength = 1,
                            .dwExtraInfoLength = 1};
}

static void pointers_into_the_url(void **state)
{
    LPCWSTR url = W("https://Jo:pw@b\u00fccher.\u20ac.\U0001F600x:8443/p/\U0001F600q?r#s");
    URL_COMPONENTS parts = pointers();

    (void)state;
    crack(url, 0, 0, &parts);
    assert_ptr_equal(parts.lpszScheme, url);
    is(parts.lpszScheme, parts.dwSchemeLength, W("https"));
    assert_ptr_equal(parts.lpszUserName, url + 8);
    is(parts.lpszUserName, parts.dwUserNameLength, W("Jo"));
    is(parts.lpszPassword, parts.dwPasswordLength, W("pw"));
    assert_ptr_equal(parts.lpszHostName, url + 14);
    is(parts.lpszHostName, parts.dwHostNameLength, W("b\u00fccher.\u20ac.\U0001F600x"));
    is(parts.lpszUrlPath, parts.dwUrlPathLength, W("/p/\U0001F600q"));
    is(parts.lpszExtraInfo, parts.dwExtraInfoLength, W("?r#s"));
    assert_ptr_equal(parts.lpszExtraInfo + 4, url + units(url));
    assert_int_equal(parts.nScheme, INTERNET_SCHEME_HTTPS);
    assert_int_equal(parts.nPort, 8443);
}

static void what_the_url_has_not(void **state)
{
    LPCWSTR url = W("http://host");
    URL_COMPONENTS parts = pointers();

    (void)state;
    crack(url, 0, 0, &parts);
    assert_null(parts.lpszUserName);
    assert_int_equal(parts.dwUserNameLength, 0);
    assert_null(parts.lpszPassword);
    assert_int_equal(parts.dwPasswordLength, 0);
    assert_int_equal(parts.dwUrlPathLength, 0);
    assert_ptr_equal(parts.lpszUrlPath, url + 11);
    assert_int_equal(parts.dwExtraInfoLength, 0);
    assert_int_equal(parts.nScheme, INTERNET_SCHEME_HTTP);
    assert_int_equal(parts.nPort, INTERNET_DEFAULT_HTTP_PORT);
}

/* Length and pointer 0: not returned; the extra information then belongs to the path. */
static void what_is_not_wanted(void **state)
{
    URL_COMPONENTS parts = {.dwStructSize = sizeof parts, .dwUrlPathLength = 1};

    (void)state;
    crack(W("http://u@host/a?b"), 0, 0, &parts);
    is(parts.lpszUrlPath, parts.dwUrlPathLength, W("/a?b"));
    assert_null(parts.lpszHostName);
    assert_int_equal(parts.dwHostNameLength, 0);
    assert_null(parts.lpszUserName);
    assert_null(parts.lpszExtraInfo);
    assert_int_equal(parts.nPort, 80);
}

/* dwUrlLength counts: what stands behind it is not looked at. */
static void lengths(void **state)
{
    LPCWSTR url = W("https://host/path?query");
    URL_COMPONENTS parts = pointers();

    (void)state;
    crack(url, 15, 0, &parts);
    is(parts.lpszUrlPath, parts.dwUrlPathLength, W("/pa"));
    assert_int_equal(parts.dwExtraInfoLength, 0);
    parts = pointers();
    must_fail(url, 4, 0, &parts, ERROR_WINHTTP_UNRECOGNIZED_SCHEME);
    must_fail(url, 8, 0, &parts, ERROR_WINHTTP_INVALID_URL);
    must_fail(url, (DWORD)units(url) + 1, 0, &parts, ERROR_WINHTTP_INVALID_URL); /* its NUL */
    assert_int_equal(parts.dwSchemeLength, (DWORD)-1);
}

struct rooms {
    WCHAR host[ROOM], path[ROOM], extra[ROOM], password[ROOM];
};

static URL_COMPONENTS buffers(struct rooms *rooms)
{
    memset(rooms, 0x55, sizeof *rooms);
    return (URL_COMPONENTS){.dwStructSize = sizeof(URL_COMPONENTS),
                            .lpszHostName = rooms->host,
                            .dwHostNameLength = ROOM,
                            .lpszPassword = rooms->password,
                            .dwPasswordLength = ROOM,
                            .lpszUrlPath = rooms->path,
                            .dwUrlPathLength = ROOM,
                            .lpszExtraInfo = rooms->extra,
                            .dwExtraInfoLength = ROOM};
}

static void copies(void **state)
{
    struct rooms rooms;
    URL_COMPONENTS parts = buffers(&rooms);

    (void)state;
    crack(W("http://[::1]:81/a%20b\u00e9"), 0, 0, &parts);
    assert_ptr_equal(parts.lpszHostName, rooms.host);
    is(rooms.host, parts.dwHostNameLength, W("[::1]"));
    is(rooms.path, parts.dwUrlPathLength, W("/a%20b\u00e9"));
    assert_int_equal(rooms.host[5], 0);
    assert_int_equal(rooms.host[6], 0x5555);
    assert_int_equal(rooms.path[parts.dwUrlPathLength], 0);
    assert_int_equal(parts.dwExtraInfoLength, 0);
    assert_int_equal(rooms.extra[0], 0);
    assert_ptr_equal(parts.lpszPassword, rooms.password);
    assert_int_equal(parts.dwPasswordLength, 0);
    assert_int_equal(rooms.password[0], 0);
    assert_int_equal(parts.nPort, 81);
}

/* The NUL needs its place, too. What did not fit says what it needs; nothing else has changed. */
static void buffers_too_small(void **state)
{
    struct rooms rooms;
    URL_COMPONENTS parts = buffers(&rooms);

    (void)state;
    parts.dwHostNameLength = 4;
    must_fail(W("http://host/p"), 0, 0, &parts, ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(parts.dwHostNameLength, 5);
    assert_int_equal(parts.dwUrlPathLength, ROOM);
    assert_int_equal(rooms.host[0], 0x5555);
    assert_int_equal(rooms.path[0], 0x5555);
    assert_int_equal(parts.nPort, 0);
    crack(W("http://host/p"), 0, 0, &parts);
    is(rooms.host, parts.dwHostNameLength, W("host"));
    parts = buffers(&rooms);
    parts.dwExtraInfoLength = 0; /* a buffer without room, even for the NUL */
    must_fail(W("http://host/p"), 0, 0, &parts, ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(parts.dwExtraInfoLength, 1);
    parts = buffers(&rooms);
    parts.dwUrlPathLength = 6; /* enough for it as it stands, not for "/%C3%A9" */
    must_fail(W("http://host/\u00e9"), 0, ICU_ESCAPE, &parts, ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(parts.dwUrlPathLength, 8);
}

static void decoding_and_escaping(void **state)
{
    struct rooms rooms;
    URL_COMPONENTS parts = buffers(&rooms);

    (void)state;
    crack(W("http://u:p%40w@host/a%20%C3%A9?q%3d\u20ac"), 0, ICU_DECODE, &parts);
    is(rooms.password, parts.dwPasswordLength, W("p@w"));
    is(rooms.path, parts.dwUrlPathLength, W("/a \u00c3\u00a9"));
    is(rooms.extra, parts.dwExtraInfoLength, W("?q=\u20ac"));
    parts = buffers(&rooms);
    crack(W("http://h\u00f6st/a%20 \u20ac?\U0001F600<"), 0, ICU_ESCAPE, &parts);
    is(rooms.host, parts.dwHostNameLength, W("h\u00f6st"));
    is(rooms.path, parts.dwUrlPathLength, W("/a%20%20%E2%82%AC"));
    is(rooms.extra, parts.dwExtraInfoLength, W("?%F0%9F%98%80%3C"));
    parts = buffers(&rooms);
    must_fail(W("http://h/a%00b"), 0, ICU_DECODE, &parts, ERROR_WINHTTP_INVALID_URL);
}

/* Half of a surrogate pair comes through as it is, but cannot be escaped. */
static void lone_surrogates(void **state)
{
    static const WCHAR url[] = {'h', 't', 't', 'p', ':', '/', '/', 'h', '/', 0xd800, '?', 0xdc00, 0};
    struct rooms rooms;
    URL_COMPONENTS parts = buffers(&rooms);

    (void)state;
    crack(url, 0, 0, &parts);
    assert_int_equal(parts.dwUrlPathLength, 2);
    assert_int_equal(rooms.path[1], 0xd800);
    assert_int_equal(parts.dwExtraInfoLength, 2);
    assert_int_equal(rooms.extra[1], 0xdc00);
    parts = pointers();
    crack(url, 0, 0, &parts);
    assert_ptr_equal(parts.lpszExtraInfo, url + 10);
    parts = buffers(&rooms);
    must_fail(url, 0, ICU_ESCAPE, &parts, ERROR_WINHTTP_INVALID_URL);
}

static void wrong_calls(void **state)
{
    LPCWSTR url = W("http://u:p@h/");
    struct rooms rooms;
    URL_COMPONENTS parts = pointers();

    (void)state;
    must_fail(NULL, 0, 0, &parts, ERROR_INVALID_PARAMETER);
    must_fail(url, 0, 0, NULL, ERROR_INVALID_PARAMETER);
    must_fail(url, 0, 1, &parts, ERROR_INVALID_PARAMETER);
    must_fail(url, 0, ICU_DECODE, &parts, ERROR_INVALID_PARAMETER); /* pointers cannot be decoded */
    must_fail(url, 0, ICU_ESCAPE, &parts, ERROR_INVALID_PARAMETER);
    must_fail(url, 0, ICU_REJECT_USERPWD, &parts, ERROR_WINHTTP_INVALID_URL);
    must_fail(W("ftp://h/"), 0, 0, &parts, ERROR_WINHTTP_UNRECOGNIZED_SCHEME);
    must_fail(W(""), 0, 0, &parts, ERROR_WINHTTP_UNRECOGNIZED_SCHEME);
    parts.dwStructSize--;
    must_fail(url, 0, 0, &parts, ERROR_INVALID_PARAMETER);
    parts = buffers(&rooms);
    must_fail(url, 0, ICU_DECODE | ICU_ESCAPE, &parts, ERROR_INVALID_PARAMETER);
    crack(W("http://h/%41"), 0, ICU_DECODE | ICU_REJECT_USERPWD, &parts);
    is(rooms.path, parts.dwUrlPathLength, W("/A"));
}

static void too_long(void **state)
{
    static WCHAR url[LIMIT_URL + 2];
    URL_COMPONENTS parts = pointers();

    (void)state;
    for (size_t i = 0; i < LIMIT_URL + 1; i++)
        url[i] = i < 9 ? W("http://a/")[i] : 'x';
    must_fail(url, 0, 0, &parts, ERROR_WINHTTP_INVALID_URL);
    must_fail(url, LIMIT_URL + 1, 0, &parts, ERROR_WINHTTP_INVALID_URL);
    crack(url, LIMIT_URL, 0, &parts);
    assert_int_equal(parts.dwUrlPathLength, LIMIT_URL - 8);
    url[LIMIT_URL - 1] = 0x20ac; /* three bytes of UTF-8 */
    parts = pointers();
    must_fail(url, LIMIT_URL, 0, &parts, ERROR_WINHTTP_INVALID_URL);
}

static void without_memory(void **state)
{
    size_t before = plat_fake_memory_live();

    (void)state;
    for (unsigned nth = 1;; nth++) {
        struct rooms rooms;
        URL_COMPONENTS parts = buffers(&rooms);

        plat_fake_memory_fail(nth, false);
        if (WinHttpCrackUrl(W("http://h/a?b"), 0, ICU_DECODE, &parts)) {
            assert_true(nth > 3); /* the URL, a part, its UTF-16 */
            break;
        }
        assert_int_equal(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
        assert_int_equal(parts.dwUrlPathLength, ROOM);
        assert_int_equal(plat_fake_memory_live(), before);
    }
    plat_fake_memory_fail(0, false);
    assert_int_equal(plat_fake_memory_live(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pointers_into_the_url),
        cmocka_unit_test(what_the_url_has_not),
        cmocka_unit_test(what_is_not_wanted),
        cmocka_unit_test(lengths),
        cmocka_unit_test(copies),
        cmocka_unit_test(buffers_too_small),
        cmocka_unit_test(decoding_and_escaping),
        cmocka_unit_test(lone_surrogates),
        cmocka_unit_test(wrong_calls),
        cmocka_unit_test(too_long),
        cmocka_unit_test(without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
