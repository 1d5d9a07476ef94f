// SPDX-License-Identifier: Apache-2.0
/* What the workers do. The data worker holds sources, secrets and threads; the page worker sections, fonts and
 * renderers and nothing else; the tool worker lists plugins. Requests and replies are packed in the order in which
 * the comments name their parts. */
#ifndef JB_CLI_JOBS_H
#define JB_CLI_JOBS_H

#include "cli/options.h"
#include "cli/worker.h"
#include "config/config.h"

typedef struct jb_job_arg {
    const jb_options *options;
    jb_config *config;
    const char *as_of, *date; /* resolved; NULL: none */
    const char *write_dir;    /* the one directory the page worker writes into; NULL: none */
    int in_check;
    const struct jb_scouted *scouted; /* what strangers' plugin files offer; NULL: none are named, or no process apart */
} jb_job_arg;

enum {
    /* data worker */
    JB_OP_MODEL, /* n lost, lost → failure, diags, 1 when there is a model, signatures */
    JB_OP_PLAN,  /* json, zh → text */
    JB_OP_PROBE, /* json, zh → diags, text */
    JB_OP_RUN,   /* n names, names, n skip, skip → failure, diags, 1 ok, figures, rules: broken errors, unchecked, diags */
    /* page worker */
    JB_OP_PAGE,  /* signatures, n failed, failed, n unwritten, unwritten → failure, diags, 1 when there is a page, n paths: renderer, path */
    JB_OP_WRITE, /* figures, directory, draft notes (diags, or empty) →
                    failure, diags, status, placeholders, n: renderer, path, temp */
    /* tool worker */
    JB_OP_LIST,      /* json, zh → diags, text */
    JB_OP_SHOW,      /* name, json, zh → diags, text */
    JB_OP_REFERENCE, /* zh → diags, text */
    JB_OP_INDEX,     /* → diags, text */
    JB_OP_EXPLAIN,   /* code, json, zh → diags, text */
    JB_OP_MESSAGES   /* → diags, text */
};

jb_job jb_data_job(const jb_job_arg *);
jb_job jb_page_job(const jb_job_arg *);
jb_job jb_tool_job(const jb_job_arg *);
/* Makes this process one that may open a stranger's plugin: sources and their variables wiped, the fence up. What holds
 * (JB_SANDBOX_*). */
unsigned jb_page_confine(const jb_job_arg *);

/* Diagnostics as one part of a message. */
void jb_pack_diags(jb_buf *, const jb_diags *);
int jb_unpack_diags(jb_unpack *, jb_diags *into); /* 0 ok */
/* The jb_crumb of a plugin that failed by its own fault since the last time, or an empty part. */
void jb_pack_failure(jb_buf *);
/* n, names: an array to be freed whose texts are the request's. *n 0 when the request is broken. */
const char **jb_unpack_names(jb_unpack *, size_t *n);
/* The same with texts of its own, in one block to be freed. */
const char **jb_unpack_own_names(jb_unpack *, size_t *n);
/* A value of [report] with ${…} expanded, NULL when it is not set. */
const char *jb_report_value(const jb_config *, const char *key, jb_diags *);

#endif
