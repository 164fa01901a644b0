/* SPDX-License-Identifier: Apache-2.0 */
/* Deleting keys with all that belongs to them. */
#include "sqlite/statement.h"

win_error storage_key_delete(struct storage *storage, reg_key key)
{
    static const enum statement_id parts[] = {STATEMENT_KEY_DELETE_VALUES, STATEMENT_KEY_DELETE_CLASS,
                                              STATEMENT_HIVE_DELETE, STATEMENT_KEY_DELETE};
    win_error error = ERROR_SUCCESS;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && !error; i++)
        error = statement_run_key(storage, parts[i], key);
    return error;
}

win_error storage_key_delete_tree(struct storage *storage, reg_key key, uint32_t *keys, uint32_t *values)
{
    win_error error = statement_run_key(storage, STATEMENT_TREE_DELETE_VALUES, key);

    *values = (uint32_t)sqlite3_changes(storage->db);
    if (!error)
        error = statement_run_key(storage, STATEMENT_TREE_DELETE_CLASSES, key);
    if (!error)
        error = statement_run_key(storage, STATEMENT_TREE_DELETE_HIVES, key);
    if (!error)
        error = statement_run_key(storage, STATEMENT_TREE_DELETE_KEYS, key);
    *keys = (uint32_t)sqlite3_changes(storage->db);
    return error;
}
