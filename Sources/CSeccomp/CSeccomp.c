// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
#include "CSeccomp.h"
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <seccomp.h>
#include <stdio.h>

static __typeof__(seccomp_init) *init;
static __typeof__(seccomp_release) *release;
static __typeof__(seccomp_attr_set) *attr_set;
static __typeof__(seccomp_rule_add_array) *rule_add_array;
static __typeof__(seccomp_syscall_resolve_name) *resolve_name;
static __typeof__(seccomp_export_bpf) *export_bpf;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[512];

static void load(void) {
    void *library = dlopen("libseccomp.so.2", RTLD_LAZY | RTLD_LOCAL);
    if (!library) {
        const char *reason = dlerror();
        snprintf(failure, sizeof failure,
                 "libseccomp.so.2 cannot be loaded; install the Debian package libseccomp2 (%s)",
                 reason ? reason : "unknown");
        return;
    }
    struct {
        void *slot;
        const char *name;
    } symbols[] = {
        {&init, "seccomp_init"},
        {&release, "seccomp_release"},
        {&attr_set, "seccomp_attr_set"},
        {&rule_add_array, "seccomp_rule_add_array"},
        {&resolve_name, "seccomp_syscall_resolve_name"},
        {&export_bpf, "seccomp_export_bpf"}};
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol) {
            snprintf(failure, sizeof failure, "libseccomp.so.2 lacks %s", symbols[i].name);
            return;
        }
        *(void **)symbols[i].slot = symbol;
    }
}

const char *cseccomp_load(void) {
    pthread_once(&once, load);
    return failure[0] ? failure : NULL;
}

int cseccomp_write(const struct cseccomp_rule *rules, size_t count, int fd) {
    scmp_filter_ctx context = init(SCMP_ACT_ALLOW);
    if (!context) return ENOMEM;
    // Programs for another architecture would use other numbers for the same calls.
    int result = attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    for (size_t i = 0; result == 0 && i < count; i++) {
        int number = resolve_name(rules[i].name);
        if (number < 0) continue;
        struct scmp_arg_cmp condition = {rules[i].argument, SCMP_CMP_MASKED_EQ, rules[i].mask, rules[i].value};
        result = rule_add_array(context, SCMP_ACT_ERRNO(rules[i].error), number, rules[i].mask != 0, &condition);
    }
    if (result == 0) result = export_bpf(context, fd);
    release(context);
    return result < 0 ? -result : result;
}
