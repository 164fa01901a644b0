/* SPDX-License-Identifier: Apache-2.0 */
#include "server_fixture.h"

#include "platform/file.h"
#include "unit/platform/scratch.h"

#include <stdlib.h>
#include <string.h>

static void serve(void *context)
{
    if (httpd_server_run(context))
        abort();
}

int server_fixture_registry(void **state)
{
    struct server_fixture *f = calloc(1, sizeof *f);
    struct registry_scratch *r;

    if (!f || registry_scratch_setup(&f->registry) != 0)
        return -1;
    *state = f;
    r = f->registry;
    registry_set_text(r, "", "Address", "127.0.0.1");
    registry_set_dword(r, "", "Port", 0);
    registry_set_dword(r, "", "MaxConnections", 1000);
    registry_set_dword(r, "", "PostReadSize", 100);
    registry_set_text(r, "VROOTS\\/", "", "\\ext");
    registry_set_text(r, "VROOTS\\/www", "", "\\www");
    registry_set_dword(r, "VROOTS\\/www", "DirBrowse", 1);
    if (plat_directory_create(registry_scratch_path(r, "www"), 0755))
        return -1;
    scratch_write(&r->folder, "www/file.txt", "a file\n");
    return 0;
}

win_error server_fixture_create(struct server_fixture *f, struct httpd_server **server)
{
    struct registry_scratch *r = f->registry;
    const struct httpd_server_options options = {.registry_path = reg_db_path(r->db),
                                                 .root_path = registry_scratch_path(r, "")};
    struct plat_buffer message;
    win_error error;

    plat_buffer_init(&message, 4096);
    error = httpd_server_create(&options, server, &message);
    plat_buffer_free(&message);
    return error;
}

int server_fixture_start(struct server_fixture *f)
{
    struct plat_buffer text;

    if (server_fixture_create(f, &f->server))
        return -1;
    plat_buffer_init(&text, 4096);
    httpd_server_describe(f->server, &text);
    f->port = (uint16_t)atoi(strrchr(plat_buffer_text(&text), ':') + 1);
    plat_buffer_free(&text);
    return plat_thread_start("server", 0, serve, f->server, &f->thread) != ERROR_SUCCESS;
}

int server_fixture_setup(void **state)
{
    return server_fixture_registry(state) || server_fixture_start(*state);
}

void server_fixture_stop(struct server_fixture *f)
{
    if (!f->server)
        return;
    httpd_server_stop(f->server);
    plat_thread_join(f->thread);
    httpd_server_destroy(f->server);
    f->server = NULL;
}

int server_fixture_teardown(void **state)
{
    struct server_fixture *f = *state;
    int failed;

    server_fixture_stop(f);
    failed = registry_scratch_teardown(&f->registry);
    free(f);
    return failed;
}
