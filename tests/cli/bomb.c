// SPDX-License-Identifier: Apache-2.0
/* Falls while it is being loaded, before the host has seen anything of it. */
#include <jianbao/plugin.h>

#include <stdlib.h>

__attribute__((constructor)) static void fall(void)
{
    abort();
}

const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC, .size = sizeof(jb_plugin), .abi_major = JB_ABI_MAJOR, .id = "test.bomb", .version = "1.0"};
