/* SPDX-License-Identifier: Apache-2.0 */
#include "files/conditional.h"

#include "platform/clock.h"

#include <string.h>

static char *append_hex(char *out, uint64_t number)
{
    unsigned digits = 1;

    while (digits < 16 && number >> (4 * digits) > 0)
        digits++;
    while (digits-- > 0)
        *out++ = "0123456789abcdef"[number >> (4 * digits) & 15];
    return out;
}

void files_validators_of(const struct plat_file_info *info, int64_t now, struct files_validators *validators)
{
    char *end = validators->etag;

    *end++ = '"';
    end = append_hex(end, info->identity[1]);
    *end++ = '-';
    end = append_hex(end, info->size);
    *end++ = '-';
    end = append_hex(end, (uint64_t)info->modified);
    *end++ = '.';
    end = append_hex(end, info->modified_ns);
    *end++ = '"';
    *end = '\0';
    validators->modified = info->modified < now ? info->modified : now;
}

/*
 * One entity-tag of a list: *tag points at its opening quote. false at the end of the list, or where it is
 * malformed: what follows then matches nothing.
 */
static bool next_tag(const char **cursor, bool *weak, const char **tag, size_t *size)
{
    const char *s = *cursor + strspn(*cursor, " \t,");
    const char *end;

    *weak = s[0] == 'W' && s[1] == '/';
    if (*weak)
        s += 2;
    if (*s != '"' || (end = strchr(s + 1, '"')) == NULL)
        return false;
    *tag = s;
    *size = (size_t)(end + 1 - s);
    *cursor = end + 1;
    return true;
}

/* Strong comparison takes no weak tag (section 8.8.3.2); ours is strong. "*" matches anything that exists. */
static bool tag_listed(const char *list, const char *etag, bool strong)
{
    const char *tag;
    size_t size;
    bool weak;

    if (strcmp(list, "*") == 0)
        return true;
    while (next_tag(&list, &weak, &tag, &size))
        if (!(strong && weak) && size == strlen(etag) && memcmp(tag, etag, size) == 0)
            return true;
    return false;
}

/* All lines of that field together are one list. *present tells whether there is any. */
static bool any_line_lists(const struct http_request *request, const char *name, const char *etag,
                           bool strong, bool *present)
{
    size_t next = 0;
    const char *value;
    bool listed = false;

    *present = false;
    while ((value = http_request_next_field(request, name, &next)) != NULL) {
        *present = true;
        listed = listed || tag_listed(value, etag, strong);
    }
    return listed;
}

static bool date_of(const struct http_request *request, const char *name, int64_t *date)
{
    const char *value = http_request_field(request, name);

    return value && plat_http_date_parse(value, date);
}

enum files_condition files_check_conditions(const struct http_request *request,
                                            const struct files_validators *validators)
{
    int64_t date;
    bool present;
    bool listed = any_line_lists(request, "If-Match", validators->etag, true, &present);

    if (present ? !listed : date_of(request, "If-Unmodified-Since", &date) && validators->modified > date)
        return FILES_FAILED;
    listed = any_line_lists(request, "If-None-Match", validators->etag, false, &present);
    if (present ? listed : date_of(request, "If-Modified-Since", &date) && validators->modified <= date)
        return FILES_NOT_MODIFIED;
    return FILES_SEND;
}
