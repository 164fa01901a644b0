/* SPDX-License-Identifier: Apache-2.0 */
/* A loaded module's entry point, out of the cache or loaded now. */
#ifndef CERIUM_HTTPD_ISAPI_MODULE_H
#define CERIUM_HTTPD_ISAPI_MODULE_H

#include "isapi/isapi.h"

#include <httpext.h>

/* Why a module cannot be used is logged here, once per try. */
PLAT_MUST_USE win_error isapi_module_procedure(struct httpd_modules *modules, const char *ce_path,
                                               PFN_HTTPEXTENSIONPROC *procedure);

#endif
