// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Where the shared parts of the tests live.
package enum TestSupport {}
