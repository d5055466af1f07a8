// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
//
// libcurl, loaded with dlopen() at first use: about thirty shared objects come with it, which a command that makes no
// request must not pay for. Nothing here links to libcurl; only its headers are used. Never call a curl_* function
// directly: it would not link. Variadic functions and unions, which Swift cannot import, get one function per type.
#ifndef GOLEM_CCURL_H
#define GOLEM_CCURL_H
// First, so that the system's socket declarations belong to one module, whichever is imported first.
#include "CLinux.h"
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Loads libcurl and initialises it, once for the process; later calls return the first outcome. May take 15 ms.
/// Returns NULL, or a sentence which says what is missing (static storage).
const char *ccurl_load(void);

CURLM *ccurl_multi_init(void);
void ccurl_multi_cleanup(CURLM *multi);
CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy);
CURLMcode ccurl_multi_remove(CURLM *multi, CURL *easy);
CURLMcode ccurl_multi_socket_action(CURLM *multi, int fd, int events);
CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode ccurl_multi_set_socket_callback(CURLM *multi, curl_socket_callback function, void *context);
CURLMcode ccurl_multi_set_timer_callback(CURLM *multi, curl_multi_timer_callback function, void *context);
/// Takes the next finished transfer: NULL when there is none.
CURL *ccurl_multi_next_done(CURLM *multi, CURLcode *code);

CURL *ccurl_easy_init(void);
void ccurl_easy_cleanup(CURL *easy);
CURLcode ccurl_easy_resume(CURL *easy);
const char *ccurl_easy_strerror(CURLcode code);
CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value);
CURLcode ccurl_set_size(CURL *easy, CURLoption option, int64_t value);
CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value);
CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value);
CURLcode ccurl_set_write_callback(CURL *easy, curl_write_callback function, void *context);
CURLcode ccurl_set_header_callback(CURL *easy, curl_write_callback function, void *context);
CURLcode ccurl_set_opensocket_callback(CURL *easy, curl_opensocket_callback function, void *context);
CURLcode ccurl_set_prereq_callback(CURL *easy, curl_prereq_callback function, void *context);
/// The string belongs to the handle; NULL when there is none.
const char *ccurl_info_string(CURL *easy, CURLINFO info);
/// 0 when there is none.
long ccurl_info_long(CURL *easy, CURLINFO info);

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *line);
void ccurl_slist_free(struct curl_slist *list);

/// Scheme, host and port of a URL as libcurl itself reads it: buffers of the given size receive NUL-ended strings.
/// False when libcurl would refuse the URL or a part does not fit.
bool ccurl_url_origin(const char *url, char *scheme, char *host, char *port, size_t size);
#endif
