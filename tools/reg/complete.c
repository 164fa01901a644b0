/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `cerium reg __complete WORD...`, for completion in a shell: the words after `reg`, the last being the one to
 * complete. The first line out is "words" or "files" (names of files are wanted, which the shell knows better); then
 * candidates, one a line, each beginning as the word does but for case. It never fails: without a registry there is
 * nothing to offer.
 */
#include "reg/regtool.h"

#include "platform/limits.h"
#include "platform/text.h"

#include <string.h>

struct offer {
    struct tool_context *tool;
    const char *typed;  /* the word to complete */
    const char *before; /* what stands before `prefix` in candidates: "HKLM\COMM\" */
    size_t before_size;
    const char *prefix;        /* what names must begin with */
    struct plat_buffer folded; /* of prefix */
    struct plat_buffer scratch;
    size_t count;
    struct plat_buffer first; /* the first name that fits */
    reg_key first_key;
    bool prints; /* false: only counts */
};

/* A name that cannot be typed, or would steer the terminal. */
static bool is_awkward(const char *name)
{
    for (const unsigned char *p = (const unsigned char *)name; *p; p++) {
        if (*p < ' ' || *p == 127 || (p[0] == 0xC2 && p[1] < 0xA0))
            return true;
    }
    return false;
}

/* The name without as many characters as the prefix has: what is typed already stays as typed. */
static const char *rest_of(const char *name, const char *prefix)
{
    size_t units = plat_utf16_units(prefix, strlen(prefix)), size = 0;

    while (name[size] != 0 && plat_utf16_units(name, size) < units) {
        size++;
        while (((unsigned char)name[size] & 0xC0U) == 0x80U)
            size++;
    }
    return name + size;
}

static bool fits(struct offer *offer, const char *name)
{
    plat_buffer_clear(&offer->scratch);
    plat_name_fold(&offer->scratch, name, strlen(name));
    return !is_awkward(name) && !offer->scratch.failed && offer->scratch.size >= offer->folded.size &&
           (offer->folded.size == 0 ||
            memcmp(offer->scratch.data, offer->folded.data, offer->folded.size) == 0);
}

static void consider(struct offer *offer, reg_key key, const char *name)
{
    if (!fits(offer, name))
        return;
    if (offer->count++ == 0) {
        plat_buffer_append_text(&offer->first, name);
        offer->first_key = key;
    }
    if (offer->prints)
        printf("%.*s%s%s\n", (int)offer->before_size, offer->before, offer->prefix,
               rest_of(name, offer->prefix));
}

static void offer_init(struct offer *offer, const char *prefix)
{
    offer->prefix = prefix;
    plat_buffer_init(&offer->folded, 8 * (size_t)LIMIT_REG_PATH);
    plat_buffer_init(&offer->scratch, 8 * (size_t)LIMIT_REG_PATH);
    plat_buffer_init(&offer->first, 8 * (size_t)LIMIT_REG_PATH);
    plat_name_fold(&offer->folded, prefix, strlen(prefix));
}

static void offer_free(struct offer *offer)
{
    plat_buffer_free(&offer->folded);
    plat_buffer_free(&offer->scratch);
    plat_buffer_free(&offer->first);
}

/* ---- words ---- */

static void offer_word(const char *typed, const char *word)
{
    if (plat_ascii_equal_nocase_n(word, strlen(word) < strlen(typed) ? strlen(word) : strlen(typed), typed,
                                  strlen(typed)))
        puts(word);
}

static void offer_verbs(const struct regtool_verb *const *verbs, const char *typed)
{
    char word[32];

    for (size_t i = 0; verbs[i]; i++) {
        size_t size = 0;

        for (; verbs[i]->name[size] != 0 && size + 1 < sizeof word; size++)
            word[size] = plat_ascii_lower(verbs[i]->name[size]);
        word[size] = 0;
        offer_word(typed, word);
    }
}

static void offer_switches(const struct regtool_verb *verb, const bool *given, const char *typed)
{
    char word[32];

    for (size_t i = 0; i < verb->switch_count; i++) {
        if (strncmp(typed, "--", 2) == 0 && strlen(verb->switches[i].name) == 1)
            continue;
        snprintf(word, sizeof word, "%s%s",
                 strncmp(typed, "--", 2) == 0 ? "--"
                 : typed[0] == '-'            ? "-"
                                              : "/",
                 verb->switches[i].name);
        if (!given[i])
            offer_word(typed, word);
    }
}

/* ---- keys and values ---- */

static bool open_quietly(struct tool_context *tool, struct reg_db **db)
{
    return reg_db_open(tool->registry_path, REG_OPEN_READ, db, NULL) == ERROR_SUCCESS;
}

static bool each_key(void *context, reg_key child, const char *name)
{
    consider(context, child, name);
    return true;
}

static void consider_roots(struct offer *offer)
{
    static const struct {
        const char *name;
        reg_key key;
    } roots[] = {{"HKCR", REG_HKCR}, {"HKCU", REG_HKCU}, {"HKLM", REG_HKLM}, {"HKU", REG_HKU}};
    bool wants_long = offer->folded.size > 2 && memcmp(offer->folded.data, "HKE", 3) == 0;

    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
        consider(offer, roots[i].key, wants_long ? reg_root_name(roots[i].key) : roots[i].name);
}

static bool print_child(void *context, reg_key child, const char *name)
{
    const struct offer *offer = context;

    (void)child;
    if (!is_awkward(name))
        printf("%.*s%s\\%s\n", (int)offer->before_size, offer->before, (const char *)offer->first.data, name);
    return true;
}

/*
 * The one key that fits. With keys below it they are offered as well, so that the shell completes up to the
 * backslash and neither closes the quotation nor goes on to the next word. A root alone ends without: HKLM\ is no key
 * to reg.exe.
 */
static void print_only(struct offer *offer, struct reg_db *db, bool is_root)
{
    struct reg_key_info info;
    const char *name = plat_buffer_text(&offer->first);
    bool has_keys = reg_key_info_of(db, offer->first_key, &info) == ERROR_SUCCESS && info.key_count > 0;

    if (!name)
        return;
    printf("%.*s%s%s\n", (int)offer->before_size, offer->before, name, has_keys && !is_root ? "\\" : "");
    if (has_keys && reg_each_key(db, offer->first_key, print_child, offer) != ERROR_SUCCESS)
        return;
}

static void offer_keys(struct tool_context *tool, const char *typed)
{
    struct offer offer = {.tool = tool, .typed = typed, .before = typed};
    const char *last = strrchr(typed, '\\');
    struct plat_buffer parent;
    const char *path, *rest = "";
    struct reg_db *db;
    reg_key root = REG_KEY_NONE, key = REG_KEY_NONE;

    if (!open_quietly(tool, &db))
        return;
    offer.before_size = last ? (size_t)(last - typed) + 1 : 0;
    offer_init(&offer, typed + offer.before_size);
    plat_buffer_init(&parent, LIMIT_REG_PATH);
    plat_buffer_append(&parent, typed, last ? (size_t)(last - typed) : 0);
    path = plat_buffer_text(&parent);
    if (!last || (path && reg_path_split(path, &root, &rest) == ERROR_SUCCESS &&
                  reg_key_open(db, root, rest, &key) == ERROR_SUCCESS)) {
        win_error error = ERROR_SUCCESS;

        for (int round = 0; round < 2 && !error; round++) { /* counting, printing */
            offer.prints = round == 1;
            if (offer.prints && offer.count == 1) {
                print_only(&offer, db, !last);
                break;
            }
            if (last)
                error = reg_each_key(db, key, each_key, &offer);
            else
                consider_roots(&offer);
        }
    }
    plat_buffer_free(&parent);
    offer_free(&offer);
    reg_db_close(db);
}

static bool each_value(void *context, const struct reg_value *value)
{
    if (value->name[0])
        consider(context, REG_KEY_NONE, value->name);
    return true;
}

static void offer_values(struct tool_context *tool, const char *key_path, const char *typed)
{
    struct offer offer = {.tool = tool, .typed = typed, .before = ""};
    const char *rest, *name;
    struct reg_db *db;
    reg_key root, key;
    win_error error;

    if (!key_path || reg_path_split(key_path, &root, &rest) != ERROR_SUCCESS || !open_quietly(tool, &db))
        return;
    offer_init(&offer, typed);
    error = reg_key_open(db, root, rest, &key);
    for (int round = 0; round < 2 && !error; round++) { /* counting, printing */
        offer.prints = round == 1 && offer.count != 1;
        error = reg_each_value(db, key, each_value, &offer);
    }
    name = plat_buffer_text(&offer.first);
    if (!error && !offer.prints && name && name[0])
        puts(name);
    offer_free(&offer);
    reg_db_close(db);
}

/* ---- which of them ---- */

struct place {
    bool given[REGTOOL_SWITCHES_MOST];
    unsigned words;
    const char *key;                       /* the first word */
    const struct regtool_switch *argument; /* of this switch, or NULL */
};

static size_t find_switch(const struct regtool_verb *verb, const char *word)
{
    const char *name = word + (word[0] == '-' && word[1] == '-' ? 2 : 1);
    size_t i = 0;

    if (word[0] != '/' && word[0] != '-')
        return verb->switch_count;
    while (i < verb->switch_count && !plat_ascii_equal_nocase(name, verb->switches[i].name))
        i++;
    return i;
}

static struct place find_place(const struct regtool_verb *verb, int count, char **words)
{
    unsigned most = verb->words_most > verb->words_wanted ? verb->words_most : verb->words_wanted;
    struct place place = {.words = 0};

    for (int i = 0; i < count; i++) {
        size_t at = find_switch(verb, words[i]);

        if (place.argument && (place.argument->takes == REGTOOL_ARGUMENT || at == verb->switch_count)) {
            place.argument = NULL;
        } else if (at < verb->switch_count) {
            place.given[at] = true;
            place.argument = verb->switches[at].takes == REGTOOL_NOTHING ? NULL : &verb->switches[at];
        } else if (place.words < most) {
            place.key = place.words++ == 0 ? words[i] : place.key;
        }
    }
    return place;
}

static void offer_for_verb(struct tool_context *tool, const struct regtool_verb *verb, int count, char **words)
{
    unsigned most = verb->words_most > verb->words_wanted ? verb->words_most : verb->words_wanted;
    const char *typed = words[count - 1];
    struct place place = find_place(verb, count - 1, words);
    bool is_mark = typed[0] == '/' || typed[0] == '-';
    char kind = place.argument ? 'a' : place.words < most ? verb->word_kinds[place.words] : 's';

    bool takes_switch = strncmp(typed, "--", 2) == 0 || (kind != 'f' && place.words >= verb->words_wanted);

    if (kind == 'a' && place.argument->takes == REGTOOL_ARGUMENT)
        takes_switch = false;
    puts(kind == 'f' && !(is_mark && takes_switch) ? "files" : "words");
    if (kind == 'a' && strcmp(place.argument->name, "v") == 0)
        offer_values(tool, place.key, typed);
    for (size_t i = 0; kind == 'a' && strcmp(place.argument->name, "t") == 0 && regtool_type_at(i); i++)
        offer_word(typed, regtool_type_at(i));
    if (kind == 'k' && !is_mark)
        offer_keys(tool, typed);
    if (kind == 'w') {
        static const char *const flag_words[] = {"query", "set", "DONT_VIRTUALIZE", "DONT_SILENT_FAIL",
                                                 "RECURSE_FLAG"};

        for (size_t i = 0; i < sizeof flag_words / sizeof flag_words[0]; i++) {
            if ((i < 2) == (place.words == 1))
                offer_word(typed, flag_words[i]);
        }
    }
    if (kind == 's' || (is_mark && takes_switch))
        offer_switches(verb, place.given, typed);
}

int regtool_complete(struct tool_context *tool, const struct regtool_verb *const *verbs, int argc, char **argv)
{
    if (argc < 2)
        return 1;
    if (argc == 2) {
        puts("words");
        offer_verbs(verbs, argv[1]);
        return 0;
    }
    for (size_t i = 0; verbs[i]; i++) {
        if (!plat_ascii_equal_nocase(verbs[i]->name, argv[1]))
            continue;
        if (verbs[i]->run)
            offer_for_verb(tool, verbs[i], argc - 2, argv + 2);
        else
            puts("files");
        return 0;
    }
    puts("words");
    return 0;
}
