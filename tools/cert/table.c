/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates as a table: columns as wide as what stands in them, on a terminal no wider than 80 characters. */
#include "cert/certtool.h"

#include "platform/clock.h"
#include "platform/memory.h"
#include "platform/process.h"
#include "reg/terminal.h"

#include <string.h>

enum { NAME, ISSUER, EXPIRES, KEY, THUMBPRINT, COLUMNS };

struct row {
    char *cell[COLUMNS];
    bool faded; /* outside of its validity period */
    char *note;
};

struct certtool_table {
    bool full;
    bool has_keys;
    bool failed;
    struct row *rows;
    size_t count, room;
};

struct certtool_table *certtool_table_create(bool full)
{
    struct certtool_table *table = plat_calloc(1, sizeof *table);
    if (table != NULL) {
        table->full = full || !plat_is_terminal(PLAT_STDOUT);
    }
    return table;
}

static void forget_rows(struct certtool_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        for (size_t c = 0; c < COLUMNS; c++) {
            plat_free(table->rows[i].cell[c]);
        }
        plat_free(table->rows[i].note);
    }
    table->count = 0;
    table->has_keys = false;
}

void certtool_table_free(struct certtool_table *table)
{
    if (table != NULL) {
        forget_rows(table);
        plat_free(table->rows);
        plat_free(table);
    }
}

/* Where the character after this one begins. */
static const char *next_character(const char *at)
{
    do {
        at++;
    } while (((unsigned char)*at & 0xC0U) == 0x80U);
    return at;
}

static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text != '\0'; text = next_character(text)) {
        width++;
    }
    return width;
}

/* A copy of one line, at most so many characters: "..." ends what was longer. */
static char *cell_of(struct certtool_table *table, const char *text, size_t most)
{
    size_t size = strlen(text);
    bool cut = most >= 4 && width_of(text) > most;
    if (cut) {
        const char *end = text;
        for (size_t i = 0; i < most - 3; i++) {
            end = next_character(end);
        }
        size = (size_t)(end - text);
    }
    char *copy = plat_alloc(size + 4);
    if (copy == NULL) {
        table->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < size; i++) {
        copy[i] = text[i] == '\n' ? '?' : text[i];
    }
    memcpy(copy + size, cut ? "..." : "", cut ? 4 : 1);
    return copy;
}

void certtool_table_add(struct certtool_table *table, const struct reg_db *db, const char *store,
                        const struct cert *cert, int64_t now)
{
    if (table->count == table->room) {
        size_t room = table->room * 2 + 16;
        struct row *rows = plat_realloc(table->rows, room * sizeof *rows);
        if (rows == NULL) {
            table->failed = true;
            return;
        }
        table->rows = rows;
        table->room = room;
    }
    struct row *row = &table->rows[table->count++];
    char thumbprint[CERT_THUMBPRINT_TEXT_SIZE], expires[48];
    struct plat_buffer text;
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    *row = (struct row){.faded = now > cert->not_after || now < cert->not_before};
    struct plat_date date = plat_date_of(cert->not_after);
    snprintf(expires, sizeof expires, "%04d-%02u-%02u%s", (int)date.year, date.month, date.day,
             now > cert->not_after    ? " expired"
             : now < cert->not_before ? " not yet"
                                      : "");
    cert_thumbprint_text(cert->thumbprint, thumbprint);
    if (!table->full) {
        thumbprint[10] = '\0';
    }
    bool in_my = strcmp(store, "MY") == 0;
    const char *key = in_my ? certtool_key_state(db, cert) : "";
    table->has_keys = table->has_keys || in_my;
    row->cell[NAME] = cell_of(table, certtool_short_name(cert->subject, &text), table->full ? 40 : 26);
    row->cell[ISSUER] = cell_of(table, certtool_short_name(cert->issuer, &text), table->full ? 40 : 18);
    row->cell[EXPIRES] = cell_of(table, expires, 0);
    row->cell[KEY] = cell_of(table, key, 0);
    row->cell[THUMBPRINT] = cell_of(table, thumbprint, 0);
    if (in_my && strcmp(key, "yes") != 0) {
        row->note = cell_of(table, certtool_key_words(db, cert), 0);
    }
    plat_buffer_free(&text);
}

static void print_row(const struct certtool_table *table, const char *const *cells, const size_t *widths)
{
    fputs("  ", stdout);
    for (size_t c = 0; c < COLUMNS; c++) {
        if (c == KEY && !table->has_keys) {
            continue;
        }
        tool_put(stdout, cells[c]);
        if (c + 1 < COLUMNS) {
            printf("%*s", (int)(widths[c] - width_of(cells[c]) + 2), "");
        }
    }
}

bool certtool_table_print(struct certtool_table *table, const char *heading)
{
    static const char *const titles[COLUMNS] = {"NAME", "ISSUER", "EXPIRES", "KEY", "THUMBPRINT"};
    size_t widths[COLUMNS];
    bool ok = !table->failed;
    for (size_t c = 0; c < COLUMNS; c++) {
        widths[c] = width_of(titles[c]);
        for (size_t i = 0; i < table->count && ok; i++) {
            size_t width = width_of(table->rows[i].cell[c]);
            widths[c] = width > widths[c] ? width : widths[c];
        }
    }
    if (ok && heading != NULL) {
        regtool_colour(REGTOOL_KEY);
        tool_put(stdout, heading);
        regtool_colour(REGTOOL_PLAIN);
        putchar('\n');
    }
    if (ok && table->count > 0) {
        regtool_colour(REGTOOL_FAINT);
        print_row(table, titles, widths);
        regtool_colour(REGTOOL_PLAIN);
        putchar('\n');
    }
    for (size_t i = 0; i < table->count && ok; i++) {
        const struct row *row = &table->rows[i];
        const char *const cells[COLUMNS] = {row->cell[NAME], row->cell[ISSUER], row->cell[EXPIRES],
                                            row->cell[KEY], row->cell[THUMBPRINT]};
        regtool_colour(row->faded ? REGTOOL_WAS : REGTOOL_PLAIN);
        print_row(table, cells, widths);
        regtool_colour(REGTOOL_PLAIN);
        putchar('\n');
        if (row->note != NULL) {
            printf("    %s\n", row->note);
        }
    }
    forget_rows(table);
    table->failed = false;
    return ok;
}
