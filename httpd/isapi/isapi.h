/* SPDX-License-Identifier: Apache-2.0 */
/* ISAPI extensions: the cache of loaded modules and the call of one ("ISAPI Extensions" aa450096). */
#ifndef CERIUM_HTTPD_ISAPI_H
#define CERIUM_HTTPD_ISAPI_H

#include "server/exchange.h"

struct httpd_modules; /* loaded modules by CE path; thread-safe */

PLAT_MUST_USE win_error httpd_modules_create(struct plat_root *root, struct httpd_modules **modules);
/* Calls TerminateExtension(HSE_TERM_MUST_UNLOAD) of each and unloads. No request may be running. */
void httpd_modules_destroy(struct httpd_modules *modules);

/*
 * Runs exchange->module on the calling worker thread and ends with httpd_exchange_finish. A module that cannot be loaded: 500, and a log line that
 * says why.
 */
void httpd_isapi_run(struct httpd_modules *modules, struct httpd_exchange *exchange);

#endif
