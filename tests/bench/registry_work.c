/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/registry_work.h"

#include <inttypes.h>
#include <string.h>

#define GROUP_KEYS 100U
#define HEX_COLUMNS 76U

void work_path(uint32_t key, char path[WORK_PATH_SIZE])
{
    snprintf(path, WORK_PATH_SIZE, WORK_TOP "\\Area %02" PRIu32 "\\Group %" PRIu32 "\\Leaf %04" PRIu32,
             key / WORK_AREA_KEYS % 100, key % WORK_AREA_KEYS / GROUP_KEYS, key % WORK_AREA_KEYS);
}

void work_name(uint32_t value, char name[WORK_NAME_SIZE])
{
    static const char *const kinds[WORK_VALUES] = {"Text",  "Path",  "Title", "Owner", "Place",
                                                   "Label", "Count", "Flags", "Bytes", "List"};

    snprintf(name, WORK_NAME_SIZE, "%s %" PRIu32, kinds[value % WORK_VALUES], value % WORK_VALUES);
}

uint32_t work_random(uint32_t *state)
{
    uint32_t x = *state;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

static void put(FILE *file, const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            fwrite("\r", 1, 2, file); /* with the NUL behind it: the upper half */
        fputc(*text, file);
        fputc(0, file);
    }
}

/* Hexadecimal bytes, the lines broken before column 80. */
static void put_hex(FILE *file, size_t column, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char text[8];

        snprintf(text, sizeof text, "%02x%s", (unsigned)data[i], i + 1 < size ? "," : "");
        if (column + 3 > HEX_COLUMNS + 1 && i + 1 < size) {
            put(file, "\\\n  ");
            column = 2;
        }
        put(file, text);
        column += strlen(text);
    }
    put(file, "\n");
}

static void put_list(FILE *file, size_t column, uint32_t key)
{
    char text[48];
    uint8_t data[2 * sizeof text];
    size_t size = (size_t)snprintf(text, sizeof text, "first %" PRIu32 "|second", key) + 2; /* two NULs */

    memset(data, 0, sizeof data);
    for (size_t i = 0; i < size; i++)
        data[2 * i] = i + 2 >= size || text[i] == '|' ? 0 : (uint8_t)text[i];
    put_hex(file, column, data, 2 * size);
}

static void put_value(FILE *file, uint32_t key, uint32_t value)
{
    char name[WORK_NAME_SIZE];
    char line[128];
    uint8_t bytes[16];
    uint32_t state = key * WORK_VALUES + value + 1;
    int length;

    work_name(value, name);
    if (value < 6) {
        snprintf(line, sizeof line, "\"%s\"=\"value %" PRIu32 " of %" PRIu32 "\"\n", name, value, key);
        put(file, line);
    } else if (value < 8) {
        snprintf(line, sizeof line, "\"%s\"=dword:%08" PRIx32 "\n", name, key * 16 + value);
        put(file, line);
    } else if (value == 8) {
        length = snprintf(line, sizeof line, "\"%s\"=hex:", name);
        put(file, line);
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)work_random(&state);
        put_hex(file, (size_t)length, bytes, sizeof bytes);
    } else {
        length = snprintf(line, sizeof line, "\"%s\"=hex(7):", name);
        put(file, line);
        put_list(file, (size_t)length, key);
    }
}

void work_write(FILE *file, uint32_t first, uint32_t last)
{
    fputs("\xff\xfe", file);
    put(file, "Windows Registry Editor Version 5.00\n\n");
    for (uint32_t key = first * WORK_AREA_KEYS; key < (last + 1) * WORK_AREA_KEYS; key++) {
        char path[WORK_PATH_SIZE];
        char line[WORK_PATH_SIZE + 32];

        work_path(key, path);
        snprintf(line, sizeof line, "[HKEY_LOCAL_MACHINE\\%s]\n", path);
        put(file, line);
        for (uint32_t value = 0; value < WORK_VALUES; value++)
            put_value(file, key, value);
        put(file, "\n");
    }
}
