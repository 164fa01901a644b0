/* SPDX-License-Identifier: Apache-2.0 */
/* A second process, and the environment, for tests that may not include headers of the operating system. */
#ifndef CERIUM_TESTS_SUPPORT_CHILD_H
#define CERIUM_TESTS_SUPPORT_CHILD_H

/*
 * Runs `run` in a forked process, whose exit code is what it returns (0..99). It must not use cmocka. Returns
 * an id.
 */
int child_start(int (*run)(void *context), void *context);
/* Waits for it; its exit code, 100 + signal when one ended it. */
int child_wait(int id);

void child_make_link(const char *target, const char *path);      /* a symbolic one */
void child_set_environment(const char *name, const char *value); /* of this process; NULL unsets it */
void child_pause_ms(unsigned milliseconds);                      /* real time, whatever clock is linked */

#endif
