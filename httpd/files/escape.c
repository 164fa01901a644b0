/* SPDX-License-Identifier: Apache-2.0 */
#include "files/escape.h"

#include "platform/text.h"

#include <string.h>

void files_append_url(struct plat_buffer *out, const char *text, bool keep_slashes)
{
    static const char digits[] = "0123456789ABCDEF";

    for (const char *c = text; *c; c++) {
        unsigned char byte = (unsigned char)*c;

        if (plat_ascii_is_alpha(*c) || plat_ascii_is_digit(*c) || strchr("-._~", *c) ||
            (keep_slashes && *c == '/')) {
            plat_buffer_append_u8(out, byte);
        } else {
            const char encoded[3] = {'%', digits[byte >> 4], digits[byte & 15]};

            plat_buffer_append(out, encoded, sizeof encoded);
        }
    }
}

void files_append_html(struct plat_buffer *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        switch (*c) {
        case '&':
            plat_buffer_append_text(out, "&amp;");
            break;
        case '<':
            plat_buffer_append_text(out, "&lt;");
            break;
        case '>':
            plat_buffer_append_text(out, "&gt;");
            break;
        case '"':
            plat_buffer_append_text(out, "&quot;");
            break;
        case '\'':
            plat_buffer_append_text(out, "&#39;");
            break;
        default:
            plat_buffer_append_u8(out, (uint8_t)*c);
        }
    }
}
