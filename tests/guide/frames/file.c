/* A fragment that is made of declarations. */
#include <jianbao/plugin_util.h>

#include <stdio.h>

static const jb_host *host;

@BLOCK@
