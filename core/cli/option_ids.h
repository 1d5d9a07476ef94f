// SPDX-License-Identifier: Apache-2.0
/* What the option table and the parser share. */
#ifndef JB_CLI_OPTION_IDS_H
#define JB_CLI_OPTION_IDS_H

#include "cli/options.h"

enum {
    OPT_AS_OF,
    OPT_SET,
    OPT_WITH,
    OPT_PROFILE,
    OPT_THREADS,
    OPT_OUTPUT,
    OPT_ONLY,
    OPT_DRAFT,
    OPT_STRICT,
    OPT_VERIFY,
    OPT_DATA,
    OPT_ORIGINS,
    OPT_SAFE,
    OPT_COMPONENT,
    OPT_INI,
    OPT_KEY,
    OPT_IN_PROCESS,
    OPT_JSON,
    OPT_LOG_FORMAT,
    OPT_COLOR,
    OPT_QUIET,
    OPT_VERBOSE,
    OPT_HELP,
    OPT_VERSION
};

#endif
