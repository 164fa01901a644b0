/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/text.h"

#include "common/upcase_table.h"

/* The run whose first letter is the last one that is not behind `unit`, or NULL. */
static const uint16_t *find_run(uint16_t unit)
{
    size_t low = 0;
    size_t high = sizeof upcase_runs / sizeof upcase_runs[0];

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (upcase_runs[middle][0] <= unit)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? upcase_runs[low - 1] : NULL;
}

uint16_t plat_upcase(uint16_t unit)
{
    const uint16_t *run;
    unsigned distance, step, count;

    if (unit < 0x80)
        return unit >= 'a' && unit <= 'z' ? (uint16_t)(unit - 'a' + 'A') : unit;
    run = find_run(unit);
    if (!run)
        return unit;
    distance = (unsigned)unit - run[0];
    step = run[1] & 3U;
    count = run[1] >> 2;
    if (distance % step != 0 || distance / step >= count)
        return unit;
    return (uint16_t)((unsigned)unit + run[2]);
}
