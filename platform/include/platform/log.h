/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: whole lines, from any thread, to standard error unless a sink is set. Control characters and invalid UTF-8
 * in the text are written as \xNN, so that nothing a client sends can forge a line.
 */
#ifndef CERIUM_PLATFORM_LOG_H
#define CERIUM_PLATFORM_LOG_H

#include <stddef.h>

enum plat_log_level { PLAT_LOG_ERROR, PLAT_LOG_WARNING, PLAT_LOG_INFO, PLAT_LOG_ACCESS, PLAT_LOG_DEBUG };

typedef void (*plat_log_sink)(void *context, enum plat_log_level level, const char *line,
                              size_t size); /* with its newline */

void plat_log_set_sink(plat_log_sink sink, void *context); /* NULL = standard error; before threads start */
void plat_log_set_level(enum plat_log_level most_verbose); /* default PLAT_LOG_ACCESS */
/* "cerium: error: ..." ; ACCESS lines carry no prefix. */
void plat_log(enum plat_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
