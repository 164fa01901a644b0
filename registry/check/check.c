/* SPDX-License-Identifier: Apache-2.0 */
/* Looking a registry over: names and their folds, sizes, permissions; the rest is sqlite/check.c's. */
#include "check/raw.h"
#include "check/rules.h"
#include "core/record.h"

#include "platform/file.h"
#include "platform/limits.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

struct checking {
    struct rules rules;
    reg_check_tell tell;
    void *context;
    struct reg_check_result *result;
    struct plat_buffer line;
};

static void on_tell(void *context, bool is_fault, const char *text)
{
    struct checking *c = context;

    *(is_fault ? &c->result->faults : &c->result->warnings) += 1;
    if (c->tell)
        c->tell(c->context, is_fault, text);
}

static void say(struct checking *c, bool is_fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say(struct checking *c, bool is_fault, const char *format, ...)
{
    const char *text;
    va_list args;

    plat_buffer_clear(&c->line);
    va_start(args, format);
    plat_buffer_vprintf(&c->line, format, args);
    va_end(args);
    text = plat_buffer_text(&c->line);
    on_tell(c, is_fault, text ? text : "something is wrong that there is no memory to describe");
}

static int shown(struct plat_span name)
{
    return name.size > 300 ? 300 : (int)name.size;
}

static void on_key(void *context, const struct raw_key *row)
{
    struct checking *c = context;

    c->result->keys++;
    switch (rules_name(&c->rules, row->name, row->fold, true)) {
    case RULES_GOOD:
        break;
    case RULES_BAD_NAME:
        say(c, true, "key %" PRIu64 " has a name that no key may have", row->id);
        break;
    case RULES_BAD_FOLD:
        say(c, true, "key %" PRIu64 " (\"%.*s\") is not filed under its name: it cannot be found", row->id,
            shown(row->name), (const char *)row->name.data);
        break;
    }
}

static void on_value(void *context, const struct raw_value *row)
{
    struct checking *c = context;

    c->result->values++;
    switch (rules_name(&c->rules, row->name, row->fold, false)) {
    case RULES_GOOD:
        break;
    case RULES_BAD_NAME:
        say(c, true, "a value of key %" PRIu64 " has a name that no value may have", row->key);
        return;
    case RULES_BAD_FOLD:
        say(c, true, "the value \"%.*s\" of key %" PRIu64 " is not filed under its name: it cannot be found",
            shown(row->name), row->name.size ? (const char *)row->name.data : "", row->key);
        break;
    }
    if (row->data.size > LIMIT_REG_DATA)
        say(c, true, "the value \"%.*s\" of key %" PRIu64 " has %zu bytes, more than a value may have",
            shown(row->name), row->name.size ? (const char *)row->name.data : "", row->key, row->data.size);
    if (row->name.size > 0 &&
        plat_utf16_units((const char *)row->name.data, row->name.size) > LIMIT_CE_VALUE_NAME)
        say(c, false, "the value \"%.*s...\" of key %" PRIu64 " has a longer name than Windows CE takes (%u)",
            40, (const char *)row->name.data, row->key, LIMIT_CE_VALUE_NAME);
}

static void on_entry(void *context, uint64_t id, struct plat_span changes)
{
    struct plat_reader r = plat_reader_of(changes);
    struct record record;

    while (plat_reader_left(&r) > 0) {
        if (!record_get(&r, &record)) {
            say(context, true, "the changes of entry %" PRIu64 " of the history cannot be read", id);
            return;
        }
    }
}

static const char *const suffixes[] = {"", "-wal", "-shm", "-journal", ".bell"};

enum { FILES = sizeof suffixes / sizeof suffixes[0] };

/* Before the file is opened: that makes some of them anew. */
static void read_modes(const char *path, uint32_t modes[FILES])
{
    for (size_t i = 0; i < FILES; i++) {
        struct plat_buffer name;
        struct plat_file_info info;
        const char *text;

        plat_buffer_init(&name, LIMIT_PATH_SIZE + 16);
        plat_buffer_printf(&name, "%s%s", path, suffixes[i]);
        text = plat_buffer_text(&name);
        modes[i] = text && plat_file_stat(text, &info) == ERROR_SUCCESS ? info.mode : 0;
        plat_buffer_free(&name);
    }
}

static void tell_modes(struct checking *c, const char *path, const uint32_t modes[FILES])
{
    const uint32_t unsafe = 0037; /* more than 0640 */

    for (size_t i = 0; i < FILES; i++) {
        if ((modes[i] & unsafe) != 0)
            say(c, false, "%s%s has mode 0%03o: others may get at it; chmod 0600 (or 0640)", path,
                suffixes[i], (unsigned)modes[i]);
    }
}

win_error reg_check(const char *path, reg_check_tell tell, void *context, struct plat_buffer *message,
                    struct reg_check_result *result)
{
    struct checking c = {.tell = tell, .context = context, .result = result};
    const struct raw_listener listener = {&c, on_tell, on_key, on_value, on_entry};
    uint32_t modes[FILES];
    win_error error;

    memset(result, 0, sizeof *result);
    rules_init(&c.rules);
    plat_buffer_init(&c.line, 4096);
    read_modes(path, modes);
    error = raw_look(path, &listener, message);
    if (!error)
        tell_modes(&c, path, modes);
    plat_buffer_free(&c.line);
    rules_free(&c.rules);
    return error;
}
