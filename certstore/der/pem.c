/* SPDX-License-Identifier: Apache-2.0 */
#include "der/pem.h"
#include "platform/text.h"

#include <string.h>

#define LINE_BYTES 48U /* 64 characters of base64 */

static struct plat_span from(struct plat_span text, size_t offset)
{
    return text.size == 0 ? text : plat_span_of(text.data + offset, text.size - offset);
}

/* Offset of `word` in the text; text.size when it is not there. */
static size_t find(struct plat_span text, const char *word)
{
    size_t size = strlen(word);
    for (size_t i = 0; i + size <= text.size; i++) {
        if (memcmp(text.data + i, word, size) == 0) {
            return i;
        }
    }
    return text.size;
}

bool pem_present(struct plat_span text)
{
    return find(text, "-----BEGIN ") != text.size;
}

bool pem_label_is(const struct pem_block *block, const char *label)
{
    return plat_span_equal(block->label, plat_span_of(label, strlen(label)));
}

/* The size of the label that starts the text and ends in "-----"; 0 = none on this line. */
static size_t label_size(struct plat_span text)
{
    size_t size = 0;
    while (size < text.size && text.data[size] >= ' ' && text.data[size] <= '~' && text.data[size] != '-') {
        size++;
    }
    return text.size - size >= 5 && memcmp(text.data + size, "-----", 5) == 0 ? size : 0;
}

/* Header lines (RFC 1421) end at an empty line; only OpenSSL's old key format has them. */
static void skip_headers(struct pem_block *block)
{
    if (memchr(block->body.data, ':', block->body.size) == NULL) {
        return;
    }
    block->encrypted = find(block->body, "ENCRYPTED") != block->body.size;
    size_t end = find(block->body, "\n\n");
    size_t end_crlf = find(block->body, "\n\r\n");
    block->body = from(block->body, end < end_crlf ? end : end_crlf);
}

enum pem_result pem_next(struct plat_span *text, struct pem_block *block)
{
    *block = (struct pem_block){0};
    size_t begin = find(*text, "-----BEGIN ");
    if (begin == text->size) {
        *text = from(*text, begin);
        return PEM_END;
    }
    struct plat_span rest = from(*text, begin + 11);
    size_t size = label_size(rest);
    if (size == 0) {
        return PEM_BROKEN;
    }
    block->label = plat_span_of(rest.data, size);
    rest = from(rest, size + 5);
    size_t end = find(rest, "-----END ");
    struct plat_span tail = from(rest, end);
    if (tail.size < 9 || label_size(from(tail, 9)) != size ||
        memcmp(tail.data + 9, block->label.data, size) != 0) {
        return PEM_BROKEN;
    }
    block->body = plat_span_of(rest.data, end);
    *text = from(tail, 9 + size + 5);
    skip_headers(block);
    return PEM_BLOCK;
}

win_error pem_decode(const struct pem_block *block, struct plat_buffer *out)
{
    return plat_base64_decode(out, (const char *)block->body.data, block->body.size, true);
}

void pem_write(struct plat_buffer *out, const char *label, struct plat_span bytes)
{
    plat_buffer_printf(out, "-----BEGIN %s-----\n", label);
    for (size_t i = 0; i < bytes.size; i += LINE_BYTES) {
        size_t size = bytes.size - i < LINE_BYTES ? bytes.size - i : LINE_BYTES;
        plat_base64_append(out, plat_span_of(bytes.data + i, size));
        plat_buffer_append_u8(out, '\n');
    }
    plat_buffer_printf(out, "-----END %s-----\n", label);
}
