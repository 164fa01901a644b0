/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asked before curses is: a name that nothing describes makes it lose memory, one that cannot move its cursor a mess. Apart from
 * screen_curses.c because term.h takes short words such as "columns" for itself.
 */
#include "regedit/terminal.h"

#include "platform/process.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <curses.h>
#include <term.h>

enum what { UNKNOWN, TOO_SIMPLE, GOOD };

static enum what look_up(const char *name)
{
    enum what what;
    int found;

    if (setupterm(name, 1, &found) == ERR)
        return found == 1 ? TOO_SIMPLE : UNKNOWN; /* 1: a terminal on paper */
    what = cursor_address != NULL ? GOOD : TOO_SIMPLE;
    del_curterm(cur_term);
    return what;
}

const char *terminal_name(struct plat_buffer *message)
{
    static const char *const common[] = {"xterm", "vt100", "linux"};
    const char *term = plat_environment("TERM");
    enum what what = term != NULL && term[0] != '\0' ? look_up(term) : UNKNOWN;

    if (what == GOOD)
        return term;
    if (what == TOO_SIMPLE) {
        plat_buffer_printf(
            message,
            "a terminal \"%s\" (TERM) cannot move its cursor: set TERM to what it is, or use `cerium reg`",
            term);
        return NULL;
    }
    term = term != NULL ? term : "";
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        if (look_up(common[i]) == GOOD) {
            plat_buffer_printf(message, "nothing describes the terminal \"%s\" (TERM): taken for %s", term,
                               common[i]);
            return common[i];
        }
    }
    plat_buffer_printf(
        message,
        "nothing describes the terminal \"%s\" (TERM), nor xterm, vt100 or linux: install the package "
        "ncurses-base, or set TERMINFO to a folder of terminal descriptions",
        term);
    return NULL;
}

static bool locale_is_utf8(void)
{
    wchar_t c;

    return mbtowc(&c, "\xe2\x96\xb8", 3) == 3 && c == 0x25b8;
}

bool terminal_locale(void)
{
    const char *names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *wanted = "";

    for (size_t i = 0; i < 3 && wanted[0] == '\0'; i++) {
        const char *value = plat_environment(names[i]);

        wanted = value != NULL ? value : "";
    }
    setlocale(LC_CTYPE, "");
    if (!locale_is_utf8() && (strstr(wanted, "UTF-8") || strstr(wanted, "utf8") || strstr(wanted, "UTF8")))
        setlocale(LC_CTYPE, "C.UTF-8");
    return locale_is_utf8();
}
