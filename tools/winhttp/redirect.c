/* SPDX-License-Identifier: Apache-2.0 */
#include "winhttp/redirect.h"

#include "platform/limits.h"
#include "platform/text.h"
#include "winhttp/url.h"

#include <string.h>

bool winhttp_is_redirection(uint32_t status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

const char *winhttp_redirect_method(uint32_t status, const char *method)
{
    if (status == 303)
        return strcmp(method, "HEAD") == 0 ? method : "GET";
    return (status == 301 || status == 302) && strcmp(method, "POST") == 0 ? "GET" : method;
}

/* RFC 3986 section 3.1, in a reference: a ':' before any '/' or '?' ends a scheme. */
static bool has_scheme(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == ':')
            return i > 0;
        if (!plat_ascii_is_alpha(text[i]) &&
            (i == 0 || !(plat_ascii_is_digit(text[i]) || strchr("+-.", text[i]))))
            return false;
    }
    return false;
}

/* The reference in its place in the URL, dot segments and all (RFC 3986 section 5.2.2). */
static void resolve(struct plat_buffer *out, const char *from, const struct winhttp_url *base,
                    const char *reference, size_t size)
{
    size_t kept = base->path.size;

    if (has_scheme(reference, size)) {
        plat_buffer_append(out, reference, size);
        return;
    }
    plat_buffer_append_text(out, base->secure ? "https:" : "http:");
    if (size < 2 || memcmp(reference, "//", 2) != 0) {
        plat_buffer_append_text(out, "//");
        plat_buffer_append(out, from + base->host.at, base->path.at - base->host.at);
        if (size > 0 && reference[0] != '?') /* a path: "a" stands beside the last segment */
            while (kept > 0 && (reference[0] == '/' || from[base->path.at + kept - 1] != '/'))
                kept--;
        plat_buffer_append(out, from + base->path.at, kept);
        if (kept == 0 && (size == 0 || reference[0] != '/'))
            plat_buffer_append_text(out, "/");
        if (size == 0 && base->extra.size > 0 && from[base->extra.at] == '?') {
            const char *query = from + base->extra.at;
            const char *end = memchr(query, '#', base->extra.size);

            plat_buffer_append(out, query, end ? (size_t)(end - query) : base->extra.size);
        }
    }
    plat_buffer_append(out, reference, size);
}

/* RFC 3986 section 5.2.4; `path` is empty or begins with '/'. */
static win_error append_path(struct plat_buffer *out, const char *path, size_t size)
{
    struct plat_buffer clean;
    win_error error;

    plat_buffer_init(&clean, LIMIT_URL + 1);
    for (size_t at = 0, end; at < size; at = end) {
        const char *slash = memchr(path + at + 1, '/', size - at - 1);
        size_t n;
        bool here, up;

        end = slash ? (size_t)(slash - path) : size;
        n = end - at;
        here = n == 2 && path[at + 1] == '.';
        up = n == 3 && memcmp(path + at + 1, "..", 2) == 0;
        if (!here && !up)
            plat_buffer_append(&clean, path + at, n);
        while (up && clean.size > 0 && clean.data[--clean.size] != '/')
            continue;
        if ((here || up) && end == size)
            plat_buffer_append_text(&clean, "/");
    }
    if (clean.size == 0)
        plat_buffer_append_text(&clean, "/");
    error = clean.failed;
    if (!error)
        winhttp_url_escape(out, (const char *)clean.data, clean.size);
    plat_buffer_free(&clean);
    return error;
}

win_error winhttp_redirect_url(struct plat_buffer *out, struct plat_span from, struct plat_span location,
                               enum winhttp_redirect_policy policy)
{
    const char *base_text = (const char *)from.data, *reference = (const char *)location.data, *text;
    const char *fragment = location.size > 0 ? memchr(reference, '#', location.size) : NULL;
    size_t size = fragment ? (size_t)(fragment - reference) : location.size;
    struct winhttp_url base, url;
    struct plat_buffer whole;
    win_error error = winhttp_url_parse(&base, base_text, from.size);

    if (error)
        return error;
    plat_buffer_init(&whole, LIMIT_URL);
    resolve(&whole, base_text, &base, reference, size);
    text = (const char *)whole.data;
    error = whole.failed == ERROR_FILE_TOO_LARGE ? ERROR_WINHTTP_INVALID_URL : whole.failed;
    if (!error)
        error = winhttp_url_parse(&url, text, whole.size);
    if (!error && (url.has_user || policy == WINHTTP_REDIRECT_NEVER ||
                   (policy == WINHTTP_REDIRECT_NOT_TO_HTTP && base.secure && !url.secure)))
        error = ERROR_WINHTTP_REDIRECT_FAILED;
    if (!error) {
        plat_buffer_append(out, text, url.path.at);
        error = append_path(out, text + url.path.at, url.path.size);
    }
    if (!error) {
        winhttp_url_escape(out, text + url.extra.at, url.extra.size);
        error = out->failed;
    }
    plat_buffer_free(&whole);
    return error;
}
