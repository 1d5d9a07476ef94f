// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TEST_ODD_H
#define JB_TEST_ODD_H

#include "jianbao/plugin_util.h"

extern const jb_component odd_last, odd_wrong, odd_wrong_derive;
void odd_use(const jb_host *);

#endif
