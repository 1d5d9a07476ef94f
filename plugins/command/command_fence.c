// SPDX-License-Identifier: Apache-2.0
/* A program that makes a table needs to read files and compute. It may not write files (Landlock) nor talk to a network
 * or to other processes (seccomp), unless `network = yes`. */
#define _GNU_SOURCE
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv)
#define OUR_ARCH AUDIT_ARCH_RISCV64
#elif defined(__loongarch64)
#define OUR_ARCH AUDIT_ARCH_LOONGARCH64
#endif

#define WRITE_FILE ((uint64_t)1 << 1)
#define ALL_WRITES (WRITE_FILE | (((uint64_t)1 << 13) - ((uint64_t)1 << 4))) /* and remove, make */

static int no_writing(void)
{
    struct {
        uint64_t fs;
    } ruleset = {ALL_WRITES};
    struct landlock_path_beneath_attr null = {.allowed_access = WRITE_FILE};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0), bad;
    if (rules < 0)
        return -1;
    null.parent_fd = open("/dev/null", O_PATH | O_CLOEXEC);
    if (null.parent_fd >= 0)
        (void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &null, 0);
    bad = syscall(SYS_landlock_restrict_self, rules, 0) != 0;
    close(null.parent_fd);
    close(rules);
    return bad ? -1 : 0;
}

#define DENY(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

static int no_sockets(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#if defined(__x86_64__)
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000u, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
#endif
        DENY(SYS_socket),
        DENY(SYS_io_uring_setup),
        DENY(SYS_ptrace),
        DENY(SYS_process_vm_readv),
        DENY(SYS_process_vm_writev),
        DENY(SYS_pidfd_open),
        DENY(SYS_pidfd_getfd),
        DENY(SYS_truncate),
        DENY(SYS_mount),
        DENY(SYS_unshare),
        DENY(SYS_bpf),
        DENY(SYS_keyctl),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog f = {.len = sizeof code / sizeof *code, .filter = code};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &f) == 0 ? 0 : -1;
}

int command_fence_in(int network)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    int writing = no_writing(), sockets = network ? 0 : no_sockets();
    return writing != 0 || sockets != 0 ? -1 : 0;
}
