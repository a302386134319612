/// One entry of `resolutions` in the root's package.json: https://yarnpkg.com/configuration/manifest#resolutions
package struct YarnResolution: Sendable, Hashable {
    /// `name`, `name@range`, `parent/name`; Yarn 1 takes more, such as `**/name`.
    package var key: String
    /// The range that replaces what the user of the package writes; `nil` when it is no text.
    package var replacement: String?

    package init(key: String, replacement: String?) {
        self.key = key
        self.replacement = replacement
    }
}

/// A resolution as Yarn 2 and later understand its key; see resolution.pegjs in @yarnpkg/parsers.
struct YarnBerryResolution {
    struct Package: Equatable {
        var name: String
        var range: String?
    }

    /// Who uses the package; `nil` for everybody.
    var user: Package?
    var package: Package
    var replacement: String?

    /// `nil` for a key that Yarn 2 and later refuse.
    init?(_ resolution: YarnResolution) {
        replacement = resolution.replacement
        var rest = resolution.key.utf8[...]
        guard let first = YarnBerryResolution.package(at: &rest) else { return nil }
        package = first
        guard rest.first == UInt8(ascii: "/") else {
            guard rest.isEmpty else { return nil }
            return
        }
        rest.removeFirst()
        guard let second = YarnBerryResolution.package(at: &rest), rest.isEmpty else { return nil }
        (user, package) = (first, second)
    }

    /// Reads `name` or `name@range`; a range ends at a slash.
    private static func package(at rest: inout Substring.UTF8View) -> Package? {
        let slash = UInt8(ascii: "/"), mark = UInt8(ascii: "@")
        var name = ""
        if rest.first == mark {
            guard let end = rest.firstIndex(of: slash) else { return nil }
            name = String(Substring(rest[...end]))
            rest = rest[rest.index(after: end)...]
        }
        let own = rest.prefix { $0 != slash && $0 != mark }
        guard !own.isEmpty else { return nil }
        name += String(Substring(own))
        rest = rest[own.endIndex...]
        guard rest.first == mark else { return Package(name: name, range: nil) }
        let range = rest.dropFirst().prefix { $0 != slash }
        rest = rest[range.endIndex...]
        return range.isEmpty ? nil : Package(name: name, range: String(Substring(range)))
    }

    /// Whether it decides what `range` of its package means to the package `user`, which is locked as `reference`.
    func applies(to range: String, in user: String, _ reference: String) -> Bool {
        if let limit = self.user {
            guard limit.name == user else { return false }
            if let wanted = limit.range, !YarnBerryResolution.areEqual(wanted, reference) { return false }
        }
        return package.range.map { YarnBerryResolution.areEqual($0, range) } ?? true
    }

    /// Yarn puts `npm:` before a plain range; before version 8 of the lockfile it did not write it.
    private static func areEqual(_ left: String, _ right: String) -> Bool {
        func plain(_ text: String) -> Substring { text.hasPrefix("npm:") ? text.dropFirst(4) : text[...] }
        return plain(left) == plain(right)
    }
}
