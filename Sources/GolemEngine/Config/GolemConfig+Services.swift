// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension GolemConfig {
    /// `gateway`.
    package struct Gateway: Sendable, Equatable {
        /// The address to listen on.
        package var host = "127.0.0.1"
        /// The port.
        package var port = 18_790
        /// The bearer token; empty for none.
        package var token = ""
    }

    /// `log`.
    package struct Log: Sendable, Equatable {
        /// `debug`, `info`, `warn` or `error`.
        package var level = "info"
        /// The file as written; empty for standard error.
        package var file = ""
        /// `auto`, `text` or `json`.
        package var format = "auto"
        /// Megabytes of a file before the next one begins.
        package var maxSizeMB = 50
        /// Files that are kept.
        package var maxFiles = 5
    }

    /// `policy`.
    package struct Policy: Sendable, Equatable {
        /// `strict`, `relaxed` or `off`.
        package var mode = "strict"
        /// How long the mode `off` holds after it was set, in Go's form; empty for ever.
        package var offTTL = ""
        /// Whether `off` may hold for ever.
        package var allowPersistentOff = false
        /// Tools that need an approval in strict mode.
        package var requireApproval = ["exec"]
        /// The rules as they were written, a list of objects.
        package var rules = JSONValue.array([])
        /// Who may decide approvals in a chat.
        package var approvers: [String] = []
    }

    /// `audit`.
    package struct Audit: Sendable, Equatable {
        /// Megabytes of a file before the next one begins.
        package var maxSizeMB = 64
        /// Older files that are kept.
        package var maxFiles = 20
    }

    /// One entry of `mcp.servers`.
    package struct MCPServer: Sendable, Equatable {
        /// `enabled`; nil when not given, which counts as true.
        package var enabled: Bool?
        /// `stdio`, `http` or `http_sse`.
        package var transport = ""
        /// The program of a `stdio` server.
        package var command = ""
        /// Its arguments.
        package var arguments: [String] = []
        /// Variables for it.
        package var environment: [String: String] = [:]
        /// The address of an `http` or `http_sse` server.
        package var url = ""
        /// Header fields for it.
        package var headers: [String: String] = [:]
        /// How long connecting may take, in Go's form.
        package var connectTimeout = "20s"
        /// How long one call may take, in Go's form.
        package var callTimeout = "60s"
        /// Calls that run at the same time.
        package var concurrency = 8
        /// Tools that the model does not get, by any of their names.
        package var hiddenTools: [String] = []
        /// The sandbox of a `stdio` server; the profile is empty for `hide` where the machine can.
        package var sandbox = Sandbox(profile: "")

        /// Whether the server is to run.
        package var isEnabled: Bool { enabled ?? true }
    }

    /// `tools`.
    package struct Tools: Sendable, Equatable {
        /// `tools.exec`.
        package var exec = Exec()
        /// `tools.web`.
        package var web = Web()
        /// `tools.voice`.
        package var voice = Voice()
    }

    /// `tools.exec`.
    package struct Exec: Sendable, Equatable {
        /// Seconds that a command may take.
        package var timeout = 60
        /// Whether commands must work in the workspace.
        package var restrictToWorkspace = true
        /// Bytes of each output stream of a command that are kept.
        package var outputLimit = 49_152
        /// The sandbox of commands.
        package var sandbox = Sandbox(profile: "hide")
    }

    /// What processes that the server starts may see, write, reach and use.
    package struct Sandbox: Sendable, Equatable {
        /// `none`, `hide`, `landlock`, `bubblewrap` or `auto`.
        package var profile: String
        /// Whether the network can be reached in `landlock` and `bubblewrap`.
        package var allowsNetwork = false
        /// Folders that may be read, beside those of the system.
        package var readable: [String] = []
        /// Folders that may be written, beside the workspace.
        package var writable: [String] = []
        /// Megabytes of memory; 0 for the default.
        package var memoryMB = 0
        /// Processes at the same time; 0 for the default.
        package var processes = 0
        /// Seconds of processor time of each process; 0 for no bound.
        package var cpuSeconds = 0

        /// Makes the default with a profile.
        package init(profile: String) { self.profile = profile }
    }

    /// `tools.web`.
    package struct Web: Sendable, Equatable {
        /// The key of the search API; empty for the search without a key.
        package var searchAPIKey = ""
        /// Results of a search.
        package var searchMaxResults = 5
        /// Private addresses and ranges that the web tools may reach.
        package var fetchAllowPrivate: [String] = []
    }

    /// `tools.voice`.
    package struct Voice: Sendable, Equatable {
        /// Whether voice messages are transcribed.
        package var isEnabled = false
        /// The provider; only `openai`.
        package var provider = "openai"
        /// The model.
        package var model = "gpt-4o-mini-transcribe"
        /// Seconds that a transcription may take.
        package var timeoutSeconds = 30
    }

    /// `heartbeat`.
    package struct Heartbeat: Sendable, Equatable {
        /// Whether the heartbeat runs; off as long as no version has it, so that the default promises nothing.
        package var isEnabled = false
        /// Minutes between two of them.
        package var intervalMinutes = 30
        /// Minutes without a message after which a chat gets none.
        package var maxIdleMinutes = 720
    }

    /// `console`.
    package struct Console: Sendable, Equatable {
        /// Whether consoles may only watch.
        package var isReadOnly = false
        /// `auto` or `never`.
        package var color = "auto"
    }

    /// `store`.
    package struct StoreSettings: Sendable, Equatable {
        /// Days that events are kept.
        package var eventDays = 14
    }
}
