/// The characters of a JavaScript file, with what every reader of one needs: places, spaces and comments, strings.
struct JSText {
    let bytes: [UInt8]
    var position = 0
    private let lineStarts: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var starts = [0]
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
        lineStarts = starts
    }

    var isAtEnd: Bool { position >= bytes.count }
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// The line of the next byte, from 1.
    var line: Int {
        var low = 0, high = lineStarts.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if lineStarts[middle] <= position { low = middle } else { high = middle }
        }
        return low + 1
    }

    func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[min(position, bytes.count)...].starts(with: $0) }
    }

    /// Takes `text` if it comes next.
    mutating func take(_ text: StaticString) -> Bool {
        guard starts(with: text) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    mutating func skipSpace() {
        while let byte = next {
            if byte == UInt8(ascii: " ") || (9...13).contains(byte) {
                position += 1
            } else if starts(with: "//") {
                while let byte = next, byte != UInt8(ascii: "\n") { position += 1 }
            } else if starts(with: "/*") {
                position += 2
                while !isAtEnd, !starts(with: "*/") { position += 1 }
                position = min(position + 2, bytes.count)
            } else {
                return
            }
        }
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte >= 0x80
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// The name or number that comes next; `nil` when none does.
    mutating func takeName() -> String? {
        let start = position
        while let byte = next, JSText.isNameByte(byte) { position += 1 }
        return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
    }

    /// Takes `word` if it is the name that comes next.
    mutating func takeWord(_ word: String) -> Bool {
        let start = position
        if takeName() == word { return true }
        position = start
        return false
    }

    /// Skips the body of a function, the brace that ends it included. Where the value of its `return` begins, when there is
    /// one only and no block around it.
    mutating func skipBody() -> Int? {
        var depth = 0, returns = 0
        var found: Int?
        while true {
            skipSpace()
            guard let byte = next else { return nil }
            if JSText.isNameByte(byte) {
                guard takeName() == "return" else { continue }
                returns += 1
                if depth == 0 { found = position }
                continue
            }
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                if depth == 0 {
                    position += 1
                    return returns == 1 ? found : nil
                }
                depth -= 1
            default: break
            }
            skipPiece()
        }
    }

    /// The string that begins here; `nil` when it has no end, or is a template with parts to be computed. Either way what
    /// there is of it is taken.
    mutating func takeString() -> String? {
        guard let quote = next, [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")].contains(quote) else {
            return nil
        }
        let start = position
        position += 1
        var text: [UInt8] = [], isKnown = true
        while let byte = next {
            position += 1
            if byte == quote { return isKnown ? String(decoding: text, as: UTF8.self) : nil }
            if byte == UInt8(ascii: "\n"), quote != UInt8(ascii: "`") { return nil }
            if byte == UInt8(ascii: "$"), quote == UInt8(ascii: "`"), next == UInt8(ascii: "{") {
                position = start
                skipTemplate()
                return nil
            }
            guard byte == UInt8(ascii: "\\"), let escaped = next else {
                text.append(byte)
                continue
            }
            position += 1
            switch escaped {
            case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "t"): text.append(UInt8(ascii: "\t"))
            case UInt8(ascii: "r"): text.append(UInt8(ascii: "\r"))
            case UInt8(ascii: "\n"): break
            case UInt8(ascii: "u"), UInt8(ascii: "x"), UInt8(ascii: "0"), UInt8(ascii: "b"), UInt8(ascii: "f"),
                UInt8(ascii: "v"):
                isKnown = false
            default: text.append(escaped)
            }
        }
        return nil
    }

    /// Skips code up to one of `ends` outside of brackets and strings, or to the end of the file.
    mutating func skipTo(_ ends: Set<UInt8>) {
        var depth = 0
        while true {
            skipSpace()
            guard let byte = next else { return }
            if depth == 0, ends.contains(byte) { return }
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                // The end of what is around this: not ours to take.
                if depth == 0 { return }
                depth -= 1
            default: break
            }
            skipPiece()
        }
    }

    /// Skips a string or a template as a whole, or one byte of anything else.
    private mutating func skipPiece() {
        switch next {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = takeString()
        case UInt8(ascii: "`"): skipTemplate()
        default: position += 1
        }
    }

    /// Skips a template; what is computed in it is skipped by its braces.
    private mutating func skipTemplate() {
        position += 1
        var braces = 0
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\\"): position = min(position + 1, bytes.count)
            case UInt8(ascii: "{"): if braces > 0 || bytes[position - 2] == UInt8(ascii: "$") { braces += 1 }
            case UInt8(ascii: "}"): braces = max(0, braces - 1)
            case UInt8(ascii: "`"): if braces == 0 { return }
            default: break
            }
        }
    }
}
