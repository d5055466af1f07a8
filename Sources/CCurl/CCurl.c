// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
#include "CCurl.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define SYMBOLS(X)                                                                                                     \
    X(curl_global_init) X(curl_version_info)                                                                           \
    X(curl_multi_init) X(curl_multi_cleanup) X(curl_multi_add_handle) X(curl_multi_remove_handle)                      \
    X(curl_multi_socket_action) X(curl_multi_setopt) X(curl_multi_info_read)                                           \
    X(curl_easy_init) X(curl_easy_cleanup) X(curl_easy_pause) X(curl_easy_strerror) X(curl_easy_setopt)                \
    X(curl_easy_getinfo) X(curl_slist_append) X(curl_slist_free_all)                                                   \
    X(curl_url) X(curl_url_cleanup) X(curl_url_set) X(curl_url_get) X(curl_free)
#define DECLARE(name) static __typeof__(name) *p_##name;
SYMBOLS(DECLARE)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[512];

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *reason = dlerror();
        snprintf(failure, sizeof failure,
                 "libcurl.so.4 cannot be loaded; install the Debian package libcurl4 (%s)", reason ? reason : "unknown");
        return;
    }
#define RESOLVE(name)                                                                                                  \
    p_##name = (__typeof__(name) *)dlsym(library, #name);                                                              \
    if (!p_##name) {                                                                                                   \
        snprintf(failure, sizeof failure, "libcurl.so.4 lacks %s; install the Debian package libcurl4", #name);        \
        return;                                                                                                        \
    }
    SYMBOLS(RESOLVE)
    const curl_version_info_data *version = p_curl_version_info(CURLVERSION_NOW);
    if (!version || version->version_num < 0x075500) { // 7.85: CURLOPT_PROTOCOLS_STR
        snprintf(failure, sizeof failure, "libcurl %s is too old; 7.85 is needed (Debian 12 has 7.88 in libcurl4)",
                 version ? version->version : "?");
        return;
    }
    if (p_curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        snprintf(failure, sizeof failure, "libcurl cannot be initialised");
}

const char *ccurl_load(void) {
    pthread_once(&once, load);
    return failure[0] ? failure : NULL;
}

CURLM *ccurl_multi_init(void) { return p_curl_multi_init(); }
void ccurl_multi_cleanup(CURLM *multi) { p_curl_multi_cleanup(multi); }
CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy) { return p_curl_multi_add_handle(multi, easy); }
CURLMcode ccurl_multi_remove(CURLM *multi, CURL *easy) { return p_curl_multi_remove_handle(multi, easy); }
CURLMcode ccurl_multi_socket_action(CURLM *multi, int fd, int events) {
    int running = 0;
    return p_curl_multi_socket_action(multi, fd, events, &running);
}
CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return p_curl_multi_setopt(multi, option, value);
}
CURLMcode ccurl_multi_set_socket_callback(CURLM *multi, curl_socket_callback function, void *context) {
    p_curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    return p_curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, function);
}
CURLMcode ccurl_multi_set_timer_callback(CURLM *multi, curl_multi_timer_callback function, void *context) {
    p_curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
    return p_curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, function);
}
CURL *ccurl_multi_next_done(CURLM *multi, CURLcode *code) {
    int left = 0;
    CURLMsg *message;
    while ((message = p_curl_multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        *code = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}

CURL *ccurl_easy_init(void) { return p_curl_easy_init(); }
void ccurl_easy_cleanup(CURL *easy) { p_curl_easy_cleanup(easy); }
CURLcode ccurl_easy_resume(CURL *easy) { return p_curl_easy_pause(easy, CURLPAUSE_CONT); }
const char *ccurl_easy_strerror(CURLcode code) { return p_curl_easy_strerror(code); }
CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) { return p_curl_easy_setopt(easy, option, value); }
CURLcode ccurl_set_size(CURL *easy, CURLoption option, int64_t value) {
    return p_curl_easy_setopt(easy, option, (curl_off_t)value);
}
CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return p_curl_easy_setopt(easy, option, value);
}
CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return p_curl_easy_setopt(easy, option, value);
}
CURLcode ccurl_set_write_callback(CURL *easy, curl_write_callback function, void *context) {
    p_curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
    return p_curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, function);
}
CURLcode ccurl_set_header_callback(CURL *easy, curl_write_callback function, void *context) {
    p_curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
    return p_curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, function);
}
CURLcode ccurl_set_opensocket_callback(CURL *easy, curl_opensocket_callback function, void *context) {
    p_curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
    return p_curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, function);
}
CURLcode ccurl_set_prereq_callback(CURL *easy, curl_prereq_callback function, void *context) {
    p_curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
    return p_curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, function);
}
const char *ccurl_info_string(CURL *easy, CURLINFO info) {
    const char *value = NULL;
    return p_curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : NULL;
}
long ccurl_info_long(CURL *easy, CURLINFO info) {
    long value = 0;
    return p_curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *line) {
    return p_curl_slist_append(list, line);
}
void ccurl_slist_free(struct curl_slist *list) { p_curl_slist_free_all(list); }

static bool copy_part(CURLU *handle, CURLUPart part, unsigned flags, char *into, size_t size) {
    char *text = NULL;
    if (p_curl_url_get(handle, part, &text, flags) != CURLUE_OK || !text) return false;
    bool fits = strlen(text) < size;
    if (fits) strcpy(into, text);
    p_curl_free(text);
    return fits;
}

bool ccurl_url_origin(const char *url, char *scheme, char *host, char *port, size_t size) {
    CURLU *handle = p_curl_url();
    if (!handle) return false;
    bool valid = p_curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK &&
                 copy_part(handle, CURLUPART_SCHEME, 0, scheme, size) &&
                 copy_part(handle, CURLUPART_HOST, 0, host, size) &&
                 copy_part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, size);
    p_curl_url_cleanup(handle);
    return valid;
}
