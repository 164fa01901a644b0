/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg query` */
#include "reg/search.h"

static const struct regtool_switch switches[] = {
    {"v", REGTOOL_MAYBE_ARGUMENT}, {"ve", REGTOOL_NOTHING}, {"s", REGTOOL_NOTHING}, {"se", REGTOOL_ARGUMENT},
    {"f", REGTOOL_ARGUMENT},       {"k", REGTOOL_NOTHING},  {"d", REGTOOL_NOTHING}, {"c", REGTOOL_NOTHING},
    {"e", REGTOOL_NOTHING},        {"t", REGTOOL_ARGUMENT}, {"z", REGTOOL_NOTHING}, {"json", REGTOOL_NOTHING},
};

/* /v NAME or /ve alone: one value of one key. */
static win_error query_value(struct search *s, reg_key key)
{
    win_error error = search_values(s, key);
    bool found;

    if (error)
        return error;
    found = s->heading_printed;
    if (s->as_json)
        search_end_key(s);
    else if (found)
        putchar('\n');
    if (found)
        return ERROR_SUCCESS;
    if (s->name[0] || s->has_type)
        return ERROR_FILE_NOT_FOUND;
    search_print_unset(s);
    return ERROR_SUCCESS;
}

static win_error look(struct search *s, reg_key root, const char *rest, int *code)
{
    reg_key key;
    win_error error = reg_read_begin(s->db);

    if (error)
        return error;
    error = reg_key_open(s->db, root, rest, &key);
    if (!error)
        error = reg_key_path(s->db, key, &s->path);
    if (!error) {
        search_begin(s);
        error = s->name && !s->searches ? query_value(s, key) : search_key(s, key);
        *code = search_end(s, "query");
    }
    reg_read_end(s->db);
    return error;
}

static int query(struct search *s, reg_key root, const char *rest)
{
    int code = 1;
    win_error error = look(s, root, rest, &code);

    return error ? regtool_fail_code(s->db, error) : code;
}

/* One value by its name, as scripts ask for it: mostly nobody writes meanwhile. false: nothing was printed. */
static bool query_at_a_glance(struct search *s, const char *registry, reg_key root, const char *rest)
{
    int code = 1;
    bool done;

    if (!s->name || !s->name[0] || s->searches || s->as_json ||
        reg_db_glance(registry, &s->db) != ERROR_SUCCESS)
        return false;
    done = look(s, root, rest, &code) == ERROR_SUCCESS;
    reg_db_close(s->db);
    plat_buffer_clear(&s->path);
    s->error = ERROR_SUCCESS;
    return done;
}

/* Which switches go together, and what they mean. */
static bool read_switches(const struct regtool_command *c, struct search *s)
{
    const char *pattern = regtool_argument(c, "f");
    bool names_only = regtool_given(c, "v") && !regtool_argument(c, "v");
    bool in_keys_only = regtool_given(c, "k");
    bool in_data_only = regtool_given(c, "d");

    if (regtool_given(c, "v") && regtool_given(c, "ve"))
        return false;
    if (!pattern &&
        (names_only || in_keys_only || in_data_only || regtool_given(c, "c") || regtool_given(c, "e")))
        return false;
    if ((in_keys_only && in_data_only) || !search_read_switches(c, pattern, s))
        return false;
    s->below = regtool_given(c, "s");
    s->name = regtool_given(c, "ve") ? "" : regtool_argument(c, "v");
    s->searches = pattern || s->has_type || (s->below && s->name);
    s->in_keys = pattern && !in_data_only && !names_only && !s->name;
    s->in_names = pattern && !in_data_only && !in_keys_only && !s->name;
    s->in_data = pattern && !in_keys_only && !names_only;
    return true;
}

static int run(struct regtool_command *command)
{
    struct search s;
    const char *rest;
    reg_key root;
    int code = 1;

    search_init(&s);
    if (!read_switches(command, &s)) {
        regtool_syntax_error(command);
    } else if (regtool_key(command, command->word[0], &root, &rest)) {
        if (query_at_a_glance(&s, command->tool->registry_path, root, rest)) {
            code = 0;
        } else if (regtool_open(command, REG_OPEN_READ, &s.db)) {
            code = query(&s, root, rest);
            reg_db_close(s.db);
        }
    }
    search_free(&s);
    return code;
}

const struct regtool_verb regtool_query = {.name = "QUERY",
                                           .summary = "shows keys and values, or searches them",
                                           .help = regtool_help_query,
                                           .run = run,
                                           .switches = switches,
                                           .switch_count = sizeof switches / sizeof switches[0],
                                           .words_wanted = 1,
                                           .word_kinds = "k"};
