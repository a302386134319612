/// A set of versions in the grammar of node-semver 7: `^1.2`, `~1`, `1.x`, `>=1 <3`, `1.2 - 2`, joined by `||`.
///
/// Strict parsing: what node-semver only takes in its loose mode is `nil` here.
package struct VersionRange: Sendable, Hashable {
    enum Comparison: Sendable, Hashable { case less, lessOrEqual, equal, greaterOrEqual, greater }

    struct Comparator: Sendable, Hashable {
        var comparison: Comparison
        var version: SemanticVersion
    }

    /// Alternatives; within one, every comparator must hold, and none at all means any version.
    let alternatives: [[Comparator]]
    let includesPrereleases: Bool

    /// Parses `text`; `nil` when it is no range, such as a tag (`latest`) or an address.
    ///
    /// With `includesPrereleases`, prereleases are ordinary versions; without, one matches only when the range names a
    /// prerelease of the same release.
    package init?(_ text: some StringProtocol, includesPrereleases: Bool = false) {
        self.includesPrereleases = includesPrereleases
        let desugaring = RangeDesugaring(includesPrereleases: includesPrereleases)
        var alternatives: [[Comparator]] = []
        for part in VersionRange.splitAlternatives(Array(text.utf8)) {
            guard let comparators = desugaring.comparators(of: part) else { return nil }
            alternatives.append(comparators)
        }
        // An alternative that allows anything swallows the others, also where they would have let a prerelease in.
        self.alternatives = alternatives.contains([]) ? [[]] : alternatives
    }

    package func contains(_ version: SemanticVersion) -> Bool {
        alternatives.contains { comparators in
            comparators.allSatisfy { $0.admits(version) } && allowsPrerelease(of: version, comparators)
        }
    }

    private func allowsPrerelease(of version: SemanticVersion, _ comparators: [Comparator]) -> Bool {
        if version.prerelease.isEmpty || includesPrereleases { return true }
        return comparators.contains { !$0.version.prerelease.isEmpty && $0.version.hasSameRelease(as: version) }
    }

    private static func splitAlternatives(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = 0, position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "|"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "|")
            {
                parts.append(bytes[start..<position])
                position += 2
                start = position
            } else {
                position += 1
            }
        }
        parts.append(bytes[start...])
        return parts
    }
}

extension VersionRange.Comparator {
    /// What no version satisfies: `<0.0.0-0`.
    static let never = VersionRange.Comparator(
        comparison: .less, version: SemanticVersion(0, 0, 0, prerelease: [.number(0)]))

    func admits(_ candidate: SemanticVersion) -> Bool {
        switch comparison {
        case .less: candidate < version
        case .lessOrEqual: candidate <= version
        case .equal: candidate == version
        case .greaterOrEqual: candidate >= version
        case .greater: candidate > version
        }
    }
}
