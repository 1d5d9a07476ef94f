// SPDX-License-Identifier: Apache-2.0
/* Breadcrumbs and the cancel flag. Both are state of the process, not of an object: a signal handler and the
 * supervisor's shared page have to reach them. */
#define _GNU_SOURCE /* SYS_gettid */
#include "plugin/instance.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static jb_crumb *slots;
static _Atomic uint32_t taken[JB_CRUMB_SLOTS];
static _Atomic uint32_t calls;
static volatile sig_atomic_t cancelled;
static int loading = -1;

void jb_crumbs_attach(jb_crumb *shared)
{
    slots = shared;
    loading = -1;
    for (int i = 0; i < JB_CRUMB_SLOTS; i++) {
        atomic_store(&taken[i], 0);
    }
}

static uint32_t thread_id(void)
{
    return (uint32_t)syscall(SYS_gettid);
}

int jb_crumb_take(const jb_crumb *card, const char *phase)
{
    if (!slots || !card) {
        return -1;
    }
    for (int i = 0; i < JB_CRUMB_SLOTS; i++) {
        uint32_t zero = 0;
        if (!atomic_compare_exchange_strong(&taken[i], &zero, 1)) {
            continue;
        }
        jb_crumb *c = &slots[i];
        size_t n = strnlen(phase, sizeof c->phase - 1);
        *c = *card;
        memcpy(c->phase, phase, n);
        c->phase[n] = '\0';
        c->thread = thread_id();
        c->order = atomic_fetch_add(&calls, 1) + 1;
        atomic_signal_fence(memory_order_seq_cst); /* a crash right here must not find half a crumb */
        __atomic_store_n(&c->busy, 1u, __ATOMIC_RELEASE);
        return i;
    }
    return -1;
}

void jb_crumb_give(int slot)
{
    if (slots && slot >= 0 && slot < JB_CRUMB_SLOTS) {
        __atomic_store_n(&slots[slot].busy, 0u, __ATOMIC_RELEASE);
        atomic_store(&taken[slot], 0);
    }
}

void jb_crumb_progress(int slot, uint32_t permille)
{
    if (slots && slot >= 0 && slot < JB_CRUMB_SLOTS) {
        __atomic_store_n(&slots[slot].permille, permille, __ATOMIC_RELAXED);
    }
}

/* The end of a long path says more than its beginning. */
static void copy_end(char *out, size_t cap, const char *text)
{
    size_t n = strlen(text), from = n >= cap ? n - cap + 1 : 0;
    memcpy(out, text + from, n - from + 1);
}

void jb_crumb_load(const char *path, const char *phase, const char *component, const jb_place *place)
{
    jb_crumb card = {0};
    jb_crumb_loaded();
    copy_end(card.plugin, sizeof card.plugin, path);
    copy_end(card.component, sizeof card.component, component);
    if (place && place->file) {
        copy_end(card.file, sizeof card.file, place->file);
        card.line = place->line;
    }
    loading = jb_crumb_take(&card, phase);
}

void jb_crumb_loaded(void)
{
    jb_crumb_give(loading);
    loading = -1;
}

void jb_crumb_blame(void)
{
    uint32_t me = thread_id();
    int best = -1;
    if (!slots) {
        return;
    }
    for (int i = 0; i < JB_CRUMB_SLOTS; i++) {
        if (slots[i].busy && slots[i].thread == me && (best < 0 || slots[i].order > slots[best].order)) {
            best = i;
        }
    }
    if (best >= 0) {
        slots[best].culprit = 1;
    }
}

void jb_cancel_set(void)
{
    cancelled = 1;
}

int jb_cancel_is_set(void)
{
    return cancelled != 0;
}
