/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert find`: by text in names and numbers, by expiry. */
#include "cert/certtool.h"

#include "platform/clock.h"
#include "platform/text.h"

#include <string.h>

static const struct certtool_option options[] = {
    {"--store", CERTTOOL_VALUE, 's'},   {"--user", CERTTOOL_NOTHING, 0},
    {"--expired", CERTTOOL_NOTHING, 0}, {"--expires-within", CERTTOOL_VALUE, 'x'},
    {"--json", CERTTOOL_NOTHING, 0},    {"--full", CERTTOOL_NOTHING, 0},
};

#define SECONDS_OF_A_DAY INT64_C(86400)
#define DAYS_MOST 100000U

struct finding {
    const struct certtool_command *command;
    struct reg_db *db;
    struct plat_buffer folded; /* the text, size 0 = any */
    char digits[256];          /* the text when it is hexadecimal, lower case */
    bool expired, within;
    int64_t now, until;
    struct certtool_table *table;
    struct json json;
    bool is_json;
    size_t found;
};

static bool holds_text(const struct finding *f, struct plat_buffer *text)
{
    struct plat_buffer folded;
    const char *plain = plat_buffer_text(text), *words, *wanted = (const char *)f->folded.data;
    plat_buffer_init(&folded, 4U * LIMIT_CERT_FILE);
    if (plain != NULL) {
        plat_name_fold(&folded, plain, text->size);
    }
    words = plat_buffer_text(&folded);
    bool found = words != NULL && strstr(words, wanted) != NULL;
    plat_buffer_free(&folded);
    return found;
}

static bool holds_digits(const struct finding *f, struct plat_span bytes)
{
    struct plat_buffer hex;
    plat_buffer_init(&hex, LIMIT_CERT_FILE);
    cert_hex_append(&hex, bytes, 0);
    const char *text = plat_buffer_text(&hex);
    bool found = text != NULL && strstr(text, f->digits) != NULL;
    plat_buffer_free(&hex);
    return found;
}

static bool text_fits(const struct finding *f, const struct cert_set *set, const struct cert *cert)
{
    struct plat_buffer text;
    if (f->folded.size == 0) {
        return true;
    }
    if (f->digits[0] != '\0' &&
        (holds_digits(f, plat_span_of(cert->thumbprint, sizeof cert->thumbprint)) ||
         holds_digits(f, cert_serial_number(cert)) || holds_digits(f, cert->subject_key_id) ||
         holds_digits(f, cert->authority_key_id))) {
        return true;
    }
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    cert_name_text(cert->subject, &text);
    bool found = holds_text(f, &text);
    plat_buffer_clear(&text);
    cert_name_text(cert->issuer, &text);
    found = found || holds_text(f, &text);
    plat_buffer_clear(&text);
    found =
        found || (cert_property_friendly_name(cert_set_properties(set, cert), &text) && holds_text(f, &text));
    plat_buffer_free(&text);
    return found;
}

static bool time_fits(const struct finding *f, const struct cert *cert)
{
    if (!f->expired && !f->within) {
        return true;
    }
    bool is_expired = f->now > cert->not_after;
    return (f->expired && is_expired) || (f->within && !is_expired && cert->not_after <= f->until);
}

static bool one_store(void *context, struct certtool_contents *contents)
{
    struct finding *f = context;
    size_t before = f->found;
    for (size_t i = 0; i < cert_set_count(contents->certs); i++) {
        const struct cert *cert = cert_set_at(contents->certs, i);
        if (!time_fits(f, cert) || !text_fits(f, contents->certs, cert)) {
            continue;
        }
        f->found++;
        if (f->is_json) {
            json_object(&f->json, NULL, false);
            json_text(&f->json, "store", contents->store);
            certtool_json_cert(&f->json, f->db, contents->store, contents->certs, cert);
            json_end_object(&f->json);
        } else {
            certtool_table_add(f->table, f->db, contents->store, cert, f->now);
        }
    }
    if (f->is_json || f->found == before) {
        return true;
    }
    if (before > 0) {
        putchar('\n');
    }
    if (!certtool_table_print(f->table, contents->store)) {
        certtool_fail(f->command, "%s", win_error_text(ERROR_NOT_ENOUGH_MEMORY));
        return false;
    }
    return true;
}

/* The text with blanks and colons gone, when nothing but hexadecimal digits is left. */
static void take_digits(struct finding *f, const char *text)
{
    size_t size = 0;
    for (; *text != '\0'; text++) {
        int digit = plat_hex_digit(*text);
        if (digit >= 0 && size + 1 < sizeof f->digits) {
            f->digits[size++] = "0123456789abcdef"[digit];
        } else if (digit >= 0 || (*text != ' ' && *text != ':')) {
            size = 0;
            break;
        }
    }
    f->digits[size] = '\0';
}

static int find(struct finding *f, const char *store)
{
    if (f->is_json) {
        json_array(&f->json, NULL, false);
    }
    bool ok = certtool_each_store(f->command, f->db, store, one_store, f);
    if (f->is_json) {
        json_end_array(&f->json);
    }
    if (ok && f->found == 0) {
        return certtool_fail(f->command, "nothing found; `cerium cert list` shows what there is");
    }
    return ok ? TOOL_OK : TOOL_FAILED;
}

static int run(struct certtool_command *command)
{
    struct finding f = {
        .command = command, .now = plat_clock_unix(), .is_json = certtool_given(command, "--json")};
    const char *days_text = certtool_value(command, "--expires-within");
    uint32_t days = 0;
    const char *store = NULL;
    int code = TOOL_OK;
    if (certtool_given(command, "--store")) {
        store = certtool_store(command, true, &code);
        if (store == NULL) {
            return code;
        }
    }
    f.expired = certtool_given(command, "--expired");
    f.within = days_text != NULL;
    if (f.within && (!plat_parse_u32(days_text, strlen(days_text), 10, &days) || days > DAYS_MOST)) {
        return certtool_usage(command, "--expires-within wants days, 0 to %u, not \"%s\"", DAYS_MOST,
                              days_text);
    }
    f.until = f.now + (int64_t)days * SECONDS_OF_A_DAY;
    if (command->word_count == 0 && !f.expired && !f.within) {
        return certtool_usage(command, "%s", command->verb->needs);
    }
    plat_buffer_init(&f.folded, LIMIT_CERT_FILE);
    if (command->word_count > 0) {
        plat_name_fold(&f.folded, command->words[0], strlen(command->words[0]));
        take_digits(&f, command->words[0]);
    }
    f.table = certtool_table_create(certtool_given(command, "--full"));
    if ((command->word_count > 0 && plat_buffer_text(&f.folded) == NULL) || f.table == NULL) {
        code = certtool_fail(command, "%s", win_error_text(ERROR_NOT_ENOUGH_MEMORY));
    } else if (certtool_open(command, REG_OPEN_READ, &f.db)) {
        code = find(&f, store);
    } else {
        code = TOOL_FAILED;
    }
    reg_db_close(f.db);
    certtool_table_free(f.table);
    plat_buffer_free(&f.folded);
    return code;
}

const struct certtool_verb certtool_verb_find = {
    .name = "find",
    .summary = "certificates by text in names and numbers, or by expiry",
    .help = certtool_help_find,
    .run = run,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .words_most = 1,
    .word_kinds = "x",
    .needs = "it needs a TEXT, --expired or --expires-within DAYS",
};
