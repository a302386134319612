/// Turns a literal of JavaScript into JSON, so that a table in a configuration that is code can be read.
///
/// Understood: arrays, objects, strings of all three quotes without `${`, numbers, `true`, `false`, `null`, names as keys,
/// comments and last commas. Everything else, such as a call or a variable, is code.
struct JavaScriptLiteral {
    private let bytes: [UInt8]
    private var at: Int
    private var json: [UInt8] = []
    private var open: [UInt8] = []

    /// Deeper literals are refused.
    private static let depthLimit = 64

    /// The JSON of the array or object that begins at `start`, its line breaks in the same places, and comments in it as
    /// they were; `nil` when it holds code or does not end.
    static func json(in bytes: [UInt8], at start: Int) -> [UInt8]? {
        var literal = JavaScriptLiteral(bytes: bytes, at: start)
        return literal.convert() ? literal.json : nil
    }

    private init(bytes: [UInt8], at start: Int) {
        self.bytes = bytes
        at = start
    }

    private func byte(_ offset: Int = 0) -> UInt8? { at + offset < bytes.count ? bytes[at + offset] : nil }

    private mutating func convert() -> Bool {
        while let first = byte() {
            switch first {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                open.append(first)
                guard open.count <= JavaScriptLiteral.depthLimit else { return false }
                take()
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard open.popLast() == (first == UInt8(ascii: "]") ? UInt8(ascii: "[") : UInt8(ascii: "{")) else {
                    return false
                }
                take()
                if open.isEmpty { return true }
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): guard text(first) else { return false }
            case UInt8(ascii: "/"): guard comment() else { return false }
            case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"),
                UInt8(ascii: "\r"), UInt8(ascii: "-"), UInt8(ascii: "."):
                take()
            case let first where JavaScriptLiteral.isWord(first): guard word() else { return false }
            default: return false
            }
            if open.isEmpty { return false }
        }
        return false
    }

    private mutating func take() {
        json.append(bytes[at])
        at += 1
    }

    private mutating func text(_ quote: UInt8) -> Bool {
        json.append(UInt8(ascii: "\""))
        at += 1
        while let byte = byte() {
            switch byte {
            case quote:
                json.append(UInt8(ascii: "\""))
                at += 1
                return true
            case UInt8(ascii: "\n"): return false
            case UInt8(ascii: "$") where quote == UInt8(ascii: "`") && self.byte(1) == UInt8(ascii: "{"): return false
            case UInt8(ascii: "\""): json += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\\"):
                guard let next = self.byte(1) else { return false }
                // The escapes of JSON, and quotes; any other changes what follows.
                switch next {
                case UInt8(ascii: "'"), UInt8(ascii: "`"): json.append(next)
                case _ where "\"\\/bfnrt".utf8.contains(next): json += [byte, next]
                default: return false
                }
                at += 1
            default: json.append(byte)
            }
            at += 1
        }
        return false
    }

    private mutating func comment() -> Bool {
        if byte(1) == UInt8(ascii: "/") {
            while let byte = byte(), byte != UInt8(ascii: "\n") { take() }
            return true
        }
        guard byte(1) == UInt8(ascii: "*") else { return false }
        take()
        take()
        while let byte = byte() {
            if byte == UInt8(ascii: "*"), self.byte(1) == UInt8(ascii: "/") {
                take()
                take()
                return true
            }
            take()
        }
        return false
    }

    /// A key, a number, or one of the words of JSON.
    private mutating func word() -> Bool {
        let start = at
        while let byte = byte(), JavaScriptLiteral.isWord(byte) { at += 1 }
        let word = bytes[start..<at]
        var next = at
        while next < bytes.count, bytes[next] == UInt8(ascii: " ") || bytes[next] == UInt8(ascii: "\n") { next += 1 }
        if next < bytes.count, bytes[next] == UInt8(ascii: ":"), open.last == UInt8(ascii: "{") {
            json += [UInt8(ascii: "\"")] + word + [UInt8(ascii: "\"")]
            return true
        }
        let isNumber = word.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
        guard isNumber || ["true", "false", "null"].contains(String(decoding: word, as: UTF8.self)) else {
            return false
        }
        json += word
        return true
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"):
            true
        default: false
        }
    }
}
