/* SPDX-License-Identifier: Apache-2.0 */
/* What a request is about to do, told from names alone. */
#include "access/access.h"

#include "platform/text.h"

#include <string.h>

/* A vroot may be one script file ("Virtual Path Registry Settings" aa925668). */
static bool is_script_file(const struct httpd_settings *settings, const char *physical)
{
    const char *name = physical;
    for (const char *p = physical; *p != '\0'; p++) {
        if (*p == '\\' || *p == '/') {
            name = p + 1;
        }
    }
    return httpd_script_map_find(settings, name) != NULL;
}

enum httpd_target httpd_target_of(const struct httpd_settings *settings, const struct httpd_vroot *vroot,
                                  const char *rest, size_t *name_end)
{
    *name_end = 0;
    if (vroot->is_module) {
        return HTTPD_TARGET_EXTENSION;
    }
    if (is_script_file(settings, vroot->physical)) {
        return HTTPD_TARGET_SCRIPT;
    }
    /* Any segment, not only the last: what follows the module or script is its PATH_INFO. */
    for (const char *segment = rest; *segment != '\0';) {
        segment += *segment == '/';
        size_t size = strcspn(segment, "/");
        *name_end = (size_t)(segment - rest) + size;
        if (httpd_is_module_name(segment, size)) {
            return HTTPD_TARGET_EXTENSION;
        }
        if (httpd_script_map_find_n(settings, segment, size) != NULL) {
            return HTTPD_TARGET_SCRIPT;
        }
        segment += size;
    }
    *name_end = 0;
    return HTTPD_TARGET_FILE;
}
