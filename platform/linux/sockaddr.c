/* SPDX-License-Identifier: Apache-2.0 */
#include "linux/sockaddr.h"

#include <string.h>

socklen_t linux_to_sockaddr(const struct plat_address *address, union linux_sockaddr *native)
{
    memset(native, 0, sizeof *native);
    if (address->is_ipv6) {
        native->v6.sin6_family = AF_INET6;
        native->v6.sin6_port = htons(address->port);
        native->v6.sin6_scope_id = address->scope;
        memcpy(&native->v6.sin6_addr, address->bytes, 16);
        return sizeof native->v6;
    }
    native->v4.sin_family = AF_INET;
    native->v4.sin_port = htons(address->port);
    memcpy(&native->v4.sin_addr, address->bytes, 4);
    return sizeof native->v4;
}

void linux_from_sockaddr(const union linux_sockaddr *native, struct plat_address *address)
{
    *address = (struct plat_address){.is_ipv6 = native->any.sa_family == AF_INET6};
    if (address->is_ipv6) {
        address->port = ntohs(native->v6.sin6_port);
        address->scope = native->v6.sin6_scope_id;
        memcpy(address->bytes, &native->v6.sin6_addr, 16);
    } else {
        address->port = ntohs(native->v4.sin_port);
        memcpy(address->bytes, &native->v4.sin_addr, 4);
    }
}
