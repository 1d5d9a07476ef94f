// SPDX-License-Identifier: Apache-2.0
/* One invocation: the configurations (one per profile), their workers, what they answered, and what to make of a
 * worker's death. The supervisor's side; it loads no plugin. [main] */
#ifndef JB_CLI_SESSION_H
#define JB_CLI_SESSION_H

#include "cli/jobs.h"
#include "cli/output.h"

enum { JB_MAX_RESTARTS = 3 };

/* Texts of its own, as many as there are. */
typedef struct jb_names {
    char **items;
    size_t n, cap;
} jb_names;

typedef struct jb_path {
    char *renderer, *path;
} jb_path;

/* What is computed once: profiles whose data configuration is the same share it. */
typedef struct jb_group {
    jb_job_arg arg;
    jb_worker *data;
    int has_model;
    jb_buf signatures, figures;
    jb_names untyped;  /* metrics whose plugin failed before their types were agreed */
    jb_names skip;     /* metrics whose plugin failed in the scan */
    jb_names culprits; /* components that failed: kind/name */
    int restarts;
    size_t broken, unchecked;
    jb_diags *rules;
} jb_group;

typedef struct jb_issue { /* one profile */
    const char *profile; /* NULL: none */
    jb_config *config;
    jb_job_arg arg;
    char date[11], as_of[11]; /* what arg points to */
    jb_group *group;
    jb_worker *page;
    int has_page;
    struct jb_scouted *scouted; /* what its plugin files offer */
    jb_names failed;    /* sections to be replaced by placeholders */
    jb_names unwritten; /* renderers whose files are not made */
    jb_names culprits;  /* components that failed: kind/name */
    int restarts;
    jb_path *paths;
    size_t n_paths;
    char *temp_dir;
    int temp_lock;
    jb_path *files; /* path and temp of what was rendered: renderer holds temp */
    size_t n_files, n_placeholders;
} jb_issue;

typedef struct jb_session {
    const jb_options *options;
    jb_diags *diags; /* everything said so far */
    jb_issue *issues;
    size_t n_issues;
    jb_group *groups;
    size_t n_groups;
    int scouted; /* 1 done, -1 in vain */
    int interrupted;
    int hurry; /* workers are not waited for */
} jb_session;

/* Loads the configuration of each profile. 0 ok; -1: the file cannot be opened, nothing else can be said. */
int jb_session_open(jb_session *, const jb_options *, int in_check);
void jb_session_close(jb_session *);

/* Data workers: models and signatures. Diagnostics are joined; -1 when interrupted or a worker died for good. */
int jb_session_models(jb_session *);
/* Starts the page workers, so that they load fonts' libraries and plugins while the data workers read schemas. */
void jb_session_prepare_pages(jb_session *);
/* Page workers: documents checked against the signatures, output paths compared. Likewise. */
int jb_session_pages(jb_session *);
/* Asks for all figures, or the named ones, without waiting; then waits, repeating without metrics that crash. */
void jb_session_ask_figures(jb_session *, const char *const *names, size_t n);
int jb_session_figures(jb_session *, const char *const *names, size_t n);
/* Renders every issue into its private directory. */
int jb_session_write(jb_session *);
/* Moves all files into place and prints their paths on stdout. */
int jb_session_install(jb_session *);

/* Prints what was collected, sorted, and returns the exit code: `fallback` when there is no error. */
int jb_session_finish(jb_session *, int fallback);
/* Prints and empties the session's diagnostics. */
void jb_session_print(jb_session *);

/* What a worker's death means in words: "崩溃（SIGSEGV）" … in the language of the messages. */
void jb_death_words(const jb_death *, int zh, char *out, size_t cap);
/* Reports code with plugin, phase, words at the instance's header. */
void jb_death_report(jb_diags *, const char *code, const jb_death *, int zh);

#endif
