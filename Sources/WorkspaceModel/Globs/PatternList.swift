package import GitObjects

/// A list of globs that selects files: the last pattern that matches a path decides, and one with `!` says no.
///
/// A path that no pattern matches is not selected, whatever the first pattern is. `Pattern` describes the syntax. Paths
/// are relative to the directory that the patterns were written for; the caller takes off what lies above it.
package struct PatternList: Sendable {
    /// What a list says about the files below a directory.
    package enum Verdict: Hashable, Sendable {
        /// Every file below, however deep and whatever its name, is selected.
        case all
        /// No file below, however deep and whatever its name, is selected.
        case none
        /// It depends on the file: descend.
        case look
    }

    /// The patterns, in order.
    package let compiled: [Pattern]

    package init(_ patterns: [String]) throws(PatternError) {
        compiled = try patterns.map { (text) throws(PatternError) in try Pattern(text) }
    }

    /// The patterns as they were written.
    package var patterns: [String] { compiled.map(\.text) }

    package var isEmpty: Bool { compiled.isEmpty }

    package func matches(_ path: RepoPath) -> Bool {
        path.bytes.withUnsafeBufferPointer(matches)
    }

    /// Whether the path with these bytes is selected; for a part of a longer path, without a copy.
    package func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer(matches)
    }

    /// Whether the last pattern that matches the path is an exclusion: somebody took the path out by name.
    package func takesOut(_ path: RepoPath) -> Bool {
        for pattern in compiled.reversed() where pattern.matches(path) { return pattern.isExclusion }
        return false
    }

    private func matches(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
        for pattern in compiled.reversed() where pattern.matches(path) {
            return !pattern.isExclusion
        }
        return false
    }

    /// What the list says about the files below `directory`, the root for all files. `all` and `none` hold for any file
    /// that could exist there; `look` may be said where a closer look would find one of the others.
    package func verdict(forDirectory directory: RepoPath) -> Verdict {
        // From the last pattern on, which decides first. What is left undecided falls to the patterns before it.
        var maySelect = false
        var mayReject = false
        for pattern in compiled.reversed() {
            switch (pattern.verdict(forDirectory: directory), pattern.isExclusion) {
            case (.none, _): continue
            case (.look, false): maySelect = true
            case (.look, true): mayReject = true
            case (.all, false): return mayReject ? .look : .all
            case (.all, true): return maySelect ? .look : .none
            }
        }
        return maySelect ? .look : .none
    }
}

extension PatternList: Hashable {
    package static func == (left: PatternList, right: PatternList) -> Bool { left.compiled == right.compiled }

    package func hash(into hasher: inout Hasher) { hasher.combine(compiled) }
}
