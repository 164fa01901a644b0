/* SPDX-License-Identifier: Apache-2.0 */
#include "core/secret.h"

#include "core/key.h"

#include "platform/limits.h"

#include <string.h>

void secrets_init(struct secrets *s, struct reg_db *db, uint64_t from)
{
    *s = (struct secrets){.db = db, .from = from};
    plat_buffer_init(&s->keys, LIMIT_REG_HISTORY_BYTES_MOST);
}

void secrets_free(struct secrets *s)
{
    plat_buffer_free(&s->keys);
}

static void gather_entry(struct secrets *s, struct plat_span changes)
{
    struct plat_reader r = plat_reader_of(changes);
    struct record record;

    while (record_get(&r, &record)) {
        if (record.kind == RECORD_PATH && (record.flags_after & RECORD_UNDER_PROTECTED))
            plat_buffer_append(&s->keys, &record.sequence, sizeof record.sequence);
    }
    s->unknown = s->unknown || r.failed;
}

struct gathering {
    struct secrets *s;
    uint64_t last;
    win_error error;
};

static bool gather_one(void *context, const struct storage_entry *row)
{
    struct gathering *g = context;
    struct storage_entry entry;
    struct plat_buffer changes;

    if (row->id > g->last)
        return false;
    if (!row->complete) {
        g->s->unknown = true;
        return true;
    }
    plat_buffer_init(&changes, LIMIT_REG_HISTORY_ENTRY);
    g->error = storage_history_get(g->s->db->storage, row->id, &entry, &changes);
    if (!g->error)
        g->error = changes.failed;
    if (!g->error)
        gather_entry(g->s, plat_span_of(changes.data, changes.size));
    plat_buffer_free(&changes);
    if (!g->error)
        g->error = g->s->keys.failed;
    return !g->error;
}

static win_error gather(struct secrets *s)
{
    struct gathering g = {.s = s};
    win_error error = storage_meta_get(s->db->storage, STORAGE_META_HISTORY_SECRET, &g.last);

    if (error == ERROR_FILE_NOT_FOUND || (!error && g.last < s->from))
        error = ERROR_SUCCESS;
    else if (!error)
        error = storage_history_each(s->db->storage, s->from - 1, gather_one, &g);
    if (!error)
        error = g.error;
    s->gathered = !error;
    return error;
}

static bool was_protected(const struct secrets *s, uint64_t key)
{
    for (size_t at = 0; at < s->keys.size; at += sizeof key) {
        if (memcmp(s->keys.data + at, &key, sizeof key) == 0)
            return true;
    }
    return false;
}

win_error secrets_look(struct secrets *s, const struct record *path, bool *secret)
{
    win_error error;

    *secret = (path->flags_after & RECORD_UNDER_PROTECTED) != 0;
    if (*secret)
        return ERROR_SUCCESS;
    error = key_is_secret(s->db, path->sequence, secret);
    if (error != ERROR_KEY_DELETED && error != ERROR_INVALID_HANDLE)
        return error;
    error = s->gathered ? ERROR_SUCCESS : gather(s);
    *secret = error || s->unknown || was_protected(s, path->sequence);
    return error;
}
