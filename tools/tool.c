/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include <stdarg.h>

void tool_error(const char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "cerium %s: ", command);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

bool tool_open_registry(const struct tool_context *tool, enum reg_open_mode mode, struct reg_db **db)
{
    struct plat_buffer message;
    plat_buffer_init(&message, 4096);
    win_error error = reg_db_open(tool->registry_path, mode, db, &message);
    if (error != ERROR_SUCCESS) {
        const char *words = plat_buffer_text(&message);
        if (words != NULL && message.size > 0)
            fprintf(stderr, "cerium: %s\n", words);
        else
            fprintf(stderr, "cerium: cannot open the registry %s: %s\n", tool->registry_path,
                    win_error_text(error));
    }
    plat_buffer_free(&message);
    return error == ERROR_SUCCESS;
}
