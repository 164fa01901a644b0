/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium explain`: why a request would be allowed or refused, step by step. */
#include "tool.h"

#include "certstore/file.h"
#include "httpd/explain.h"
#include "platform/clock.h"
#include "platform/file.h"
#include "platform/limits.h"
#include "platform/process.h"
#include "platform/text.h"

#include <string.h>

#define TOOL_ALLOWED 0
#define TOOL_REFUSED 1
#define TOOL_NO_ANSWER 2

static const char help[] =
    "usage: cerium explain --path PATH [--cert FILE]... [--plain] [--method METHOD] [--user NAME] [--time "
    "UNIX]\n"
    "\n"
    "The access decision for such a request under the settings in the registry, one line a step, the verdict "
    "last. Nothing is\n"
    "sent, and the server need not run. Without --cert the client has no certificate.\n"
    "\n"
    "  --path PATH      URL path as in a request line, percent-encoding and all\n"
    "  --cert FILE      what the client gives when it is asked: PEM (any number of certificates) or DER, its "
    "own first;\n"
    "                   more --cert add the issuers that it sends along\n"
    "  --plain          over plain HTTP; otherwise over HTTPS\n"
    "  --method METHOD  GET when not given\n"
    "  --user NAME      logged in by Basic authentication with the right password; there must be such a "
    "user\n"
    "  --time UNIX      judge certificates at this time, in seconds since 1970; now when not given\n"
    "\n"
    "Examples:\n"
    "  cerium explain --path /Accounts --cert alice.pem\n"
    "  cerium explain --path /Accounts/ --plain\n"
    "  cerium explain --path /private/a.htm --user Dave\n"
    "  cerium explain --path /Accounts --cert alice.pem --cert companyissuer.pem --time 1900000000\n"
    "\n"
    "Exit codes: 0 allowed, 1 refused, 2 no answer (wrong usage, a file or setting that cannot be read).\n";

struct question {
    struct httpd_explain_request request;
    struct plat_buffer bytes;             /* of all certificates */
    size_t ends[LIMIT_PEER_CERTIFICATES]; /* where each ends in bytes */
    struct plat_span certificates[LIMIT_PEER_CERTIFICATES];
    size_t count;
    bool method_given, time_given;
};

static int no_answer(const char *text, const char *what)
{
    tool_error("explain", "%s%s; `cerium explain --help` tells more", text, what);
    return TOOL_NO_ANSWER;
}

/* --name VALUE or --name=VALUE at argv[*at]? *value is NULL when it is missing. */
static bool take_option(const char *name, int argc, char **argv, int *at, const char **value)
{
    size_t size = strlen(name);
    if (strncmp(argv[*at], name, size) != 0 || (argv[*at][size] != '=' && argv[*at][size] != '\0')) {
        return false;
    }
    *value = argv[*at][size] == '=' ? argv[*at] + size + 1 : *at + 1 < argc ? argv[++*at] : NULL;
    return true;
}

static win_error add_certificate(void *context, const struct cert_blob *blob)
{
    struct question *q = context;
    if (blob->kind != CERT_BLOB_CERTIFICATE) {
        return ERROR_SUCCESS;
    }
    if (q->count == LIMIT_PEER_CERTIFICATES) {
        return ERROR_MORE_DATA;
    }
    plat_buffer_append(&q->bytes, blob->content.data, blob->content.size);
    q->ends[q->count++] = q->bytes.size;
    return q->bytes.failed;
}

static bool read_certificates(struct question *q, const char *path)
{
    struct plat_buffer file;
    plat_buffer_init(&file, LIMIT_CERT_FILE);
    win_error error = plat_file_read_all(path, &file);
    if (error != ERROR_SUCCESS) {
        tool_error("explain", "cannot read %s: %s", path, win_error_text(error));
    } else {
        size_t before = q->count;
        error = cert_file_read(plat_span_of(file.data, file.size), add_certificate, q);
        if (error == ERROR_SUCCESS && q->count == before) {
            error = ERROR_INVALID_DATA; /* CRLs, and nothing else */
        }
        if (error == ERROR_MORE_DATA) {
            tool_error("explain", "more than %u certificates, which is more than a client may send",
                       LIMIT_PEER_CERTIFICATES);
        } else if (error != ERROR_SUCCESS) {
            tool_error("explain", "%s holds no certificate that can be read, in PEM or DER form: %s", path,
                       win_error_text(error));
        }
    }
    plat_buffer_free(&file);
    return error == ERROR_SUCCESS;
}

static int take_arguments(struct question *q, int argc, char **argv)
{
    bool twice = false;
    for (int at = 1; at < argc; at++) {
        const char *value = "", *name = argv[at];
        if (strcmp(argv[at], "--plain") == 0) {
            twice = q->request.plain;
            q->request.plain = true;
        } else if (take_option("--path", argc, argv, &at, &value)) {
            twice = q->request.path != NULL;
            q->request.path = value;
        } else if (take_option("--method", argc, argv, &at, &value)) {
            twice = q->method_given;
            q->method_given = true;
            q->request.method = value;
        } else if (take_option("--user", argc, argv, &at, &value)) {
            twice = q->request.user != NULL;
            q->request.user = value;
        } else if (take_option("--time", argc, argv, &at, &value)) {
            twice = q->time_given;
            q->time_given = true;
            if (value != NULL && !plat_parse_i64(value, strlen(value), &q->request.time)) {
                return no_answer("--time wants seconds since 1970, not ", value);
            }
        } else if (take_option("--cert", argc, argv, &at, &value)) {
            if (value != NULL && !read_certificates(q, value)) {
                return TOOL_NO_ANSWER;
            }
        } else {
            return no_answer("there is no option ", argv[at]);
        }
        if (value == NULL) {
            return no_answer("a value is missing behind ", argv[at]);
        }
        if (twice) {
            return no_answer("given twice: ", name);
        }
    }
    return q->request.path != NULL ? TOOL_ALLOWED : no_answer("--path is missing", "");
}

static int answer(struct tool_context *tool, struct httpd_explain_request *request)
{
    struct reg_db *db;
    struct plat_buffer text;
    bool allowed = false;
    if (!tool_open_registry(tool, REG_OPEN_READ, &db)) {
        return TOOL_NO_ANSWER;
    }
    if (plat_root_open(tool->root_path, &request->root) != ERROR_SUCCESS) {
        request->root = NULL; /* it is wanted only for InitFiles of stores, and its lack is told then */
    }
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    win_error error = httpd_explain(db, request, &text, &allowed);
    const char *words = plat_buffer_text(&text);
    if (error != ERROR_SUCCESS) {
        tool_error("explain", "%s", words != NULL && words[0] != '\0' ? words : win_error_text(error));
    } else {
        tool_put(stdout, words != NULL ? words : "");
        if (fflush(stdout) != 0) {
            error = ERROR_WRITE_FAULT; /* which the program's end reports */
        }
    }
    plat_buffer_free(&text);
    plat_root_close(request->root);
    reg_db_close(db);
    if (error != ERROR_SUCCESS) {
        return TOOL_NO_ANSWER;
    }
    return allowed ? TOOL_ALLOWED : TOOL_REFUSED;
}

int tool_explain(struct tool_context *tool, int argc, char **argv)
{
    struct question q = {.request = {.method = "GET", .time = plat_clock_unix()}};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(help, stdout);
            return TOOL_OK;
        }
    }
    if (argc < 2) {
        fputs(help, stderr);
        return TOOL_NO_ANSWER;
    }
    plat_buffer_init(&q.bytes, LIMIT_CERT_FILE);
    int code = take_arguments(&q, argc, argv);
    if (code == TOOL_ALLOWED) {
        for (size_t i = 0, start = 0; i < q.count; start = q.ends[i++]) {
            q.certificates[i] = plat_span_of(q.bytes.data + start, q.ends[i] - start);
        }
        q.request.certificates = q.certificates;
        q.request.certificate_count = q.count;
        code = answer(tool, &q.request);
    }
    plat_buffer_free(&q.bytes);
    return code;
}
