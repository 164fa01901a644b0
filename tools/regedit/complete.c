/* SPDX-License-Identifier: Apache-2.0 */
#include "regedit/complete.h"

#include "regedit/utf8.h"

#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

void completion_free(struct completion *completion)
{
    plat_buffer_free(&completion->names);
    plat_buffer_free(&completion->common);
}

/* The bytes of `a` that both begin with, whatever their case. */
static size_t common_size(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t at = 0, other = 0;

    while (at < a_size && other < b_size) {
        uint32_t code;
        size_t size = utf8_next(a + at, a_size - at, &code),
               other_size = utf8_next(b + other, b_size - other, &code);

        if (!plat_name_equal_n(a + at, size, b + other, other_size))
            break;
        at += size;
        other += other_size;
    }
    return at;
}

struct search {
    struct completion *completion;
    const char *prefix;
    size_t size;
};

static bool add_name(void *context, reg_key key, const char *name)
{
    struct search *search = context;
    struct completion *completion = search->completion;
    size_t size = strlen(name);

    (void)key;
    if (common_size(search->prefix, search->size, name, size) < search->size)
        return true;
    if (completion->count == COMPLETE_NAMES)
        completion->more = true;
    if (completion->count == 0)
        plat_buffer_append(&completion->common, name, size);
    else
        completion->common.size =
            common_size((const char *)completion->common.data, completion->common.size, name, size);
    if (completion->count < COMPLETE_NAMES) {
        plat_buffer_append(&completion->names, name, size + 1);
        completion->count++;
    }
    return true;
}

void completion_find(struct completion *completion, struct reg_db *db, const char *path, size_t size)
{
    struct search search = {.completion = completion};
    const char *rest;
    reg_key root, key;
    char *above;

    *completion = (struct completion){.count = 0};
    plat_buffer_init(&completion->names, COMPLETE_NAMES * 4 * (LIMIT_REG_KEY_NAME + 1));
    plat_buffer_init(&completion->common, 4 * (LIMIT_REG_KEY_NAME + 1));
    completion->start = size;
    while (completion->start > 0 && path[completion->start - 1] != '\\')
        completion->start--;
    search.prefix = path + completion->start;
    search.size = size - completion->start;
    if (completion->start == 0) {
        for (reg_key each = REG_HKCR; each <= REG_HKU; each++)
            (void)add_name(&search, each, reg_root_name(each));
        return;
    }
    above = plat_strndup(path, completion->start - 1);
    if (above != NULL && reg_path_split(above, &root, &rest) == ERROR_SUCCESS &&
        reg_key_open(db, root, rest, &key) == ERROR_SUCCESS &&
        reg_each_key(db, key, add_name, &search) != ERROR_SUCCESS)
        completion->count = 0;
    plat_free(above);
}
