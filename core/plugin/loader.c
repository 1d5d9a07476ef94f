// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE /* dladdr1 */
#include "plugin/loader.h"

#include "base/str.h"
#include "plugin/instance.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__x86_64__)
enum { OUR_MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { OUR_MACHINE = EM_AARCH64 };
#elif defined(__riscv)
enum { OUR_MACHINE = EM_RISCV };
#elif defined(__loongarch64)
enum { OUR_MACHINE = 258 };
#else
#error "which ELF machine is this?"
#endif

/* dlopen says "too short" of garbage and of an empty file alike, and names no machine: look ourselves. */
static int looks_loadable(const char *file, const jb_place *place, jb_loaded *out, jb_diags *diags)
{
    Elf64_Ehdr h;
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        jb_diag(diags, "E0510", place, file, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    ssize_t n = read(fd, &h, sizeof h);
    close(fd);
    out->device = (uint64_t)st.st_dev;
    out->inode = (uint64_t)st.st_ino;
    if (n < (ssize_t)sizeof h || memcmp(h.e_ident, ELFMAG, SELFMAG) != 0) {
        jb_diag(diags, n == 0 ? "E0525" : "E0512", place, file);
        return -1;
    }
    if (h.e_ident[EI_CLASS] != ELFCLASS64 || h.e_ident[EI_DATA] != ELFDATA2LSB ||
        h.e_machine != OUR_MACHINE) {
        char theirs[48], ours[16];
        snprintf(theirs, sizeof theirs, "%d (%s-bit)", h.e_machine,
                 h.e_ident[EI_CLASS] == ELFCLASS64 ? "64" : "32");
        snprintf(ours, sizeof ours, "%d", OUR_MACHINE);
        jb_diag(diags, "E0513", place, file, theirs, ours);
        return -1;
    }
    if (h.e_type != ET_DYN) {
        jb_diag(diags, "E0512", place, file);
        return -1;
    }
    return 0;
}

/* glibc's texts are not translated (the program never calls setlocale), so the two causes worth a message of
 * their own can be told apart by them. */
static void report_dlerror(const char *file, const char *text, const jb_place *place, jb_diags *diags)
{
    static const char missing[] = ": cannot open shared object file", undefined[] = "undefined symbol: ";
    const char *at;
    char name[256];
    text = text ? text : "dlopen";
    if ((at = strstr(text, missing)) != NULL) {
        snprintf(name, sizeof name, "%.*s", (int)(at - text < 255 ? at - text : 255), text);
        jb_diag(diags, "E0514", place, file, name);
    } else if ((at = strstr(text, undefined)) != NULL) {
        snprintf(name, sizeof name, "%s", at + sizeof undefined - 1);
        name[strcspn(name, " (,")] = '\0';
        jb_diag(diags, "E0515", place, file, name);
    } else {
        jb_diag(diags, "E0524", place, file, text);
    }
}

static void report_no_entry(void *handle, const char *file, const jb_place *place, jb_diags *diags)
{
    char symbol[] = "jb_plugin_v2";
    for (char g = '2'; g <= '9'; g++) {
        symbol[sizeof symbol - 2] = g;
        if (dlsym(handle, symbol)) {
            jb_diag(diags, "E0517", place, file, symbol);
            return;
        }
    }
    jb_diag(diags, "E0516", place, file);
}

/* A NULL pointer would be legal for a symbol; ours is an object, so NULL is as absent as a failed lookup. */
static const jb_plugin *entry_of(void *handle, size_t *st_size)
{
    void *object = dlsym(handle, "jb_plugin_v1");
    ElfW(Sym) *symbol = NULL;
    Dl_info info;
    *st_size = 0;
    if (object && dladdr1(object, &info, (void **)&symbol, RTLD_DL_SYMENT) != 0 && symbol &&
        info.dli_saddr == object) {
        *st_size = symbol->st_size;
    }
    return object;
}

int jb_plugin_open(const char *path, const jb_place *place, jb_loaded *out, jb_diags *diags)
{
    return jb_plugin_open_as(path, NULL, place, out, diags);
}

int jb_plugin_open_as(const char *path, const jb_claim *claim, const jb_place *place, jb_loaded *out, jb_diags *diags)
{
    size_t st_size;
    char copy[32];
    const char *from = out->file;
    *out = (jb_loaded){0};
    if (jb_path_trusted(path, place, out->file, diags) != 0 ||
        looks_loadable(out->file, place, out, diags) != 0) {
        return -1;
    }
    if (jb_claim_matters(claim)) {
        int fd = jb_claim_check(claim, out->file, place, diags); /* stays open: its number makes the name unique */
        if (fd < 0) {
            return -1;
        }
        snprintf(copy, sizeof copy, "/proc/self/fd/%d", fd);
        from = copy;
    }
    jb_crumb_load(out->file, "load", "", place); /* constructors run inside dlopen */
    void *handle = dlopen(from, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle) {
        report_dlerror(out->file, dlerror(), place, diags);
        jb_crumb_loaded();
        return -1;
    }
    const jb_plugin *plugin = entry_of(handle, &st_size);
    int bad = 0;
    if (!plugin) {
        report_no_entry(handle, out->file, place, diags);
        bad = -1;
    } else {
        bad = jb_plugin_verify(plugin, st_size, out->file, place, diags);
    }
    jb_crumb_loaded();
    out->plugin = plugin;
    return bad; /* the handle stays open: nothing is ever unloaded */
}
