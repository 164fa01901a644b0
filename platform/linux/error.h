/* SPDX-License-Identifier: Apache-2.0 */
/* errno as Win32 codes. Private to platform/linux. */
#ifndef CERIUM_PLATFORM_LINUX_ERROR_H
#define CERIUM_PLATFORM_LINUX_ERROR_H

#include "platform/winerror.h"

win_error linux_error(int error); /* of a call on files and the rest */
win_error linux_socket_error(int error);

#endif
