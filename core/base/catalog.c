// SPDX-License-Identifier: Apache-2.0
#include "base/buf.h"
#include "base/diag_impl.h"

#include <stdlib.h>
#include <string.h>

#define JB_MESSAGE(code, severity, exit_code, zh, en, hint_zh, hint_en)                            \
    {code, JB_SEV_##severity, exit_code, zh, en, hint_zh, hint_en},

static const jb_catalog_entry CATALOG[] = {
#include "base/messages/base.def"
#include "base/messages/config.def"
#include "base/messages/plugin.def"
#include "base/messages/data.def"
#include "base/messages/doc.def"
#include "base/messages/engine.def"
#include "base/messages/member.def"
#include "base/messages/page.def"
#include "base/messages/cli.def"
};

enum { N_CATALOG = sizeof CATALOG / sizeof CATALOG[0] };

const jb_catalog_entry *jb_catalog_find(const char *code)
{
    for (size_t i = 0; i < N_CATALOG; i++) {
        if (strcmp(CATALOG[i].code, code) == 0) {
            return &CATALOG[i];
        }
    }
    return NULL;
}

const jb_catalog_entry *jb_catalog_at(size_t i)
{
    /* The modules' files interleave; this is only asked for by listings, so no sorted copy is kept.
     */
    const jb_catalog_entry *last = NULL;
    for (size_t k = 0; k <= i; k++) {
        const jb_catalog_entry *next = NULL;
        for (size_t j = 0; j < N_CATALOG; j++) {
            const jb_catalog_entry *e = &CATALOG[j];
            int after = !last || strcmp(e->code, last->code) > 0;
            if (after && (!next || strcmp(e->code, next->code) < 0)) {
                next = e;
            }
        }
        if (!next) {
            return NULL;
        }
        last = next;
    }
    return last;
}

int jb_message_fill(const char *text, const char *const *args, size_t n, jb_buf *out)
{
    int complete = 1;
    for (const char *p = text; *p; p++) {
        if (p[0] == '{' && p[1] >= '1' && p[1] <= '9' && p[2] == '}') {
            size_t i = (size_t)(p[1] - '1');
            const char *arg = i < n && args[i] ? args[i] : "";
            complete = complete && *arg;
            jb_buf_str(out, arg);
            p += 2;
        } else {
            jb_buf_char(out, *p);
        }
    }
    return complete;
}

void jb_catalog_format(const jb_catalog_entry *e, int zh, const char *const *args, size_t n,
                       jb_buf *out)
{
    (void)jb_message_fill(zh ? e->zh : e->en, args, n, out);
}

int jb_lang_zh(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) {
            return strncmp(value, "zh", 2) == 0;
        }
    }
    return 0;
}
