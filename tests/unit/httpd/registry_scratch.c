/* SPDX-License-Identifier: Apache-2.0 */
#include "registry_scratch.h"

#include "certstore/key.h"
#include "certstore/store.h"
#include "platform/log.h"
#include "platform/memory.h"
#include "unit/platform/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void catch_line(void *context, enum plat_log_level level, const char *line, size_t size)
{
    (void)level;
    plat_buffer_append(context, line, size);
}

int registry_scratch_setup(void **state)
{
    struct registry_scratch *r = calloc(1, sizeof *r);
    *state = r;
    if (r == NULL || scratch_setup(&r->folder) != 0) {
        return -1;
    }
    plat_buffer_init(&r->log, 1U << 20);
    plat_buffer_init(&r->message, 1U << 16);
    plat_log_set_sink(catch_line, &r->log);
    return reg_db_open(registry_scratch_path(r, "registry.db"), REG_OPEN_CREATE, &r->db, NULL) !=
           ERROR_SUCCESS;
}

int registry_scratch_teardown(void **state)
{
    struct registry_scratch *r = *state;
    plat_log_set_sink(NULL, NULL);
    reg_db_close(r->db);
    plat_buffer_free(&r->log);
    plat_buffer_free(&r->message);
    int failed = scratch_teardown(&r->folder);
    free(r);
    return failed;
}

const char *registry_scratch_path(struct registry_scratch *r, const char *name)
{
    return scratch_path(&r->folder, name);
}

static reg_key key_of(struct registry_scratch *r, const char *path)
{
    char whole[512];
    reg_key key;
    snprintf(whole, sizeof whole, "COMM\\HTTPD%s%s", path[0] != '\0' ? "\\" : "", path);
    assert_int_equal(reg_key_create(r->db, REG_HKLM, whole, 0, &key, NULL), ERROR_SUCCESS);
    return key;
}

void registry_set_dword(struct registry_scratch *r, const char *path, const char *name, uint32_t value)
{
    const uint8_t bytes[4] = {(uint8_t)(value & 0xFFU), (uint8_t)(value >> 8 & 0xFFU),
                              (uint8_t)(value >> 16 & 0xFFU), (uint8_t)(value >> 24)};
    registry_set(r, path, name, REG_DWORD, bytes, sizeof bytes);
}

void registry_set_text(struct registry_scratch *r, const char *path, const char *name, const char *text)
{
    assert_int_equal(reg_set_string(r->db, key_of(r, path), name, text), ERROR_SUCCESS);
}

void registry_set(struct registry_scratch *r, const char *path, const char *name, uint32_t type,
                  const void *data, size_t size)
{
    assert_int_equal(reg_value_set(r->db, key_of(r, path), name, type, data, size), ERROR_SUCCESS);
}

void registry_add_cert(struct registry_scratch *r, const char *store, const struct test_cert *c, bool with_key)
{
    assert_int_equal(cert_store_add(r->db, CERT_LOCAL_MACHINE, store, c->cert.der, NULL), ERROR_SUCCESS);
    if (!with_key) {
        return;
    }
    struct plat_buffer pem;
    struct cert_key *key;
    plat_buffer_init(&pem, 1U << 16);
    test_key_pem(c, &pem);
    assert_int_equal(cert_key_parse(plat_span_of(pem.data, pem.size), &key, NULL), ERROR_SUCCESS);
    assert_int_equal(cert_key_save(r->db, &c->cert, key), ERROR_SUCCESS);
    cert_key_free(key);
    plat_buffer_free(&pem);
}

const char *registry_log(struct registry_scratch *r)
{
    const char *text = plat_buffer_text(&r->log);
    assert_non_null(text);
    return text;
}

bool registry_log_has(struct registry_scratch *r, const char *text)
{
    return strstr(registry_log(r), text) != NULL;
}

unsigned registry_log_lines(struct registry_scratch *r)
{
    unsigned lines = 0;
    for (const char *p = registry_log(r); *p != '\0'; p++) {
        lines += *p == '\n';
    }
    return lines;
}
