// SPDX-License-Identifier: MIT
// What the Glibc module of Swift does not import: variadic calls, macros and Linux-only headers.
#ifndef GOLEM_CLINUX_H
#define GOLEM_CLINUX_H
// Not compiled with _GNU_SOURCE: that changes glibc structures, and the Glibc module of Swift was built without it.
// What needs it is implemented in CLinux.c.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static inline int clinux_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
static inline int clinux_openat(int dir, const char *path, int flags, mode_t mode) {
    return openat(dir, path, flags, mode);
}
static inline int clinux_fcntl_int(int fd, int cmd, int arg) { return fcntl(fd, cmd, arg); }
int clinux_accept4(int fd, int flags);
static inline int clinux_flock_exclusive_nonblocking(int fd) { return flock(fd, LOCK_EX | LOCK_NB); }
/// The uid of the process at the other end of a unix socket, or -1 with errno set.
int64_t clinux_peer_uid(int fd);
/// Names the calling thread, at most 15 bytes.
void clinux_name_thread(const char *name);
#endif
