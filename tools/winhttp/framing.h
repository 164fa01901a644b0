/* SPDX-License-Identifier: Apache-2.0 */
/* What the fields of a response mean for the message itself (private to the reader). */
#ifndef CERIUM_TOOLS_WINHTTP_FRAMING_H
#define CERIUM_TOOLS_WINHTTP_FRAMING_H

#include "winhttp/response.h"

/* Fills framing, length and keep_alive of a final response (RFC 9112 sections 6.3 and 9.3). */
PLAT_MUST_USE win_error winhttp_response_understand(struct winhttp_response *response);

#endif
