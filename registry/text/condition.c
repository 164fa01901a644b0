/* SPDX-License-Identifier: Apache-2.0 */
#include "text/condition.h"

#include "text/variable.h"

#include "platform/process.h"
#include "platform/text.h"

#include <string.h>

bool condition_holds(const struct conditions *conditions)
{
    bool holds = conditions->too_deep == 0;

    for (unsigned i = 0; i < conditions->depth; i++)
        holds = holds && conditions->open[i].is_true;
    return holds;
}

/* The word must stand alone; "IF = ..." sets a value named IF. */
static bool take_keyword(struct text_cursor *c, const char *word)
{
    struct text_cursor ahead = *c;

    if (!text_take_word(&ahead, word) || variable_has_char(text_peek(&ahead)) || text_peek(&ahead) == '=')
        return false;
    text_skip_blanks(&ahead);
    if (text_peek(&ahead) == '=')
        return false;
    *c = ahead;
    return true;
}

static bool equals(const char *value, const char *wanted, size_t size)
{
    return strlen(value) == size && memcmp(value, wanted, size) == 0;
}

/* VARIABLE[=value] [!], the cursor behind IF. */
static bool evaluate(struct text_cursor c, bool *answer)
{
    char name[VARIABLE_SIZE];
    const char *value;
    const char *end;
    bool turned;

    if (!variable_name(&c, name))
        return false;
    value = plat_environment(name);
    *answer = value && value[0];

    end = memchr(c.next, ';', (size_t)(c.end - c.next));
    if (!end)
        end = c.end;
    while (end != c.next && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    turned = end != c.next && end[-1] == '!';
    if (turned)
        end--;
    while (end != c.next && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    c.end = end;
    text_skip_blanks(&c);
    if (text_take(&c, '=')) {
        text_skip_blanks(&c);
        *answer = value && equals(value, c.next, (size_t)(c.end - c.next));
    } else if (c.next != c.end) {
        return false;
    }
    if (turned)
        *answer = !*answer;
    return true;
}

static enum condition_kind begin(struct conditions *conditions, struct text_cursor c, uint32_t number,
                                 const char **wrong)
{
    bool answer = false;
    bool good;

    if (conditions->depth == CONDITION_DEPTH_MOST) {
        conditions->too_deep++;
        *wrong = "IF nests more than 32 deep; taken as false";
        return CONDITION_WRONG;
    }
    good = evaluate(c, &answer);
    conditions->open[conditions->depth].is_true = good && answer;
    conditions->open[conditions->depth].has_else = !good; /* nor is its ELSE taken */
    conditions->open[conditions->depth].line = number;
    conditions->depth++;
    *wrong = "IF needs VARIABLE, VARIABLE=value, and ! behind them to turn it around; taken as false";
    return good ? CONDITION_YES : CONDITION_WRONG;
}

static enum condition_kind otherwise(struct conditions *conditions, const char **wrong)
{
    unsigned top = conditions->depth - 1;

    if (conditions->too_deep)
        return CONDITION_YES;
    if (conditions->depth == 0) {
        *wrong = "ELSE without IF; left out";
        return CONDITION_WRONG;
    }
    if (conditions->open[top].has_else) {
        conditions->open[top].is_true = false;
        *wrong = "no IF waits for this ELSE; its lines are left out";
        return CONDITION_WRONG;
    }
    conditions->open[top].is_true = !conditions->open[top].is_true;
    conditions->open[top].has_else = true;
    return CONDITION_YES;
}

static enum condition_kind end(struct conditions *conditions, const char **wrong)
{
    if (conditions->too_deep) {
        conditions->too_deep--;
        return CONDITION_YES;
    }
    if (conditions->depth == 0) {
        *wrong = "ENDIF without IF; left out";
        return CONDITION_WRONG;
    }
    conditions->depth--;
    return CONDITION_YES;
}

enum condition_kind condition_line(struct conditions *conditions, struct text_cursor line, uint32_t number,
                                   const char **wrong)
{
    text_skip_blanks(&line);
    if (!plat_ascii_is_alpha(text_peek(&line))) /* nearly every line */
        return CONDITION_NO;
    if (take_keyword(&line, "IF"))
        return begin(conditions, line, number, wrong);
    if (take_keyword(&line, "ELSE"))
        return otherwise(conditions, wrong);
    if (take_keyword(&line, "ENDIF"))
        return end(conditions, wrong);
    return CONDITION_NO;
}
