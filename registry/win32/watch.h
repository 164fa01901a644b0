/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who wants to hear of which changes, and the one thread that tells them. It waits for the registry's bell and reads in the history what was changed. A commit that the
 * history does not explain (another program's, one too large to be kept) counts as a change of everything, a ring without a commit as a value set to
 * what it was.
 */
#ifndef CERIUM_REGISTRY_WIN32_WATCH_H
#define CERIUM_REGISTRY_WIN32_WATCH_H

#include "registry/history.h"
#include "win32/face.h"

/* FILE_ACTION_*; `path` is the key's below the watched one, `value` NULL for a change of the key itself. */
struct face_notice {
    DWORD action;
    const char *path;
    const char *value;
};

/* One thing watched. The owner's first member, zeroed; filled in by face_watch_start. */
struct face_watch {
    struct face_watch *next;
    struct face_watch **link; /* NULL = not started, or ended */
    reg_key key;
    char *path;   /* the key's full path as of the last look; NULL = the key is gone */
    size_t depth; /* names in it */
    bool subtree;
    DWORD filter; /* REG_NOTIFY_CHANGE_* */
    bool hit;     /* by the changes being looked at */
    /* All under the lock. `noticed` may be NULL; `lost`: there are changes that cannot be told. */
    void (*noticed)(struct face_watch *watch, const struct face_notice *notice);
    void (*changed)(struct face_watch *watch, bool lost); /* once a look */
    void (*ended)(struct face_watch *watch);              /* reg_win32_use; it is out of the list */
};

/* NULL when there is no memory. */
struct plat_mutex *face_watch_lock(void);

/*
 * From now on: changes made before the call are not told, all after it are. Under the lock; starts the thread when it is the first. `epoch` must be the
 * current one (ERROR_INVALID_HANDLE).
 */
PLAT_MUST_USE win_error face_watch_start(struct face_watch *watch, reg_key key, uint32_t epoch);
/* Under the lock. Does nothing when it is not started. */
void face_watch_stop(struct face_watch *watch);
/* Ends all of them, and the thread. Not under the lock. */
void face_watch_end(void);

/* A change of this kind in a key: tells those who watch it. */
void face_watch_match(struct face_watch *watch, const struct reg_change *change);

#endif
