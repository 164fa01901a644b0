/* SPDX-License-Identifier: Apache-2.0 */
#include "reg/search.h"

#include "reg/terminal.h"

#include "platform/limits.h"

#include <inttypes.h>
#include <string.h>

void search_init(struct search *s)
{
    *s = (struct search){.separator = "\\0"};
    plat_buffer_init(&s->path, 8 * (size_t)LIMIT_REG_PATH);
    plat_buffer_init(&s->text, 4 * (size_t)LIMIT_REG_DATA);
}

void search_free(struct search *s)
{
    match_free(&s->match);
    plat_buffer_free(&s->path);
    plat_buffer_free(&s->text);
}

bool search_read_switches(const struct regtool_command *c, const char *pattern, struct search *s)
{
    const char *type = regtool_argument(c, "t");
    const char *separator = regtool_argument(c, "se");

    if (type && !regtool_type_of(type, false, &s->type))
        return false;
    if (separator && strlen(separator) != 1)
        return false;
    s->has_type = type != NULL;
    s->separator = separator ? separator : "\\0";
    s->type_numbers = regtool_given(c, "z");
    s->as_json = regtool_given(c, "json");
    return match_init(&s->match, pattern, regtool_given(c, "c"), regtool_given(c, "e"));
}

/* ---- printing ---- */

static const char *path_of(struct search *s)
{
    const char *path = plat_buffer_text(&s->path);

    return path ? path : "";
}

static void print_path(struct search *s)
{
    regtool_colour(REGTOOL_KEY);
    regtool_put(path_of(s));
    regtool_colour(REGTOOL_PLAIN);
    putchar('\n');
}

void search_end_key(struct search *s)
{
    if (!s->heading_printed)
        return;
    json_end_array(&s->json);
    json_end_object(&s->json);
    s->heading_printed = false;
}

static bool print_json_value(struct search *s, const struct reg_value *value)
{
    if (!s->heading_printed) {
        json_object(&s->json, NULL, false);
        json_text(&s->json, "key", path_of(s));
        json_array(&s->json, "values", false);
        s->heading_printed = true;
    }
    return json_value(&s->json, value);
}

static void print_value(struct search *s, const char *name, uint32_t type, const char *data)
{
    const char *type_name = regtool_type_name(type);

    if (!s->heading_printed) {
        putchar('\n');
        print_path(s);
    }
    s->heading_printed = true;
    s->after_bare_path = false;
    fputs("    ", stdout);
    regtool_put(name[0] ? name : "(Default)");
    regtool_colour(REGTOOL_FAINT);
    if (type_name)
        printf("    %s", type_name);
    else
        printf("    0x%" PRIx32, type);
    if (s->type_numbers)
        printf(" (%" PRIu32 ")", type);
    regtool_colour(REGTOOL_PLAIN);
    fputs("    ", stdout);
    regtool_put(data);
    putchar('\n');
}

/* A key alone: without values, or one that is only named. An empty line parts it from values before it. */
static void print_bare_path(struct search *s, bool was_looked_into)
{
    if (s->as_json) {
        json_object(&s->json, NULL, true);
        json_text(&s->json, "key", path_of(s));
        if (was_looked_into) {
            json_array(&s->json, "values", true);
            json_end_array(&s->json);
        }
        json_end_object(&s->json);
        return;
    }
    if (!s->after_bare_path)
        putchar('\n');
    print_path(s);
    s->after_bare_path = true;
}

void search_print_unset(struct search *s)
{
    if (s->as_json) {
        print_bare_path(s, true);
    } else {
        print_value(s, "", REG_SZ, "(value not set)");
        putchar('\n');
    }
}

void search_begin(struct search *s)
{
    if (!s->as_json)
        return;
    json_object(&s->json, NULL, false);
    json_array(&s->json, "keys", false);
}

int search_end(struct search *s, const char *verb)
{
    if (s->as_json) {
        json_end_array(&s->json);
        if (s->searches)
            json_number(&s->json, "matches", s->found);
        json_number(&s->json, "leftOut", s->left_out);
        json_end_object(&s->json);
    } else if (s->searches) {
        printf("\nEnd of search: %" PRIu64 " match(es) found.\n", s->found);
    }
    regtool_tell_left_out(s->left_out, verb);
    return s->searches && s->found == 0 ? 1 : 0;
}

/* ---- going through ---- */

static bool may_be_wanted(struct search *s, const struct reg_value *value)
{
    return !(s->has_type && value->type != s->type) && !(s->name && !match_name(value->name, s->name));
}

static bool matches(struct search *s, const struct reg_value *value, const char *data)
{
    if (!s->match.pattern)
        return true;
    return (s->in_names && match_text(&s->match, value->name[0] ? value->name : "(Default)")) ||
           (s->in_data && match_text(&s->match, data));
}

static bool visit_value(void *context, const struct reg_value *value)
{
    struct search *s = context;
    const char *data;

    if (!may_be_wanted(s, value))
        return true;
    plat_buffer_clear(&s->text);
    regtool_data_text(&s->text, value->type, value->data, s->separator);
    data = plat_buffer_text(&s->text);
    if (!data) {
        s->error = s->text.failed;
        return false;
    }
    if (matches(s, value, data)) {
        if (!reg_glance_holds(s->db))
            s->error = ERROR_CANTREAD;
        else if (!s->as_json)
            print_value(s, value->name, value->type, data);
        else if (!print_json_value(s, value))
            s->error = ERROR_NOT_ENOUGH_MEMORY;
        s->found++;
    }
    return s->error == ERROR_SUCCESS;
}

static bool visit_child(void *context, reg_key child, const char *name)
{
    struct search *s = context;
    size_t parent_size = s->path.size;
    struct reg_key_info info;

    if (s->below) {
        s->error = reg_key_info_of(s->db, child, &info);
        if (s->error)
            return false;
        if (info.is_protected) {
            s->left_out++;
            return true;
        }
    }
    plat_buffer_append_u8(&s->path, '\\');
    plat_buffer_append_text(&s->path, name);
    if (s->searches && s->in_keys && match_text(&s->match, name)) {
        print_bare_path(s, false);
        s->found++;
    } else if (!s->searches && !s->below) {
        print_bare_path(s, false);
    }
    if (s->below)
        s->error = search_key(s, child);
    s->path.size = parent_size;
    return s->error == ERROR_SUCCESS;
}

win_error search_values(struct search *s, reg_key key)
{
    win_error error;

    s->heading_printed = false;
    error = reg_each_value(s->db, key, visit_value, s);
    return error ? error : s->error;
}

/* The values of a key, then the keys below it. With /s a key without values is a line of its own. */
win_error search_key(struct search *s, reg_key key)
{
    win_error error;

    if (++s->depth > LIMIT_REG_DEPTH + 1)
        return ERROR_REGISTRY_CORRUPT;
    error = search_values(s, key);
    if (!error && !s->heading_printed && !s->searches && (s->below || s->as_json))
        print_bare_path(s, true);
    if (s->as_json) {
        search_end_key(s);
    } else if (s->heading_printed && !s->below && !s->searches) {
        putchar('\n');
        s->after_bare_path = true;
    }
    if (!error)
        error = reg_each_key(s->db, key, visit_child, s);
    s->depth--;
    return error ? error : s->error;
}
