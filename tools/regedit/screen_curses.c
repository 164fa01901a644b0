/* SPDX-License-Identifier: Apache-2.0 */
/* The screen over ncursesw. The only file that draws with curses. */
#define _XOPEN_SOURCE 700
#define NCURSES_WIDECHAR 1
#include "regedit/screen.h"

#include "regedit/terminal.h"
#include "regedit/utf8.h"

#include "platform/clock.h"
#include "platform/process.h"

#include <curses.h>
#include <stdatomic.h>
#include <string.h>
#include <wchar.h>

#define ESCAPE_MS 100 /* an Escape that nothing follows for so long is the key */
#define DOUBLE_CLICK_MS 500
#define DEAD_READS 50 /* reads that fail at once, one after the other: nobody holds the other end */
#define CELLS_MOST 1024
#define PASTE_SILENCE_MS                                                                                     \
    2000 /* a paste of which nothing more comes for so long is over, its end being lost */

/* Keys of our own, beyond those that curses makes of a terminal's description: a bracketed paste begins and ends. */
enum { KEY_PASTE_BEGIN = 2000, KEY_PASTE_END };

static struct {
    SCREEN *curses; /* NULL: not open */
    bool utf8;
    int cursor_x, cursor_y;
    bool cursor_visible;
    attr_t look[SCREEN_LOOKS];
    struct screen_event click; /* the last one, and when it was */
    uint64_t click_time;
    unsigned failed_reads;
    bool brackets_pastes;
    bool pasting;
    uint64_t paste_time; /* of what came last */
} screen;

/* Written by a signal handler. */
static atomic_bool stopped;

static void on_stop(void *context)
{
    (void)context;
    atomic_store(&stopped, true);
}

/* ---- opening ---- */

static void choose_looks(void)
{
    static const attr_t plain[SCREEN_LOOKS] = {
        [SCREEN_STRONG] = A_BOLD,      [SCREEN_FAINT] = A_DIM,        [SCREEN_BAR] = A_REVERSE,
        [SCREEN_SELECTED] = A_REVERSE, [SCREEN_MARKED] = A_UNDERLINE, [SCREEN_ALERT] = A_BOLD,
        [SCREEN_FIELD] = A_UNDERLINE,
    };
    const char *no_color = plat_environment("NO_COLOR");

    memcpy(screen.look, plain, sizeof plain);
    if (!has_colors() || (no_color != NULL && no_color[0] != '\0') || start_color() == ERR)
        return;
    use_default_colors();
    init_pair(1, COLOR_BLACK, COLOR_CYAN);
    init_pair(2, COLOR_WHITE, COLOR_BLUE);
    init_pair(3, COLOR_RED, -1);
    init_pair(4, COLOR_CYAN, -1);
    screen.look[SCREEN_BAR] = (attr_t)COLOR_PAIR(1);
    screen.look[SCREEN_SELECTED] = (attr_t)COLOR_PAIR(2) | A_BOLD;
    screen.look[SCREEN_MARKED] = (attr_t)COLOR_PAIR(4) | A_BOLD;
    screen.look[SCREEN_ALERT] = (attr_t)COLOR_PAIR(3) | A_BOLD;
}

/* Terminals with xterm's mouse have its bracketed paste, or let the request pass: a text between two marks. */
static void bracket_pastes(bool on)
{
    if (!screen.brackets_pastes)
        return;
    fputs(on ? "\033[?2004h" : "\033[?2004l", stdout); /* beside curses, which has a buffer of its own */
    fflush(stdout);
}

static void open_pastes(void)
{
    const char *mouse = tigetstr("kmous");

    screen.brackets_pastes = mouse != NULL && mouse != (const char *)-1 && strncmp(mouse, "\033[", 2) == 0;
    define_key("\033[200~", KEY_PASTE_BEGIN);
    define_key("\033[201~", KEY_PASTE_END);
    bracket_pastes(true);
}

win_error screen_open(struct plat_buffer *message)
{
    const char *name;

    /* Before curses, which leaves signals alone that somebody handles. */
    if (plat_on_stop(on_stop, NULL) != ERROR_SUCCESS || plat_catch_continue() != ERROR_SUCCESS) {
        plat_buffer_append_text(message, "signals cannot be caught");
        return ERROR_NOT_SUPPORTED;
    }
    screen.utf8 = terminal_locale();
    name = terminal_name(message);
    if (name == NULL)
        return ERROR_NOT_SUPPORTED;
    screen.curses = newterm(name, stdout, stdin);
    if (screen.curses == NULL) {
        plat_buffer_append_text(message, "the terminal cannot be taken over");
        return ERROR_NOT_SUPPORTED;
    }
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    meta(stdscr, TRUE);
    set_escdelay(ESCAPE_MS);
    mouseinterval(0);
    mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED | BUTTON1_TRIPLE_CLICKED |
                  BUTTON4_PRESSED | BUTTON5_PRESSED,
              NULL);
    open_pastes();
    choose_looks();
    return ERROR_SUCCESS;
}

void screen_close(void)
{
    if (screen.curses == NULL)
        return;
    mousemask(0, NULL);
    bracket_pastes(false);
    endwin();
    delscreen(screen.curses);
    screen.curses = NULL;
}

/* ---- writing ---- */

void screen_size(int *columns, int *rows)
{
    getmaxyx(stdscr, *rows, *columns);
}

bool screen_is_utf8(void)
{
    return screen.utf8;
}

void screen_clear(void)
{
    attrset(0);
    erase();
    screen.cursor_visible = false;
    screen.cursor_x = screen.cursor_y = 0;
}

void screen_repaint(void)
{
    clearok(curscr, TRUE);
}

/* One character made harmless: what is shown, and how many cells it takes (0: it joins the one before). */
static size_t take(const char *text, size_t size, wchar_t *shown, int *cells)
{
    uint32_t code;
    size_t used = utf8_next(text, size, &code);

    if (code < 0x80 && code >= 0x20 && code != 0x7f) {
        *shown = (wchar_t)code;
        *cells = 1;
        return used;
    }
    *cells = screen.utf8 && code >= 0xa0 && !utf8_is_format(code) ? wcwidth((wchar_t)code) : -1;
    *shown = (wchar_t)code;
    if (*cells < 0) {
        *shown = screen.utf8 ? (wchar_t)UTF8_REPLACEMENT : L'?';
        *cells = 1;
    }
    return used;
}

int screen_width(const char *text, size_t size)
{
    int width = 0;

    for (size_t at = 0; at < size;) {
        wchar_t shown;
        int cells;

        at += take(text + at, size - at, &shown, &cells);
        width += cells;
    }
    return width;
}

/* Looks no further than it must: a value's text may be a megabyte. */
static bool is_wider(const char *text, size_t size, int width)
{
    int used = 0;

    for (size_t at = 0; at < size && used <= width;) {
        wchar_t shown;
        int cells;

        at += take(text + at, size - at, &shown, &cells);
        used += cells;
    }
    return used > width;
}

void screen_put_n(int x, int y, int width, enum screen_look look, const char *text, size_t size)
{
    wchar_t line[2 * CELLS_MOST];
    size_t count = 0;
    int used = 0, room, columns, rows;
    bool cut;

    screen_size(&columns, &rows);
    if (x < 0 || y < 0 || x >= columns || y >= rows || width <= 0)
        return;
    width = width < columns - x ? width : columns - x;
    width = width < CELLS_MOST ? width : CELLS_MOST;
    cut = is_wider(text, size, width);
    room = cut ? width - 1 : width;
    for (size_t at = 0; at < size && count < 2 * CELLS_MOST - (size_t)width - 2;) {
        wchar_t shown;
        int cells;

        at += take(text + at, size - at, &shown, &cells);
        if (used + cells > room)
            break;
        if (cells == 0 && used == 0)
            continue; /* nothing to join */
        line[count++] = shown;
        used += cells;
    }
    while (used < room) {
        line[count++] = L' ';
        used++;
    }
    if (cut)
        line[count++] = screen.utf8 ? 0x2026 : L'~';
    attr_set(screen.look[look], (short)PAIR_NUMBER((int)screen.look[look]), NULL);
    mvaddnwstr(y, x, line, (int)count);
    attrset(0);
}

void screen_put(int x, int y, int width, enum screen_look look, const char *text)
{
    screen_put_n(x, y, width, look, text, strlen(text));
}

void screen_vertical(int x, int y, int height)
{
    mvvline_set(y, x, WACS_VLINE, height);
}

void screen_box(int x, int y, int width, int height, const char *title)
{
    int text = screen_width(title, strlen(title));

    for (int row = 0; row < height; row++)
        screen_put(x, y + row, width, SCREEN_PLAIN, "");
    mvhline_set(y, x, WACS_HLINE, width);
    mvhline_set(y + height - 1, x, WACS_HLINE, width);
    mvvline_set(y, x, WACS_VLINE, height);
    mvvline_set(y, x + width - 1, WACS_VLINE, height);
    mvadd_wch(y, x, WACS_ULCORNER);
    mvadd_wch(y, x + width - 1, WACS_URCORNER);
    mvadd_wch(y + height - 1, x, WACS_LLCORNER);
    mvadd_wch(y + height - 1, x + width - 1, WACS_LRCORNER);
    if (text > width - 6)
        text = width - 6;
    screen_put(x + 2, y, 1, SCREEN_PLAIN, "");
    screen_put(x + 3, y, text, SCREEN_STRONG, title);
    screen_put(x + 3 + text, y, 1, SCREEN_PLAIN, "");
}

void screen_cursor(int x, int y, bool visible)
{
    screen.cursor_x = x;
    screen.cursor_y = y;
    screen.cursor_visible = visible;
}

/* ---- reading ---- */

static uint32_t key_of(wint_t code)
{
    static const struct {
        wint_t curses;
        uint32_t key;
    } keys[] = {
        {KEY_UP, SCREEN_KEY_UP},
        {KEY_DOWN, SCREEN_KEY_DOWN},
        {KEY_LEFT, SCREEN_KEY_LEFT},
        {KEY_RIGHT, SCREEN_KEY_RIGHT},
        {KEY_HOME, SCREEN_KEY_HOME},
        {KEY_END, SCREEN_KEY_END},
        {KEY_PPAGE, SCREEN_KEY_PAGE_UP},
        {KEY_NPAGE, SCREEN_KEY_PAGE_DOWN},
        {KEY_IC, SCREEN_KEY_INSERT},
        {KEY_DC, SCREEN_KEY_DELETE},
        {KEY_BTAB, SCREEN_KEY_BACK_TAB},
        {KEY_ENTER, SCREEN_KEY_ENTER},
        {KEY_BACKSPACE, SCREEN_KEY_BACKSPACE},
    };

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].curses == code)
            return keys[i].key;
    }
    if (code >= KEY_F(1) && code <= KEY_F(12))
        return SCREEN_KEY_F1 + (uint32_t)(code - KEY_F(1));
    return 0;
}

static void read_mouse(struct screen_event *event)
{
    MEVENT mouse;
    uint64_t now = plat_clock_monotonic_ms();

    event->kind = SCREEN_NOTHING;
    if (getmouse(&mouse) != OK)
        return;
    event->x = mouse.x;
    event->y = mouse.y;
    if (mouse.bstate & BUTTON4_PRESSED) {
        event->kind = SCREEN_WHEEL_UP;
    } else if (mouse.bstate & BUTTON5_PRESSED) {
        event->kind = SCREEN_WHEEL_DOWN;
    } else if (mouse.bstate &
               (BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED | BUTTON1_TRIPLE_CLICKED)) {
        bool again = screen.click.kind == SCREEN_CLICK && screen.click.x == mouse.x &&
                     screen.click.y == mouse.y && now - screen.click_time <= DOUBLE_CLICK_MS;

        /* What comes in one burst curses has counted already. */
        again = again || (mouse.bstate & (BUTTON1_DOUBLE_CLICKED | BUTTON1_TRIPLE_CLICKED)) != 0;
        event->kind = again ? SCREEN_DOUBLE_CLICK : SCREEN_CLICK;
        screen.click = *event;
        screen.click_time = 0;
    }
}

static void read_key(struct screen_event *event, int kind, wint_t code)
{
    event->kind = SCREEN_KEY;
    if (kind == KEY_CODE_YES)
        event->key = key_of(code);
    else if (code == '\n')
        event->key = SCREEN_KEY_ENTER;
    else
        event->key = code == 8 ? (uint32_t)SCREEN_KEY_BACKSPACE : (uint32_t)code;
    if (event->key == 0)
        event->kind = SCREEN_NOTHING;
}

/* Of a paste only text and line ends: it presses no keys. */
static void read_pasted(struct screen_event *event, int kind, wint_t code)
{
    event->kind = SCREEN_NOTHING;
    screen.paste_time = plat_clock_monotonic_ms();
    if (kind != OK || (code < ' ' && code != '\r' && code != '\n') || code == SCREEN_KEY_BACKSPACE)
        return;
    read_key(event, kind, code);
    event->pasted = true;
}

/* After "Escape [": the rest of a sequence that is no key of this terminal's. False when there is none. */
static bool skip_sequence(void)
{
    wint_t code = 0;
    bool any = false;
    int kind;

    while ((kind = get_wch(&code)) == OK && code >= 0x20 && code < 0x40)
        any = true;
    if (kind == OK && code >= 0x40 && code < 0x7f)
        return true;
    if (kind != ERR)
        kind == OK ? unget_wch((wchar_t)code) : ungetch((int)code);
    return any;
}

/* Alt sends an Escape before the key; curses has waited for what follows already. */
static void read_escape(struct screen_event *event)
{
    wint_t code = 0;
    int kind;

    timeout(0);
    kind = get_wch(&code);
    if (kind == OK && code == '[' && skip_sequence()) {
        event->kind = SCREEN_NOTHING;
    } else if (kind == OK && code >= ' ' && code != SCREEN_KEY_BACKSPACE) {
        read_key(event, kind, code);
        event->alt = true;
    } else {
        if (kind != ERR)
            kind == OK ? unget_wch((wchar_t)code) : ungetch((int)code);
        event->kind = SCREEN_KEY;
        event->key = SCREEN_KEY_ESCAPE;
    }
}

/* Nothing came: because the time is over, or because there is nobody any more to send anything. */
static void read_failed(struct screen_event *event, uint64_t start, unsigned milliseconds)
{
    bool at_once = milliseconds > 1 && plat_clock_monotonic_ms() - start < milliseconds / 2;

    if (screen.pasting && plat_clock_monotonic_ms() - screen.paste_time > PASTE_SILENCE_MS)
        screen.pasting = false;
    screen.failed_reads = at_once ? screen.failed_reads + 1 : 0;
    event->kind = atomic_load(&stopped) || screen.failed_reads > DEAD_READS ? SCREEN_STOPPED : SCREEN_NOTHING;
}

void screen_show(void)
{
    curs_set(screen.cursor_visible ? 1 : 0);
    move(screen.cursor_y, screen.cursor_x);
    refresh();
}

/* The program was stopped: whoever had the terminal meanwhile has set it to his modes and written on it. */
static void take_again(void)
{
    endwin();
    clearok(curscr, TRUE);
    refresh();
    bracket_pastes(true);
}

void screen_wait(struct screen_event *event, unsigned milliseconds)
{
    uint64_t start = plat_clock_monotonic_ms();
    wint_t code = 0;
    int kind;

    *event = (struct screen_event){.kind = SCREEN_STOPPED};
    if (screen.click_time == 0) /* what the program did about the click is not the person's delay */
        screen.click_time = start;
    if (atomic_load(&stopped))
        return;
    if (plat_was_continued())
        take_again();
    screen_show();
    timeout((int)milliseconds);
    kind = get_wch(&code);
    if (kind == ERR) {
        read_failed(event, start, milliseconds);
        return;
    }
    screen.failed_reads = 0;
    if (kind == KEY_CODE_YES && code == KEY_RESIZE) {
        screen_repaint(); /* what the terminal made of its lines is unknown, also when it has its old size again */
        event->kind = SCREEN_RESIZED;
    } else if (kind == KEY_CODE_YES && (code == KEY_PASTE_BEGIN || code == KEY_PASTE_END)) {
        screen.pasting = code == KEY_PASTE_BEGIN;
        screen.paste_time = start;
        event->kind = SCREEN_NOTHING;
    } else if (screen.pasting) {
        read_pasted(event, kind, code);
    } else if (kind == KEY_CODE_YES && code == KEY_MOUSE) {
        read_mouse(event);
    } else if (kind == OK && code == SCREEN_KEY_ESCAPE) {
        read_escape(event);
    } else {
        read_key(event, kind, code);
    }
}
