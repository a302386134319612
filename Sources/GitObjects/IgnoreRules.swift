internal import Glibc

/// The ignore rules that hold in one directory: those of every `.gitignore` from the root down, and the global ones.
///
/// Written by hand because libgit2's answer differs from git's for paths below ignored directories. Grammar:
/// `gitignore(5)`; matching: git's wildmatch with WM_PATHNAME. Rules are asked top-down, and an ignored directory is never
/// entered, so nothing below it can be taken back, as in git.
package struct IgnoreRules: Sendable {
    private var lists: [List] = []
    private var ignoresAll = false

    /// The rules below an ignored directory: nothing there can be taken back.
    package static let everything: IgnoreRules = {
        var rules = IgnoreRules()
        rules.ignoresAll = true
        return rules
    }()

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
        /// How many bytes of the pattern come before its first wildcard: they are compared, not matched.
        let literalCount: Int

        /// Whether the rule names `subject`, which is the path below the base or the last component.
        func matches(_ subject: ArraySlice<UInt8>) -> Bool {
            if literalCount == pattern.count { return subject.elementsEqual(pattern) }
            guard anchored else { return Wildmatch.matches(pattern[...], subject) }
            // Git matches the rest on its own, so that `foo**` spans directories although `**` opens no component.
            guard subject.starts(with: pattern[..<literalCount]) else { return false }
            return Wildmatch.matches(pattern[literalCount...], subject.dropFirst(literalCount))
        }
    }

    package init() {}

    /// Adds the rules of one ignore file, which win over those added before.
    package mutating func add(_ text: [UInt8], base: RepoPath) {
        let rules = text.split(separator: UInt8(ascii: "\n")).compactMap { IgnoreRules.parse($0) }
        if !rules.isEmpty { lists.append(List(base: base, rules: rules)) }
    }

    /// Adds the rules of the file at absolute `path`; a symbolic link is followed.
    package mutating func add(file path: String, base: RepoPath) {
        add(reading: open(path, O_RDONLY | O_CLOEXEC), base: base)
    }

    /// Adds the rules of the file `name` in an open directory. A symbolic link is not followed: git refuses too.
    package mutating func add(file name: String, in directory: Int32, base: RepoPath) {
        add(reading: openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), base: base)
    }

    private mutating func add(reading descriptor: Int32, base: RepoPath) {
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

    package var isEmpty: Bool { lists.isEmpty && !ignoresAll }

    /// Whether `path` itself is excluded, given that no directory above it is.
    package func ignores(_ path: RepoPath, isDirectory: Bool) -> Bool {
        if ignoresAll { return true }
        for list in lists.reversed() {
            guard path.isWithin(list.base) else { continue }
            let start = list.base.isRoot ? 0 : list.base.bytes.count + 1
            guard start < path.bytes.count else { continue }
            let relative = path.bytes[start...]
            let name = path.lastComponent
            for rule in list.rules.reversed() {
                if rule.onlyDirectories && !isDirectory { continue }
                let subject = rule.anchored ? relative : name
                if rule.matches(subject) { return !rule.negated }
            }
        }
        return false
    }

    private static func parse(_ line: ArraySlice<UInt8>) -> Rule? {
        guard line.first != UInt8(ascii: "#") else { return nil }
        // Git handles lines as C strings.
        var text = line.prefix { $0 != 0 }
        if text.count == line.count, text.last == UInt8(ascii: "\r") { text.removeLast() }
        trimTrailingSpaces(&text)
        var negated = false
        if text.first == UInt8(ascii: "!") {
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
        let literalCount = text.prefix { !"*?[\\".utf8.contains($0) }.count
        return Rule(
            pattern: Array(text), negated: negated, onlyDirectories: onlyDirectories, anchored: anchored,
            literalCount: literalCount)
    }

    /// Drops trailing spaces; a backslash keeps the byte after it.
    private static func trimTrailingSpaces(_ text: inout ArraySlice<UInt8>) {
        var end = text.startIndex, at = text.startIndex
        while at < text.endIndex {
            let isSpace = text[at] == UInt8(ascii: " ")
            at += text[at] == UInt8(ascii: "\\") ? 2 : 1
            if !isSpace { end = min(at, text.endIndex) }
        }
        text = text[..<end]
    }
}
