/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg compare` */
#include "reg/json.h"
#include "reg/regtool.h"
#include "reg/terminal.h"

#include "registry/compare.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

static const struct regtool_switch switches[] = {
    {"v", REGTOOL_ARGUMENT}, {"ve", REGTOOL_NOTHING}, {"oa", REGTOOL_NOTHING}, {"od", REGTOOL_NOTHING},
    {"os", REGTOOL_NOTHING}, {"on", REGTOOL_NOTHING}, {"s", REGTOOL_NOTHING},  {"json", REGTOOL_NOTHING},
};

struct comparison {
    struct reg_db *db;
    const char *name; /* this value only; NULL = all, and the keys themselves */
    bool shows_same, shows_different, as_json, below;
    struct plat_buffer path[2]; /* of the two keys, in full */
    struct plat_buffer alone;   /* the last key that one side lacks: what it holds is no news */
    struct plat_buffer text;
    struct json json;
    uint64_t same, different;
    win_error error;
};

static void print_json_value(struct comparison *c, const char *name, const struct reg_value *value)
{
    if (!value) {
        json_null(&c->json, name);
        return;
    }
    json_object(&c->json, name, true);
    if (!json_data(&c->json, value->type, value->data))
        c->error = ERROR_NOT_ENOUGH_MEMORY;
    json_end_object(&c->json);
}

static void print_json(struct comparison *c, const struct reg_difference *d)
{
    static const char *const sides[] = {
        [REG_SAME] = "same", [REG_LEFT_ONLY] = "left", [REG_RIGHT_ONLY] = "right", [REG_DIFFERENT] = "different"};

    json_object(&c->json, NULL, true);
    json_text(&c->json, "side", sides[d->side]);
    json_text(&c->json, "key", d->path);
    if (d->left || d->right) {
        json_text(&c->json, "name", d->left ? d->left->name : d->right->name);
        print_json_value(c, "left", d->left);
        print_json_value(c, "right", d->right);
    }
    json_end_object(&c->json);
}

/* "< Value: KEY  NAME  TYPE  DATA", "< Key: KEY". */
static void print_line(struct comparison *c, char mark, const char *path, const struct reg_value *value)
{
    const char *top = plat_buffer_text(&c->path[mark == '>']);
    const char *type = value ? regtool_type_name(value->type) : NULL;
    const char *data;

    regtool_colour(mark == '<' ? REGTOOL_WAS : mark == '>' ? REGTOOL_IS : REGTOOL_PLAIN);
    printf("%c %s: ", mark, value ? "Value" : "Key");
    regtool_put(top ? top : "");
    if (path[0])
        putchar('\\');
    regtool_put(path);
    if (value) {
        plat_buffer_clear(&c->text);
        regtool_data_text(&c->text, value->type, value->data, "\\0");
        data = plat_buffer_text(&c->text);
        if (!data)
            c->error = c->text.failed;
        fputs("  ", stdout);
        regtool_put(value->name[0] ? value->name : "(Default)");
        if (type)
            printf("  %s  ", type);
        else
            printf("  0x%" PRIx32 "  ", value->type);
        regtool_put(data ? data : "");
    }
    regtool_colour(REGTOOL_PLAIN);
    putchar('\n');
}

static void print(struct comparison *c, const struct reg_difference *d)
{
    if (c->as_json) {
        print_json(c, d);
        return;
    }
    if (d->side == REG_SAME)
        print_line(c, '=', d->path, d->left);
    if (d->left && d->side != REG_SAME)
        print_line(c, '<', d->path, d->left);
    if (d->right && d->side != REG_SAME)
        print_line(c, '>', d->path, d->right);
    if (!d->left && !d->right && (d->side == REG_LEFT_ONLY || d->side == REG_DIFFERENT))
        print_line(c, '<', d->path, NULL);
    if (!d->left && !d->right && (d->side == REG_RIGHT_ONLY || d->side == REG_DIFFERENT))
        print_line(c, '>', d->path, NULL);
}

/* Does it lie in the key that one side lacks, which was told already? */
static bool is_in_alone(struct comparison *c, const char *path)
{
    const char *alone = c->alone.size > 0 ? plat_buffer_text(&c->alone) : NULL;

    return alone && strncmp(path, alone, c->alone.size) == 0 &&
           (path[c->alone.size] == 0 || path[c->alone.size] == '\\');
}

static bool each(void *context, const struct reg_difference *d)
{
    struct comparison *c = context;
    const struct reg_value *value = d->left ? d->left : d->right;

    if (!value && d->side == REG_SAME) /* a key that both have says nothing yet */
        return true;
    if (c->name && (!value || !plat_name_equal(value->name, c->name)))
        return true;
    if (!c->name && is_in_alone(c, d->path))
        return true;
    if (!value && (d->side == REG_LEFT_ONLY || d->side == REG_RIGHT_ONLY)) {
        plat_buffer_clear(&c->alone);
        plat_buffer_append_text(&c->alone, d->path);
    }
    if (d->side == REG_SAME) {
        c->same++;
        if (c->shows_same)
            print(c, d);
    } else {
        c->different++;
        if (c->shows_different)
            print(c, d);
    }
    return !c->error;
}

static int end(struct comparison *c, uint32_t left_out)
{
    const char *other;

    if (c->name && c->same + c->different == 0)
        return regtool_fail_code(c->db, ERROR_FILE_NOT_FOUND);
    other = c->different > 0 ? "Different" : "Identical";
    if (!c->as_json)
        printf("\nResult Compared: %s\n", other);
    regtool_tell_left_out(left_out, "compare");
    if (!c->as_json)
        regtool_done();
    return c->different > 0 ? 2 : 0;
}

static int compare(struct comparison *c, reg_key left, reg_key right)
{
    struct reg_compare_result result = {.different = 0};
    win_error error = reg_key_path(c->db, left, &c->path[0]);

    if (!error)
        error = reg_key_path(c->db, right, &c->path[1]);
    if (error)
        return regtool_fail_code(c->db, error);
    if (c->as_json) {
        json_object(&c->json, NULL, false);
        json_text(&c->json, "left", plat_buffer_text(&c->path[0]));
        json_text(&c->json, "right", plat_buffer_text(&c->path[1]));
        json_array(&c->json, "differences", false);
    }
    error = reg_compare(c->db, left, c->db, right, REG_COMPARE_SAME | (c->below ? REG_COMPARE_BELOW : 0U),
                        each, c, &result);
    if (!error)
        error = c->error;
    if (c->as_json) {
        json_end_array(&c->json);
        json_number(&c->json, "different", c->different);
        json_number(&c->json, "same", c->same);
        json_number(&c->json, "leftOut", result.left_out);
        json_bool(&c->json, "identical", c->different == 0 && !error);
        json_end_object(&c->json);
    }
    return error ? regtool_fail_code(c->db, error) : end(c, result.left_out);
}

static int compare_named(struct comparison *c, const reg_key root[2], const char *const rest[2])
{
    reg_key key[2];
    win_error error = reg_read_begin(c->db);
    int code;

    if (error)
        return regtool_fail_code(c->db, error);
    for (size_t i = 0; !error && i < 2; i++)
        error = reg_key_open(c->db, root[i], rest[i], &key[i]);
    if (error)
        code = regtool_fail_code(c->db, error);
    else if (key[0] == key[1])
        code = regtool_fail("A key cannot be compared with itself.");
    else
        code = compare(c, key[0], key[1]);
    reg_read_end(c->db);
    return code;
}

static int run(struct regtool_command *command)
{
    bool all = regtool_given(command, "oa"), different = regtool_given(command, "od");
    bool same = regtool_given(command, "os"), nothing = regtool_given(command, "on");
    struct comparison c = {.name = regtool_given(command, "ve") ? "" : regtool_argument(command, "v"),
                           .shows_same = all || same,
                           .shows_different = !same && !nothing,
                           .as_json = regtool_given(command, "json"),
                           .below = regtool_given(command, "s")};
    const char *rest[2];
    reg_key root[2];
    int code;

    if (all + different + same + nothing > 1 || (regtool_given(command, "v") && regtool_given(command, "ve")))
        return regtool_syntax_error(command);
    if (!regtool_key(command, command->word[0], &root[0], &rest[0]) ||
        !regtool_key(command, command->word[1], &root[1], &rest[1]) ||
        !regtool_open(command, REG_OPEN_READ, &c.db))
        return 1;
    plat_buffer_init(&c.path[0], 4 * (size_t)LIMIT_REG_PATH);
    plat_buffer_init(&c.path[1], 4 * (size_t)LIMIT_REG_PATH);
    plat_buffer_init(&c.alone, 8 * (size_t)LIMIT_REG_PATH);
    plat_buffer_init(&c.text, 4 * (size_t)LIMIT_REG_DATA);
    code = compare_named(&c, root, rest);
    plat_buffer_free(&c.path[0]);
    plat_buffer_free(&c.path[1]);
    plat_buffer_free(&c.alone);
    plat_buffer_free(&c.text);
    reg_db_close(c.db);
    return code;
}

const struct regtool_verb regtool_compare = {.name = "COMPARE",
                                             .summary = "tells two keys apart",
                                             .help = regtool_help_compare,
                                             .run = run,
                                             .switches = switches,
                                             .switch_count = sizeof switches / sizeof switches[0],
                                             .words_wanted = 2,
                                             .word_kinds = "kk"};
