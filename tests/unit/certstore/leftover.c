/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The linker puts these functions before those of the heap (--wrap). A header of our own tells each block's
 * size.
 */
#include "leftover.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

void *__real_plat_alloc(size_t size);
void *__real_plat_realloc(void *p, size_t size);
void __real_plat_free(void *p);
void *__wrap_plat_alloc(size_t size);
void *__wrap_plat_calloc(size_t count, size_t size);
void *__wrap_plat_realloc(void *p, size_t size);
void __wrap_plat_free(void *p);
char *__wrap_plat_strndup(const char *s, size_t n);
char *__wrap_plat_strdup(const char *s);
void *__wrap_plat_memdup(const void *p, size_t n);

#define HEADER alignof(max_align_t)

static struct {
    const void *bytes;
    size_t size;
} secrets[LEFTOVER_SECRETS];
static unsigned secret_count, found;

void leftover_watch(const void *secret, size_t size)
{
    secrets[secret_count].bytes = secret;
    secrets[secret_count++].size = size;
}

unsigned leftover_stop(void)
{
    unsigned result = found;
    secret_count = 0;
    found = 0;
    return result;
}

static void look(const uint8_t *block, size_t size)
{
    for (unsigned i = 0; i < secret_count; i++) {
        for (size_t at = 0; at + secrets[i].size <= size; at++) {
            if (memcmp(block + at, secrets[i].bytes, secrets[i].size) == 0) {
                found++;
                return;
            }
        }
    }
}

static size_t size_of(const void *p)
{
    size_t size;
    memcpy(&size, (const uint8_t *)p - HEADER, sizeof size);
    return size;
}

static void *hand_out(void *block, size_t size)
{
    if (block == NULL) {
        return NULL;
    }
    memcpy(block, &size, sizeof size);
    return (uint8_t *)block + HEADER;
}

void *__wrap_plat_alloc(size_t size)
{
    return size == 0 || size > SIZE_MAX - HEADER ? NULL : hand_out(__real_plat_alloc(size + HEADER), size);
}

void *__wrap_plat_calloc(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    void *p = __wrap_plat_alloc(count * size);
    return p == NULL ? NULL : memset(p, 0, count * size);
}

void __wrap_plat_free(void *p)
{
    if (p != NULL) {
        look(p, size_of(p));
        __real_plat_free((uint8_t *)p - HEADER);
    }
}

/* Always moves, so that the old block is seen. */
void *__wrap_plat_realloc(void *p, size_t size)
{
    void *moved = __wrap_plat_alloc(size);
    if (moved != NULL && p != NULL) {
        memcpy(moved, p, size < size_of(p) ? size : size_of(p));
        __wrap_plat_free(p);
    }
    return moved;
}

void *__wrap_plat_memdup(const void *p, size_t n)
{
    void *copy = __wrap_plat_alloc(n == 0 ? 1 : n);
    return copy == NULL || n == 0 ? copy : memcpy(copy, p, n);
}

char *__wrap_plat_strndup(const char *s, size_t n)
{
    char *copy = __wrap_plat_alloc(n + 1);
    if (copy != NULL) {
        memcpy(copy, s, n);
        copy[n] = '\0';
    }
    return copy;
}

char *__wrap_plat_strdup(const char *s)
{
    return __wrap_plat_strndup(s, strlen(s));
}
