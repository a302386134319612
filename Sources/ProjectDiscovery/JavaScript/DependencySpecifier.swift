/// What stands after a dependency's name in package.json, sorted by how it is resolved.
///
/// The rules are those of npm-package-arg, pnpm and Yarn, as turborepo's dep_splitter.rs collects them.
enum DependencySpecifier: Equatable {
    /// `workspace:^`, `workspace:*`, `workspace:1.x`: the member of the dependency's own name.
    case workspace
    /// `workspace:other@*`: the member called `other`.
    case workspaceAlias(String)
    /// `workspace:../other` or, for Yarn, `workspace:packages/other`.
    case workspacePath(String)
    /// `file:`, `link:`, `portal:` or a plain relative path.
    case path(String)
    /// `catalog:` or `catalog:NAME`.
    case catalog(String)
    /// A range, or a tag that no range parser takes; `name` is set by `npm:NAME@RANGE`.
    case range(String, name: String?)
    /// An address, a git repository, a tarball, a patch: never a member.
    case external

    init(parsing text: String) {
        let text = DependencySpecifier.trimmed(text)
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            self = DependencySpecifier.plain(text)
            return
        }
        let rest = String(text[text.utf8.index(after: colon)...])
        switch text[..<colon] {
        case "workspace": self = DependencySpecifier.workspace(rest)
        case "file", "link", "portal":
            let isOutside = rest.hasPrefix("/") || rest.hasPrefix("~")
            self = isOutside ? .external : .path(rest)
        case "catalog":
            let name = DependencySpecifier.trimmed(rest)
            self = .catalog(name.isEmpty ? "default" : name)
        case "npm":
            if let (name, range) = DependencySpecifier.alias(rest) {
                self = .range(range, name: name)
            } else {
                // Yarn writes `npm:^1.0.0`; npm takes `npm:name` without a range.
                let isRange = VersionRange(rest) != nil
                self = isRange ? .range(rest, name: nil) : .range("*", name: rest)
            }
        default: self = .external
        }
    }

    /// Whether `text` names something of the same repository by its protocol.
    static func isLocal(_ text: String) -> Bool {
        ["workspace:", "link:", "file:", "portal:"].contains { text.hasPrefix($0) }
    }

    /// Whether `text` can only be a distribution tag, such as `latest`: a range begins with a digit, a sign, `v` or `x`.
    static func isTag(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, isLetter(first), !"vVxX".utf8.contains(first) else { return false }
        return bytes.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "-_.".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func plain(_ text: String) -> DependencySpecifier {
        if text.hasPrefix("./") || text.hasPrefix("../") || text == "." || text == ".." { return .path(text) }
        // `user/repository` is GitHub's; an absolute path is outside.
        return text.utf8.contains(UInt8(ascii: "/")) ? .external : .range(text, name: nil)
    }

    private static func workspace(_ rest: String) -> DependencySpecifier {
        if rest.hasPrefix(".") { return .workspacePath(rest) }
        if let (name, _) = alias(rest) { return .workspaceAlias(name) }
        return rest.utf8.contains(UInt8(ascii: "/")) ? .workspacePath(rest) : .workspace
    }

    /// Parts `name@range`, where the name may itself start with `@`.
    private static func alias(_ text: String) -> (name: String, range: String)? {
        guard let mark = text.dropFirst().lastIndex(of: "@") else { return nil }
        return (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }

    private static func trimmed(_ text: String) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
        guard let first = text.utf8.first, let last = text.utf8.last, isSpace(first) || isSpace(last) else {
            return text
        }
        let bytes = Array(text.utf8)
        let start = bytes.firstIndex { !isSpace($0) } ?? bytes.count
        let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }
}
