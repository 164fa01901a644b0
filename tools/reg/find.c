/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg find`: a text anywhere. */
#include "reg/search.h"

static const struct regtool_switch switches[] = {
    {"k", REGTOOL_NOTHING},   {"v", REGTOOL_NOTHING}, {"d", REGTOOL_NOTHING},
    {"c", REGTOOL_NOTHING},   {"e", REGTOOL_NOTHING}, {"t", REGTOOL_ARGUMENT},
    {"se", REGTOOL_ARGUMENT}, {"z", REGTOOL_NOTHING}, {"json", REGTOOL_NOTHING},
};

static win_error find_below(struct search *s, reg_key key, bool is_named)
{
    struct reg_key_info info;
    win_error error = reg_key_info_of(s->db, key, &info);

    if (error)
        return error;
    if (info.is_protected && !is_named) {
        s->left_out++;
        return ERROR_SUCCESS;
    }
    plat_buffer_clear(&s->path);
    error = reg_key_path(s->db, key, &s->path);
    return error ? error : search_key(s, key);
}

static int find(struct search *s, reg_key root, const char *rest)
{
    static const reg_key all[] = {REG_HKCR, REG_HKCU, REG_HKLM, REG_HKU};
    reg_key key = REG_KEY_NONE;
    win_error error = reg_read_begin(s->db);
    int code = 1;

    if (error)
        return regtool_fail_code(s->db, error);
    if (rest)
        error = reg_key_open(s->db, root, rest, &key);
    if (!error) {
        search_begin(s);
        if (rest)
            error = find_below(s, key, true);
        for (size_t i = 0; !rest && !error && i < sizeof all / sizeof all[0]; i++)
            error = find_below(s, all[i], false);
        code = search_end(s, "query");
    }
    reg_read_end(s->db);
    return error ? regtool_fail_code(s->db, error) : code;
}

static int run(struct regtool_command *command)
{
    bool keys = regtool_given(command, "k"), names = regtool_given(command, "v"),
         data = regtool_given(command, "d");
    bool everywhere = !keys && !names && !data;
    const char *rest = NULL;
    reg_key root = REG_KEY_NONE;
    struct search s;
    int code = 1;

    search_init(&s);
    s.below = s.searches = true;
    s.in_keys = keys || everywhere;
    s.in_names = names || everywhere;
    s.in_data = data || everywhere;
    if (!search_read_switches(command, command->word[0], &s)) {
        regtool_syntax_error(command);
    } else if ((!command->word[1] || regtool_key(command, command->word[1], &root, &rest)) &&
               regtool_open(command, REG_OPEN_READ, &s.db)) {
        code = find(&s, root, rest);
        reg_db_close(s.db);
    }
    search_free(&s);
    return code;
}

const struct regtool_verb regtool_find = {.name = "FIND",
                                          .summary = "looks for a text in names and data everywhere",
                                          .help = regtool_help_find,
                                          .run = run,
                                          .switches = switches,
                                          .switch_count = sizeof switches / sizeof switches[0],
                                          .words_wanted = 1,
                                          .words_most = 2,
                                          .word_kinds = "tk"};
