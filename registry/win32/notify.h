/* SPDX-License-Identifier: Apache-2.0 */
/* RegNotifyChangeKeyValue's part of a key that a handle stands for. */
#ifndef CERIUM_REGISTRY_WIN32_NOTIFY_H
#define CERIUM_REGISTRY_WIN32_NOTIFY_H

#include "win32/face.h"

/* The handle is closed: whoever waits for the key's changes is answered. */
void face_notify_close(struct face_key *key);
/* Of a key that was closed, or never had any. NULL is allowed. */
void face_notify_free(struct face_notify *notify);

#endif
