// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

exit(await BenchProgram.run(Array(CommandLine.arguments.dropFirst())))
