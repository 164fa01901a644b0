/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "support/power_cut/power_cut.h"
#include "support/power_cut/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { REMEMBERED = 65536 };

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    bool installed;
    bool watching;
    bool dead;
    enum power_cut_shm shm;
    uint32_t count;
    uint32_t at;
    int64_t room;
    struct disk_file *written[REMEMBERED]; /* by operation: the file, NULL for all that is no write */
} power = {.room = -1};

struct file {
    sqlite3_file base;
    struct disk_file *disk; /* NULL: not watched */
    bool folder_unsynced;   /* SQLite syncs the folder with the first sync of a journal that it made */
    sqlite3_file *real;
};

/* Counts; true when the power goes at this one. */
static bool cut(struct disk_file *written)
{
    power.count++;
    if (power.count < REMEMBERED)
        power.written[power.count] = written;
    power.dead = power.dead || (power.at && power.count >= power.at);
    return power.dead;
}

static struct file *of(sqlite3_file *f)
{
    return (struct file *)(void *)f;
}

static int file_close(sqlite3_file *f)
{
    return of(f)->real->pMethods->xClose(of(f)->real);
}

static int file_read(sqlite3_file *f, void *data, int size, sqlite3_int64 offset)
{
    if (power.dead)
        return SQLITE_IOERR_READ;
    return of(f)->real->pMethods->xRead(of(f)->real, data, size, offset);
}

/* What the disk has no room for: true, and nothing is written. */
static bool is_full(sqlite3_file *f, sqlite3_int64 end)
{
    sqlite3_int64 size = 0;

    if (power.room < 0 || of(f)->real->pMethods->xFileSize(of(f)->real, &size) != SQLITE_OK || end <= size)
        return false;
    if (end - size > power.room)
        return true;
    power.room -= end - size;
    return false;
}

static int file_write(sqlite3_file *f, const void *data, int size, sqlite3_int64 offset)
{
    struct disk_file *disk = of(f)->disk;

    if (power.dead)
        return SQLITE_IOERR_WRITE;
    if (is_full(f, offset + size))
        return SQLITE_FULL;
    if (disk) {
        disk_write(disk, (uint64_t)offset, data, (size_t)size);
        if (cut(disk))
            return SQLITE_IOERR_WRITE;
    }
    return of(f)->real->pMethods->xWrite(of(f)->real, data, size, offset);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    if (power.dead)
        return SQLITE_IOERR_TRUNCATE;
    if (of(f)->disk) {
        disk_truncate(of(f)->disk, (uint64_t)size);
        if (cut(NULL))
            return SQLITE_IOERR_TRUNCATE;
    }
    return of(f)->real->pMethods->xTruncate(of(f)->real, size);
}

static int file_sync(sqlite3_file *f, int flags)
{
    (void)flags;
    if (power.dead)
        return SQLITE_IOERR_FSYNC;
    if (!of(f)->disk)
        return SQLITE_OK;
    if (cut(NULL)) /* it did not come to an end */
        return SQLITE_IOERR_FSYNC;
    disk_sync(of(f)->disk);
    if (of(f)->folder_unsynced) {
        if (cut(NULL))
            return SQLITE_IOERR_DIR_FSYNC;
        disk_sync_folder();
        of(f)->folder_unsynced = false;
    }
    return SQLITE_OK;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return power.dead ? SQLITE_IOERR_FSTAT : of(f)->real->pMethods->xFileSize(of(f)->real, size);
}

static int file_lock(sqlite3_file *f, int level)
{
    return power.dead ? SQLITE_IOERR_LOCK : of(f)->real->pMethods->xLock(of(f)->real, level);
}

static int file_unlock(sqlite3_file *f, int level)
{
    return of(f)->real->pMethods->xUnlock(of(f)->real, level);
}

static int file_reserved(sqlite3_file *f, int *result)
{
    return power.dead ? SQLITE_IOERR : of(f)->real->pMethods->xCheckReservedLock(of(f)->real, result);
}

static int file_control(sqlite3_file *f, int operation, void *argument)
{
    return of(f)->real->pMethods->xFileControl(of(f)->real, operation, argument);
}

static int file_sector(sqlite3_file *f)
{
    return of(f)->real->pMethods->xSectorSize(of(f)->real);
}

static int file_device(sqlite3_file *f)
{
    return of(f)->real->pMethods->xDeviceCharacteristics(of(f)->real);
}

static int shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **p)
{
    if (power.dead)
        return SQLITE_IOERR_SHMMAP;
    if (power.shm == POWER_CUT_SHM_FAILS)
        return SQLITE_IOERR_SHMMAP;
    if (power.room >= 0 && power.room < size)
        return SQLITE_IOERR_SHMSIZE;
    return of(f)->real->pMethods->xShmMap(of(f)->real, region, size, extend, p);
}

static int shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    if (power.dead && (flags & SQLITE_SHM_LOCK))
        return SQLITE_IOERR_SHMLOCK;
    return of(f)->real->pMethods->xShmLock(of(f)->real, offset, n, flags);
}

static void shm_barrier(sqlite3_file *f)
{
    of(f)->real->pMethods->xShmBarrier(of(f)->real);
}

static int shm_unmap(sqlite3_file *f, int delete)
{
    return of(f)->real->pMethods->xShmUnmap(of(f)->real, delete &&!power.dead);
}

static sqlite3_io_methods methods = {.xClose = file_close,
                                     .xRead = file_read,
                                     .xWrite = file_write,
                                     .xTruncate = file_truncate,
                                     .xSync = file_sync,
                                     .xFileSize = file_size,
                                     .xLock = file_lock,
                                     .xUnlock = file_unlock,
                                     .xCheckReservedLock = file_reserved,
                                     .xFileControl = file_control,
                                     .xSectorSize = file_sector,
                                     .xDeviceCharacteristics = file_device,
                                     .xShmMap = shm_map,
                                     .xShmLock = shm_lock,
                                     .xShmBarrier = shm_barrier,
                                     .xShmUnmap = shm_unmap};
static sqlite3_io_methods methods_without_shm;

/* The disk's part of opening; false = the power goes. */
static bool watch(struct file *file, const char *name, bool is_new, int flags)
{
    file->disk = disk_open(name);
    file->folder_unsynced =
        is_new && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL));
    return !is_new || !cut(NULL);
}

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *f, int flags, int *out_flags)
{
    struct file *file = of(f);
    const char *name;
    int is_there = 0;
    int code;

    (void)vfs;
    memset(file, 0, sizeof *file);
    if (power.dead)
        return SQLITE_CANTOPEN;
    file->real = (sqlite3_file *)(void *)(file + 1);
    if (path)
        power.real->xAccess(power.real, path, SQLITE_ACCESS_EXISTS, &is_there);
    code = power.real->xOpen(power.real, path, file->real, flags, out_flags);
    if (code != SQLITE_OK)
        return code;
    f->pMethods = power.shm == POWER_CUT_SHM_NONE ? &methods_without_shm : &methods;
    if (power.watching && path && disk_holds(path, &name) &&
        !watch(file, name, !is_there && (flags & SQLITE_OPEN_CREATE), flags)) {
        file_close(f);
        f->pMethods = NULL;
        return SQLITE_CANTOPEN;
    }
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    const char *name;

    (void)vfs;
    if (power.dead)
        return SQLITE_IOERR_DELETE;
    if (power.watching && disk_holds(path, &name)) {
        disk_delete(name);
        if (cut(NULL))
            return SQLITE_IOERR_DELETE;
        if (sync_folder) {
            if (cut(NULL))
                return SQLITE_IOERR_DELETE;
            disk_sync_folder();
        }
    }
    return power.real->xDelete(power.real, path, 0);
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *result)
{
    (void)vfs;
    return power.dead ? SQLITE_IOERR_ACCESS : power.real->xAccess(power.real, path, flags, result);
}

/* ---- what the platform does without SQLite: these take the place of libc's ---- */

/* The name in the watched folder that a descriptor (and a name in it) stands for; "" = the folder itself. */
static bool watched_name(int fd, const char *name, char *buffer, size_t size, const char **found)
{
    char link[64];
    ssize_t length;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, buffer, size - 1);
    if (!power.watching || length < 0)
        return false;
    snprintf(buffer + length, size - (size_t)length, "/%s", name ? name : "");
    if (disk_holds(buffer, found))
        return true;
    if (!name)
        buffer[length] = 0;
    return disk_holds(buffer, found);
}

int fsync(int fd)
{
    char path[4096];
    const char *name;

    if (!watched_name(fd, NULL, path, sizeof path, &name))
        return power.real ? 0 : (int)syscall(SYS_fsync, fd);
    if (power.dead || cut(NULL)) {
        errno = EIO;
        return -1;
    }
    if (name[0])
        disk_sync(disk_open(name));
    else
        disk_sync_folder();
    return 0;
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    char path[2][4096];
    const char *names[2];

    if (watched_name(from_folder, from, path[0], sizeof path[0], &names[0]) &&
        watched_name(to_folder, to, path[1], sizeof path[1], &names[1])) {
        if (!power.dead)
            disk_rename(names[0], names[1]);
        if (power.dead || cut(NULL)) {
            errno = EIO;
            return -1;
        }
    }
    return (int)syscall(SYS_renameat, from_folder, from, to_folder, to);
}

void power_cut_install(void)
{
    if (!power.real) {
        power.real = sqlite3_vfs_find(NULL);
        power.vfs = *power.real;
        power.vfs.zName = "power-cut";
        power.vfs.pNext = NULL;
        power.vfs.szOsFile = (int)sizeof(struct file) + power.real->szOsFile;
        power.vfs.xOpen = vfs_open;
        power.vfs.xDelete = vfs_delete;
        power.vfs.xAccess = vfs_access;
        methods.iVersion = 2;
        methods_without_shm = methods;
        methods_without_shm.iVersion = 1;
    }
    if (sqlite3_vfs_register(&power.vfs, 1) != SQLITE_OK)
        abort();
}

void power_cut_uninstall(void)
{
    sqlite3_vfs_unregister(&power.vfs);
    sqlite3_vfs_register(power.real, 1);
}

void power_cut_start(const char *folder, uint32_t at, enum power_cut_shm shm)
{
    power_cut_stop();
    disk_start(folder);
    power.watching = true;
    power.at = at;
    power.shm = shm;
}

void power_cut_stop(void)
{
    disk_stop();
    power.watching = false;
    power.dead = false;
    power.count = 0;
    power.at = 0;
    power.room = -1;
    power.shm = POWER_CUT_SHM_GOOD;
}

bool power_cut_happened(void)
{
    return power.dead;
}

uint32_t power_cut_operations(void)
{
    return power.count;
}

bool power_cut_is_between(uint32_t operation)
{
    const struct disk_file *file;

    if (operation < 2 || operation + 1 >= REMEMBERED || operation >= power.count)
        return false;
    file = power.written[operation];
    return file && power.written[operation - 1] == file && power.written[operation + 1] == file;
}

void power_cut_image(const char *folder, enum power_cut_loss loss, uint32_t seed)
{
    disk_image(folder, loss, seed);
}

void power_cut_disk_room(int64_t bytes)
{
    power.room = bytes;
}

void power_cut_make_folder(const char *path)
{
    if (mkdir(path, 0700) != 0)
        abort();
}

void power_cut_empty_folder(const char *path)
{
    char name[8192];
    struct dirent *entry;
    DIR *dir = opendir(path);

    if (!dir)
        abort();
    while ((entry = readdir(dir)) != NULL) {
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (entry->d_type == DT_REG && unlink(name) != 0)
            abort();
    }
    closedir(dir);
}

void power_cut_write_file(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    close(fd);
}
