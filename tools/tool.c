/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

/* The bytes of the character at `p`, 0 when it is none that may be shown. */
static size_t shown_size(const unsigned char *p)
{
    size_t size = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
    if ((*p < ' ' && *p != '\n') || *p == 127 || (*p == 0xc2 && p[1] < 0xa0)) {
        return 0;
    }
    for (size_t i = 1; i < size; i++) {
        if (p[i] == '\0') {
            return 0;
        }
    }
    return plat_utf8_valid((const char *)p, size) ? size : 0;
}

/* In pieces that end with a line where one fits: standard error has no buffer, and a byte a system call takes long. */
void tool_put(FILE *out, const char *text)
{
    char piece[4096];
    size_t size = 0, lines = 0;

    for (const unsigned char *p = (const unsigned char *)text; *p != '\0';) {
        size_t shown = shown_size(p);
        if (size + 4 > sizeof piece) {
            size_t whole = lines > 0 ? lines : size;
            fwrite(piece, 1, whole, out);
            memmove(piece, piece + whole, size - whole);
            size -= whole;
            lines = 0;
        }
        if (shown > 0) {
            memcpy(piece + size, p, shown);
            size += shown;
            p += shown;
        } else {
            piece[size++] = '?';
            p += p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xc0 ? 2 : 1;
        }
        if (piece[size - 1] == '\n')
            lines = size;
    }
    fwrite(piece, 1, size, out);
}

void tool_clean(struct plat_buffer *out, const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0';) {
        size_t shown = *p == '\n' ? 0 : shown_size(p);
        if (shown > 0)
            plat_buffer_append(out, p, shown);
        else
            plat_buffer_append_u8(out, '?');
        p += shown > 0 ? shown : p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xc0 ? 2U : 1U;
    }
}

void tool_vsay(const char *format, va_list args)
{
    struct plat_buffer words;
    plat_buffer_init(&words, LIMIT_CERT_FILE);
    plat_buffer_vprintf(&words, format, args);
    const char *text = plat_buffer_text(&words);
    tool_put(stderr, text != NULL ? text : "(there is no room to say what)");
    plat_buffer_free(&words);
}

void tool_error(const char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "cerium %s: ", command);
    tool_vsay(format, args);
    fputc('\n', stderr);
    va_end(args);
}

bool tool_open_registry(const struct tool_context *tool, enum reg_open_mode mode, struct reg_db **db)
{
    struct plat_buffer message;
    plat_buffer_init(&message, 4096);
    win_error error = reg_db_open(tool->registry_path, mode, db, &message);
    if (error != ERROR_SUCCESS) {
        const char *words = plat_buffer_text(&message);
        if (words != NULL && message.size > 0)
            fprintf(stderr, "cerium: %s\n", words);
        else
            fprintf(stderr, "cerium: cannot open the registry %s: %s\n", tool->registry_path,
                    win_error_text(error));
    }
    plat_buffer_free(&message);
    if (error == ERROR_SUCCESS && tool->command != NULL) {
        char what[LIMIT_REG_WHAT];
        snprintf(what, sizeof what, "cerium %s", tool->command);
        reg_db_set_actor(*db, NULL, what);
    }
    return error == ERROR_SUCCESS;
}
