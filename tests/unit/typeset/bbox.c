// SPDX-License-Identifier: Apache-2.0
#include "bbox.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

char *bbox_run(const char *command, int squeeze)
{
    FILE *pipe = popen(command, "r");
    if (!pipe)
        return NULL;
    GString *out = g_string_new(NULL);
    char buffer[4096];
    size_t n;
    while ((n = fread(buffer, 1, sizeof buffer, pipe)) > 0)
        for (size_t i = 0; i < n; i++)
            if (!squeeze || !strchr(" \n\f\r\t", buffer[i]))
                g_string_append_c(out, buffer[i]);
    if (pclose(pipe) != 0)
        g_string_truncate(out, 0);
    return g_string_free(out, FALSE);
}

static double number_after(const char *line, const char *name)
{
    const char *at = strstr(line, name);
    return at ? g_ascii_strtod(at + strlen(name), NULL) : -1;
}

bbox_words bbox_read(const char *pdf)
{
    bbox_words out = {0};
    char *command = g_strdup_printf("pdftotext -bbox '%s' -", pdf);
    char *html = bbox_run(command, 0);
    g_free(command);
    if (!html || !*html) {
        g_free(html);
        return out;
    }
    GArray *words = g_array_new(FALSE, FALSE, sizeof(bbox_word));
    char **lines = g_strsplit(html, "\n", -1);
    size_t page = 0;
    for (char **p = lines; *p; p++) {
        page += strstr(*p, "<page ") != NULL;
        char *from = strstr(*p, "\">"), *to = strstr(*p, "</word>");
        if (!strstr(*p, "<word ") || !from || !to)
            continue;
        bbox_word w = {.page = page - 1,
                       .x0 = number_after(*p, "xMin=\""),
                       .y0 = number_after(*p, "yMin=\""),
                       .x1 = number_after(*p, "xMax=\""),
                       .y1 = number_after(*p, "yMax=\"")};
        w.text = g_strndup(from + 2, (gsize)(to - from - 2));
        g_array_append_val(words, w);
    }
    g_strfreev(lines);
    g_free(html);
    out.n = words->len;
    out.words = (bbox_word *)(void *)g_array_free(words, FALSE);
    return out;
}

void bbox_free(bbox_words *words)
{
    for (size_t i = 0; i < words->n; i++)
        g_free(words->words[i].text);
    g_free(words->words);
    words->n = 0;
}
