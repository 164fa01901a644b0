/* SPDX-License-Identifier: Apache-2.0 */
/* reg.exe's command lines: words first, then switches, each once. */
#include "reg/regtool.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

static bool is_view(const char *word)
{
    return (word[0] == '/' || word[0] == '-') &&
           (plat_ascii_equal_nocase(word + 1, "reg:32") || plat_ascii_equal_nocase(word + 1, "reg:64"));
}

/* What stands behind the mark of a switch, or NULL. Names longer than a letter may be written as --name, too. */
static const char *name_of(const char *word)
{
    if (word[0] == '-' && word[1] == '-' && word[2] != 0 && word[3] != 0)
        return word + 2;
    return word[0] == '/' || word[0] == '-' ? word + 1 : NULL;
}

/* The switch's place in the table, or switch_count. */
static size_t find_switch(const struct regtool_command *command, const char *word)
{
    const char *name = name_of(word);
    size_t i = 0;

    if (!name)
        return command->switch_count;
    while (i < command->switch_count && !plat_ascii_equal_nocase(name, command->switches[i].name))
        i++;
    return i;
}

static bool take_switch(struct regtool_command *command, int argc, char **argv, int *at)
{
    size_t i = find_switch(command, argv[*at]);

    if (i == command->switch_count || command->given[i])
        return false;
    command->given[i] = true;
    if (command->switches[i].takes == REGTOOL_NOTHING)
        return true;
    if (command->switches[i].takes == REGTOOL_MAYBE_ARGUMENT &&
        (*at + 1 == argc || is_view(argv[*at + 1]) ||
         find_switch(command, argv[*at + 1]) != command->switch_count))
        return true;
    if (*at + 1 == argc)
        return false;
    command->argument[i] = argv[++*at];
    return true;
}

/* May this argument be the word with that number? */
static bool is_word(const struct regtool_command *command, unsigned number, const char *argument)
{
    char kind = command->word_kinds[number];

    if (is_view(argument))
        return false;
    if (argument[0] != '/' && argument[0] != '-')
        return true;
    return (kind == 'f' || kind == 't') && find_switch(command, argument) == command->switch_count;
}

/* --json may stand before the words, too; what reg.exe has comes behind them. */
static bool is_free_switch(const struct regtool_command *command, const char *argument)
{
    size_t i = find_switch(command, argument);

    return strncmp(argument, "--", 2) == 0 && i < command->switch_count &&
           command->switches[i].takes == REGTOOL_NOTHING;
}

static bool parse(struct regtool_command *command, int argc, char **argv)
{
    unsigned most = command->words_most > command->words_wanted ? command->words_most : command->words_wanted;
    unsigned words = 0;
    int at = 1;
    bool view_given = false;

    for (; words < most && at < argc; at++) {
        if (is_word(command, words, argv[at]))
            command->word[words++] = argv[at];
        else if (!is_free_switch(command, argv[at]) || !take_switch(command, argc, argv, &at))
            break;
    }
    if (words < command->words_wanted)
        return false;
    for (; at < argc; at++) {
        if (is_view(argv[at])) {
            if (view_given)
                return false;
            view_given = true;
        } else if (!take_switch(command, argc, argv, &at)) {
            return false;
        }
    }
    command->y_is_last =
        argc > 1 && name_of(argv[argc - 1]) && plat_ascii_equal_nocase(name_of(argv[argc - 1]), "y");
    return true;
}

bool regtool_parse(struct regtool_command *command, int argc, char **argv)
{
    if (parse(command, argc, argv))
        return true;
    regtool_syntax_error(command);
    return false;
}

bool regtool_given(const struct regtool_command *command, const char *name)
{
    for (size_t i = 0; i < command->switch_count; i++) {
        if (strcmp(command->switches[i].name, name) == 0)
            return command->given[i];
    }
    return false;
}

const char *regtool_argument(const struct regtool_command *command, const char *name)
{
    for (size_t i = 0; i < command->switch_count; i++) {
        if (strcmp(command->switches[i].name, name) == 0)
            return command->argument[i];
    }
    return NULL;
}

bool regtool_key(const struct regtool_command *command, const char *text, reg_key *root, const char **rest)
{
    size_t size = strlen(text);
    bool good = false;

    if (strncmp(text, "\\\\", 2) == 0) {
        regtool_fail("The registry of another machine cannot be reached from here.");
        return false;
    }
    if (reg_path_split(text, root, rest) == ERROR_SUCCESS) {
        bool bare_root_with_backslash = (*rest)[0] == 0 && text[size - 1] == '\\';
        bool doubled_at_end = size >= 2 && text[size - 1] == '\\' && text[size - 2] == '\\';

        good = !bare_root_with_backslash && !doubled_at_end;
    }
    if (!good)
        fprintf(stderr, "ERROR: Invalid key name.\nType \"REG %s /?\" for usage.\n", command->verb);
    return good;
}

/* "cerium reg add HKLM\\T /v Port": no data, which may be a secret. */
static void describe(const struct regtool_command *command, struct plat_buffer *text)
{
    plat_buffer_append_text(text, "cerium reg ");
    for (const char *p = command->verb; *p; p++)
        plat_buffer_append_u8(text, (uint8_t)plat_ascii_lower(*p));
    for (unsigned i = 0; i < REGTOOL_WORDS_MOST && command->word[i]; i++)
        plat_buffer_printf(text, strpbrk(command->word[i], " '\"") ? " \"%s\"" : " %s", command->word[i]);
    for (size_t i = 0; i < command->switch_count; i++) {
        const char *name = command->switches[i].name;

        if (!command->given[i] || strcmp(name, "f") == 0 || strcmp(name, "y") == 0)
            continue;
        if (command->switches[i].takes == REGTOOL_NOTHING)
            plat_buffer_printf(text, " /%s", name);
        else if (strcmp(name, "v") == 0 && command->argument[i])
            plat_buffer_printf(text, " /v %s", command->argument[i]);
    }
}

bool regtool_open(const struct regtool_command *command, enum reg_open_mode mode, struct reg_db **db)
{
    struct plat_buffer text;
    const char *what;

    if (!tool_open_registry(command->tool, mode, db))
        return false;
    plat_buffer_init(&text, 2 * (size_t)LIMIT_REG_PATH);
    describe(command, &text);
    if (text.size > LIMIT_REG_WHAT) {
        text.size = LIMIT_REG_WHAT - 3;
        while ((text.data[text.size] & 0xC0U) == 0x80U)
            text.size--;
        plat_buffer_append_text(&text, "...");
    }
    what = plat_buffer_text(&text);
    reg_db_set_actor(*db, NULL, what ? what : "cerium reg");
    plat_buffer_free(&text);
    return true;
}
