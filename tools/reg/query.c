/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg query`: listing and searching. */
#include "reg/regtool.h"

#include "reg/match.h"

#include "platform/limits.h"

#include <inttypes.h>
#include <string.h>

static const struct regtool_switch switches[] = {
    {"v", REGTOOL_MAYBE_ARGUMENT}, {"ve", REGTOOL_NOTHING}, {"s", REGTOOL_NOTHING}, {"se", REGTOOL_ARGUMENT},
    {"f", REGTOOL_ARGUMENT},       {"k", REGTOOL_NOTHING},  {"d", REGTOOL_NOTHING}, {"c", REGTOOL_NOTHING},
    {"e", REGTOOL_NOTHING},        {"t", REGTOOL_ARGUMENT}, {"z", REGTOOL_NOTHING},
};

struct query {
    struct reg_db *db;
    /* what is asked for */
    const char *name; /* one value by name; NULL = all */
    bool has_type;
    uint32_t type;
    bool below;                      /* /s */
    bool searches;                   /* ends with the number of matches */
    bool in_keys, in_names, in_data; /* where the pattern is looked for */
    struct match match;
    const char *separator;
    bool type_numbers;
    /* where it stands */
    struct plat_buffer path;
    struct plat_buffer text; /* scratch: data in words */
    bool heading_printed;    /* of the key in hand */
    bool after_bare_path;    /* the line before is a key without values: no empty line after it */
    uint64_t found;
    uint32_t left_out; /* protected keys below the one that was named */
    unsigned depth;
    win_error error;
};

static void print_path(struct query *q)
{
    const char *path = plat_buffer_text(&q->path);

    regtool_put(path ? path : "");
    putchar('\n');
}

static void print_value(struct query *q, const char *name, uint32_t type, const char *data)
{
    const char *type_name = regtool_type_name(type);

    if (!q->heading_printed) {
        putchar('\n');
        print_path(q);
    }
    q->heading_printed = true;
    q->after_bare_path = false;
    fputs("    ", stdout);
    regtool_put(name[0] ? name : "(Default)");
    if (type_name)
        printf("    %s", type_name);
    else
        printf("    0x%" PRIx32, type);
    if (q->type_numbers)
        printf(" (%" PRIu32 ")", type);
    fputs("    ", stdout);
    regtool_put(data);
    putchar('\n');
}

/* The path of a key alone; an empty line parts it from values before it. */
static void print_bare_path(struct query *q)
{
    if (!q->after_bare_path)
        putchar('\n');
    print_path(q);
    q->after_bare_path = true;
}

static bool wanted(struct query *q, const struct reg_value *value, const char *data)
{
    if (q->has_type && value->type != q->type)
        return false;
    if (q->name && !match_name(value->name, q->name))
        return false;
    if (!q->match.pattern)
        return true;
    return (q->in_names && match_text(&q->match, value->name[0] ? value->name : "(Default)")) ||
           (q->in_data && match_text(&q->match, data));
}

static bool visit_value(void *context, const struct reg_value *value)
{
    struct query *q = context;
    const char *data;

    plat_buffer_clear(&q->text);
    regtool_data_text(&q->text, value->type, value->data, q->separator);
    data = plat_buffer_text(&q->text);
    if (!data) {
        q->error = q->text.failed;
        return false;
    }
    if (wanted(q, value, data)) {
        print_value(q, value->name, value->type, data);
        q->found++;
    }
    return true;
}

static win_error visit_key(struct query *q, reg_key key);

static bool visit_child(void *context, reg_key child, const char *name)
{
    struct query *q = context;
    size_t parent_size = q->path.size;
    struct reg_key_info info;

    if (q->below) {
        q->error = reg_key_info_of(q->db, child, &info);
        if (q->error)
            return false;
        if (info.is_protected) {
            q->left_out++;
            return true;
        }
    }
    plat_buffer_append_u8(&q->path, '\\');
    plat_buffer_append_text(&q->path, name);
    if (q->searches && q->in_keys && match_text(&q->match, name)) {
        print_bare_path(q);
        q->found++;
    } else if (!q->searches && !q->below) {
        print_bare_path(q);
    }
    if (q->below)
        q->error = visit_key(q, child);
    q->path.size = parent_size;
    return q->error == ERROR_SUCCESS;
}

/* The values of a key, then the keys below it. With /s a key without values is a line of its own. */
static win_error visit_key(struct query *q, reg_key key)
{
    win_error error;

    if (++q->depth > LIMIT_REG_DEPTH + 1)
        return ERROR_REGISTRY_CORRUPT;
    q->heading_printed = false;
    error = reg_each_value(q->db, key, visit_value, q);
    if (!error && !q->error && !q->heading_printed && q->below && !q->searches)
        print_bare_path(q);
    if (q->heading_printed && !q->below && !q->searches) {
        putchar('\n');
        q->after_bare_path = true;
    }
    if (!error && !q->error)
        error = reg_each_key(q->db, key, visit_child, q);
    q->depth--;
    return error ? error : q->error;
}

static int end_search(const struct query *q)
{
    printf("\nEnd of search: %" PRIu64 " match(es) found.\n", q->found);
    return q->found > 0 ? 0 : 1;
}

/* /v NAME or /ve alone: one value of one key. */
static int query_value(struct query *q, reg_key key)
{
    win_error error = reg_each_value(q->db, key, visit_value, q);

    if (error || q->error)
        return regtool_fail_code(q->db, error ? error : q->error);
    if (!q->heading_printed && !q->name[0] && !q->has_type)
        print_value(q, "", REG_SZ, "(value not set)");
    if (!q->heading_printed)
        return regtool_fail_code(q->db, ERROR_FILE_NOT_FOUND);
    putchar('\n');
    return 0;
}

static int query(struct query *q, reg_key root, const char *rest)
{
    reg_key key;
    win_error error = reg_read_begin(q->db);
    int code;

    if (error)
        return regtool_fail_code(q->db, error);
    error = reg_key_open(q->db, root, rest, &key);
    if (!error)
        error = reg_key_path(q->db, key, &q->path);
    if (!error && q->name && !q->searches) {
        code = query_value(q, key);
    } else {
        if (!error)
            error = visit_key(q, key);
        if (error)
            code = regtool_fail_code(q->db, error);
        else if (q->searches)
            code = end_search(q);
        else
            code = 0;
    }
    reg_read_end(q->db);
    regtool_tell_left_out(q->left_out, "query");
    return code;
}

/* Which switches go together, and what they mean. */
static bool read_switches(const struct regtool_command *c, struct query *q)
{
    const char *type = regtool_argument(c, "t");
    const char *separator = regtool_argument(c, "se");
    bool has_pattern = regtool_given(c, "f");
    bool names_only = regtool_given(c, "v") && !regtool_argument(c, "v");
    bool in_keys_only = regtool_given(c, "k");
    bool in_data_only = regtool_given(c, "d");

    if (regtool_given(c, "v") && regtool_given(c, "ve"))
        return false;
    if (!has_pattern &&
        (names_only || in_keys_only || in_data_only || regtool_given(c, "c") || regtool_given(c, "e")))
        return false;
    if ((in_keys_only && in_data_only) || (type && !regtool_type_of(type, false, &q->type)))
        return false;
    if (separator && strlen(separator) != 1)
        return false;
    q->has_type = type != NULL;
    q->separator = separator ? separator : "\\0";
    q->type_numbers = regtool_given(c, "z");
    q->below = regtool_given(c, "s");
    q->name = regtool_given(c, "ve") ? "" : regtool_argument(c, "v");
    q->searches = has_pattern || q->has_type || (q->below && q->name);
    q->in_keys = has_pattern && !in_data_only && !names_only && !q->name;
    q->in_names = has_pattern && !in_data_only && !in_keys_only && !q->name;
    q->in_data = has_pattern && !in_keys_only && !names_only;
    return match_init(&q->match, has_pattern ? regtool_argument(c, "f") : NULL, regtool_given(c, "c"),
                      regtool_given(c, "e"));
}

int regtool_query(struct tool_context *tool, int argc, char **argv)
{
    struct regtool_command command = {.tool = tool,
                                      .verb = "QUERY",
                                      .switches = switches,
                                      .switch_count = sizeof switches / sizeof switches[0],
                                      .words_wanted = 1};
    struct query q = {.db = NULL};
    const char *rest;
    reg_key root;
    int code = 1;

    if (!regtool_parse(&command, argc, argv))
        return 1;
    plat_buffer_init(&q.path, 8 * (size_t)LIMIT_REG_PATH);
    plat_buffer_init(&q.text, 4 * (size_t)LIMIT_REG_DATA);
    if (!read_switches(&command, &q)) {
        regtool_syntax_error(&command);
    } else if (regtool_key(&command, command.word[0], &root, &rest) &&
               tool_open_registry(tool, REG_OPEN_READ, &q.db)) {
        code = query(&q, root, rest);
        reg_db_close(q.db);
    }
    match_free(&q.match);
    plat_buffer_free(&q.path);
    plat_buffer_free(&q.text);
    return code;
}
