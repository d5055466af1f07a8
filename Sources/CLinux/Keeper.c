// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
//
// The keeper of a command. It is the subreaper of everything that the command starts, so a descendant that calls
// setsid or whose parent ends becomes the keeper's child, never init's and never the engine's: it can be found,
// killed and reaped here without looking at any other child of the engine. The keeper also watches its control
// pipe: when the engine dies, however it dies, the command and its descendants die too.
//
// Everything below runs in a forked copy of a threaded process: system calls and the stack only, no allocation.
#define _GNU_SOURCE 1
#include "CLinux.h"
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <dirent.h>
#include <poll.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>

#define GIVE_UP_MS 5000

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void report(int fd, int kind, int value, int detail) {
    struct clinux_report r = {kind, value, detail};
    while (write(fd, &r, sizeof r) < 0 && errno == EINTR) {}
}

/// Closes everything from 3 on except the descriptors in `keep` (sorted ascending).
static void close_others(const int *keep, int count) {
    unsigned first = 3;
    for (int i = 0; i <= count; i++) {
        unsigned last = i < count ? (unsigned)keep[i] - 1 : ~0U;
        if ((i == count || last + 1 > first) && first <= last && syscall(SYS_close_range, first, last, 0) != 0) {
            // A kernel or a filter without close_range: close what this process may have open.
            struct rlimit limit;
            unsigned end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? limit.rlim_cur : 65536;
            for (unsigned fd = first; fd <= last && fd < end; fd++) close(fd);
        }
        if (i < count && (unsigned)keep[i] >= first) first = (unsigned)keep[i] + 1;
    }
}

static void sort(int *values, int count) {
    for (int i = 1; i < count; i++)
        for (int j = i; j > 0 && values[j - 1] > values[j]; j--) {
            int swap = values[j];
            values[j] = values[j - 1];
            values[j - 1] = swap;
        }
}

/// Moves a descriptor above those with a fixed number, so that placing those cannot overwrite it.
static int lift(int fd) { return fd > 3 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 4); }

_Noreturn static void refuse(int status_fd, int stage) {
    report(status_fd, CLINUX_REFUSED, errno, stage);
    _exit(127);
}

_Noreturn static void become_command(const struct clinux_command *c) {
    setpgid(0, 0);
    int in = lift(c->stdin_fd), out = lift(c->stdout_fd), err = lift(c->stderr_fd);
    if (in < 0 || out < 0 || err < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
        refuse(c->status_fd, CLINUX_STAGE_DESCRIPTORS);
    if (c->inherited_fd >= 0) {
        int inherited = lift(c->inherited_fd);
        if (inherited < 0 || dup2(inherited, 3) < 0) refuse(c->status_fd, CLINUX_STAGE_DESCRIPTORS);
    }
    for (size_t i = 0; c->groups && c->groups[i]; i++)
        if (clinux_write_text(c->groups[i], "0") != 0) refuse(c->status_fd, CLINUX_STAGE_GROUP);
    for (int number = 1; number < 65; number++) {
        // Not through glibc, which keeps its own two signals to itself; all zero is the default action.
        uint64_t action[4] = {0, 0, 0, 0};
        syscall(SYS_rt_sigaction, number, action, 0, 8);
    }
    if (c->sandbox && c->sandbox->mount_namespace) {
        int stage = clinux_enter_namespace(c->sandbox);
        if (stage) refuse(c->status_fd, stage);
    }
    // Only now: a directory entered before the masks were mounted would lead around them.
    if (c->directory ? chdir(c->directory) : c->directory_fd >= 0 ? fchdir(c->directory_fd) : 0)
        refuse(c->status_fd, CLINUX_STAGE_DIRECTORY);
    if (c->directory_inode) {
        struct stat here;
        if (stat(".", &here) != 0) refuse(c->status_fd, CLINUX_STAGE_DIRECTORY);
        if (here.st_dev != c->directory_device || here.st_ino != c->directory_inode) {
            errno = ESTALE;
            refuse(c->status_fd, CLINUX_STAGE_DIRECTORY);
        }
    }
    umask(022);
    if (c->sandbox && clinux_drop_privileges(c->sandbox) != 0) refuse(c->status_fd, CLINUX_STAGE_LANDLOCK);
    for (size_t i = 0; i < c->limit_count; i++) {
        struct rlimit limit = {c->limits[i].value, c->limits[i].value};
        if (setrlimit(c->limits[i].resource, &limit) != 0) refuse(c->status_fd, CLINUX_STAGE_LIMITS);
    }
    int kept[] = {3, c->status_fd};
    int inherits = c->inherited_fd >= 0;
    close_others(inherits ? kept : kept + 1, inherits ? 2 : 1);
    if (c->sandbox && clinux_filter_calls(c->sandbox) != 0) refuse(c->status_fd, CLINUX_STAGE_FILTER);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, 0);
    // From here and not from the keeper: the command may kill the keeper at once, and must be known even then.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    report(c->status_fd, CLINUX_STARTED, getpid(), 0);
    execve(c->path, c->argv, c->envp);
    refuse(c->status_fd, CLINUX_STAGE_EXEC);
}

/// Kills one child of the keeper with its whole process group.
static void kill_child(pid_t child, pid_t own_group) {
    pid_t group = getpgid(child);
    // The kernel kills a group in one step, so a member that forks at this moment cannot get away.
    if (group > 0 && group != own_group) kill(-group, SIGKILL);
    kill(child, SIGKILL);
}

/// The parent of a process from `/proc/<pid>/stat`, or -1.
static pid_t parent_of(int proc, const char *name) {
    char path[32], text[512];
    size_t length = strlen(name);
    if (length > 16) return -1;
    memcpy(path, name, length);
    memcpy(path + length, "/stat", 6);
    int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0) return -1;
    text[n] = 0;
    char *end = strrchr(text, ')');  // the name of the command may hold anything
    if (!end || end + 4 > text + n) return -1;
    pid_t parent = 0;
    for (char *p = end + 4; *p >= '0' && *p <= '9'; p++) parent = parent * 10 + (*p - '0');
    return parent;
}

/// Kills the children by walking /proc: for kernels without the list of children.
static int kill_children_by_scan(pid_t own_group) {
    struct entry {
        uint64_t inode;
        int64_t offset;
        uint16_t length;
        uint8_t type;
        char name[];
    };
    char buffer[4096] __attribute__((aligned(8)));
    int found = 0, proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0) return -1;
    long n;
    while ((n = syscall(SYS_getdents64, proc, buffer, sizeof buffer)) > 0)
        for (long at = 0; at < n;) {
            struct entry *e = (struct entry *)(buffer + at);
            at += e->length;
            if (e->name[0] < '1' || e->name[0] > '9' || parent_of(proc, e->name) != getpid()) continue;
            pid_t child = 0;
            for (char *p = e->name; *p; p++) child = child * 10 + (*p - '0');
            kill_child(child, own_group);
            found++;
        }
    close(proc);
    return found;
}

/// The first `limit` children of a process of one thread.
static int children_of(pid_t pid, pid_t *found, int limit) {
    char path[64] = "/proc/", digits[12], buffer[512];
    int n = 0, count = 0;
    size_t at = 6;
    for (int part = 0; part < 2; part++) {
        int value = pid;
        do digits[n++] = (char)('0' + value % 10);
        while (value /= 10);
        while (n) path[at++] = digits[--n];
        const char *rest = part ? "/children" : "/task/";
        memcpy(path + at, rest, strlen(rest) + 1);
        at += strlen(rest);
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t length = read(fd, buffer, sizeof buffer);
    close(fd);
    pid_t child = 0;
    for (ssize_t i = 0; i < length && count < limit; i++) {
        if (buffer[i] >= '0' && buffer[i] <= '9') {
            child = child * 10 + (buffer[i] - '0');
        } else if (child) {
            found[count++] = child;
            child = 0;
        }
    }
    return count;
}

/// Asks the command to end. 0 when there was nobody to ask.
static int ask_to_end(pid_t command, int is_wrapper) {
    if (!is_wrapper) {
        kill(-command, SIGTERM);
        kill(-command, SIGCONT);  // a stopped process would not see the request
        return 1;
    }
    pid_t first, inner[32];
    if (children_of(command, &first, 1) == 0) return 0;
    int count = children_of(first, inner, 32);
    for (int i = 0; i < count; i++) {
        kill(inner[i], SIGTERM);
        kill(inner[i], SIGCONT);
    }
    return count;
}

static int kill_children(pid_t own_group) {
    char buffer[4096];
    int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return kill_children_by_scan(own_group);
    int found = 0;
    pid_t child = 0;
    ssize_t n;
    while ((n = read(fd, buffer, sizeof buffer)) > 0)
        for (ssize_t i = 0; i < n; i++) {
            if (buffer[i] >= '0' && buffer[i] <= '9') {
                child = child * 10 + (buffer[i] - '0');
            } else if (child) {
                kill_child(child, own_group);
                found++;
                child = 0;
            }
        }
    close(fd);
    return found;
}

/// Reaps what has ended. Returns 0 when no child is left, else 1; the command's own end is stored in `ended`.
static int reap(pid_t command, int *ended, int *wait_status, int *reaped) {
    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid == 0) return 1;
        if (pid < 0) return errno == EINTR ? 1 : 0;
        if (pid == command) {
            *ended = 1;
            *wait_status = status;
        } else {
            (*reaped)++;
        }
    }
}

/// Takes a name of its own in the lists of processes, in place of the engine's command line: `pkill -9 golem` must not
/// end the keepers together with the engine, for then nobody would end what they keep.
static void take_name(const char *name) {
    prctl(PR_SET_NAME, name);
    char text[2048];
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0) return;
    text[n] = 0;
    uintptr_t place[2] = {0, 0};  // arg_start and arg_end, fields 48 and 49 (proc(5))
    int field = 2;
    for (const char *p = strrchr(text, ')'); p && *p && field < 50; p++) {
        if (*p == ' ') field++;
        if ((field == 48 || field == 49) && *p >= '0' && *p <= '9')
            place[field - 48] = place[field - 48] * 10 + (uintptr_t)(*p - '0');
    }
    if (!place[0] || place[1] <= place[0] + 1) return;
    size_t room = place[1] - place[0], length = strlen(name);
    memset((void *)place[0], 0, room);
    memcpy((void *)place[0], name, length < room - 1 ? length : room - 1);
}

_Noreturn static void keep(const struct clinux_command *original) {
    struct clinux_command command = *original, *c = &command;
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, 0);
    signal(SIGCHLD, SIG_DFL);  // an ignored SIGCHLD would reap the command behind our back
    setsid();                  // no controlling terminal: a command cannot prompt on the operator's screen
    take_name("toolkeeper");
    c->status_fd = lift(c->status_fd);
    c->control_fd = lift(c->control_fd);
    int kept[8] = {c->status_fd, c->control_fd, c->stdin_fd, c->stdout_fd, c->stderr_fd, c->directory_fd,
                   c->sandbox ? c->sandbox->ruleset_fd : -1, c->inherited_fd};
    int count = 0;
    for (int i = 0; i < 8; i++)
        if (kept[i] > 2) kept[count++] = kept[i];
    sort(kept, count);
    close_others(kept, count);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) refuse(c->status_fd, CLINUX_STAGE_FORK);

    // Memory is shared until exec, which costs no copy of the page tables; the child only touches its own frames.
    pid_t pid = vfork();
    if (pid == 0) become_command(c);
    if (pid < 0) refuse(c->status_fd, CLINUX_STAGE_FORK);
    setpgid(pid, pid);  // as well as in the child: whoever comes first
    pid_t own_group = getpgrp();
    close(0), close(1), close(2);
    for (int i = 0; i < count; i++)
        if (kept[i] != c->status_fd && kept[i] != c->control_fd) close(kept[i]);

    sigset_t child_signal;
    sigemptyset(&child_signal);
    sigaddset(&child_signal, SIGCHLD);
    struct pollfd waits[2] = {{signalfd(-1, &child_signal, SFD_CLOEXEC | SFD_NONBLOCK), POLLIN, 0},
                              {c->control_fd, POLLIN, 0}};
    int64_t deadline = c->deadline_ms < 0 ? INT64_MAX : now_ms() + c->deadline_ms;
    int64_t kill_at = INT64_MAX, give_up = INT64_MAX;
    int ended = 0, told = 0, wait_status = 0, why = 0, killed = 0, reaped = 0, left;

    while ((left = reap(pid, &ended, &wait_status, &reaped)) || !told) {
        if (ended && !told) {
            told = 1;
            report(c->status_fd, CLINUX_ENDED, wait_status, why);
            deadline = INT64_MAX;
            int64_t linger = now_ms() + c->linger_ms;
            if (linger < kill_at) kill_at = linger;
            continue;
        }
        int64_t now = now_ms();
        if (now >= deadline) {
            deadline = INT64_MAX;
            if (!why) why = 1;
            int asked = ask_to_end(pid, c->is_wrapper);
            if (kill_at > now + c->grace_ms) kill_at = asked ? now + c->grace_ms : now;
        }
        if (now >= kill_at) {
            if (give_up == INT64_MAX) give_up = now + GIVE_UP_MS;
            if (now >= give_up) break;
            if (!ended) kill(-pid, SIGKILL);
            int n = kill_children(own_group);
            if (n > 0) killed += n;
            kill_at = now + 5;  // grandchildren become children when their parents die: look again
        }
        int64_t next = deadline < kill_at ? deadline : kill_at;
        int64_t wait = next == INT64_MAX ? -1 : next > now ? next - now : 0;
        if (poll(waits, 2, wait > 60000 ? 60000 : (int)wait) <= 0) continue;
        if (waits[0].revents) {
            struct signalfd_siginfo info[8];
            while (read(waits[0].fd, info, sizeof info) > 0) {}
        }
        if (waits[1].revents) {
            char order = 'K';
            ssize_t n = read(waits[1].fd, &order, 1);
            if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
            if (!why && !ended) why = 2;
            if (n == 1 && order == 'T') {
                deadline = now_ms();
                continue;
            }
            if (n <= 0) waits[1].fd = -1;
            deadline = INT64_MAX;
            kill_at = now_ms();
        }
    }
    report(c->status_fd, CLINUX_CLEARED, killed, left);
    _exit(0);
}

pid_t clinux_start(const struct clinux_command *command) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // no handler of the engine may run in the copy
    pid_t pid = _Fork();
    if (pid == 0) keep(command);
    int saved = errno;
    pthread_sigmask(SIG_SETMASK, &before, 0);
    errno = saved;
    return pid;
}

int clinux_pidfd_open(pid_t pid) { return pidfd_open(pid, 0); }

int clinux_pidfd_signal(int pidfd, int signal) { return pidfd_send_signal(pidfd, signal, 0, 0); }

int clinux_pidfd_reap(int pidfd) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) != 0) return -1;
    return info.si_pid != 0;
}
