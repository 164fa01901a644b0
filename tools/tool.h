/* SPDX-License-Identifier: Apache-2.0 */
/* What every command of the program `cerium` gets and may use. Exit codes: 0 done, 1 failed (said on stderr), 2 wrong usage. */
#ifndef CERIUM_TOOLS_TOOL_H
#define CERIUM_TOOLS_TOOL_H

#include "registry/registry.h"

#include <stdarg.h>
#include <stdio.h>

#define TOOL_OK 0
#define TOOL_FAILED 1
#define TOOL_USAGE 2

struct tool_context {
    const char *registry_path; /* --registry, else CERIUM_REGISTRY, else the default */
    const char *root_path;     /* --root, else CERIUM_ROOT, else the default */
    const char *command;       /* "user": what the history names for changes, unless the command says more */
};

/* Opens the registry or says on stderr why not and what to do. false = said. */
bool tool_open_registry(const struct tool_context *tool, enum reg_open_mode mode, struct reg_db **db);

/* Is it the registry's file, what SQLite and the bell keep beside it, or the place where that would be? Nothing else is to be written there. */
bool tool_is_of_registry(const struct reg_db *db, const char *name);

/*
 * Text for people: control characters (C0 but line ends, DEL, C1) and bytes that are no UTF-8 become "?", so that no
 * name out of a file or certificate steers a terminal.
 */
void tool_put(FILE *out, const char *text);
void tool_clean(struct plat_buffer *out, const char *text); /* appends the same; line ends become "?" too */
void tool_vsay(const char *format, va_list args)
    __attribute__((format(printf, 1, 0))); /* the same on stderr */

/* "cerium COMMAND: what went wrong" on stderr, a newline added; as tool_put. */
void tool_error(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The commands. argv[0] is the command's own name; the return value is the exit code. */
int tool_reg(struct tool_context *tool, int argc, char **argv);
int tool_regedit(struct tool_context *tool, int argc, char **argv);
int tool_cert(struct tool_context *tool, int argc, char **argv);
int tool_httpd(struct tool_context *tool, int argc, char **argv);
int tool_explain(struct tool_context *tool, int argc, char **argv);
int tool_user(struct tool_context *tool, int argc, char **argv);

#endif
