/* SPDX-License-Identifier: Apache-2.0 */
/* WinHttpCrackUrl: UTF-16 in and out over winhttp/url.h. */
#include <winhttp.h>

#include "winhttp/url.h"

#include "platform/lasterror.h"
#include "platform/limits.h"
#include "platform/text.h"

/* One text part of URL_COMPONENTS and where it is in the URL. */
struct member {
    LPWSTR *pointer;
    DWORD *length;
    struct winhttp_part part;
    bool absent;
    bool escapable;
    size_t made; /* where its text begins in crack.units, and how many units it has */
    size_t made_count;
};

enum { SCHEME, HOST, USER, PASSWORD, PATH, EXTRA, MEMBERS };

struct crack {
    struct member members[MEMBERS];
    struct winhttp_url url;
    struct plat_buffer text;  /* the URL in UTF-8 */
    struct plat_buffer units; /* UTF-16 of the parts that are copied */
};

static bool wanted(const struct member *member)
{
    return *member->pointer || *member->length > 0;
}

static win_error read_url(struct crack *crack, LPCWSTR url, DWORD length)
{
    size_t n = length;

    if (length == 0)
        while (n <= LIMIT_URL && url[n] != 0)
            n++;
    if (n > LIMIT_URL)
        return ERROR_WINHTTP_INVALID_URL;
    plat_utf8_append_utf16le(&crack->text, plat_span_of(url, n * sizeof *url));
    if (crack->text.failed)
        return crack->text.failed == ERROR_FILE_TOO_LARGE ? ERROR_WINHTTP_INVALID_URL : crack->text.failed;
    if (n == 0) /* the buffer has no memory yet */
        return ERROR_WINHTTP_UNRECOGNIZED_SCHEME;
    return winhttp_url_parse(&crack->url, (const char *)crack->text.data, crack->text.size);
}

static void name_members(struct crack *crack, LPURL_COMPONENTS to)
{
    const struct winhttp_url *url = &crack->url;

    crack->members[SCHEME] = (struct member){&to->lpszScheme, &to->dwSchemeLength, .part = url->scheme};
    crack->members[HOST] = (struct member){&to->lpszHostName, &to->dwHostNameLength, .part = url->host};
    crack->members[USER] = (struct member){&to->lpszUserName, &to->dwUserNameLength, .part = url->user,
                                           .absent = !url->has_user};
    crack->members[PASSWORD] = (struct member){&to->lpszPassword, &to->dwPasswordLength,
                                               .part = url->password, .absent = !url->has_password};
    crack->members[PATH] =
        (struct member){&to->lpszUrlPath, &to->dwUrlPathLength, .part = url->path, .escapable = true};
    crack->members[EXTRA] =
        (struct member){&to->lpszExtraInfo, &to->dwExtraInfoLength, .part = url->extra, .escapable = true};
    if (!wanted(&crack->members[EXTRA]))
        crack->members[PATH].part.size += url->extra.size;
}

/* The text of a part that is copied, behind what crack->units has. */
static win_error make(struct crack *crack, struct member *member, DWORD flags)
{
    const char *text = (const char *)crack->text.data + member->part.at;
    size_t size = member->part.size;
    struct plat_buffer changed;
    win_error error = ERROR_SUCCESS;

    plat_buffer_init(&changed, 3 * LIMIT_URL);
    if (flags & ICU_DECODE) {
        error = winhttp_url_decode(&changed, text, size);
    } else if ((flags & ICU_ESCAPE) && member->escapable) {
        /* Half of a surrogate pair is no character: it has no UTF-8 bytes. */
        if (!plat_utf8_valid(text, size))
            return ERROR_WINHTTP_INVALID_URL;
        winhttp_url_escape(&changed, text, size);
        error = changed.failed;
    } else {
        plat_buffer_append(&changed, text, size);
        error = changed.failed;
    }
    member->made = crack->units.size / sizeof(WCHAR);
    if (!error && changed.size > 0)
        plat_utf16le_append(&crack->units, (const char *)changed.data, changed.size);
    member->made_count = crack->units.size / sizeof(WCHAR) - member->made;
    plat_buffer_free(&changed);
    return error ? error : crack->units.failed;
}

/* All texts that are copied; ERROR_INSUFFICIENT_BUFFER when not all fit. */
static win_error make_all(struct crack *crack, DWORD flags)
{
    win_error result = ERROR_SUCCESS;

    for (int i = 0; i < MEMBERS; i++) {
        struct member *member = &crack->members[i];
        win_error error;

        if (!wanted(member))
            continue;
        if (!*member->pointer) {
            if (flags & (ICU_DECODE | ICU_ESCAPE))
                return ERROR_INVALID_PARAMETER;
            continue;
        }
        error = make(crack, member, flags);
        if (error)
            return error;
        if (member->made_count >= *member->length)
            result = ERROR_INSUFFICIENT_BUFFER;
    }
    return result;
}

static void tell_lengths(struct crack *crack)
{
    for (int i = 0; i < MEMBERS; i++) {
        struct member *member = &crack->members[i];

        if (*member->pointer && member->made_count >= *member->length)
            *member->length = (DWORD)member->made_count + 1;
    }
}

static void hand_out(struct crack *crack, LPCWSTR url, LPURL_COMPONENTS to)
{
    const char *text = (const char *)crack->text.data;

    for (int i = 0; i < MEMBERS; i++) {
        struct member *member = &crack->members[i];
        struct winhttp_part part = member->part;

        if (!wanted(member))
            continue;
        if (*member->pointer) {
            if (member->made_count > 0)
                memcpy(*member->pointer, crack->units.data + member->made * sizeof(WCHAR),
                       member->made_count * sizeof(WCHAR));
            (*member->pointer)[member->made_count] = 0;
            *member->length = (DWORD)member->made_count;
        } else {
            /* The structure's pointers are not const, though they may point into a text that is. */
            *member->pointer =
                member->absent ? NULL : (LPWSTR)(ULONG_PTR)(url + plat_utf16_units(text, part.at));
            *member->length = (DWORD)plat_utf16_units(text + part.at, part.size);
        }
    }
    to->nScheme = crack->url.secure ? INTERNET_SCHEME_HTTPS : INTERNET_SCHEME_HTTP;
    to->nPort = crack->url.port;
}

static win_error crack_url(struct crack *crack, LPCWSTR url, DWORD length, DWORD flags, LPURL_COMPONENTS to)
{
    win_error error;

    if (!url || !to || to->dwStructSize != sizeof *to ||
        (flags & ~(DWORD)(ICU_DECODE | ICU_ESCAPE | ICU_REJECT_USERPWD)) ||
        ((flags & ICU_DECODE) && (flags & ICU_ESCAPE)))
        return ERROR_INVALID_PARAMETER;
    error = read_url(crack, url, length);
    if (error)
        return error;
    if ((flags & ICU_REJECT_USERPWD) && crack->url.has_user)
        return ERROR_WINHTTP_INVALID_URL;
    name_members(crack, to);
    error = make_all(crack, flags);
    if (error == ERROR_INSUFFICIENT_BUFFER)
        tell_lengths(crack);
    if (!error)
        hand_out(crack, url, to);
    return error;
}

BOOL WINAPI WinHttpCrackUrl(LPCWSTR pwszUrl, DWORD dwUrlLength, DWORD dwFlags,
                            LPURL_COMPONENTS lpUrlComponents)
{
    struct crack crack;
    win_error error;

    plat_buffer_init(&crack.text, LIMIT_URL);
    plat_buffer_init(&crack.units, 2 * 3 * LIMIT_URL + 2);
    error = crack_url(&crack, pwszUrl, dwUrlLength, dwFlags, lpUrlComponents);
    plat_buffer_free(&crack.text);
    plat_buffer_free(&crack.units);
    if (error)
        plat_last_error_set(error);
    return error == ERROR_SUCCESS;
}
