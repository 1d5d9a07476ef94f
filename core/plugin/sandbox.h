// SPDX-License-Identifier: Apache-2.0
/* A fence around a worker: Landlock for files, a seccomp filter for system calls. It can only be narrowed, holds
 * for every thread and child made afterwards, and ends with the process. What it covers is in docs/security.md.
 * [main], before the process has a second thread. */
#ifndef JB_PLUGIN_SANDBOX_H
#define JB_PLUGIN_SANDBOX_H

#include "config/config.h"

/* What a kernel offers, and what holds after jb_sandbox_enter. */
#define JB_SANDBOX_FILES 1u /* Landlock: no file but those named */
#define JB_SANDBOX_CALLS 2u /* seccomp: no sockets, no exec, no ptrace, no signals to others */

/* What a worker may do nevertheless. */
#define JB_SANDBOX_MAY_CONNECT 1u
#define JB_SANDBOX_MAY_EXEC 2u

typedef struct jb_sandbox jb_sandbox;

jb_sandbox *jb_sandbox_new(void);
/* Files, or whole directories, that stay readable; a path that is not there is passed over. */
void jb_sandbox_read(jb_sandbox *, const char *path);
/* A directory in which files may be made, written and removed. */
void jb_sandbox_write(jb_sandbox *, const char *path);
/* Libraries, fonts, locales: what an installed program reads of the system. */
void jb_sandbox_system(jb_sandbox *);
/* What the configuration declares: plugins' directories, and every existing file or directory that a value of
 * [section] [renderer] [layout] [plugin] [host] (`data`: of [source] too, patterns included) names, by itself, as an
 * item of a list or in ${file:}. A drop-in's values count below its own folder only. */
void jb_sandbox_declared(jb_sandbox *, const jb_config *, int data);

/* Closes the fence and frees; JB_SANDBOX_* of what now holds. 0: this kernel has neither. */
unsigned jb_sandbox_enter(jb_sandbox *, unsigned may);
/* What this kernel has, tried in no way; *landlock: its version, 0 none. */
unsigned jb_sandbox_offered(int *landlock);

/* [host] sandbox = auto | off | require, and whether some [plugin] writes sandbox = yes. */
enum { JB_SANDBOX_AUTO, JB_SANDBOX_OFF, JB_SANDBOX_REQUIRE };
int jb_sandbox_wanted(const jb_config *);
int jb_sandbox_asked(const jb_config *);
/* Says E0570 or E0571 when what is wanted or asked for does not hold. */
void jb_sandbox_report(const jb_config *, unsigned holds, jb_diags *);

#endif
