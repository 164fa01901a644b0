/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The request line and the header lines of one complete head (RFC 9112 sections 3 and 5). What they mean:
 * semantics.c.
 */
#include "http/parse.h"

#include "http/chars.h"
#include "http/path.h"
#include "http/semantics.h"
#include "platform/text.h"

#include <string.h>

/* The working memory: strings are cut out of `next` with NULs, `spare` holds what needs a copy of its own. */
struct parser {
    struct http_request *request;
    char *next;
    char *end;
    char *spare;
    const char *why;
};

static uint32_t refuse(struct parser *p, uint32_t status, const char *why)
{
    p->why = why;
    return status;
}

size_t http_request_work_size(size_t head_size)
{
    size_t target = head_size < LIMIT_REQUEST_TARGET ? head_size : LIMIT_REQUEST_TARGET;

    /* the head twice (as sent, and cut up), the path twice (as sent, and decoded) */
    return 2 * (head_size + 1) + 2 * (target + 2);
}

/* The next line without its CRLF, NUL-terminated. NULL when the bytes are not whole lines. */
static char *next_line(struct parser *p, size_t *size)
{
    char *line = p->next;
    char *lf = memchr(line, '\n', (size_t)(p->end - line));

    if (!lf || lf == line || lf[-1] != '\r')
        return NULL;
    p->next = lf + 1;
    lf[-1] = '\0';
    *size = (size_t)(lf - 1 - line);
    return line;
}

/* "HTTP/" DIGIT "." DIGIT. A later minor version of 1 is served as 1.1 (RFC 9110 section 2.5). */
static uint32_t parse_version(struct parser *p, const char *s, size_t size)
{
    if (size != 8 || memcmp(s, "HTTP/", 5) != 0 || !plat_ascii_is_digit(s[5]) || s[6] != '.' ||
        !plat_ascii_is_digit(s[7]))
        return refuse(p, 400, "bad HTTP version");
    if (s[5] != '1')
        return refuse(p, 505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    p->request->version = s[7] == '0' ? 10 : 11;
    return 0;
}

/* Path and query of a target that starts at the path, or has none ("" of "http://host"). */
static uint32_t parse_path(struct parser *p, const char *path)
{
    struct http_request *request = p->request;
    const char *mark = strchr(path, '?');
    size_t size = mark ? (size_t)(mark - path) : strlen(path);
    char *copy = p->spare;

    for (const char *q = mark ? mark + 1 : ""; *q; q++)
        if (!http_is_query_char(*q))
            return refuse(p, 400, "a character in the query must be percent-encoded");
    memcpy(copy, path, size);
    if (size == 0)
        copy[size++] = '/';
    copy[size] = '\0';
    p->spare += size + 1;
    request->raw_path = copy;
    request->query = mark ? mark + 1 : "";
    request->path = p->spare;
    p->why = http_path_resolve(copy, size, p->spare);
    return p->why ? 400 : 0;
}

/* Bytes of "http://" or "https://" at the start of the target, 0 when it starts otherwise. */
static size_t scheme_size(const char *target)
{
    const char *end = strstr(target, "://");
    size_t size = end ? (size_t)(end - target) : 0;

    if (plat_ascii_equal_nocase_n(target, size, "http", 4) ||
        plat_ascii_equal_nocase_n(target, size, "https", 5))
        return size + 3;
    return 0;
}

/*
 * RFC 9112 section 3.2: origin-form, absolute-form, asterisk-form. authority-form is CONNECT's, which no
 * origin server needs.
 */
static uint32_t parse_target(struct parser *p, const char **authority)
{
    struct http_request *request = p->request;
    const char *target = request->target;
    size_t scheme = scheme_size(target);
    size_t size;

    if (strcmp(request->method, "CONNECT") == 0)
        return refuse(p, 501, "this is no proxy");
    if (strcmp(target, "*") == 0) {
        if (strcmp(request->method, "OPTIONS") != 0)
            return refuse(p, 400, "the target * is for OPTIONS alone");
        request->raw_path = request->path = target;
        request->query = "";
        return 0;
    }
    if (scheme == 0)
        return parse_path(p, target);
    target += scheme;
    size = strcspn(target, "/?");
    if (!http_host_valid(target, size))
        return refuse(p, 400, "bad host in the target");
    *authority = memcpy(p->spare, target, size);
    p->spare[size] = '\0';
    p->spare += size + 1;
    return parse_path(p, target + size);
}

static uint32_t parse_request_line(struct parser *p, const char **authority)
{
    size_t size = 0;
    char *line = next_line(p, &size);
    char *target = line ? memchr(line, ' ', size) : NULL;
    char *version = target ? memchr(target + 1, ' ', size - (size_t)(target + 1 - line)) : NULL;
    uint32_t status;

    if (!version)
        return refuse(p, 400, "the request line is not method, target and version");
    *target++ = '\0';
    *version++ = '\0';
    if (!http_is_token(line, (size_t)(target - 1 - line)))
        return refuse(p, 400, "bad method");
    p->request->method = line;
    for (const char *t = target; t < version - 1; t++)
        if (*t <= 0x20 || *t >= 0x7f)
            return refuse(p, 400, "bad character in the target");
    if (version - 1 - target > (ptrdiff_t)LIMIT_REQUEST_TARGET)
        return refuse(p, 414, "the target is too long");
    p->request->target = target;
    status = parse_version(p, version, (size_t)(line + size - version));
    return status ? status : parse_target(p, authority);
}

/*
 * name ":" OWS value OWS. A blank before the colon and a line that continues the one before are refused
 * (sections 5.1, 5.2).
 */
static uint32_t parse_field(struct parser *p, char *line, size_t size)
{
    char *colon = memchr(line, ':', size);
    char *value = colon ? colon + 1 : NULL;
    char *end = line + size;

    if (*line == ' ' || *line == '\t')
        return refuse(p, 400, "a header line is folded");
    if (!colon || !http_is_token(line, (size_t)(colon - line)))
        return refuse(p, 400, "bad name in a header line");
    for (const char *v = value; v < end; v++)
        if (!http_is_value_char(*v))
            return refuse(p, 400, "a control character in a header line");
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    if (p->request->field_count == LIMIT_HEADER_FIELDS)
        return refuse(p, 431, "too many header lines");
    *colon = '\0';
    *end = '\0';
    p->request->fields[p->request->field_count++] = (struct http_field){.name = line, .value = value};
    return 0;
}

static uint32_t parse_fields(struct parser *p)
{
    for (;;) {
        size_t size = 0;
        char *line = next_line(p, &size);
        uint32_t status;

        if (!line)
            return refuse(p, 400, "the request head is not whole lines");
        if (size == 0)
            return 0;
        status = parse_field(p, line, size);
        if (status)
            return status;
    }
}

uint32_t http_request_parse(struct http_request *request, char *work, const uint8_t *head, size_t head_size,
                            const char **why)
{
    struct parser p = {.request = request, .next = work + head_size + 1, .spare = work + 2 * (head_size + 1)};
    const char *authority = NULL;
    size_t first_line;
    uint32_t status;

    memset(request, 0, sizeof *request);
    request->method = request->target = request->raw_path = request->query = request->path = request->host =
        "";
    request->version = 11;
    memcpy(work, head, head_size);
    work[head_size] = '\0';
    memcpy(p.next, head, head_size);
    p.end = p.next + head_size;
    status = parse_request_line(&p, &authority);
    first_line = (size_t)(p.next - (work + head_size + 1));
    if (!status)
        status = parse_fields(&p);
    if (!status && p.next != p.end)
        status = refuse(&p, 400, "the request head is not whole lines");
    request->raw_head = plat_span_of(work + first_line, head_size - first_line);
    if (!status)
        status = http_request_understand(request, authority, &p.why);
    *why = p.why;
    return status;
}
