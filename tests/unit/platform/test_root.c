/* SPDX-License-Identifier: Apache-2.0 */
/* CE paths: what they find, and that nothing leads out of the root. */
#define _GNU_SOURCE
#include "scratch.h"

#include "platform/fake.h"
#include "platform/file.h"
#include "platform/limits.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* scratch/outside/secret, and the root scratch/root with files whose content is their path. */
static int tree_setup(void **state)
{
    static const char *const directories[] = {"outside",          "root",     "root/windows",
                                              "root/windows/WWW", "root/Two", "root/two",
                                              "root/a",           "root/a/b", "root/\xC3\x89tude"};
    static const char *const files[] = {
        "outside/secret",        "root/top.txt",    "root/windows/WWW/Default.htm",
        "root/Two/first",        "root/two/second", "root/a/b/deep.txt",
        "root/\xC3\x89tude/x",   "root/Same.TXT",   "root/same.txt",
        "root/SAME.txt",         "root/a:b",        "root/back\\slash",
        "root/line\nfeed",       "root/...",        "root/.hidden",
        "root/windows/WWW/100%",
    };
    static const char *const links[][2] = {
        {"../outside", "root/linkdir"}, {"../outside/secret", "root/linkfile"},
        {"top.txt", "root/linktop"},    {"/", "root/slash"},
        {"b", "root/a/linkb"},          {"nowhere", "root/dangling"},
    };

    if (scratch_setup(state) != 0)
        return -1;
    for (size_t i = 0; i < ELEMENTS(directories); i++)
        assert_int_equal(mkdir(scratch_path(state, directories[i]), 0755), 0);
    for (size_t i = 0; i < ELEMENTS(files); i++)
        scratch_write(state, files[i], files[i]);
    for (size_t i = 0; i < ELEMENTS(links); i++)
        assert_int_equal(symlink(links[i][0], scratch_path(state, links[i][1])), 0);
    assert_int_equal(mkfifo(scratch_path(state, "root/pipe"), 0666), 0);
    return 0;
}

static struct plat_root *open_root(void **state)
{
    struct plat_root *root;

    assert_int_equal(plat_root_open(scratch_path(state, "root"), &root), ERROR_SUCCESS);
    return root;
}

static const struct {
    const char *path;
    win_error error;
    const char *content; /* NULL = a directory */
} paths[] = {
    {"", ERROR_SUCCESS, NULL},
    {"\\", ERROR_SUCCESS, NULL},
    {"/", ERROR_SUCCESS, NULL},
    {"\\.\\/.", ERROR_SUCCESS, NULL},
    {"\\top.txt", ERROR_SUCCESS, "root/top.txt"},
    {"top.txt", ERROR_SUCCESS, "root/top.txt"},
    {"/TOP.TXT", ERROR_SUCCESS, "root/top.txt"},
    {"\\top.txt\\", ERROR_SUCCESS, "root/top.txt"},
    {"\\windows\\www\\default.htm", ERROR_SUCCESS, "root/windows/WWW/Default.htm"},
    {"\\\\WINDOWS\\\\.\\WWW/DEFAULT.HTM", ERROR_SUCCESS, "root/windows/WWW/Default.htm"},
    {"\\windows\\www\\100%", ERROR_SUCCESS, "root/windows/WWW/100%"},
    {"\\\xC3\xA9tude\\X", ERROR_SUCCESS, "root/\xC3\x89tude/x"},
    {"\\Two", ERROR_SUCCESS, NULL},
    {"\\Two\\first", ERROR_SUCCESS, "root/Two/first"},
    {"\\two\\second", ERROR_SUCCESS, "root/two/second"},
    {"\\TWO\\FIRST", ERROR_SUCCESS, "root/Two/first"}, /* the first in byte order */
    {"\\two\\first", ERROR_FILE_NOT_FOUND, NULL},      /* the exact name wins, for good or ill */
    {"\\Same.TXT", ERROR_SUCCESS, "root/Same.TXT"},
    {"\\same.txt", ERROR_SUCCESS, "root/same.txt"},
    {"\\sAME.txt", ERROR_SUCCESS, "root/SAME.txt"},
    {"\\...", ERROR_SUCCESS, "root/..."},
    {"\\.hidden", ERROR_SUCCESS, "root/.hidden"},
    {"\\none", ERROR_FILE_NOT_FOUND, NULL},
    {"\\none\\top.txt", ERROR_PATH_NOT_FOUND, NULL},
    {"\\none\\", ERROR_FILE_NOT_FOUND, NULL},
    {"\\top.txt\\x", ERROR_PATH_NOT_FOUND, NULL},
    {"\\a\\b\\c\\d", ERROR_PATH_NOT_FOUND, NULL},
    {"..", ERROR_ACCESS_DENIED, NULL},
    {"\\..", ERROR_ACCESS_DENIED, NULL},
    {"\\..\\outside\\secret", ERROR_ACCESS_DENIED, NULL},
    {"\\a\\..\\top.txt", ERROR_ACCESS_DENIED, NULL}, /* refused even where it would stay inside */
    {"\\a\\..\\..\\outside\\secret", ERROR_ACCESS_DENIED, NULL},
    {"/a/b/../../../outside/secret", ERROR_ACCESS_DENIED, NULL},
    {"\\linkdir", ERROR_ACCESS_DENIED, NULL},
    {"\\LINKDIR", ERROR_ACCESS_DENIED, NULL},
    {"\\linkdir\\secret", ERROR_ACCESS_DENIED, NULL},
    {"\\linkfile", ERROR_ACCESS_DENIED, NULL},
    {"\\linktop", ERROR_ACCESS_DENIED, NULL}, /* links inside, too */
    {"\\a\\linkb\\deep.txt", ERROR_ACCESS_DENIED, NULL},
    {"\\slash\\etc\\passwd", ERROR_ACCESS_DENIED, NULL},
    {"\\dangling", ERROR_ACCESS_DENIED, NULL},
    {"\\dangling\\x", ERROR_ACCESS_DENIED, NULL},
    {"\\pipe", ERROR_ACCESS_DENIED, NULL}, /* and never waits for a writer */
    {"\\pipe\\x", ERROR_ACCESS_DENIED, NULL},
    {"\\a:b", ERROR_INVALID_NAME, NULL},
    {"\\C:\\top.txt", ERROR_INVALID_NAME, NULL},
    {"\\top.txt::$DATA", ERROR_INVALID_NAME, NULL},
    {"\\line\nfeed", ERROR_INVALID_NAME, NULL},
    {"\\\x7F", ERROR_INVALID_NAME, NULL},
    {"\\back\\slash", ERROR_PATH_NOT_FOUND, NULL},
    {"\\top.txt ", ERROR_FILE_NOT_FOUND, NULL}, /* no Win32 trimming of blanks and dots */
    {"\\top.txt.", ERROR_FILE_NOT_FOUND, NULL},
    {"\\\xFF\xFE", ERROR_FILE_NOT_FOUND, NULL},
    {"\\*", ERROR_FILE_NOT_FOUND, NULL},
};

static void expect_content(struct plat_file *file, const char *content)
{
    char text[100] = "";
    size_t got;

    assert_int_equal(plat_file_read_at(file, 0, text, sizeof text - 1, &got), ERROR_SUCCESS);
    assert_int_equal(got, strlen(content));
    assert_string_equal(text, content);
}

static void opening(void **state)
{
    struct plat_root *root = open_root(state);

    for (size_t i = 0; i < ELEMENTS(paths); i++) {
        struct plat_file_info info;
        struct plat_file *file;
        win_error error = plat_root_open_file(root, paths[i].path, &file);

        if (error != paths[i].error)
            fail_msg("row %zu: '%s': %u", i, paths[i].path, (unsigned)error);
        if (error) {
            assert_null(file);
            continue;
        }
        assert_int_equal(plat_file_info_of(file, &info), ERROR_SUCCESS);
        assert_int_equal(info.kind, paths[i].content ? PLAT_FILE_REGULAR : PLAT_FILE_DIRECTORY);
        if (paths[i].content)
            expect_content(file, paths[i].content);
        plat_file_close(file);
    }
    plat_root_close(root);
}

static void host_paths(void **state)
{
    static const struct {
        const char *path;
        win_error error;
        const char *host; /* behind the root's */
    } rows[] = {
        {"", ERROR_SUCCESS, ""},
        {"\\", ERROR_SUCCESS, ""},
        {"\\WINDOWS\\.\\\\www\\DEFAULT.htm", ERROR_SUCCESS, "/windows/WWW/Default.htm"},
        {"\\sAME.txt", ERROR_SUCCESS, "/SAME.txt"},
        {"\\none", ERROR_FILE_NOT_FOUND, NULL},
        {"\\a\\none\\x", ERROR_PATH_NOT_FOUND, NULL},
        {"\\..\\outside", ERROR_ACCESS_DENIED, NULL},
        {"\\linkdir\\secret", ERROR_ACCESS_DENIED, NULL},
    };
    struct plat_root *root = open_root(state);

    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct plat_buffer b;
        char expected[5000];

        plat_buffer_init(&b, 10000);
        plat_buffer_append_text(&b, "=");
        if (plat_root_host_path(root, rows[i].path, &b) != rows[i].error)
            fail_msg("row %zu", i);
        snprintf(expected, sizeof expected, "=%s%s", rows[i].error ? "" : scratch_path(state, "root"),
                 rows[i].error ? "" : rows[i].host);
        assert_string_equal(plat_buffer_text(&b), expected);
        plat_buffer_free(&b);
    }
    plat_root_close(root);
}

static void host_path_of_a_link(void **state)
{
    struct plat_root *root = open_root(state);
    struct plat_buffer b;

    plat_buffer_init(&b, 10000);
    assert_int_equal(plat_root_host_path(root, "\\linkfile", &b), ERROR_ACCESS_DENIED);
    assert_int_equal(plat_root_host_path(root, "\\pipe", &b), ERROR_ACCESS_DENIED);
    assert_int_equal(b.size, 0);
    plat_buffer_free(&b);
    plat_root_close(root);
}

static void long_and_deep(void **state)
{
    struct plat_root *root = open_root(state);
    char path[LIMIT_PATH_SIZE + 10];
    struct plat_file *file;

    memset(path, 'x', sizeof path);
    path[0] = '\\';
    path[256] = '\0'; /* a component of 255 bytes: the most that file systems take */
    assert_int_equal(plat_root_open_file(root, path, &file), ERROR_FILE_NOT_FOUND);
    path[256] = 'x';
    path[257] = '\0';
    assert_int_equal(plat_root_open_file(root, path, &file), ERROR_FILENAME_EXCED_RANGE);
    memset(path, '\\', sizeof path);
    path[LIMIT_PATH_SIZE - 1] = '\0';
    assert_int_equal(plat_root_open_file(root, path, &file), ERROR_SUCCESS);
    plat_file_close(file);
    path[LIMIT_PATH_SIZE - 1] = '\\';
    path[LIMIT_PATH_SIZE] = '\0';
    assert_int_equal(plat_root_open_file(root, path, &file), ERROR_FILENAME_EXCED_RANGE);
    plat_root_close(root);
}

/* One directory within the other, up to the limit and one more. */
static void deep(void **state)
{
    char host[4096], ce[1024] = "";
    struct plat_root *root = open_root(state);
    struct plat_file *file;

    snprintf(host, sizeof host, "%s", scratch_path(state, "root"));
    for (unsigned i = 1; i <= LIMIT_PATH_DEPTH + 1; i++) {
        strcat(host, "/d");
        strcat(ce, "\\d");
        assert_int_equal(mkdir(host, 0755), 0);
        assert_int_equal(plat_root_open_file(root, ce, &file),
                         i <= LIMIT_PATH_DEPTH ? ERROR_SUCCESS : ERROR_FILENAME_EXCED_RANGE);
        plat_file_close(file);
    }
    plat_root_close(root);
}

static void roots(void **state)
{
    struct plat_root *root;
    struct plat_file *file;

    assert_int_equal(plat_root_open(scratch_path(state, "none"), &root), ERROR_FILE_NOT_FOUND);
    assert_null(root);
    assert_int_equal(plat_root_open(scratch_path(state, "outside/secret"), &root), ERROR_DIRECTORY);
    /* the root itself may be reached through a link: a person named it */
    assert_int_equal(plat_root_open(scratch_path(state, "root/linkdir"), &root), ERROR_SUCCESS);
    assert_int_equal(plat_root_open_file(root, "\\SECRET", &file), ERROR_SUCCESS);
    plat_file_close(file);
    plat_root_close(root);
    assert_int_equal(plat_root_open("/dev", &root), ERROR_SUCCESS);
    assert_int_equal(plat_root_open_file(root, "\\zero", &file), ERROR_ACCESS_DENIED);
    plat_root_close(root);
    plat_root_close(NULL);
    plat_file_close(NULL);
}

static bool keep_directory(void *context, const char *name, const struct plat_file_info *info)
{
    if (info->kind != PLAT_FILE_DIRECTORY)
        return true;
    snprintf(context, 256, "%s", name);
    return false;
}

/* The root of everything: no "//" in host paths. */
static void root_of_all(void **state)
{
    char name[256] = "", expected[257];
    struct plat_root *root;
    struct plat_file *file;
    struct plat_buffer b;

    (void)state;
    plat_buffer_init(&b, 1000);
    assert_int_equal(plat_root_open("/", &root), ERROR_SUCCESS);
    assert_int_equal(plat_root_host_path(root, "\\", &b), ERROR_SUCCESS);
    assert_string_equal(plat_buffer_text(&b), "/");
    assert_int_equal(plat_root_open_file(root, "", &file), ERROR_SUCCESS);
    assert_int_equal(plat_file_list(file, keep_directory, name), ERROR_SUCCESS);
    plat_file_close(file);
    plat_buffer_clear(&b);
    assert_int_equal(plat_root_host_path(root, name, &b), ERROR_SUCCESS);
    snprintf(expected, sizeof expected, "/%s", name);
    assert_string_equal(plat_buffer_text(&b), expected);
    plat_buffer_free(&b);
    plat_root_close(root);
}

static void reading(void **state)
{
    struct plat_root *root = open_root(state);
    struct plat_file *file;
    char text[8];
    size_t got;

    assert_int_equal(plat_root_open_file(root, "\\top.txt", &file),
                     ERROR_SUCCESS); /* "root/top.txt": 12 bytes */
    assert_int_equal(plat_file_read_at(file, 5, text, 3, &got), ERROR_SUCCESS);
    assert_int_equal(got, 3);
    assert_memory_equal(text, "top", 3);
    assert_int_equal(plat_file_read_at(file, 9, text, 8, &got), ERROR_SUCCESS);
    assert_int_equal(got, 3);
    assert_int_equal(plat_file_read_at(file, 12, text, 8, &got), ERROR_SUCCESS);
    assert_int_equal(got, 0);
    assert_int_equal(plat_file_read_at(file, UINT64_C(1) << 40, text, 8, &got), ERROR_SUCCESS);
    assert_int_equal(got, 0);
    assert_int_equal(plat_file_read_at(file, UINT64_MAX, text, 8, &got), ERROR_INVALID_PARAMETER);
    plat_file_close(file);
    assert_int_equal(plat_root_open_file(root, "\\", &file), ERROR_SUCCESS);
    assert_int_equal(plat_file_read_at(file, 0, text, 8, &got), ERROR_ACCESS_DENIED);
    plat_file_close(file);
    plat_root_close(root);
}

/* Beyond 4 GiB, in a file of holes: 32-bit machines read there, too. */
static void large_file(void **state)
{
    struct plat_root *root = open_root(state);
    uint64_t size = (UINT64_C(5) << 30) + 3;
    int fd = open(scratch_path(state, "root/large"), O_WRONLY | O_CREAT, 0644);
    struct plat_file_info info;
    struct plat_file *file;
    char text[8] = "";
    size_t got;

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "end", 3, (off_t)size - 3), 3);
    close(fd);
    assert_int_equal(plat_root_open_file(root, "\\large", &file), ERROR_SUCCESS);
    assert_int_equal(plat_file_info_of(file, &info), ERROR_SUCCESS);
    assert_true(info.size == size);
    assert_int_equal(plat_file_read_at(file, size - 3, text, 8, &got), ERROR_SUCCESS);
    assert_string_equal(text, "end");
    plat_file_close(file);
    plat_root_close(root);
}

struct seen {
    unsigned regular, directories, others;
    bool named_badly;
};

static bool see(void *context, const char *name, const struct plat_file_info *info)
{
    struct seen *seen = context;

    if (strpbrk(name, ":\\\n") || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        seen->named_badly = true;
    seen->regular += info->kind == PLAT_FILE_REGULAR;
    seen->directories += info->kind == PLAT_FILE_DIRECTORY;
    seen->others += info->kind == PLAT_FILE_OTHER;
    return true;
}

static void listing(void **state)
{
    struct plat_root *root = open_root(state);
    struct plat_file *directory, *file, *inside;

    assert_int_equal(plat_root_open_file(root, "\\", &directory), ERROR_SUCCESS);
    for (int twice = 0; twice < 2; twice++) {
        struct seen seen = {0};

        assert_int_equal(plat_file_list(directory, see, &seen), ERROR_SUCCESS);
        assert_false(seen.named_badly);
        assert_int_equal(seen.regular, 6);     /* top.txt, three of the same name, "..." and .hidden */
        assert_int_equal(seen.directories, 5); /* windows, Two, two, a, É */
        assert_int_equal(seen.others, 6);      /* five links and a pipe */
    }
    assert_int_equal(plat_file_open_in(directory, "TOP.txt", &file), ERROR_SUCCESS);
    expect_content(file, "root/top.txt");
    assert_int_equal(plat_file_list(file, see, NULL), ERROR_DIRECTORY);
    assert_int_equal(plat_file_open_in(file, "x", &inside), ERROR_PATH_NOT_FOUND);
    assert_null(inside);
    plat_file_close(file);
    assert_int_equal(plat_file_open_in(directory, "..", &file), ERROR_ACCESS_DENIED);
    assert_int_equal(plat_file_open_in(directory, ".", &file), ERROR_INVALID_NAME);
    assert_int_equal(plat_file_open_in(directory, "", &file), ERROR_INVALID_NAME);
    assert_int_equal(plat_file_open_in(directory, "a/b", &file), ERROR_INVALID_NAME);
    assert_int_equal(plat_file_open_in(directory, "a\\b", &file), ERROR_INVALID_NAME);
    assert_int_equal(plat_file_open_in(directory, "linkfile", &file), ERROR_ACCESS_DENIED);
    assert_int_equal(plat_file_open_in(directory, "pipe", &file), ERROR_ACCESS_DENIED);
    assert_int_equal(plat_file_open_in(directory, "none", &file), ERROR_FILE_NOT_FOUND);
    plat_file_close(directory);
    plat_root_close(root);
}

struct swapper {
    char dir[4096], link[4096], file[4096], filelink[4096];
    atomic_bool stop;
};

/* Exchanges \a with a link to the outside, and a file with a link to the secret, all the time. */
static void *swap(void *context)
{
    struct swapper *s = context;

    while (!atomic_load(&s->stop)) {
        (void)renameat2(AT_FDCWD, s->dir, AT_FDCWD, s->link, RENAME_EXCHANGE);
        (void)renameat2(AT_FDCWD, s->file, AT_FDCWD, s->filelink, RENAME_EXCHANGE);
    }
    return NULL;
}

static void renaming_meanwhile(void **state)
{
    static struct swapper s;
    struct plat_root *root = open_root(state);
    unsigned opened = 0;
    pthread_t thread;

    scratch_write(state, "outside/b", "outside/b");
    scratch_write(state, "root/a/victim", "inside");
    scratch_write(state, "outside/victim", "secret");
    assert_int_equal(symlink("../outside", scratch_path(state, "root/zlink")), 0);
    assert_int_equal(symlink("../outside/secret", scratch_path(state, "root/zfilelink")), 0);
    snprintf(s.dir, sizeof s.dir, "%s", scratch_path(state, "root/a"));
    snprintf(s.link, sizeof s.link, "%s", scratch_path(state, "root/zlink"));
    snprintf(s.file, sizeof s.file, "%s", scratch_path(state, "root/top.txt"));
    snprintf(s.filelink, sizeof s.filelink, "%s", scratch_path(state, "root/zfilelink"));
    atomic_store(&s.stop, false);
    assert_int_equal(pthread_create(&thread, NULL, swap, &s), 0);
    for (int i = 0; i < 4000; i++) {
        static const char *const targets[] = {"\\a\\victim", "\\top.txt"};
        struct plat_file *file;

        if (plat_root_open_file(root, targets[i % 2], &file) == ERROR_SUCCESS) {
            expect_content(file, i % 2 ? "root/top.txt" : "inside");
            plat_file_close(file);
            opened++;
        }
    }
    atomic_store(&s.stop, true);
    pthread_join(thread, NULL);
    assert_true(opened > 0);
    plat_root_close(root);
}

static void no_memory(void **state)
{
    size_t live = plat_fake_memory_live();
    unsigned n = 0;

    do {
        struct plat_root *root = NULL;
        struct plat_file *file = NULL;
        struct plat_buffer b;
        win_error error;

        plat_buffer_init(&b, 10000);
        plat_fake_memory_fail(++n, false);
        error = plat_root_open(scratch_path(state, "root"), &root);
        if (!error)
            error = plat_root_open_file(root, "\\windows\\www\\default.htm", &file);
        if (!error)
            error = plat_root_host_path(root, "\\windows\\www\\default.htm", &b);
        assert_int_equal(error, plat_fake_memory_failures() ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS);
        plat_buffer_free(&b);
        plat_file_close(file);
        plat_root_close(root);
        assert_int_equal(plat_fake_memory_live(), live);
    } while (plat_fake_memory_failures());
    assert_true(n > 4);
    plat_fake_memory_fail(0, false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(opening),    TEST(host_paths), TEST(host_path_of_a_link), TEST(long_and_deep),
        TEST(deep),       TEST(roots),      TEST(root_of_all),         TEST(reading),
        TEST(large_file), TEST(listing),    TEST(renaming_meanwhile),  TEST(no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
