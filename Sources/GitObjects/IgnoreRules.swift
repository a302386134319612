internal import Glibc

/// The ignore rules that hold in one directory: those of every `.gitignore` from the root down, and the global ones.
///
/// Written by hand because libgit2's answer differs from git's for paths below ignored directories. Grammar:
/// `gitignore(5)`; matching: git's wildmatch with WM_PATHNAME. Rules are asked top-down, and an ignored directory is never
/// entered, so nothing below it can be taken back, as in git.
package struct IgnoreRules: Sendable {
    private var lists: [List] = []

    private struct List: Sendable {
        /// The directory the patterns are relative to.
        let base: RepoPath
        let rules: [Rule]
    }

    private struct Rule: Sendable {
        let pattern: [UInt8]
        let negated: Bool
        let onlyDirectories: Bool
        /// Matched against the whole path below the base rather than against the last component.
        let anchored: Bool
        /// A pattern without wildcards is compared, not matched.
        let literal: Bool
    }

    package init() {}

    /// Adds the rules of one ignore file, which win over those added before.
    package mutating func add(_ text: [UInt8], base: RepoPath) {
        let rules = text.split(separator: UInt8(ascii: "\n")).compactMap { IgnoreRules.parse($0) }
        if !rules.isEmpty { lists.append(List(base: base, rules: rules)) }
    }

    /// Adds the rules of the file at absolute `path`. A symbolic link is not followed below the root (git refuses too).
    package mutating func add(file path: String, base: RepoPath, followingLinks: Bool) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | (followingLinks ? 0 : O_NOFOLLOW))
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            text.append(contentsOf: buffer[..<count])
        }
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        add(text, base: base)
    }

    package var isEmpty: Bool { lists.isEmpty }

    /// Whether `path` itself is excluded, given that no directory above it is.
    package func ignores(_ path: RepoPath, isDirectory: Bool) -> Bool {
        for list in lists.reversed() {
            guard path.isWithin(list.base) else { continue }
            let start = list.base.isRoot ? 0 : list.base.bytes.count + 1
            guard start < path.bytes.count else { continue }
            let relative = path.bytes[start...]
            let name = path.lastComponent
            for rule in list.rules.reversed() {
                if rule.onlyDirectories && !isDirectory { continue }
                let subject = rule.anchored ? relative : name
                let matched = rule.literal
                    ? subject.elementsEqual(rule.pattern)
                    : Wildmatch.matches(rule.pattern[...], subject)
                if matched { return !rule.negated }
            }
        }
        return false
    }

    private static func parse(_ line: ArraySlice<UInt8>) -> Rule? {
        var text = line
        if text.last == UInt8(ascii: "\r") { text.removeLast() }
        // Trailing spaces are dropped unless escaped.
        while text.last == UInt8(ascii: " "), text.dropLast().last != UInt8(ascii: "\\") { text.removeLast() }
        guard let first = text.first, first != UInt8(ascii: "#") else { return nil }
        var negated = false
        if first == UInt8(ascii: "!") {
            negated = true
            text.removeFirst()
        }
        var onlyDirectories = false
        if text.last == UInt8(ascii: "/") {
            onlyDirectories = true
            text.removeLast()
        }
        let anchored = text.contains(UInt8(ascii: "/"))
        if text.first == UInt8(ascii: "/") { text.removeFirst() }
        guard !text.isEmpty else { return nil }
        let literal = !text.contains { "*?[\\".utf8.contains($0) }
        return Rule(
            pattern: Array(text), negated: negated, onlyDirectories: onlyDirectories, anchored: anchored, literal: literal)
    }
}

/// Git's wildmatch with WM_PATHNAME: `*` and `?` stop at slashes, `**` between slashes does not.
enum Wildmatch {
    private static let slash = UInt8(ascii: "/"), star = UInt8(ascii: "*"), backslash = UInt8(ascii: "\\")

    /// `opensComponent` says whether `pattern` starts a path component: only there does `**` span directories.
    static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>, opensComponent: Bool = true) -> Bool {
        var pattern = pattern, text = text
        let start = pattern.startIndex
        var previous: UInt8 = slash
        while let byte = pattern.first {
            defer { previous = byte }
            switch byte {
            case star:
                var stars = pattern.startIndex
                while stars < pattern.endIndex, pattern[stars] == star { stars += 1 }
                let count = stars - pattern.startIndex
                let rest = pattern[stars...]
                let opens = pattern.startIndex == start ? opensComponent : previous == slash
                if count == 2, opens, rest.isEmpty || rest.first == slash {
                    if rest.isEmpty { return true }
                    // `**/` matches no directory or any number of them.
                    let below = rest.dropFirst()
                    if matches(below, text) { return true }
                    var at = text
                    while let next = at.firstIndex(of: slash) {
                        at = at[(next + 1)...]
                        if matches(below, at) { return true }
                    }
                    return false
                }
                if rest.isEmpty { return !text.contains(slash) }
                var at = text
                while true {
                    if matches(rest, at, opensComponent: false) { return true }
                    guard let next = at.first, next != slash else { return false }
                    at = at.dropFirst()
                }
            case UInt8(ascii: "?"):
                guard let next = text.first, next != slash else { return false }
            case UInt8(ascii: "["):
                guard let next = text.first, next != slash, let (hit, end) = bracket(pattern, next), hit else {
                    return false
                }
                pattern = pattern[end...]
                text = text.dropFirst()
                continue
            default:
                var literal = byte
                if byte == backslash, pattern.count > 1 {
                    pattern = pattern.dropFirst()
                    literal = pattern[pattern.startIndex]
                }
                guard text.first == literal else { return false }
            }
            pattern = pattern.dropFirst()
            text = text.dropFirst()
        }
        return text.isEmpty
    }

    /// Whether `byte` is in the bracket expression that opens `pattern`, and where the expression ends.
    private static func bracket(_ pattern: ArraySlice<UInt8>, _ byte: UInt8) -> (hit: Bool, end: Int)? {
        var at = pattern.startIndex + 1
        var negated = false, hit = false, isFirst = true
        if at < pattern.endIndex, pattern[at] == UInt8(ascii: "!") || pattern[at] == UInt8(ascii: "^") {
            negated = true
            at += 1
        }
        while at < pattern.endIndex {
            var low = pattern[at]
            if low == UInt8(ascii: "]"), !isFirst { return (hit != negated, at + 1) }
            isFirst = false
            if low == UInt8(ascii: "["), at + 1 < pattern.endIndex, pattern[at + 1] == UInt8(ascii: ":"),
                let close = pattern[(at + 2)...].firstIndex(of: UInt8(ascii: ":")), close + 1 < pattern.endIndex,
                pattern[close + 1] == UInt8(ascii: "]")
            {
                if isInClass(byte, pattern[(at + 2)..<close]) { hit = true }
                at = close + 2
                continue
            }
            if low == backslash, at + 1 < pattern.endIndex {
                at += 1
                low = pattern[at]
            }
            at += 1
            if at + 1 < pattern.endIndex, pattern[at] == UInt8(ascii: "-"), pattern[at + 1] != UInt8(ascii: "]") {
                at += 1
                if pattern[at] == backslash, at + 1 < pattern.endIndex { at += 1 }
                if low <= byte, byte <= pattern[at] { hit = true }
                at += 1
            } else if low == byte {
                hit = true
            }
        }
        return nil
    }

    private static func isInClass(_ byte: UInt8, _ name: ArraySlice<UInt8>) -> Bool {
        let value = Int32(byte)
        switch String(decoding: name, as: UTF8.self) {
        case "alnum": return isalnum(value) != 0
        case "alpha": return isalpha(value) != 0
        case "blank": return isblank(value) != 0
        case "cntrl": return iscntrl(value) != 0
        case "digit": return isdigit(value) != 0
        case "graph": return isgraph(value) != 0
        case "lower": return islower(value) != 0
        case "print": return isprint(value) != 0
        case "punct": return ispunct(value) != 0
        case "space": return isspace(value) != 0
        case "upper": return isupper(value) != 0
        case "xdigit": return isxdigit(value) != 0
        default: return false
        }
    }
}
