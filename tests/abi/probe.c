// SPDX-License-Identifier: Apache-2.0
/* One exported function for every structure of the interface, so that a tool that compares
 * libraries sees them: from a plugin they are reachable only through `const void *`, where such
 * tools see nothing. Built against the frozen header and against today's; the two are compared. */
#include "plugin.h"

#define PROBE(name)                                                                                \
    JB_EXPORT const name *probe_##name(const name *p);                                             \
    JB_EXPORT const name *probe_##name(const name *p)                                              \
    {                                                                                              \
        return p;                                                                                  \
    }

PROBE(jb_param)
PROBE(jb_iface)
PROBE(jb_message)
PROBE(jb_component)
PROBE(jb_fault)
PROBE(jb_pair)
PROBE(jb_host)
PROBE(jb_plugin)
PROBE(jb_column)
PROBE(jb_scan)
PROBE(jb_source)
PROBE(jb_rows_api)
PROBE(jb_sql_form)
PROBE(jb_sql_value)
PROBE(jb_source_sql)
PROBE(jb_batch)
PROBE(jb_metric_shape)
PROBE(jb_metric)
PROBE(jb_partial)
PROBE(jb_metric_partial)
PROBE(jb_figure)
PROBE(jb_derived)
PROBE(jb_derive)
PROBE(jb_plan_api)
PROBE(jb_figures_api)
PROBE(jb_run)
PROBE(jb_doc_api)
PROBE(jb_bind)
PROBE(jb_text_api)
PROBE(jb_section)
PROBE(jb_canvas)
PROBE(jb_chart)
PROBE(jb_chart_api)
PROBE(jb_sink)
PROBE(jb_out_api)
PROBE(jb_renderer)

#if JB_ABI_MINOR >= 1
PROBE(jb_source_api)
PROBE(jb_source_members)
PROBE(jb_source_issue)
PROBE(jb_sql_cost)
#endif

#define PROBE_ARROW(name)                                                                          \
    JB_EXPORT const struct name *probe_##name(const struct name *p);                               \
    JB_EXPORT const struct name *probe_##name(const struct name *p)                                \
    {                                                                                              \
        return p;                                                                                  \
    }

PROBE_ARROW(ArrowSchema)
PROBE_ARROW(ArrowArray)
PROBE_ARROW(ArrowArrayStream)
