/* SPDX-License-Identifier: Apache-2.0 */
/* cerium httpd: the server, in the foreground, until SIGTERM, SIGINT or SIGHUP. */
#include "tool.h"

#include "certstore/win32.h"
#include "httpd/server.h"
#include "platform/process.h"
#include "registry/win32.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_SIZE 4096U

static const char usage[] =
    "usage: cerium [--registry FILE] [--root DIR] httpd\n"
    "\n"
    "Serves what HKEY_LOCAL_MACHINE\\COMM\\HTTPD says, in the foreground. When it "
    "listens it prints one line,\n"
    "  ready http=ADDRESS:PORT https=ADDRESS:PORT\n"
    "(a port 0 in the registry lets the kernel pick one). Changes in the registry "
    "take effect with the next request.\n"
    "One line a request goes to standard error. SIGTERM, SIGINT and SIGHUP (unless ignored: nohup) end "
    "it: running\n"
    "requests get five seconds to finish.\n"
    "An extension that does not come to its end is named and left behind; the exit "
    "code is then 1. A second signal ends it at once.\n";

static void stop(void *context)
{
    httpd_server_stop(context);
}

static bool say_ready(const struct httpd_server *server)
{
    struct plat_buffer line;
    win_error error;

    plat_buffer_init(&line, TEXT_SIZE);
    plat_buffer_append_text(&line, "ready ");
    httpd_server_describe(server, &line);
    if (line.size == strlen("ready "))
        line.size--; /* nothing is enabled yet */
    plat_buffer_append_text(&line, "\n");
    error = line.failed ? line.failed : plat_write(PLAT_STDOUT, line.data, line.size);
    plat_buffer_free(&line);
    if (error)
        tool_error("httpd", "cannot write to standard output: %s", win_error_text(error));
    return !error;
}

static int serve(struct httpd_server *server)
{
    win_error error = plat_on_stop(stop, server);

    if (error) {
        tool_error("httpd", "cannot catch signals: %s", win_error_text(error));
        return TOOL_FAILED;
    }
    if (!say_ready(server))
        return TOOL_FAILED;
    error = httpd_server_run(server);
    if (error == ERROR_TIMEOUT) {
        tool_error("httpd", "stopped while an extension was running");
        fflush(NULL);
        _Exit(TOOL_FAILED); /* its thread uses what an orderly end would free */
    }
    if (error)
        tool_error("httpd", "stopped: %s", win_error_text(error));
    return error ? TOOL_FAILED : TOOL_OK;
}

int tool_httpd(struct tool_context *tool, int argc, char **argv)
{
    const struct httpd_server_options options = {.registry_path = tool->registry_path,
                                                 .root_path = tool->root_path};
    struct httpd_server *server;
    struct plat_buffer message;
    int code = TOOL_FAILED;

    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "/?") == 0)) {
        fputs(usage, stdout);
        return TOOL_OK;
    }
    if (argc > 1) {
        fputs(usage, stderr);
        return TOOL_USAGE;
    }
    plat_buffer_init(&message, TEXT_SIZE);
    /* Extensions that speak winreg.h and wincrypt.h mean the server's registry and its root. */
    if (reg_win32_use(tool->registry_path) || httpd_server_create(&options, &server, &message)) {
        tool_error("httpd", "%s",
                   message.size > 0 && plat_buffer_text(&message) ? plat_buffer_text(&message) : "no memory");
    } else {
        if (cert_win32_use_root(tool->root_path))
            tool_error("httpd", "%s cannot be opened for extensions", tool->root_path);
        else
            code = serve(server);
        httpd_server_destroy(server);
    }
    (void)!cert_win32_use_root(NULL);
    (void)!reg_win32_use(NULL); /* closes it */
    plat_buffer_free(&message);
    return code;
}
