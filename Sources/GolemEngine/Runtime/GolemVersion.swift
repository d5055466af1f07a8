// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The version of this build.
public enum GolemVersion {
    /// The version as printed and sent to peers.
    public static let current = "0.1.0"
}
