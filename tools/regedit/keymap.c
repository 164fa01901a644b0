/* SPDX-License-Identifier: Apache-2.0 */
/* Which key is which command: one table, from which the help page is made as well. Letters and control keys reach everything. */
#include "regedit/regedit.h"

#include "regedit/dialog.h"

#include "platform/limits.h"

#define F(n) (SCREEN_KEY_F1 + (n)-1)

struct binding {
    void (*command)(struct regedit *ui);
    uint32_t key[4];
    const char *keys; /* as the help page spells them */
    const char *what;
};

static const struct binding bindings[] = {
    {command_edit, {'e'}, "Enter, e", "edit the value as its type wants; view a certificate"},
    {command_edit_bytes, {'b'}, "b", "edit the value's bytes, whatever its type"},
    {command_new, {'n', SCREEN_KEY_INSERT}, "n, Insert", "new key, or new value of a type"},
    {command_rename, {'r', F(2)}, "r, F2", "rename the key or value"},
    {command_delete,
     {'d', SCREEN_KEY_DELETE, SCREEN_CTRL('D')},
     "d, Delete",
     "delete the key and all below it, or the value"},
    {command_copy, {'c', SCREEN_CTRL('C')}, "c, Ctrl-C", "copy the key and all below it, or the value"},
    {command_paste, {'v', SCREEN_CTRL('V')}, "v, Ctrl-V", "paste it into the selected key"},
    {command_undo, {'u', SCREEN_CTRL('Z')}, "u, Ctrl-Z", "undo the last change of this session"},
    {command_redo, {'y', SCREEN_CTRL('Y')}, "y, Ctrl-Y", "redo"},
    {command_find,
     {'/', 'f', SCREEN_CTRL('F')},
     "/, f, Ctrl-F",
     "find in names of keys and values, and in data"},
    {command_find_next, {'F', '.', F(3)}, "F, ., F3", "find the next one"},
    {command_go_to,
     {'g', SCREEN_CTRL('L'), F(4)},
     "g, Ctrl-L, F4",
     "go to a key by its path; Tab completes names"},
    {command_export, {'x'}, "x", "export the key and all below it to a .reg file"},
    {command_import, {'i'}, "i", "import a .reg file"},
    {command_reveal, {'p'}, "p", "show the data of a protected key, or hide them again"},
    {command_refresh, {SCREEN_CTRL('R'), F(5)}, "Ctrl-R, F5", "read everything again and repaint the screen"},
    {command_help, {'?', F(1)}, "?, F1", "this page"},
    {command_quit, {'q', SCREEN_CTRL('Q'), F(10)}, "q, Ctrl-Q, F10", "leave"},
};

void (*keymap_command(uint32_t key))(struct regedit *ui)
{
    for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++) {
        for (size_t j = 0; j < 4 && bindings[i].key[j] != 0; j++) {
            if (bindings[i].key[j] == key)
                return bindings[i].command;
        }
    }
    return NULL;
}

void keymap_help(struct plat_buffer *text)
{
    plat_buffer_append_text(text, "MOVING\n"
                                  "  Tab             from the tree to the values and back\n"
                                  "  arrows, hjkl    up, down; Right and Left expand and collapse\n"
                                  "  Enter, + -      expand, collapse\n"
                                  "  PgUp PgDn, [ ]  a page up, down\n"
                                  "  Home End, { }   the first, the last\n"
                                  "  < >             a narrower, a wider tree\n"
                                  "  mouse           click selects, double click expands or edits, wheel\n"
                                  "\nCOMMANDS (a letter may also be typed with Alt)\n");
    for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++)
        plat_buffer_printf(text, "  %-15s %s\n", bindings[i].keys, bindings[i].what);
    plat_buffer_printf(text,
                       "\nDIALOGS\n"
                       "  Enter           OK (in a list of strings: a new line; Tab goes to OK)\n"
                       "  Esc             cancel\n"
                       "  Ctrl-A Ctrl-E   the line's start and end\n"
                       "  Ctrl-U Ctrl-K   delete before, behind the cursor; Ctrl-W: the word\n"
                       "\nEvery change is written at once and can be undone, up to %u MiB of data\n"
                       "in one change: before a key with more in it is deleted, the question\n"
                       "says so. What other programs change shows within a moment. [protected]\n"
                       "keys are left out of exports of keys above them.\n",
                       LIMIT_REG_HISTORY_ENTRY / (1024U * 1024U));
}

const char *keymap_bar(bool in_values)
{
    return in_values ? " ? Help  Tab Tree  Enter Edit  n New  r Rename  d Del  / Find  u Undo  q Quit"
                     : " ? Help  Tab Values  n New  r Rename  d Del  / Find  g Go to  u Undo  q Quit";
}

void command_help(struct regedit *ui)
{
    struct plat_buffer text;

    plat_buffer_init(&text, 8192);
    keymap_help(&text);
    if (plat_buffer_text(&text) != NULL)
        dialog_text(ui, "Help", (const char *)text.data);
    plat_buffer_free(&text);
}
