/* SPDX-License-Identifier: Apache-2.0 */
/* The editor that suits a value's type and name, on data in hand. */
#ifndef CERIUM_TOOLS_REGEDIT_EDIT_H
#define CERIUM_TOOLS_REGEDIT_EDIT_H

#include "regedit/regedit.h"

/* True: `data` are to be stored. Data that do not fit their type are edited as bytes. */
bool edit_data(struct regedit *ui, const char *name, uint32_t type, struct plat_buffer *data);

#endif
