/* SPDX-License-Identifier: Apache-2.0 */
/* Editing a value's data by its type, and making new values: the same editors on data that are not there yet. */
#include "regedit/dialog.h"
#include "regedit/edit.h"
#include "regedit/session.h"
#include "regedit/words.h"

#include "certstore/blob.h"
#include "certstore/cert.h"
#include "certstore/describe.h"
#include "platform/limits.h"
#include "platform/memory.h"
#include "platform/text.h"

#include <string.h>

#define TEXT_ROOM (2 * (size_t)LIMIT_REG_DATA)
#define DESCRIPTION_SIZE (8U * LIMIT_CERT_SIZE)

static const char *shown_name(const char *name)
{
    return name[0] != '\0' ? name : "(Default)";
}

/* ---- one editor a kind; each replaces `data`; true: to be stored ---- */

static bool edit_string(struct regedit *ui, const char *name, struct plat_buffer *data,
                        struct plat_buffer *text)
{
    struct line line;
    bool ok;

    line_init(&line, TEXT_ROOM);
    line_set(&line, (const char *)text->data, text->size);
    ok = !line.text.failed && dialog_line(ui, "Edit string", shown_name(name), &line);
    if (ok) {
        plat_buffer_clear(data);
        words_string_data((const char *)line.text.data, line.text.size, data);
    }
    line_free(&line);
    return ok;
}

static bool edit_list(struct regedit *ui, const char *name, struct plat_buffer *data, struct plat_buffer *text)
{
    if (!dialog_lines(ui, shown_name(name), text))
        return false;
    plat_buffer_clear(data);
    words_list_data((const char *)text->data, text->size, data);
    return true;
}

static bool edit_number(struct regedit *ui, const char *name, uint32_t type, struct plat_buffer *data,
                        uint64_t number)
{
    const struct flag_set *set = type == REG_DWORD ? flags_of(name) : NULL;
    enum dialog_flags_result result = DIALOG_FLAGS_AS_NUMBER;
    uint32_t flags = (uint32_t)number;

    if (set != NULL) {
        result = dialog_flags(ui, set, &flags);
        number = flags;
    }
    if (result == DIALOG_FLAGS_CANCEL ||
        (result == DIALOG_FLAGS_AS_NUMBER &&
         !dialog_number(ui, shown_name(name), words_number_size(type), &number)))
        return false;
    plat_buffer_clear(data);
    words_number_data(type, number, data);
    return true;
}

bool edit_data(struct regedit *ui, const char *name, uint32_t type, struct plat_buffer *data)
{
    struct plat_span bytes = plat_span_of(data->data, data->size);
    struct plat_buffer text;
    uint64_t number;
    bool ok;

    plat_buffer_init(&text, TEXT_ROOM);
    if ((type == REG_SZ || type == REG_EXPAND_SZ) && words_string(bytes, &text))
        ok = edit_string(ui, name, data, &text);
    else if (type == REG_MULTI_SZ && words_list(bytes, &text))
        ok = edit_list(ui, name, data, &text);
    else if (words_number(type, bytes, &number))
        ok = edit_number(ui, name, type, data, number);
    else /* also what a line or number could not give back unchanged */
        ok = dialog_hex(ui, shown_name(name), words_why_bytes(type, bytes), data);
    plat_buffer_free(&text);
    return ok;
}

/* ---- storing ---- */

/* What was shown when the editor opened must still be there: nobody's change is lost unseen. */
static win_error store(struct regedit *ui, reg_key key, const char *name, uint32_t type,
                       const struct plat_buffer *before, bool was_set, const struct plat_buffer *data,
                       bool *meanwhile)
{
    struct plat_buffer now;
    uint32_t type_now;
    win_error error;

    plat_buffer_init(&now, LIMIT_REG_DATA);
    error = reg_value_get(ui->db, key, name, &type_now, &now);
    *meanwhile = was_set
                     ? error == ERROR_SUCCESS &&
                           (type_now != type || !plat_span_equal(plat_span_of(now.data, now.size),
                                                                 plat_span_of(before->data, before->size)))
                     : error == ERROR_SUCCESS;
    *meanwhile = *meanwhile || (was_set && error == ERROR_FILE_NOT_FOUND);
    plat_buffer_free(&now);
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_SUCCESS)
        error = *meanwhile ? ERROR_TRANSACTIONAL_CONFLICT : ERROR_SUCCESS;
    return error ? error : reg_value_set(ui->db, key, name, type, data->data, data->size);
}

static void show_certificate(struct regedit *ui, const struct cert *cert)
{
    struct plat_buffer text;

    plat_buffer_init(&text, DESCRIPTION_SIZE);
    cert_describe(cert, &text);
    plat_buffer_append_text(&text, "\nThe value's bytes: b\n");
    if (plat_buffer_text(&text) != NULL)
        dialog_text(ui, "Certificate", (const char *)text.data);
    plat_buffer_free(&text);
}

/* A certificate as stores keep it is for looking at. */
static bool view_certificate(struct regedit *ui, const char *name, const struct plat_buffer *data)
{
    struct cert_blob blob;
    struct cert cert;

    if (!plat_name_equal(name, "Blob") ||
        cert_blob_read(plat_span_of(data->data, data->size), &blob) != ERROR_SUCCESS ||
        blob.kind != CERT_BLOB_CERTIFICATE || cert_parse(blob.content, &cert) != ERROR_SUCCESS)
        return false;
    show_certificate(ui, &cert);
    return true;
}

static void edit_value(struct regedit *ui, reg_key key, const char *name, bool as_bytes)
{
    struct plat_buffer before, data;
    uint32_t type = REG_SZ;
    bool meanwhile = false, was_set, ok;
    win_error error;

    plat_buffer_init(&before, LIMIT_REG_DATA);
    plat_buffer_init(&data, TEXT_ROOM);
    error = reg_value_get(ui->db, key, name, &type, &before);
    was_set = error == ERROR_SUCCESS;
    plat_buffer_append(&data, before.data, before.size);
    if (error != ERROR_SUCCESS && error != ERROR_FILE_NOT_FOUND) {
        regedit_fail(ui, "The value cannot be read", error);
    } else if (as_bytes || !view_certificate(ui, name, &data)) {
        ui->viewing = ui->read_only;
        ok = as_bytes ? dialog_hex(ui, shown_name(name), "", &data) : edit_data(ui, name, type, &data);
        ui->viewing = false;
        if (ok && was_set &&
            plat_span_equal(plat_span_of(before.data, before.size), plat_span_of(data.data, data.size)))
            regedit_say(ui, "Not changed");
        else if (ok && change_begin(ui))
            change_end(ui, store(ui, key, name, type, &before, was_set, &data, &meanwhile), "set %s",
                       shown_name(name));
        if (meanwhile)
            regedit_alert(ui, "Not stored: another program has changed %s meanwhile", shown_name(name));
    }
    plat_buffer_free(&before);
    plat_buffer_free(&data);
}

static void edit_selected(struct regedit *ui, bool as_bytes)
{
    struct value_item *item = values_selected(&ui->values);
    char *name;

    if (item == NULL || !ui->in_values) {
        regedit_say(ui, "Select a value first: Tab goes to the values");
        return;
    }
    if (regedit_is_masked(ui)) {
        regedit_alert(ui, "These data are protected: p shows them");
        return;
    }
    name = plat_strdup(item->name); /* the list is read again while the editor is open */
    if (name != NULL)
        edit_value(ui, ui->values.key, name, as_bytes);
    plat_free(name);
}

void command_edit(struct regedit *ui)
{
    edit_selected(ui, false);
}

void command_edit_bytes(struct regedit *ui)
{
    edit_selected(ui, true);
}
