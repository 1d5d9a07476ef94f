// SPDX-License-Identifier: Apache-2.0
/* One part through expat. A document type is refused, and with it every entity of its own. */
#include "xlsx.h"

#include <inttypes.h>
#include <stdio.h>

#define CHUNK (64 << 10)

/* Writers may put a prefix before every name. */
static const char *local(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon != NULL ? colon + 1 : name;
}

const char *xlsx_attr(const char **attrs, const char *name)
{
    for (; attrs[0] != NULL; attrs += 2)
        if (strcmp(attrs[0], name) == 0)
            return attrs[1];
    return NULL;
}

static void stop(xlsx_xml *x, jb_status st)
{
    if (st == JB_OK || x->status != JB_OK)
        return;
    x->status = st;
    XML_StopParser(x->parser, XML_FALSE);
}

static void on_start(void *self, const XML_Char *name, const XML_Char **attrs)
{
    xlsx_xml *x = self;
    if (x->status != JB_OK)
        return;
    if (++x->depth > XLSX_DEPTH_MAX)
        stop(x, xlsx_zip_fail(x->part.zip, "E1035", x->part.name, "—"));
    else if (x->start != NULL)
        stop(x, x->start(x->self, local(name), attrs));
}

static void on_end(void *self, const XML_Char *name)
{
    xlsx_xml *x = self;
    if (x->status != JB_OK)
        return;
    x->depth--;
    if (x->end != NULL)
        stop(x, x->end(x->self, local(name)));
}

static void on_text(void *self, const XML_Char *s, int n)
{
    xlsx_xml *x = self;
    if (x->status == JB_OK && x->text != NULL)
        stop(x, x->text(x->self, s, (size_t)n));
}

static void on_doctype(void *self, const XML_Char *name, const XML_Char *sysid,
                       const XML_Char *pubid, int has_internal)
{
    xlsx_xml *x = self;
    (void)name;
    (void)sysid;
    (void)pubid;
    (void)has_internal;
    stop(x, xlsx_zip_fail(x->part.zip, "E1036", x->part.name, NULL));
}

jb_status xlsx_xml_open(xlsx_xml *x, const xlsx_zip *z, const char *part, uint64_t limit)
{
    jb_status st;
    x->depth = 0;
    x->status = JB_OK;
    x->suspended = x->ended = 0;
    x->parser = NULL;
    st = xlsx_part_open(z, part, limit, &x->part);
    if (st != JB_OK)
        return st;
    x->parser = XML_ParserCreate(NULL);
    if (x->parser == NULL) {
        xlsx_part_close(&x->part);
        return jb_grid_no_memory(&z->src->env, z->ctx);
    }
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_start, on_end);
    XML_SetCharacterDataHandler(x->parser, on_text);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
    return JB_OK;
}

void xlsx_xml_close(xlsx_xml *x)
{
    if (x->parser != NULL)
        XML_ParserFree(x->parser);
    x->parser = NULL;
    xlsx_part_close(&x->part);
}

void xlsx_xml_pause(xlsx_xml *x)
{
    if (x->status == JB_OK)
        XML_StopParser(x->parser, XML_TRUE);
}

static jb_status malformed(xlsx_xml *x)
{
    char line[64];
    if (x->status != JB_OK)
        return x->status;
    if (XML_GetErrorCode(x->parser) == XML_ERROR_NO_MEMORY)
        return x->status = jb_grid_no_memory(&x->part.zip->src->env, x->part.zip->ctx);
    snprintf(line, sizeof line, "%" PRIu64, (uint64_t)XML_GetCurrentLineNumber(x->parser));
    return x->status = xlsx_zip_fail(x->part.zip, "E1035", x->part.name, line);
}

jb_status xlsx_xml_run(xlsx_xml *x)
{
    while (!x->ended && x->status == JB_OK) {
        enum XML_Status st;
        if (x->suspended) {
            x->suspended = 0;
            st = XML_ResumeParser(x->parser);
        } else {
            size_t got = 0;
            void *room = XML_GetBuffer(x->parser, CHUNK);
            if (room == NULL)
                return malformed(x);
            x->status = xlsx_part_read(&x->part, room, CHUNK, &got);
            if (x->status != JB_OK)
                return x->status;
            st = XML_ParseBuffer(x->parser, (int)got, got == 0);
        }
        if (st == XML_STATUS_ERROR)
            return malformed(x);
        if (st == XML_STATUS_SUSPENDED) {
            x->suspended = 1;
            return x->status;
        }
        {
            XML_ParsingStatus now;
            XML_GetParsingStatus(x->parser, &now);
            x->ended = now.parsing == XML_FINISHED;
        }
    }
    return x->status;
}

jb_status xlsx_xml_all(xlsx_xml *x, const xlsx_zip *z, const char *part, uint64_t limit)
{
    jb_status st = xlsx_xml_open(x, z, part, limit);
    if (st == JB_OK)
        st = xlsx_xml_run(x);
    xlsx_xml_close(x);
    return st;
}
