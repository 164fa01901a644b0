/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/fold.h"
#include "certstore/cert.h"
#include "platform/text.h"

#include <string.h>

struct range {
    uint32_t first, last;
};

/* RFC 4518 section 2.2, "mapped to nothing". */
static const struct range dropped[] = {
    {0x0000, 0x0008}, {0x000e, 0x001f}, {0x007f, 0x0084},   {0x0086, 0x009f},   {0x00ad, 0x00ad},
    {0x034f, 0x034f}, {0x06dd, 0x06dd}, {0x070f, 0x070f},   {0x1806, 0x1806},   {0x180b, 0x180e},
    {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2063},   {0x206a, 0x206f},   {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff}, {0xfff9, 0xfffc}, {0x1d173, 0x1d17a}, {0xe0001, 0xe0001}, {0xe0020, 0xe007f},
};

/* The same section, "mapped to SPACE". */
static const struct range blanks[] = {
    {0x0009, 0x000d}, {0x0020, 0x0020}, {0x0085, 0x0085}, {0x00a0, 0x00a0}, {0x1680, 0x1680},
    {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
};

static bool within(uint32_t c, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count && ranges[i].first <= c; i++) {
        if (c <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

static uint32_t upper(uint32_t c)
{
    if (c < 0x80U) {
        return c >= 'a' && c <= 'z' ? c - 0x20U : c;
    }
    return c <= 0xffffU ? plat_upcase((uint16_t)c) : c;
}

struct cert_fold cert_fold_of(unsigned tag, struct plat_span text)
{
    return (struct cert_fold){.tag = tag, .text = text};
}

uint32_t cert_fold_next(struct cert_fold *fold)
{
    if (fold->held != 0) {
        uint32_t c = fold->held;
        fold->held = 0;
        return c;
    }
    bool blank = false;
    for (;;) {
        uint32_t c = der_string_next(fold->tag, fold->text, &fold->position);
        if (c == UINT32_MAX) {
            return CERT_FOLD_END; /* a blank before the end is trimmed */
        }
        bool plain = c > 0x20U && c < 0x7fU;
        if (!plain && within(c, blanks, sizeof blanks / sizeof blanks[0])) {
            blank = fold->started;
        } else if (plain || !within(c, dropped, sizeof dropped / sizeof dropped[0])) {
            fold->started = true;
            if (blank) {
                fold->held = upper(c);
                return ' ';
            }
            return upper(c);
        }
    }
}

bool cert_fold_equal(struct cert_fold a, struct cert_fold b)
{
    for (;;) {
        uint32_t c = cert_fold_next(&a);
        if (c != cert_fold_next(&b)) {
            return false;
        }
        if (c == CERT_FOLD_END) {
            return true;
        }
    }
}

bool cert_text_match(const char *a, const char *b)
{
    struct plat_span text_a = plat_span_of(a, strlen(a));
    struct plat_span text_b = plat_span_of(b, strlen(b));
    if (!der_string_valid(DER_UTF8_STRING, text_a) || !der_string_valid(DER_UTF8_STRING, text_b)) {
        return plat_span_equal(text_a, text_b);
    }
    return cert_fold_equal(cert_fold_of(DER_UTF8_STRING, text_a), cert_fold_of(DER_UTF8_STRING, text_b));
}

void cert_text_fold(struct plat_buffer *out, const char *text)
{
    struct plat_span span = plat_span_of(text, strlen(text));
    if (!der_string_valid(DER_UTF8_STRING, span)) {
        plat_buffer_append(out, span.data, span.size);
        return;
    }
    struct cert_fold fold = cert_fold_of(DER_UTF8_STRING, span);
    uint32_t c;
    while ((c = cert_fold_next(&fold)) != CERT_FOLD_END) {
        der_append_code_point(out, c);
    }
}
