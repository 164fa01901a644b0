/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/sessions.h"

#include "platform/clock.h"
#include "platform/limits.h"
#include "platform/memory.h"

#include <string.h>

/*
 * IDs in the table are ours and random; those looked up are the client's, who cannot steer anything into a
 * bucket.
 */
static struct httpd_tls_session **bucket_of(struct httpd_tls_sessions *sessions, const uint8_t id[32])
{
    return &sessions->buckets[id[0] & (HTTPD_TLS_SESSION_BUCKETS - 1)];
}

static void list_remove(struct httpd_tls_sessions *sessions, struct httpd_tls_session *session)
{
    *(session->newer == NULL ? &sessions->newest : &session->newer->older) = session->older;
    *(session->older == NULL ? &sessions->oldest : &session->older->newer) = session->newer;
}

static void list_insert(struct httpd_tls_sessions *sessions, struct httpd_tls_session *session)
{
    session->newer = NULL;
    session->older = sessions->newest;
    *(session->older == NULL ? &sessions->oldest : &session->older->newer) = session;
    sessions->newest = session;
}

static void drop(struct httpd_tls_sessions *sessions, struct httpd_tls_session *session)
{
    struct httpd_tls_session **link = bucket_of(sessions, session->parameters.session_id);
    while (*link != session)
        link = &(*link)->next;
    *link = session->next;
    list_remove(sessions, session);
    sessions->count--;
    sessions->bytes -= session->certificate_size;
    httpd_client_certificate_unref(session->certificate);
    plat_wipe(session, sizeof *session);
    plat_free(session);
}

void httpd_tls_sessions_add(struct httpd_tls_sessions *sessions, const br_ssl_session_parameters *parameters,
                            struct httpd_client_certificate *certificate)
{
    if (parameters->session_id_len != sizeof parameters->session_id)
        return;
    struct httpd_tls_session *session = plat_calloc(1, sizeof *session);
    if (session == NULL)
        return;
    session->parameters = *parameters;
    session->end_ms = plat_clock_monotonic_ms() + UINT64_C(1000) * LIMIT_TLS_SESSION_SECONDS;
    if (certificate != NULL) {
        session->certificate = httpd_client_certificate_ref(certificate);
        session->certificate_size = httpd_client_certificate_size(certificate);
    }
    struct httpd_tls_session **bucket = bucket_of(sessions, session->parameters.session_id);
    session->next = *bucket;
    *bucket = session;
    list_insert(sessions, session);
    sessions->count++;
    sessions->bytes += session->certificate_size;
    while (sessions->count > LIMIT_TLS_SESSIONS || sessions->bytes > LIMIT_TLS_SESSION_BYTES)
        drop(sessions, sessions->oldest);
}

const struct httpd_tls_session *httpd_tls_sessions_find(struct httpd_tls_sessions *sessions,
                                                        const uint8_t id[32])
{
    struct httpd_tls_session *session = *bucket_of(sessions, id);
    while (session != NULL && memcmp(session->parameters.session_id, id, 32) != 0)
        session = session->next;
    if (session == NULL)
        return NULL;
    if (plat_clock_monotonic_ms() >= session->end_ms) {
        drop(sessions, session);
        return NULL;
    }
    list_remove(sessions, session);
    list_insert(sessions, session);
    return session;
}

void httpd_tls_sessions_clear(struct httpd_tls_sessions *sessions)
{
    while (sessions->oldest != NULL)
        drop(sessions, sessions->oldest);
}
