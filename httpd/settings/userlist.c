/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/userlist.h"

#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct plat_span trimmed(struct plat_span s)
{
    while (s.size > 0 && is_blank(s.data[0])) {
        s.data++;
        s.size--;
    }
    while (s.size > 0 && is_blank(s.data[s.size - 1])) {
        s.size--;
    }
    return s;
}

static bool take_sign(struct plat_span *token, char sign)
{
    if (token->size == 0 || token->data[0] != (uint8_t)sign) {
        return false;
    }
    *token = trimmed(plat_span_of(token->data + 1, token->size - 1));
    return true;
}

/* The text up to the next ';', trimmed; *rest moves behind it. false at the end of the text. */
static bool next_token(const char **rest, struct plat_span *token)
{
    const char *start = *rest;
    if (start == NULL) {
        return false;
    }
    const char *end = strchr(start, ';');
    size_t size = end != NULL ? (size_t)(end - start) : strlen(start);
    *rest = end != NULL ? end + 1 : NULL;
    *token = trimmed(plat_span_of(start, size));
    return true;
}

/* false: a sign without a name. */
static bool parse_entry(struct plat_span token, struct httpd_user_entry *entry)
{
    entry->deny = take_sign(&token, '-');
    entry->is_group = take_sign(&token, '@');
    entry->name = token;
    entry->everyone = token.size == 1 && token.data[0] == '*';
    return token.size > 0;
}

win_error httpd_user_list_parse(const char *text, struct httpd_user_list *list)
{
    *list = (struct httpd_user_list){0};
    struct plat_span token;
    size_t count = 0;
    for (const char *rest = text; next_token(&rest, &token);) {
        count += token.size > 0;
    }
    if (count == 0) {
        return ERROR_SUCCESS;
    }
    list->entries = plat_calloc(count, sizeof *list->entries);
    if (list->entries == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    for (const char *rest = text; next_token(&rest, &token);) {
        if (token.size == 0) {
            continue;
        }
        /* What a lone "-" was meant to keep out cannot be guessed, so it is not read as "nobody". */
        if (!parse_entry(token, &list->entries[list->count])) {
            httpd_user_list_free(list);
            return ERROR_INVALID_DATA;
        }
        list->count++;
    }
    return ERROR_SUCCESS;
}

void httpd_user_list_free(struct httpd_user_list *list)
{
    plat_free(list->entries);
    *list = (struct httpd_user_list){0};
}

static bool names(struct plat_span entry, const char *name)
{
    return plat_name_equal_n((const char *)entry.data, entry.size, name, strlen(name));
}

static bool applies(const struct httpd_user_entry *entry, const char *user, const char *const *groups)
{
    if (entry->everyone) {
        return true;
    }
    if (!entry->is_group) {
        return names(entry->name, user);
    }
    for (; groups != NULL && *groups != NULL; groups++) {
        if (names(entry->name, *groups)) {
            return true;
        }
    }
    return false;
}

enum httpd_user_match httpd_user_list_match(const struct httpd_user_list *list, const char *user,
                                            const char *const *groups, size_t *entry)
{
    for (size_t i = 0; i < list->count; i++) {
        if (applies(&list->entries[i], user, groups)) {
            if (entry != NULL) {
                *entry = i;
            }
            return list->entries[i].deny ? HTTPD_USER_DENIED : HTTPD_USER_LISTED;
        }
    }
    return HTTPD_USER_NOT_LISTED;
}
