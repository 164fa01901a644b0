/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_HTTPD_LISTING_H
#define CERIUM_HTTPD_LISTING_H

#include "platform/file.h"

/*
 * Appends a page of links to everything in the directory that could be asked for: folders first, then by
 * name. url_path is its decoded path, with its final slash. At most LIMIT_LISTING_ENTRIES; the page says when
 * there are more.
 */
PLAT_MUST_USE win_error files_list(struct plat_file *directory, const char *url_path,
                                   struct plat_buffer *html);

#endif
