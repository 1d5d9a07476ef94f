// SPDX-License-Identifier: Apache-2.0
#include "engine/dates.h"

enum { WITHOUT_PERIOD = 366 };

static int declared(const jb_msource *s, int32_t *day)
{
    int64_t days;
    if (!s->instance || !jb_args_get_i64(s->instance->args, "as_of", &days)) {
        return 0;
    }
    *day = (int32_t)days;
    return 1;
}

void jb_dates_declared(const jb_model *m, jb_diags *diags)
{
    const jb_msource *first = NULL;
    int32_t day, wanted = m->as_of;
    char text[11], of[11];
    for (size_t i = 0; i < m->n_sources; i++) {
        const jb_msource *s = &m->sources[i];
        if (s->broken || !s->was_read || !declared(s, &day)) {
            continue;
        }
        if (!m->has_as_of && !first) {
            first = s;
            wanted = day;
        }
        if (day != wanted) {
            jb_place place = jb_args_place(s->instance->args, "as_of", 0);
            jb_date_print(day, text);
            jb_date_print(wanted, of);
            jb_diag(diags, m->has_as_of ? "E1280" : "E1281", &place, s->name, text, of,
                    first ? first->name : "");
        }
    }
}

static int32_t period_days(const jb_model *m)
{
    if (!m->has_period || !m->has_as_of) {
        return WITHOUT_PERIOD;
    }
    jb_period p = jb_period_at(&m->period, m->as_of);
    return p.set && p.to >= p.from ? p.to - p.from + 1 : WITHOUT_PERIOD;
}

void jb_dates_compare(const jb_model *m, const jb_dates_found *found, size_t n, jb_diags *diags)
{
    int32_t days = period_days(m);
    char text[11], of[11];
    for (size_t i = 0; i < n; i++) {
        const jb_dates_found *f = &found[i], *ahead = NULL;
        for (size_t k = 0; k < n; k++) {
            const jb_dates_found *g = &found[k];
            if (g->has_newest && (!ahead || g->newest > ahead->newest)) {
                ahead = g;
            }
        }
        jb_date_print(m->as_of, of);
        if (m->has_as_of && f->has_dates && f->oldest > m->as_of) {
            jb_date_print(f->oldest, text);
            jb_diag(diags, "E1282", &f->source->place, f->source->name, text, of);
        } else if (ahead && f->has_newest && ahead->newest - f->newest > days) {
            jb_date_print(f->newest, text);
            jb_date_print(ahead->newest, of);
            jb_diag(diags, "E1283", &f->source->place, f->source->name, text, ahead->source->name,
                    of);
        }
    }
}
