/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of `cerium reg` share. Exit codes are reg.exe's: 0 done, 1 failed, wrong usage included. */
#ifndef CERIUM_TOOLS_REG_REGTOOL_H
#define CERIUM_TOOLS_REG_REGTOOL_H

#include "tool.h"

/* ---- the command line ---- */

enum regtool_takes { REGTOOL_NOTHING, REGTOOL_ARGUMENT, REGTOOL_MAYBE_ARGUMENT };

struct regtool_switch {
    const char *name; /* without the / or - before it; in lower case */
    enum regtool_takes takes;
};

enum { REGTOOL_SWITCHES_MOST = 14 };

struct regtool_command {
    struct tool_context *tool;
    const char *verb; /* "QUERY" */
    const struct regtool_switch *switches;
    size_t switch_count;
    unsigned words_wanted;  /* a key, a key and a file, a file */
    bool last_word_is_file; /* which may begin with a slash */
    const char *word[2];
    bool given[REGTOOL_SWITCHES_MOST];
    const char *argument[REGTOOL_SWITCHES_MOST];
};

/* Fills word, given and argument from what follows the verb. false: said. */
bool regtool_parse(struct regtool_command *command, int argc, char **argv);
bool regtool_given(const struct regtool_command *command, const char *name);
const char *regtool_argument(const struct regtool_command *command,
                             const char *name); /* NULL when not given */

/* "HKLM\a\b": false when it is no key of this registry: said. */
bool regtool_key(const struct regtool_command *command, const char *text, reg_key *root, const char **rest);

/* Each returns 1, the exit code. */
int regtool_syntax_error(const struct regtool_command *command);
int regtool_fail(const char *format, ...) __attribute__((format(printf, 1, 2))); /* "ERROR: ..." on stderr */
int regtool_fail_code(struct reg_db *db, win_error error);
/* "2 protected keys were left out; VERB each by name." on stderr, if there are any. */
void regtool_tell_left_out(uint32_t count, const char *verb);
int regtool_done(void); /* says so; returns 0 */

/* Asks on standard output until somebody says yes or no. The end of the input means no. */
bool regtool_confirm(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* To standard output; on a terminal without characters that would steer it. */
void regtool_put(const char *text);

/* ---- values ---- */

const char *regtool_type_name(uint32_t type); /* "REG_SZ"; NULL for a number without a name */
bool regtool_type_of(const char *name, bool for_adding,
                     uint32_t *type); /* in any case; some only exist to be looked at */

/* Data as reg.exe shows them. `separator` stands between the strings of a REG_MULTI_SZ. */
void regtool_data_text(struct plat_buffer *text, uint32_t type, struct plat_span data, const char *separator);
/*
 * Data as `reg add` takes them: text may be NULL (no /d), separator 0 = the two characters \0. false: said.
 */
bool regtool_data_parse(uint32_t type, const char *text, char separator, struct plat_buffer *data);

/* ---- verbs: argv[0] is the verb ---- */
int regtool_query(struct tool_context *tool, int argc, char **argv);
int regtool_add(struct tool_context *tool, int argc, char **argv);
int regtool_delete(struct tool_context *tool, int argc, char **argv);
int regtool_import(struct tool_context *tool, int argc, char **argv);
int regtool_export(struct tool_context *tool, int argc, char **argv);

#endif
