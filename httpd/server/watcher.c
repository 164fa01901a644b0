/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that turns changes of the registry into settings. A bad state is told once and not served: the
 * last good one stays.
 */
#include "server/server.h"

#include "platform/log.h"
#include "platform/memory.h"
#include "registry/registry.h"

#include <string.h>

#define WAIT_MS 60000U /* without a change; nothing hangs on it */
#define RETRY_MS 1000U /* after want of memory or a lock; twice as long each time, up to WAIT_MS */
#define MESSAGE_SIZE 2048U

struct httpd_watcher {
    struct httpd_server *server;
    struct reg_db *db;
    struct plat_thread *thread;
    uint64_t known;              /* generation that was looked at last */
    bool failed;                 /* and could not be loaded */
    unsigned retry_ms;           /* 0: it would fail again, until the registry changes */
    struct httpd_settings *last; /* that could be */
    struct plat_buffer last_message;
    atomic_bool stop;
};

static bool same_text(const struct plat_buffer *a, const struct plat_buffer *b)
{
    return plat_span_equal(plat_span_of(a->data, a->size), plat_span_of(b->data, b->size));
}

static void tell(struct httpd_watcher *watcher, struct plat_buffer *message)
{
    const char *text = plat_buffer_text(message);

    if (watcher->failed && same_text(message, &watcher->last_message))
        return;
    plat_log(PLAT_LOG_ERROR, "the new settings are not used, the last good ones stay: %s",
             text ? text : "no memory");
    plat_buffer_clear(&watcher->last_message);
    plat_buffer_append(&watcher->last_message, message->data, message->size);
}

static unsigned next_retry(unsigned last, win_error error)
{
    if (error != ERROR_NOT_ENOUGH_MEMORY && error != ERROR_BUSY)
        return 0;
    if (last == 0)
        return RETRY_MS;
    return last < WAIT_MS / 2 ? 2 * last : WAIT_MS;
}

static void load(struct httpd_watcher *watcher)
{
    struct httpd_settings *settings;
    struct plat_buffer message;
    win_error error;

    plat_buffer_init(&message, MESSAGE_SIZE);
    watcher->known = reg_generation(watcher->db);
    error = httpd_settings_load_again(watcher->db, watcher->server->root, watcher->last, &settings, &message);
    if (error) {
        if (message.size == 0)
            plat_buffer_append_text(&message, win_error_text(error));
        tell(watcher, &message);
        watcher->retry_ms = next_retry(watcher->retry_ms, error);
    } else {
        watcher->retry_ms = 0;
        httpd_settings_unref(watcher->last);
        watcher->last = httpd_settings_ref(settings);
        httpd_server_offer(watcher->server, settings);
        if (watcher->failed)
            plat_log(PLAT_LOG_INFO, "the settings are good again");
    }
    watcher->failed = error != ERROR_SUCCESS;
    plat_buffer_free(&message);
}

static void watch(void *context)
{
    struct httpd_watcher *watcher = context;

    while (!atomic_load(&watcher->stop)) {
        bool changed = reg_wait(watcher->db, watcher->known, watcher->retry_ms ? watcher->retry_ms : WAIT_MS);

        if (!atomic_load(&watcher->stop) && (changed || watcher->retry_ms))
            load(watcher);
    }
}

win_error httpd_watcher_start(struct httpd_server *server, struct reg_db *db, uint64_t known,
                              struct httpd_watcher **watcher)
{
    struct httpd_watcher *made = plat_calloc(1, sizeof *made);
    win_error error;

    *watcher = NULL;
    if (!made) {
        reg_db_close(db);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    made->server = server;
    made->db = db;
    made->known = known;
    made->last = httpd_settings_ref(server->settings);
    plat_buffer_init(&made->last_message, MESSAGE_SIZE);
    error = plat_thread_start("settings", 0, watch, made, &made->thread);
    if (error) {
        httpd_settings_unref(made->last);
        reg_db_close(db);
        plat_free(made);
        return error;
    }
    *watcher = made;
    return ERROR_SUCCESS;
}

void httpd_watcher_stop(struct httpd_watcher *watcher)
{
    if (!watcher)
        return;
    atomic_store(&watcher->stop, true);
    reg_wake(watcher->db);
    plat_thread_join(watcher->thread);
    reg_db_close(watcher->db);
    plat_buffer_free(&watcher->last_message);
    httpd_settings_unref(watcher->last);
    plat_free(watcher);
}
