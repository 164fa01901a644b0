/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A registry whose file is removed, or replaced by another, while it is open. After reg_db_follow it goes over to the file that has the name now, at the next
 * reg_wait or reg_read_begin and nowhere else. As long as it cannot, it keeps the file it has, and reg_read_begin says why. Others stay where they are:
 * their commits are refused (sqlite/transaction.c).
 */
#ifndef CERIUM_REGISTRY_CORE_FOLLOW_H
#define CERIUM_REGISTRY_CORE_FOLLOW_H

#include "core/db.h"

void follow_opened(struct reg_db *db); /* takes note of what lies beside the file */
/* Looks, and goes over if it can. After a change of either kind data_version differs or follow.news is set. */
void follow_look(struct reg_db *db);
/* The same for those who come often: looks every LIMIT_REG_LOOK_MS. An error: reading would show what the name stands for no more. */
PLAT_MUST_USE win_error follow_before_reading(struct reg_db *db);

#endif
