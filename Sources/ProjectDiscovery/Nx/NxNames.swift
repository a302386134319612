internal import WorkspaceModel

/// Patterns for names of projects and targets, as Nx matches them (minimatch on the whole name).
enum NxNames {
    /// Whether `name` is `pattern`, or matches it as a glob. What is more than `*` and `?` counts as matching anything, so
    /// that too much matches rather than too little.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        if name == pattern || pattern == "*" { return true }
        if pattern.contains(where: { "[{(".contains($0) }) { return true }
        guard pattern.contains(where: { $0 == "*" || $0 == "?" }) else { return false }
        return match(Array(name.utf8)[...], Array(pattern.utf8)[...])
    }

    private static func match(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        var name = name, pattern = pattern
        // Where the last `*` stood, and what it had taken by then.
        var star: (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
        while true {
            switch pattern.first {
            case UInt8(ascii: "*"):
                pattern = pattern.dropFirst()
                star = (pattern, name)
                continue
            case nil where name.isEmpty: return true
            case let byte? where !name.isEmpty && (byte == name.first || byte == UInt8(ascii: "?")):
                name = name.dropFirst()
                pattern = pattern.dropFirst()
                continue
            default: break
            }
            guard let last = star, !last.name.isEmpty else { return false }
            name = last.name.dropFirst()
            pattern = last.pattern
            star = (pattern, name)
        }
    }
}
