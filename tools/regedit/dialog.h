/* SPDX-License-Identifier: Apache-2.0 */
/* Questions on top of the window. Each returns when it is answered; Escape is "no" everywhere, and so is SIGTERM. */
#ifndef CERIUM_TOOLS_REGEDIT_DIALOG_H
#define CERIUM_TOOLS_REGEDIT_DIALOG_H

#include "regedit/flags.h"
#include "regedit/line.h"
#include "regedit/regedit.h"

/* The window and an empty box on it, with a line of hints at its foot. False when the screen is too small to draw in. */
bool dialog_begin(struct regedit *ui, const char *title, const char *hints, int width, int height,
                  struct layout_box *box);
/*
 * The next key, click or resize; false when the program is to end. Alt with a key, which Escape and a key are as well, is Escape. While the terminal is too
 * small to show the dialog, only Escape comes through, and q ends the program. With ui->viewing, Enter is Escape and nothing comes that changes anything.
 */
bool dialog_event(struct regedit *ui, struct screen_event *event); /* nothing that is pasted */
bool dialog_text_event(struct regedit *ui, struct screen_event *event);

void dialog_text(struct regedit *ui, const char *title, const char *text); /* any length; scrolls */
bool dialog_confirm(struct regedit *ui, const char *title, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* One line of text. */
bool dialog_line(struct regedit *ui, const char *title, const char *label, struct line *line);

struct dialog_choice {
    char letter;
    const char *text;
};
/* The index of what was chosen, -1 for none. */
int dialog_menu(struct regedit *ui, const char *title, const struct dialog_choice *choices, size_t count);

/* Editors of data. True: changed, to be stored. */
bool dialog_number(struct regedit *ui, const char *name, size_t size, uint64_t *number);
enum dialog_flags_result { DIALOG_FLAGS_CANCEL, DIALOG_FLAGS_OK, DIALOG_FLAGS_AS_NUMBER };
enum dialog_flags_result dialog_flags(struct regedit *ui, const struct flag_set *set, uint32_t *number);
/* Strings that NULs end, as words_list has them. */
bool dialog_lines(struct regedit *ui, const char *name, struct plat_buffer *text);
/* `why` these bytes are not shown otherwise, "" when that needs no words. */
bool dialog_hex(struct regedit *ui, const char *name, const char *why, struct plat_buffer *bytes);
/* What to search for, and where: FIND_* */
bool dialog_find(struct regedit *ui, struct line *text, unsigned *what);

#endif
