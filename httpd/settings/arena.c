/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/arena.h"

#include "platform/memory.h"

#include <string.h>

enum { BLOCK_SIZE = 4000 };

struct block {
    struct block *older;
    size_t size, used;
    uint8_t bytes[];
};

struct httpd_arena {
    struct block *newest;
};

struct httpd_arena *httpd_arena_create(void)
{
    return plat_calloc(1, sizeof(struct httpd_arena));
}

void httpd_arena_free(struct httpd_arena *arena)
{
    if (arena == NULL) {
        return;
    }
    for (struct block *block = arena->newest; block != NULL;) {
        struct block *older = block->older;
        plat_free(block);
        block = older;
    }
    plat_free(arena);
}

static struct block *block_with_room(struct httpd_arena *arena, size_t size)
{
    struct block *newest = arena->newest;
    if (newest != NULL && newest->size - newest->used >= size) {
        return newest;
    }
    size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    if (room > SIZE_MAX - sizeof(struct block)) {
        return NULL;
    }
    struct block *block = plat_alloc(sizeof *block + room);
    if (block == NULL) {
        return NULL;
    }
    *block = (struct block){.older = newest, .size = room};
    arena->newest = block;
    return block;
}

struct plat_span httpd_arena_copy(struct httpd_arena *arena, struct plat_span bytes)
{
    struct block *block = bytes.size < SIZE_MAX ? block_with_room(arena, bytes.size + 1) : NULL;
    if (block == NULL) {
        return plat_span_of(NULL, 0);
    }
    uint8_t *copy = block->bytes + block->used;
    if (bytes.size > 0) {
        memcpy(copy, bytes.data, bytes.size);
    }
    copy[bytes.size] = 0;
    block->used += bytes.size + 1;
    return plat_span_of(copy, bytes.size);
}

const char *httpd_arena_text(struct httpd_arena *arena, const char *text)
{
    return (const char *)httpd_arena_copy(arena, plat_span_of(text, strlen(text))).data;
}
