/* SPDX-License-Identifier: Apache-2.0 */
/* A registry of its own for each test, and the log caught, for tests that load settings. */
#ifndef CERIUM_TESTS_REGISTRY_SCRATCH_H
#define CERIUM_TESTS_REGISTRY_SCRATCH_H

#include "certs.h"
#include "platform/bytes.h"
#include "registry/registry.h"

struct registry_scratch {
    void *folder; /* unit/platform/scratch.h */
    struct reg_db *db;
    struct plat_buffer log, message;
};

int registry_scratch_setup(void **state); /* *state = struct registry_scratch */
int registry_scratch_teardown(void **state);
const char *registry_scratch_path(struct registry_scratch *r, const char *name); /* in the scratch folder */

/* `path` is below HKLM\COMM\HTTPD, "" for that key itself. */
void registry_set_dword(struct registry_scratch *r, const char *path, const char *name, uint32_t value);
void registry_set_text(struct registry_scratch *r, const char *path, const char *name, const char *text);
void registry_set(struct registry_scratch *r, const char *path, const char *name, uint32_t type,
                  const void *data, size_t size);
void registry_add_cert(struct registry_scratch *r, const char *store, const struct test_cert *c,
                       bool with_key);

bool registry_log_has(struct registry_scratch *r, const char *text);
unsigned registry_log_lines(struct registry_scratch *r);
const char *registry_log(struct registry_scratch *r);

#endif
