// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
//
// What the Glibc module of Swift does not import: variadic calls, macros and Linux-only calls.
//
// This header must not define _GNU_SOURCE: Swift's Glibc module is built without it, and the same system header seen
// in two forms is an error of the importer. What needs it is declared here and defined in CLinux.c.
#ifndef GOLEM_CLINUX_H
#define GOLEM_CLINUX_H
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "CLinuxProcess.h"

static inline int clinux_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
static inline int clinux_openat(int dir, const char *path, int flags, mode_t mode) {
    return openat(dir, path, flags, mode);
}
/// `O_PATH`: a handle that names a file without opening it.
extern const int clinux_o_path;
static inline int clinux_fcntl_int(int fd, int cmd, int arg) { return fcntl(fd, cmd, arg); }
int clinux_accept4(int fd, int flags);
static inline int clinux_flock_exclusive_nonblocking(int fd) { return flock(fd, LOCK_EX | LOCK_NB); }
/// The uid of the process at the other end of a unix socket, or -1 with errno set.
int64_t clinux_peer_uid(int fd);
/// The process that connected the other end of a unix socket, or -1 with errno set.
pid_t clinux_peer_pid(int fd);

/// A pipe whose ends are closed on exec.
int clinux_pipe(int ends[2]);
/// A unix stream socket, non-blocking and closed on exec.
int clinux_unix_socket(void);
/// Fills an address; -1 when the path does not fit.
int clinux_unix_address(struct sockaddr_un *address, const char *path, size_t length);
int clinux_bind_unix(int fd, const struct sockaddr_un *address);
int clinux_connect_unix(int fd, const struct sockaddr_un *address);
/// `send` that never raises SIGPIPE.
ssize_t clinux_send(int fd, const void *bytes, size_t count);
/// `write` on a pipe that never raises SIGPIPE, whatever the process does with that signal.
ssize_t clinux_write_quietly(int fd, const void *bytes, size_t count);

/// A timer that is a descriptor: readable once the time has passed.
int clinux_timer(void);
int clinux_timer_set(int fd, int64_t milliseconds);

/// The name of an errno value such as "ENOENT", or NULL.
const char *clinux_errno_name(int number);
/// Names the calling thread, at most 15 bytes.
void clinux_name_thread(const char *name);
/// How many columns the terminal behind a descriptor has; 0 when it is none or does not say.
int clinux_terminal_columns(int fd);
/// A file without a name in memory; -1 with errno set.
int clinux_memory_file(const char *name);
static inline int clinux_is_directory(mode_t mode) { return S_ISDIR(mode); }
static inline int clinux_is_regular(mode_t mode) { return S_ISREG(mode); }
static inline int clinux_is_symlink(mode_t mode) { return S_ISLNK(mode); }
static inline int clinux_is_socket(mode_t mode) { return S_ISSOCK(mode); }
/// Swaps two names in one step.
int clinux_rename_exchange(const char *a, const char *b);
#endif
