// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "CTerminalRestore.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

static struct {
    int tty, stderr_copy, stderr_file;
    struct termios saved;
    char reset[256];
    size_t reset_length;
} screen;
static atomic_int armed;

void ctr_arm(int tty, const void *saved, const char *reset, int stderr_copy, int stderr_file) {
    atomic_store(&armed, 0);
    screen.tty = tty;
    memcpy(&screen.saved, saved, sizeof screen.saved);
    screen.reset_length = strnlen(reset, sizeof screen.reset - 1);
    memcpy(screen.reset, reset, screen.reset_length);
    screen.stderr_copy = stderr_copy;
    screen.stderr_file = stderr_file;
    atomic_store(&armed, 1);
}

void ctr_disarm(void) { atomic_store(&armed, 0); }

int ctr_is_armed(void) { return atomic_load(&armed); }

/// Writes what the terminal takes within 200 ms; a stuck terminal must not keep a dying process alive.
static void write_patiently(int fd, const char *bytes, size_t count) {
    while (count > 0) {
        struct pollfd wait = {.fd = fd, .events = POLLOUT};
        if (poll(&wait, 1, 200) != 1 || !(wait.revents & POLLOUT) || (wait.revents & (POLLHUP | POLLERR))) return;
        ssize_t written = write(fd, bytes, count < 256 ? count : 256);
        if (written < 0 && errno != EINTR && errno != EAGAIN) return;
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        }
    }
}

int ctr_restore(void) {
    if (!atomic_exchange(&armed, 0)) return 0;
    int error = errno;
    // From the background, tcsetattr would stop us with SIGTTOU.
    sigset_t background, old;
    sigemptyset(&background);
    sigaddset(&background, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &background, &old);
    write_patiently(screen.tty, screen.reset, screen.reset_length);
    tcsetattr(screen.tty, TCSANOW, &screen.saved);
    if (screen.stderr_copy >= 0) dup2(screen.stderr_copy, STDERR_FILENO);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    errno = error;
    return 1;
}

/// Shows why we die, if that went to stderr: the line of Swift's trap when there is one (a list of addresses follows it), else
/// the last kilobyte. Text from outside may be in it, so only printable ASCII and newlines pass.
static void show_last_words(void) {
    if (screen.stderr_copy < 0 || screen.stderr_file < 0) return;
    static char tail[8192], safe[1024];
    off_t end = lseek(screen.stderr_file, 0, SEEK_END);
    if (end <= 0) return;
    off_t start = end > (off_t)sizeof tail ? end - (off_t)sizeof tail : 0;
    ssize_t count = pread(screen.stderr_file, tail, sizeof tail, start);
    if (count <= 0) return;
    static const char trap[] = "Fatal error";
    size_t from = (size_t)count > sizeof safe ? (size_t)count - sizeof safe : 0, to = (size_t)count;
    for (size_t i = 0; i + sizeof trap <= (size_t)count; i++) {
        if (memcmp(tail + i, trap, sizeof trap - 1) != 0) continue;
        for (from = i; from > 0 && tail[from - 1] != '\n';) from--;
        for (to = i; to < (size_t)count && tail[to] != '\n';) to++;
        if (to < (size_t)count) to++;
    }
    size_t length = to - from < sizeof safe ? to - from : sizeof safe;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)tail[from + i];
        safe[i] = c == '\n' || (c >= 0x20 && c < 0x7F) ? (char)c : '?';
    }
    write_patiently(screen.stderr_copy, safe, length);
}

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS};
enum { crash_count = sizeof crash_signals / sizeof *crash_signals };
static struct sigaction crash_previous[crash_count];

static void crashed(int number) {
    if (ctr_restore()) show_last_words();
    for (int i = 0; i < crash_count; i++) {
        if (crash_signals[i] == number) sigaction(number, &crash_previous[i], NULL);
    }
    // Blocked until we return: then it is delivered to the handler from before, or kills us, also when it came by kill(2).
    raise(number);
}

static void restore_at_exit(void) { ctr_restore(); }

int ctr_install_crash_handlers(void) {
    static atomic_int installed;
    if (atomic_exchange(&installed, 1)) return 0;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = crashed;
    sigfillset(&action.sa_mask);
    action.sa_flags = SA_ONSTACK;
    for (int i = 0; i < crash_count; i++) {
        if (sigaction(crash_signals[i], &action, &crash_previous[i]) != 0) return -1;
    }
    return atexit(restore_at_exit);
}

int ctr_use_alternate_stack(void) {
    enum { size = 64 * 1024 };
    stack_t current;
    if (sigaltstack(NULL, &current) == 0 && !(current.ss_flags & SS_DISABLE)) return 0;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return -1;
    stack_t stack = {.ss_sp = memory, .ss_size = size};
    return sigaltstack(&stack, NULL);
}

static const int watched_signals[] = {SIGWINCH, SIGTSTP, SIGCONT};
enum { watched_count = sizeof watched_signals / sizeof *watched_signals };
static struct sigaction watched_previous[watched_count];
static atomic_int watch_descriptor = -1;

static void watched(int number) {
    int error = errno;
    unsigned char byte = (unsigned char)number;
    int fd = atomic_load(&watch_descriptor);
    // A full pipe means that the reader has not looked yet: it will find older bytes of the same kind.
    if (fd >= 0 && write(fd, &byte, 1) < 0) errno = error;
    errno = error;
}

int ctr_watch_signals(int fd) {
    struct sigaction action;
    sigset_t set;
    memset(&action, 0, sizeof action);
    action.sa_handler = watched;
    action.sa_flags = SA_RESTART;
    sigemptyset(&set);
    int first = atomic_exchange(&watch_descriptor, fd) < 0;
    for (int i = 0; i < watched_count; i++) {
        if (first && sigaction(watched_signals[i], &action, &watched_previous[i]) != 0) return -1;
        sigaddset(&set, watched_signals[i]);
    }
    return pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void ctr_unwatch_signals(void) {
    if (atomic_exchange(&watch_descriptor, -1) < 0) return;
    for (int i = 0; i < watched_count; i++) sigaction(watched_signals[i], &watched_previous[i], NULL);
}

void ctr_stop_process(void) {
    struct sigaction action, previous;
    sigset_t set, old;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    // The rest of the job first (a wrapper script would otherwise keep the shell waiting), while we ignore it; then this
    // thread alone, so that the stop happens inside raise and not some instructions later. TSTP, never STOP: without
    // anybody to continue us the kernel drops TSTP, but STOP would hang for ever.
    action.sa_handler = SIG_IGN;
    sigaction(SIGTSTP, &action, &previous);
    kill(0, SIGTSTP);
    action.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &action, NULL);
    pthread_sigmask(SIG_UNBLOCK, &set, &old);
    raise(SIGTSTP);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    sigaction(SIGTSTP, &previous, NULL);
}

static const int curses_signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
enum { curses_count = sizeof curses_signals / sizeof *curses_signals };
static struct sigaction curses_previous[curses_count];

void ctr_save_dispositions(void) {
    for (int i = 0; i < curses_count; i++) sigaction(curses_signals[i], NULL, &curses_previous[i]);
}

void ctr_load_dispositions(void) {
    for (int i = 0; i < curses_count; i++) sigaction(curses_signals[i], &curses_previous[i], NULL);
}

int ctr_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int ctr_event_descriptor(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

int ctr_pipe(int *reader, int *writer) {
    int ends[2];
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return -1;
    *reader = ends[0];
    *writer = ends[1];
    return 0;
}

int ctr_window_size(int fd, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

int ctr_open_again(int fd) {
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

int ctr_set_append(int fd) { return fcntl(fd, F_SETFL, O_APPEND); }

int ctr_copy_descriptor(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 3); }

void ctr_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
