/* SPDX-License-Identifier: Apache-2.0 */
/* `cerium cert map`: which user of SSL\Users a certificate is, and making it one. */
#include "cert/certtool.h"

#include "httpd/explain.h"
#include "httpd/mapping.h"
#include "platform/text.h"
#include "reg/terminal.h"

#include <string.h>

#define USERS_KEY "COMM\\HTTPD\\SSL\\Users"

static const struct certtool_option options[] = {
    {"--user", CERTTOOL_VALUE, 'u'},
    {"--issuer-only", CERTTOOL_NOTHING, 0},
    {"--yes", CERTTOOL_NOTHING, 0},
};

struct mapping {
    const struct certtool_command *command;
    const struct cert *cert;
    struct plat_buffer issuer_cn; /* of the certificate's issuer */
    bool has_issuer_cn;
    bool any_user, any_root;
    struct plat_buffer winner; /* the name of the user that the server takes; size 0 = none */
};

/* ---- looking ---- */

static void print_user(void *context, const struct httpd_mapping_user *user)
{
    struct mapping *m = context;
    const char *by = user->by_issuer && user->by_serial ? "IssuerCN and SerialNumber"
                     : user->by_issuer                  ? "IssuerCN"
                                                        : "SerialNumber";
    if (user->wins) {
        plat_buffer_append_text(&m->winner, user->name);
        fputs("maps to      ", stdout);
        regtool_colour(REGTOOL_IS);
        tool_put(stdout, user->name);
        regtool_colour(REGTOOL_PLAIN);
        certtool_say("   (HKLM\\" USERS_KEY "\\%s: %s)\n", user->name, by);
    } else {
        const char *winner = plat_buffer_text(&m->winner);
        certtool_say("  matches    %s, too (%s); %s comes first in the order of the keys\n", user->name, by,
                     winner != NULL ? winner : "another");
    }
    m->any_user = true;
}

static void print_root(void *context, const struct httpd_mapping_root *root)
{
    struct mapping *m = context;
    if (!m->any_root) {
        puts("virtual roots that map certificates:");
    }
    m->any_root = true;
    regtool_colour(root->lets_in ? REGTOOL_IS : REGTOOL_WAS);
    fputs(root->lets_in ? "  lets in    " : "  refuses    ", stdout);
    regtool_colour(REGTOOL_PLAIN);
    certtool_say("%s   (%s)\n", root->url, root->why);
}

static void print_certificate(const struct mapping *m)
{
    struct plat_buffer text;
    plat_buffer_init(&text, LIMIT_CERT_FILE);
    certtool_say("certificate  %s\n", certtool_name(m->cert->subject, &text));
    certtool_say("issuer       %s\n", certtool_name(m->cert->issuer, &text));
    plat_buffer_clear(&text);
    cert_hex_append(&text, cert_serial_number(m->cert), ',');
    const char *serial = plat_buffer_text(&text);
    certtool_say("serial       %s\n", serial != NULL ? serial : "");
    plat_buffer_free(&text);
}

/* What the server makes of it, on standard output. */
static int look(struct mapping *m, struct reg_db *db)
{
    const struct httpd_mapping_listener listener = {print_user, print_root, m};
    struct plat_buffer message;
    struct plat_root *root = NULL;
    plat_buffer_init(&message, 4096);
    if (plat_root_open(m->command->tool->root_path, &root) != ERROR_SUCCESS) {
        root = NULL;
    }
    win_error error = httpd_mapping_look(db, root, m->cert, &listener, &message);
    const char *words = message.size > 0 ? plat_buffer_text(&message) : NULL;
    int code = TOOL_OK;
    if (error != ERROR_SUCCESS) {
        code = certtool_fail(m->command, "the server could not load these settings, so it maps nobody: %s",
                             words != NULL ? words : win_error_text(error));
    } else if (!m->any_user) {
        puts("maps to      nobody: no key under HKLM\\" USERS_KEY " matches");
    } else if (!m->any_root) {
        puts("no virtual root maps certificates: P needs MAP_CERT (0x80), and REQUIRE_CERT (0x40) or "
             "NEGO_CERT (0x20)");
    }
    plat_root_close(root);
    plat_buffer_free(&message);
    return code;
}

/* ---- writing ---- */

static win_error value_is(struct reg_db *db, reg_key key, const char *name, uint32_t type,
                          struct plat_span data, bool wanted, bool *same)
{
    struct plat_buffer bytes;
    uint32_t type_there;
    plat_buffer_init(&bytes, LIMIT_REG_DATA);
    win_error error = reg_value_get(db, key, name, &type_there, &bytes);
    *same = error == ERROR_FILE_NOT_FOUND
                ? !wanted
                : wanted && type_there == type && plat_span_equal(plat_span_of(bytes.data, bytes.size), data);
    plat_buffer_free(&bytes);
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

/* What the key has to say: IssuerCN as it stands in the registry, and the serial number unless --issuer-only. */
struct wanted {
    const char *path; /* below HKLM */
    struct plat_buffer issuer;
    struct plat_span serial;
    bool by_serial;
};

static win_error is_so_already(struct reg_db *db, const struct wanted *wanted, bool *exists, bool *same)
{
    reg_key key;
    bool same_issuer, same_serial;
    win_error error = reg_key_open(db, REG_HKLM, wanted->path, &key);
    *exists = error == ERROR_SUCCESS;
    *same = false;
    if (error != ERROR_SUCCESS) {
        return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
    }
    error = value_is(db, key, "IssuerCN", REG_SZ, plat_span_of(wanted->issuer.data, wanted->issuer.size),
                     true, &same_issuer);
    if (error == ERROR_SUCCESS) {
        error = value_is(db, key, "SerialNumber", REG_BINARY, wanted->serial, wanted->by_serial, &same_serial);
        *same = error == ERROR_SUCCESS && same_issuer && same_serial;
    }
    return error;
}

static win_error set_values(struct reg_db *db, const struct wanted *wanted)
{
    reg_key key;
    win_error error = reg_key_create(db, REG_HKLM, wanted->path, 0, &key, NULL);
    if (error == ERROR_SUCCESS) {
        error = reg_value_set(db, key, "IssuerCN", REG_SZ, wanted->issuer.data, wanted->issuer.size);
    }
    if (error == ERROR_SUCCESS && wanted->by_serial) {
        return reg_value_set(db, key, "SerialNumber", REG_BINARY, wanted->serial.data, wanted->serial.size);
    }
    if (error == ERROR_SUCCESS) {
        error = reg_value_delete(db, key, "SerialNumber");
        error = error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
    }
    return error;
}

static int may_change(const struct certtool_command *command, const char *user)
{
    if (certtool_given(command, "--yes")) {
        return TOOL_OK;
    }
    if (!certtool_can_ask()) {
        return certtool_fail(command,
                             "HKLM\\" USERS_KEY
                             "\\%s is there and says something else; --yes changes it. Nothing was changed",
                             user);
    }
    if (!certtool_confirm("HKLM\\" USERS_KEY "\\%s is there and says something else. Change it (Yes/No)? ",
                          user)) {
        puts("nothing was changed");
        return TOOL_FAILED;
    }
    return TOOL_OK;
}

static int write_user(const struct certtool_command *command, struct reg_db *db, const char *user,
                      const struct wanted *wanted)
{
    bool exists, same;
    int code = TOOL_OK;
    win_error error = is_so_already(db, wanted, &exists, &same);
    if (error == ERROR_SUCCESS && same) {
        certtool_say("HKLM\\%s says so already\n", wanted->path);
        return TOOL_OK;
    }
    if (error == ERROR_SUCCESS && exists) {
        code = may_change(command, user);
    }
    if (code != TOOL_OK) {
        return code;
    }
    if (error == ERROR_SUCCESS) {
        error = reg_begin(db);
    }
    if (error == ERROR_SUCCESS) {
        error = set_values(db, wanted);
        if (error == ERROR_SUCCESS) {
            error = reg_commit(db);
        } else {
            reg_rollback(db);
        }
    }
    if (error != ERROR_SUCCESS) {
        return certtool_fail(command, "HKLM\\%s in %s was not written: %s", wanted->path, reg_db_path(db),
                             win_error_text(error));
    }
    certtool_say("wrote HKLM\\%s (%s)\n", wanted->path,
                 wanted->by_serial ? "IssuerCN, SerialNumber" : "IssuerCN");
    return TOOL_OK;
}

static int map_to(struct mapping *m, struct reg_db *db, const char *user)
{
    const struct certtool_command *command = m->command;
    struct wanted wanted = {.serial = cert_serial_number(m->cert),
                            .by_serial = !certtool_given(command, "--issuer-only")};
    struct plat_buffer path;
    const char *issuer = plat_buffer_text(&m->issuer_cn);
    plat_buffer_init(&path, LIMIT_REG_PATH);
    plat_buffer_init(&wanted.issuer, LIMIT_REG_DATA);
    plat_buffer_printf(&path, "%s\\%s", USERS_KEY, user);
    wanted.path = plat_buffer_text(&path);
    if (issuer != NULL) {
        plat_utf16le_append(&wanted.issuer, issuer, strlen(issuer));
        plat_buffer_append_u16_le(&wanted.issuer, 0);
    }
    int code = wanted.path == NULL || issuer == NULL || wanted.issuer.failed != ERROR_SUCCESS
                   ? certtool_fail(command, "%s", win_error_text(ERROR_NOT_ENOUGH_MEMORY))
                   : write_user(command, db, user, &wanted);
    plat_buffer_free(&wanted.issuer);
    plat_buffer_free(&path);
    return code;
}

static int check_names(const struct mapping *m, const char *user)
{
    if (!httpd_user_name_is_good(user)) {
        return certtool_usage(m->command,
                              "\"%s\" cannot be a user's name: it has to fit into a UserList (no : ; \\, no "
                              "- @ * at its beginning)",
                              user);
    }
    if (!m->has_issuer_cn) {
        return certtool_fail(m->command,
                             "the certificate's issuer has no common name, so no IssuerCN can tell it");
    }
    return TOOL_OK;
}

/* The key is written: does the server take it as meant? */
static int check_winner(struct mapping *m, const char *user)
{
    const char *winner = plat_buffer_text(&m->winner);
    if (winner != NULL && m->winner.size > 0 && plat_name_equal(winner, user)) {
        return TOOL_OK;
    }
    return certtool_fail(
        m->command,
        "the server takes this certificate as %s, not as %s: delete or narrow that key, or `cerium reg undo`",
        winner != NULL && m->winner.size > 0 ? winner : "nobody", user);
}

static int run(struct certtool_command *command)
{
    const char *user = certtool_value(command, "--user");
    struct mapping m = {.command = command};
    struct cert_set *set = certtool_new_set(command);
    struct reg_db *db = NULL;
    int code = set != NULL && certtool_read(command, command->words[0], set, NULL) ? TOOL_OK : TOOL_FAILED;
    plat_buffer_init(&m.issuer_cn, LIMIT_CERT_SIZE * 4U);
    plat_buffer_init(&m.winner, LIMIT_REG_PATH);
    if (code == TOOL_OK) {
        m.cert = cert_set_at(set, 0);
        m.has_issuer_cn = cert_name_common_name(m.cert->issuer, &m.issuer_cn) && m.issuer_cn.size > 0 &&
                          memchr(m.issuer_cn.data, 0, m.issuer_cn.size) == NULL;
        code = user != NULL ? check_names(&m, user)
               : certtool_given(command, "--issuer-only")
                   ? certtool_usage(command, "--issuer-only goes with --user NAME")
                   : TOOL_OK;
    }
    if (code == TOOL_OK) {
        code = certtool_open(command, user != NULL ? REG_OPEN_CREATE : REG_OPEN_READ, &db) ? TOOL_OK
                                                                                           : TOOL_FAILED;
    }
    if (code == TOOL_OK) {
        print_certificate(&m);
    }
    if (code == TOOL_OK && user != NULL) {
        code = map_to(&m, db, user);
    }
    if (code == TOOL_OK) {
        code = look(&m, db);
    }
    if (code == TOOL_OK) {
        code = user != NULL ? check_winner(&m, user) : m.any_user ? TOOL_OK : TOOL_FAILED;
    }
    reg_db_close(db);
    plat_buffer_free(&m.winner);
    plat_buffer_free(&m.issuer_cn);
    cert_set_free(set);
    return code;
}

const struct certtool_verb certtool_verb_map = {
    .name = "map",
    .summary = "which user a client certificate is; makes it one",
    .help = certtool_help_map,
    .run = run,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .words_least = 1,
    .words_most = 1,
    .word_kinds = "f",
    .needs = "it needs a FILE with the client's certificate",
};
