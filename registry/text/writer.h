/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a .reg file in each dialect. Private to text/. */
#ifndef CERIUM_REGISTRY_TEXT_WRITER_H
#define CERIUM_REGISTRY_TEXT_WRITER_H

#include "registry/regfile.h"

struct writer {
    enum reg_file_dialect dialect;
    struct plat_buffer *file;
    size_t start;            /* of ours in it */
    size_t body;             /* behind the header */
    struct plat_buffer line; /* the one in hand, UTF-8 */
    struct plat_buffer data; /* scratch: a value's text */
    bool is_wide;            /* platform.reg: something is not ASCII */
    bool has_variables;      /* platform.reg: something would be taken for one */
    bool could_be_utf8;      /* REGEDIT4: bytes of hex(1), hex(2) or hex(7) */
    win_error error;
};

void writer_init(struct writer *w, enum reg_file_dialect dialect, struct plat_buffer *file);
void writer_free(struct writer *w);

void writer_header(struct writer *w);
void writer_key(struct writer *w, struct plat_span path, bool is_protected);
/* ERROR_NO_UNICODE_TRANSLATION: the dialect cannot hold this value. */
PLAT_MUST_USE win_error writer_value(struct writer *w, const struct reg_value *value);
void writer_end_key(struct writer *w);
/* What can only be known at the end: a remark on the encoding, the encoding. On an error the file is as it was. */
PLAT_MUST_USE win_error writer_finish(struct writer *w);

#endif
