/// Turns carets, tildes, wild parts and hyphens into plain comparators, as node-semver's `classes/range.js` (7.6) does.
struct RangeDesugaring {
    typealias Comparator = VersionRange.Comparator

    let includesPrereleases: Bool

    /// The comparators of one alternative; empty when it allows anything, `nil` when it is not understood.
    func comparators(of text: ArraySlice<UInt8>) -> [Comparator]? {
        let words = text.split { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
        if words.count == 3, words[1].elementsEqual("-".utf8) {
            return hyphen(from: words[0], to: words[2]).map(normalised)
        }
        var result: [Comparator] = []
        for token in RangeDesugaring.attachOperators(words) {
            guard let comparators = comparators(ofToken: token) else { return nil }
            result += comparators
        }
        return normalised(result)
    }

    /// `>=0.0.0` allows anything, so it is dropped; one impossible comparator makes the alternative impossible.
    private func normalised(_ comparators: [Comparator]) -> [Comparator] {
        if comparators.contains(.never) { return [.never] }
        let lowest = SemanticVersion(0, 0, 0, prerelease: includesPrereleases ? [.number(0)] : [])
        return comparators.filter { $0 != Comparator(comparison: .greaterOrEqual, version: lowest) }
    }

    /// Joins an operator with the version after it, from which white space may part it.
    private static func attachOperators(_ words: [ArraySlice<UInt8>]) -> [ArraySlice<UInt8>] {
        var tokens: [ArraySlice<UInt8>] = []
        var pending: ArraySlice<UInt8> = []
        for word in words {
            if word.allSatisfy({ "<>=^~".utf8.contains($0) }) {
                pending += word
            } else {
                tokens.append(pending + word)
                pending = []
            }
        }
        if !pending.isEmpty { tokens.append(pending) }
        return tokens
    }

    private func comparators(ofToken token: ArraySlice<UInt8>) -> [Comparator]? {
        var rest = token
        switch token.first {
        case UInt8(ascii: "^"):
            guard let version = PartialVersion(parsing: rest.dropFirst()) else { return nil }
            return caret(version)
        case UInt8(ascii: "~"):
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: ">") { rest = rest.dropFirst() }
            guard let version = PartialVersion(parsing: rest) else { return nil }
            return tilde(version)
        default:
            let comparison = RangeDesugaring.takeComparison(&rest)
            guard let version = PartialVersion(parsing: rest) else { return nil }
            return compared(comparison, version)
        }
    }

    private static func takeComparison(_ rest: inout ArraySlice<UInt8>) -> VersionRange.Comparison {
        let first = rest.first
        guard first == UInt8(ascii: "<") || first == UInt8(ascii: ">") else {
            if first == UInt8(ascii: "=") { rest = rest.dropFirst() }
            return .equal
        }
        rest = rest.dropFirst()
        let orEqual = rest.first == UInt8(ascii: "=")
        if orEqual { rest = rest.dropFirst() }
        if first == UInt8(ascii: "<") { return orEqual ? .lessOrEqual : .less }
        return orEqual ? .greaterOrEqual : .greater
    }

    // MARK: Forms

    private func caret(_ version: PartialVersion) -> [Comparator] {
        guard let major = version.major else { return [] }
        guard let minor = version.minor else { return between(lowest(major, 0, 0), SemanticVersion(major + 1, 0, 0)) }
        guard let patch = version.patch else {
            let end = major == 0 ? SemanticVersion(0, minor + 1, 0) : SemanticVersion(major + 1, 0, 0)
            return between(lowest(major, minor, 0), end)
        }
        let end =
            if major > 0 { SemanticVersion(major + 1, 0, 0) } else if minor > 0 {
                SemanticVersion(0, minor + 1, 0)
            } else { SemanticVersion(0, 0, patch + 1) }
        if version.prerelease.isEmpty, major == 0 { return between(lowest(major, minor, patch), end) }
        return between(SemanticVersion(major, minor, patch, prerelease: version.prerelease), end)
    }

    private func tilde(_ version: PartialVersion) -> [Comparator] {
        guard let major = version.major else { return [] }
        guard let minor = version.minor else {
            return between(SemanticVersion(major, 0, 0), SemanticVersion(major + 1, 0, 0))
        }
        let start = SemanticVersion(
            major, minor, version.patch ?? 0, prerelease: version.patch == nil ? [] : version.prerelease)
        return between(start, SemanticVersion(major, minor + 1, 0))
    }

    private func compared(_ comparison: VersionRange.Comparison, _ version: PartialVersion) -> [Comparator]? {
        guard let major = version.major else {
            return comparison == .less || comparison == .greater ? [.never] : []
        }
        if let minor = version.minor, let patch = version.patch {
            guard version.prefix != .other else { return nil }
            let exact = SemanticVersion(major, minor, patch, prerelease: version.prerelease)
            return [Comparator(comparison: comparison, version: exact)]
        }
        let start = lowest(major, version.minor ?? 0, 0)
        let next = version.minor.map { SemanticVersion(major, $0 + 1, 0) } ?? SemanticVersion(major + 1, 0, 0)
        switch comparison {
        case .equal: return between(start, next)
        case .greaterOrEqual: return [Comparator(comparison: .greaterOrEqual, version: start)]
        case .greater:
            let start = lowest(next.major, next.minor, next.patch)
            return [Comparator(comparison: .greaterOrEqual, version: start)]
        case .less:
            return [Comparator(comparison: .less, version: below(SemanticVersion(major, version.minor ?? 0, 0)))]
        case .lessOrEqual: return [Comparator(comparison: .less, version: below(next))]
        }
    }

    private func hyphen(from: ArraySlice<UInt8>, to: ArraySlice<UInt8>) -> [Comparator]? {
        guard let from = PartialVersion(parsing: from), let to = PartialVersion(parsing: to),
            from.prefix != .other
        else { return nil }
        var result: [Comparator] = []
        if let major = from.major {
            let isWhole = from.patch != nil && !from.prerelease.isEmpty
            let start =
                isWhole
                ? SemanticVersion(major, from.minor ?? 0, from.patch ?? 0, prerelease: from.prerelease)
                : lowest(major, from.minor ?? 0, from.patch ?? 0)
            result.append(Comparator(comparison: .greaterOrEqual, version: start))
        }
        guard let major = to.major else { return result }
        guard let minor = to.minor else {
            return result + [Comparator(comparison: .less, version: below(SemanticVersion(major + 1, 0, 0)))]
        }
        guard let patch = to.patch else {
            return result + [Comparator(comparison: .less, version: below(SemanticVersion(major, minor + 1, 0)))]
        }
        if to.prerelease.isEmpty, includesPrereleases {
            return result + [Comparator(comparison: .less, version: below(SemanticVersion(major, minor, patch + 1)))]
        }
        let end = SemanticVersion(major, minor, patch, prerelease: to.prerelease)
        return result + [Comparator(comparison: .lessOrEqual, version: end)]
    }

    // MARK: Bounds

    /// The first version of a release line: its lowest prerelease when prereleases are ordinary versions.
    private func lowest(_ major: Int, _ minor: Int, _ patch: Int) -> SemanticVersion {
        SemanticVersion(major, minor, patch, prerelease: includesPrereleases ? [.number(0)] : [])
    }

    /// An upper bound that keeps out the prereleases of `version` too.
    private func below(_ version: SemanticVersion) -> SemanticVersion {
        SemanticVersion(version.major, version.minor, version.patch, prerelease: [.number(0)])
    }

    private func between(_ start: SemanticVersion, _ end: SemanticVersion) -> [Comparator] {
        [Comparator(comparison: .greaterOrEqual, version: start), Comparator(comparison: .less, version: below(end))]
    }
}
