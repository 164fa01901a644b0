/* SPDX-License-Identifier: Apache-2.0 */
/* Lines typed by a person. */
#define _GNU_SOURCE
#include "platform/memory.h"
#include "platform/process.h"

#include "linux/error.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/*
 * One byte at a time: what follows the line stays in the pipe for the next reader. `wait` (may be NULL) is called
 * before each byte and may end it.
 */
static win_error read_line(struct plat_buffer *out, win_error (*wait)(void *context), void *context)
{
    bool any = false;
    char c = 0;

    plat_buffer_clear(out);
    for (;;) {
        win_error error = wait ? wait(context) : ERROR_SUCCESS;
        ssize_t n;

        if (error)
            return error;
        n = read(STDIN_FILENO, &c, 1);
        if (n < 0 && (errno == EINTR || (errno == EAGAIN && wait)))
            continue;
        if (n < 0)
            return errno == EIO ? ERROR_READ_FAULT : linux_error(errno);
        if (n == 0 && !any)
            return ERROR_HANDLE_EOF;
        if (n == 0 || c == '\n')
            break;
        any = true;
        plat_buffer_append_u8(out, (uint8_t)c); /* too long: the rest of the line is read away */
    }
    if (out->failed)
        return out->failed;
    if (out->size > 0 && out->data[out->size - 1] == '\r')
        out->size--;
    return ERROR_SUCCESS;
}

win_error plat_read_line(struct plat_buffer *out)
{
    return read_line(out, NULL, NULL);
}

/*
 * While a password is typed, the signals that could end or stop the program only set this; they are delivered in
 * ppoll alone, and raised again when the terminal is as it was.
 */
static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
enum { CAUGHT = sizeof caught / sizeof caught[0] };
static volatile sig_atomic_t caught_signal;

static void note(int number)
{
    caught_signal = number;
}

struct prompt {
    const char *text;
    struct termios terminal;          /* as it was */
    struct sigaction actions[CAUGHT]; /* as they were */
    sigset_t mask;                    /* as it was */
    sigset_t waiting;                 /* while waiting: without those that are caught */
};

static win_error begin(struct prompt *p)
{
    struct termios quiet = p->terminal;
    struct sigaction action = {.sa_handler = note};
    sigset_t block;

    caught_signal = 0;
    sigemptyset(&block);
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < CAUGHT; i++)
        sigaddset(&block, caught[i]);
    pthread_sigmask(SIG_BLOCK, &block, &p->mask);
    p->waiting = p->mask;
    for (int i = 0; i < CAUGHT; i++) {
        sigaction(caught[i], NULL, &p->actions[i]);
        if (p->actions[i].sa_handler != SIG_IGN)
            sigaction(caught[i], &action, NULL);
        sigdelset(&p->waiting, caught[i]);
    }
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    quiet.c_lflag |= ICANON;
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0)
        return linux_error(errno);
    return plat_write(PLAT_STDERR, p->text, strlen(p->text));
}

static void end(struct prompt *p)
{
    (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &p->terminal);
    if (plat_write(PLAT_STDERR, "\n", 1)) /* the one that was not echoed */
        p->text = "";                     /* nobody reads what we ask */
    for (int i = 0; i < CAUGHT; i++)
        sigaction(caught[i], &p->actions[i], NULL);
    pthread_sigmask(SIG_SETMASK, &p->mask, NULL);
}

static win_error wait_for_input(void *context)
{
    struct prompt *p = context;

    for (;;) {
        struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
        int n = ppoll(&in, 1, NULL, &p->waiting);
        win_error error;

        if (n > 0)
            return ERROR_SUCCESS;
        if (n < 0 && errno != EINTR)
            return linux_error(errno);
        if (!caught_signal)
            continue;
        end(p);
        raise((int)caught_signal); /* may end the program, or stop it until it is continued */
        error = begin(p);
        if (error)
            return error;
    }
}

win_error plat_read_password(const char *prompt, struct plat_buffer *out)
{
    struct prompt p = {.text = prompt};
    win_error error;

    /* No growing, no copies left behind. */
    plat_buffer_clear(out);
    if (!plat_buffer_reserve(out, out->limit < 1024 ? out->limit : 1024))
        return out->failed;
    if (!plat_is_terminal(PLAT_STDIN))
        return plat_read_line(out);
    if (tcgetattr(STDIN_FILENO, &p.terminal) != 0)
        return linux_error(errno);
    error = begin(&p);
    if (!error)
        error = read_line(out, wait_for_input, &p);
    end(&p);
    if (error && out->data)
        plat_wipe(out->data, out->capacity);
    return error;
}
