// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

internal import CNcurses
import Synchronization

/// The character set of the process, which curses needs to know before it starts.
enum ProcessLocale {
    private static let done = Mutex<Bool?>(nil)

    /// Sets the character type once, and says whether the terminal is taken to show UTF-8.
    ///
    /// The plain `C` locale becomes `C.UTF-8`: it says nothing about the terminal, and practically every terminal is UTF-8. A
    /// locale of another character set (Latin-1, GBK) means what it says: ASCII only. Drawing always runs in `C.UTF-8` where that
    /// exists, because curses takes its widths from there.
    static func prepare() -> Bool {
        done.withLock { known in
            if let known { return known }
            _ = cncurses_set_ctype("")
            let codeset = cncurses_codeset().map { String(cString: $0) } ?? ""
            let saysNothing = codeset.isEmpty || codeset == "ANSI_X3.4-1968"
            let isUnicode = codeset == "UTF-8" || ((cncurses_set_ctype("C.UTF-8") != nil) && saysNothing)
            known = isUnicode
            return isUnicode
        }
    }
}
