/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_HTTPD_CONTENT_TYPE_H
#define CERIUM_HTTPD_CONTENT_TYPE_H

/*
 * The media type that a file name's extension stands for (any case); "application/octet-stream" for an
 * unknown one or none.
 */
const char *files_content_type(const char *name);

#endif
