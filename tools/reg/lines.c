/* SPDX-License-Identifier: Apache-2.0 */
#include "reg/lines.h"

#include "reg/regtool.h"
#include "reg/terminal.h"

#include "platform/clock.h"
#include "platform/limits.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

void lines_init(struct lines *lines)
{
    *lines = (struct lines){.title = NULL};
    plat_buffer_init(&lines->key, 8 * (size_t)LIMIT_REG_PATH);
    plat_buffer_init(&lines->text, 4 * (size_t)LIMIT_REG_DATA);
}

void lines_free(struct lines *lines)
{
    plat_buffer_free(&lines->key);
    plat_buffer_free(&lines->text);
}

/* Whether there is room for one more; counts it. */
static bool begin(struct lines *lines)
{
    if (lines->most > 0 && lines->printed == lines->most) {
        lines->dropped++;
        return false;
    }
    if (lines->printed++ == 0 && lines->title) {
        regtool_put(lines->title);
        regtool_write("\n");
    }
    return true;
}

static void colour_of(char mark)
{
    regtool_colour(mark == '+' ? REGTOOL_IS : mark == '-' ? REGTOOL_WAS : REGTOOL_KEY);
}

void lines_key(struct lines *lines, char mark, const char *path, const char *note)
{
    plat_buffer_clear(&lines->key);
    plat_buffer_append_text(&lines->key, path);
    if (!begin(lines))
        return;
    colour_of(mark);
    regtool_write((const char[]){mark, ' ', 0});
    regtool_put(path);
    if (note) {
        regtool_write("    ");
        regtool_put(note);
    }
    regtool_colour(REGTOOL_PLAIN);
    regtool_write("\n");
}

void lines_value(struct lines *lines, char mark, const char *path, const struct reg_value *value,
                 bool is_protected)
{
    const char *key = plat_buffer_text(&lines->key);
    const char *type = regtool_type_name(value->type);
    const char *data;
    char number[16];

    if (!key || strcmp(key, path) != 0)
        lines_key(lines, ' ', path, NULL);
    if (!begin(lines))
        return;
    plat_buffer_clear(&lines->text);
    if (is_protected)
        plat_buffer_append_text(&lines->text, "(protected)");
    else
        regtool_data_text(&lines->text, value->type, value->data, "\\0");
    data = plat_buffer_text(&lines->text);
    colour_of(mark);
    regtool_write((const char[]){mark, 0});
    regtool_write("     ");
    regtool_put(value->name[0] ? value->name : "(Default)");
    if (!type) {
        snprintf(number, sizeof number, "0x%" PRIx32, value->type);
        type = number;
    }
    regtool_write("    ");
    regtool_write(type);
    regtool_write("    ");
    regtool_put(data ? data : "(no memory to show it)");
    regtool_colour(REGTOOL_PLAIN);
    regtool_write("\n");
}

void lines_change(struct lines *lines, const struct reg_change *change)
{
    struct plat_buffer note;
    const char *text;

    switch (change->kind) {
    case REG_KEY_MADE:
        lines_key(lines, '+', change->key, NULL);
        break;
    case REG_KEY_DELETED:
        lines_key(lines, '-', change->key, NULL);
        break;
    case REG_KEY_CHANGED:
        lines_key(lines, ' ', change->key, "(its class or flags)");
        break;
    case REG_KEY_RENAMED:
        plat_buffer_init(&note, LIMIT_REG_PATH);
        plat_buffer_printf(&note, "-> %s", change->name);
        text = plat_buffer_text(&note);
        lines_key(lines, ' ', change->key, text ? text : "(renamed)");
        plat_buffer_free(&note);
        break;
    case REG_VALUE_SET:
        if (change->had_before)
            lines_value(lines, '-', change->key, &change->before, change->is_protected);
        lines_value(lines, '+', change->key, &change->after, change->is_protected);
        break;
    case REG_VALUE_DELETED:
        lines_value(lines, '-', change->key, &change->before, change->is_protected);
        break;
    }
}

void lines_time(int64_t unix_seconds, char text[LINES_TIME_SIZE])
{
    struct plat_date d = plat_date_of(unix_seconds);

    snprintf(text, LINES_TIME_SIZE, "%04" PRId32 "-%02u-%02u %02u:%02u:%02uZ", d.year, d.month, d.day, d.hour,
             d.minute, d.second);
}

void lines_entry(struct plat_buffer *text, const struct reg_history_entry *entry)
{
    char time[LINES_TIME_SIZE];

    lines_time(entry->time, time);
    plat_buffer_printf(text, "%" PRIu64 "  %s  %s  ", entry->id, time, entry->who);
    if (entry->keys > 0)
        plat_buffer_printf(text, "%" PRIu32 " key%s", entry->keys, entry->keys == 1 ? "" : "s");
    if (entry->keys > 0 && entry->values > 0)
        plat_buffer_append_text(text, ", ");
    if (entry->values > 0 || entry->keys == 0)
        plat_buffer_printf(text, "%" PRIu32 " value%s", entry->values, entry->values == 1 ? "" : "s");
    plat_buffer_printf(text, "  %s", entry->what[0] ? entry->what : "(by a program that gave no name)");
    if (entry->undone > 0)
        plat_buffer_printf(text, " (undone by %" PRIu64 ")", entry->undone);
    if (!entry->complete)
        plat_buffer_append_text(text, " (too large: not kept, cannot be undone)");
}
