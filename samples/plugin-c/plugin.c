// SPDX-License-Identifier: MIT-0
/* One plugin of two types, in C: the metric spread and the section listing. ../plugin-cpp and
 * ../plugin-rust are the same in C++ and Rust. */
#include "sample.h"

const jb_host *sample_host;

static jb_status init(const jb_host *host)
{
    sample_host = host;
    return JB_OK;
}

static const jb_component *const components[] = {&sample_spread, &sample_listing};

JB_EXPORT const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof(jb_plugin),
    .abi_major = JB_ABI_MAJOR,
    .abi_needs = 0, /* N once a member marked "since 1.N" must be there */
    .id = "sample.c",
    .version = "0.1.0",
    .license = "MIT-0",
    .url = "",
    .components = components,
    .n_components = sizeof components / sizeof components[0],
    .init = init,
};
