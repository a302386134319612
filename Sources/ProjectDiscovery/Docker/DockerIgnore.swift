/// The rules of a .dockerignore: what of a build context is left out, and what is taken back.
///
/// Matching follows moby's patternmatcher: a pattern is relative to the context's root, one that matches a directory
/// matches all below it, and the last that matches decides. https://docs.docker.com/build/concepts/context/#dockerignore-files
struct DockerIgnore: Equatable, Sendable {
    struct Rule: Equatable, Sendable {
        /// The components of the pattern; none for the whole context.
        var components: [String]
        /// Whether what matches is taken back.
        var takesBack: Bool
    }

    var rules: [Rule] = []

    init() {}

    init(parsing bytes: [UInt8]) {
        var text = String(decoding: bytes, as: UTF8.self)[...]
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        for line in text.split(whereSeparator: \.isNewline) where line.first != "#" {
            var pattern = DockerIgnore.trimmed(line)
            let takesBack = pattern.first == "!"
            if takesBack { pattern = DockerIgnore.trimmed(pattern.dropFirst()) }
            guard !pattern.isEmpty else { continue }
            rules.append(Rule(components: DockerPath.components(pattern), takesBack: takesBack))
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

/// Paths in a build context.
enum DockerPath {
    /// The components of a path from the context's root. As Docker does it, `..` stops at the root.
    static func components(_ path: some StringProtocol) -> [String] {
        var result: [String] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." {
                _ = result.popLast()
            } else {
                result.append(String(part))
            }
        }
        return result
    }

    /// Whether a component holds a wildcard or text that is not known.
    static func isPattern(_ component: String) -> Bool {
        component.contains { "*?[\\".contains($0) || $0 == DockerVariables.unknown }
    }

    /// The components before the first wildcard.
    static func literalPrefix(_ components: [String]) -> [String] { Array(components.prefix { !isPattern($0) }) }
}
