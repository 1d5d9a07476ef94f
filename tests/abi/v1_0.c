// SPDX-License-Identifier: Apache-2.0
/* Interface 1.0, frozen: offset and size of every member as the first release published them. This file is never
 * edited; members appended later get a file of their own. A line that fails to compile is a broken promise to every
 * plugin that exists. */
#include <jianbao/plugin.h>

#define OFFSET(type, member, at, bytes)                                                                \
    _Static_assert(offsetof(type, member) == (at) && sizeof(((type *)0)->member) == (bytes),           \
                   #type "." #member " moved")
#define LEAST(type, bytes) _Static_assert(sizeof(type) >= (bytes), #type " shrank")
#define EXACT(type, bytes) _Static_assert(sizeof(type) == (bytes), #type " changed")

#define VALUE(name, number) _Static_assert(name == (number), #name " changed")

_Static_assert(JB_MAGIC == 0x3150424au && JB_ABI_MAJOR == 1u, "the handshake changed");

OFFSET(struct ArrowSchema, format, 0, 8);
OFFSET(struct ArrowSchema, name, 8, 8);
OFFSET(struct ArrowSchema, metadata, 16, 8);
OFFSET(struct ArrowSchema, flags, 24, 8);
OFFSET(struct ArrowSchema, n_children, 32, 8);
OFFSET(struct ArrowSchema, children, 40, 8);
OFFSET(struct ArrowSchema, dictionary, 48, 8);
OFFSET(struct ArrowSchema, release, 56, 8);
OFFSET(struct ArrowSchema, private_data, 64, 8);
EXACT(struct ArrowSchema, 72);

OFFSET(struct ArrowArray, length, 0, 8);
OFFSET(struct ArrowArray, null_count, 8, 8);
OFFSET(struct ArrowArray, offset, 16, 8);
OFFSET(struct ArrowArray, n_buffers, 24, 8);
OFFSET(struct ArrowArray, n_children, 32, 8);
OFFSET(struct ArrowArray, buffers, 40, 8);
OFFSET(struct ArrowArray, children, 48, 8);
OFFSET(struct ArrowArray, dictionary, 56, 8);
OFFSET(struct ArrowArray, release, 64, 8);
OFFSET(struct ArrowArray, private_data, 72, 8);
EXACT(struct ArrowArray, 80);

OFFSET(struct ArrowArrayStream, get_schema, 0, 8);
OFFSET(struct ArrowArrayStream, get_next, 8, 8);
OFFSET(struct ArrowArrayStream, get_last_error, 16, 8);
OFFSET(struct ArrowArrayStream, release, 24, 8);
OFFSET(struct ArrowArrayStream, private_data, 32, 8);
EXACT(struct ArrowArrayStream, 40);

OFFSET(jb_param, size, 0, 4);
OFFSET(jb_param, type, 4, 4);
OFFSET(jb_param, flags, 8, 4);
OFFSET(jb_param, reserved, 12, 4);
OFFSET(jb_param, key, 16, 8);
OFFSET(jb_param, def, 24, 8);
OFFSET(jb_param, range, 32, 8);
OFFSET(jb_param, help, 40, 8);
OFFSET(jb_param, help_zh, 48, 8);
LEAST(jb_param, 56);

OFFSET(jb_iface, id, 0, 8);
OFFSET(jb_iface, table, 8, 8);
EXACT(jb_iface, 16);

OFFSET(jb_message, size, 0, 4);
OFFSET(jb_message, reserved, 4, 4);
OFFSET(jb_message, code, 8, 8);
OFFSET(jb_message, en, 16, 8);
OFFSET(jb_message, zh, 24, 8);
OFFSET(jb_message, hint_en, 32, 8);
OFFSET(jb_message, hint_zh, 40, 8);
LEAST(jb_message, 48);

OFFSET(jb_component, size, 0, 4);
OFFSET(jb_component, flags, 4, 4);
OFFSET(jb_component, kind, 8, 8);
OFFSET(jb_component, name, 16, 8);
OFFSET(jb_component, title, 24, 8);
OFFSET(jb_component, title_zh, 32, 8);
OFFSET(jb_component, help, 40, 8);
OFFSET(jb_component, help_zh, 48, 8);
OFFSET(jb_component, params, 56, 8);
OFFSET(jb_component, n_params, 64, 4);
OFFSET(jb_component, param_stride, 68, 4);
OFFSET(jb_component, ifaces, 72, 8);
OFFSET(jb_component, n_ifaces, 80, 8);
OFFSET(jb_component, create, 88, 8);
OFFSET(jb_component, destroy, 96, 8);
LEAST(jb_component, 104);

OFFSET(jb_fault, size, 0, 4);
OFFSET(jb_fault, status, 4, 4);
OFFSET(jb_fault, code, 8, 8);
OFFSET(jb_fault, args, 16, 8);
OFFSET(jb_fault, n_args, 24, 8);
OFFSET(jb_fault, key, 32, 8);
OFFSET(jb_fault, item, 40, 8);
OFFSET(jb_fault, file, 48, 8);
OFFSET(jb_fault, line, 56, 8);
OFFSET(jb_fault, row, 64, 8);
OFFSET(jb_fault, column, 72, 8);
OFFSET(jb_fault, value, 80, 8);
LEAST(jb_fault, 88);

OFFSET(jb_pair, key, 0, 8);
OFFSET(jb_pair, value, 8, 8);
EXACT(jb_pair, 16);

OFFSET(jb_host, size, 0, 4);
OFFSET(jb_host, abi_minor, 4, 4);
OFFSET(jb_host, version, 8, 8);
OFFSET(jb_host, query, 16, 8);
OFFSET(jb_host, log, 24, 8);
OFFSET(jb_host, fail, 32, 8);
OFFSET(jb_host, warn, 40, 8);
OFFSET(jb_host, cancelled, 48, 8);
OFFSET(jb_host, progress, 56, 8);
OFFSET(jb_host, get_str, 64, 8);
OFFSET(jb_host, get_i64, 72, 8);
OFFSET(jb_host, get_f64, 80, 8);
OFFSET(jb_host, get_list, 88, 8);
OFFSET(jb_host, get_keyed, 96, 8);
OFFSET(jb_host, get_order, 104, 8);
LEAST(jb_host, 112);

OFFSET(jb_plugin, magic, 0, 4);
OFFSET(jb_plugin, size, 4, 4);
OFFSET(jb_plugin, abi_major, 8, 4);
OFFSET(jb_plugin, abi_needs, 12, 4);
OFFSET(jb_plugin, id, 16, 8);
OFFSET(jb_plugin, version, 24, 8);
OFFSET(jb_plugin, license, 32, 8);
OFFSET(jb_plugin, url, 40, 8);
OFFSET(jb_plugin, components, 48, 8);
OFFSET(jb_plugin, n_components, 56, 8);
OFFSET(jb_plugin, messages, 64, 8);
OFFSET(jb_plugin, n_messages, 72, 4);
OFFSET(jb_plugin, message_stride, 76, 4);
OFFSET(jb_plugin, init, 80, 8);
OFFSET(jb_plugin, deinit, 88, 8);
EXACT(jb_plugin, 96);

OFFSET(jb_column, size, 0, 4);
OFFSET(jb_column, reserved, 4, 4);
OFFSET(jb_column, name, 8, 8);
OFFSET(jb_column, format, 16, 8);
LEAST(jb_column, 24);

OFFSET(jb_scan, size, 0, 4);
OFFSET(jb_scan, flags, 4, 4);
OFFSET(jb_scan, columns, 8, 8);
OFFSET(jb_scan, n_columns, 16, 4);
OFFSET(jb_scan, column_stride, 20, 4);
OFFSET(jb_scan, batch_rows, 24, 8);
OFFSET(jb_scan, part, 32, 8);
OFFSET(jb_scan, null_texts, 40, 8);
OFFSET(jb_scan, n_null_texts, 48, 8);
LEAST(jb_scan, 56);

OFFSET(jb_source, size, 0, 4);
OFFSET(jb_source, flags, 4, 4);
OFFSET(jb_source, schema, 8, 8);
OFFSET(jb_source, parts, 16, 8);
OFFSET(jb_source, scan, 24, 8);
OFFSET(jb_source, version, 32, 8);
LEAST(jb_source, 40);

OFFSET(jb_rows_api, size, 0, 4);
OFFSET(jb_rows_api, reserved, 4, 4);
OFFSET(jb_rows_api, refuse, 8, 8);
LEAST(jb_rows_api, 16);

OFFSET(jb_sql_form, op, 0, 8);
OFFSET(jb_sql_form, text, 8, 8);
EXACT(jb_sql_form, 16);

OFFSET(jb_sql_value, size, 0, 4);
OFFSET(jb_sql_value, reserved, 4, 4);
OFFSET(jb_sql_value, format, 8, 8);
OFFSET(jb_sql_value, text, 16, 8);
LEAST(jb_sql_value, 24);

OFFSET(jb_source_sql, size, 0, 4);
OFFSET(jb_source_sql, flags, 4, 4);
OFFSET(jb_source_sql, forms, 8, 8);
OFFSET(jb_source_sql, n_forms, 16, 8);
OFFSET(jb_source_sql, from, 24, 8);
OFFSET(jb_source_sql, query, 32, 8);
LEAST(jb_source_sql, 40);

OFFSET(jb_batch, size, 0, 4);
OFFSET(jb_batch, flags, 4, 4);
OFFSET(jb_batch, columns, 8, 8);
OFFSET(jb_batch, n_columns, 16, 8);
OFFSET(jb_batch, rows, 24, 8);
OFFSET(jb_batch, sel, 32, 8);
OFFSET(jb_batch, n, 40, 8);
OFFSET(jb_batch, group, 48, 8);
OFFSET(jb_batch, state, 56, 8);
LEAST(jb_batch, 64);

OFFSET(jb_metric_shape, size, 0, 4);
OFFSET(jb_metric_shape, flags, 4, 4);
OFFSET(jb_metric_shape, state_size, 8, 8);
OFFSET(jb_metric_shape, unit_column, 16, 4);
OFFSET(jb_metric_shape, reserved, 20, 4);
LEAST(jb_metric_shape, 24);

OFFSET(jb_metric, size, 0, 4);
OFFSET(jb_metric, flags, 4, 4);
OFFSET(jb_metric, bind, 8, 8);
OFFSET(jb_metric, state_init, 16, 8);
OFFSET(jb_metric, update, 24, 8);
OFFSET(jb_metric, merge, 32, 8);
OFFSET(jb_metric, finish, 40, 8);
OFFSET(jb_metric, state_drop, 48, 8);
LEAST(jb_metric, 56);

OFFSET(jb_partial, op, 0, 4);
OFFSET(jb_partial, column, 4, 4);
EXACT(jb_partial, 8);

OFFSET(jb_metric_partial, size, 0, 4);
OFFSET(jb_metric_partial, flags, 4, 4);
OFFSET(jb_metric_partial, partials, 8, 8);
OFFSET(jb_metric_partial, n_partials, 16, 8);
OFFSET(jb_metric_partial, absorb, 24, 8);
LEAST(jb_metric_partial, 32);

OFFSET(jb_figure, size, 0, 4);
OFFSET(jb_figure, flags, 4, 4);
OFFSET(jb_figure, n_keys, 8, 4);
OFFSET(jb_figure, reserved, 12, 4);
OFFSET(jb_figure, name, 16, 8);
OFFSET(jb_figure, unit, 24, 8);
OFFSET(jb_figure, period, 32, 8);
OFFSET(jb_figure, as_of, 40, 8);
OFFSET(jb_figure, source, 48, 8);
OFFSET(jb_figure, schema, 56, 8);
OFFSET(jb_figure, array, 64, 8);
LEAST(jb_figure, 72);

OFFSET(jb_derived, size, 0, 4);
OFFSET(jb_derived, flags, 4, 4);
OFFSET(jb_derived, n_keys, 8, 4);
OFFSET(jb_derived, reserved, 12, 4);
OFFSET(jb_derived, unit, 16, 8);
OFFSET(jb_derived, schema, 24, 72);
OFFSET(jb_derived, array, 96, 80);
LEAST(jb_derived, 176);

OFFSET(jb_derive, size, 0, 4);
OFFSET(jb_derive, flags, 4, 4);
OFFSET(jb_derive, plan, 8, 8);
OFFSET(jb_derive, eval, 16, 8);
LEAST(jb_derive, 24);

OFFSET(jb_plan_api, size, 0, 4);
OFFSET(jb_plan_api, reserved, 4, 4);
OFFSET(jb_plan_api, ask, 8, 8);
LEAST(jb_plan_api, 16);

OFFSET(jb_figures_api, size, 0, 4);
OFFSET(jb_figures_api, reserved, 4, 4);
OFFSET(jb_figures_api, get, 8, 8);
OFFSET(jb_figures_api, keys, 16, 8);
OFFSET(jb_figures_api, find, 24, 8);
OFFSET(jb_figures_api, at, 32, 8);
LEAST(jb_figures_api, 40);

OFFSET(jb_run, size, 0, 4);
OFFSET(jb_run, kind, 4, 4);
OFFSET(jb_run, text, 8, 8);
OFFSET(jb_run, style, 16, 8);
OFFSET(jb_run, target, 24, 8);
OFFSET(jb_run, key, 32, 8);
OFFSET(jb_run, value, 40, 8);
LEAST(jb_run, 48);

OFFSET(jb_doc_api, size, 0, 4);
OFFSET(jb_doc_api, reserved, 4, 4);
OFFSET(jb_doc_api, add, 8, 8);
OFFSET(jb_doc_api, set, 16, 8);
OFFSET(jb_doc_api, run, 24, 8);
OFFSET(jb_doc_api, attach, 32, 8);
OFFSET(jb_doc_api, draw_with, 40, 8);
OFFSET(jb_doc_api, root, 48, 8);
OFFSET(jb_doc_api, first, 56, 8);
OFFSET(jb_doc_api, next, 64, 8);
OFFSET(jb_doc_api, kind, 72, 8);
OFFSET(jb_doc_api, attr, 80, 8);
OFFSET(jb_doc_api, n_runs, 88, 8);
OFFSET(jb_doc_api, get_run, 96, 8);
OFFSET(jb_doc_api, plain, 104, 8);
OFFSET(jb_doc_api, n_data, 112, 8);
OFFSET(jb_doc_api, data, 120, 8);
LEAST(jb_doc_api, 128);

OFFSET(jb_bind, size, 0, 4);
OFFSET(jb_bind, reserved, 4, 4);
OFFSET(jb_bind, name, 8, 8);
OFFSET(jb_bind, figure, 16, 8);
OFFSET(jb_bind, row, 24, 8);
LEAST(jb_bind, 32);

OFFSET(jb_text_api, size, 0, 4);
OFFSET(jb_text_api, reserved, 4, 4);
OFFSET(jb_text_api, check, 8, 8);
OFFSET(jb_text_api, emit, 16, 8);
OFFSET(jb_text_api, emit_blocks, 24, 8);
OFFSET(jb_text_api, format, 32, 8);
LEAST(jb_text_api, 40);

OFFSET(jb_section, size, 0, 4);
OFFSET(jb_section, flags, 4, 4);
OFFSET(jb_section, check, 8, 8);
OFFSET(jb_section, write, 16, 8);
LEAST(jb_section, 24);

OFFSET(jb_canvas, size, 0, 4);
OFFSET(jb_canvas, flags, 4, 4);
OFFSET(jb_canvas, self, 8, 8);
OFFSET(jb_canvas, path, 16, 8);
OFFSET(jb_canvas, paint, 24, 8);
OFFSET(jb_canvas, text, 32, 8);
OFFSET(jb_canvas, measure, 40, 8);
OFFSET(jb_canvas, clip, 48, 8);
OFFSET(jb_canvas, group, 56, 8);
OFFSET(jb_canvas, end_group, 64, 8);
LEAST(jb_canvas, 72);

OFFSET(jb_chart, size, 0, 4);
OFFSET(jb_chart, flags, 4, 4);
OFFSET(jb_chart, check, 8, 8);
OFFSET(jb_chart, height, 16, 8);
OFFSET(jb_chart, draw, 24, 8);
OFFSET(jb_chart, describe, 32, 8);
LEAST(jb_chart, 40);

OFFSET(jb_chart_api, size, 0, 4);
OFFSET(jb_chart_api, reserved, 4, 4);
OFFSET(jb_chart_api, height, 8, 8);
OFFSET(jb_chart_api, draw, 16, 8);
OFFSET(jb_chart_api, describe, 24, 8);
LEAST(jb_chart_api, 32);

OFFSET(jb_sink, size, 0, 4);
OFFSET(jb_sink, reserved, 4, 4);
OFFSET(jb_sink, self, 8, 8);
OFFSET(jb_sink, write, 16, 8);
LEAST(jb_sink, 24);

OFFSET(jb_out_api, size, 0, 4);
OFFSET(jb_out_api, reserved, 4, 4);
OFFSET(jb_out_api, open, 8, 8);
LEAST(jb_out_api, 16);

OFFSET(jb_renderer, size, 0, 4);
OFFSET(jb_renderer, flags, 4, 4);
OFFSET(jb_renderer, kinds, 8, 8);
OFFSET(jb_renderer, n_kinds, 16, 8);
OFFSET(jb_renderer, render, 24, 8);
LEAST(jb_renderer, 32);

VALUE(JB_ABI_MAJOR, 1u);
VALUE(JB_OK, 0);
VALUE(JB_E_INTERNAL, 1);
VALUE(JB_E_CONFIG, 2);
VALUE(JB_E_DATA, 3);
VALUE(JB_E_MEMORY, 4);
VALUE(JB_E_CANCELLED, 5);
VALUE(JB_E_UNSUPPORTED, 6);
VALUE(JB_E_OVERFLOW, 7);
VALUE(JB_E_RENDER, 8);
VALUE(JB_T_STR, 1u);
VALUE(JB_T_INT, 2u);
VALUE(JB_T_NUM, 3u);
VALUE(JB_T_BOOL, 4u);
VALUE(JB_T_ENUM, 5u);
VALUE(JB_T_PATH, 6u);
VALUE(JB_T_DURATION, 7u);
VALUE(JB_T_SIZE, 8u);
VALUE(JB_T_DATE, 9u);
VALUE(JB_T_REF, 10u);
VALUE(JB_T_COLUMN, 11u);
VALUE(JB_T_FIGURE, 12u);
VALUE(JB_T_TEMPLATE, 13u);
VALUE(JB_T_TEXT, 14u);
VALUE(JB_T_SECRET, 15u);
VALUE(JB_T_COMPONENT, 16u);
VALUE(JB_T_KEY, 17u);
VALUE(JB_P_LIST, 1u);
VALUE(JB_P_REQUIRED, 2u);
VALUE(JB_P_KEYED, 4u);
VALUE(JB_P_DEPRECATED, 8u);
VALUE(JB_P_ORDER, 16u);
VALUE(JB_C_REENTRANT, 1u);
VALUE(JB_C_DICTIONARY, 2u);
VALUE(JB_C_OFF, 4u);
VALUE(JB_LOG_ERROR, 1);
VALUE(JB_LOG_WARN, 2);
VALUE(JB_LOG_INFO, 3);
VALUE(JB_LOG_DEBUG, 4);
VALUE(JB_ROW_STOP, 0);
VALUE(JB_ROW_SKIP, 1);
VALUE(JB_ROW_NULL, 2);
VALUE(JB_UNIT_OF_COLUMN, 1u);
VALUE(JB_ADDITIVE, 2u);
VALUE(JB_M_ORDERED, 1u);
VALUE(JB_M_ROWS, 2u);
VALUE(JB_PARTIAL_COUNT, 1u);
VALUE(JB_PARTIAL_SUM, 2u);
VALUE(JB_PARTIAL_MIN, 3u);
VALUE(JB_PARTIAL_MAX, 4u);
VALUE(JB_PARTIAL_DISTINCT, 5u);
VALUE(JB_FIG_SHAPE, 1u);
VALUE(JB_FIG_LOST, 2u);
VALUE(JB_FIG_ADDITIVE, 4u);
VALUE(JB_FIG_EXPR, 8u);
VALUE(JB_FIG_ROWS, 16u);
VALUE(JB_SHIFT_LAST_YEAR, 1u);
VALUE(JB_SHIFT_LAST_QUARTER, 2u);
VALUE(JB_SHIFT_LAST_MONTH, 3u);
VALUE(JB_SHIFT_PREVIOUS, 4u);
VALUE(JB_SHIFT_LAST_ISSUE, 5u);
VALUE(JB_DERIVE_RAW, 1u);
VALUE(JB_DERIVE_UNIT_OF_INPUT, 2u);
VALUE(JB_RUN_TEXT, 1u);
VALUE(JB_RUN_FIGURE, 2u);
VALUE(JB_RUN_REF, 3u);
VALUE(JB_RUN_BREAK, 4u);
VALUE(JB_ANCHOR_START, 0u);
VALUE(JB_ANCHOR_MIDDLE, 1u);
VALUE(JB_ANCHOR_END, 2u);

/* Ids are compared by the program below: a literal is no constant expression. */
#include <stdio.h>
#include <string.h>

int main(void)
{
    static const char *const ids[][2] = {
        {JB_SOURCE, "jb.source/1"},
        {JB_HOST_ROWS, "jb.host.rows/1"},
        {JB_SOURCE_SQL, "jb.source.sql/1"},
        {JB_METRIC, "jb.metric/1"},
        {JB_METRIC_PARTIAL, "jb.metric.partial/1"},
        {JB_DERIVE, "jb.derive/1"},
        {JB_HOST_PLAN, "jb.host.plan/1"},
        {JB_HOST_FIGURES, "jb.host.figures/1"},
        {JB_HOST_DOC, "jb.host.doc/1"},
        {JB_HOST_TEXT, "jb.host.text/1"},
        {JB_SECTION, "jb.section/1"},
        {JB_CHART, "jb.chart/1"},
        {JB_HOST_CHART, "jb.host.chart/1"},
        {JB_HOST_OUT, "jb.host.out/1"},
        {JB_RENDERER, "jb.renderer/1"},
    };
    int changed = 0;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        if (strcmp(ids[i][0], ids[i][1]) != 0) {
            printf("%s became %s\n", ids[i][1], ids[i][0]);
            changed = 1;
        }
    }
    return changed;
}
