// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
//
// Hides folders from a command. A mount namespace puts empty file systems over them; Landlock keeps the command from
// taking that cover away and from reaching around it through /proc/<pid>/root of a process outside.
// Runs between fork and exec: system calls and the stack only.
#define _GNU_SOURCE 1
#include "CLinux.h"
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <linux/capability.h>
#include <linux/types.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>

// Own copies: the headers of the build machine may be older than the kernel it runs on.
struct ruleset_attributes {
    uint64_t handled_access_fs, handled_access_net, scoped;
};
struct path_beneath {
    uint64_t allowed_access;
    int32_t parent_fd;
} __attribute__((packed));

enum { RULE_PATH_BENEATH = 1, QUERY_VERSION = 1 };
#define FS_EXECUTE (1ULL << 0)
#define FS_WRITE_FILE (1ULL << 1)
#define FS_READ_FILE (1ULL << 2)
#define FS_READ_DIR (1ULL << 3)
#define FS_MAKE_CHAR (1ULL << 6)
#define FS_MAKE_BLOCK (1ULL << 11)
#define FS_REFER (1ULL << 13)     // version 2
#define FS_TRUNCATE (1ULL << 14)  // version 3
#define FS_VERSION_1 ((1ULL << 13) - 1)
#define SCOPE_ABSTRACT_SOCKET (1ULL << 0)  // version 6
#define SCOPE_SIGNAL (1ULL << 1)           // version 6

int clinux_landlock_version(void) {
    long version = syscall(SYS_landlock_create_ruleset, 0, 0, QUERY_VERSION);
    return version < 0 ? 0 : (int)version;
}

static uint64_t all_rights(int version) {
    return FS_VERSION_1 | (version >= 2 ? FS_REFER : 0) | (version >= 3 ? FS_TRUNCATE : 0);
}

static int create(uint64_t access, uint64_t scopes) {
    struct ruleset_attributes attributes = {access, 0, 0};
    int version = clinux_landlock_version();
    size_t size = sizeof attributes.handled_access_fs;
    if (version >= 6) {
        attributes.scoped = scopes;
        size = sizeof attributes;
    }
    return (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
}

static int grant(int ruleset, int path_fd, uint64_t access) {
    struct path_beneath rule = {access, path_fd};
    return (int)syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0);
}

int clinux_landlock_scope_ruleset(void) {
    // Some access must be handled for a domain to exist. Device nodes are nothing that a command makes. Moving
    // files between folders is refused in every domain unless it is handled and granted.
    int version = clinux_landlock_version();
    int ruleset = create(FS_MAKE_CHAR | FS_MAKE_BLOCK | (version >= 2 ? FS_REFER : 0), SCOPE_SIGNAL);
    if (ruleset < 0 || version < 2) return ruleset;
    int root = open("/", O_PATH | O_CLOEXEC);
    int result = root < 0 ? -1 : grant(ruleset, root, FS_REFER);
    int saved = errno;
    if (root >= 0) close(root);
    if (result == 0) return ruleset;
    close(ruleset);
    errno = saved;
    return -1;
}

int clinux_landlock_closed_ruleset(void) {
    return create(all_rights(clinux_landlock_version()), SCOPE_SIGNAL | SCOPE_ABSTRACT_SOCKET);
}

int clinux_landlock_grant(int ruleset, int path_fd, enum clinux_access access) {
    struct stat info;
    if (fstat(path_fd, &info) != 0) return -1;
    uint64_t rights = all_rights(clinux_landlock_version());
    switch (access) {
    case CLINUX_ACCESS_ALL: break;
    case CLINUX_ACCESS_LIST: rights = FS_READ_DIR; break;
    case CLINUX_ACCESS_READ: rights = FS_READ_DIR | FS_READ_FILE | FS_EXECUTE; break;
    case CLINUX_ACCESS_WRITE: rights &= ~(FS_MAKE_CHAR | FS_MAKE_BLOCK); break;
    }
    if (!S_ISDIR(info.st_mode)) rights &= FS_EXECUTE | FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE;
    return rights ? grant(ruleset, path_fd, rights) : 0;
}

int clinux_write_text(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t n = write(fd, text, strlen(text));
    close(fd);
    return n < 0 ? -1 : 0;
}

/// "<id> <id> 1": the same identity inside the namespace as outside.
static int map_identity(const char *path, unsigned id) {
    char digits[12], text[32];
    int n = 0, at = 0;
    do {
        digits[n++] = (char)('0' + id % 10);
        id /= 10;
    } while (id);
    for (int repeat = 0; repeat < 2; repeat++) {
        for (int i = n; i > 0; i--) text[at++] = digits[i - 1];
        text[at++] = ' ';
    }
    text[at++] = '1';
    text[at] = 0;
    return clinux_write_text(path, text);
}

static int new_namespace(void) {
    if (geteuid() == 0 && unshare(CLONE_NEWNS) == 0) return 0;
    unsigned user = geteuid(), group = getegid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return -1;
    if (clinux_write_text("/proc/self/setgroups", "deny") != 0 && errno != ENOENT) return -1;
    if (map_identity("/proc/self/uid_map", user) != 0) return -1;
    return map_identity("/proc/self/gid_map", group);
}

static int make_directories(char *path, size_t from) {
    for (size_t i = from; path[i]; i++) {
        if (path[i] != '/' || i == from) continue;
        path[i] = 0;
        int result = mkdir(path, 0755);
        path[i] = '/';
        if (result != 0 && errno != EEXIST) return -1;
    }
    return mkdir(path, 0755) != 0 && errno != EEXIST ? -1 : 0;
}

/// Covers one path; what `keep_fd` names stays visible when it lies beneath.
static int mask(const char *path, const char *keep, int keep_fd) {
    struct stat info;
    if (stat(path, &info) != 0) return errno == ENOENT ? 0 : -1;
    if (!S_ISDIR(info.st_mode)) return mount("/dev/null", path, 0, MS_BIND, 0);
    const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (mount("tmpfs", path, "tmpfs", flags, "size=64k,mode=755") != 0) return -1;
    size_t length = strlen(path);
    if (keep && keep_fd >= 0 && strncmp(keep, path, length) == 0 && keep[length] == '/') {
        char copy[4096], link[32] = "/proc/self/fd/";
        if (strlen(keep) >= sizeof copy) {
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(copy, keep, strlen(keep) + 1);
        if (make_directories(copy, length) != 0) return -1;
        size_t at = strlen(link);
        char digits[12];
        int n = 0, value = keep_fd;
        do {
            digits[n++] = (char)('0' + value % 10);
            value /= 10;
        } while (value);
        while (n) link[at++] = digits[--n];
        link[at] = 0;
        if (mount(link, keep, 0, MS_BIND | MS_REC, 0) != 0) return -1;
    }
    return mount(0, path, 0, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, 0);
}

/// As root the disks themselves would show what the masks hide: leave only harmless devices.
static int private_devices(void) {
    static const char *const names[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"};
    int fds[6];
    for (int i = 0; i < 6; i++) fds[i] = open(names[i], O_PATH | O_CLOEXEC);
    if (mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "size=64m,mode=755") != 0) return -1;
    for (int i = 0; i < 6; i++) {
        if (fds[i] < 0) continue;
        int fd = open(names[i], O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0) return -1;
        close(fd);
        char link[] = "/proc/self/fd/00000";
        int value = fds[i];
        for (int digit = 18; digit > 13; digit--, value /= 10) link[digit] = (char)('0' + value % 10);
        char *number = link + 14;
        while (*number == '0' && number[1]) memmove(number, number + 1, strlen(number));
        if (mount(link, names[i], 0, MS_BIND, 0) != 0) return -1;
        close(fds[i]);
    }
    if (mkdir("/dev/shm", 01777) != 0 || symlink("/proc/self/fd", "/dev/fd") != 0) return -1;
    chmod("/dev/shm", 01777);
    return symlink("/proc/self/fd/0", "/dev/stdin") != 0 || symlink("/proc/self/fd/1", "/dev/stdout") != 0
                   || symlink("/proc/self/fd/2", "/dev/stderr") != 0
               ? -1
               : 0;
}

int clinux_enter_namespace(const struct clinux_sandbox *sandbox) {
    if (new_namespace() != 0) return CLINUX_STAGE_NAMESPACE;
    if (mount("none", "/", 0, MS_REC | MS_PRIVATE, 0) != 0) return CLINUX_STAGE_NAMESPACE;
    if (geteuid() == 0 && private_devices() != 0) return CLINUX_STAGE_NAMESPACE;
    int keep_fd = sandbox->keep ? open(sandbox->keep, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    for (size_t i = 0; sandbox->masks && sandbox->masks[i]; i++)
        if (mask(sandbox->masks[i], sandbox->keep, keep_fd) != 0) return CLINUX_STAGE_MASK;
    if (keep_fd >= 0) close(keep_fd);
    return 0;
}

int clinux_drop_privileges(const struct clinux_sandbox *sandbox) {
    // Each of these reaches past a mask: by mounting, by entering other processes, by file handles or by devices.
    static const int dropped[] = {CAP_SYS_ADMIN, CAP_SYS_PTRACE, CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_MKNOD,
                                  CAP_DAC_READ_SEARCH, CAP_SYS_BOOT, CAP_SYS_CHROOT, CAP_SETFCAP,
                                  38 /* PERFMON */, 39 /* BPF */};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    memset(data, 0, sizeof data);
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++) prctl(PR_CAPBSET_DROP, dropped[i], 0, 0, 0);
    if (syscall(SYS_capget, &header, data) != 0) return -1;
    if (sandbox->drops_capabilities) memset(data, 0, sizeof data);
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++) {
        uint32_t bit = ~(1U << (dropped[i] & 31));
        data[dropped[i] >> 5].effective &= bit;
        data[dropped[i] >> 5].permitted &= bit;
        data[dropped[i] >> 5].inheritable &= bit;
    }
    if (syscall(SYS_capset, &header, data) != 0) return -1;
    if (sandbox->ruleset_fd < 0) return 0;
    return (int)syscall(SYS_landlock_restrict_self, sandbox->ruleset_fd, 0);
}

int clinux_filter_calls(const struct clinux_sandbox *sandbox) {
    struct program {
        uint16_t count;
        const struct clinux_filter *filter;
    } program = {sandbox->filter_count, sandbox->filter};
    return sandbox->filter ? prctl(PR_SET_SECCOMP, 2 /* SECCOMP_MODE_FILTER */, &program, 0, 0) : 0;
}
