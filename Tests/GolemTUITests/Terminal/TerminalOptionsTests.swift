// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Testing

@testable import GolemTUI

@Suite struct TerminalOptionsTests {
    @Test func `The environment decides about colour, delay and link`() {
        let options = TerminalOptions(environment: [
            "TERM": "xterm-kitty", "NO_COLOR": "1", "ESCDELAY": "100", "SSH_TTY": "/dev/pts/0",
        ])
        #expect(options.color == .never && options.escapeDelay == .milliseconds(100) && options.isRemote)
        #expect(options.candidateTypes == ["xterm-kitty", "xterm-256color", "vt100"])
        let plain = TerminalOptions(environment: ["NO_COLOR": "", "ESCDELAY": "soon"])
        #expect(plain.color == .automatic && plain.escapeDelay == .milliseconds(25) && !plain.isRemote)
        #expect(plain.candidateTypes == ["xterm-256color", "vt100"])
    }

    @Test func `Inside tmux the fallback is what tmux understands`() {
        #expect(TerminalOptions(environment: ["TERM": "weird", "TMUX": "x"]).candidateTypes[1] == "screen-256color")
        #expect(TerminalOptions(environment: ["TERM": "tmux-direct2"]).candidateTypes[1] == "screen-256color")
    }

    @Test func `Monochrome roles that matter differ from plain text`() {
        let palette = Palette(colors: 0)
        for role in [StyleRole.title, .select, .warn, .crit, .ask, .link, .mark, .key] {
            #expect(palette.look(role) != palette.look(.normal), "\(role)")
            #expect(palette.look(role).color == nil && !palette.look(role).isDim, "\(role)")
        }
        #expect(palette.look(.crit) != palette.look(.select) && palette.look(.crit) != palette.look(.warn))
    }
}
