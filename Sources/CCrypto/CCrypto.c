// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
#include "CCrypto.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

// SHA256_CTX is 112 bytes in all versions; its layout is the library's business.
typedef union {
    unsigned char room[512];
    unsigned long long alignment;
} context;

static int (*sha256_init)(context *);
static int (*sha256_update)(context *, const void *, size_t);
static int (*sha256_final)(unsigned char *, context *);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[512];

static void load(void) {
    void *library = dlopen("libcrypto.so.3", RTLD_LAZY | RTLD_LOCAL);
    if (!library) {
        const char *reason = dlerror();
        snprintf(failure, sizeof failure,
                 "libcrypto.so.3 cannot be loaded; install the Debian package libssl3 (%s)", reason ? reason : "unknown");
        return;
    }
    struct {
        void *slot;
        const char *name;
    } symbols[] = {
        {&sha256_init, "SHA256_Init"}, {&sha256_update, "SHA256_Update"}, {&sha256_final, "SHA256_Final"}};
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol) {
            snprintf(failure, sizeof failure, "libcrypto.so.3 lacks %s", symbols[i].name);
            return;
        }
        *(void **)symbols[i].slot = symbol;
    }
}

const char *ccrypto_load(void) {
    pthread_once(&once, load);
    return failure[0] ? failure : NULL;
}

void ccrypto_sha256(const void *bytes, size_t count, unsigned char *digest) {
    context state;
    sha256_init(&state);
    sha256_update(&state, bytes, count);
    sha256_final(digest, &state);
}
