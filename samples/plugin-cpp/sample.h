// SPDX-License-Identifier: MIT-0
/* What the files of this plugin share. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <jianbao/plugin_util.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>

namespace sample
{

extern const jb_host *host; // stored by init before anything else is called
extern const jb_component spread, listing;

/* Runs what a function of the plugin does. No exception may cross into the host: each becomes a
 * failure that the host can report. */
template <class Body> jb_status guarded(jb_ctx *ctx, Body body) noexcept
{
    try {
        return body();
    } catch (const std::bad_alloc &) {
        return jb_fail_text(host, ctx, JB_E_MEMORY, nullptr, "out of memory");
    } catch (const std::exception &e) {
        return jb_fail_text(host, ctx, JB_E_INTERNAL, nullptr, e.what());
    } catch (...) {
        return jb_fail_text(host, ctx, JB_E_INTERNAL, nullptr, "an exception of no known type");
    }
}

} // namespace sample

#endif
