// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

print("golem")
