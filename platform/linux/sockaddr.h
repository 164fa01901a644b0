/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses as the kernel has them. Private to platform/linux. */
#ifndef CERIUM_PLATFORM_LINUX_SOCKADDR_H
#define CERIUM_PLATFORM_LINUX_SOCKADDR_H

#include "platform/net.h"

#include <netinet/in.h>
#include <sys/socket.h>

union linux_sockaddr {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

socklen_t linux_to_sockaddr(const struct plat_address *address, union linux_sockaddr *native);
void linux_from_sockaddr(const union linux_sockaddr *native, struct plat_address *address);

#endif
