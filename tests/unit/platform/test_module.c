/* SPDX-License-Identifier: Apache-2.0 */
/* Modules: built in and, where the build can, loaded. */
#define _GNU_SOURCE
#include "scratch.h"

#include "platform/fake.h"
#include "platform/file.h"
#include "platform/lasterror.h"
#include "platform/module.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SAMPLE "platform_sample_module.so" /* beside this test */

static void nothing(void)
{
}

static void something(void)
{
}

static const struct plat_builtin_symbol accounting_symbols[] = {
    {"HttpExtensionProc", something}, {"GetExtensionVersion", nothing}, {NULL, NULL}};
static const struct plat_builtin_symbol other_symbols[] = {{"HttpExtensionProc", nothing}, {NULL, NULL}};
static const struct plat_builtin_module table[] = {
    {"accounting", accounting_symbols}, {"other.tool", other_symbols}, {NULL, NULL}};

static int root_setup(void **state)
{
    if (scratch_setup(state) != 0)
        return -1;
    assert_int_equal(mkdir(scratch_path(state, "Windows"), 0755), 0);
    return 0;
}

static int root_teardown(void **state)
{
    plat_module_set_builtins(NULL);
    return scratch_teardown(state);
}

static win_error load(void **state, const char *ce_path, struct plat_module **module,
                      struct plat_buffer *message)
{
    struct plat_root *root;
    win_error error;

    assert_int_equal(plat_root_open(*state, &root), ERROR_SUCCESS);
    error = plat_module_load(root, ce_path, module, message);
    plat_root_close(root);
    return error;
}

static void built_in(void **state)
{
    static const struct {
        const char *path;
        const struct plat_builtin_symbol *symbols; /* NULL = not found */
    } rows[] = {
        {"\\windows\\accounting.dll", accounting_symbols},
        {"\\Windows\\ACCOUNTING.DLL", accounting_symbols},
        {"/anywhere/at/all/Accounting.so", accounting_symbols},
        {"accounting", accounting_symbols},
        {"other.tool.dll", other_symbols},
        {"other.dll", NULL},
        {"\\windows\\accounting2.dll", NULL},
        {"\\windows\\account.dll", NULL},
        {"\\accounting.dll\\x.dll", NULL},
        {"\\accounting.dll\\", NULL},
        {"", NULL},
    };

    plat_module_set_builtins(table);
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct plat_module *module;
        win_error error = load(state, rows[i].path, &module, NULL);

        if ((error == ERROR_SUCCESS) != (rows[i].symbols != NULL))
            fail_msg("row %zu: %u", i, (unsigned)error);
        if (error)
            continue;
        assert_ptr_equal(plat_module_symbol(module, "HttpExtensionProc"), rows[i].symbols[0].function);
        assert_null(plat_module_symbol(module, "httpextensionproc"));
        assert_null(plat_module_symbol(module, "TerminateExtension"));
        plat_module_unload(module);
    }
}

static void missing(void **state)
{
    struct plat_module *module;

    assert_int_equal(load(state, "\\windows\\accounting.dll", &module, NULL), ERROR_MOD_NOT_FOUND);
    assert_null(module);
    assert_int_equal(load(state, "\\nowhere\\accounting.dll", &module, NULL), ERROR_MOD_NOT_FOUND);
    plat_module_unload(NULL);
}

static void not_loadable(void **state)
{
    struct plat_module *module;
    struct plat_buffer message;

    plat_buffer_init(&message, 1000);
    scratch_write(state, "Windows/text.dll", "MZ: made for another system");
    assert_int_equal(load(state, "\\windows\\TEXT.DLL", &module, &message), ERROR_BAD_EXE_FORMAT);
    assert_null(module);
    assert_true(strlen(plat_buffer_text(&message)) > 10);
    plat_buffer_free(&message);
    assert_int_equal(load(state, "\\windows\\text.dll", &module, NULL), ERROR_BAD_EXE_FORMAT);
    assert_int_equal(load(state, "\\..\\text.dll", &module, NULL), ERROR_ACCESS_DENIED);
}

#ifndef CERIUM_STATIC_EXTENSIONS

static void copy_sample(void **state, const char *name)
{
    struct plat_buffer b;

    plat_buffer_init(&b, 1 << 24);
    assert_int_equal(plat_file_read_all(SAMPLE, &b), ERROR_SUCCESS);
    assert_int_equal(plat_file_write_atomic(scratch_path(state, name), b.data, b.size, 0755), ERROR_SUCCESS);
    plat_buffer_free(&b);
}

static void expect_sample(void **state, const char *ce_path)
{
    struct plat_module *module;
    struct plat_buffer message;
    uint32_t (*swap_error)(uint32_t code);
    win_error error;

    plat_buffer_init(&message, 1000);
    error = load(state, ce_path, &module, &message);
    if (error)
        fail_msg("%s: %u: %s", ce_path, (unsigned)error, plat_buffer_text(&message));
    plat_buffer_free(&message);
    assert_null(plat_module_symbol(module, "no_such_function"));
    swap_error = (uint32_t(*)(uint32_t))plat_module_symbol(module, "sample_swap_error");
    assert_non_null(swap_error);
    /* the module and the program mean the same last error */
    plat_last_error_set(ERROR_MORE_DATA);
    assert_int_equal(swap_error(ERROR_NO_DATA), ERROR_MORE_DATA);
    assert_int_equal(plat_last_error_get(), ERROR_NO_DATA);
    plat_module_unload(module);
}

static void loaded(void **state)
{
    copy_sample(state, "Windows/Sample.so");
    expect_sample(state, "\\windows\\Sample.so");
    expect_sample(state, "\\WINDOWS\\sample.SO");
    expect_sample(state, "\\windows\\SAMPLE.DLL"); /* the .so beside it */
    scratch_write(state, "Windows/sample.dll", "MZ: made for another system");
    expect_sample(state, "\\windows\\sample.dll"); /* and still */
    copy_sample(state, "Windows/named.dll");
    expect_sample(state, "\\windows\\named.dll");
}

static void built_in_wins(void **state)
{
    struct plat_module *module;

    copy_sample(state, "Windows/accounting.so");
    plat_module_set_builtins(table);
    assert_int_equal(load(state, "\\windows\\accounting.dll", &module, NULL), ERROR_SUCCESS);
    assert_ptr_equal(plat_module_symbol(module, "HttpExtensionProc"), something);
    assert_null(plat_module_symbol(module, "sample_swap_error"));
    plat_module_unload(module);
}

static void not_through_links(void **state)
{
    struct plat_module *module;

    copy_sample(state, "Windows/real.so");
    assert_int_equal(symlink("real.so", scratch_path(state, "Windows/link.so")), 0);
    assert_int_equal(load(state, "\\windows\\link.so", &module, NULL), ERROR_ACCESS_DENIED);
    assert_int_equal(load(state, "\\windows\\link.dll", &module, NULL), ERROR_ACCESS_DENIED);
    assert_int_equal(load(state, "\\windows", &module, NULL), ERROR_ACCESS_DENIED);
}

static void no_memory(void **state)
{
    size_t live = plat_fake_memory_live();
    unsigned n = 0;

    copy_sample(state, "Windows/sample.so");
    do {
        struct plat_module *module = NULL;
        struct plat_root *root;
        win_error error;

        assert_int_equal(plat_root_open(*state, &root), ERROR_SUCCESS);
        plat_fake_memory_fail(++n, false);
        error = plat_module_load(root, "\\windows\\sample.dll", &module, NULL);
        assert_int_equal(error, plat_fake_memory_failures() ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS);
        plat_module_unload(module);
        plat_root_close(root);
        assert_int_equal(plat_fake_memory_live(), live);
    } while (plat_fake_memory_failures());
    assert_true(n > 2);
    plat_fake_memory_fail(0, false);
}

#endif

#define TEST(name) cmocka_unit_test_setup_teardown(name, root_setup, root_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(built_in), TEST(missing),       TEST(not_loadable),
#ifndef CERIUM_STATIC_EXTENSIONS
        TEST(loaded),   TEST(built_in_wins), TEST(not_through_links), TEST(no_memory),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
