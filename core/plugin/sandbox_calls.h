// SPDX-License-Identifier: Apache-2.0
/* The system call filter of a fenced worker. [main] */
#ifndef JB_PLUGIN_SANDBOX_CALLS_H
#define JB_PLUGIN_SANDBOX_CALLS_H

int jb_sandbox_calls_offered(void);
/* `may`: JB_SANDBOX_MAY_*. The process has no_new_privs set. 0: it holds from now on. */
int jb_sandbox_calls_filter(unsigned may);

#endif
