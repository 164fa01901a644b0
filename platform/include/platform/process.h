/* SPDX-License-Identifier: Apache-2.0 */
/* The process and its terminal: environment, stop signals, output to people. */
#ifndef CERIUM_PLATFORM_PROCESS_H
#define CERIUM_PLATFORM_PROCESS_H

#include "platform/bytes.h"

const char *plat_environment(const char *name); /* NULL when unset; static storage */

/*
 * Catches SIGTERM, SIGINT and SIGHUP, unless that is ignored already (nohup), and ignores SIGPIPE: `stop` is called once, in a signal handler: it may only
 * store atomics and call plat_poller_wake / plat_doorbell_ring. A second signal ends the process at once, but for SIGHUP, which comes twice from a terminal.
 */
PLAT_MUST_USE win_error plat_on_stop(void (*stop)(void *context), void *context);

/* SIGCONT: the program was stopped and goes on. plat_was_continued says so once. */
PLAT_MUST_USE win_error plat_catch_continue(void);
bool plat_was_continued(void);

enum plat_stream { PLAT_STDIN, PLAT_STDOUT, PLAT_STDERR };
bool plat_is_terminal(enum plat_stream stream);
/* Writes all of it; ERROR_WRITE_FAULT, ERROR_BROKEN_PIPE, ERROR_DISK_FULL. */
PLAT_MUST_USE win_error plat_write(enum plat_stream stream, const void *data, size_t size);
/* Replaces `out` with one line of standard input, without its line end; ERROR_HANDLE_EOF at the end; ERROR_FILE_TOO_LARGE past out->limit. */
PLAT_MUST_USE win_error plat_read_line(struct plat_buffer *out);
/* Asks on the terminal without echo; reads one line of standard input when that is no terminal. Wipe the buffer after use. */
PLAT_MUST_USE win_error plat_read_password(const char *prompt, struct plat_buffer *out);

/* Appends the name of the user that this process acts for (/etc/passwd alone, no network), "uid 1000" when it has none. */
void plat_user_name(struct plat_buffer *name);

#define PLAT_BOOT_ID_SIZE 40
/* A text that differs after each start of the system, "" when unknown. */
void plat_boot_id(char id[PLAT_BOOT_ID_SIZE]);

/* Memory of this process now, in bytes, or 0 when unknown. */
uint64_t plat_resident_size(void);

#endif
