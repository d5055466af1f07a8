// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// How a scalar behaves in a row of cells.
enum WidthClass: UInt32 {
    /// One column.
    case narrow
    /// Two columns.
    case wide
    /// A combining mark: drawn with the scalar before it.
    case mark
    /// Invisible (joiners, selectors, format characters): left out.
    case hidden
    /// Unassigned, private, or of disputed width: shown as U+FFFD.
    case unknown
    /// A control character or line separator: shown as `?`.
    case control
    /// A regional indicator, half of a flag: shown as its letter.
    case regional

    /// The class of a scalar, from the generated table.
    init(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        if value < 0x7F {
            self = value < 0x20 ? .control : .narrow
            return
        }
        var low = 0
        var high = widthSteps.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if widthSteps[middle] >> 3 <= value { low = middle } else { high = middle }
        }
        self = WidthClass(rawValue: widthSteps[low] & 7) ?? .unknown
    }
}
