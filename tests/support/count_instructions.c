/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plugin for QEMU: counts the guest's instructions and appends the number as a line to the file given as "out=FILE" when the guest ends:
 *     qemu-arm -plugin count_instructions.so,out=FILE -L /usr/arm-linux-gnueabihf PROGRAM
 * For guests with one thread. QEMU's packages have no header for plugins: the few declarations are those of its documentation ("QEMU TCG Plugins", API
 * version 1).
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct qemu_info;
struct qemu_block;
typedef uint64_t plugin_id;

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
                                           void (*translated)(plugin_id id, struct qemu_block *block));
size_t qemu_plugin_tb_n_insns(const struct qemu_block *block);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_block *block, int operation, void *counter,
                                              uint64_t amount);
void qemu_plugin_register_atexit_cb(plugin_id id, void (*ended)(plugin_id id, void *context), void *context);

#define INLINE_ADD_U64 0

__attribute__((visibility("default"))) extern int qemu_plugin_version;
int qemu_plugin_version = 1;

static uint64_t instructions;
static char path[4096];

static void translated(plugin_id id, struct qemu_block *block)
{
    (void)id;
    qemu_plugin_register_vcpu_tb_exec_inline(block, INLINE_ADD_U64, &instructions,
                                             qemu_plugin_tb_n_insns(block));
}

static void ended(plugin_id id, void *context)
{
    FILE *file = fopen(path, "a");

    (void)id;
    (void)context;
    if (file == NULL) {
        perror(path);
        return;
    }
    (void)fprintf(file, "%llu\n", (unsigned long long)instructions);
    (void)fclose(file);
}

__attribute__((visibility("default"))) int qemu_plugin_install(plugin_id id, const struct qemu_info *info,
                                                               int argc, char **argv);

int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc, char **argv)
{
    (void)info;
    if (argc != 1 || strncmp(argv[0], "out=", 4) != 0 || strlen(argv[0] + 4) >= sizeof path) {
        (void)fprintf(stderr, "count_instructions.so takes out=FILE\n");
        return -1;
    }
    memcpy(path, argv[0] + 4, strlen(argv[0] + 4) + 1);
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
