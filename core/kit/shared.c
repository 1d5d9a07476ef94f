// SPDX-License-Identifier: Apache-2.0
/* Checks that every kind of component shares. */
#define _GNU_SOURCE /* memfd_create */
#include "kit/kit_impl.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { WARM = 20, REPEAT = 200, LEAK_BYTES = 24, CANCEL_MS = 1000 };

int64_t kit_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void skip_unusable(kit *k)
{
    const char *why = kit_reason(k);
    kit_skip(k, "猜不出可用的设置（%s）；用 --ini 给一段",
             "no settings could be guessed (%s); give a section with --ini", *why ? why : "-");
}

/* Twice, so that whatever the first destroy leaves behind meets the second create. */
void kit_check_create(kit *k)
{
    int made = 0;
    for (int variant = 0; variant < KIT_FIGURES; variant++) {
        for (int full = 0; full < 2; full++) {
            kit_setting *s = kit_setting_new(k, variant, full);
            jb_instance *a = s ? kit_instance(k, s) : NULL;
            jb_instance *b = a ? kit_instance(k, s) : NULL;
            if (a && !b) {
                kit_fail(k, "同样的设置第一次能用，第二次不能：%s",
                         "the same settings work once and not twice: %s", kit_reason(k));
            }
            made += b != NULL;
            jb_instance_free(a);
            jb_instance_free(b);
            jb_diag_view v;
            for (size_t i = 0; jb_diags_at(k->diags, i, &v); i++) {
                if (strcmp(v.code, "E0550") == 0 || strcmp(v.code, "E0551") == 0 ||
                    strcmp(v.code, "E0552") == 0) {
                    kit_fail(k, "create：%s", "create: %s", v.text[k->zh]);
                }
            }
            if (!made || variant + 1 < KIT_FIGURES || !full) {
                if (made) {
                    (void)kit_reason(k);
                }
            }
            kit_setting_free(s);
        }
    }
    if (!made) {
        skip_unusable(k);
    }
}

void kit_check_same(kit *k, kit_exercise *exercise)
{
    jb_buf first, second;
    jb_buf_init(&first, JB_BUF_MAX_BLOCK);
    jb_buf_init(&second, JB_BUF_MAX_BLOCK);
    if (exercise(k, &first) != 0) {
        skip_unusable(k);
    } else if (exercise(k, &second) != 0) {
        kit_fail(k, "第二次失败：%s", "the second run fails: %s", kit_reason(k));
    } else {
        kit_equal(k, "两次结果不同", "two runs differ", &first, &second);
        kit_digest(k, &first);
    }
    jb_buf_free(&first);
    jb_buf_free(&second);
}

/* What is freed stays with the thread for the next of its size, at most seven of each: always all
 * of them, so that they do not look like growth. */
static void fill_cache(void)
{
    void *held[7];
    for (size_t size = 8; size <= 1040; size += 16) {
        for (int i = 0; i < 7; i++) {
            held[i] = malloc(size);
        }
        for (int i = 0; i < 7; i++) {
            free(held[i]);
        }
    }
}

static size_t in_use(void)
{
    fill_cache();
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

void kit_check_memory(kit *k, kit_exercise *exercise)
{
    jb_buf out;
    jb_buf_init(&out, JB_BUF_MAX_BLOCK);
    size_t before = 0;
    if (in_use() == 0) {
        kit_skip(k, "这个构建数不出内存（消毒器）",
                 "memory cannot be counted in this build (sanitizers)");
    }
    for (int i = 0; i < WARM + REPEAT && k->status == JB_KIT_OK; i++) {
        jb_arena *held = k->arena;
        jb_buf_clear(&out);
        k->arena = jb_arena_new();
        int failed = exercise(k, &out) != 0;
        if (failed && i == 0) {
            skip_unusable(k);
        }
        (void)kit_reason(k);
        jb_arena_free(k->arena);
        k->arena = held;
        if (i + 1 == WARM) {
            before = in_use();
        }
    }
    size_t after = in_use();
    if (k->status == JB_KIT_OK && after > before + (size_t)LEAK_BYTES * REPEAT) {
        kit_fail(k, "重复 %d 次，内存多了 %zu 字节（每次约 %zu）",
                 "over %d repetitions memory grew by %zu bytes (about %zu each)", REPEAT,
                 after - before, (after - before) / REPEAT);
    }
    jb_buf_free(&out);
}

/* Standard output belongs to the report. */
void kit_check_quiet(kit *k, kit_exercise *exercise)
{
    jb_buf out;
    char said[80] = "";
    jb_buf_init(&out, JB_BUF_MAX_BLOCK);
    fflush(NULL);
    int held = dup(1), file = memfd_create("kit", MFD_CLOEXEC);
    if (held < 0 || file < 0 || dup2(file, 1) < 0) {
        kit_skip(k, "看不到标准输出", "standard output cannot be watched");
        return;
    }
    if (exercise(k, &out) != 0) {
        skip_unusable(k);
    }
    fflush(NULL);
    dup2(held, 1);
    close(held);
    ssize_t n = pread(file, said, sizeof said - 1, 0);
    close(file);
    if (n > 0) {
        said[strcspn(said, "\n")] = '\0';
        k->status = JB_KIT_OK;
        kit_fail(k, "往标准输出写了“%s”", "it wrote \"%s\" to standard output", said);
    }
    jb_buf_free(&out);
}

void kit_check_cancel(kit *k, kit_exercise *exercise)
{
    jb_buf out;
    jb_buf_init(&out, JB_BUF_MAX_BLOCK);
    if (exercise(k, &out) != 0) {
        skip_unusable(k);
    } else {
        jb_cancel_set();
        int64_t since = kit_now_ms();
        jb_buf_clear(&out);
        (void)exercise(k, &out);
        if (k->status == JB_KIT_SKIP) { /* nothing came of it: as it should be */
            k->status = JB_KIT_OK;
            jb_buf_clear(&k->text);
        }
        int64_t took = kit_now_ms() - since;
        if (took > CANCEL_MS) {
            kit_fail(k, "取消之后还用了 %lld 毫秒", "it went on for %lld ms after it was cancelled",
                     (long long)took);
        }
    }
    jb_buf_free(&out);
}
