/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of `cerium reg` share. Exit codes are reg.exe's: 0 done, 1 failed, wrong usage included; compare and diff: 2 different. */
#ifndef CERIUM_TOOLS_REG_REGTOOL_H
#define CERIUM_TOOLS_REG_REGTOOL_H

#include "tool.h"

/* ---- the command line ---- */

enum regtool_takes { REGTOOL_NOTHING, REGTOOL_ARGUMENT, REGTOOL_MAYBE_ARGUMENT };

struct regtool_switch {
    const char *name; /* without the / or - before it; in lower case. Longer than a letter: -- is taken too */
    enum regtool_takes takes;
};

enum { REGTOOL_SWITCHES_MOST = 16, REGTOOL_WORDS_MOST = 5 };

struct regtool_command {
    struct tool_context *tool;
    const char *verb; /* "QUERY" */
    const struct regtool_switch *switches;
    size_t switch_count;
    unsigned words_wanted;                /* a key, a key and a file, a file */
    unsigned words_most;                  /* that many may follow; 0 = no more than words_wanted */
    const char *word_kinds;               /* a letter each: see struct regtool_verb */
    const char *word[REGTOOL_WORDS_MOST]; /* NULL when not given */
    bool given[REGTOOL_SWITCHES_MOST];
    const char *argument[REGTOOL_SWITCHES_MOST];
    bool y_is_last; /* the last argument of all is /y */
};

/* A verb: its run gets the command line parsed. */
struct regtool_verb {
    const char *name; /* "QUERY" */
    const char *summary;
    const char *help;
    int (*run)(struct regtool_command *command);
    const struct regtool_switch *switches;
    size_t switch_count;
    unsigned words_wanted, words_most;
    const char *word_kinds; /* k key, f file, t text (these two may begin with a slash), n number, w keyword */
};

/* Fills word, given and argument from what follows the verb. false: said. */
bool regtool_parse(struct regtool_command *command, int argc, char **argv);
bool regtool_given(const struct regtool_command *command, const char *name);
const char *regtool_argument(const struct regtool_command *command,
                             const char *name); /* NULL when not given */

/* "HKLM\a\b": false when it is no key of this registry: said. */
bool regtool_key(const struct regtool_command *command, const char *text, reg_key *root, const char **rest);

/* The registry, and the history told what is about to be done to it. false: said. */
bool regtool_open(const struct regtool_command *command, enum reg_open_mode mode, struct reg_db **db);

/* Each returns 1, the exit code. */
int regtool_syntax_error(const struct regtool_command *command);
int regtool_fail(const char *format, ...) __attribute__((format(printf, 1, 2))); /* "ERROR: ..." on stderr */
int regtool_fail_code(struct reg_db *db, win_error error);
/* As regtool_fail_code, with what a function said into `message` when it said anything. Frees it. */
int regtool_fail_message(struct reg_db *db, win_error error, struct plat_buffer *message);
/* "2 protected keys were left out; VERB each by name." on stderr, if there are any. */
void regtool_tell_left_out(uint32_t count, const char *verb);
int regtool_done(void); /* says so; returns 0 */

/* Asks on standard output until somebody says yes or no. The end of the input means no. */
bool regtool_confirm(const char *format, ...) __attribute__((format(printf, 1, 2)));
enum regtool_answer { REGTOOL_NO, REGTOOL_YES, REGTOOL_ALL, REGTOOL_END /* of the input */ };
/* The same with All for an answer, and without saying anything about it. */
enum regtool_answer regtool_ask(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- values ---- */

const char *regtool_type_name(uint32_t type); /* "REG_SZ"; NULL for a number without a name */
bool regtool_type_of(const char *name, bool for_adding,
                     uint32_t *type); /* in any case; some only exist to be looked at */
/* The names by number from 0, NULL past the last. */
const char *regtool_type_at(size_t index);

/* Data as reg.exe shows them. `separator` stands between the strings of a REG_MULTI_SZ. */
void regtool_data_text(struct plat_buffer *text, uint32_t type, struct plat_span data, const char *separator);
void regtool_append_hex(struct plat_buffer *text, struct plat_span data); /* upper case */
/*
 * Data as `reg add` takes them: text may be NULL (no /d), separator 0 = the two characters \0. false: said.
 */
bool regtool_data_parse(uint32_t type, const char *text, char separator, struct plat_buffer *data);

/* ---- files ---- */

/* Reads a .reg file ("-" = standard input). false: said. `shown` (may be NULL) gets how messages call it. */
bool regtool_read_file(const char *name, struct plat_buffer *file, const char **shown);
/* No part of the registry itself, a regular file or none, overwritten only when that is wanted. false: said. */
bool regtool_may_write(const struct reg_db *db, const char *name, bool overwrite);

/* ---- help ---- */
extern const char regtool_help_query[], regtool_help_add[], regtool_help_delete[], regtool_help_copy[],
    regtool_help_save[], regtool_help_restore[], regtool_help_load[], regtool_help_unload[],
    regtool_help_compare[], regtool_help_export[], regtool_help_import[], regtool_help_flags[],
    regtool_help_find[], regtool_help_diff[], regtool_help_history[], regtool_help_undo[],
    regtool_help_watch[], regtool_help_check[];

/* ---- verbs ---- */
extern const struct regtool_verb regtool_query, regtool_add, regtool_delete, regtool_copy, regtool_save,
    regtool_restore, regtool_load, regtool_unload, regtool_compare, regtool_export, regtool_import,
    regtool_flags, regtool_find, regtool_diff, regtool_history, regtool_undo, regtool_watch;
int regtool_check(struct tool_context *tool, int argc, char **argv); /* argv[0] is the verb */
/* What completion asks for (tools/completion): candidates, one a line. `verbs` ends with a NULL. */
int regtool_complete(struct tool_context *tool, const struct regtool_verb *const *verbs, int argc,
                     char **argv);

#endif
