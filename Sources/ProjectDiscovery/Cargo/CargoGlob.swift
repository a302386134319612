internal import GitObjects

/// Expands the patterns of `workspace.members` over a tree, as cargo does with the crate `glob`.
///
/// `*`, `?` and `[...]` match within one component, dot files included; `**` matches any number of directories.
struct CargoGlob {
    let tree: SourceTree

    /// The directories that `pattern` selects below `root`, sorted; none when it selects nothing. A pattern without
    /// special characters selects the directory it names, when that exists.
    func directories(_ pattern: String, below root: RepoPath) throws(GitError) -> [RepoPath] {
        var found = [root]
        for component in pattern.utf8.split(separator: UInt8(ascii: "/")) {
            let component = Array(component)
            var next: [RepoPath] = []
            for directory in found {
                next += try step(component, from: directory)
            }
            found = next
        }
        var result: [RepoPath] = []
        for directory in Set(found).sorted() where try tree.directoryID(directory) != nil {
            result.append(directory)
        }
        return result
    }

    /// Whether `pattern` has characters that make it more than a path.
    static func isPattern(_ pattern: String) -> Bool {
        pattern.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
    }

    private func step(_ component: [UInt8], from directory: RepoPath) throws(GitError) -> [RepoPath] {
        if component == [UInt8(ascii: ".")] { return [directory] }
        if component == Array("..".utf8) { return [directory.parent].compactMap(\.self) }
        if component == Array("**".utf8) { return try [directory] + below(directory) }
        guard CargoGlob.isPattern(String(decoding: component, as: UTF8.self)) else {
            return [directory.appending(component)]
        }
        guard let entries = try tree.directory(directory) else { return [] }
        var result: [RepoPath] = []
        for entry in entries.entries where entry.mode == .directory {
            let name = entries.name(of: entry)
            if CargoGlob.matches(component[...], name) { result.append(directory.appending(name)) }
        }
        return result
    }

    private func below(_ directory: RepoPath) throws(GitError) -> [RepoPath] {
        var result: [RepoPath] = [], pending = [directory]
        while let next = pending.popLast() {
            guard let entries = try tree.directory(next) else { continue }
            for entry in entries.entries where entry.mode == .directory {
                let child = next.appending(entries.name(of: entry))
                result.append(child)
                pending.append(child)
            }
        }
        return result
    }

    /// Matches one component. Backtracks to the last star only, so the cost is at most the product of the lengths.
    static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var at = pattern.startIndex, position = name.startIndex
        var star: (pattern: Int, name: Int)?
        while position < name.endIndex {
            if at < pattern.endIndex {
                if pattern[at] == UInt8(ascii: "*") {
                    star = (at + 1, position)
                    at += 1
                    continue
                }
                if let end = matchOne(pattern[at...], name[position]) {
                    at = end
                    position += 1
                    continue
                }
            }
            guard let last = star else { return false }
            star = (last.pattern, last.name + 1)
            at = last.pattern
            position = last.name + 1
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// Where the pattern goes on after its first element matched `byte`; `nil` when it does not match.
    private static func matchOne(_ pattern: ArraySlice<UInt8>, _ byte: UInt8) -> Int? {
        let start = pattern.startIndex
        switch pattern[start] {
        case UInt8(ascii: "?"): return start + 1
        case UInt8(ascii: "["):
            var index = start + 1
            let isNegated = index < pattern.endIndex && pattern[index] == UInt8(ascii: "!")
            if isNegated { index += 1 }
            let first = index
            var isMember = false
            while index < pattern.endIndex, pattern[index] != UInt8(ascii: "]") || index == first {
                if index + 2 < pattern.endIndex, pattern[index + 1] == UInt8(ascii: "-"),
                    pattern[index + 2] != UInt8(ascii: "]")
                {
                    if pattern[index] <= byte, byte <= pattern[index + 2] { isMember = true }
                    index += 3
                } else {
                    if pattern[index] == byte { isMember = true }
                    index += 1
                }
            }
            guard index < pattern.endIndex else { return nil }
            return isMember != isNegated ? index + 1 : nil
        default: return pattern[start] == byte ? start + 1 : nil
        }
    }
}
