// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
// What Swift does not import of libmicrohttpd: variadic calls, unions and macros.
#ifndef GOLEM_CMICROHTTPD_SHIM_H
#define GOLEM_CMICROHTTPD_SHIM_H
// First, so that the system's socket declarations belong to one module, whichever is imported first.
#include "CLinux.h"
#include <microhttpd.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

/// Starts a daemon without a thread on a socket that already listens, or returns NULL with errno set. The caller polls
/// `cmhd_epoll_descriptor` and calls `MHD_run`. Time-outs stay off: the caller enforces its own.
static inline struct MHD_Daemon *cmhd_start(
    int listener, unsigned int connection_limit, size_t connection_memory, void *context,
    MHD_AccessHandlerCallback access, MHD_RequestCompletedCallback completed, MHD_NotifyConnectionCallback connection,
    void *(*target)(void *, const char *, struct MHD_Connection *),
    size_t (*unescape)(void *, struct MHD_Connection *, char *)) {
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, access, context,
        MHD_OPTION_LISTEN_SOCKET, listener,
        MHD_OPTION_CONNECTION_LIMIT, connection_limit,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)0,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_NOTIFY_CONNECTION, connection, context,
        MHD_OPTION_URI_LOG_CALLBACK, target, context,
        MHD_OPTION_UNESCAPE_CALLBACK, unescape, context,
        MHD_OPTION_END);
}

/// Readable when `MHD_run` has something to do.
static inline int cmhd_epoll_descriptor(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

/// Whether `MHD_run` has more to do although the descriptor says nothing.
static inline int cmhd_has_more(struct MHD_Daemon *daemon) {
    MHD_UNSIGNED_LONG_LONG timeout = 1;
    return MHD_get_timeout(daemon, &timeout) == MHD_YES && timeout == 0;
}

static inline int cmhd_descriptor(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static inline void *cmhd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static inline const struct sockaddr *cmhd_peer(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

/// Bytes from the method to the end of the empty line after the fields.
static inline size_t cmhd_head_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

/// Whether the pointers that the library hands out lie in the received bytes, as they do in the release of Debian 12.
static inline int cmhd_head_layout_is_known(void) { return strcmp(MHD_get_version(), "0.9.75") == 0; }

/// Keeps a response of unknown size from being chunked: its connection closes instead.
static inline void cmhd_without_chunks(struct MHD_Response *response) {
    MHD_set_response_options(response, MHD_RF_HTTP_VERSION_1_0_ONLY, MHD_RO_END);
}

static inline ssize_t cmhd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t cmhd_end_with_error(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }
#endif
