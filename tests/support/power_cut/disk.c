/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "support/power_cut/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES_MOST = 32, NAME_SIZE = 64, PATH_SIZE = 4096, SECTOR = 512 };

struct bytes {
    unsigned char *data;
    size_t size;
    size_t room;
};

/* One thing done since the last sync. A truncation has no data. */
struct change {
    struct change *next;
    uint64_t offset;
    size_t size;
    unsigned char *data;
};

struct disk_file {
    struct disk_file *next;
    struct bytes safe;
    struct change *first;
    struct change **last;
};

static struct {
    char folder[PATH_SIZE];
    struct disk_file *files;
    struct {
        char name[NAME_SIZE];
        struct disk_file *now;
        struct disk_file *safe;
    } names[NAMES_MOST];
    size_t count;
} disk;

static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

static void resize(struct bytes *b, size_t size)
{
    if (size >= b->room) {
        b->room = 2 * size + 4096;
        b->data = must(realloc(b->data, b->room));
    }
    if (size > b->size)
        memset(b->data + b->size, 0, size - b->size);
    b->size = size;
}

static void put(struct bytes *b, uint64_t offset, const unsigned char *data, size_t size)
{
    size_t end = (size_t)offset + size;

    if (end > b->size)
        resize(b, end);
    memcpy(b->data + offset, data, size);
}

static void forget_changes(struct disk_file *file)
{
    while (file->first) {
        struct change *change = file->first;

        file->first = change->next;
        free(change->data);
        free(change);
    }
    file->last = &file->first;
}

static struct disk_file *new_file(void)
{
    struct disk_file *file = must(calloc(1, sizeof *file));

    file->last = &file->first;
    file->next = disk.files;
    disk.files = file;
    return file;
}

void disk_stop(void)
{
    while (disk.files) {
        struct disk_file *file = disk.files;

        disk.files = file->next;
        forget_changes(file);
        free(file->safe.data);
        free(file);
    }
    memset(&disk, 0, sizeof disk);
}

static void read_file(const char *name, struct bytes *out)
{
    char path[PATH_SIZE + 256];
    struct stat st;
    int fd;

    snprintf(path, sizeof path, "%s/%s", disk.folder, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &st) != 0)
        abort();
    resize(out, (size_t)st.st_size);
    if (read(fd, out->data, out->size) != (ssize_t)out->size)
        abort();
    close(fd);
}

static size_t find_name(const char *name)
{
    size_t i = 0;

    while (i < disk.count && strcmp(disk.names[i].name, name) != 0)
        i++;
    if (i == disk.count) {
        if (i == NAMES_MOST || strlen(name) >= NAME_SIZE)
            abort();
        strcpy(disk.names[i].name, name);
        disk.count++;
    }
    return i;
}

/* Neither lives through a power cut in any way that matters: the one is made anew, the other is a counter. */
static bool is_passing(const char *name)
{
    size_t size = strlen(name);

    return (size > 4 && strcmp(name + size - 4, "-shm") == 0) ||
           (size > 5 && strcmp(name + size - 5, ".bell") == 0);
}

void disk_start(const char *folder)
{
    struct dirent *entry;
    DIR *dir;

    disk_stop();
    snprintf(disk.folder, sizeof disk.folder, "%s", folder);
    dir = must(opendir(folder));
    while ((entry = readdir(dir)) != NULL) {
        size_t i;

        if (entry->d_name[0] == '.' || entry->d_type != DT_REG || is_passing(entry->d_name))
            continue;
        i = find_name(entry->d_name);
        disk.names[i].now = disk.names[i].safe = new_file();
        read_file(entry->d_name, &disk.names[i].now->safe);
    }
    closedir(dir);
}

bool disk_holds(const char *path, const char **name)
{
    size_t size = strlen(disk.folder);

    if (size == 0 || strncmp(path, disk.folder, size) != 0 || path[size] != '/' ||
        strchr(path + size + 1, '/') || is_passing(path))
        return false;
    *name = path + size + 1;
    return true;
}

struct disk_file *disk_open(const char *name)
{
    size_t i = find_name(name);

    if (!disk.names[i].now)
        disk.names[i].now = new_file();
    return disk.names[i].now;
}

static void add_change(struct disk_file *file, uint64_t offset, const void *data, size_t size)
{
    struct change *change = must(calloc(1, sizeof *change));

    change->offset = offset;
    change->size = size;
    if (data) {
        change->data = must(malloc(size + 1));
        memcpy(change->data, data, size);
    }
    *file->last = change;
    file->last = &change->next;
}

void disk_write(struct disk_file *file, uint64_t offset, const void *data, size_t size)
{
    add_change(file, offset, data, size);
}

void disk_truncate(struct disk_file *file, uint64_t size)
{
    add_change(file, size, NULL, 0);
}

void disk_sync(struct disk_file *file)
{
    for (const struct change *c = file->first; c; c = c->next) {
        if (c->data)
            put(&file->safe, c->offset, c->data, c->size);
        else if (c->offset < file->safe.size)
            resize(&file->safe, (size_t)c->offset);
    }
    forget_changes(file);
}

void disk_delete(const char *name)
{
    disk.names[find_name(name)].now = NULL;
}

void disk_rename(const char *from, const char *to)
{
    size_t i = find_name(to);

    disk.names[i].now = disk_open(from);
    disk_delete(from);
}

void disk_sync_folder(void)
{
    for (size_t i = 0; i < disk.count; i++)
        disk.names[i].safe = disk.names[i].now;
}

/* ---- after the cut ---- */

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13; /* xorshift32 */
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static bool survives(enum power_cut_loss loss, uint32_t *seed)
{
    return loss == POWER_CUT_KEEPS_ALL || (loss != POWER_CUT_LOSES_ALL && next_random(seed) % 2 == 0);
}

/* A write reaches the disk sector by sector, in no order. */
static void put_torn(struct bytes *content, const struct change *c, uint32_t *seed)
{
    for (size_t done = 0; done < c->size;) {
        size_t piece = SECTOR - (size_t)((c->offset + done) % SECTOR);

        if (piece > c->size - done)
            piece = c->size - done;
        if (next_random(seed) % 2 == 0)
            put(content, c->offset + done, c->data + done, piece);
        done += piece;
    }
}

static void what_is_left(const struct disk_file *file, enum power_cut_loss loss, uint32_t *seed,
                         struct bytes *content)
{
    put(content, 0, file->safe.data ? file->safe.data : (const unsigned char *)"", file->safe.size);
    for (const struct change *c = file->first; c; c = c->next) {
        if (c->data && loss == POWER_CUT_TEARS)
            put_torn(content, c, seed);
        else if (!survives(loss, seed))
            continue;
        else if (c->data)
            put(content, c->offset, c->data, c->size);
        else if (c->offset < content->size)
            resize(content, (size_t)c->offset);
    }
}

static void write_image(const char *folder, const char *name, const struct bytes *content)
{
    char path[PATH_SIZE + 256];
    int fd;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, content->data, content->size) != (ssize_t)content->size)
        abort();
    close(fd);
}

void disk_image(const char *folder, enum power_cut_loss loss, uint32_t seed)
{
    seed = seed * 2654435761U + 1U;
    for (size_t i = 0; i < disk.count; i++) {
        struct disk_file *file = survives(loss, &seed) ? disk.names[i].now : disk.names[i].safe;
        struct bytes content = {0};

        if (!file)
            continue;
        resize(&content, 0);
        what_is_left(file, loss, &seed, &content);
        write_image(folder, disk.names[i].name, &content);
        free(content.data);
    }
}
