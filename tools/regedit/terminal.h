/* SPDX-License-Identifier: Apache-2.0 */
/* Which terminal this is, by terminfo, and which characters it shows, by the locale. */
#ifndef CERIUM_TOOLS_REGEDIT_TERMINAL_H
#define CERIUM_TOOLS_REGEDIT_TERMINAL_H

#include "platform/bytes.h"

/*
 * The name under which terminfo describes it: TERM, or that of a common terminal when nothing describes that one; `message` says so.
 * NULL: none will do, `message` says why and what helps.
 */
const char *terminal_name(struct plat_buffer *message);

/*
 * Takes over the locale of the environment; one that is asked for as UTF-8 and not installed is replaced by the C library's own. Whether it
 * is one of UTF-8.
 */
bool terminal_locale(void);

#endif
