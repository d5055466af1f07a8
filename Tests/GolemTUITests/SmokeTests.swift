// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Testing

@Suite struct GolemTUISmokeTests { @Test func `The module loads`() { #expect(Bool(true)) } }
