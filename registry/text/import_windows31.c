/* SPDX-License-Identifier: Apache-2.0 */
/* .reg files of Windows 3.1. */
#include "text/importer.h"

#include <string.h>

static win_error windows31_line(struct importer *im, struct plat_span key_path, struct plat_span data)
{
    const char *path;
    const char *text;
    reg_key key;
    win_error error;

    plat_buffer_clear(&im->path);
    plat_buffer_append(&im->path, key_path.data, key_path.size);
    path = plat_buffer_text(&im->path);
    if (!path)
        return import_refuse_key(im, im->path.failed, "a very long path");
    plat_buffer_clear(&im->value.data);
    plat_buffer_append(&im->value.data, data.data, data.size);
    text = plat_buffer_text(&im->value.data);
    error = text ? reg_key_create(im->db, REG_HKCR, path, 0, &key, NULL) : im->value.data.failed;
    if (!error)
        error = reg_set_string(im->db, key, "", text);
    if (error)
        return import_refuse_key(im, error, path);
    im->result->keys++;
    im->result->values++;
    return ERROR_SUCCESS;
}

/*
 * Windows 3.1: lines "HKEY_CLASSES_ROOT\key = data", default values only; anything else is not for the
 * registry.
 */
win_error import_windows31(struct importer *im)
{
    static const char root[] = "HKEY_CLASSES_ROOT\\";
    struct text_cursor line;
    win_error error = ERROR_SUCCESS;

    while (!error && text_line(&im->lines, &line)) {
        const char *start = line.next + (sizeof root - 1);
        const char *equals;
        const char *end;

        if ((size_t)(line.end - line.next) < sizeof root - 1 || memcmp(line.next, root, sizeof root - 1) != 0)
            continue;
        for (equals = start; line.end - equals >= 2 && (equals[0] != '=' || equals[1] != ' ');)
            equals++;
        if (line.end - equals < 2 || memchr(start, 0, (size_t)(line.end - start))) {
            import_problem(im, "there is no \"= \" with data after the key; the line was left out");
            continue;
        }
        for (end = equals; end != start && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\\');)
            end--;
        error = windows31_line(im, plat_span_of(start, (size_t)(end - start)),
                               plat_span_of(equals + 2, (size_t)(line.end - equals - 2)));
    }
    return error;
}
