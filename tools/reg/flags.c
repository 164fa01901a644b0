/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `cerium reg flags`. The flags govern Windows' registry virtualization, which neither Windows CE nor Cerium has: all
 * are clear, always. So asking is answered, clearing is done by doing nothing, and setting is refused: a flag that is
 * kept and does nothing would only mislead.
 */
#include "reg/regtool.h"
#include "reg/terminal.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

static const struct regtool_switch switches[] = {{"s", REGTOOL_NOTHING}};
static const char *const flags[] = {"DONT_VIRTUALIZE", "DONT_SILENT_FAIL", "RECURSE_FLAG"};
enum { FLAGS = sizeof flags / sizeof flags[0] };

struct walk {
    struct reg_db *db;
    bool below;
    unsigned depth;
    win_error error;
};

static bool print_key(void *context, reg_key key, const char *name)
{
    struct walk *walk = context;
    struct plat_buffer path;
    const char *text;

    (void)name;
    if (++walk->depth > LIMIT_REG_DEPTH + 1)
        walk->error = ERROR_REGISTRY_CORRUPT;
    plat_buffer_init(&path, 8 * (size_t)LIMIT_REG_PATH);
    if (!walk->error)
        walk->error = reg_key_path(walk->db, key, &path);
    text = walk->error ? NULL : plat_buffer_text(&path);
    if (text) {
        putchar('\n');
        regtool_colour(REGTOOL_KEY);
        regtool_put(text);
        regtool_colour(REGTOOL_PLAIN);
        fputs("\n\n", stdout);
        for (size_t i = 0; i < FLAGS; i++)
            printf("\tREG_KEY_%s: CLEAR\n", flags[i]);
    }
    plat_buffer_free(&path);
    if (text && walk->below) {
        win_error error = reg_each_key(walk->db, key, print_key, walk);

        if (error)
            walk->error = error;
    }
    walk->depth--;
    return walk->error == ERROR_SUCCESS;
}

/* Which of the words is a flag, each at most once; FLAGS when one is none. */
static size_t count_flags(const struct regtool_command *command)
{
    bool seen[FLAGS] = {false};
    size_t count = 0;

    for (unsigned at = 2; at < REGTOOL_WORDS_MOST && command->word[at]; at++, count++) {
        size_t i = 0;

        while (i < FLAGS && !plat_ascii_equal_nocase(command->word[at], flags[i]))
            i++;
        if (i == FLAGS || seen[i])
            return FLAGS + 1;
        seen[i] = true;
    }
    return count;
}

static int run(struct regtool_command *command)
{
    const char *action = command->word[1] ? command->word[1] : "query";
    bool sets = plat_ascii_equal_nocase(action, "set");
    struct walk walk = {.below = regtool_given(command, "s")};
    size_t count = count_flags(command);
    const char *rest;
    reg_key root, key;
    win_error error;

    if ((!sets && !plat_ascii_equal_nocase(action, "query")) || count > FLAGS || (!sets && count > 0))
        return regtool_syntax_error(command);
    if (!regtool_key(command, command->word[0], &root, &rest))
        return 1;
    if (root != REG_HKLM || !plat_name_equal_n(rest, strcspn(rest, "\\"), "Software", 8))
        return regtool_fail("Flags are those of keys under HKLM\\Software.");
    if (!regtool_open(command, REG_OPEN_READ, &walk.db))
        return 1;
    error = reg_key_open(walk.db, root, rest, &key);
    if (!error && !sets) {
        print_key(&walk, key, "");
        error = walk.error;
        if (!error)
            putchar('\n');
    }
    int code = error       ? regtool_fail_code(walk.db, error)
               : count > 0 ? regtool_fail("Flags cannot be set: there is no registry virtualization here for "
                                          "them to govern. All are clear.")
                           : regtool_done();
    reg_db_close(walk.db);
    return code;
}

const struct regtool_verb regtool_flags = {.name = "FLAGS",
                                           .summary = "shows the flags of a key for registry virtualization",
                                           .help = regtool_help_flags,
                                           .run = run,
                                           .switches = switches,
                                           .switch_count = sizeof switches / sizeof switches[0],
                                           .words_wanted = 1,
                                           .words_most = 5,
                                           .word_kinds = "kwwww"};
