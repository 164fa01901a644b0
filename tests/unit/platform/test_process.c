/* SPDX-License-Identifier: Apache-2.0 */
/* Signals, streams and the terminal. Much of it happens in child processes. */
#define _GNU_SOURCE
#include "scratch.h"

#include "platform/clock.h"
#include "platform/net.h"
#include "platform/process.h"
#include "platform/random.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

struct server {
    struct plat_poller *poller;
    volatile sig_atomic_t stops;
};

static void stop(void *context)
{
    struct server *server = context;

    server->stops++;
    plat_poller_wake(server->poller);
}

/* Says "ready" and serves nothing until it is stopped; `stubborn`: not even then. */
static int serve(int ready, bool stubborn)
{
    static struct server server;
    const struct rlimit none = {0, 0};
    struct plat_event event;
    size_t count = 0;

    setrlimit(RLIMIT_CORE, &none);
    if (plat_poller_create(&server.poller) != ERROR_SUCCESS || plat_on_stop(stop, &server) != ERROR_SUCCESS)
        return 1;
    if (write(ready, "r", 1) != 1)
        return 2;
    while (server.stops == 0)
        if (plat_poller_wait(server.poller, &event, 1, -1, &count) != ERROR_SUCCESS)
            return 3;
    if (write(ready, "s", 1) != 1)
        return 4;
    while (stubborn)
        pause();
    return server.stops == 1 ? 0 : 5;
}

static char read_byte(int fd)
{
    char c = 0;

    assert_int_equal(read(fd, &c, 1), 1);
    return c;
}

static void stop_signals(void **state)
{
    static const struct {
        int first, second; /* 0 = none */
    } rows[] = {{SIGTERM, 0},      {SIGINT, 0},      {SIGHUP, 0},      {SIGTERM, SIGTERM},
                {SIGTERM, SIGINT}, {SIGINT, SIGINT}, {SIGHUP, SIGTERM}};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        int ends[2], status;
        pid_t child;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        if (child == 0)
            _exit(serve(ends[1], rows[i].second != 0));
        assert_int_equal(read_byte(ends[0]), 'r');
        assert_int_equal(kill(child, rows[i].first), 0);
        assert_int_equal(read_byte(ends[0]), 's');
        if (rows[i].second)
            assert_int_equal(kill(child, rows[i].second), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        if (rows[i].second) {
            assert_true(WIFSIGNALED(status));
            assert_int_equal(WTERMSIG(status), rows[i].second);
        } else {
            assert_true(WIFEXITED(status));
            assert_int_equal(WEXITSTATUS(status), 0);
        }
        close(ends[0]);
        close(ends[1]);
    }
}

/* A second SIGHUP is the shell's, after the terminal's own; where SIGHUP is ignored (nohup) it stays so. */
static void hang_up(void **state)
{
    (void)state;
    for (int ignored = 0; ignored < 2; ignored++) {
        int ends[2], status;
        pid_t child;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        if (child == 0) {
            signal(SIGHUP, ignored ? SIG_IGN : SIG_DFL);
            _exit(serve(ends[1], true));
        }
        assert_int_equal(read_byte(ends[0]), 'r');
        assert_int_equal(kill(child, SIGHUP), 0);
        if (ignored)
            assert_int_equal(kill(child, SIGTERM), 0);
        assert_int_equal(read_byte(ends[0]), 's');
        assert_int_equal(kill(child, SIGHUP), 0);
        assert_int_equal(kill(child, SIGINT), 0); /* the one that it ends by */
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGINT);
        close(ends[0]);
        close(ends[1]);
    }
}

/* plat_write to a standard output of our choice, in a child; its error is the exit code. */
static win_error write_to(int fd, const void *data, size_t size)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        signal(SIGPIPE, SIG_IGN);
        dup2(fd, STDOUT_FILENO);
        _exit((int)plat_write(PLAT_STDOUT, data, size));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return (win_error)WEXITSTATUS(status);
}

static void write_errors(void **state)
{
    int ends[2];
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

    (void)state;
    assert_true(full >= 0);
    assert_int_equal(write_to(full, "x", 1), ERROR_DISK_FULL);
    close(full);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(write_to(ends[1], "x", 1), ERROR_BROKEN_PIPE);
    assert_int_equal(write_to(ends[1], "x", 0), ERROR_SUCCESS);
    close(ends[1]);
    assert_int_equal(write_to(open("/dev/null", O_RDONLY | O_CLOEXEC), "x", 1), ERROR_WRITE_FAULT);
}

/* A pipe that never blocks and a slow reader: everything arrives all the same. */
static void write_waits(void **state)
{
    static char block[300000];
    size_t got = 0;
    int ends[2], status;
    pid_t child;

    (void)state;
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, 0), 0);
    child = fork();
    if (child == 0) {
        close(ends[0]);
        dup2(ends[1], STDOUT_FILENO);
        memset(block, 'b', sizeof block);
        _exit((int)plat_write(PLAT_STDOUT, block, sizeof block));
    }
    close(ends[1]);
    for (;;) {
        ssize_t n = read(ends[0], block, 7000);

        assert_true(n >= 0);
        if (n == 0)
            break;
        got += (size_t)n;
    }
    assert_int_equal(got, sizeof block);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(ends[0]);
}

static void lines(void **state)
{
    static const struct {
        win_error error;
        const char *line;
    } rows[] = {
        {ERROR_SUCCESS, "one"},   {ERROR_SUCCESS, "two"},         {ERROR_SUCCESS, ""},
        {ERROR_SUCCESS, "a\rb"},  {ERROR_SUCCESS, "exactly 10"},  {ERROR_FILE_TOO_LARGE, NULL},
        {ERROR_SUCCESS, "after"}, {ERROR_SUCCESS, "no line end"}, {ERROR_HANDLE_EOF, NULL},
        {ERROR_HANDLE_EOF, NULL},
    };
    static const char input[] = "one\ntwo\r\n\na\rb\nexactly 10\nlonger than 10\nafter\nno line end";
    int saved = dup(STDIN_FILENO);
    struct plat_buffer b;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], input, sizeof input - 1), sizeof input - 1);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    assert_false(plat_is_terminal(PLAT_STDIN));
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        win_error error;

        plat_buffer_init(&b, i == 7 ? 11 : 10);
        plat_buffer_append_text(&b, "old");
        /* no terminal: a password is a line like any other */
        error = i % 2 ? plat_read_line(&b) : plat_read_password("unused: ", &b);
        if (error != rows[i].error || (!error && strcmp(plat_buffer_text(&b), rows[i].line) != 0))
            fail_msg("row %zu: %u", i, (unsigned)error);
        plat_buffer_free(&b);
    }
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
}

struct terminal {
    int master;
    int slave;
    pid_t child;
};

/* A child on a terminal of its own that asks for a password and exits 0 if it is "sesame". */
static struct terminal ask_on_terminal(void)
{
    struct terminal t = {.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
    char name[100];

    if (t.master < 0) {
        print_message("no pseudo-terminal is to be had here (is /dev/pts mounted?)\n");
        skip();
    }
    assert_int_equal(grantpt(t.master), 0);
    assert_int_equal(unlockpt(t.master), 0);
    assert_int_equal(ptsname_r(t.master, name, sizeof name), 0);
    t.slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(t.slave >= 0);
    t.child = fork();
    if (t.child == 0) {
        const struct rlimit none = {0, 0};
        struct plat_buffer b;
        win_error error;

        setrlimit(RLIMIT_CORE, &none);
        signal(SIGINT, SIG_DFL);
        signal(SIGQUIT, SIG_DFL);
        setsid();
        if (ioctl(t.slave, TIOCSCTTY, 0) != 0)
            _exit(90);
        dup2(t.slave, STDIN_FILENO);
        dup2(t.slave, STDERR_FILENO);
        plat_buffer_init(&b, 16);
        error = plat_read_password("Password: ", &b);
        if (error)
            _exit(error == ERROR_FILE_TOO_LARGE ? 91 : error == ERROR_HANDLE_EOF ? 92 : 93);
        error = strcmp(plat_buffer_text(&b), "sesame") != 0;
        plat_buffer_free(&b);
        _exit(error ? 94 : 0);
    }
    return t;
}

static bool echoes(void *terminal)
{
    const struct terminal *t = terminal;
    struct termios settings;

    assert_int_equal(tcgetattr(t->slave, &settings), 0);
    return (settings.c_lflag & ECHO) != 0;
}

/* Reads what the terminal shows until it ends with `text`. */
static void expect_shown(const struct terminal *t, const char *text)
{
    char shown[200] = "";
    size_t size = 0;

    while (size < sizeof shown - 1 &&
           !(size >= strlen(text) && strcmp(shown + size - strlen(text), text) == 0)) {
        struct pollfd in = {.fd = t->master, .events = POLLIN};

        if (poll(&in, 1, 60000) != 1 || read(t->master, shown + size, 1) != 1)
            fail_msg("shown: %s", shown);
        size++;
    }
    assert_string_equal(shown, text);
}

static int end_of(struct terminal *t)
{
    int status;

    assert_int_equal(waitpid(t->child, &status, 0), t->child);
    close(t->master);
    close(t->slave);
    return status;
}

static void type(const struct terminal *t, const char *text)
{
    assert_int_equal(write(t->master, text, strlen(text)), (ssize_t)strlen(text));
}

static void password(void **state)
{
    static const struct {
        const char *typed;
        int code;
    } rows[] = {
        {"sesame\n", 0}, {"sesamee\x7F\n", 0}, {"wrong\n", 94}, {"much too long for it\n", 91}, {"\x04", 92}};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct terminal t = ask_on_terminal();
        int status;

        expect_shown(&t, "Password: ");
        assert_false(echoes(&t));
        type(&t, rows[i].typed);
        expect_shown(&t, "\r\n"); /* and no letter of it */
        assert_true(scratch_wait(echoes, &t));
        status = end_of(&t);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), rows[i].code);
    }
}

/* The terminal is put right before the signal ends the program. */
static void password_interrupted(void **state)
{
    static const struct {
        const char *typed; /* or NULL: */
        int signal;
    } rows[] = {{"ses\x03", SIGINT}, {"\x1C", SIGQUIT}, {NULL, SIGTERM}, {NULL, SIGHUP}};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct terminal t = ask_on_terminal();
        int status;

        expect_shown(&t, "Password: ");
        assert_false(echoes(&t));
        if (rows[i].typed)
            type(&t, rows[i].typed);
        else
            assert_int_equal(kill(t.child, rows[i].signal), 0);
        assert_int_equal(waitpid(t.child, &status, 0), t.child);
        assert_true(echoes(&t));
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), rows[i].signal);
        close(t.master);
        close(t.slave);
    }
}

static void environment(void **state)
{
    (void)state;
    assert_int_equal(setenv("CERIUM_TEST_VALUE", "7", 1), 0);
    assert_string_equal(plat_environment("CERIUM_TEST_VALUE"), "7");
    assert_int_equal(unsetenv("CERIUM_TEST_VALUE"), 0);
    assert_null(plat_environment("CERIUM_TEST_VALUE"));
}

static void resident_size(void **state)
{
    (void)state;
    assert_in_range(plat_resident_size(), 100 * 1024, UINT64_C(1) << 40);
}

static void random_bytes(void **state)
{
    static uint8_t a[100000], b[100000];
    unsigned ones = 0;

    (void)state;
    assert_int_equal(plat_random(a, sizeof a), ERROR_SUCCESS);
    assert_int_equal(plat_random(b, sizeof b), ERROR_SUCCESS);
    assert_memory_not_equal(a, b, sizeof a);
    for (size_t i = 0; i < sizeof a; i++)
        for (unsigned bit = 0; bit < 8; bit++)
            ones += (unsigned)a[i] >> bit & 1U;
    assert_in_range(ones, 395000, 405000); /* 11 standard deviations */
    assert_int_equal(plat_random(NULL, 0), ERROR_SUCCESS);
}

/* The system's own clocks: this test is linked without the fakes. */
static void system_clocks(void **state)
{
    const struct timespec pause = {.tv_nsec = 5000000};
    uint64_t start = plat_clock_monotonic_ms();
    int64_t now = (int64_t)time(NULL);

    (void)state;
    assert_in_range(plat_clock_unix() - now, 0, 5);
    nanosleep(&pause, NULL);
    assert_in_range(plat_clock_monotonic_ms() - start, 4, 10000);
}

/* What the system's own tools say. */
static void identity(void **state)
{
    char id[PLAT_BOOT_ID_SIZE];
    char again[PLAT_BOOT_ID_SIZE];
    char number[32];
    struct plat_buffer name;

    (void)state;
    plat_buffer_init(&name, 100);
    plat_user_name(&name);
    snprintf(number, sizeof number, "uid %lu", (unsigned long)geteuid());
    if (geteuid() == 0 && access("/etc/passwd", R_OK) == 0)
        assert_string_equal(plat_buffer_text(&name), "root");
    else if (strncmp(plat_buffer_text(&name), "uid ", 4) == 0)
        assert_string_equal(plat_buffer_text(&name), number);
    assert_true(name.size > 0);
    plat_buffer_free(&name);
    plat_boot_id(id);
    plat_boot_id(again);
    assert_string_equal(id, again);
    assert_null(strpbrk(id, " \n"));
    if (access("/proc/sys/kernel/random/boot_id", R_OK) == 0)
        assert_int_equal(strlen(id), 36);
}

/* A user whom /etc/passwd does not know. */
static void nameless(void **state)
{
    int status;
    pid_t child;

    (void)state;
    if (geteuid() != 0)
        skip();
    child = fork();
    if (child == 0) {
        struct plat_buffer name;
        const char *text;

        plat_buffer_init(&name, 100);
        if (setuid(54321) != 0)
            _exit(2);
        plat_user_name(&name);
        text = plat_buffer_text(&name);
        _exit(text && strcmp(text, "uid 54321") == 0 ? 0 : 1);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stop_signals),
        cmocka_unit_test(hang_up),
        cmocka_unit_test(write_errors),
        cmocka_unit_test(identity),
        cmocka_unit_test(nameless),
        cmocka_unit_test(write_waits),
        cmocka_unit_test(lines),
        cmocka_unit_test(password),
        cmocka_unit_test(password_interrupted),
        cmocka_unit_test(environment),
        cmocka_unit_test(resident_size),
        cmocka_unit_test(random_bytes),
        cmocka_unit_test(system_clocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
