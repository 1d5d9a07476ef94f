// SPDX-License-Identifier: MIT-0
/* One plugin of two types, in C++17: the metric spread and the section listing. */
#include "sample.h"

namespace sample
{
const jb_host *host;
}

namespace
{

jb_status init(const jb_host *host)
{
    sample::host = host;
    return JB_OK;
}

const jb_component *const components[] = {&sample::spread, &sample::listing};

} // namespace

const jb_plugin jb_plugin_v1 = {
    JB_MAGIC,
    sizeof(jb_plugin),
    JB_ABI_MAJOR,
    0, // the lowest host minor it can live with
    "sample.cpp",
    "0.1.0",
    "MIT-0",
    "",
    components,
    sizeof components / sizeof components[0],
    nullptr,
    0,
    0, // no messages of its own
    init,
    nullptr,
};
