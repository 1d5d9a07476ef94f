// SPDX-License-Identifier: Apache-2.0
/* What can be known of a plugin without calling it: the symbols of its file, its data. */
#include "kit/kit_impl.h"

#include "base/str.h"
#include "plugin/loader.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- symbols ---- */

typedef struct image {
    unsigned char *bytes;
    size_t n;
} image;

static int read_image(const char *path, image *im)
{
    FILE *f = fopen(path, "rb");
    size_t cap = 1 << 20, got;
    *im = (image){.bytes = jb_alloc(cap)};
    while (f && (got = fread(im->bytes + im->n, 1, cap - im->n, f)) > 0) {
        im->n += got;
        if (im->n == cap) {
            cap *= 2;
            im->bytes = jb_realloc(im->bytes, cap);
        }
    }
    if (f) {
        fclose(f);
    }
    return f && im->n >= sizeof(Elf64_Ehdr) && memcmp(im->bytes, ELFMAG, SELFMAG) == 0 ? 0 : -1;
}

static int inside(const image *im, uint64_t at, uint64_t n)
{
    return at <= im->n && n <= im->n - at;
}

static int section_at(const image *im, const Elf64_Ehdr *h, uint64_t i, Elf64_Shdr *out)
{
    uint64_t at = h->e_shoff + i * sizeof *out;
    if (h->e_shentsize != sizeof *out || i >= h->e_shnum || !inside(im, at, sizeof *out)) {
        return -1;
    }
    memcpy(out, im->bytes + at, sizeof *out);
    return 0;
}

/* The sanitizers' own symbols are none of the author's. */
static int is_ours(const char *name)
{
    return strncmp(name, "__asan", 6) != 0 && strncmp(name, "__odr_asan", 10) != 0 &&
           strncmp(name, "__ubsan", 7) != 0 && strncmp(name, "__tsan", 6) != 0 &&
           strcmp(name, "__emutls_v.") != 0;
}

static void list_exports(const image *im, const Elf64_Shdr *dynsym, const Elf64_Shdr *names,
                         jb_buf *out, int *entry)
{
    for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= dynsym->sh_size; at += sizeof(Elf64_Sym)) {
        Elf64_Sym s;
        memcpy(&s, im->bytes + dynsym->sh_offset + at, sizeof s);
        int bind = ELF64_ST_BIND(s.st_info);
        if (s.st_shndx == SHN_UNDEF ||
            (bind != STB_GLOBAL && bind != STB_WEAK && bind != STB_GNU_UNIQUE) ||
            s.st_name >= names->sh_size) {
            continue;
        }
        const char *name = (const char *)im->bytes + names->sh_offset + s.st_name;
        size_t n = strnlen(name, (size_t)(names->sh_size - s.st_name));
        if (n == 12 && memcmp(name, "jb_plugin_v1", n) == 0) {
            *entry = ELF64_ST_TYPE(s.st_info) == STT_OBJECT;
        } else if (s.st_shndx != SHN_ABS && n < names->sh_size - s.st_name && is_ours(name)) {
            jb_buf_fmt(out, "%s%.60s", out->len ? ", " : "", name);
        }
    }
}

static void check_symbols(kit *k)
{
    image im;
    Elf64_Ehdr h;
    Elf64_Shdr s, names;
    jb_buf others;
    int entry = 0, found = 0;
    jb_buf_init(&others, 1000);
    if (read_image(k->ask->file, &im) != 0) {
        kit_fail(k, "读不出 ELF 文件", "no ELF file could be read");
    } else {
        memcpy(&h, im.bytes, sizeof h);
        for (uint64_t i = 0; section_at(&im, &h, i, &s) == 0; i++) {
            if (s.sh_type == SHT_DYNSYM && section_at(&im, &h, s.sh_link, &names) == 0 &&
                inside(&im, s.sh_offset, s.sh_size) &&
                inside(&im, names.sh_offset, names.sh_size)) {
                list_exports(&im, &s, &names, &others, &entry);
                found = 1;
            }
        }
        if (!found) {
            kit_skip(k, "文件里没有节表", "the file has no section table");
        } else if (!entry) {
            kit_fail(k, "没有导出数据对象 jb_plugin_v1",
                     "it does not export the data object jb_plugin_v1");
        } else if (others.len) {
            kit_fail(
                k,
                "除 jb_plugin_v1 外还导出了 %s（编译加 -fvisibility=hidden，链接加 "
                "-Wl,--exclude-libs,ALL）",
                "besides jb_plugin_v1 it exports %s (compile with -fvisibility=hidden, link with "
                "-Wl,--exclude-libs,ALL)",
                jb_buf_text(&others));
        }
    }
    free(im.bytes);
    jb_buf_free(&others);
}

/* ---- data ---- */

static void check_load(kit *k)
{
    const char *why = kit_reason(k);
    if (*why || !k->registry || jb_registry_count(k->registry) == 0) {
        kit_fail(k, "%s", "%s", *why ? why : k->zh ? "没有组件" : "it has no components");
    }
}

/* A text is missing, or the Chinese one has no Chinese. */
static int no_text(const char *en, const char *zh)
{
    int han = 0;
    for (const char *p = zh; p && *p;) {
        han |= jb_utf8_is_han(jb_utf8_next(&p));
    }
    return !en || !*en || !han;
}

static void check_help(kit *k)
{
    for (size_t i = 0; k->registry && i < jb_registry_count(k->registry); i++) {
        const jb_component *c = jb_registry_at(k->registry, i)->component;
        if (!c->title || !*c->title || !c->title_zh || !*c->title_zh) {
            kit_fail(k, "%s %s 缺 title 或 title_zh", "%s %s lacks title or title_zh", c->kind,
                     c->name);
        }
        if (no_text(c->help, c->help_zh)) {
            kit_fail(k, "%s %s 缺 help 或 help_zh", "%s %s lacks help or help_zh", c->kind,
                     c->name);
        }
        for (uint32_t n = 0; n < c->n_params; n++) {
            const jb_param *p = jb_component_param(c, n);
            if (no_text(p->help, p->help_zh)) {
                kit_fail(k, "%s %s 的参数 %s 缺 help 或 help_zh",
                         "%s %s: parameter %s lacks help or help_zh", c->kind, c->name, p->key);
            }
        }
        const jb_plugin *p = jb_registry_at(k->registry, i)->plugin;
        for (uint32_t n = 0; n < p->n_messages; n++) {
            const jb_message *m = jb_plugin_message(p, n);
            if (no_text(m->en, m->zh) || (!m->hint_en != !m->hint_zh)) {
                kit_fail(k, "消息 %s 缺一种语言", "message %s lacks one of the languages", m->code);
            }
        }
    }
}

static void check_parameters(kit *k)
{
    for (size_t i = 0; k->registry && i < jb_registry_count(k->registry); i++) {
        const jb_component *c = jb_registry_at(k->registry, i)->component;
        for (uint32_t n = 0; n < c->n_params; n++) {
            const jb_param *p = jb_component_param(c, n);
            if (p->def && (p->flags & JB_P_REQUIRED)) {
                kit_fail(k, "%s %s 的参数 %s 既必填又有默认值",
                         "%s %s: parameter %s is required and has a default", c->kind, c->name,
                         p->key);
            }
            if (p->reserved || (p->flags & ~(JB_P_LIST | JB_P_REQUIRED | JB_P_KEYED |
                                             JB_P_DEPRECATED | JB_P_ORDER))) {
                kit_fail(k, "%s %s 的参数 %s 用了保留的位",
                         "%s %s: parameter %s sets reserved bits", c->kind, c->name, p->key);
            }
        }
    }
}

const kit_check kit_file_checks[] = {
    {{"load", "装得进来，声明的数据都对", "it loads, all it declares is sound", 0}, check_load},
    {{"symbols", "只导出 jb_plugin_v1", "it exports jb_plugin_v1 and nothing else", 0},
     check_symbols},
    {{"help", "每样东西都有中英文说明", "everything has help in both languages", 0}, check_help},
    {{"parameters", "参数的声明不自相矛盾", "parameters do not contradict themselves", 0},
     check_parameters},
    {{NULL, NULL, NULL, 0}, NULL}};
