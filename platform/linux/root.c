/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CE paths under a root: every component is looked up in the handle of the directory before it and never through a
 * link, so no spelling and no renaming meanwhile leads out of the root.
 */
#define _GNU_SOURCE
#include "linux/open_file.h"

#include "platform/limits.h"
#include "platform/memory.h"

#include "linux/error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct plat_root {
    int fd;
    char *host_path; /* absolute */
};

win_error plat_root_open(const char *host_directory, struct plat_root **root)
{
    struct plat_root *r = plat_calloc(1, sizeof *r);
    char path[PATH_MAX];
    win_error error = ERROR_SUCCESS;

    *root = NULL;
    if (!r)
        return ERROR_NOT_ENOUGH_MEMORY;
    r->fd = -1;
    if (!realpath(host_directory, path)) {
        error = linux_error(errno);
    } else {
        r->host_path = plat_strdup(path);
        r->fd = r->host_path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
        if (r->fd < 0)
            error = !r->host_path      ? ERROR_NOT_ENOUGH_MEMORY
                    : errno == ENOTDIR ? ERROR_DIRECTORY
                                       : linux_error(errno);
    }
    if (error) {
        plat_root_close(r);
        return error;
    }
    *root = r;
    return ERROR_SUCCESS;
}

void plat_root_close(struct plat_root *root)
{
    if (!root)
        return;
    if (root->fd >= 0)
        close(root->fd);
    plat_free(root->host_path);
    plat_free(root);
}

/* The next component in `name`: false at the end of the path (or on an error). */
static bool next_component(const char **path, char name[LINUX_NAME_SIZE], win_error *error)
{
    for (;;) {
        const char *start = *path + strspn(*path, "\\/");
        size_t size = strcspn(start, "\\/");

        *path = start + size;
        if (size == 0)
            return false;
        if (size == 1 && start[0] == '.')
            continue;
        if (size == 2 && start[0] == '.' && start[1] == '.')
            *error = ERROR_ACCESS_DENIED;
        else if (size >= LINUX_NAME_SIZE)
            *error = ERROR_FILENAME_EXCED_RANGE;
        else if (!linux_name_is_plain(start, size))
            *error = ERROR_INVALID_NAME;
        if (*error)
            return false;
        memcpy(name, start, size);
        name[size] = '\0';
        return true;
    }
}

/* Where a walk has got to: a directory, and the entry of it that the path ends with ("" = the directory itself). */
struct place {
    int directory; /* owned */
    char name[LINUX_NAME_SIZE];
};

/* Steps into the directory `place->name`. */
static win_error enter(struct place *place)
{
    int next = openat(place->directory, place->name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;

    if (next < 0) {
        if (errno != ENOTDIR)
            return errno == ENOENT ? ERROR_PATH_NOT_FOUND : linux_error(errno);
        /* A link, or a file where a directory should be? Only the error depends on it. */
        if (fstatat(place->directory, place->name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
            return ERROR_PATH_NOT_FOUND;
        return ERROR_ACCESS_DENIED;
    }
    close(place->directory);
    place->directory = next;
    place->name[0] = '\0';
    return ERROR_SUCCESS;
}

static win_error step(struct place *place, const char *component, bool first, struct plat_buffer *spelling)
{
    win_error error = first ? ERROR_SUCCESS : enter(place);

    if (error)
        return error;
    error = linux_find_entry(place->directory, component, place->name);
    if (error)
        return error;
    if (spelling) {
        plat_buffer_append_u8(spelling, '/');
        plat_buffer_append_text(spelling, place->name);
    }
    return ERROR_SUCCESS;
}

/* On success the caller closes place->directory. */
static win_error walk(struct plat_root *root, const char *path, struct place *place,
                      struct plat_buffer *spelling)
{
    char component[LINUX_NAME_SIZE];
    win_error error = ERROR_SUCCESS;
    unsigned depth = 0;

    if (strlen(path) >= LIMIT_PATH_SIZE)
        return ERROR_FILENAME_EXCED_RANGE;
    place->name[0] = '\0';
    place->directory = openat(root->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place->directory < 0)
        return linux_error(errno);
    while (!error && next_component(&path, component, &error)) {
        const char *rest = path;
        char ignored[LINUX_NAME_SIZE];
        win_error later = ERROR_SUCCESS;

        if (++depth > LIMIT_PATH_DEPTH)
            error = ERROR_FILENAME_EXCED_RANGE;
        else
            error = step(place, component, depth == 1, spelling);
        if (error == ERROR_FILE_NOT_FOUND && (next_component(&rest, ignored, &later) || later))
            error = ERROR_PATH_NOT_FOUND; /* not the last component */
    }
    if (error)
        close(place->directory);
    return error;
}

win_error plat_root_open_file(struct plat_root *root, const char *ce_path, struct plat_file **file)
{
    struct place place;
    win_error error;

    *file = NULL;
    error = walk(root, ce_path, &place, NULL);
    if (error)
        return error;
    error = linux_open_entry(place.directory, place.name[0] ? place.name : ".", file);
    close(place.directory);
    return error;
}

/* Whoever opens the path by its name must not be led away by a link. */
static win_error check_kind(const struct place *place)
{
    struct stat st;

    if (place->name[0] == '\0')
        return ERROR_SUCCESS;
    if (fstatat(place->directory, place->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return linux_error(errno);
    return S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) ? ERROR_SUCCESS : ERROR_ACCESS_DENIED;
}

win_error plat_root_host_path(struct plat_root *root, const char *ce_path, struct plat_buffer *host_path)
{
    size_t before = host_path->size;
    struct place place;
    win_error error;

    if (strcmp(root->host_path, "/") != 0)
        plat_buffer_append_text(host_path, root->host_path);
    if (host_path->failed)
        return host_path->failed;
    error = walk(root, ce_path, &place, host_path);
    if (!error) {
        error = check_kind(&place);
        close(place.directory);
    }
    if (!error && host_path->size == before)
        plat_buffer_append_u8(host_path, '/');
    if (!error)
        error = host_path->failed;
    if (error && host_path->size > before)
        host_path->size = before;
    return error;
}
