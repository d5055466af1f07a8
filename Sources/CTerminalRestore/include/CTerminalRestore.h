// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
//
// Gives the terminal back when the process dies, and turns terminal signals into bytes of a pipe. Everything a signal
// handler may call here is async-signal-safe, which Swift code cannot promise: that is why this is C.
#ifndef GOLEM_CTERMINALRESTORE_H
#define GOLEM_CTERMINALRESTORE_H
#include <stddef.h>

/// Remembers how the terminal was: from now on `ctr_restore` acts. `saved` is a `struct termios` (untyped here, because Swift
/// sees the type through another module); `reset` (at most 255 bytes) is written as it is.
/// `stderr_copy` is where descriptor 2 belongs, `stderr_file` where it points now; both -1 when it was not moved.
void ctr_arm(int tty, const void *saved, const char *reset, int stderr_copy, int stderr_file);

/// Forgets it: the terminal was given back in good order.
void ctr_disarm(void);

/// Whether the screen is ours. It is not any more once a crash handler took it.
int ctr_is_armed(void);

/// Gives the terminal back now; safe in a signal handler, on any thread, twice, and when nothing is armed.
/// Returns 1 when it acted. It waits at most 200 ms for a terminal that takes no bytes.
int ctr_restore(void);

/// Catches SEGV, BUS, ILL, TRAP, FPE, ABRT and SYS: restore, show the end of what was written to stderr, then die of the
/// signal as before. Also restores when some code calls exit(3) while the screen is up. Installs once.
int ctr_install_crash_handlers(void);

/// Gives the calling thread a stack of its own for crash handlers, so that a stack overflow is caught. Kept for ever.
int ctr_use_alternate_stack(void);

/// Writes one byte, the signal number, to `fd` for each SIGWINCH, SIGTSTP and SIGCONT, and unblocks them in this thread.
int ctr_watch_signals(int fd);

/// Puts the handlers back that `ctr_watch_signals` replaced.
void ctr_unwatch_signals(void);

/// Stops the process group like the terminal's `^Z`; returns after SIGCONT, or at once where nobody could continue us.
void ctr_stop_process(void);

/// Keeps the handlers of INT, TERM, TSTP and WINCH while newterm(3) runs, which replaces those left at default.
void ctr_save_dispositions(void);
void ctr_load_dispositions(void);

// System calls of Linux that Swift's Glibc module lacks.

/// An unnamed file in memory, closed on exec; -1 with errno.
int ctr_memory_file(const char *name);
/// A non-blocking event counter, closed on exec; -1 with errno.
int ctr_event_descriptor(void);
/// A non-blocking pipe, closed on exec; -1 with errno.
int ctr_pipe(int *reader, int *writer);
/// What the kernel thinks the terminal's size is; -1 when it knows none.
int ctr_window_size(int fd, int *columns, int *rows);
/// Opens the file behind a descriptor once more, for non-blocking writing, without becoming its session's terminal; -1 with errno.
int ctr_open_again(int fd);
/// Makes writes append; -1 with errno.
int ctr_set_append(int fd);
/// A copy of a descriptor above 2, closed on exec; -1 with errno.
int ctr_copy_descriptor(int fd);
/// Names the calling thread, for top(1) and debuggers.
void ctr_name_thread(const char *name);
#endif
