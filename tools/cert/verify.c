/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert verify` for programs: files in, one line out. */
#include "cert/cert_tool.h"

#include "certstore/chain.h"
#include "platform/clock.h"
#include "platform/memory.h"
#include "platform/process.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

#define LINE_SIZE (1024U * 1024U) /* bytes of one line of --batch */

static const char verb[] = "verify";

/*
 * What one command line, or one line of --batch, asks. Roots and intermediates are read while it is parsed.
 */
struct question {
    const char *leaf; /* path; NULL = not given */
    const char *file; /* a word without option: for a person */
    bool batch;
    bool in_batch; /* standard input is taken */
    struct cert_set *roots, *intermediates;
    int64_t time;
    const char *usage; /* dotted OID, NULL = any */
    bool leaf_given, time_given, usage_given;
};

/* client, server, or a dotted OID. */
static const char *usage_oid(const char *word)
{
    if (strcmp(word, "client") == 0) {
        return CERT_USAGE_CLIENT_AUTH;
    }
    if (strcmp(word, "server") == 0) {
        return CERT_USAGE_SERVER_AUTH;
    }
    bool dotted = plat_ascii_is_digit(word[0]) && strchr(word, '.') != NULL;
    for (size_t i = 0; word[i] != '\0'; i++) {
        bool dot_inside = word[i] == '.' && plat_ascii_is_digit(word[i + 1]);
        dotted = dotted && (dot_inside || plat_ascii_is_digit(word[i]));
    }
    return dotted ? word : NULL;
}

/* 0, or TOOL_USAGE once the mistake was told. */
static int take_value(struct question *q, const char *name, const char *value)
{
    if (value == NULL) {
        return cert_tool_usage(verb, "%s needs a value", name);
    }
    if (q->in_batch && strcmp(value, "-") == 0) {
        return cert_tool_usage(verb, "%s cannot be standard input in a batch", name);
    }
    bool *given = strcmp(name, "--leaf") == 0   ? &q->leaf_given
                  : strcmp(name, "--time") == 0 ? &q->time_given
                  : strcmp(name, "--eku") == 0  ? &q->usage_given
                                                : NULL; /* of the others there may be any number */
    if (given != NULL && *given) {
        return cert_tool_usage(verb, "%s is given twice", name);
    }
    if (given != NULL) {
        *given = true;
    }
    if (strcmp(name, "--leaf") == 0) {
        q->leaf = value;
    } else if (strcmp(name, "--root") == 0) {
        (void)cert_tool_read_file(verb, value, q->roots); /* what cannot be read is no root; it was told */
    } else if (strcmp(name, "--intermediate") == 0) {
        (void)cert_tool_read_file(verb, value, q->intermediates);
    } else if (strcmp(name, "--time") == 0) {
        if (!plat_parse_i64(value, strlen(value), &q->time)) {
            return cert_tool_usage(verb, "--time wants seconds since 1970, not \"%s\"", value);
        }
    } else {
        q->usage = usage_oid(value);
        if (q->usage == NULL) {
            return cert_tool_usage(
                verb, "--eku wants client, server or an OID such as 1.3.6.1.5.5.7.3.2, not \"%s\"", value);
        }
    }
    return TOOL_OK;
}

static int parse_question(struct question *q, int argc, char **argv)
{
    static const char *const names[] = {"--leaf", "--root", "--intermediate", "--time", "--eku"};
    for (int i = 0; i < argc; i++) {
        const char *value = NULL;
        size_t n = 0;
        while (n < sizeof names / sizeof names[0] && !cert_tool_option(argc, argv, &i, names[n], &value)) {
            n++;
        }
        if (n < sizeof names / sizeof names[0]) {
            int result = take_value(q, names[n], value);
            if (result != TOOL_OK) {
                return result;
            }
        } else if (strcmp(argv[i], "--batch") == 0) {
            if (q->batch) {
                return cert_tool_usage(verb, "--batch is given twice");
            }
            q->batch = true;
        } else if (q->file != NULL || (argv[i][0] == '-' && argv[i][1] != '\0')) {
            return cert_tool_usage(verb, "\"%s\" is not understood", argv[i]);
        } else {
            q->file = argv[i];
        }
    }
    return TOOL_OK;
}

static bool open_question(struct question *q)
{
    *q = (struct question){.time = plat_clock_unix()};
    q->roots = cert_tool_new_set(verb);
    q->intermediates = cert_tool_new_set(verb);
    return q->roots != NULL && q->intermediates != NULL;
}

static void close_question(struct question *q)
{
    cert_set_free(q->roots);
    cert_set_free(q->intermediates);
}

static void print_answer(const struct cert_chain *chain)
{
    printf("error=0x%08" PRIx32 " info=0x%08" PRIx32 " elements=", chain->error, chain->info);
    for (size_t i = 0; i < chain->count; i++) {
        printf("%s0x%" PRIx32 "/0x%" PRIx32, i == 0 ? "" : ",", chain->elements[i].error,
               chain->elements[i].info);
    }
    putchar('\n');
    fflush(stdout);
}

/* A leaf that cannot be read has no chain: the answer is a word that never reads as valid. */
static bool answer(const struct question *q)
{
    struct cert_chain chain = {.error = CERT_TRUST_IS_PARTIAL_CHAIN};
    struct cert_set *peer = cert_tool_new_set(verb);
    if (peer != NULL && q->leaf != NULL && cert_tool_read_file(verb, q->leaf, peer)) {
        struct cert_chain_input input = {
            .leaf = cert_set_at(peer, 0),
            .roots = q->roots,
            .intermediates = q->intermediates,
            .peer = peer, /* what else was in the leaf's file */
            .time = q->time,
            .usage = q->usage,
        };
        cert_chain_build(&input, &chain);
    }
    print_answer(&chain);
    cert_set_free(peer);
    return chain.error == CERT_TRUST_NO_ERROR;
}

/* One line of --batch. Whatever is wrong with it, it gets its line of answer. */
static void answer_line(char *line)
{
    struct question q;
    int argc = 1;
    for (const char *p = line; (p = strchr(p, '\t')) != NULL; p++) {
        argc++;
    }
    char **argv = plat_calloc((size_t)argc, sizeof *argv);
    bool ok = open_question(&q) && argv != NULL;
    q.in_batch = true;
    if (ok) {
        for (int i = 0; i < argc; i++) {
            argv[i] = line;
            line = strchr(line, '\t');
            if (line != NULL) {
                *line++ = '\0';
            }
        }
        ok = parse_question(&q, argc, argv) == TOOL_OK;
    }
    if (!ok || q.leaf == NULL) {
        q.leaf = NULL;
        fprintf(stderr, "cerium cert verify: a line of the batch asks nothing that can be answered\n");
    }
    (void)answer(&q); /* the word is on the line */
    close_question(&q);
    plat_free(argv);
}

static int answer_batch(void)
{
    struct plat_buffer line;
    win_error error;
    plat_buffer_init(&line, LINE_SIZE);
    while ((error = plat_read_line(&line)) == ERROR_SUCCESS) {
        plat_buffer_append_u8(&line, '\0');
        if (line.failed != ERROR_SUCCESS) {
            error = line.failed;
            break;
        }
        answer_line((char *)line.data);
        plat_buffer_clear(&line);
    }
    plat_buffer_free(&line);
    if (error != ERROR_HANDLE_EOF) {
        fprintf(stderr, "cerium cert verify: cannot read the next line: %s\n", win_error_text(error));
        return TOOL_FAILED;
    }
    return TOOL_OK;
}

int cert_tool_verify(struct tool_context *tool, int argc, char **argv)
{
    struct question q;
    int result = TOOL_FAILED;
    if (open_question(&q)) {
        result = parse_question(&q, argc - 1, argv + 1);
    }
    if (result == TOOL_OK) {
        bool alone = q.leaf == NULL && cert_set_count(q.roots) == 0 && cert_set_count(q.intermediates) == 0;
        if (q.batch && alone && q.file == NULL) {
            result = answer_batch();
        } else if (q.batch) {
            result = cert_tool_usage(verb, "--batch reads everything else from standard input");
        } else if (q.file != NULL && alone) {
            result = cert_tool_judge(tool, q.file, q.time, q.usage);
        } else if (q.file == NULL && q.leaf != NULL) {
            result = answer(&q) ? TOOL_OK : TOOL_FAILED;
        } else {
            result = cert_tool_usage(verb, "it needs a FILE, or --leaf FILE, or --batch");
        }
    }
    close_question(&q);
    return result;
}
