// SPDX-License-Identifier: MIT-0
/* metric spread: the largest value of a column less the smallest. Exact on integers and decimals;
 * NULL is skipped; a group without a value is missing. */
#include "sample.h"

#include <algorithm>
#include <string>

namespace
{

using sample::guarded;
using sample::host;

/* One instance: what bind found out. Constant afterwards, for several threads share it. */
struct Spread {
    char kind = '\0';   // of the column: jb_format_kind
    std::string format; // of the value

    std::size_t width() const
    {
        return kind == 'l' ? sizeof(std::int64_t) : sizeof(jb_i128);
    }
};

/* What is kept for one group of rows, in memory of the host's. */
struct State {
    jb_i128 lo = 0, hi = 0;
    std::int64_t n = 0;

    void take(const State &other)
    {
        lo = n == 0 ? other.lo : std::min(lo, other.lo);
        hi = n == 0 ? other.hi : std::max(hi, other.hi);
        n += other.n;
    }
};

jb_status create(jb_ctx *ctx, const jb_args *, void **self)
{
    return guarded(ctx, [&] {
        *self = new Spread;
        return JB_OK;
    });
}

void destroy(void *self)
{
    delete static_cast<Spread *>(self);
}

jb_status bind(jb_ctx *ctx, void *self, const ArrowSchema *in, ArrowSchema *out,
               jb_metric_shape *shape)
{
    return guarded(ctx, [&]() -> jb_status {
        auto *me = static_cast<Spread *>(self);
        std::int32_t precision, scale;
        me->kind = jb_format_kind(in->children[0]->format, &precision, &scale);
        if (me->kind != 'l' && me->kind != 'd' && me->kind != 'h')
            return jb_fail_text(host, ctx, JB_E_CONFIG, "column",
                                "the column must be an integer or a decimal");
        // a difference may have a digit more than the column
        me->format = me->kind == 'l' ? "l" : "d:38," + std::to_string(scale);
        if (jb_schema_make(out, "+s", "", 1) != 0)
            throw std::bad_alloc();
        if (jb_schema_make(out->children[0], me->format.c_str(), "value", 0) != 0) {
            out->release(out);
            throw std::bad_alloc();
        }
        shape->state_size = sizeof(State);
        shape->flags = JB_UNIT_OF_COLUMN;
        return JB_OK;
    });
}

void state_init(const void *, void *state)
{
    new (state) State;
}

jb_status update(jb_ctx *, const void *self, const jb_batch *b)
{
    const auto *me = static_cast<const Spread *>(self);
    const ArrowArray *column = &b->columns[0];
    for (std::uint64_t i = 0; i < b->n; i++) {
        const auto row = static_cast<std::int64_t>(b->sel != nullptr ? b->sel[i] : i);
        if (jb_is_null(column, row))
            continue;
        State one;
        one.lo = one.hi = jb_int_cell(column, me->kind, row);
        one.n = 1;
        static_cast<State *>(b->state[b->group != nullptr ? b->group[i] : 0])->take(one);
    }
    return JB_OK;
}

jb_status merge(jb_ctx *, const void *, void *into, const void *from)
{
    const auto *other = static_cast<const State *>(from);
    if (other->n > 0)
        static_cast<State *>(into)->take(*other);
    return JB_OK;
}

/* The value of a state; false when it leaves its range. */
bool difference(const Spread &me, const State &s, jb_i128 *out)
{
    return !__builtin_sub_overflow(s.hi, s.lo, out) && jb_dec_fits(*out) &&
           (me.kind != 'l' || *out <= INT64_MAX);
}

jb_status finish(jb_ctx *ctx, const void *self, void *const *state, std::uint64_t n,
                 ArrowArray *out, std::uint64_t *)
{
    return guarded(ctx, [&]() -> jb_status {
        const auto &me = *static_cast<const Spread *>(self);
        const auto rows = static_cast<std::int64_t>(n);
        const std::size_t none[1] = {0};
        if (jb_array_make(out, rows, 1, none, 1) != 0)
            throw std::bad_alloc();
        if (jb_column_make(out->children[0], rows, me.width()) != 0) {
            out->release(out);
            throw std::bad_alloc();
        }
        for (std::int64_t i = 0; i < rows; i++) {
            const auto &s = *static_cast<const State *>(state[i]);
            jb_i128 value;
            if (s.n == 0)
                continue; // a cell that is never set is missing
            if (!difference(me, s, &value)) {
                out->release(out);
                return jb_fail_text(host, ctx, JB_E_OVERFLOW, "column",
                                    "the difference leaves the range of numbers");
            }
            // little-endian: the low bytes are the narrow value
            jb_set_cell(out->children[0], i, &value, me.width());
        }
        return JB_OK;
    });
}

const jb_metric metric = {
    sizeof(jb_metric), 0, bind, state_init, update, merge, finish, nullptr,
};
const jb_iface ifaces[] = {{JB_METRIC, &metric}};
const jb_param params[] = {
    {sizeof(jb_param), JB_T_COLUMN, JB_P_REQUIRED, 0, "column", nullptr, nullptr,
     "The column, or an expression over the row.", "列名，或由列构成的算式。"},
};

} // namespace

const jb_component sample::spread = {
    sizeof(jb_component),
    JB_C_REENTRANT,
    "metric",
    "spread",
    "Spread",
    "极差",
    "Largest less smallest.",
    "最大值减最小值。",
    params,
    sizeof params / sizeof params[0],
    sizeof(jb_param),
    ifaces,
    sizeof ifaces / sizeof ifaces[0],
    create,
    destroy,
};
