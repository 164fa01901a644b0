/* SPDX-License-Identifier: Apache-2.0 */
/* What test_module loads. It binds to two names that the program must export. */
#include <stdint.h>

uint32_t GetLastError(void);
void SetLastError(uint32_t code);
uint32_t sample_swap_error(uint32_t code);

uint32_t sample_swap_error(uint32_t code)
{
    uint32_t before = GetLastError();

    SetLastError(code);
    return before;
}
