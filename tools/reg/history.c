/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg history`: who changed what, and when. */
#include "reg/json.h"
#include "reg/lines.h"
#include "reg/regtool.h"
#include "reg/terminal.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

static const struct regtool_switch switches[] = {
    {"json", REGTOOL_NOTHING}, {"clear", REGTOOL_NOTHING}, {"room", REGTOOL_ARGUMENT}, {"f", REGTOOL_NOTHING}};

struct history {
    struct reg_db *db;
    bool as_json;
    struct json json;
    struct lines lines;
    uint64_t wanted; /* one entry; 0 = all */
    bool found;
    win_error error;
};

static void print_json_entry(struct history *h, const struct reg_history_entry *e)
{
    json_number(&h->json, "id", e->id);
    json_time(&h->json, "time", e->time);
    json_text(&h->json, "who", e->who);
    json_text(&h->json, "what", e->what);
    json_number(&h->json, "keys", e->keys);
    json_number(&h->json, "values", e->values);
    json_bool(&h->json, "complete", e->complete);
    if (e->undoes > 0)
        json_number(&h->json, "undoes", e->undoes);
    else
        json_null(&h->json, "undoes");
    if (e->undone > 0)
        json_number(&h->json, "undone", e->undone);
    else
        json_null(&h->json, "undone");
}

static void print_json_data(struct history *h, const char *name, const struct reg_value *value,
                            bool is_protected)
{
    if (!value) {
        json_null(&h->json, name);
        return;
    }
    json_object(&h->json, name, true);
    if (is_protected)
        json_bool(&h->json, "protected", true);
    else if (!json_data(&h->json, value->type, value->data))
        h->error = ERROR_NOT_ENOUGH_MEMORY;
    json_end_object(&h->json);
}

static bool print_change(void *context, const struct reg_change *c)
{
    static const char *const kinds[] = {
        [REG_KEY_MADE] = "key made",       [REG_KEY_DELETED] = "key deleted",
        [REG_KEY_RENAMED] = "key renamed", [REG_KEY_CHANGED] = "key changed",
        [REG_VALUE_SET] = "value set",     [REG_VALUE_DELETED] = "value deleted"};
    struct history *h = context;

    if (!h->as_json) {
        lines_change(&h->lines, c);
        return true;
    }
    json_object(&h->json, NULL, true);
    json_text(&h->json, "kind", kinds[c->kind]);
    json_text(&h->json, "key", c->key);
    if (c->kind == REG_KEY_RENAMED)
        json_text(&h->json, "name", c->name);
    if (c->kind == REG_VALUE_SET || c->kind == REG_VALUE_DELETED) {
        bool was = c->kind == REG_VALUE_DELETED || c->had_before;

        json_text(&h->json, "name", c->name);
        print_json_data(h, "before", was ? &c->before : NULL, c->is_protected);
        print_json_data(h, "after", c->kind == REG_VALUE_SET ? &c->after : NULL, c->is_protected);
    }
    json_end_object(&h->json);
    return !h->error;
}

static void print_changes(struct history *h, const struct reg_history_entry *e)
{
    win_error error;

    if (h->as_json)
        json_array(&h->json, "changes", false);
    error = reg_history_changes(h->db, e->id, print_change, h);
    if (h->as_json)
        json_end_array(&h->json);
    if (error == ERROR_NO_DATA && !h->as_json)
        puts("Its changes were too large to be kept.");
    else if (error && error != ERROR_NO_DATA)
        h->error = error;
}

static bool print_entry(void *context, const struct reg_history_entry *e)
{
    struct history *h = context;

    if (h->wanted > 0 && e->id != h->wanted)
        return false;
    h->found = true;
    if (h->as_json) {
        json_object(&h->json, NULL, h->wanted == 0);
        print_json_entry(h, e);
        if (h->wanted == 0)
            json_end_object(&h->json);
    } else {
        struct plat_buffer text;
        const char *line;

        plat_buffer_init(&text, LIMIT_REG_PATH);
        lines_entry(&text, e);
        line = plat_buffer_text(&text);
        if (e->undone > 0)
            regtool_colour(REGTOOL_FAINT);
        regtool_put(line ? line : "");
        if (e->undone > 0)
            regtool_colour(REGTOOL_PLAIN);
        putchar('\n');
        plat_buffer_free(&text);
    }
    if (h->wanted > 0)
        print_changes(h, e);
    return !h->error;
}

static int print(struct history *h)
{
    uint32_t room = 0;
    win_error error = reg_read_begin(h->db);

    if (error)
        return regtool_fail_code(h->db, error);
    if (h->as_json && h->wanted == 0) {
        error = reg_history_room(h->db, &room);
        json_object(&h->json, NULL, false);
        json_number(&h->json, "room", room);
        json_array(&h->json, "entries", false);
    }
    if (!error)
        error = reg_history_each(h->db, h->wanted > 0 ? h->wanted - 1 : 0, print_entry, h);
    if (!error)
        error = h->error;
    if (h->as_json && h->wanted == 0)
        json_end_array(&h->json);
    if (h->as_json && (h->wanted == 0 || h->found))
        json_end_object(&h->json);
    reg_read_end(h->db);
    if (error)
        return regtool_fail_code(h->db, error);
    if (h->wanted > 0 && !h->found)
        return regtool_fail("The history has no entry %" PRIu64 ".", h->wanted);
    if (!h->found && !h->as_json)
        puts("The history is empty.");
    return 0;
}

static int set_room(struct regtool_command *command, const char *text)
{
    uint32_t bytes;
    struct reg_db *db;
    win_error error;
    int code;

    if (!plat_parse_u32(text, strlen(text), 10, &bytes))
        return regtool_syntax_error(command);
    if (bytes > LIMIT_REG_HISTORY_BYTES_MOST)
        return regtool_fail("The history takes %u bytes at most.", LIMIT_REG_HISTORY_BYTES_MOST);
    if (!regtool_open(command, REG_OPEN_WRITE, &db))
        return 1;
    error = reg_history_set_room(db, bytes);
    code = error ? regtool_fail_code(db, error) : regtool_done();
    reg_db_close(db);
    return code;
}

static int clear(struct regtool_command *command)
{
    struct reg_db *db;
    win_error error;
    int code = 1;

    if (!regtool_open(command, REG_OPEN_WRITE, &db))
        return 1;
    if (regtool_given(command, "f") || regtool_confirm("Forget the whole history (Yes/No)? ")) {
        error = reg_history_clear(db);
        code = error ? regtool_fail_code(db, error) : regtool_done();
    }
    reg_db_close(db);
    return code;
}

static int run(struct regtool_command *command)
{
    bool clears = regtool_given(command, "clear"), sets_room = regtool_given(command, "room");
    struct history h = {.as_json = regtool_given(command, "json")};
    int code;

    if (clears + sets_room + h.as_json > 1 || (regtool_given(command, "f") && !clears) ||
        (command->word[0] && (clears || sets_room)))
        return regtool_syntax_error(command);
    if (command->word[0] &&
        (!plat_parse_u64(command->word[0], strlen(command->word[0]), 10, &h.wanted) || h.wanted == 0))
        return regtool_syntax_error(command);
    if (sets_room)
        return set_room(command, regtool_argument(command, "room"));
    if (clears)
        return clear(command);
    if (!regtool_open(command, REG_OPEN_READ, &h.db))
        return 1;
    lines_init(&h.lines);
    code = print(&h);
    lines_free(&h.lines);
    reg_db_close(h.db);
    return code;
}

const struct regtool_verb regtool_history = {.name = "HISTORY",
                                             .summary = "shows who changed what, and when",
                                             .help = regtool_help_history,
                                             .run = run,
                                             .switches = switches,
                                             .switch_count = sizeof switches / sizeof switches[0],
                                             .words_most = 1,
                                             .word_kinds = "n"};
