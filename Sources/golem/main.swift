// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

exit(GolemProgram.run(CommandLine.arguments))
