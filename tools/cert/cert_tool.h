/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of `cerium cert` share. */
#ifndef CERIUM_TOOLS_CERT_CERT_TOOL_H
#define CERIUM_TOOLS_CERT_CERT_TOOL_H

#include "tool.h"

#include "certstore/set.h"

/* Exit codes as everywhere; argv[0] is the verb. */
int cert_tool_add(struct tool_context *tool, int argc, char **argv);
int cert_tool_list(struct tool_context *tool, int argc, char **argv);
int cert_tool_show(struct tool_context *tool, int argc, char **argv);
int cert_tool_delete(struct tool_context *tool, int argc, char **argv);
int cert_tool_verify(struct tool_context *tool, int argc, char **argv);

/* "cerium cert VERB: ..." on stderr with a pointer to the help; returns TOOL_USAGE. */
int cert_tool_usage(const char *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * "--name VALUE" or "--name=VALUE" at argv[*at]? Then *value (NULL when it is missing) and *at moves to the
 * last word used.
 */
bool cert_tool_option(int argc, char **argv, int *at, const char *name, const char **value);

/* Reads every certificate of a file (PEM or DER) into the set. false: said on stderr, with `verb`. */
bool cert_tool_read_file(const char *verb, const char *path, struct cert_set *set);
/* The set that a registry store holds; NULL: said. Entries left out are told on stderr. */
struct cert_set *cert_tool_load_store(const char *verb, struct reg_db *db, const char *store);
struct cert_set *cert_tool_new_set(const char *verb);

/* "CN=Alice" into a buffer of the caller; the text lives until the buffer is freed. */
const char *cert_tool_name(struct plat_span name, struct plat_buffer *buffer);

/* "has its key", or why the server could not use it. */
const char *cert_tool_key_words(const struct reg_db *db, const struct cert *cert);

/* For a person: FILE against the stores of the registry. */
int cert_tool_judge(struct tool_context *tool, const char *file, int64_t time, const char *usage);

#endif
