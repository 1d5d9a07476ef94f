// SPDX-License-Identifier: Apache-2.0
/* A fragment that is made of declarations. */
#include <jianbao/plugin_util.h>

#include <stdio.h>

static const jb_host *host;

@BLOCK@
