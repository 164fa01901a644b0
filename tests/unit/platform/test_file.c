/* SPDX-License-Identifier: Apache-2.0 */
/* Files by host path. */
#define _GNU_SOURCE
#include "scratch.h"

#include "platform/fake.h"
#include "platform/file.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool count_entry(void *context, const char *name)
{
    (void)name;
    ++*(unsigned *)context;
    return true;
}

static unsigned entries_of(const char *path)
{
    unsigned count = 0;

    assert_int_equal(plat_directory_list(path, count_entry, &count), ERROR_SUCCESS);
    return count;
}

static void expect_content(const char *path, const char *text)
{
    struct plat_buffer b;

    plat_buffer_init(&b, 1 << 20);
    assert_int_equal(plat_file_read_all(path, &b), ERROR_SUCCESS);
    assert_string_equal(plat_buffer_text(&b), text);
    plat_buffer_free(&b);
}

static void atomic_write(void **state)
{
    const char *path = scratch_path(state, "file");
    struct plat_file_info info;
    mode_t before = umask(077);

    assert_int_equal(plat_file_write_atomic(path, "one", 3, 0644), ERROR_SUCCESS);
    expect_content(path, "one");
    assert_int_equal(plat_file_stat(path, &info), ERROR_SUCCESS);
    assert_int_equal(info.kind, PLAT_FILE_REGULAR);
    assert_int_equal(info.size, 3);
    assert_int_equal(info.mode, 0644);
    umask(0);
    assert_int_equal(plat_file_write_atomic(path, "three", 5, 0600), ERROR_SUCCESS);
    umask(before);
    expect_content(path, "three");
    assert_int_equal(plat_file_stat(path, &info), ERROR_SUCCESS);
    assert_int_equal(info.mode, 0600);
    assert_int_equal(plat_file_write_atomic(path, NULL, 0, 0600), ERROR_SUCCESS);
    expect_content(path, "");
    assert_int_equal(entries_of(*state), 1);
}

static void replace(void **state)
{
    const char *path = scratch_path(state, "file");
    const char *from = scratch_path(state, "from");

    scratch_write(state, "from", "one");
    assert_int_equal(plat_file_replace(from, path), ERROR_SUCCESS);
    expect_content(path, "one");
    assert_int_equal(plat_file_replace(from, path), ERROR_FILE_NOT_FOUND);
    scratch_write(state, "from", "two");
    assert_int_equal(plat_file_replace(from, path), ERROR_SUCCESS);
    expect_content(path, "two");
    assert_int_equal(entries_of(*state), 1);
    /* Files only, and from the same folder only. */
    scratch_write(state, "from", "three");
    assert_int_equal(symlink("file", scratch_path(state, "link")), 0);
    assert_int_equal(plat_file_replace(from, scratch_path(state, "link")), ERROR_ACCESS_DENIED);
    assert_int_equal(plat_file_replace(scratch_path(state, "link"), path) != ERROR_SUCCESS, 1);
    assert_int_equal(plat_file_replace("from", path), ERROR_INVALID_PARAMETER);
    assert_int_equal(plat_file_replace(from, scratch_path(state, "none/file")), ERROR_PATH_NOT_FOUND);
    expect_content(path, "two");
    expect_content(from, "three");
}

/* Nothing is ever overwritten, whatever it is. */
static void place(void **state)
{
    static const char *const names[] = {"file", "link", "folder"};
    const char *from = scratch_path(state, "from");

    scratch_write(state, "from", "one");
    assert_int_equal(plat_file_place(from, scratch_path(state, "file")), ERROR_SUCCESS);
    assert_int_equal(plat_file_place(from, scratch_path(state, "file")), ERROR_FILE_NOT_FOUND);
    expect_content(scratch_path(state, "file"), "one");
    assert_int_equal(entries_of(*state), 1);
    scratch_write(state, "from", "two");
    assert_int_equal(symlink("nowhere", scratch_path(state, "link")), 0);
    assert_int_equal(mkdir(scratch_path(state, "folder"), 0700), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(plat_file_place(from, scratch_path(state, names[i])), ERROR_ALREADY_EXISTS);
    assert_int_equal(plat_file_place("from", scratch_path(state, "new")), ERROR_INVALID_PARAMETER);
    expect_content(scratch_path(state, "file"), "one");
    expect_content(from, "two");
}

static void real(void **state)
{
    struct plat_buffer folder, path;

    plat_buffer_init(&folder, 4096);
    plat_buffer_init(&path, 4096);
    scratch_write(state, "name", "");
    assert_int_equal(symlink("name", scratch_path(state, "link")), 0);
    assert_int_equal(plat_file_real(scratch_path(state, "name"), &folder), ERROR_SUCCESS);
    assert_int_equal(plat_file_real(scratch_path(state, "link"), &path), ERROR_SUCCESS);
    assert_string_equal(plat_buffer_text(&path), plat_buffer_text(&folder));
    assert_int_equal(plat_file_real(scratch_path(state, "none"), &path), ERROR_FILE_NOT_FOUND);
    plat_buffer_free(&folder);
    plat_buffer_free(&path);
}

static void absolute(void **state)
{
    struct plat_buffer folder, path;
    const char *real;

    plat_buffer_init(&folder, 4096);
    plat_buffer_init(&path, 4096);
    assert_int_equal(plat_file_absolute(scratch_path(state, "name"), &folder), ERROR_SUCCESS);
    real = plat_buffer_text(&folder);
    assert_int_equal(real[0], '/');
    assert_int_equal(mkdir(scratch_path(state, "dir"), 0700), 0);
    assert_int_equal(symlink("dir", scratch_path(state, "link")), 0);
    assert_int_equal(plat_file_absolute(scratch_path(state, "link/../name"), &path), ERROR_SUCCESS);
    assert_string_equal(plat_buffer_text(&path), real);
    assert_int_equal(plat_file_absolute(scratch_path(state, "none/name"), &path), ERROR_PATH_NOT_FOUND);
    assert_int_equal(plat_file_absolute(scratch_path(state, "dir/"), &path), ERROR_INVALID_NAME);
    plat_buffer_clear(&path);
    assert_int_equal(plat_file_absolute("/name", &path), ERROR_SUCCESS);
    assert_string_equal(plat_buffer_text(&path), "/name");
    plat_buffer_clear(&path);
    assert_int_equal(plat_file_absolute("name", &path), ERROR_SUCCESS); /* of the current folder */
    assert_int_equal(plat_buffer_text(&path)[0], '/');
    plat_buffer_free(&folder);
    plat_buffer_free(&path);
}

/* What is there and no regular file stays what it is. */
static void atomic_write_replaces_files_only(void **state)
{
    static const char *const names[] = {"link", "dangling", "pipe"};
    struct stat before, after;

    scratch_write(state, "target", "kept");
    assert_int_equal(symlink("target", scratch_path(state, "link")), 0);
    assert_int_equal(symlink("nowhere", scratch_path(state, "dangling")), 0);
    assert_int_equal(mkfifo(scratch_path(state, "pipe"), 0600), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *path = scratch_path(state, names[i]);

        assert_int_equal(lstat(path, &before), 0);
        assert_int_equal(plat_file_write_atomic(path, "new", 3, 0600), ERROR_ACCESS_DENIED);
        assert_int_equal(lstat(path, &after), 0);
        assert_int_equal(after.st_ino, before.st_ino);
        assert_int_equal(after.st_mode, before.st_mode);
    }
    expect_content(scratch_path(state, "target"), "kept");
    assert_int_equal(entries_of(*state), 4);
}

static void create_private(void **state)
{
    const char *path = scratch_path(state, "file");
    struct plat_file_info info;
    mode_t before = umask(0377);
    win_error error = plat_file_create_private(path);

    umask(before);
    assert_int_equal(error, ERROR_SUCCESS);
    assert_int_equal(plat_file_stat(path, &info), ERROR_SUCCESS);
    assert_int_equal(info.mode, 0600);
    assert_int_equal(info.size, 0);
    scratch_write(state, "file", "kept");
    assert_int_equal(plat_file_create_private(path), ERROR_ALREADY_EXISTS);
    expect_content(path, "kept");
    assert_int_equal(symlink("nowhere", scratch_path(state, "dangling")), 0);
    assert_int_equal(plat_file_create_private(scratch_path(state, "dangling")), ERROR_ALREADY_EXISTS);
    assert_int_equal(plat_file_create_private(scratch_path(state, "no/folder")), ERROR_PATH_NOT_FOUND);
}

static void atomic_write_relative(void **state)
{
    char here[4096];

    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(*state), 0);
    assert_int_equal(plat_file_write_atomic("plain", "x", 1, 0600), ERROR_SUCCESS);
    expect_content("plain", "x");
    assert_int_equal(plat_file_remove("plain"), ERROR_SUCCESS);
    assert_int_equal(plat_file_remove("plain"), ERROR_FILE_NOT_FOUND);
    assert_int_equal(chdir(here), 0);
}

static void atomic_write_fails(void **state)
{
    char longer[6000];

    assert_int_equal(mkdir(scratch_path(state, "dir"), 0755), 0);
    scratch_write(state, "dir/inside", "x");
    assert_int_equal(plat_file_write_atomic(scratch_path(state, "dir"), "x", 1, 0600), ERROR_ACCESS_DENIED);
    assert_int_equal(plat_file_write_atomic(scratch_path(state, "none/file"), "x", 1, 0600),
                     ERROR_PATH_NOT_FOUND);
    assert_int_equal(plat_file_write_atomic(scratch_path(state, "dir/"), "x", 1, 0600), ERROR_INVALID_NAME);
    assert_int_equal(plat_file_write_atomic("", "x", 1, 0600), ERROR_INVALID_NAME);
    assert_int_equal(plat_file_write_atomic(scratch_path(state, "dir/inside/x"), "x", 1, 0600),
                     ERROR_PATH_NOT_FOUND);
    memset(longer, 'x', sizeof longer);
    longer[5000] = '/';
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(plat_file_write_atomic(longer, "x", 1, 0600), ERROR_FILENAME_EXCED_RANGE);
    assert_int_equal(plat_file_write_atomic(longer + 5500, "x", 1, 0600), ERROR_FILENAME_EXCED_RANGE);
    assert_int_equal(entries_of(*state), 1);
    assert_int_equal(entries_of(scratch_path(state, "dir")), 1);
}

/* With a limit on the size of files, in a child: the write fails half-way, the old content and nothing else is there. */
static void atomic_write_is_cut_off(void **state)
{
    const char *path = scratch_path(state, "file");
    pid_t child;
    int status;

    assert_int_equal(plat_file_write_atomic(path, "old", 3, 0600), ERROR_SUCCESS);
    child = fork();
    if (child == 0) {
        const struct rlimit limit = {.rlim_cur = 1000, .rlim_max = 1000};
        static char big[5000];

        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
            _exit(99);
        _exit((int)plat_file_write_atomic(path, big, sizeof big, 0600));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), ERROR_FILE_TOO_LARGE);
    expect_content(path, "old");
    assert_int_equal(entries_of(*state), 1);
}

static bool tell(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    return fd >= 0 && write(fd, text, strlen(text)) > 0 && close(fd) == 0;
}

/* Mounts of our own: as root, or as whom the system lets play root. */
static bool own_mounts(void)
{
    char users[32], groups[32];

    if (unshare(CLONE_NEWNS) == 0)
        return true;
    snprintf(users, sizeof users, "0 %u 1", (unsigned)geteuid());
    snprintf(groups, sizeof groups, "0 %u 1", (unsigned)getegid());
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && tell("/proc/self/setgroups", "deny") &&
           tell("/proc/self/uid_map", users) && tell("/proc/self/gid_map", groups);
}

/* In a child with a name space of its own: 0 = good, 77 = the system does not let us. */
static int on_a_full_disk(const char *directory)
{
    static char big[200000];
    struct plat_buffer b;
    char path[4096];
    unsigned count = 0;

    if (!own_mounts() || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("small", directory, "tmpfs", 0, "size=64k") != 0)
        return 77;
    snprintf(path, sizeof path, "%s/file", directory);
    if (plat_file_write_atomic(path, "old", 3, 0600) != ERROR_SUCCESS)
        return 1;
    if (plat_file_write_atomic(path, big, sizeof big, 0600) != ERROR_DISK_FULL)
        return 2;
    plat_buffer_init(&b, 100);
    if (plat_file_read_all(path, &b) != ERROR_SUCCESS || b.size != 3 || memcmp(b.data, "old", 3) != 0)
        return 3;
    plat_buffer_free(&b);
    if (plat_directory_list(directory, count_entry, &count) != ERROR_SUCCESS || count != 1)
        return 4;
    return 0;
}

static void atomic_write_on_a_full_disk(void **state)
{
    pid_t child = fork();
    int status;

    if (child == 0)
        _exit(on_a_full_disk(*state));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip(); /* no right to mount */
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void read_all(void **state)
{
    static char text[9001];
    struct plat_buffer b;

    memset(text, 't', sizeof text - 1);
    scratch_write(state, "file", text);
    assert_int_equal(symlink("file", scratch_path(state, "link")), 0);
    expect_content(scratch_path(state, "file"), text);
    expect_content(scratch_path(state, "link"), text);

    /* exactly the limit, one byte less */
    plat_buffer_init(&b, sizeof text - 1);
    assert_int_equal(plat_file_read_all(scratch_path(state, "file"), &b), ERROR_SUCCESS);
    assert_int_equal(b.size, sizeof text - 1);
    plat_buffer_free(&b);
    plat_buffer_init(&b, sizeof text - 2);
    plat_buffer_append_text(&b, "before");
    assert_int_equal(plat_file_read_all(scratch_path(state, "file"), &b), ERROR_FILE_TOO_LARGE);
    assert_int_equal(b.size, 6);
    plat_buffer_free(&b);

    plat_buffer_init(&b, 100);
    assert_int_equal(plat_file_read_all(scratch_path(state, "none"), &b), ERROR_FILE_NOT_FOUND);
    assert_int_equal(plat_file_read_all(scratch_path(state, "file/x"), &b), ERROR_PATH_NOT_FOUND);
    assert_int_equal(plat_file_read_all(*state, &b), ERROR_ACCESS_DENIED);
    assert_int_equal(mkfifo(scratch_path(state, "pipe"), 0600), 0);
    assert_int_equal(plat_file_read_all(scratch_path(state, "pipe"), &b),
                     ERROR_ACCESS_DENIED); /* and at once */
    assert_int_equal(plat_file_read_all("/dev/zero", &b), ERROR_ACCESS_DENIED);
    plat_buffer_free(&b);
}

/* A pipe or a file of our own; a writer that is there already has its say. */
static void read_secret(void **state)
{
    char path[300], text[32];
    struct plat_buffer out;
    int ends[2];

    plat_buffer_init(&out, 100);
    snprintf(path, sizeof path, "%s", scratch_path(state, "word"));
    assert_int_equal(plat_file_write_atomic(path, "secret", 6, 0644), ERROR_SUCCESS);
    assert_int_equal(plat_file_read_secret(path, &out), ERROR_ACCESS_DENIED);
    assert_int_equal(plat_file_write_atomic(path, "secret", 6, 0600), ERROR_SUCCESS);
    assert_int_equal(symlink("word", scratch_path(state, "word link")), 0);
    assert_int_equal(plat_file_read_secret(scratch_path(state, "word link"), &out), ERROR_SUCCESS);
    assert_int_equal(out.size, 6);
    plat_buffer_clear(&out);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "piped", 5), 5);
    close(ends[1]);
    snprintf(text, sizeof text, "/dev/fd/%d", ends[0]);
    assert_int_equal(plat_file_read_secret(text, &out), ERROR_SUCCESS);
    assert_int_equal(out.size, 5);
    close(ends[0]);
    assert_int_equal(plat_file_read_secret("/dev/zero", &out), ERROR_ACCESS_DENIED);
    assert_int_equal(plat_file_read_secret(*state, &out), ERROR_ACCESS_DENIED);
    assert_int_equal(plat_file_read_secret(scratch_path(state, "none"), &out), ERROR_FILE_NOT_FOUND);
    assert_int_equal(out.size, 5);
    plat_buffer_free(&out);
}

/* Only what nobody else can read or exchange. */
static void read_private(void **state)
{
    static const struct {
        uint32_t mode;
        win_error error;
    } rows[] = {{0600, ERROR_SUCCESS},       {0400, ERROR_SUCCESS},       {0640, ERROR_ACCESS_DENIED},
                {0604, ERROR_ACCESS_DENIED}, {0610, ERROR_ACCESS_DENIED}, {0644, ERROR_ACCESS_DENIED}};
    char path[300], link[300];
    struct plat_buffer out;

    plat_buffer_init(&out, 100);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(path, sizeof path, "%s", scratch_path(state, "secret"));
        assert_int_equal(plat_file_write_atomic(path, "secret", 6, rows[i].mode), ERROR_SUCCESS);
        plat_buffer_clear(&out);
        assert_int_equal(plat_file_read_private(path, &out), rows[i].error);
        assert_int_equal(out.size, rows[i].error ? 0 : 6);
    }
    assert_int_equal(plat_file_write_atomic(path, "secret", 6, 0600), ERROR_SUCCESS);
    snprintf(link, sizeof link, "%s", scratch_path(state, "link"));
    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(plat_file_read_private(link, &out), ERROR_ACCESS_DENIED);
    assert_int_equal(plat_file_read_private(scratch_path(state, "none"), &out), ERROR_FILE_NOT_FOUND);
    plat_buffer_free(&out);
}

/* A file whose size the system does not know beforehand. */
static void read_all_of_proc(void **state)
{
    struct plat_buffer b;

    (void)state;
    plat_buffer_init(&b, 1 << 20);
    assert_int_equal(plat_file_read_all("/proc/self/maps", &b), ERROR_SUCCESS);
    assert_true(b.size > 100);
    plat_buffer_free(&b);
}

static void read_standard_input(void **state)
{
    struct plat_buffer b;
    int saved = dup(STDIN_FILENO);
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "typed", 5), 5);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    plat_buffer_init(&b, 100);
    assert_int_equal(plat_file_read_all("-", &b), ERROR_SUCCESS);
    assert_string_equal(plat_buffer_text(&b), "typed");
    plat_buffer_free(&b);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
}

static bool stop_at_two(void *context, const char *name)
{
    (void)name;
    return ++*(unsigned *)context < 2;
}

static void directories(void **state)
{
    const char *dir = scratch_path(state, "dir");
    struct plat_file_info info;
    unsigned count = 0;

    assert_int_equal(plat_directory_create(dir, 0700), ERROR_SUCCESS);
    assert_int_equal(plat_directory_create(dir, 0700), ERROR_ALREADY_EXISTS);
    assert_int_equal(plat_directory_create(scratch_path(state, "none/x"), 0700), ERROR_PATH_NOT_FOUND);
    assert_int_equal(plat_file_stat(dir, &info), ERROR_SUCCESS);
    assert_int_equal(info.kind, PLAT_FILE_DIRECTORY);
    assert_int_equal(info.mode, 0700);
    assert_int_equal(entries_of(dir), 0);
    scratch_write(state, "dir/a", "");
    scratch_write(state, "dir/.b", "");
    scratch_write(state, "dir/c", "");
    assert_int_equal(entries_of(dir), 3);
    assert_int_equal(plat_directory_list(dir, stop_at_two, &count), ERROR_SUCCESS);
    assert_int_equal(count, 2);
    assert_int_equal(plat_directory_list(scratch_path(state, "dir/a"), count_entry, &count), ERROR_DIRECTORY);
    assert_int_equal(plat_directory_list(scratch_path(state, "none"), count_entry, &count),
                     ERROR_FILE_NOT_FOUND);
    assert_int_equal(plat_file_remove(dir), ERROR_ACCESS_DENIED);
    assert_int_equal(plat_file_stat("/dev/null", &info), ERROR_SUCCESS);
    assert_int_equal(info.kind, PLAT_FILE_OTHER);
}

static void no_memory(void **state)
{
    size_t live = plat_fake_memory_live();
    static char text[9001];
    unsigned n = 0;

    memset(text, 't', sizeof text - 1);
    scratch_write(state, "file", text);
    do {
        struct plat_buffer b;
        win_error error;

        plat_buffer_init(&b, 1 << 20);
        plat_fake_memory_fail(++n, false);
        error = plat_file_read_all(scratch_path(state, "file"), &b);
        assert_int_equal(error, plat_fake_memory_failures() ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS);
        assert_int_equal(b.size, error ? 0 : sizeof text - 1);
        plat_buffer_free(&b);
        assert_int_equal(plat_fake_memory_live(), live);
    } while (plat_fake_memory_failures());
    assert_true(n > 1);
    plat_fake_memory_fail(0, false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(atomic_write),
        TEST(replace),
        TEST(place),
        TEST(real),
        TEST(absolute),
        TEST(atomic_write_replaces_files_only),
        TEST(create_private),
        TEST(atomic_write_relative),
        TEST(atomic_write_fails),
        TEST(atomic_write_is_cut_off),
        TEST(atomic_write_on_a_full_disk),
        TEST(read_all),
        TEST(read_secret),
        TEST(read_private),
        TEST(read_all_of_proc),
        TEST(read_standard_input),
        TEST(directories),
        TEST(no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
