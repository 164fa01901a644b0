/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium regedit`: what its parts share. One window: path bar, tree, values, status, help line; dialogs stand on top of it. */
#ifndef CERIUM_TOOLS_REGEDIT_REGEDIT_H
#define CERIUM_TOOLS_REGEDIT_REGEDIT_H

#include "regedit/find.h"
#include "regedit/layout.h"
#include "regedit/screen.h"
#include "regedit/tree.h"
#include "regedit/values.h"

#include "tool.h"

#define REGEDIT_ACTOR "cerium regedit"
#define REGEDIT_TICK_MS 100U /* between looks for changes that others have made */

struct session; /* session.h */

/* What was copied: a key by its number, or a value with its data. */
struct clipboard {
    enum { CLIPBOARD_EMPTY, CLIPBOARD_KEY, CLIPBOARD_VALUE } kind;
    reg_key key;
    char *name; /* of the key or value */
    uint32_t type;
    struct plat_buffer data;
};

struct regedit {
    struct reg_db *db;
    bool read_only;
    bool viewing; /* editors change nothing */
    bool seen;    /* the screen, when it was last drawn, had room for it: what is not seen takes no keys */
    bool quit;
    bool in_values; /* the keys go to the values, else to the tree */
    struct tree tree;
    struct value_list values;
    int tree_width;   /* as chosen; 0: not yet */
    int longest_name; /* of the values, in cells */
    int longest_type;
    uint64_t generation; /* of the registry, when it was read */
    uint64_t file[2];    /* the identity of its file */
    reg_key revealed;    /* the protected key whose data were asked for */
    char status[1024];
    bool status_alert;
    bool status_fresh; /* not seen yet */
    struct clipboard clipboard;
    struct finder finder;
    struct session *session;
};

/* ---- window.c: what is seen ---- */
void regedit_draw(struct regedit *ui);
bool regedit_is_masked(struct regedit *ui); /* the data of the selected key are not shown */
/* The words in the status line, until the next ones. An alert that is too long for the line is shown in a box as well. */
void regedit_say(struct regedit *ui, const char *format, ...) __attribute__((format(printf, 2, 3)));
void regedit_alert(struct regedit *ui, const char *format, ...) __attribute__((format(printf, 2, 3)));
void regedit_fail(struct regedit *ui, const char *what, win_error error);
/* The same, shown at once: for what takes long. */
void regedit_working(struct regedit *ui, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool regedit_is_alert_cut(const struct regedit *ui);
struct layout regedit_layout(const struct regedit *ui);

/* ---- browse.c: moving about ---- */
void regedit_run(struct regedit *ui);
/* Reads tree and values again: after each change, one's own or others'. */
void regedit_reload(struct regedit *ui);
/* Says so when the registry's file has lost its name, perhaps to another one; false then. */
bool regedit_has_file(struct regedit *ui);
void regedit_read_values(struct regedit *ui);                        /* another key was selected */
void regedit_go(struct regedit *ui, reg_key key, const char *value); /* value NULL: the key itself */

/* ---- the commands: each asks what it needs, does it, says what it did ---- */
void command_new(struct regedit *ui);
void command_rename(struct regedit *ui);
void command_delete(struct regedit *ui);
void command_copy(struct regedit *ui);
void command_paste(struct regedit *ui);
void command_edit(struct regedit *ui);
void command_edit_bytes(struct regedit *ui);
void command_find(struct regedit *ui);
void command_find_next(struct regedit *ui);
void command_undo(struct regedit *ui);
void command_redo(struct regedit *ui);
void command_go_to(struct regedit *ui);
void command_export(struct regedit *ui);
void command_import(struct regedit *ui);
void command_refresh(struct regedit *ui);
void command_reveal(struct regedit *ui);
void command_help(struct regedit *ui);
void command_quit(struct regedit *ui);

/* ---- keymap.c: which key is which command ---- */
/* The command that a key means in the window, NULL for none. */
void (*keymap_command(uint32_t key))(struct regedit *ui);
void keymap_help(struct plat_buffer *text); /* the help page */
const char *keymap_bar(bool in_values);     /* the help line */

#endif
