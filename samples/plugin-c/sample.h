// SPDX-License-Identifier: MIT-0
/* What the files of this plugin share. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <jianbao/plugin_util.h>

extern const jb_host *sample_host; /* stored by init before anything else is called */
extern const jb_component sample_spread, sample_listing;

#endif
