// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
#include "CCrypto.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

// struct sha256_ctx of nettle 3 is 112 bytes; its layout is the library's business.
typedef union {
    unsigned char room[512];
    unsigned long long alignment;
} context;

static void (*sha256_init)(context *);
static void (*sha256_update)(context *, size_t, const void *);
static void (*sha256_digest)(context *, size_t, unsigned char *);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[512];

static void load(void) {
    // libmicrohttpd has it in memory already, by way of gnutls.
    void *library = dlopen("libnettle.so.8", RTLD_LAZY | RTLD_LOCAL);
    if (!library) {
        const char *reason = dlerror();
        snprintf(failure, sizeof failure,
                 "libnettle.so.8 cannot be loaded; install the Debian package libnettle8 (%s)", reason ? reason : "unknown");
        return;
    }
    struct {
        void *slot;
        const char *name;
    } symbols[] = {
        {&sha256_init, "nettle_sha256_init"},
        {&sha256_update, "nettle_sha256_update"},
        {&sha256_digest, "nettle_sha256_digest"}};
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol) {
            snprintf(failure, sizeof failure, "libnettle.so.8 lacks %s", symbols[i].name);
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
    sha256_update(&state, count, bytes);
    sha256_digest(&state, 32, digest);
}
