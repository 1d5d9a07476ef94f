// SPDX-License-Identifier: Apache-2.0
/* The one place that knows inih. Only functions that every build of it has are used: its limits and
 * options differ between distributions, and our lines are made so that none of them matters. */
#include "config/ini_file.h"

#include <ini.h>

static char *read_line(char *buf, int size, void *stream)
{
    jb_ini_feed *feed = stream;
    return size > 0 && feed->next(feed->user, buf, (size_t)size) ? buf : NULL;
}

#if INI_HANDLER_LINENO
static int take_entry(void *user, const char *section, const char *name, const char *value,
                      int line)
{
    (void)line;
#else
static int take_entry(void *user, const char *section, const char *name, const char *value)
{
#endif
    jb_ini_feed *feed = user;
    if (name) { /* NULL: some builds announce sections */
        feed->entry(feed->user, section ? section : "", name, value ? value : "");
    }
    return 1;
}

int jb_ini_run(jb_ini_feed *feed)
{
    return ini_parse_stream(read_line, feed, take_entry, feed);
}
