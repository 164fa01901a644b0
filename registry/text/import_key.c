/* SPDX-License-Identifier: Apache-2.0 */
/* Key lines of .reg files. */
#include "text/importer.h"
#include "text/variable.h"

#include "platform/limits.h"

#include <string.h>

void import_leave_key_out(struct importer *im)
{
    im->key = REG_KEY_NONE;
    im->key_seen = true;
    im->protect = false;
}

win_error import_refuse_key(struct importer *im, win_error error, const char *path)
{
    if (!import_is_of_line(error))
        return error;
    if (error == ERROR_BADKEY)
        import_problem(im, "[%s] begins with no root key known here; it and its values were left out", path);
    else
        import_problem(im, "[%s]: %s; it and its values were left out", path,
                       reg_db_message(im->db)[0] ? reg_db_message(im->db) : win_error_text(error));
    return ERROR_SUCCESS;
}

static win_error delete_key(struct importer *im, const char *path)
{
    const char *rest;
    reg_key root;
    reg_key key;
    win_error error = reg_path_split(path, &root, &rest);

    if (!error)
        error = reg_key_open(im->db, root, rest, &key);
    if (error == ERROR_FILE_NOT_FOUND)
        return ERROR_SUCCESS;
    return error ? error : reg_key_delete_tree(im->db, key);
}

static win_error create_key(struct importer *im, const char *path, unsigned flags)
{
    const char *rest;
    reg_key root;
    win_error error = reg_path_split(path, &root, &rest);

    return error ? error : reg_key_create(im->db, root, rest, flags, &im->key, NULL);
}

static void count_key(struct importer *im, const char *path)
{
    unsigned depth = 0;

    im->result->keys++;
    for (; *path; path++)
        depth += path[0] == '\\' && path[1] != '\\';
    im->result->beyond_ce += depth > LIMIT_CE_DEPTH;
}

/* The path between the brackets, its variables replaced, into im->path; false when one is not set. */
static bool take_path(struct importer *im, struct text_cursor c)
{
    struct text_cursor unset;

    plat_buffer_clear(&im->path);
    if (!im->value.variables) {
        plat_buffer_append(&im->path, c.next, (size_t)(c.end - c.next));
    } else if (!variable_expand(&im->path, c, &unset)) {
        import_problem(
            im, "the variable %.*s is not set in the environment; this key and its values were left out",
            (int)(unset.end - unset.next), unset.next);
        return false;
    }
    while (im->path.size > 0 && im->path.data[im->path.size - 1] == '\\')
        im->path.size--;
    return true;
}

/* The key's name goes up to the last "]" of the line. */
win_error import_key(struct importer *im, struct text_cursor c)
{
    bool deletes = text_take(&c, '-');
    unsigned flags = im->protect ? REG_CREATE_PROTECTED : 0;
    const char *path;
    win_error error;

    import_leave_key_out(im);
    db_begin_call(im->db);
    while (c.end != c.next && c.end[-1] != ']')
        c.end--;
    if (c.end == c.next) {
        import_problem(im, "the ] of this key is missing; it and its values were left out");
        return ERROR_SUCCESS;
    }
    c.end--;
    if (!take_path(im, c))
        return ERROR_SUCCESS;
    path = plat_buffer_text(&im->path);
    if (!path)
        return import_refuse_key(im, im->path.failed, "a very long path");
    error = deletes ? delete_key(im, path) : create_key(im, path, flags);
    if (error) {
        im->key = REG_KEY_NONE;
        return import_refuse_key(im, error, path);
    }
    count_key(im, path);
    return ERROR_SUCCESS;
}
