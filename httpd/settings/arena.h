/* SPDX-License-Identifier: Apache-2.0 */
/* Where a snapshot's strings live: many small pieces that never move and are freed together. */
#ifndef CERIUM_HTTPD_ARENA_H
#define CERIUM_HTTPD_ARENA_H

#include "platform/bytes.h"

struct httpd_arena;

struct httpd_arena *httpd_arena_create(void);     /* NULL = no memory */
void httpd_arena_free(struct httpd_arena *arena); /* NULL is allowed */
/* A copy with a NUL behind it, which is not part of the span; data NULL = no memory. */
struct plat_span httpd_arena_copy(struct httpd_arena *arena, struct plat_span bytes);
const char *httpd_arena_text(struct httpd_arena *arena, const char *text); /* NULL = no memory */

#endif
