// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
//
// System call filters, built by libseccomp. The library is opened at first use and not linked, so that only those pay
// for it who run commands in a sandbox with a filter.
#ifndef GOLEM_CSECCOMP_H
#define GOLEM_CSECCOMP_H
#include <stddef.h>
#include <stdint.h>

/// A system call that fails.
struct cseccomp_rule {
    /// Its name; one that the library or the machine does not know is passed over.
    const char *name;
    /// The `errno` that it fails with.
    int error;
    /// It fails only when `argument & mask == value`; a mask of 0 means always.
    unsigned argument;
    uint64_t mask, value;
};

/// Opens the library; NULL when it is usable, else a sentence. From any thread.
const char *cseccomp_load(void);
/// Writes the filter (instructions as the kernel wants them) to a descriptor; 0 or an `errno`.
/// What no rule names is allowed. Only after a load that gave NULL.
int cseccomp_write(const struct cseccomp_rule *rules, size_t count, int fd);
#endif
