/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium reg import` */
#include "reg/difference.h"

#include "httpd/explain.h"

#include "platform/limits.h"

#include <inttypes.h>
#include <string.h>

static const struct regtool_switch switches[] = {{"dry-run", REGTOOL_NOTHING}};

static void keep_problem(void *context, uint32_t line, const char *text)
{
    struct import_talk *talk = context;

    if (talk->kept == LIMIT_REG_PROBLEMS || talk->problems.failed) {
        talk->more++;
        return;
    }
    talk->kept++;
    plat_buffer_printf(&talk->problems, "%s:%" PRIu32 ": %s\n", talk->file, line, text);
}

static void print_progress(void *context, size_t done, size_t all)
{
    struct import_talk *talk = context;

    regtool_progress_step(&talk->progress, done, all);
}

void import_talk_start(struct import_talk *talk, const char *file)
{
    *talk = (struct import_talk){
        .file = file, .listener = {.context = talk, .problem = keep_problem, .progress = print_progress}};
    plat_buffer_init(&talk->problems, LIMIT_REG_TEXT);
    regtool_progress_start(&talk->progress, file);
}

/* Names out of the file stand in some of the texts. */
static void print_problems(struct import_talk *talk)
{
    const char *text = plat_buffer_text(&talk->problems);

    if (text)
        tool_put(stderr, text);
    else if (talk->kept > 0)
        fputs("WARNING: there is no memory to say what is wrong with some lines.\n", stderr);
    if (talk->more > 0)
        fprintf(stderr, "... and %" PRIu32 " more line%s like these.\n", talk->more,
                talk->more == 1 ? "" : "s");
    plat_buffer_free(&talk->problems);
}

void import_talk_end(struct import_talk *talk, const struct reg_import_result *result)
{
    regtool_progress_wipe(&talk->progress);
    print_problems(talk);
    if (result && result->beyond_ce > 0)
        fprintf(stderr,
                "WARNING: %" PRIu32
                " key%s more than Windows CE takes (names of 255 characters, 16 levels of keys, "
                "4096 bytes of data).\n",
                result->beyond_ce, result->beyond_ce == 1 ? " or value is" : "s and values are");
}

win_error import_apply(struct reg_db *db, struct plat_span file, struct import_talk *talk,
                       struct reg_import_result *result)
{
    win_error error = reg_import(db, file, &talk->listener, result);

    return error ? error : httpd_users_protect(db);
}

int import_failed(struct reg_db *db, const char *file, win_error error)
{
    if (error == ERROR_INVALID_DATA)
        return regtool_fail("%s: %s.", file, reg_db_message(db));
    return regtool_fail_code(db, error);
}

static int run(struct regtool_command *command)
{
    struct import_talk talk;
    struct reg_import_result result = {.keys = 0};
    struct plat_buffer file;
    const char *name;
    struct reg_db *db;
    win_error error;
    int code = 1;

    if (regtool_given(command, "dry-run"))
        return difference_run(command) == 1 ? 1 : 0;
    plat_buffer_init(&file, LIMIT_REG_TEXT);
    if (regtool_read_file(command->word[0], &file, &name) && regtool_open(command, REG_OPEN_CREATE, &db)) {
        import_talk_start(&talk, name);
        error = reg_begin(db);
        if (!error) {
            error = import_apply(db, plat_span_of(file.data, file.size), &talk, &result);
            if (!error)
                error = reg_commit(db);
            else
                reg_rollback(db);
        }
        import_talk_end(&talk, error ? NULL : &result);
        code = error ? import_failed(db, name, error) : regtool_done();
        reg_db_close(db);
    }
    plat_buffer_free(&file);
    return code;
}

const struct regtool_verb regtool_import = {.name = "IMPORT",
                                            .summary = "applies a .reg file",
                                            .help = regtool_help_import,
                                            .run = run,
                                            .switches = switches,
                                            .switch_count = sizeof switches / sizeof switches[0],
                                            .words_wanted = 1,
                                            .word_kinds = "f"};
