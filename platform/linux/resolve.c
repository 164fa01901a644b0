/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system's resolver knows no time-out: where the caller has one, the look-up runs on a thread of its own,
 * which is left behind when the time is over and frees its job at its end.
 */
#define _GNU_SOURCE
#include "platform/connect.h"
#include "platform/memory.h"
#include "platform/thread.h"

#include "linux/sockaddr.h"

#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

struct answer {
    struct plat_address addresses[LIMIT_ADDRESSES];
    size_t count;
    win_error error;
};

struct job {
    struct plat_mutex *mutex;
    struct plat_condition *changed;
    bool done;
    bool left; /* nobody waits any more */
    char host[LIMIT_HOST_NAME + 1];
    struct answer answer;
};

static atomic_uint running;

static win_error error_of(int result)
{
    switch (result) {
    case 0:
        return ERROR_SUCCESS;
    case EAI_MEMORY:
        return ERROR_NOT_ENOUGH_MEMORY;
    default: /* also "try again later": to the caller there is no address */
        return ERROR_NOT_FOUND;
    }
}

static void look_up(const char *host, struct answer *answer)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;

    answer->count = 0;
    answer->error = error_of(getaddrinfo(host, NULL, &hints, &list));
    if (answer->error)
        return;
    for (const struct addrinfo *i = list; i && answer->count < LIMIT_ADDRESSES; i = i->ai_next) {
        union linux_sockaddr native;

        if ((i->ai_family != AF_INET && i->ai_family != AF_INET6) || i->ai_addrlen > sizeof native)
            continue;
        memset(&native, 0, sizeof native);
        memcpy(&native, i->ai_addr, i->ai_addrlen);
        linux_from_sockaddr(&native, &answer->addresses[answer->count++]);
    }
    freeaddrinfo(list);
    if (answer->count == 0)
        answer->error = ERROR_NOT_FOUND;
}

/* ---- with a time-out ---- */

static void job_free(struct job *job)
{
    plat_condition_destroy(job->changed);
    plat_mutex_destroy(job->mutex);
    plat_free(job);
}

static void *run(void *argument)
{
    struct job *job = argument;
    bool left;

    look_up(job->host, &job->answer);
    plat_mutex_lock(job->mutex);
    job->done = true;
    left = job->left;
    plat_condition_signal(job->changed);
    plat_mutex_unlock(job->mutex);
    if (left)
        job_free(job);
    atomic_fetch_sub(&running, 1);
    return NULL;
}

static win_error start(struct job *job)
{
    pthread_attr_t attributes;
    pthread_t id;
    sigset_t all, before;
    int error;

    if (pthread_attr_init(&attributes) != 0)
        return ERROR_NOT_ENOUGH_MEMORY;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    error = pthread_attr_setstacksize(&attributes, LIMIT_WORKER_STACK);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (!error)
        error = pthread_create(&id, &attributes, run, job);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return error ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS;
}

/* The thread still runs when this is false. */
static bool wait_for(struct job *job, unsigned timeout_ms)
{
    plat_mutex_lock(job->mutex);
    while (!job->done && plat_condition_wait_for(job->changed, job->mutex, timeout_ms))
        ;
    bool done = job->done;
    job->left = !done;
    plat_mutex_unlock(job->mutex);
    return done;
}

static win_error job_create(const char *host, struct job **job)
{
    struct job *made = plat_calloc(1, sizeof *made);

    if (!made)
        return ERROR_NOT_ENOUGH_MEMORY;
    memcpy(made->host, host, strlen(host) + 1);
    if (plat_mutex_create(&made->mutex) != ERROR_SUCCESS) {
        plat_free(made);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    if (plat_condition_create(&made->changed) != ERROR_SUCCESS) {
        plat_mutex_destroy(made->mutex);
        plat_free(made);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    *job = made;
    return ERROR_SUCCESS;
}

static win_error look_up_within(const char *host, unsigned timeout_ms, struct answer *answer)
{
    struct job *job;
    win_error error = job_create(host, &job);

    if (error)
        return error;
    if (atomic_fetch_add(&running, 1) >= LIMIT_RESOLVERS)
        error = ERROR_BUSY;
    else
        error = start(job);
    if (error) {
        atomic_fetch_sub(&running, 1);
        job_free(job);
        return error;
    }
    if (!wait_for(job, timeout_ms))
        return ERROR_TIMEOUT;
    *answer = job->answer;
    job_free(job);
    return answer->error;
}

/* ---- */

static bool literal(const char *host, size_t size, struct plat_address *address)
{
    char inside[PLAT_ADDRESS_TEXT_SIZE];

    if (size < 2 || host[0] != '[' || host[size - 1] != ']')
        return plat_address_parse(host, address);
    if (size - 2 >= sizeof inside)
        return false;
    memcpy(inside, host + 1, size - 2);
    inside[size - 2] = '\0';
    return plat_address_parse(inside, address) && address->is_ipv6;
}

win_error plat_resolve(const char *host, uint16_t port, unsigned timeout_ms, struct plat_address *addresses,
                       size_t max, size_t *count)
{
    struct answer answer = {.count = 1};
    size_t size = strlen(host);

    *count = 0;
    if (size == 0 || size > LIMIT_HOST_NAME)
        return ERROR_NOT_FOUND;
    if (!literal(host, size, &answer.addresses[0])) {
        if (timeout_ms == 0)
            look_up(host, &answer);
        else
            answer.error = look_up_within(host, timeout_ms, &answer);
    }
    if (answer.error)
        return answer.error;
    for (size_t i = 0; i < answer.count && i < max; i++) {
        addresses[i] = answer.addresses[i];
        addresses[i].port = port;
        ++*count;
    }
    return ERROR_SUCCESS;
}
