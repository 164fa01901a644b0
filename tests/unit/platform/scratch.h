/* SPDX-License-Identifier: Apache-2.0 */
/* A directory for one test, made in the current one and removed with all that is in it. */
#ifndef CERIUM_TESTS_PLATFORM_SCRATCH_H
#define CERIUM_TESTS_PLATFORM_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>

int scratch_setup(void **state); /* *state = its absolute path */
int scratch_teardown(void **state);

/* "<scratch>/<name>", valid for the next 15 calls. */
const char *scratch_path(void **state, const char *name);
void scratch_write(void **state, const char *name, const char *text);

/* Waits (a minute at most) until `done` says true; for what another thread or process does. */
bool scratch_wait(bool (*done)(void *context), void *context);

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

#endif
