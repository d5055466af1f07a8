// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
//
// Starting a command under a keeper: a forked process that owns everything the command leaves behind.
// C and not Swift, because between fork and exec only async-signal-safe calls are allowed.
#ifndef GOLEM_CLINUX_PROCESS_H
#define GOLEM_CLINUX_PROCESS_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct clinux_limit {
    int resource;
    uint64_t value;
};

/// One instruction of a system call filter: `struct sock_filter`.
struct clinux_filter {
    uint16_t code;
    uint8_t jump_true, jump_false;
    uint32_t value;
};

/// What keeps the command from files and system calls. All paths are resolved, outermost first.
struct clinux_sandbox {
    /// 1: a mount namespace in which `masks` are empty and `keep` stays visible. 0: none.
    int mount_namespace;
    const char *const *masks;
    const char *keep;
    /// A Landlock ruleset to enter, or -1.
    int ruleset_fd;
    /// 1: no capability is kept, else only those are dropped that reach past masks.
    int drops_capabilities;
    /// A filter of system calls, or NULL.
    const struct clinux_filter *filter;
    uint16_t filter_count;
};

struct clinux_command {
    const char *path;
    char *const *argv;
    char *const *envp;
    int stdin_fd, stdout_fd, stderr_fd;
    /// Read end: a byte 'T' asks the keeper to end the command, 'K' to kill it; end of file counts as 'K'.
    int control_fd;
    /// Write end: takes `struct clinux_report` records.
    int status_fd;
    /// The directory to change to, or NULL with `directory_fd` >= 0, or NULL and -1 to inherit.
    const char *directory;
    int directory_fd;
    /// When not 0: the identity that the directory must have after the change.
    uint64_t directory_device, directory_inode;
    /// Milliseconds; a negative deadline means none.
    int64_t deadline_ms, grace_ms, linger_ms;
    const struct clinux_limit *limits;
    size_t limit_count;
    /// The `cgroup.procs` files of the control groups to join, then NULL; or NULL.
    const char *const *groups;
    const struct clinux_sandbox *sandbox;
    /// A descriptor that the command gets as number 3, or -1. Not together with a sandbox or a directory descriptor.
    int inherited_fd;
    /// 1: the command is a wrapper whose child is the first process of a PID namespace (bubblewrap). A request to end
    /// goes to the children of that process: the wrapper would die at once and take them along.
    int is_wrapper;
};

enum clinux_report_kind {
    CLINUX_STARTED = 1,  // value: pid of the command
    CLINUX_REFUSED = 2,  // value: errno, detail: enum clinux_stage
    CLINUX_ENDED = 3,    // value: wait status, detail: 1 when the deadline had passed, 2 when ended on request
    CLINUX_CLEARED = 4,  // value: descendants killed, detail: descendants that would not die
};

enum clinux_stage {
    CLINUX_STAGE_FORK = 1,
    CLINUX_STAGE_DESCRIPTORS,
    CLINUX_STAGE_LIMITS,
    CLINUX_STAGE_NAMESPACE,
    CLINUX_STAGE_MASK,
    CLINUX_STAGE_DIRECTORY,
    CLINUX_STAGE_LANDLOCK,
    CLINUX_STAGE_EXEC,
    CLINUX_STAGE_GROUP,
    CLINUX_STAGE_FILTER,
};

struct clinux_report {
    int32_t kind, value, detail;
};

/// Forks the keeper, which starts the command. Returns its pid, or -1 with errno set.
pid_t clinux_start(const struct clinux_command *command);

int clinux_pidfd_open(pid_t pid);
/// Sends a signal through a pidfd.
int clinux_pidfd_signal(int pidfd, int signal);
/// Reaps the process behind a pidfd without touching any other child. 1 when reaped, 0 when it still runs, -1 with errno.
int clinux_pidfd_reap(int pidfd);

/// The Landlock version of the kernel, 0 when it has none.
int clinux_landlock_version(void);
/// A ruleset that keeps a command from inspecting or signalling outside processes and from mounting, and changes
/// nothing else. -1 with errno set.
int clinux_landlock_scope_ruleset(void);
/// A ruleset that denies every file access that no rule grants. -1 with errno set.
int clinux_landlock_closed_ruleset(void);

enum clinux_access {
    CLINUX_ACCESS_ALL = 0,
    CLINUX_ACCESS_LIST,   // the names in folders
    CLINUX_ACCESS_READ,   // names, contents, execution
    CLINUX_ACCESS_WRITE,  // all but making device files
};

/// Grants an access beneath what `path_fd` names.
int clinux_landlock_grant(int ruleset, int path_fd, enum clinux_access access);

/// Internal: called in the child between fork and exec. 0, or the stage that failed with errno set.
int clinux_write_text(const char *path, const char *text);
int clinux_enter_namespace(const struct clinux_sandbox *sandbox);
int clinux_drop_privileges(const struct clinux_sandbox *sandbox);
int clinux_filter_calls(const struct clinux_sandbox *sandbox);
#endif
