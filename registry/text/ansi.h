/* SPDX-License-Identifier: Apache-2.0 */
/* Windows-1252, the "ANSI" of REGEDIT4. Private to text/. */
#ifndef CERIUM_REGISTRY_TEXT_ANSI_H
#define CERIUM_REGISTRY_TEXT_ANSI_H

#include "platform/bytes.h"

void ansi_append_utf8(struct plat_buffer *out, struct plat_span ansi);
void ansi_append_utf16le(struct plat_buffer *out, struct plat_span ansi);
/* (W)UTF-8 or UTF-16LE as Windows-1252; false when there is a character that it lacks, or half a one. */
bool ansi_of_utf8(struct plat_buffer *out, const char *text, size_t size);
bool ansi_of_utf16le(struct plat_buffer *out, struct plat_span text);

#endif
