// SPDX-License-Identifier: Apache-2.0
#include "chart_geo.h"

#include "charts.h"
#include "json/json_rows.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    jb_json_text t;
    chart_map *map;
    const char *key;
    const char *refused; /* code of this plugin's own refusals */
    char what[128];
    size_t feature; /* from 1 */
} reader;

void chart_map_free(chart_map *m)
{
    size_t i;
    if (m == NULL)
        return;
    for (i = 0; i < m->n_areas; i++)
        free(m->area[i].name);
    free(m->area);
    free(m->ring);
    free(m->xy);
    free(m);
}

static int refuse(reader *r, const char *code, const char *what)
{
    if (r->refused == NULL) {
        r->refused = code;
        snprintf(r->what, sizeof r->what, "%.120s", what);
    }
    return -1;
}

/* Room for one more element; the limits are those of a map of a city, not of a country. */
static int room(reader *r, void **at, size_t n, size_t *cap, size_t each, size_t most)
{
    size_t wanted = *cap == 0 ? 64 : *cap * 2;
    void *more;
    if (n < *cap)
        return 0;
    if (n >= most)
        return refuse(r, "E1387", "");
    more = realloc(*at, wanted * each);
    if (more == NULL)
        return jb_json_bad(&r->t, "E1216", NULL, NULL);
    *at = more;
    *cap = wanted;
    return 0;
}

/* The text of the token read last; the lexer's store is emptied, so that it stays small. */
static const char *text_of(reader *r)
{
    r->t.n_text = 0;
    return r->t.text + r->t.token;
}

static int is_word(reader *r, const char *word)
{
    size_t n = r->t.n_token;
    return n == strlen(word) && memcmp(text_of(r), word, n) == 0;
}

static int number(reader *r, int token, double bound, double *out)
{
    char text[64];
    if (token != JB_JSON_NUMBER || r->t.n_token >= sizeof text)
        return refuse(r, "E1384", "coordinates");
    memcpy(text, r->t.text + r->t.token, r->t.n_token);
    text[r->t.n_token] = '\0';
    r->t.n_text = 0;
    *out = strtod(text, NULL);
    return *out >= -bound && *out <= bound ? 0 : refuse(r, "E1386", text);
}

/* A position whose first number has been read. */
static int position(reader *r, int token)
{
    chart_map *m = r->map;
    double x, y, more;
    int got;
    if (number(r, token, 180, &x) != 0)
        return -1;
    if (jb_json_element(&r->t, 0, &token) != 1 || number(r, token, 90, &y) != 0)
        return refuse(r, "E1384", "coordinates");
    while ((got = jb_json_element(&r->t, 0, &token)) == 1)
        if (number(r, token, 1e9, &more) != 0)
            return -1;
    if (got < 0 || room(r, (void **)&m->xy, m->n_points, &m->cap_points, 2 * sizeof *m->xy,
                        CHART_GEO_POINTS) != 0)
        return -1;
    m->xy[2 * m->n_points] = x;
    m->xy[2 * m->n_points + 1] = y;
    if (m->n_points++ == 0) {
        m->x0 = m->x1 = x;
        m->y0 = m->y1 = y;
    }
    m->x0 = fmin(m->x0, x);
    m->x1 = fmax(m->x1, x);
    m->y0 = fmin(m->y0, y);
    m->y1 = fmax(m->y1, y);
    return 0;
}

/* 1: the position is the first of a ring that begins here. */
static int end_ring(reader *r, size_t first, int hole)
{
    chart_map *m = r->map;
    size_t n = m->n_points - first;
    if (n < 4 || m->xy[2 * first] != m->xy[2 * m->n_points - 2] ||
        m->xy[2 * first + 1] != m->xy[2 * m->n_points - 1])
        return refuse(r, "E1385", "");
    if (room(r, (void **)&m->ring, m->n_rings, &m->cap_rings, sizeof *m->ring,
             CHART_GEO_POINTS / 4) != 0)
        return -1;
    m->ring[m->n_rings++] = (geo_ring){first, n, hole};
    return 0;
}

/* A list that has been opened: of positions (a ring), rings or polygons. Returns its level: 0 a
 * position, 1 a ring, 2 a polygon, 3 several; -1. `nth`: which element of its parent it is. */
static int coordinates(reader *r, int depth, size_t nth)
{
    size_t first = r->map->n_points, i;
    int token, got, level = -2, one;
    for (i = 0; (got = jb_json_element(&r->t, i == 0, &token)) == 1; i++) {
        if (token == JB_JSON_NUMBER && i == 0)
            return position(r, token) == 0 ? 0 : -1;
        if (token != '[' || depth == 4)
            return refuse(r, "E1384", "coordinates");
        one = coordinates(r, depth + 1, i);
        if (one < 0 || (level != -2 && one != level))
            return one < 0 ? -1 : refuse(r, "E1384", "coordinates");
        level = one;
    }
    if (got < 0)
        return -1;
    if (level == -2)
        return refuse(r, "E1384", "[]");
    if (level == 0 && end_ring(r, first, nth > 0) != 0)
        return -1;
    return level + 1;
}

static int geometry(reader *r)
{
    int first = 1, got, token, wanted = 0, level = 0;
    while ((got = jb_json_member(&r->t, first)) == 1) {
        int coords = is_word(r, "coordinates"), type = !coords && is_word(r, "type");
        first = 0;
        token = jb_json_token(&r->t);
        if (type && token == JB_JSON_STRING) {
            wanted = is_word(r, "Polygon") ? 2 : is_word(r, "MultiPolygon") ? 3 : -1;
            if (wanted < 0) {
                char what[64];
                snprintf(what, sizeof what, "%.*s", (int)(r->t.n_token < 60 ? r->t.n_token : 60),
                         text_of(r));
                return refuse(r, "E1384", what);
            }
        } else if (coords && token == '[') {
            if ((level = coordinates(r, 1, 0)) < 0)
                return -1;
        } else if (token == JB_JSON_FAILED || jb_json_skip(&r->t, token, 3) != 0) {
            return -1;
        }
    }
    if (got < 0)
        return -1;
    return level > 0 && level == wanted ? 0 : refuse(r, "E1384", "geometry");
}

/* The naming property; others are passed over. */
static int properties(reader *r, char **name)
{
    int first = 1, got, token;
    while ((got = jb_json_member(&r->t, first)) == 1) {
        int wanted = is_word(r, r->key);
        first = 0;
        token = jb_json_token(&r->t);
        if (wanted && token == JB_JSON_STRING && *name == NULL) {
            *name = (char *)calloc(r->t.n_token + 1, 1);
            if (*name == NULL)
                return jb_json_bad(&r->t, "E1216", NULL, NULL);
            memcpy(*name, text_of(r), r->t.n_token);
        } else if (token == JB_JSON_FAILED || jb_json_skip(&r->t, token, 3) != 0) {
            return -1;
        }
        r->t.n_text = 0;
    }
    return got;
}

static int feature(reader *r)
{
    chart_map *m = r->map;
    size_t first_ring = m->n_rings;
    char *name = NULL, nth[24];
    int first = 1, got, token, bad = 0;
    r->feature++;
    while (!bad && (got = jb_json_member(&r->t, first)) == 1) {
        int shape = is_word(r, "geometry"), props = !shape && is_word(r, "properties");
        first = 0;
        token = jb_json_token(&r->t);
        if (token == '{' && shape)
            bad = geometry(r);
        else if (token == '{' && props)
            bad = properties(r, &name);
        else
            bad = token == JB_JSON_FAILED || jb_json_skip(&r->t, token, 2) != 0;
    }
    bad = bad || got < 0;
    snprintf(nth, sizeof nth, "%zu", r->feature);
    if (!bad && (name == NULL || name[0] == '\0'))
        bad = refuse(r, "E1388", nth);
    if (!bad && m->n_rings == first_ring)
        bad = refuse(r, "E1384", nth);
    if (!bad)
        bad =
            room(r, (void **)&m->area, m->n_areas, &m->cap_areas, sizeof *m->area, CHART_GEO_AREAS);
    if (bad) {
        free(name);
        return -1;
    }
    m->area[m->n_areas++] = (geo_area){name, first_ring, m->n_rings - first_ring};
    return 0;
}

static int collection(reader *r)
{
    int first = 1, got, token, seen = 0;
    if (jb_json_token(&r->t) != '{')
        return refuse(r, "E1384", "FeatureCollection");
    while ((got = jb_json_member(&r->t, first)) == 1) {
        int list = is_word(r, "features"), begun = 1;
        first = 0;
        token = jb_json_token(&r->t);
        if (!list || token != '[') {
            if (token == JB_JSON_FAILED || jb_json_skip(&r->t, token, 1) != 0)
                return -1;
            r->t.n_text = 0;
            continue;
        }
        seen = 1;
        while ((got = jb_json_element(&r->t, begun, &token)) == 1) {
            begun = 0;
            if (token != '{')
                return refuse(r, "E1384", "features");
            if (feature(r) != 0)
                return -1;
        }
        if (got < 0)
            return -1;
    }
    if (got < 0)
        return -1;
    return seen && r->map->n_areas > 0 ? 0 : refuse(r, "E1384", "FeatureCollection");
}

static jb_status read_file(void *self, void *to, size_t wanted, size_t *got)
{
    FILE *f = (FILE *)self;
    *got = fread(to, 1, wanted, f);
    return ferror(f) ? JB_E_DATA : JB_OK;
}

static jb_status tell(jb_ctx *ctx, const reader *r, const char *path)
{
    const jb_json_error *e = &r->t.error;
    const char *args[2] = {r->refused != NULL ? r->what : e->arg1,
                           r->refused != NULL ? "" : e->arg2};
    jb_fault f = {.size = (uint32_t)sizeof f,
                  .status = JB_E_CONFIG,
                  .args = args,
                  .n_args = 2,
                  .key = "path",
                  .file = path,
                  .line = e->line > 0 ? e->line : r->t.line};
    char text[400];
    f.code = r->refused;
    if (f.code == NULL) {
        f.code = "E1383"; /* the lexer's own words are those of the sources */
        snprintf(text, sizeof text, "%s %s", e->code != NULL ? e->code : "E1211", e->arg1);
        args[0] = text;
    }
    if (e->status == JB_E_MEMORY)
        f.status = JB_E_MEMORY;
    return (charts_host()->fail)(ctx, &f);
}

jb_status chart_map_read(jb_ctx *ctx, const char *path, const char *key, chart_map **out)
{
    reader r;
    jb_json_input in = {.read = read_file};
    FILE *f = fopen(path, "rb");
    jb_status status = JB_OK;
    *out = NULL;
    if (f == NULL) {
        const char *args[2] = {path, strerror(errno)};
        jb_fault fault = {.size = (uint32_t)sizeof fault,
                          .status = JB_E_CONFIG,
                          .code = "E1389",
                          .args = args,
                          .n_args = 2,
                          .key = "path"};
        return (charts_host()->fail)(ctx, &fault);
    }
    memset(&r, 0, sizeof r);
    in.self = f;
    r.key = key;
    r.map = (chart_map *)calloc(1, sizeof *r.map);
    if (r.map == NULL || jb_json_text_open(&r.t, &in) != 0)
        status = jb_fail_text(charts_host(), ctx, JB_E_MEMORY, "path", "out of memory");
    else if (collection(&r) != 0)
        status = tell(ctx, &r, path);
    jb_json_text_close(&r.t);
    fclose(f);
    if (status != JB_OK)
        chart_map_free(r.map);
    else
        *out = r.map;
    return status;
}
