/// `text` in single quotes for a message: one line, at most sixty characters, nothing that moves the cursor.
func quoted(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(60) {
        switch scalar {
        case "\n": shown.append(contentsOf: "\\n".unicodeScalars)
        case "\t": shown.append(contentsOf: "\\t".unicodeScalars)
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: shown.append("\u{FFFD}")
            default: shown.append(scalar)
            }
        }
    }
    let isCut = text.unicodeScalars.dropFirst(60).first != nil
    return "'\(String(shown))\(isCut ? "..." : "")'"
}

/// Whether the byte is an ASCII letter, digit or underscore.
func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
        true
    default:
        isDigit(byte)
    }
}

func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
