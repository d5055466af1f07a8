// SPDX-License-Identifier: MIT
#define _GNU_SOURCE 1
#include "CLinux.h"
#include <sys/prctl.h>
#include <sys/socket.h>

int clinux_accept4(int fd, int flags) { return accept4(fd, 0, 0, flags); }

int64_t clinux_peer_uid(int fd) {
    struct ucred c;
    socklen_t n = sizeof c;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &n) == 0 ? (int64_t)c.uid : -1;
}

void clinux_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
