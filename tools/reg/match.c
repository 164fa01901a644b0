/* SPDX-License-Identifier: Apache-2.0 */
#include "reg/match.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

/* One UTF-8 character; an invalid byte counts as one. */
static const char *next_char(const char *s)
{
    s++;
    while (((unsigned char)*s & 0xC0U) == 0x80U)
        s++;
    return s;
}

/*
 * `*` any text, `?` any character. After a mismatch the last `*` takes one character more: no recursion, at
 * most size x size steps.
 */
static bool glob(const char *pattern, const char *text, bool whole)
{
    const char *star = whole ? NULL : pattern;
    const char *restart = text;

    for (;;) {
        if (*pattern == '*') {
            star = ++pattern;
            restart = text;
        } else if (*pattern == 0 && (*text == 0 || !whole)) {
            return true;
        } else if (*text != 0 && (*pattern == '?' || *pattern == *text)) {
            text = *pattern == '?' ? next_char(text) : text + 1;
            pattern++;
        } else if (star && *restart != 0) {
            restart = next_char(restart);
            text = restart;
            pattern = star;
        } else {
            return false;
        }
    }
}

static const char *fold(const struct match *match, struct plat_buffer *out, const char *text)
{
    if (match->same_case)
        return text;
    plat_buffer_clear(out);
    plat_name_fold(out, text, strlen(text));
    return plat_buffer_text(out);
}

bool match_init(struct match *match, const char *pattern, bool same_case, bool whole)
{
    *match = (struct match){.same_case = same_case, .whole = whole};
    plat_buffer_init(&match->folded, 4 * (size_t)LIMIT_REG_DATA);
    plat_buffer_init(&match->scratch, 8 * (size_t)LIMIT_REG_DATA);
    if (!pattern)
        return true;
    match->pattern = fold(match, &match->folded, pattern);
    return match->pattern != NULL;
}

void match_free(struct match *match)
{
    plat_buffer_free(&match->folded);
    plat_buffer_free(&match->scratch);
}

bool match_text(struct match *match, const char *text)
{
    const char *folded;

    if (!match->pattern)
        return true;
    folded = fold(match, &match->scratch, text);
    return folded && glob(match->pattern, folded, match->whole);
}

bool match_name(const char *a, const char *b)
{
    return plat_name_equal(a, b);
}
