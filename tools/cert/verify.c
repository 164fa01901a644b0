/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert verify`: what is asked; and the answer for programs: files in, one line out. */
#include "cert/verify.h"

#include "certstore/chain.h"
#include "platform/clock.h"
#include "platform/memory.h"
#include "platform/process.h"
#include "platform/text.h"

#include <inttypes.h>
#include <string.h>

#define LINE_SIZE (1024U * 1024U) /* bytes of one line of --batch */

static const struct certtool_option options[] = {
    {"--leaf", CERTTOOL_VALUE, 'f'},          {"--root", CERTTOOL_VALUES, 'f'},
    {"--intermediate", CERTTOOL_VALUES, 'f'}, {"--batch", CERTTOOL_NOTHING, 0},
    {"--time", CERTTOOL_VALUE, 'x'},          {"--eku", CERTTOOL_VALUE, 'e'},
    {"--host", CERTTOOL_VALUE, 'x'},          {"--json", CERTTOOL_NOTHING, 0},
    {"--crl", CERTTOOL_VALUES, 'f'},          {"--revocation", CERTTOOL_VALUE, 'r'},
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

/* end, chain, exclude-root; 0 = none of them. */
static uint32_t revocation_flag(const char *word)
{
    return strcmp(word, "end") == 0            ? CERT_CHAIN_REVOCATION_CHECK_END_CERT
           : strcmp(word, "chain") == 0        ? CERT_CHAIN_REVOCATION_CHECK_CHAIN
           : strcmp(word, "exclude-root") == 0 ? CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT
                                               : 0;
}

/* 0, or TOOL_USAGE once the mistake was told. */
static int take_option(struct certtool_question *q, const char *name, const char *value)
{
    const struct certtool_command *command = q->command;
    if (q->in_batch && value != NULL && strcmp(value, "-") == 0) {
        return certtool_usage(command, "%s cannot be standard input in a batch", name);
    }
    if (strcmp(name, "--leaf") == 0) {
        q->leaf = value;
    } else if (strcmp(name, "--root") == 0) {
        q->unread |= !certtool_read(command, value, q->roots, NULL); /* what cannot be read is no root */
    } else if (strcmp(name, "--intermediate") == 0) {
        q->unread |= !certtool_read(command, value, q->intermediates, NULL);
    } else if (strcmp(name, "--time") == 0) {
        if (!certtool_time_parse(value, &q->time)) {
            return certtool_usage(
                command, "--time wants 2026-11-22, 2026-11-22T01:02:03Z or seconds since 1970, not \"%s\"",
                value);
        }
    } else if (strcmp(name, "--eku") == 0) {
        q->usage = usage_oid(value);
        if (q->usage == NULL) {
            return certtool_usage(
                command, "--eku wants client, server or an OID such as 1.3.6.1.5.5.7.3.2, not \"%s\"", value);
        }
    } else if (strcmp(name, "--host") == 0) {
        q->host = value;
        if (value[0] == '\0') {
            return certtool_usage(command, "--host wants the name or address of a server, not \"\"");
        }
    } else if (strcmp(name, "--crl") == 0) {
        q->unread |= !certtool_read(command, value, NULL, q->crls);
    } else if (strcmp(name, "--revocation") == 0) {
        q->flags = revocation_flag(value);
        if (q->flags == 0) {
            return certtool_usage(command, "--revocation wants end, chain or exclude-root, not \"%s\"", value);
        }
    }
    return TOOL_OK;
}

static int take_options(struct certtool_question *q)
{
    const struct certtool_command *command = q->command;
    q->file = command->word_count > 0 ? command->words[0] : NULL;
    for (int i = 0; i < command->given_count; i++) {
        int code = take_option(q, command->given[i].option->name, command->given[i].value);
        if (code != TOOL_OK) {
            return code;
        }
    }
    if (q->flags == 0 && certtool_given(command, "--crl")) {
        q->flags = CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT;
    }
    return TOOL_OK;
}

static bool open_question(struct certtool_question *q, const struct certtool_command *command)
{
    *q = (struct certtool_question){.command = command, .time = plat_clock_unix()};
    q->roots = certtool_new_set(command);
    q->intermediates = certtool_new_set(command);
    q->crls = certtool_new_crl_set(command);
    return q->roots != NULL && q->intermediates != NULL && q->crls != NULL;
}

static void close_question(struct certtool_question *q)
{
    cert_set_free(q->roots);
    cert_set_free(q->intermediates);
    cert_crl_set_free(q->crls);
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

/*
 * The word is that of what could be read. A leaf that cannot be read has no chain: the answer is a word that never reads as valid. Is nothing wrong? Not
 * when a list could not be read: somebody may be on it.
 */
static bool answer(const struct certtool_question *q)
{
    struct cert_chain chain = {.error = CERT_TRUST_IS_PARTIAL_CHAIN};
    struct cert_set *peer = certtool_new_set(q->command);
    if (peer != NULL && q->leaf != NULL && certtool_read(q->command, q->leaf, peer, NULL)) {
        struct cert_chain_input input = {
            .leaf = cert_set_at(peer, 0),
            .roots = q->roots,
            .intermediates = q->intermediates,
            .peer = peer, /* what else was in the leaf's file */
            .time = q->time,
            .usage = q->usage,
            .crls = q->crls,
            .flags = q->flags,
        };
        cert_chain_build(&input, &chain);
    }
    print_answer(&chain);
    cert_set_free(peer);
    return chain.error == CERT_TRUST_NO_ERROR && chain.finished && !q->unread;
}

/* ---- --batch ---- */

static bool ask_line(struct certtool_question *q, struct certtool_command *line)
{
    static const char *const elsewhere[] = {"--batch", "--host", "--json", NULL};
    if (take_options(q) != TOOL_OK) {
        return false;
    }
    return line->word_count == 0 && certtool_count(line, elsewhere) == 0 && q->leaf != NULL;
}

/* One line. Whatever is wrong with it, it gets its line of answer. */
static void answer_line(const struct certtool_command *command, char *text)
{
    struct certtool_question q;
    struct certtool_command line = {.tool = command->tool, .verb = command->verb};
    int argc = 2;
    for (const char *p = text; (p = strchr(p, '\t')) != NULL; p++) {
        argc++;
    }
    char **argv = plat_calloc((size_t)argc, sizeof *argv);
    bool ok = open_question(&q, &line) && argv != NULL;
    q.in_batch = true;
    if (ok) {
        for (int i = 1; i < argc; i++) { /* argv[0] would be the verb */
            argv[i] = text;
            text = strchr(text, '\t');
            if (text != NULL) {
                *text++ = '\0';
            }
        }
        ok = certtool_parse(&line, argc, argv) == TOOL_OK && ask_line(&q, &line);
    }
    if (!ok) {
        q.leaf = NULL;
        certtool_fail(command, "a line of the batch asks nothing that can be answered");
    }
    (void)answer(&q); /* the word is on the line */
    close_question(&q);
    certtool_free(&line);
    plat_free(argv);
}

static int answer_batch(const struct certtool_command *command)
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
        answer_line(command, (char *)line.data);
        plat_buffer_clear(&line);
    }
    plat_buffer_free(&line);
    return error == ERROR_HANDLE_EOF
               ? TOOL_OK
               : certtool_fail(command, "cannot read the next line: %s", win_error_text(error));
}

static int run(struct certtool_command *command)
{
    static const char *const for_people[] = {"--host", "--json", NULL};
    static const char *const for_programs[] = {"--leaf", "--root", "--intermediate", NULL};
    struct certtool_question q;
    int code;
    if (certtool_given(command, "--batch")) {
        return command->word_count > 0 || command->given_count > 1
                   ? certtool_usage(command, "--batch reads everything else from standard input")
                   : answer_batch(command);
    }
    code = open_question(&q, command) ? take_options(&q) : TOOL_FAILED;
    if (code == TOOL_OK && q.file != NULL && certtool_count(command, for_programs) == 0) {
        code = q.unread ? TOOL_FAILED : certtool_judge(&q);
    } else if (code == TOOL_OK && q.leaf != NULL && q.file == NULL) {
        code = certtool_count(command, for_people) > 0
                   ? certtool_usage(command, "--host and --json are for FILE, not for --leaf")
               : answer(&q) ? TOOL_OK
                            : TOOL_FAILED;
    } else if (code == TOOL_OK) {
        code = certtool_usage(command, "%s", command->verb->needs);
    }
    close_question(&q);
    return code;
}

const struct certtool_verb certtool_verb_verify = {
    .name = "verify",
    .summary = "what is wrong with a certificate and its chain",
    .help = certtool_help_verify,
    .run = run,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .words_most = 1,
    .word_kinds = "f",
    .needs = "it needs a FILE, or --leaf FILE, or --batch",
};
