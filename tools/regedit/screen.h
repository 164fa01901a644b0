/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal as the editor sees it: cells to write, keys and clicks to read. screen_curses.c does it with curses; another
 * one could drive a terminal by itself. A process has one screen. Columns and rows count from 0, the top left corner.
 */
#ifndef CERIUM_TOOLS_REGEDIT_SCREEN_H
#define CERIUM_TOOLS_REGEDIT_SCREEN_H

#include "platform/bytes.h"

/* What text stands for; how that looks is the terminal's affair: in colours, or by reverse and underline where there are none. */
enum screen_look {
    SCREEN_PLAIN,
    SCREEN_STRONG,
    SCREEN_FAINT,
    SCREEN_BAR,      /* path bar, help line, titles */
    SCREEN_SELECTED, /* the selection, where the keys go */
    SCREEN_MARKED,   /* the selection of the other pane */
    SCREEN_FIELD,    /* where text is typed */
    SCREEN_ALERT,
    SCREEN_LOOKS
};

/* Keys beyond Unicode. Ctrl-A to Ctrl-Z are 1 to 26, except these. */
enum {
    SCREEN_KEY_TAB = 9,
    SCREEN_KEY_ENTER = 13,
    SCREEN_KEY_ESCAPE = 27,
    SCREEN_KEY_BACKSPACE = 127,
    SCREEN_KEY_UP = 0x110000,
    SCREEN_KEY_DOWN,
    SCREEN_KEY_LEFT,
    SCREEN_KEY_RIGHT,
    SCREEN_KEY_HOME,
    SCREEN_KEY_END,
    SCREEN_KEY_PAGE_UP,
    SCREEN_KEY_PAGE_DOWN,
    SCREEN_KEY_INSERT,
    SCREEN_KEY_DELETE,
    SCREEN_KEY_BACK_TAB,
    SCREEN_KEY_F1 /* F2 is one more, and so on to F12 */
};
#define SCREEN_CTRL(letter) ((uint32_t)(letter)&0x1fU)

enum screen_event_kind {
    SCREEN_NOTHING, /* the time is over */
    SCREEN_KEY,
    SCREEN_CLICK,
    SCREEN_DOUBLE_CLICK, /* most often after a SCREEN_CLICK for its first half */
    SCREEN_WHEEL_UP,
    SCREEN_WHEEL_DOWN,
    SCREEN_RESIZED, /* draw everything again */
    SCREEN_STOPPED  /* SIGTERM, SIGINT, or the terminal is gone: close and leave */
};

struct screen_event {
    enum screen_event_kind kind;
    uint32_t key; /* a character, or one of the above */
    bool alt;     /* Alt was held, or Escape was just before it */
    bool pasted;  /* not typed: part of a text that was pasted; only characters and SCREEN_KEY_ENTER are */
    int x, y;     /* of clicks and the wheel */
};

/*
 * Takes the terminal over. On failure the terminal is as before and `message` says what is wrong and what to do; on success it may hold
 * a remark. ERROR_NOT_SUPPORTED.
 */
PLAT_MUST_USE win_error screen_open(struct plat_buffer *message);
void screen_close(void); /* gives it back as it was; safe to call when not open */

void screen_size(int *columns, int *rows);
bool screen_is_utf8(void); /* other characters than ASCII can be shown */

void screen_clear(void);
void screen_repaint(void); /* everything is sent again, for a terminal that others wrote on */

/*
 * Writes text into `width` cells: cut off with a mark when it is longer, filled up with blanks when it is shorter. Control
 * characters, format characters and what is no UTF-8 show as a replacement character, never raw.
 */
void screen_put(int x, int y, int width, enum screen_look look, const char *text);
void screen_put_n(int x, int y, int width, enum screen_look look, const char *text, size_t size);
int screen_width(const char *text, size_t size); /* in cells */
void screen_vertical(int x, int y, int height);
/* A box with an empty inside and a title on its upper edge. */
void screen_box(int x, int y, int width, int height, const char *title);
/* Where the cursor stands until screen_clear; one that is not `visible` marks the selection for those whose terminal cannot hide it. */
void screen_cursor(int x, int y, bool visible);

void screen_show(void); /* what was written, without waiting */
/* Shows what was written, then waits for at most `milliseconds`. */
void screen_wait(struct screen_event *event, unsigned milliseconds);

#endif
