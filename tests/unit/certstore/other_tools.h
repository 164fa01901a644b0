/* SPDX-License-Identifier: Apache-2.0 */
/* Files that other programs make and read, for a test. */
#ifndef CERIUM_TESTS_CERTSTORE_OTHER_TOOLS_H
#define CERIUM_TESTS_CERTSTORE_OTHER_TOOLS_H

#include <stdbool.h>
#include <stddef.h>

#include "platform/bytes.h"

/* Is there such a program? */
bool tool_there(const char *program);
/* Runs a command line of the shell in the scratch folder; does it succeed? */
bool tool_try(void **state, const char *command);
/* The same; the test fails with what it says when it does not. */
void tool_run(void **state, const char *command);
/* Replaces what the buffer holds by a file of the scratch folder. */
struct plat_span tool_read(void **state, const char *name, struct plat_buffer *out);
void tool_write(void **state, const char *name, struct plat_span bytes);

#endif
