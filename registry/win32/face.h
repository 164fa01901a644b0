/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the winreg.h face share: text of both character sets, registries on loan, keys behind handles.
 *
 * Every function of the face has one body for its W and A forms, which take their strings as struct face_text.
 */
#ifndef CERIUM_REGISTRY_WIN32_FACE_H
#define CERIUM_REGISTRY_WIN32_FACE_H

#include "registry/registry.h"

#include "platform/handles.h"

#include <winreg.h>

/* ---- text ---- */

struct face_text {
    const void *text; /* NUL-terminated UTF-16 or UTF-8; NULL where Windows takes NULL */
    bool wide;
};
#define WIDE(string) ((struct face_text){.text = (string), .wide = true})
#define ANSI(string) ((struct face_text){.text = (string), .wide = false})

bool face_text_empty(struct face_text text); /* "" or NULL */

/* A text as the registry has it. Short ASCII, that is nearly all of them, costs no memory. */
struct face_name {
    const char *text; /* "" for NULL */
    char small[128];
    struct plat_buffer large;
};
/* ERROR_INVALID_PARAMETER beyond `most` units (W) or three times as many bytes (A). Call face_name_free even when it fails. */
PLAT_MUST_USE win_error face_name_make(struct face_name *name, struct face_text text, size_t most);
void face_name_free(struct face_name *name);

/* Where a string goes to: `buffer` has room for *characters with the NUL. NULL buffer: nothing is wanted. */
struct face_room {
    void *buffer;
    DWORD *characters;
    bool wide;
};
/* Characters (UTF-16 units or bytes) of a text in that form, without a NUL. */
size_t face_characters(bool wide, const char *text, size_t size);
/* Fills it in and sets *characters to what is there, without the NUL. ERROR_MORE_DATA changes nothing. */
PLAT_MUST_USE win_error face_put_text(struct face_room room, const char *text);

bool face_is_string(DWORD type); /* a type whose data the A functions convert */
/* Data of that form -> data of the registry (UTF-16LE), and back. Replaces `out`. */
PLAT_MUST_USE win_error face_data_in(struct plat_buffer *out, bool wide, DWORD type, const void *data,
                                     size_t size);
PLAT_MUST_USE win_error face_data_out(struct plat_buffer *data, bool wide, DWORD type);

FILETIME face_file_time(int64_t unix_seconds);

/* What a core's error is on Windows. */
LSTATUS face_status(win_error error);

/* ---- registries on loan ---- */

/* The registry that reg_win32_use named, for this thread until given back. A few are kept open. */
struct face_loan {
    struct reg_db *db;
    uint32_t epoch; /* which reg_win32_use it belongs to */
};
PLAT_MUST_USE win_error face_borrow(struct face_loan *loan);
void face_give_back(struct face_loan *loan); /* twice does no harm */
/* Opens one more for the caller to keep, by the rules of the others. */
PLAT_MUST_USE win_error face_open(struct reg_db **db, uint32_t *epoch);

/* ---- keys ---- */

struct face_notify; /* notify.h */

struct face_key {
    struct plat_object object;
    reg_key key;
    uint32_t epoch;
    REGSAM access;
    struct face_notify *notify; /* guarded by the lock of watch.h */
    bool closed;                /* the same: no new notifications */
};

/* A key to work with: the handle's object held, a registry borrowed. */
struct face_call {
    struct reg_db *db;
    reg_key key;
    struct face_loan loan;
    struct face_key *held;
};
/*
 * ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED when the handle was not opened with all of `needed`, or what opening the registry gave. Call
 * face_end even when it fails.
 */
PLAT_MUST_USE win_error face_begin(struct face_call *call, HKEY handle, REGSAM needed);
/* The same, then down to a sub-key, with no rights of the handle needed to get there. NULL and "" are the key itself, which needs `needed`. */
PLAT_MUST_USE win_error face_begin_below(struct face_call *call, HKEY handle, struct face_text path,
                                         REGSAM needed);
void face_end(struct face_call *call);

/* The object behind a handle, predefined ones too, with a reference; NULL when it is none. */
struct face_key *face_key_get(HKEY handle);
/* Whether it can be used with a registry of that epoch: keys of one that was left since cannot, predefined ones always. */
bool face_key_is_of(const struct face_key *key, uint32_t epoch);
/* A new handle for a key that `call` has found. */
PLAT_MUST_USE win_error face_key_make(const struct face_call *call, reg_key key, REGSAM access, HKEY *handle);
/* The predefined handle of a root key. */
HKEY face_root_handle(reg_key root);

/* One change or several as one transaction of the call's registry: `error` is what came of it. */
PLAT_MUST_USE win_error face_commit(struct face_call *call, win_error error);

#endif
