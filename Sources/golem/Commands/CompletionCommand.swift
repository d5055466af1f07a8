// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// `golem completion`: what shells need to complete command lines, made from the definitions.
enum CompletionCommand {
    static let definition = CommandDefinition(
        name: "completion", summary: "Prints a completion script for a shell.",
        discussion: """
              bash:  source <(golem completion bash)
              zsh:   source <(golem completion zsh)
              fish:  golem completion fish | source
            """,
        positionals: [Positional("shell", "bash, zsh or fish.")],
        run: { invocation throws(CommandFailure) in
            switch invocation.words[0] {
            case "bash": Output.line(bash)
            case "zsh": Output.line("autoload -U +X bashcompinit && bashcompinit\n" + bash)
            case "fish": Output.line(fish)
            default:
                throw .usage("the shell is \"\(invocation.words[0])\"; allowed: bash, zsh, fish", help: invocation.path)
            }
            return ExitCode.success
        })

    /// Commands with the words that may follow them.
    private static func table(_ command: CommandDefinition, _ path: String) -> [(path: String, words: [String])] {
        let flags = (command.flags + GlobalFlags.all).filter { !$0.isHidden }.map { "--\($0.name)" }
        let own = [(path, command.subcommands.map(\.name) + flags)]
        return own + command.subcommands.flatMap { table($0, path.isEmpty ? $0.name : "\(path) \($0.name)") }
    }

    private static var bash: String {
        let cases = table(GolemProgram.definition, "").map { entry in
            "        \"\(entry.path)\") words=\"\(entry.words.joined(separator: " "))\" ;;"
        }
        return """
            _golem() {
                local path="" words="" word
                for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                    case "$word" in -*) ;; *) path="${path:+$path }$word" ;; esac
                done
                case "$path" in
            \(cases.joined(separator: "\n"))
                esac
                COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _golem golem
            """
    }

    private static var fish: String {
        var lines: [String] = []
        func add(_ command: CommandDefinition, _ path: [String]) {
            let seen = path.map { "__fish_seen_subcommand_from \($0)" }
            for next in command.subcommands {
                let names = command.subcommands.map(\.name).joined(separator: " ")
                let condition = (seen + ["not __fish_seen_subcommand_from \(names)"]).joined(separator: "; and ")
                lines.append("complete -c golem -f -n '\(condition)' -a \(next.name) -d '\(quoted(next.summary))'")
                add(next, path + [next.name])
            }
            for flag in command.flags where !flag.isHidden {
                let condition = seen.isEmpty ? "__fish_use_subcommand" : seen.joined(separator: "; and ")
                lines.append(
                    "complete -c golem -n '\(condition)' -l \(flag.name)\(flag.placeholder == nil ? "" : " -r") "
                        + "-d '\(quoted(flag.help))'")
            }
        }
        for flag in GlobalFlags.all {
            lines.append(
                "complete -c golem -l \(flag.name)\(flag.placeholder == nil ? "" : " -r") -d '\(quoted(flag.help))'")
        }
        add(GolemProgram.definition, [])
        return lines.joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String { text.replacing("'", with: "\\'") }
}
