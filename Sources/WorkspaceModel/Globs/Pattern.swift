package import GitObjects

/// A compiled glob over the paths of files.
///
/// Components are separated by `/`. `*` is any run of characters in one component, a leading dot included; `?` is one
/// character; `[a-z]` and `[!a-z]` are one character in or out of a set; `**` as a whole component is any number of
/// directories, and at the end everything below; `{a,b}` is either, nested as needed; `\` takes the next character as
/// it is. A pattern whose last component has no wildcard also selects everything below that path; with a slash at its
/// end it selects only what is below. Matching is exact about case and complete: `*.md` selects nothing in directories.
/// A character is a UTF-8 character, or one byte where a name is not UTF-8.
package struct Pattern: Sendable {
    /// The pattern as it was written.
    package let text: String
    /// Whether it began with `!`: what it matches is not selected.
    package let isExclusion: Bool
    private let alternatives: [PathPattern]

    /// In bytes. Together with the limit on alternatives it bounds the memory that a pattern can ask for.
    private static let lengthLimit = 16 * 1024

    /// Compiles `text`. A leading `!` makes an exclusion; a leading `./` is dropped; a leading `/` is an error, since only
    /// the caller knows what lies there, and so is `..`, which would leave the directory that the pattern is for.
    package init(_ text: String) throws(PatternError) {
        self.text = text
        do throws(PatternProblem) {
            var glob = Array(text.utf8)[...]
            isExclusion = glob.first == UInt8(ascii: "!")
            if isExclusion { glob.removeFirst() }
            if glob.isEmpty { throw PatternProblem(text: "it is empty") }
            if glob.count > Self.lengthLimit { throw PatternProblem(text: "it is too long") }
            if isExclusion, glob.first == UInt8(ascii: "!") {
                throw PatternProblem(text: "it has two '!'; a name that begins with one is written '\\!'")
            }
            var alternatives: [PathPattern] = []
            for alternative in try BraceExpansion.expand(Array(glob)) {
                alternatives.append(try PathPattern(alternative))
            }
            self.alternatives = alternatives
        } catch {
            throw PatternError(pattern: text, problem: error.text)
        }
    }

    /// Whether the pattern matches, regardless of `isExclusion`.
    package func matches(_ path: RepoPath) -> Bool {
        path.bytes.withUnsafeBufferPointer(matches)
    }

    func matches(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
        for alternative in alternatives where alternative.matches(path) { return true }
        return false
    }

    /// Whether all, none or some of the files that may exist below `directory` match, regardless of `isExclusion`.
    package func verdict(forDirectory directory: RepoPath) -> PatternList.Verdict {
        var verdict = PatternList.Verdict.none
        for alternative in alternatives {
            switch alternative.verdict(forDirectory: directory) {
            case .all: return .all
            case .look: verdict = .look
            case .none: break
            }
        }
        return verdict
    }

    /// The deepest directory that certainly contains every file the pattern matches; the root when there is no other.
    /// `src/app` gives `src`, since it may be a file; `src/app/` and `src/app/**` give `src/app`.
    package var staticPrefix: RepoPath {
        var common = alternatives.first?.literalDirectory ?? []
        for alternative in alternatives.dropFirst() {
            let pairs = zip(common, alternative.literalDirectory)
            common = pairs.prefix { $0 == $1 }.map(\.0)
        }
        return RepoPath(bytes: Array(common.joined(separator: [UInt8(ascii: "/")])))
    }
}

extension Pattern: Hashable {
    // All else follows from the text, byte by byte: strings compare equal that are different names to git.
    package static func == (left: Pattern, right: Pattern) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(0xFF as UInt8)
    }
}
