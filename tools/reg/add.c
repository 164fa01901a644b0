/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg add` */
#include "reg/regtool.h"

#include "httpd/explain.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

static const struct regtool_switch switches[] = {
    {"v", REGTOOL_ARGUMENT}, {"ve", REGTOOL_NOTHING}, {"t", REGTOOL_ARGUMENT},
    {"s", REGTOOL_ARGUMENT}, {"d", REGTOOL_ARGUMENT}, {"f", REGTOOL_NOTHING},
};

struct addition {
    const char *name; /* NULL: only the key is made */
    uint32_t type;
    struct plat_buffer data;
    bool force;
};

/* The separator is one character; in UTF-8 that leaves ASCII. */
static bool read_value(const struct regtool_command *command, struct addition *addition)
{
    const char *type = regtool_argument(command, "t");
    const char *separator = regtool_argument(command, "s");
    const char *data = regtool_argument(command, "d");

    if (regtool_given(command, "v") && regtool_given(command, "ve")) {
        regtool_syntax_error(command);
        return false;
    }
    addition->force = regtool_given(command, "f");
    addition->name = regtool_argument(command, "v");
    if (!addition->name && (regtool_given(command, "ve") || type || data))
        addition->name = "";
    addition->type = REG_SZ;
    if (type && !regtool_type_of(type, true, &addition->type)) {
        regtool_syntax_error(command);
        return false;
    }
    if (separator && (strlen(separator) != 1 || (unsigned char)separator[0] >= 0x80)) {
        regtool_syntax_error(command);
        return false;
    }
    return !addition->name ||
           regtool_data_parse(addition->type, data, separator ? separator[0] : 0, &addition->data);
}

static bool may_set(struct reg_db *db, reg_key key, const struct addition *addition)
{
    struct plat_buffer old;
    bool exists;

    if (addition->force)
        return true;
    plat_buffer_init(&old, LIMIT_REG_DATA);
    exists = reg_value_get(db, key, addition->name, NULL, &old) == ERROR_SUCCESS;
    plat_buffer_free(&old);
    if (!exists)
        return true;
    return regtool_confirm("Value %s exists, overwrite(Yes/No)? ",
                           addition->name[0] ? addition->name : "(Default)");
}

/* The key and its value come in one transaction: never the one without the other. */
static win_error apply(struct reg_db *db, reg_key root, const char *rest, const struct addition *addition)
{
    reg_key key;
    win_error error = reg_begin(db);

    if (error)
        return error;
    error = reg_key_create(db, root, rest, 0, &key, NULL);
    if (!error && addition->name)
        error =
            reg_value_set(db, key, addition->name, addition->type, addition->data.data, addition->data.size);
    if (!error)
        error = httpd_users_protect(db);
    if (!error)
        return reg_commit(db);
    reg_rollback(db);
    return error;
}

static int add(struct reg_db *db, reg_key root, const char *rest, const struct addition *addition)
{
    reg_key key;
    win_error error;

    if (addition->name && reg_key_open(db, root, rest, &key) == ERROR_SUCCESS && !may_set(db, key, addition))
        return 1;
    error = apply(db, root, rest, addition);
    return error ? regtool_fail_code(db, error) : regtool_done();
}

/* What the registry of a device with Windows CE could not hold is worth a word, no more. */
static void warn(const char *rest, const struct addition *addition)
{
    unsigned depth = rest[0] != 0;
    const char *what = NULL;

    for (const char *p = rest; *p; p++)
        depth += *p == '\\' && p[1] != 0;
    if (depth > LIMIT_CE_DEPTH)
        what = "more levels of keys than 16";
    else if (addition->name && plat_utf16_units(addition->name, strlen(addition->name)) > LIMIT_CE_VALUE_NAME)
        what = "names of values longer than 255 characters";
    else if (addition->data.size > LIMIT_CE_DATA)
        what = "values larger than 4096 bytes";
    if (what)
        fprintf(stderr, "WARNING: Windows CE takes no %s.\n", what);
}

static int run(struct regtool_command *command)
{
    struct addition addition = {.name = NULL};
    struct reg_db *db;
    const char *rest;
    reg_key root;
    int code = 1;

    plat_buffer_init(&addition.data, LIMIT_REG_DATA);
    if (regtool_key(command, command->word[0], &root, &rest) && read_value(command, &addition) &&
        regtool_open(command, REG_OPEN_CREATE, &db)) {
        code = add(db, root, rest, &addition);
        if (code == 0)
            warn(rest, &addition);
        reg_db_close(db);
    }
    plat_buffer_free(&addition.data);
    return code;
}

const struct regtool_verb regtool_add = {.name = "ADD",
                                         .summary = "makes a key, or sets a value",
                                         .help = regtool_help_add,
                                         .run = run,
                                         .switches = switches,
                                         .switch_count = sizeof switches / sizeof switches[0],
                                         .words_wanted = 1,
                                         .word_kinds = "k"};
