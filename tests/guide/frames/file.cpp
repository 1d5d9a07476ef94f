// SPDX-License-Identifier: Apache-2.0
// A fragment of C++ that is made of declarations.
#include <jianbao/plugin_util.h>

#include <new>
#include <string>

static const jb_host *host;

namespace
{
@BLOCK@
}
