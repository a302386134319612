internal import GitObjects

/// The text of a YAML file made safe for Yams, which composes aliases and complex keys without bound.
///
/// Yams hashes every key, and an alias or a whole mapping may be a key, so a short document can keep it busy for hours.
/// Therefore each `*` and `?` is replaced by a private-use character that the file does not hold: the two indicators
/// then never reach Yams, places stay the same (one character for one), and `YAMLComposition` reads aliases from the
/// plain scalars that begin with the replacement of `*`. Collections as keys of flow mappings remain; they are cheap when
/// they are not deep, which composing `textWithoutBraces` finds out first.
struct YAMLSource {
    let path: RepoPath
    /// Never a small string: Yams keeps a pointer into the text's storage, and a small string has none.
    let text: String
    /// The same with brackets for braces: it nests alike, and what stood in braces is no longer a key.
    let textWithoutBraces: String
    /// What stands for `*`.
    let star: Unicode.Scalar
    /// What stands for `?`.
    let question: Unicode.Scalar
    private let lines: [ArraySlice<UInt8>]

    /// Checks size, encoding and characters, and looks for merge conflicts.
    init(_ bytes: [UInt8], path: RepoPath) throws(ConfigurationError) {
        guard bytes.count <= YAMLLimit.bytes else {
            throw ConfigurationError(
                path: path, problem: "the file has \(bytes.count) bytes; the limit is \(YAMLLimit.bytes)")
        }
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let lines = bytes[(hasMark ? 3 : 0)...].split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var privateUse: Set<UInt32> = []
        for (index, line) in lines.enumerated() {
            try YAMLSource.check(line, number: index + 1, path: path, privateUse: &privateUse)
        }
        let free = (UInt32(0xE000)...0xF8FF).lazy.filter { !privateUse.contains($0) }.prefix(2).compactMap {
            Unicode.Scalar($0)
        }
        guard let star = free.first, let question = free.last, star != question else {
            throw ConfigurationError(path: path, problem: "the file uses every private-use character of Unicode")
        }
        self.path = path
        self.star = star
        self.question = question
        self.lines = lines
        let starBytes = Array(String(Character(star)).utf8), questionBytes = Array(String(Character(question)).utf8)
        var safe: [UInt8] = []
        safe.reserveCapacity(bytes.count + 64)
        for byte in hasMark ? bytes.dropFirst(3) : bytes[...] {
            switch byte {
            case UInt8(ascii: "*"): safe.append(contentsOf: starBytes)
            case UInt8(ascii: "?"): safe.append(contentsOf: questionBytes)
            default: safe.append(byte)
            }
        }
        text = YAMLSource.largeString(safe)
        YAMLSource.replaceBraces(in: &safe)
        textWithoutBraces = YAMLSource.largeString(safe)
    }

    private static func replaceBraces(in bytes: inout [UInt8]) {
        var colons: [Int] = [], followsBracket = false
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "{"):
                bytes[index] = UInt8(ascii: "[")
                followsBracket = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                bytes[index] = UInt8(ascii: "]")
                followsBracket = true
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                continue
            case let byte:
                if followsBracket, byte == UInt8(ascii: ":") { colons.append(index) }
                followsBracket = false
            }
        }
        // `[[[a]: b]: c]` has a collection as a key at each level, which is refused in any case; a few are left, so that
        // the sentence about them can be exact. In other text `]:` means nothing and a space does as well.
        guard colons.count > 256 else { return }
        for index in colons { bytes[index] = UInt8(ascii: " ") }
    }

    private static func largeString(_ bytes: [UInt8]) -> String {
        var text = ""
        text.reserveCapacity(bytes.count + 64)
        text.append(contentsOf: String(decoding: bytes, as: UTF8.self))
        return text
    }

    private static func check(
        _ line: ArraySlice<UInt8>, number: Int, path: RepoPath, privateUse: inout Set<UInt32>
    ) throws(ConfigurationError) {
        for marker in ["<<<<<<<", "|||||||", ">>>>>>>"] where line.starts(with: marker.utf8) {
            let problem = "the file has merge conflict markers. Finish the merge and remove them"
            throw ConfigurationError(path: path, line: number, column: 1, problem: problem)
        }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw ConfigurationError(path: path, line: number, problem: "the file is not UTF-8 text")
        }
        for (index, scalar) in text.unicodeScalars.enumerated() {
            switch scalar.value {
            case 0x09, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xF900...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF:
                continue
            case 0xE000...0xF8FF:
                privateUse.insert(scalar.value)
            default:
                let problem = "the character U+\(hexadecimal(scalar)) is not allowed in YAML. Remove it"
                throw ConfigurationError(path: path, line: number, column: index + 1, problem: problem)
            }
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// `text` as it was in the file: the replacements are taken back.
    func restored(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 == star || $0 == question }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append(scalar == star ? "*" : scalar == question ? "?" : scalar)
        }
        return String(result)
    }

    /// Whether white space before the first character of a line (counted from 1) holds a tab.
    func indentsWithTab(line: Int) -> Bool {
        guard line >= 1, line <= lines.count else { return false }
        let blank: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        return lines[line - 1].prefix { blank.contains($0) }.contains(UInt8(ascii: "\t"))
    }

    /// The character at a place counted from 1; `nil` past the end of the line.
    func scalar(line: Int, column: Int) -> Unicode.Scalar? {
        guard line >= 1, line <= lines.count, column >= 1 else { return nil }
        return String(decoding: lines[line - 1], as: UTF8.self).unicodeScalars.dropFirst(column - 1).first
    }

    func problem(line: Int, column: Int, _ problem: String) -> ConfigurationError {
        ConfigurationError(path: path, line: line, column: column, problem: problem)
    }
}
