/* SPDX-License-Identifier: Apache-2.0 */
/* Root keys and key paths. */
#include "core/path.h"

#include "platform/text.h"

#include <string.h>

static const struct {
    const char *brief;
    const char *name;
} roots[] = {
    [REG_HKCR] = {"HKCR", "HKEY_CLASSES_ROOT"},
    [REG_HKCU] = {"HKCU", "HKEY_CURRENT_USER"},
    [REG_HKLM] = {"HKLM", "HKEY_LOCAL_MACHINE"},
    [REG_HKU] = {"HKU", "HKEY_USERS"},
};

const char *reg_root_name(reg_key root)
{
    return root >= REG_HKCR && root <= REG_HKU ? roots[root].name : NULL;
}

win_error reg_path_split(const char *path, reg_key *root, const char **rest)
{
    size_t size = strcspn(path, "\\");

    for (reg_key i = REG_HKCR; i <= REG_HKU; i++) {
        if (!plat_ascii_equal_nocase_n(path, size, roots[i].brief, strlen(roots[i].brief)) &&
            !plat_ascii_equal_nocase_n(path, size, roots[i].name, strlen(roots[i].name)))
            continue;
        *root = i;
        *rest = path + size + (path[size] == '\\' ? 1 : 0);
        return (*rest)[0] == '\\' ? ERROR_BAD_PATHNAME : ERROR_SUCCESS;
    }
    return ERROR_BADKEY;
}

bool path_next(const char **path, struct plat_span *name)
{
    const char *start = *path + strspn(*path, "\\");
    size_t size = strcspn(start, "\\");

    *path = start + size;
    *name = plat_span_of(start, size);
    return size > 0;
}
