/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines of `cerium cert`: words and --options in any order, "--" ends the options. */
#include "cert/certtool.h"

#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

static const struct certtool_option *find_option(const struct certtool_verb *verb, const char *word,
                                                 const char **value)
{
    for (size_t i = 0; i < verb->option_count; i++) {
        const struct certtool_option *option = &verb->options[i];
        size_t size = strlen(option->name);
        if (strncmp(word, option->name, size) != 0) {
            continue;
        }
        if (word[size] == '\0' || (word[size] == '=' && size > 2)) {
            *value = word[size] == '=' ? word + size + 1 : NULL;
            return option;
        }
    }
    return NULL;
}

static int take_option(struct certtool_command *command, const struct certtool_option *option,
                       const char *value, int argc, char **argv, int *at)
{
    if (option->takes != CERTTOOL_VALUES && certtool_given(command, option->name)) {
        return certtool_usage(command, "%s is given twice", option->name);
    }
    if (option->takes == CERTTOOL_NOTHING && value != NULL) {
        return certtool_usage(command, "%s takes no value", option->name);
    }
    if (option->takes != CERTTOOL_NOTHING && value == NULL) {
        if (*at + 1 == argc) {
            return certtool_usage(command, "%s needs a value", option->name);
        }
        value = argv[++*at];
    }
    command->given[command->given_count++] = (struct certtool_given){option, value};
    return TOOL_OK;
}

/* How often "-" stands for standard input. */
static int reads_of_input(const struct certtool_command *command)
{
    int count = 0;
    for (int i = 0; i < command->word_count; i++) {
        count += strcmp(command->words[i], "-") == 0;
    }
    for (int i = 0; i < command->given_count; i++) {
        const struct certtool_given *given = &command->given[i];
        bool reads = given->option->kind == 'f' && strcmp(given->option->name, "-o") != 0;
        count += reads && strcmp(given->value, "-") == 0;
    }
    return count;
}

int certtool_parse(struct certtool_command *command, int argc, char **argv)
{
    const struct certtool_verb *verb = command->verb;
    bool options_end = false;
    command->words = argv + (argc > 0);
    command->word_count = 0;
    command->given = plat_calloc((size_t)argc + 1, sizeof *command->given);
    if (command->given == NULL) {
        return certtool_fail(command, "%s", win_error_text(ERROR_NOT_ENOUGH_MEMORY));
    }
    for (int i = 1; i < argc; i++) {
        const char *value = NULL;
        const struct certtool_option *option = options_end ? NULL : find_option(verb, argv[i], &value);
        int code = TOOL_OK;
        if (option != NULL) {
            code = take_option(command, option, value, argc, argv, &i);
        } else if (!options_end && strcmp(argv[i], "--") == 0) {
            options_end = true;
        } else if (!options_end && argv[i][0] == '-' && argv[i][1] != '\0') {
            code = certtool_usage(command, "there is no option %s", argv[i]);
        } else if (verb->words_most >= 0 && command->word_count == verb->words_most) {
            code = certtool_usage(command, "\"%s\" is one word too many", argv[i]);
        } else {
            command->words[command->word_count++] = argv[i];
        }
        if (code != TOOL_OK) {
            return code;
        }
    }
    if (command->word_count < verb->words_least) {
        return certtool_usage(command, "%s", verb->needs);
    }
    return reads_of_input(command) > 1 ? certtool_usage(command, "standard input (-) can be read only once")
                                       : TOOL_OK;
}

void certtool_free(struct certtool_command *command)
{
    plat_free(command->given);
    command->given = NULL;
    command->given_count = 0;
}

static const struct certtool_given *find_given(const struct certtool_command *command, const char *option)
{
    for (int i = 0; i < command->given_count; i++) {
        if (strcmp(command->given[i].option->name, option) == 0) {
            return &command->given[i];
        }
    }
    return NULL;
}

bool certtool_given(const struct certtool_command *command, const char *option)
{
    return find_given(command, option) != NULL;
}

const char *certtool_value(const struct certtool_command *command, const char *option)
{
    const struct certtool_given *given = find_given(command, option);
    return given != NULL ? given->value : NULL;
}

int certtool_count(const struct certtool_command *command, const char *const *options)
{
    int count = 0;
    for (size_t i = 0; options[i] != NULL; i++) {
        count += certtool_given(command, options[i]);
    }
    return count;
}

enum cert_location certtool_location(const struct certtool_command *command)
{
    return certtool_given(command, "--user") ? CERT_CURRENT_USER : CERT_LOCAL_MACHINE;
}

struct wanted_store {
    const char *name;
    char found[LIMIT_REG_KEY_NAME * 3U + 1U];
};

static bool compare_store(void *context, const char *name)
{
    struct wanted_store *wanted = context;
    if (!plat_name_equal(name, wanted->name) || strlen(name) >= sizeof wanted->found) {
        return true;
    }
    memcpy(wanted->found, name, strlen(name) + 1);
    return false;
}

/* An OEM's own: a store because it is there. */
static bool exists(const struct certtool_command *command, const char *name)
{
    struct wanted_store wanted = {.name = name};
    struct reg_db *db;
    if (!cert_store_name_valid(name) ||
        reg_db_open(command->tool->registry_path, REG_OPEN_READ, &db, NULL) != ERROR_SUCCESS) {
        return false;
    }
    win_error error = cert_store_each(db, certtool_location(command), compare_store, &wanted);
    reg_db_close(db);
    return error == ERROR_SUCCESS && wanted.found[0] != '\0';
}

static int no_store(const struct certtool_command *command, const char *word)
{
    struct plat_buffer names;
    plat_buffer_init(&names, 1024);
    for (size_t i = 0; cert_store_name_at(i) != NULL; i++) {
        plat_buffer_printf(&names, "%s%s", i == 0 ? "" : ", ", cert_store_name_at(i));
    }
    const char *text = plat_buffer_text(&names);
    int code = certtool_usage(command, "there is no store \"%s\" (%s, or one that is in the registry already)",
                              word, text != NULL ? text : "MY, ROOT, CA");
    plat_buffer_free(&names);
    return code;
}

const char *certtool_store(struct certtool_command *command, bool wanted, int *code)
{
    const char *word = certtool_value(command, "--store");
    bool by_option = word != NULL;
    *code = TOOL_OK;
    if (!by_option && command->word_count > 0) {
        word = command->words[0];
    }
    if (word == NULL) {
        *code = wanted ? certtool_usage(command, "%s", command->verb->needs) : TOOL_OK;
        return NULL;
    }
    const char *store = cert_store_name(word);
    if (store == NULL && exists(command, word)) {
        store = word;
    }
    if (store == NULL) {
        *code = by_option || wanted ? no_store(command, word) : TOOL_OK;
        return NULL;
    }
    if (!by_option) {
        command->words++;
        command->word_count--;
    }
    command->store = store;
    return store;
}
