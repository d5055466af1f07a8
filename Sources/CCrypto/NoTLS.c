// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
//
// libmicrohttpd brings GnuTLS along and has it initialised when it is loaded: self-tests, tokens, trust stores. Golem's
// gateway speaks no TLS, and its clients use OpenSSL by way of libcurl: for a megabyte of memory and a millisecond of
// each start nothing is gained. An executable's own definitions come before a library's; the first one is GnuTLS's
// official way to skip the work at load time, the others stand for what libmicrohttpd calls.

int _gnutls_global_init_skip(void);
int gnutls_global_init(void);
void gnutls_global_deinit(void);

__attribute__((used, visibility("default"))) int _gnutls_global_init_skip(void) { return 1; }
__attribute__((used, visibility("default"))) int gnutls_global_init(void) { return 0; }
__attribute__((used, visibility("default"))) void gnutls_global_deinit(void) {}
