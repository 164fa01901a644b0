/* SPDX-License-Identifier: Apache-2.0 */
/* The one function of the log that each port writes. */
#ifndef CERIUM_PLATFORM_LOG_OUTPUT_H
#define CERIUM_PLATFORM_LOG_OUTPUT_H

#include <stddef.h>

/* Puts one line, newline included, where people look: in one piece, from any thread. What cannot be written is lost. */
void plat_log_output(const char *line, size_t size);

#endif
