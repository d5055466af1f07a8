// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine

/// The one place where the server's models, tools and channels are chosen from the configuration.
enum EngineParts {
    /// Adds the parts that `loaded` asks for.
    static func add(to options: inout EngineOptions, from loaded: LoadedConfig) throws(EngineError) {}
}
