/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file handler: a GET or HEAD for something under a virtual root that is allowed already (access/)
 * becomes a file, a default page, a listing, a redirect or an error ("Setting Virtual Paths" ms885793). Opens
 * and looks, sends nothing.
 */
#ifndef CERIUM_HTTPD_FILES_H
#define CERIUM_HTTPD_FILES_H

#include "http/request.h"
#include "platform/file.h"
#include "settings/settings.h"

struct files_question {
    struct plat_root *root;
    const struct httpd_settings *settings;
    const struct httpd_vroot *vroot;
    const char *rest; /* path behind the vroot's name */
    const char *path; /* decoded URL path, that of the request or with a default page's name appended */
    const struct http_request *request;
    int64_t now; /* unix seconds */
};

struct files_answer {
    uint32_t status;        /* 200, 301, 304, 403, 404, 405, 412, 500, 503; 0: run `page`, see below */
    const char *why;        /* for the log, NULL when there is nothing to say */
    struct plat_file *file; /* 200: the body, unless there is text; the caller closes it */
    uint64_t size;
    struct plat_buffer text;   /* 200: a listing */
    struct plat_buffer fields; /* header lines: Content-Type, ETag, Last-Modified, Location, Allow */
    /*
     * Status 0: the first default page that exists is an extension or a script. The caller decides and runs
     * `path` with this name appended; points into vroot->default_pages.
     */
    struct plat_span page;
};

/* Fills *answer, always; end it with files_answer_free. */
void files_answer(const struct files_question *question, struct files_answer *answer);
void files_answer_free(struct files_answer *answer);

/* A file name that is run, not read: a module or an extension in ScriptMap. */
bool files_is_runnable(const struct httpd_settings *settings, const char *name);

#endif
