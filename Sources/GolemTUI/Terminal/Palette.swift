// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// How the roles look at one colour depth.
struct Palette {
    /// Attributes and a foreground colour on the terminal's own background; nil keeps the terminal's own colour.
    struct Look: Equatable {
        var isBold = false
        var isDim = false
        var isReverse = false
        var isUnderlined = false
        var color: Int32?
    }

    let colors: Int

    /// The look of a role.
    ///
    /// Without colours only bold, reverse and underline differ, and state is a word anyway.
    func look(_ role: StyleRole) -> Look {
        switch role {
        case .normal: Look()
        case .title: Look(isBold: true)
        case .select: Look(isReverse: true)
        case .dim: shade
        case .ok: Look(color: color(base: 2, full: 34))
        case .warn: colors == 0 ? Look(isBold: true) : Look(color: color(base: 3, full: 172))
        case .crit: Look(isBold: true, isReverse: colors == 0, color: color(base: 1, full: 160))
        case .ask: Look(isBold: true, isUnderlined: colors == 0, color: color(base: 5, full: 133))
        case .link: colors == 0 ? Look(isUnderlined: true) : Look(color: color(base: 6, full: 31))
        case .mark: Look(isBold: true, isReverse: true)
        case .border: shade
        case .key: Look(isBold: true)
        }
    }

    /// Grey where there is one; the base colours have none that light and dark backgrounds both show.
    private var shade: Look {
        switch colors {
        case 256...: Look(color: 244)
        case 16...: Look(color: 8)
        default: Look()
        }
    }

    /// Middle tones in the large palette, so that they can be read on light and on dark backgrounds.
    private func color(base: Int32, full: Int32) -> Int32? {
        switch colors {
        case 256...: full
        case 8...: base
        default: nil
        }
    }
}
