/* SPDX-License-Identifier: Apache-2.0 */
#include "other_tools.h"

#include "unit/platform/scratch.h"

#include "platform/file.h"

#include <stdio.h>
#include <stdlib.h>

#define COMMAND_SIZE 2048

bool tool_there(const char *program)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    return system(command) == 0;
}

bool tool_try(void **state, const char *command)
{
    char whole[2 * COMMAND_SIZE];
    int size = snprintf(whole, sizeof whole, "cd '%s' && { %s ; } >said 2>&1 </dev/null",
                        scratch_path(state, "."), command);
    assert_in_range(size, 1, sizeof whole - 1);
    return system(whole) == 0;
}

void tool_run(void **state, const char *command)
{
    if (!tool_try(state, command)) {
        struct plat_buffer said;
        plat_buffer_init(&said, 100000);
        (void)tool_read(state, "said", &said);
        fail_msg("%s\n%s", command, plat_buffer_text(&said));
    }
}

struct plat_span tool_read(void **state, const char *name, struct plat_buffer *out)
{
    plat_buffer_clear(out);
    assert_int_equal(plat_file_read_all(scratch_path(state, name), out), ERROR_SUCCESS);
    return plat_span_of(out->data, out->size);
}

void tool_write(void **state, const char *name, struct plat_span bytes)
{
    assert_int_equal(plat_file_write_atomic(scratch_path(state, name), bytes.data, bytes.size, 0600),
                     ERROR_SUCCESS);
}
