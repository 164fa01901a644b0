/* SPDX-License-Identifier: Apache-2.0 */
#include "face.h"

#include "registry/win32.h"

#include <string.h>

int face_setup(void **state)
{
    struct sample *s;

    if (sample_setup(state) != 0)
        return -1;
    s = *state;
    return reg_win32_use(sample_file(s, "registry")) == ERROR_SUCCESS ? 0 : -1;
}

int face_teardown(void **state)
{
    return reg_win32_use(NULL) == ERROR_SUCCESS ? sample_teardown(state) : -1;
}

HKEY face_make_key(LPCTSTR path)
{
    HKEY key = NULL;

    GIVES(0, RegCreateKeyEx(HKEY_LOCAL_MACHINE, path, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL));
    return key;
}

void face_set(HKEY key, LPCTSTR name, LPCTSTR text)
{
    DWORD size = 0;

    while (text[size / sizeof(TCHAR)] != 0)
        size += (DWORD)sizeof(TCHAR);
    GIVES(0, RegSetValueEx(key, name, 0, REG_SZ, (const BYTE *)text, size + (DWORD)sizeof(TCHAR)));
}

static reg_key find(struct sample *s, const char *path)
{
    reg_key key = REG_KEY_NONE;

    assert_success(reg_key_open(s->db, REG_HKLM, path, &key));
    return key;
}

const char *face_stored(void **state, const char *path, const char *name)
{
    return sample_value(*state, find(*state, path), name);
}

const char *face_keys(void **state, const char *path)
{
    return sample_keys(*state, find(*state, path));
}

const char *face_values(void **state, const char *path)
{
    return sample_values(*state, find(*state, path));
}

bool face_same(const TCHAR *text, const char *ascii)
{
    size_t i = 0;

    while (ascii[i] != '\0' && text[i] == (TCHAR)ascii[i])
        i++;
    return ascii[i] == '\0' && text[i] == 0;
}
