// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The arguments of a tool call as they are judged, shown and run.
///
/// One text for all: what the model wrote may say the same in ways that a reader takes for something else (escapes,
/// padding, a member that stands there twice).
package struct CallArguments: Sendable, Equatable {
    /// The parsed arguments, an object.
    package let value: JSONValue

    /// Reads what a model wrote; the sentence of the error is for the model.
    package init(_ text: String) throws(JSONParseError) {
        let parsed: JSONValue
        do { parsed = try JSONValue(withoutDuplicates: text.isEmpty ? "{}" : text) } catch {
            throw JSONParseError(message: "the arguments are not valid JSON: \(error.message)")
        }
        guard parsed.objectValue != nil else { throw JSONParseError(message: "the arguments must be a JSON object") }
        value = parsed
    }

    /// The compact JSON with sorted keys in which nothing is invisible.
    ///
    /// Characters that show nothing, look like a blank or turn the direction of writing are escaped: still the same JSON.
    package var shown: String {
        var shown = String.UnicodeScalarView()
        for scalar in value.text.unicodeScalars {
            guard Self.isUnseen(scalar) else {
                shown.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                shown.append(
                    contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
            }
        }
        return String(shown)
    }

    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value == 0x7F }
        // Hangul fillers and the blank of Braille are letters and signs by their class, and show nothing.
        if [0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800].contains(scalar.value) { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .unassigned, .privateUse:
            return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
