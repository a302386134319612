/// Counts in what programs print, enough to prove that they did all of the work.
enum OutputCheck {
    static func lines(_ bytes: [UInt8]) -> Int { bytes.count { $0 == UInt8(ascii: "\n") } }

    static func lines(_ bytes: [UInt8], startingWith prefix: String) -> Int {
        bytes.split(separator: UInt8(ascii: "\n")).count { $0.starts(with: prefix.utf8) }
    }

    /// How many elements the array that is the member `key` of the outermost JSON object has; `nil` when there is none.
    ///
    /// Knows strings, brackets and commas and nothing else of JSON, so it needs no memory beyond the text.
    static func elements(of key: String, in json: [UInt8]) -> Int? {
        var depth = 0, index = 0, last: Range<Int> = 0..<0
        var isCounting = false, count = 0, hasElement = false
        while index < json.count {
            switch json[index] {
            case UInt8(ascii: "\""):
                let start = index + 1
                index = start
                while index < json.count, json[index] != UInt8(ascii: "\"") {
                    index += json[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                last = start..<min(index, json.count)
                hasElement = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if depth == 1, json[index] == UInt8(ascii: "["), json[last].elementsEqual(key.utf8) {
                    isCounting = true
                    hasElement = false
                } else {
                    hasElement = true
                }
                depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if isCounting, depth == 1 { return hasElement ? count + 1 : 0 }
            case UInt8(ascii: ","):
                if isCounting, depth == 2 { count += 1 }
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: ":"): break
            default: hasElement = true
            }
            index += 1
        }
        return nil
    }

    /// Throws unless `found` is `expected`.
    static func expect(_ found: Int?, _ expected: Int, _ what: String) throws(BenchmarkError) {
        guard found == expected else {
            throw BenchmarkError("Expected \(expected) \(what), found \(found.map { "\($0)" } ?? "no list of them").")
        }
    }
}
