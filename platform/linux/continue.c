/* SPDX-License-Identifier: Apache-2.0 */
/* SIGCONT. */
#define _GNU_SOURCE
#include "platform/process.h"

#include "linux/error.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>

static atomic_bool continued;

static void on_continue(int number)
{
    (void)number;
    atomic_store(&continued, true);
}

win_error plat_catch_continue(void)
{
    struct sigaction action = {.sa_handler = on_continue, .sa_flags = SA_RESTART};

    sigemptyset(&action.sa_mask);
    return sigaction(SIGCONT, &action, NULL) == 0 ? ERROR_SUCCESS : linux_error(errno);
}

bool plat_was_continued(void)
{
    return atomic_exchange(&continued, false);
}
