// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

internal import CNcurses
import Glibc
import Synchronization

/// The character set of the process, which curses needs to know before it starts.
enum ProcessLocale {
    private static let done = Mutex<Bool?>(nil)

    /// Sets the character type once, and says whether the terminal is taken to show UTF-8.
    ///
    /// The plain `C` locale becomes `C.UTF-8`: it says nothing about the terminal, and practically every terminal is UTF-8. A
    /// locale of another character set (Latin-1, GBK) means what it says: ASCII only. Drawing always runs in `C.UTF-8` where that
    /// exists, because curses takes its widths from there. A locale that is not installed still means what its name says.
    static func prepare() -> Bool {
        done.withLock { known in
            if let known { return known }
            let isInstalled = cncurses_set_ctype("") != nil
            let codeset = cncurses_codeset().map { String(cString: $0) } ?? ""
            let saysNothing =
                (codeset.isEmpty || codeset == "ANSI_X3.4-1968") && (isInstalled || !namesOtherCharacterSet())
            let isUnicode = codeset == "UTF-8" || ((cncurses_set_ctype("C.UTF-8") != nil) && saysNothing)
            known = isUnicode
            return isUnicode
        }
    }

    /// Whether the environment asks for a locale with the name of a character set other than UTF-8, such as
    /// `de_DE.ISO-8859-1`.
    private static func namesOtherCharacterSet() -> Bool {
        let variables: [String] = ["LC_ALL", "LC_CTYPE", "LANG"]
        let names: [String] = variables.compactMap { variable in getenv(variable).map { String(cString: $0) } }
        guard let name = names.first(where: { !$0.isEmpty }), let dot = name.firstIndex(of: ".") else { return false }
        let set = name[dot...].dropFirst().prefix { $0 != "@" }.lowercased()
        return set != "utf-8" && set != "utf8"
    }
}
