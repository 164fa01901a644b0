/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "scratch.h"

#include "platform/doorbell.h"
#include "platform/fake.h"
#include "platform/file.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t real_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static struct plat_doorbell *open_bell(void **state)
{
    struct plat_doorbell *bell;

    assert_int_equal(plat_doorbell_open(scratch_path(state, "bell"), &bell), ERROR_SUCCESS);
    return bell;
}

static void counting(void **state)
{
    struct plat_doorbell *a = open_bell(state);
    struct plat_doorbell *b = open_bell(state);
    struct plat_file_info info;

    assert_int_equal(plat_file_stat(scratch_path(state, "bell"), &info), ERROR_SUCCESS);
    assert_int_equal(info.mode, 0600);
    assert_int_equal(info.size, 8);
    assert_int_equal(plat_doorbell_count(a), 0);
    plat_doorbell_ring(a);
    assert_int_equal(plat_doorbell_count(a), 1);
    assert_int_equal(plat_doorbell_count(b), 1);
    plat_doorbell_close(a);
    plat_doorbell_ring(b);
    plat_doorbell_close(b);
    a = open_bell(state); /* the count outlives everybody */
    assert_int_equal(plat_doorbell_count(a), 2);
    plat_doorbell_close(a);
    plat_doorbell_close(NULL);
}

static void waiting(void **state)
{
    struct plat_doorbell *bell = open_bell(state);
    uint64_t start = real_ms();

    assert_false(plat_doorbell_wait(bell, 0, 50));
    assert_in_range(real_ms() - start, 49, 60000);
    assert_true(plat_doorbell_wait(bell, 7, 10000)); /* differs already */
    assert_false(plat_doorbell_wait(bell, 0, 0));
    assert_true(real_ms() - start < 60000);
    plat_doorbell_close(bell);
}

/* Two processes in turn, a hundred times: each waits for the other's ring, with time-outs it would not survive. */
static void across_processes(void **state)
{
    struct plat_doorbell *bell = open_bell(state);
    pid_t child = fork();
    int status;

    if (child == 0) {
        struct plat_doorbell *own;

        plat_doorbell_close(bell);
        if (plat_doorbell_open(scratch_path(state, "bell"), &own) != ERROR_SUCCESS)
            _exit(1);
        for (uint64_t i = 0; i < 200; i += 2) {
            if (!plat_doorbell_wait(own, i, 60000) || plat_doorbell_count(own) != i + 1)
                _exit(2);
            plat_doorbell_ring(own);
        }
        plat_doorbell_close(own);
        _exit(0);
    }
    for (uint64_t i = 1; i < 200; i += 2) {
        plat_doorbell_ring(bell);
        assert_true(plat_doorbell_wait(bell, i, 60000));
        assert_int_equal(plat_doorbell_count(bell), i + 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    plat_doorbell_close(bell);
}

/* Many ringers at once, opening the file for the first time: no ring is lost. */
static void no_ring_is_lost(void **state)
{
    struct plat_doorbell *bell;
    pid_t children[4];

    for (int c = 0; c < 4; c++) {
        children[c] = fork();
        if (children[c] == 0) {
            if (plat_doorbell_open(scratch_path(state, "bell"), &bell) != ERROR_SUCCESS)
                _exit(1);
            for (int i = 0; i < 1000; i++)
                plat_doorbell_ring(bell);
            plat_doorbell_close(bell);
            _exit(0);
        }
    }
    for (int c = 0; c < 4; c++) {
        int status;

        assert_int_equal(waitpid(children[c], &status, 0), children[c]);
        assert_int_equal(status, 0);
    }
    bell = open_bell(state);
    assert_int_equal(plat_doorbell_count(bell), 4000);
    plat_doorbell_close(bell);
}

/* While one process makes the file, another that opens it waits, and does not put zeros over the first count. */
static void made_by_two(void **state)
{
    const char *path = scratch_path(state, "bell");
    const uint64_t count = 5;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int ends[2], status;
    struct pollfd in;
    pid_t child;

    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        struct plat_doorbell *bell;

        close(fd);
        if (plat_doorbell_open(path, &bell) != ERROR_SUCCESS || write(ends[1], "o", 1) != 1)
            _exit(1);
        _exit(plat_doorbell_count(bell) == count ? 0 : 2);
    }
    in = (struct pollfd){.fd = ends[0], .events = POLLIN};
    assert_int_equal(poll(&in, 1, 50), 0);
    assert_int_equal(pwrite(fd, &count, sizeof count, 0), sizeof count);
    assert_int_equal(flock(fd, LOCK_UN), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(ends[0]);
    close(ends[1]);
    close(fd);
}

static void *ring_once(void *bell)
{
    const struct timespec pause = {.tv_nsec = 20000000};

    nanosleep(&pause, NULL);
    plat_doorbell_ring(bell);
    return NULL;
}

static void expect_wait_ends(struct plat_doorbell *bell)
{
    uint64_t known = plat_doorbell_count(bell);
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, ring_once, bell), 0);
    assert_true(plat_doorbell_wait(bell, known, 60000));
    pthread_join(thread, NULL);
    assert_int_equal(plat_doorbell_count(bell), known + 1);
}

static struct plat_doorbell *signalled;

static void on_alarm(int number)
{
    (void)number;
    plat_doorbell_ring(signalled);
}

static void ring_from_thread_and_signal(void **state)
{
    const struct itimerval timer = {.it_value.tv_usec = 20000};
    struct sigaction action = {.sa_handler = on_alarm};

    signalled = open_bell(state);
    expect_wait_ends(signalled);
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
    assert_true(plat_doorbell_wait(signalled, 1, 60000));
    plat_doorbell_close(signalled);
}

/* The count passes 2^32 and 2^64 like any other number. */
static void wide_count(void **state)
{
    static const uint64_t before[] = {UINT32_MAX, UINT64_MAX};

    for (size_t i = 0; i < ELEMENTS(before); i++) {
        struct plat_doorbell *bell;

        assert_int_equal(plat_file_write_atomic(scratch_path(state, "bell"), &before[i], 8, 0600),
                         ERROR_SUCCESS);
        bell = open_bell(state);
        assert_true(plat_doorbell_count(bell) == before[i]);
        expect_wait_ends(bell);
        plat_doorbell_close(bell);
    }
}

static void wrong_sizes(void **state)
{
    static const char content[4096] = "\1\2\3\4\5\6\7\10";
    static const size_t sizes[] = {0, 1, 7, 8, 9, 4096};

    for (size_t i = 0; i < ELEMENTS(sizes); i++) {
        const char *path = scratch_path(state, "bell");
        struct plat_doorbell *bell;
        struct plat_file_info info;
        uint64_t expected = 0;

        assert_int_equal(plat_file_write_atomic(path, content, sizes[i], 0600), ERROR_SUCCESS);
        memcpy(&expected, content, sizes[i] < 8 ? sizes[i] : 8);
        bell = open_bell(state);
        assert_true(plat_doorbell_count(bell) == expected);
        plat_doorbell_ring(bell);
        assert_true(plat_doorbell_count(bell) == expected + 1);
        plat_doorbell_close(bell);
        assert_int_equal(plat_file_stat(path, &info), ERROR_SUCCESS);
        assert_int_equal(info.size, sizes[i] < 8 ? 8 : sizes[i]); /* made longer, never shorter */
    }
}

/* Of a file: a new bell is for the same people. One that is there stays as it is. */
static void like_a_file(void **state)
{
    static const mode_t modes[] = {0600, 0660, 0644, 0640, 0400};
    struct plat_doorbell *bell;
    struct stat st;

    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        const uid_t owner = geteuid() == 0 ? 54321 : geteuid();
        const gid_t group = geteuid() == 0 ? 54322 : getegid();
        const char *path = scratch_path(state, "like.bell");

        scratch_write(state, "like", "x");
        assert_int_equal(chmod(scratch_path(state, "like"), modes[i]), 0);
        assert_int_equal(chown(scratch_path(state, "like"), owner, group), 0);
        assert_int_equal(plat_doorbell_open_for(path, scratch_path(state, "like"), &bell), ERROR_SUCCESS);
        assert_true(plat_doorbell_is_shared(bell) && plat_doorbell_is_heard(bell));
        plat_doorbell_close(bell);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 07777, modes[i] | 0600);
        assert_int_equal(st.st_uid, owner);
        assert_int_equal(st.st_gid, group);
        assert_int_equal(chmod(path, 0606), 0);
        assert_int_equal(plat_doorbell_open_for(path, scratch_path(state, "like"), &bell), ERROR_SUCCESS);
        plat_doorbell_close(bell);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0606);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(unlink(scratch_path(state, "like")), 0);
    }
}

static void refused(void **state)
{
    struct plat_doorbell *bell;

    assert_int_equal(plat_doorbell_open(*state, &bell), ERROR_ACCESS_DENIED);
    assert_null(bell);
    assert_int_equal(plat_doorbell_open(scratch_path(state, "none/bell"), &bell), ERROR_PATH_NOT_FOUND);
    assert_int_equal(mkfifo(scratch_path(state, "pipe"), 0600), 0);
    assert_int_equal(plat_doorbell_open(scratch_path(state, "pipe"), &bell), ERROR_ACCESS_DENIED);
    scratch_write(state, "target", "12345678");
    assert_int_equal(symlink("target", scratch_path(state, "link")), 0);
    assert_int_equal(plat_doorbell_open(scratch_path(state, "link"), &bell), ERROR_ACCESS_DENIED);
    plat_fake_memory_fail(1, false);
    assert_int_equal(plat_doorbell_open(scratch_path(state, "bell"), &bell), ERROR_NOT_ENOUGH_MEMORY);
    plat_fake_memory_fail(0, false);
}

/* As an ordinary user: what the tests may do as root says nothing about permissions. Exit code 0 = good. */
static int without_rights(void **state, int ask)
{
    struct plat_doorbell *bell;
    uint64_t known;

    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 77;
    if (access(scratch_path(state, "sealed"), R_OK | X_OK) != 0)
        return 77;
    /* nothing there and nothing can be made: a bell of our own */
    if (plat_doorbell_open(scratch_path(state, "sealed/none"), &bell) != ERROR_SUCCESS)
        return 1;
    plat_doorbell_ring(bell);
    if (plat_doorbell_count(bell) != 1 || !plat_doorbell_wait(bell, 0, 10000))
        return 2;
    plat_doorbell_close(bell);
    /* there, for reading: heard from others, rung for ourselves */
    if (plat_doorbell_open(scratch_path(state, "sealed/bell"), &bell) != ERROR_SUCCESS)
        return 3;
    known = plat_doorbell_count(bell);
    if (plat_doorbell_is_heard(bell) || known != 1 || write(ask, "x", 1) != 1 ||
        !plat_doorbell_wait(bell, 1, 60000) || plat_doorbell_count(bell) != 2)
        return 4;
    plat_doorbell_ring(bell);
    if (plat_doorbell_count(bell) != 3 || !plat_doorbell_wait(bell, 2, 10000) ||
        plat_doorbell_wait(bell, 3, 10))
        return 5;
    expect_wait_ends(bell);
    plat_doorbell_close(bell);
    return 0;
}

static void read_only(void **state)
{
    struct plat_doorbell *bell;
    int ends[2], status;
    pid_t child;
    char c;

    assert_int_equal(chmod(*state, 0755), 0);
    assert_int_equal(mkdir(scratch_path(state, "sealed"), 0755), 0);
    assert_int_equal(plat_doorbell_open(scratch_path(state, "sealed/bell"), &bell), ERROR_SUCCESS);
    assert_int_equal(chmod(scratch_path(state, "sealed/bell"), 0444), 0);
    assert_int_equal(chmod(scratch_path(state, "sealed"), 0555), 0);
    assert_int_equal(pipe(ends), 0);
    plat_doorbell_ring(bell);
    child = fork();
    if (child == 0) {
        close(ends[0]);
        _exit(without_rights(state, ends[1]));
    }
    close(ends[1]);
    while (read(ends[0], &c, 1) == 1)
        plat_doorbell_ring(bell);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(chmod(scratch_path(state, "sealed"), 0755), 0);
    plat_doorbell_close(bell);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip(); /* cannot become another user, or that user cannot come here */
    assert_int_equal(WEXITSTATUS(status), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(counting),        TEST(waiting),     TEST(across_processes),
        TEST(no_ring_is_lost), TEST(made_by_two), TEST(ring_from_thread_and_signal),
        TEST(wide_count),      TEST(wrong_sizes), TEST(refused),
        TEST(read_only),       TEST(like_a_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
