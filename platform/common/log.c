/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/log.h"
#include "platform/limits.h"

#include "common/log_output.h"
#include "common/units.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static plat_log_sink log_sink;
static void *log_context;
static atomic_int log_level = PLAT_LOG_ACCESS;

void plat_log_set_sink(plat_log_sink sink, void *context)
{
    log_sink = sink;
    log_context = context;
}

void plat_log_set_level(enum plat_log_level most_verbose)
{
    atomic_store(&log_level, (int)most_verbose);
}

static const char *prefix_of(enum plat_log_level level)
{
    switch (level) {
    case PLAT_LOG_ERROR:
        return "cerium: error: ";
    case PLAT_LOG_WARNING:
        return "cerium: warning: ";
    case PLAT_LOG_INFO:
        return "cerium: info: ";
    case PLAT_LOG_DEBUG:
        return "cerium: debug: ";
    case PLAT_LOG_ACCESS:
        break;
    }
    return "";
}

/* C0, DEL and C1: the last open terminal escape sequences in UTF-8, too. */
static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

struct line {
    char text[LIMIT_LOG_LINE];
    size_t size;
};

/* Room stays for "..." and the newline. */
static bool put(struct line *line, const char *s, size_t size)
{
    if (size > sizeof line->text - 4 - line->size)
        return false;
    memcpy(line->text + line->size, s, size);
    line->size += size;
    return true;
}

static bool put_escaped(struct line *line, const uint8_t *s, size_t size)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < size; i++) {
        const char escape[4] = {'\\', 'x', hex[s[i] >> 4], hex[s[i] & 15]};

        if (!put(line, escape, sizeof escape))
            return false;
    }
    return true;
}

/* The text, escaped; false when the line is full. */
static bool put_text(struct line *line, const char *s, size_t size)
{
    const uint8_t *next = (const uint8_t *)s;
    const uint8_t *end = next + size;

    while (next != end) {
        uint32_t code;
        size_t length = utf8_sequence(next, (size_t)(end - next), false, &code);
        bool plain = length > 0 && !is_control(code);

        if (length == 0)
            length = 1;
        if (plain ? !put(line, (const char *)next, length) : !put_escaped(line, next, length))
            return false;
        next += length;
    }
    return true;
}

void plat_log(enum plat_log_level level, const char *format, ...)
{
    char raw[LIMIT_LOG_LINE];
    struct line line = {.size = 0};
    const char *prefix = prefix_of(level);
    va_list args;
    int length;
    bool whole;

    if ((int)level > atomic_load_explicit(&log_level, memory_order_relaxed))
        return;
    va_start(args, format);
    length = vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    if (length < 0)
        return;
    whole = put(&line, prefix, strlen(prefix));
    whole = put_text(&line, raw, (size_t)length < sizeof raw ? (size_t)length : sizeof raw - 1) && whole;
    if (!whole || (size_t)length >= sizeof raw) {
        memcpy(line.text + line.size, "...", 3);
        line.size += 3;
    }
    line.text[line.size++] = '\n';
    if (log_sink)
        log_sink(log_context, level, line.text, line.size);
    else
        plat_log_output(line.text, line.size);
}
