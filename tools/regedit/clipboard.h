/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERIUM_TOOLS_REGEDIT_CLIPBOARD_H
#define CERIUM_TOOLS_REGEDIT_CLIPBOARD_H

#include "regedit/regedit.h"

void clipboard_free(struct clipboard *clipboard); /* empty, and usable, afterwards */

#endif
