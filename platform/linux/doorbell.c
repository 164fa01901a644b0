/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The counter in a shared mapping, its low half the futex that waiters sleep on. Who may only read the file hears the
 * bell but cannot ring it for others; where there can be no file, the bell is this process's own.
 */
#define _GNU_SOURCE
#include "platform/doorbell.h"
#include "platform/memory.h"

#include "linux/error.h"
#include "linux/monotonic.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "processes can share only a lock-free counter");
_Static_assert(sizeof(_Atomic uint64_t) == 8, "the file holds 8 bytes");

/* The system call that takes our timespec: on 32-bit machines the old one has 32-bit times. */
#if defined(SYS_futex_time64) && !defined(__LP64__)
#define FUTEX_CALL SYS_futex_time64
#else
#define FUTEX_CALL SYS_futex
#endif

#define READ_ONLY_SLICE_MS 50

struct plat_doorbell {
    _Atomic uint64_t *counter; /* in the mapping, or &own */
    _Atomic uint64_t own;      /* rings of a process that may not write the file, or has none */
    bool mapped;
    bool writable;
};

static uint32_t *low_half(const struct plat_doorbell *bell)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return (uint32_t *)(uintptr_t)bell->counter + 1;
#else
    return (uint32_t *)(uintptr_t)bell->counter;
#endif
}

/* Eight bytes that are really on the disk: a hole in the file could not be filled on a full disk (SIGBUS). */
static win_error give_size(int fd)
{
    static const uint8_t zeros[8];
    struct stat st;
    win_error error = ERROR_SUCCESS;

    /* The lock: two makers must not both write zeros, the later over the other's first ring. */
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return linux_error(errno);
    if (fstat(fd, &st) != 0)
        error = linux_error(errno);
    else if (st.st_size < 8) {
        size_t missing = (size_t)(8 - st.st_size);
        ssize_t n = pwrite(fd, zeros, missing, st.st_size);

        if (n < 0 || (size_t)n != missing)
            error = n < 0 ? linux_error(errno) : ERROR_DISK_FULL;
    }
    (void)flock(fd, LOCK_UN);
    return error;
}

static win_error map(int fd, struct plat_doorbell *bell)
{
    struct stat st;
    win_error error;
    void *memory;

    if (fstat(fd, &st) != 0)
        return linux_error(errno);
    if (!S_ISREG(st.st_mode))
        return ERROR_ACCESS_DENIED;
    error = bell->writable ? give_size(fd) : ERROR_SUCCESS;
    if (error)
        return error;
    if (!bell->writable && st.st_size < 8)
        return ERROR_WRITE_PROTECT; /* not made yet, and we cannot: a bell of our own */
    memory = mmap(NULL, sizeof *bell->counter, bell->writable ? PROT_READ | PROT_WRITE : PROT_READ,
                  MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        return linux_error(errno);
    bell->counter = memory;
    bell->mapped = true;
    return ERROR_SUCCESS;
}

/* For a file that has just been made here, no other: what is found may be a name for somebody else's file. */
static void resemble(int fd, const char *like)
{
    const bool may_give_away = geteuid() == 0;
    struct stat st;

    if (stat(like, &st) != 0 || !S_ISREG(st.st_mode))
        return;
    if (fchown(fd, may_give_away ? st.st_uid : (uid_t)-1, st.st_gid) == 0)
        (void)fchmod(fd, (st.st_mode & 0666) | 0600);
}

static int open_or_make(const char *path, const char *like, int flags)
{
    for (;;) {
        int fd = open(path, O_RDWR | flags);

        if (fd >= 0 || errno != ENOENT)
            return fd;
        fd = open(path, O_RDWR | O_CREAT | O_EXCL | flags, 0600);
        if (fd >= 0 && like)
            resemble(fd, like);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
}

static win_error open_file(const char *path, const char *like, struct plat_doorbell *bell)
{
    const int flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int fd = open_or_make(path, like, flags);
    win_error error;

    bell->writable = fd >= 0;
    if (fd < 0 && (errno == EACCES || errno == EROFS || errno == EPERM)) {
        fd = open(path, O_RDONLY | flags);
        if (fd < 0 && errno == ENOENT)
            return ERROR_WRITE_PROTECT;
    }
    if (fd < 0)
        return errno == ENOENT ? ERROR_PATH_NOT_FOUND : linux_error(errno);
    error = map(fd, bell);
    close(fd);
    return error;
}

win_error plat_doorbell_open(const char *path, struct plat_doorbell **bell)
{
    return plat_doorbell_open_for(path, NULL, bell);
}

win_error plat_doorbell_open_for(const char *path, const char *like, struct plat_doorbell **bell)
{
    struct plat_doorbell *b = plat_calloc(1, sizeof *b);
    win_error error;

    *bell = NULL;
    if (!b)
        return ERROR_NOT_ENOUGH_MEMORY;
    error = open_file(path, like, b);
    if (error == ERROR_WRITE_PROTECT || error == ERROR_DISK_FULL) {
        b->counter = &b->own;
        b->writable = true;
        error = ERROR_SUCCESS;
    }
    if (error) {
        plat_free(b);
        return error;
    }
    *bell = b;
    return ERROR_SUCCESS;
}

void plat_doorbell_close(struct plat_doorbell *bell)
{
    if (!bell)
        return;
    if (bell->mapped)
        munmap((void *)(uintptr_t)bell->counter, sizeof *bell->counter);
    plat_free(bell);
}

bool plat_doorbell_is_shared(const struct plat_doorbell *bell)
{
    return bell->mapped;
}

bool plat_doorbell_is_heard(const struct plat_doorbell *bell)
{
    return !bell->mapped || bell->writable;
}

uint64_t plat_doorbell_count(const struct plat_doorbell *bell)
{
    uint64_t count = atomic_load_explicit(bell->counter, memory_order_acquire);

    return bell->writable ? count : count + atomic_load_explicit(&bell->own, memory_order_acquire);
}

/* Async-signal-safe. */
void plat_doorbell_ring(struct plat_doorbell *bell)
{
    int saved = errno;

    atomic_fetch_add_explicit(bell->writable ? bell->counter : &bell->own, 1, memory_order_acq_rel);
    (void)syscall(FUTEX_CALL, low_half(bell), FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
    errno = saved;
}

bool plat_doorbell_wait(struct plat_doorbell *bell, uint64_t known, unsigned timeout_ms)
{
    uint64_t end = linux_monotonic_ms() + timeout_ms;

    for (;;) {
        uint32_t seen = (uint32_t)atomic_load_explicit(bell->counter, memory_order_acquire);
        uint64_t now;
        uint64_t slice;
        struct timespec time;

        if (plat_doorbell_count(bell) != known)
            return true;
        now = linux_monotonic_ms();
        if (now >= end)
            return false;
        slice = end - now;
        if (!bell->writable && slice > READ_ONLY_SLICE_MS)
            slice =
                READ_ONLY_SLICE_MS; /* our own rings do not change the futex and may be missed: look again */
        time.tv_sec = (time_t)(slice / 1000);
        time.tv_nsec = (long)(slice % 1000) * 1000000L;
        (void)syscall(FUTEX_CALL, low_half(bell), FUTEX_WAIT, seen, &time, NULL, 0);
    }
}
