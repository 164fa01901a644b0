/* SPDX-License-Identifier: Apache-2.0 */
/* What the connections of a server share. */
#include "tls/connection.h"

#include "platform/memory.h"

win_error httpd_tls_server_create(struct httpd_tls_server **server)
{
    *server = plat_calloc(1, sizeof **server);
    return *server == NULL ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS;
}

void httpd_tls_server_destroy(struct httpd_tls_server *server)
{
    if (server == NULL)
        return;
    httpd_tls_sessions_clear(&server->sessions);
    httpd_tls_profile_unref(server->profile);
    while (server->spare != NULL) {
        struct httpd_tls_buffers *buffers = server->spare;
        server->spare = buffers->next;
        plat_free(buffers);
    }
    plat_free(server);
}

void httpd_tls_server_forget_sessions(struct httpd_tls_server *server)
{
    httpd_tls_sessions_clear(&server->sessions);
    server->epoch++; /* connections that still run under the old ways neither save nor resume */
    httpd_tls_profile_unref(server->profile);
    server->profile = NULL;
}

win_error httpd_tls_profile_of(struct httpd_tls_server *server, struct httpd_settings *settings,
                               struct httpd_tls_profile **profile)
{
    *profile = NULL;
    if (server->profile == NULL || server->profile->settings != settings) {
        struct httpd_tls_profile *made;
        win_error error = httpd_tls_profile_create(settings, &made);
        if (error != ERROR_SUCCESS)
            return error;
        httpd_tls_profile_unref(server->profile);
        server->profile = made;
    }
    server->profile->references++;
    *profile = server->profile;
    return ERROR_SUCCESS;
}

struct httpd_tls_buffers *httpd_tls_buffers_take(struct httpd_tls_server *server)
{
    struct httpd_tls_buffers *buffers = server->spare;
    if (buffers == NULL)
        return plat_alloc(sizeof *buffers);
    server->spare = buffers->next;
    server->spare_count--;
    return buffers;
}

void httpd_tls_buffers_give(struct httpd_tls_server *server, struct httpd_tls_buffers *buffers)
{
    if (server->spare_count == LIMIT_TLS_SPARE_BUFFERS) {
        plat_free(buffers);
        return;
    }
    buffers->next = server->spare;
    server->spare = buffers;
    server->spare_count++;
}
