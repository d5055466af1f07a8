// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Testing

/// All tests that use curses: one at a time, because a process has one screen, one set of signals and one crash handler.
@Suite(.serialized) enum CursesTests {}
