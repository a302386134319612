/// A version as https://semver.org 2.0.0 writes it; build metadata is read and dropped, as it never orders.
package struct SemanticVersion: Sendable, Hashable {
    /// One dot-separated part of a prerelease: numbers order below words.
    package enum Identifier: Sendable, Hashable {
        case number(Int)
        case word(String)
    }

    package var major: Int
    package var minor: Int
    package var patch: Int
    package var prerelease: [Identifier]

    package init(_ major: Int, _ minor: Int, _ patch: Int, prerelease: [Identifier] = []) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.prerelease = prerelease
    }

    /// Parses `1.2.3-beta.1+build`, with an optional leading `v` as node-semver allows; `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        let partial = PartialVersion(parsing: Array(text.utf8)[...])
        guard let partial, partial.prefix == .none || partial.prefix == .v,
            let major = partial.major, let minor = partial.minor, let patch = partial.patch
        else { return nil }
        self.init(major, minor, patch, prerelease: partial.prerelease)
    }

    /// Whether both are versions of one release: equal but for the prerelease.
    func hasSameRelease(as other: SemanticVersion) -> Bool {
        (major, minor, patch) == (other.major, other.minor, other.patch)
    }
}

extension SemanticVersion: Comparable {
    package static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        if !left.hasSameRelease(as: right) {
            return (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
        }
        // A release is above all of its prereleases.
        if left.prerelease.isEmpty || right.prerelease.isEmpty {
            return !left.prerelease.isEmpty && right.prerelease.isEmpty
        }
        return left.prerelease.lexicographicallyPrecedes(right.prerelease)
    }
}

extension SemanticVersion.Identifier: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left < right
        case (.number, .word): true
        case (.word, .number): false
        case (.word(let left), .word(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        }
    }
}

/// A version of which trailing parts may be missing or wild (`1`, `1.x`, `*`), as node-semver's XRANGEPLAIN reads it.
struct PartialVersion {
    /// What stands before the first number. `v1.2.3` is a version; `=v1` is only allowed in some ranges.
    enum Prefix { case none, v, other }

    var prefix = Prefix.none
    /// `nil` when the part is missing or wild; what follows a wild part is wild too.
    var major: Int?
    var minor: Int?
    var patch: Int?
    var prerelease: [SemanticVersion.Identifier] = []

    /// `text` must hold no white space.
    init?(parsing text: ArraySlice<UInt8>) {
        var rest = text
        let marks = rest.prefix { $0 == UInt8(ascii: "v") || $0 == UInt8(ascii: "=") }
        prefix = marks.isEmpty ? .none : marks.elementsEqual("v".utf8) ? .v : .other
        rest = rest.dropFirst(marks.count)

        var parts: [Int?] = []
        while true {
            if let first = rest.first, "xX*".utf8.contains(first) {
                rest = rest.dropFirst()
                parts.append(nil)
            } else {
                let digits = rest.prefix(while: PartialVersion.isDigit)
                guard let value = PartialVersion.number(digits) else { return nil }
                rest = rest.dropFirst(digits.count)
                parts.append(value)
            }
            guard parts.count < 3, rest.first == UInt8(ascii: ".") else { break }
            rest = rest.dropFirst()
        }
        if parts.count == 3 {
            guard let prerelease = PartialVersion.takePrerelease(&rest), PartialVersion.takeBuild(&rest) else {
                return nil
            }
            self.prerelease = prerelease
        }
        guard rest.isEmpty else { return nil }
        major = parts[0]
        minor = major == nil || parts.count < 2 ? nil : parts[1]
        patch = minor == nil || parts.count < 3 ? nil : parts[2]
    }

    private static func takePrerelease(_ rest: inout ArraySlice<UInt8>) -> [SemanticVersion.Identifier]? {
        guard rest.first == UInt8(ascii: "-") else { return [] }
        let body = rest.dropFirst().prefix { $0 != UInt8(ascii: "+") }
        rest = rest.dropFirst(body.count + 1)
        var identifiers: [SemanticVersion.Identifier] = []
        for part in body.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard !part.isEmpty, part.allSatisfy(isWordByte) else { return nil }
            if part.allSatisfy(isDigit) {
                guard let value = number(part) else { return nil }
                identifiers.append(.number(value))
            } else {
                identifiers.append(.word(String(decoding: part, as: UTF8.self)))
            }
        }
        return identifiers
    }

    private static func takeBuild(_ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: "+") else { return true }
        let parts = rest.dropFirst().split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        rest = rest.suffix(0)
        return parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isWordByte) }
    }

    /// A number without leading zeros, as the grammar demands.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.count == 1 || digits.first != UInt8(ascii: "0"), digits.count <= 16 else {
            return nil
        }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "-")
            || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    }
}
