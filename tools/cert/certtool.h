/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of `cerium cert` share. Exit codes as everywhere: TOOL_OK, TOOL_FAILED, TOOL_USAGE. */
#ifndef CERIUM_TOOLS_CERT_CERTTOOL_H
#define CERIUM_TOOLS_CERT_CERTTOOL_H

#include "tool.h"

#include "certstore/crl.h"
#include "certstore/key.h"
#include "certstore/set.h"
#include "certstore/store.h"
#include "reg/json.h"

/* ---- the command line ---- */

enum certtool_takes { CERTTOOL_NOTHING, CERTTOOL_VALUE, CERTTOOL_VALUES /* may stand several times */ };

struct certtool_option {
    const char *name; /* "--store" */
    enum certtool_takes takes;
    char kind; /* of its value: s store, t thumbprint, f file, u user of SSL\Users, e extended key usage, r --revocation, x anything else */
};

struct certtool_given {
    const struct certtool_option *option;
    const char *value; /* NULL when it takes none */
};

struct certtool_command;

/* A verb: its run gets the command line parsed. */
struct certtool_verb {
    const char *name; /* "crl add" */
    const char *summary;
    const char *help;
    int (*run)(struct certtool_command *command);
    const struct certtool_option *options;
    size_t option_count;
    int words_least, words_most; /* words_most -1: any number */
    const char *word_kinds;      /* a letter each, as above; the last one is for all that follow */
    const char *needs;           /* "it needs a STORE and at least one FILE" */
};

struct certtool_command {
    struct tool_context *tool;
    const struct certtool_verb *verb;
    char **words;
    int word_count;
    struct certtool_given *given; /* in the order of the command line */
    int given_count;
    const char *store; /* what certtool_store has found */
};

/* Fills words and given from what follows the verb (argv[1] on); words gather at the front of argv. TOOL_USAGE: said. certtool_free in any case. */
int certtool_parse(struct certtool_command *command, int argc, char **argv);
void certtool_free(struct certtool_command *command);
bool certtool_given(const struct certtool_command *command, const char *option);
const char *certtool_value(const struct certtool_command *command,
                           const char *option); /* NULL when not given */
/* How many of the options, all without values, are given. `options` ends with a NULL. */
int certtool_count(const struct certtool_command *command, const char *const *options);

/* --user or not. */
enum cert_location certtool_location(const struct certtool_command *command);
/*
 * The store that --store or else the first word names (which is then no word any more), spelt as it should be; NULL: neither does. With `wanted` the
 * first word has to be one. *code is TOOL_USAGE when it is no store: said.
 */
const char *certtool_store(struct certtool_command *command, bool wanted, int *code);

/* ---- messages ---- */

/* "cerium cert VERB: ..." on stderr; return TOOL_USAGE (with a pointer to the help), TOOL_FAILED. */
int certtool_usage(const struct certtool_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int certtool_fail(const struct certtool_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same without a code: nothing failed, but somebody should know. */
void certtool_warn(const struct certtool_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* To standard output, steering no terminal. */
void certtool_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Asks on a terminal until somebody says yes or no; the end of the input means no. */
bool certtool_confirm(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* May questions be asked: standard input and output are a terminal. */
bool certtool_can_ask(void);
/*
 * The password in --password-file (its first line), or what is typed at `prompt` on a terminal, twice when `twice`. NULL and TOOL_OK: there is none, as
 * standard input is no terminal. Wiped and freed with certtool_password_free.
 */
int certtool_password(const struct certtool_command *command, const char *prompt, bool twice,
                      struct plat_buffer *password, const char **text);
void certtool_password_free(struct plat_buffer *password);

/* Unix seconds, 2026-11-22, 2026-11-22T01:02:03Z (or a blank for the T, without the Z, without seconds). UTC. */
bool certtool_time_parse(const char *text, int64_t *time);

/* ---- the registry and its stores ---- */

/* Opens it and tells the history what is about to be done. false: said. */
bool certtool_open(const struct certtool_command *command, enum reg_open_mode mode, struct reg_db **db);
/* What one store holds. false: said. Entries left out are told on stderr. certtool_store_free in any case. */
struct certtool_contents {
    const char *store;
    struct cert_set *certs;
    struct cert_crl_set *crls;
    size_t left_out;       /* entries that cannot be read, of any kind: told */
    size_t lists_left_out; /* of them CRLs, and what may have held some */
};
bool certtool_load(const struct certtool_command *command, struct reg_db *db, const char *store,
                   struct certtool_contents *contents);
void certtool_unload(struct certtool_contents *contents);
/* The stores that exist and the predefined ones, or `only` alone: calls `each` for one after the other, until it says false. false: that, or said. */
bool certtool_each_store(const struct certtool_command *command, struct reg_db *db, const char *only,
                         bool (*each)(void *context, struct certtool_contents *contents), void *context);

/* A thumbprint as people type it: hexadecimal digits, blanks and colons; at least THUMBPRINT_LEAST digits of its beginning. */
#define CERTTOOL_THUMBPRINT_LEAST 6U
struct certtool_thumbprint {
    char digits[CERT_THUMBPRINT_TEXT_SIZE]; /* upper case */
};
bool certtool_thumbprint_parse(const char *text, struct certtool_thumbprint *thumbprint);
/* TOOL_USAGE: says that `text` is none. */
int certtool_no_thumbprint(const struct certtool_command *command, const char *text);
bool certtool_thumbprint_fits(const struct certtool_thumbprint *thumbprint,
                              const uint8_t full[CERT_THUMBPRINT_SIZE]);

/* One entry of a store. */
struct certtool_place {
    char store[LIMIT_REG_KEY_NAME * 3U + 1U];
    uint8_t thumbprint[CERT_THUMBPRINT_SIZE];
};
/*
 * Every place of the one certificate or CRL that the text abbreviates, in `store` (NULL = all). TOOL_FAILED (none, or several different ones) and
 * TOOL_USAGE (no thumbprint): said. *places is to be freed with plat_free.
 */
int certtool_locate(const struct certtool_command *command, struct reg_db *db, const char *store,
                    enum cert_blob_kind kind, const char *text, struct certtool_place **places, size_t *count);

/* ---- files ---- */

/* "standard input" for "-". */
const char *certtool_shown(const char *path);
/* Pipes and devices may keep a program waiting for ever: they are read from standard input only. */
#define CERTTOOL_IS_NO_FILE                                                                                  \
    "it is a pipe or a device, no file; give - for its name and send it to standard input"

/* Reads a file into the sets (either may be NULL: what would go there is passed over). false: said. */
bool certtool_read(const struct certtool_command *command, const char *path, struct cert_set *certs,
                   struct cert_crl_set *crls);
struct cert_set *certtool_new_set(const struct certtool_command *command);         /* NULL: said */
struct cert_crl_set *certtool_new_crl_set(const struct certtool_command *command); /* the same */
/* A private key; a password is asked for when it is encrypted. TOOL_FAILED: said. */
int certtool_read_key(const struct certtool_command *command, const char *path, struct cert_key **key);
/* -o FILE, or standard output when there is none. `secret`: mode 0600. TOOL_FAILED, TOOL_USAGE: said. */
int certtool_write(const struct certtool_command *command, const struct reg_db *db, struct plat_span content,
                   bool secret);

/* ---- changes ---- */

/* Keeps the key beside the registry, for a certificate that is about to stand in MY. false: said. *is_new: it was not there before. */
bool certtool_save_key(const struct certtool_command *command, struct reg_db *db, const struct cert *cert,
                       const struct cert_key *key, bool *is_new);
/* Is it self-signed, so that it can be a root? Names alone do not tell: an authority certifies its next key under its own name. */
bool certtool_is_root(const struct cert *cert);
/* Warns of a certificate that does not do in that store what people may expect. */
void certtool_warn_of_place(const struct certtool_command *command, const char *store,
                            const struct cert *cert);

/* ---- words ---- */

/* "CN=Alice", "2026-11-22 01:02:03 UTC" into a buffer of the caller; the text lives until the buffer is freed. */
const char *certtool_name(struct plat_span name, struct plat_buffer *buffer);
/* The common name alone, the whole name where it has none. */
const char *certtool_short_name(struct plat_span name, struct plat_buffer *buffer);
const char *certtool_time(int64_t time, struct plat_buffer *buffer);
/* "yes", "none", "refused", "damaged": the private key of a certificate in MY. */
const char *certtool_key_state(const struct reg_db *db, const struct cert *cert);
/* The same in a sentence with what to do. */
const char *certtool_key_words(const struct reg_db *db, const struct cert *cert);
/* Members of the object in hand: thumbprint, names, serial, times, key. `db` NULL: nothing about the private key. */
void certtool_json_cert(struct json *json, const struct reg_db *db, const char *store,
                        const struct cert_set *set, const struct cert *cert);
void certtool_json_crl(struct json *json, const struct cert_crl *crl);
void certtool_json_span(struct json *json, const char *name, struct plat_span bytes, char separator);

/* A line for each certificate, under a heading; see table.c. */
struct certtool_table;
struct certtool_table *certtool_table_create(bool full);
void certtool_table_add(struct certtool_table *table, const struct reg_db *db, const char *store,
                        const struct cert *cert, int64_t now);
/* Prints what was added, with `heading` unless NULL, and forgets it. false: no memory. */
bool certtool_table_print(struct certtool_table *table, const char *heading);
void certtool_table_free(struct certtool_table *table);

/* ---- help and verbs ---- */
extern const char certtool_help_list[], certtool_help_show[], certtool_help_find[], certtool_help_add[],
    certtool_help_import[], certtool_help_export[], certtool_help_delete[], certtool_help_trust[],
    certtool_help_distrust[], certtool_help_verify[], certtool_help_map[], certtool_help_crl_add[],
    certtool_help_crl_list[], certtool_help_crl_show[], certtool_help_crl_delete[];
extern const struct certtool_verb certtool_verb_list, certtool_verb_show, certtool_verb_find,
    certtool_verb_add, certtool_verb_import, certtool_verb_export, certtool_verb_delete, certtool_verb_trust,
    certtool_verb_distrust, certtool_verb_verify, certtool_verb_map, certtool_verb_crl_add,
    certtool_verb_crl_list, certtool_verb_crl_show, certtool_verb_crl_delete;
/* What completion asks for (tools/completion): candidates, one a line. `verbs` ends with a NULL. */
int certtool_complete(struct tool_context *tool, const struct certtool_verb *const *verbs, int argc,
                      char **argv);

#endif
