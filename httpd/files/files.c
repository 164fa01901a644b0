/* SPDX-License-Identifier: Apache-2.0 */
#include "files/files.h"

#include "files/conditional.h"
#include "files/content_type.h"
#include "files/escape.h"
#include "files/listing.h"
#include "platform/clock.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

/* A listing's most: a long name takes three bytes a byte in its link, and once more what HTML needs. */
#define LISTING_SIZE (LIMIT_LISTING_ENTRIES * 1024U)
#define FIELDS_SIZE (4U * LIMIT_REQUEST_TARGET)

bool files_is_runnable(const struct httpd_settings *settings, const char *name)
{
    return httpd_is_module_name(name, strlen(name)) || httpd_script_map_find(settings, name) != NULL;
}

static void answer_with(struct files_answer *answer, uint32_t status, const char *why)
{
    answer->status = status;
    answer->why = why;
}

/* What is not there and what may not be seen looks the same where nothing tells them apart for sure. */
static void answer_error(struct files_answer *answer, win_error error)
{
    switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_DIRECTORY:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_PATHNAME:
    case ERROR_FILENAME_EXCED_RANGE:
        answer_with(answer, 404, NULL);
        break;
    case ERROR_ACCESS_DENIED:
        answer_with(answer, 403, "the file system denies access");
        break;
    case ERROR_TOO_MANY_OPEN_FILES:
    case ERROR_NOT_ENOUGH_MEMORY:
        answer_with(answer, 503, win_error_text(error));
        break;
    default:
        answer_with(answer, 500, win_error_text(error));
    }
}

static void answer_file(const struct files_question *question, struct files_answer *answer,
                        struct plat_file *file, const struct plat_file_info *info, const char *name)
{
    struct files_validators validators;
    char date[PLAT_HTTP_DATE_SIZE];
    enum files_condition condition;

    files_validators_of(info, question->now, &validators);
    condition = files_check_conditions(question->request, &validators);
    plat_http_date(validators.modified, date);
    plat_buffer_append_text(&answer->fields, "Last-Modified: ");
    plat_buffer_append_text(&answer->fields, date);
    plat_buffer_append_text(&answer->fields, "\r\nETag: ");
    plat_buffer_append_text(&answer->fields, validators.etag);
    plat_buffer_append_text(&answer->fields, "\r\n");
    if (condition != FILES_SEND) {
        plat_file_close(file);
        answer_with(answer, condition == FILES_NOT_MODIFIED ? 304 : 412, NULL);
        return;
    }
    plat_buffer_append_text(&answer->fields, "Content-Type: ");
    plat_buffer_append_text(&answer->fields, files_content_type(name));
    plat_buffer_append_text(&answer->fields, "\r\n");
    answer->file = file;
    answer->size = info->size;
    answer_with(answer, 200, NULL);
}

/* A directory's own URL ends in a slash, or the links of its page would lead elsewhere. */
static void answer_redirect(const struct files_question *question, struct files_answer *answer)
{
    plat_buffer_append_text(&answer->fields, "Location: ");
    files_append_url(&answer->fields, question->path, true);
    plat_buffer_append_u8(&answer->fields, '/');
    if (*question->request->query) {
        plat_buffer_append_u8(&answer->fields, '?');
        plat_buffer_append_text(&answer->fields, question->request->query);
    }
    plat_buffer_append_text(&answer->fields, "\r\n");
    answer_with(answer, 301, NULL);
}

/* The next name of a ';' list, blanks around it removed. */
static bool next_page(const char **list, struct plat_span *name)
{
    const char *start = *list;
    size_t size;

    if (*start == '\0')
        return false;
    size = strcspn(start, ";");
    *list = start + size + (start[size] == ';');
    while (size > 0 && *start == ' ') {
        start++;
        size--;
    }
    while (size > 0 && start[size - 1] == ' ')
        size--;
    *name = plat_span_of(start, size);
    return true;
}

/* true when the page is there (and answered); an error other than "not there" ends the search as well. */
static bool answer_default_page(const struct files_question *question, struct files_answer *answer,
                                struct plat_file *directory, struct plat_span page)
{
    char name[LIMIT_PATH_SIZE];
    struct plat_file_info info;
    struct plat_file *file;
    win_error error;

    if (page.size == 0 || page.size >= sizeof name)
        return false;
    memcpy(name, page.data, page.size);
    name[page.size] = '\0';
    if (strpbrk(name, "/\\"))
        return false;
    error = plat_file_open_in(directory, name, &file);
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND || error == ERROR_INVALID_NAME ||
        error == ERROR_FILENAME_EXCED_RANGE)
        return false;
    if (error) {
        answer_error(answer, error);
        return true;
    }
    error = plat_file_info_of(file, &info);
    if (error || info.kind != PLAT_FILE_REGULAR) {
        plat_file_close(file);
        if (error)
            answer_error(answer, error);
        return error != ERROR_SUCCESS;
    }
    if (files_is_runnable(question->settings, name)) {
        plat_file_close(file);
        answer->page = page;
        answer_with(answer, 0, NULL);
        return true;
    }
    answer_file(question, answer, file, &info, name);
    return true;
}

static void answer_directory(const struct files_question *question, struct files_answer *answer,
                             struct plat_file *directory)
{
    const char *pages = question->vroot->default_pages;
    struct plat_span page;
    win_error error;

    while (next_page(&pages, &page))
        if (answer_default_page(question, answer, directory, page))
            return;
    if (!question->vroot->dir_browse) {
        answer_with(answer, 403, "no default page, and DirBrowse is off");
        return;
    }
    error = files_list(directory, question->path, &answer->text);
    if (error) {
        answer_error(answer, error);
        return;
    }
    plat_buffer_append_text(&answer->fields, "Content-Type: text/html; charset=utf-8\r\n");
    answer->size = answer->text.size;
    answer_with(answer, 200, NULL);
}

static win_error open_target(const struct files_question *question, struct plat_file **file,
                             struct plat_file_info *info)
{
    char path[LIMIT_PATH_SIZE];
    int size = snprintf(path, sizeof path, "%s%s", question->vroot->physical, question->rest);
    win_error error;

    if (size < 0 || (size_t)size >= sizeof path)
        return ERROR_FILENAME_EXCED_RANGE;
    error = plat_root_open_file(question->root, path, file);
    if (error)
        return error;
    error = plat_file_info_of(*file, info);
    if (error)
        plat_file_close(*file);
    return error;
}

void files_answer(const struct files_question *question, struct files_answer *answer)
{
    const char *method = question->request->method;
    const char *path = question->path;
    bool slash = path[strlen(path) - 1] == '/';
    struct plat_file_info info;
    struct plat_file *file;
    win_error error;

    *answer = (struct files_answer){.status = 500};
    plat_buffer_init(&answer->text, LISTING_SIZE);
    plat_buffer_init(&answer->fields, FIELDS_SIZE);
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        plat_buffer_append_text(&answer->fields, "Allow: GET, HEAD\r\n");
        answer_with(answer, 405, NULL);
        return;
    }
    error = open_target(question, &file, &info);
    if (error) {
        answer_error(answer, error);
        return;
    }
    if (info.kind == PLAT_FILE_REGULAR && !slash) {
        answer_file(question, answer, file, &info, *question->rest ? path : question->vroot->physical);
        return;
    }
    if (info.kind == PLAT_FILE_DIRECTORY && slash)
        answer_directory(question, answer, file);
    else if (info.kind == PLAT_FILE_DIRECTORY)
        answer_redirect(question, answer);
    else
        answer_with(answer, 404, NULL);
    plat_file_close(file);
}

void files_answer_free(struct files_answer *answer)
{
    plat_file_close(answer->file);
    plat_buffer_free(&answer->text);
    plat_buffer_free(&answer->fields);
}
