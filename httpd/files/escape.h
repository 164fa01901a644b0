/* SPDX-License-Identifier: Apache-2.0 */
/* Names written into URLs and HTML (private to files/). */
#ifndef CERIUM_HTTPD_ESCAPE_H
#define CERIUM_HTTPD_ESCAPE_H

#include "platform/bytes.h"

/* Percent-encodes everything but unreserved characters and, when keep_slashes, '/'. */
void files_append_url(struct plat_buffer *out, const char *text, bool keep_slashes);
/* & < > " ' as entities. */
void files_append_html(struct plat_buffer *out, const char *text);

#endif
