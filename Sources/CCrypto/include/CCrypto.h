// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
//
// SHA-256 of nettle. The library is opened at first use and not linked, so that commands that hash nothing do not pay
// for it; the server has it in memory anyway, because libmicrohttpd brings it. libcrypto would cost 1.6 MB more.
#ifndef GOLEM_CCRYPTO_H
#define GOLEM_CCRYPTO_H
#include <stddef.h>

enum { CCRYPTO_SHA256_SIZE = 32 };

/// Opens the library; NULL when it is usable, else a sentence. From any thread.
const char *ccrypto_load(void);
/// Writes the digest of `count` bytes into `digest` (32 bytes). Only after a load that gave NULL.
void ccrypto_sha256(const void *bytes, size_t count, unsigned char *digest);
#endif
