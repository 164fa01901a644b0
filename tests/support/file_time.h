/* SPDX-License-Identifier: Apache-2.0 */
/* A file that was written some time ago. */
#ifndef CERIUM_TESTS_SUPPORT_FILE_TIME_H
#define CERIUM_TESTS_SUPPORT_FILE_TIME_H

#include <stdbool.h>
#include <stdint.h>

bool file_time_set(const char *path, int64_t seconds_ago);

#endif
