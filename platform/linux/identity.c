/* SPDX-License-Identifier: Apache-2.0 */
/* Who runs this process, and since which start of the system. */
#define _GNU_SOURCE
#include "platform/process.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

/* Lines of /etc/passwd looked at. */
#define USERS_MOST 10000

/* The file alone: the system's user database would need shared libraries, which a static program has not. */
void plat_user_name(struct plat_buffer *name)
{
    uid_t uid = geteuid();
    FILE *file = fopen("/etc/passwd", "re");
    size_t before = name->size;

    for (unsigned i = 0; file && i < USERS_MOST && name->size == before; i++) {
        const struct passwd *user = fgetpwent(file);

        if (!user)
            break;
        if (user->pw_uid == uid)
            plat_buffer_append_text(name, user->pw_name);
    }
    if (file)
        fclose(file);
    if (name->size == before)
        plat_buffer_printf(name, "uid %lu", (unsigned long)uid);
}

void plat_boot_id(char id[PLAT_BOOT_ID_SIZE])
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? 0 : read(fd, id, PLAT_BOOT_ID_SIZE - 1);

    if (fd >= 0)
        close(fd);
    while (size > 0 && (id[size - 1] == '\n' || id[size - 1] == ' '))
        size--;
    id[size > 0 ? size : 0] = 0;
}
