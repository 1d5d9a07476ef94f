// SPDX-License-Identifier: Apache-2.0
/* Areas out of a GeoJSON file (RFC 7946): a FeatureCollection of Polygon and MultiPolygon, nothing
 * else. */
#ifndef CHART_GEO_H
#define CHART_GEO_H

#include "jianbao/plugin.h"

#include <stddef.h>

#define CHART_GEO_AREAS 400
#define CHART_GEO_POINTS 400000u

typedef struct geo_ring {
    size_t first, n; /* points; the last repeats the first */
    int hole;
} geo_ring;

typedef struct geo_area {
    char *name;
    size_t first, n; /* rings */
} geo_area;

typedef struct chart_map {
    geo_area *area;
    geo_ring *ring;
    double *xy; /* longitude, latitude */
    size_t n_areas, n_rings, n_points;
    size_t cap_areas, cap_rings, cap_points;
    double x0, y0, x1, y1;
} chart_map;

/* Reads a file; `key` is the property that names an area. Reports and returns the status of a
 * refusal, else *out is the caller's, for chart_map_free. */
jb_status chart_map_read(jb_ctx *, const char *path, const char *key, chart_map **out);
void chart_map_free(chart_map *);

#endif
