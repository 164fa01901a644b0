/* SPDX-License-Identifier: Apache-2.0 */
#include "reg/terminal.h"

#include "tool.h"

#include "platform/clock.h"
#include "platform/process.h"

#include <string.h>

/* From here on an import takes long enough to be watched. */
enum { PATIENCE_MS = 300 };

static struct plat_buffer *held;

void regtool_hold(struct plat_buffer *text)
{
    held = text;
}

void regtool_write(const char *text)
{
    if (held)
        plat_buffer_append_text(held, text);
    else
        fputs(text, stdout);
}

void regtool_put(const char *text)
{
    if (!plat_is_terminal(PLAT_STDOUT)) {
        regtool_write(text);
        return;
    }
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        bool is_c1 = p[0] == 0xC2 && p[1] >= 0x80 && p[1] < 0xA0;    /* a control character of two bytes */
        bool is_half = p[0] == 0xED && p[1] >= 0xA0 && p[2] >= 0x80; /* a lone surrogate: three */

        const char shown[] = {*p < ' ' || *p == 127 || is_c1 || is_half ? '?' : (char)*p, 0};

        regtool_write(shown);
        p += is_half ? 2 : is_c1;
    }
}

static bool is_clever(enum plat_stream stream)
{
    const char *term = plat_environment("TERM");

    return plat_is_terminal(stream) && term && term[0] && strcmp(term, "dumb") != 0;
}

void regtool_colour(enum regtool_colour colour)
{
    static const char *const codes[] = {"\033[0m", "\033[1;36m", "\033[31m", "\033[32m", "\033[2m"};
    static enum { NOT_ASKED, NO, YES } wanted;

    if (wanted == NOT_ASKED) {
        const char *no_color = plat_environment("NO_COLOR");

        wanted = is_clever(PLAT_STDOUT) && !(no_color && no_color[0]) ? YES : NO;
    }
    if (wanted == YES)
        regtool_write(codes[colour]);
}

void regtool_progress_start(struct regtool_progress *progress, const char *name)
{
    *progress = (struct regtool_progress){
        .name = name, .wanted = is_clever(PLAT_STDERR), .started = plat_clock_monotonic_ms()};
}

void regtool_progress_step(struct regtool_progress *progress, size_t done, size_t all)
{
    size_t percent = all > 0 ? (size_t)((uint64_t)done * 100 / all) : 100;

    if (!progress->wanted || (progress->shown && percent == progress->percent) ||
        plat_clock_monotonic_ms() - progress->started < PATIENCE_MS)
        return;
    progress->shown = true;
    progress->percent = percent;
    fputs("\r\033[K", stderr);
    tool_put(stderr, progress->name);
    fprintf(stderr, ": %zu %%", percent);
    fflush(stderr);
}

void regtool_progress_wipe(struct regtool_progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
}
