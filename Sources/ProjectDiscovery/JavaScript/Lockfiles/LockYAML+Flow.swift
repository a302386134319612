extension LockYAML {
    /// Reads `[a, b]` or `{a: b}`, which may go over several lines.
    mutating func flow(depth: Int) throws(Problem) -> LockNode {
        guard depth < 48 else { throw problem("values are nested too deep") }
        let isList = bytes[at] == UInt8(ascii: "[")
        let close = isList ? UInt8(ascii: "]") : UInt8(ascii: "}")
        at += 1
        var items: [LockNode] = []
        var entries: [LockEntry] = []
        var names = LockKeys()
        while true {
            skipSpace()
            guard at < bytes.count else { throw problem("the file ends within '[' or '{'") }
            if bytes[at] == close {
                at += 1
                return isList ? .list(items) : .mapping(entries)
            }
            let place = line
            if isList {
                items.append(try flowValue(depth: depth))
            } else {
                let key = try flowScalar(isKey: true)
                skipSpace()
                var value = LockNode.scalar("")
                if at < bytes.count, bytes[at] == UInt8(ascii: ":") {
                    at += 1
                    skipSpace()
                    if at < bytes.count, bytes[at] != UInt8(ascii: ","), bytes[at] != close {
                        value = try flowValue(depth: depth)
                    }
                }
                try names.add(key, line: place)
                entries.append(LockEntry(key: key, line: place, value: value))
            }
            skipSpace()
            guard at < bytes.count else { throw problem("the file ends within '[' or '{'") }
            if bytes[at] == UInt8(ascii: ",") {
                at += 1
            } else if bytes[at] != close {
                throw problem("a ',' is missing")
            }
        }
    }

    private mutating func flowValue(depth: Int) throws(Problem) -> LockNode {
        let first = bytes[at]
        if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") { return try flow(depth: depth + 1) }
        return .scalar(try flowScalar(isKey: false))
    }

    private mutating func flowScalar(isKey: Bool) throws(Problem) -> String {
        let first = bytes[at]
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") { return try quoted() }
        try refuseIndicator(first)
        let start = at
        scan: while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "{"),
                UInt8(ascii: "\n"):
                break scan
            case UInt8(ascii: ":") where isKey && at + 1 < bytes.count && bytes[at + 1] <= UInt8(ascii: " "): break scan
            default: at += 1
            }
        }
        guard at > start else { throw problem("a value is missing") }
        var end = at
        while end > start, bytes[end - 1] <= UInt8(ascii: " ") { end -= 1 }
        return text(start, end)
    }

    /// Skips blanks, ends of lines and comments.
    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\n"):
                line += 1
                at += 1
            case UInt8(ascii: " "), UInt8(ascii: "\r"), UInt8(ascii: "\t"): at += 1
            case UInt8(ascii: "#") where bytes[at - 1] <= UInt8(ascii: " "):
                while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
            default: return
            }
        }
    }

    /// Reads text in quotes, and moves behind the closing one.
    mutating func quoted() throws(Problem) -> String {
        let quote = bytes[at]
        let opened = line
        at += 1
        let start = at
        var isPlain = true
        while at < bytes.count {
            let byte = bytes[at]
            if byte == quote {
                guard quote == UInt8(ascii: "'"), at + 1 < bytes.count, bytes[at + 1] == quote else { break }
                isPlain = false
                at += 2
            } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                isPlain = false
                at += 2
            } else {
                if byte == UInt8(ascii: "\n") { line += 1 }
                at += 1
            }
        }
        guard at < bytes.count else { throw Problem("the quotes are not closed", line: opened) }
        let end = at
        at += 1
        if isPlain { return text(start, end) }
        return quote == UInt8(ascii: "'") ? undoubled(start, end) : try unescaped(start, end, line: opened)
    }

    private func undoubled(_ start: Int, _ end: Int) -> String {
        var result: [UInt8] = []
        var position = start
        while position < end {
            result.append(bytes[position])
            position += bytes[position] == UInt8(ascii: "'") ? 2 : 1
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func unescaped(_ start: Int, _ end: Int, line: Int) throws(Problem) -> String {
        var result: [UInt8] = []
        var position = start
        while position < end {
            guard bytes[position] == UInt8(ascii: "\\") else {
                result.append(bytes[position])
                position += 1
                continue
            }
            guard position + 1 < end else { throw Problem("the quotes are not closed", line: line) }
            position += 2
            switch bytes[position - 1] {
            case UInt8(ascii: "n"): result.append(10)
            case UInt8(ascii: "t"): result.append(9)
            case UInt8(ascii: "r"): result.append(13)
            case UInt8(ascii: "0"): result.append(0)
            case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
                let digits =
                    bytes[position - 1] == UInt8(ascii: "x") ? 2 : bytes[position - 1] == UInt8(ascii: "u") ? 4 : 8
                guard position + digits <= end, let number = UInt32(text(position, position + digits), radix: 16),
                    let scalar = Unicode.Scalar(number)
                else { throw Problem("an escape in quotes is not understood", line: line) }
                result += Array(String(Character(scalar)).utf8)
                position += digits
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "/"), UInt8(ascii: " "):
                result.append(bytes[position - 1])
            case UInt8(ascii: "\n"):
                // A line that goes on: its indentation does not count.
                while position < end, bytes[position] == UInt8(ascii: " ") { position += 1 }
            default: throw Problem("an escape in quotes is not understood", line: line)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
