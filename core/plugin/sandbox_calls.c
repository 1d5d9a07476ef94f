// SPDX-License-Identifier: Apache-2.0
/* A list of what is refused (EPERM), not of what is allowed: libraries of ten years to come may use calls that nobody
 * knows today, and what would leave the process is known. */
#define _GNU_SOURCE /* SYS_… */
#include "plugin/sandbox_calls.h"

#include "plugin/sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#define X32_BIT 0x40000000u
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv)
#define OUR_ARCH AUDIT_ARCH_RISCV64
#elif defined(__loongarch64)
#define OUR_ARCH AUDIT_ARCH_LOONGARCH64
#endif

static const uint16_t ALWAYS[] = {
    /* other processes */
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, SYS_pidfd_open, SYS_pidfd_getfd,
    SYS_pidfd_send_signal, SYS_tkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_setpriority,
    /* the system */
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns, SYS_bpf, SYS_perf_event_open,
    SYS_keyctl, SYS_add_key, SYS_request_key, SYS_userfaultfd, SYS_init_module, SYS_finit_module, SYS_delete_module,
    SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_acct, SYS_settimeofday, SYS_clock_settime,
    SYS_clock_adjtime, SYS_adjtimex, SYS_sethostname, SYS_setdomainname, SYS_quotactl, SYS_syslog, SYS_vhangup,
    SYS_name_to_handle_at, SYS_open_by_handle_at, SYS_fanotify_init, SYS_open_tree, SYS_move_mount, SYS_fsopen,
    SYS_fsmount,
    /* what Landlock does not see of files */
    SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr, SYS_removexattr,
    SYS_lremovexattr, SYS_fremovexattr, SYS_utimensat,
#ifdef SYS_chmod
    SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
    SYS_truncate, SYS_mknodat,
#ifdef SYS_mknod
    SYS_mknod,
#endif
    /* ways round the list, and shared memory and queues with others */
    SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_shmget, SYS_shmat, SYS_msgget, SYS_semget,
    SYS_mq_open};

static const uint16_t SOCKETS[] = {SYS_socket, SYS_socketpair, SYS_connect, SYS_accept, SYS_accept4, SYS_bind,
                                   SYS_listen, SYS_sendto, SYS_sendmsg, SYS_sendmmsg};

static const uint16_t PROGRAMS[] = {SYS_execve, SYS_execveat,
#ifdef SYS_fork
                                    SYS_fork, SYS_vfork
#endif
};

enum { CAP = 400, DENY = SECCOMP_RET_ERRNO | EPERM };

typedef struct program {
    struct sock_filter code[CAP];
    unsigned short n;
} program;

static void emit(program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
    if (p->n < CAP) {
        p->code[p->n++] = (struct sock_filter){code, yes, no, k};
    }
}

static void load(program *p, size_t offset)
{
    emit(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer_if_equal(program *p, uint32_t k, uint32_t answer)
{
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, k, 0, 1);
    emit(p, BPF_RET | BPF_K, answer, 0, 0);
}

static void deny_all(program *p, const uint16_t *calls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        answer_if_equal(p, calls[i], DENY);
    }
}

/* `call` only when the low word of its first argument is `self`, or 0 where that means oneself. */
static void only_self(program *p, uint32_t call, uint32_t self, int zero_too)
{
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, call, 0, (uint8_t)(zero_too ? 5 : 4));
    load(p, offsetof(struct seccomp_data, args));
    if (zero_too) {
        emit(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0);
    }
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, self, 0, 1);
    emit(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
    emit(p, BPF_RET | BPF_K, DENY, 0, 0);
}

/* Threads yes, processes no: clone3 hides its flags in memory, so it is not there (libc falls back to clone). */
static void only_threads(program *p)
{
    answer_if_equal(p, SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
    load(p, offsetof(struct seccomp_data, args));
    emit(p, BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1);
    emit(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
    emit(p, BPF_RET | BPF_K, DENY, 0, 0);
}

static void build(program *p, unsigned may)
{
    uint32_t self = (uint32_t)getpid();
    load(p, offsetof(struct seccomp_data, arch));
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
    emit(p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
    load(p, offsetof(struct seccomp_data, nr));
#ifdef X32_BIT
    emit(p, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
    emit(p, BPF_RET | BPF_K, DENY, 0, 0);
#endif
    deny_all(p, ALWAYS, sizeof ALWAYS / sizeof *ALWAYS);
    if (!(may & JB_SANDBOX_MAY_CONNECT)) {
        deny_all(p, SOCKETS, sizeof SOCKETS / sizeof *SOCKETS);
    }
    if (!(may & JB_SANDBOX_MAY_EXEC)) {
        deny_all(p, PROGRAMS, sizeof PROGRAMS / sizeof *PROGRAMS);
        only_threads(p);
        only_self(p, SYS_kill, self, 0); /* a child's group has to be killed, where there may be one */
    }
    only_self(p, SYS_tgkill, self, 0);
    only_self(p, SYS_prlimit64, self, 1);
    emit(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

int jb_sandbox_calls_offered(void)
{
    uint32_t action = SECCOMP_RET_ERRNO;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

int jb_sandbox_calls_filter(unsigned may)
{
    program p = {.n = 0};
    build(&p, may);
    struct sock_fprog f = {.len = p.n, .filter = p.code};
    return p.n < CAP && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &f) == 0 ? 0 : -1;
}
