// SPDX-License-Identifier: Apache-2.0
/* Interface 1.1, frozen: what it appended to 1.0. This file is never edited; a line that fails to compile is a broken
 * promise. */
#include <jianbao/plugin.h>

#include <stdio.h>
#include <string.h>

#define OFFSET(type, member, at, bytes)                                                                \
    _Static_assert(offsetof(type, member) == (at) && sizeof(((type *)0)->member) == (bytes),           \
                   #type "." #member " moved")
#define LEAST(type, bytes) _Static_assert(sizeof(type) >= (bytes), #type " shrank")

_Static_assert(JB_ABI_MINOR >= 1u, "the minor went back");

OFFSET(jb_column, unit, 24, 8);
LEAST(jb_column, 32);

OFFSET(jb_scan, where, 56, 8);
OFFSET(jb_scan, values, 64, 8);
OFFSET(jb_scan, n_values, 72, 8);
LEAST(jb_scan, 80);

OFFSET(jb_source_api, size, 0, 4);
OFFSET(jb_source_api, reserved, 4, 4);
OFFSET(jb_source_api, schema, 8, 8);
OFFSET(jb_source_api, parts, 16, 8);
OFFSET(jb_source_api, scan, 24, 8);
OFFSET(jb_source_api, version, 32, 8);
LEAST(jb_source_api, 40);

OFFSET(jb_source_members, size, 0, 4);
OFFSET(jb_source_members, reserved, 4, 4);
OFFSET(jb_source_members, key, 8, 8);
OFFSET(jb_source_members, label, 16, 8);
LEAST(jb_source_members, 24);

OFFSET(jb_source_issue, size, 0, 4);
OFFSET(jb_source_issue, flags, 4, 4);
OFFSET(jb_source_issue, choose, 8, 8);
OFFSET(jb_source_issue, figure, 16, 8);
LEAST(jb_source_issue, 24);

OFFSET(jb_sql_cost, size, 0, 4);
OFFSET(jb_sql_cost, reserved, 4, 4);
OFFSET(jb_sql_cost, query, 8, 8);
OFFSET(jb_sql_cost, row, 16, 8);
OFFSET(jb_sql_cost, aggregate, 24, 8);
OFFSET(jb_sql_cost, group, 32, 8);
OFFSET(jb_sql_cost, distinct, 40, 8);
OFFSET(jb_sql_cost, deliver, 48, 8);
OFFSET(jb_sql_cost, cell, 56, 8);
LEAST(jb_sql_cost, 64);

OFFSET(jb_source_sql, estimate, 40, 8);
OFFSET(jb_source_sql, cost, 48, 8);
OFFSET(jb_source_sql, dialect, 56, 8);
LEAST(jb_source_sql, 64);

int main(void)
{
    static const char *const ids[][2] = {
        {JB_HOST_SOURCE, "jb.host.source/1"},
        {JB_SOURCE_MEMBERS, "jb.source.members/1"},
        {JB_SOURCE_ISSUE, "jb.source.issue/1"},
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
