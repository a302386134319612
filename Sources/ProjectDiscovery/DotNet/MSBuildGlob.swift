internal import GitObjects

/// Selects the files and directories that the items of a project name outside its directory.
///
/// `*` and `?` match within one name, `**` any number of directories; case does not matter.
struct MSBuildGlob {
    let places: DotNetPlaces
    /// The project's directory: what lies there is its own anyway.
    let home: RepoPath
    private static let mostFiles = 4096
    private static let mostDirectories = 20_000

    /// What a text names, relative to `home` unless it says where it starts; `nil` when it cannot be told.
    ///
    /// A whole directory stands for all in it. So does one where a name below it is not known, and one with more files than
    /// can be listed.
    func select(_ text: String) -> [RepoPath]? {
        let text = text.replacing("\\", with: "/")
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let wild = parts.firstIndex(where: { MSBuildGlob.isOpen($0) }) else {
            guard case .inside(let path) = places.place(text, from: home) else { return nil }
            if path.isWithin(home) { return [] }
            if let found = places.find(path) {
                return found.mode == .directory && home.isWithin(found.path) ? [] : [found.path]
            }
            return places.submodule(holding: path).map { [$0] } ?? []
        }
        let prefix = parts[..<wild].joined(separator: "/")
        // Without a known beginning it may be anywhere; such names are of what a build makes or brings.
        guard wild > 0, case .inside(let start) = places.place(prefix + "/", from: home) else { return nil }
        guard let directory = places.find(start), directory.mode == .directory else {
            return places.submodule(holding: start).map { [$0] } ?? []
        }
        let rest = parts[wild...].filter { !$0.isEmpty && $0 != "." }
        let isUnknown = rest.contains { $0.contains(MSBuildProperties.unknown) || $0 == ".." }
        if home.isWithin(directory.path) {
            return isUnknown ? nil : walk(directory.path, rest.map(MSBuildGlob.name))
        }
        if directory.path.isWithin(home) { return [] }
        let tail = rest.last.map(String.init) ?? ""
        if isUnknown || (rest.first == "**" && rest.count <= 2 && ["**", "*", "*.*"].contains(tail)) {
            return [directory.path]
        }
        return walk(directory.path, rest.map(MSBuildGlob.name)) ?? [directory.path]
    }

    /// `*.*` is every name, also one without a dot.
    private static func name(_ pattern: Substring) -> [UInt8] {
        pattern == "*.*" ? [UInt8(ascii: "*")] : Array(pattern.lowercased().utf8)
    }

    static func isOpen(_ part: some StringProtocol) -> Bool {
        part.contains("*") || part.contains("?") || part.contains(MSBuildProperties.unknown)
    }

    /// The files below a directory that match; `nil` when there are too many.
    private func walk(_ start: RepoPath, _ pattern: [[UInt8]]) -> [RepoPath]? {
        var result: Set<RepoPath> = []
        var pending: [(path: RepoPath, at: Int)] = [(start, 0)]
        var seen: Set<String> = [], visits = 0
        while let (path, at) = pending.popLast() {
            visits += 1
            guard visits < MSBuildGlob.mostDirectories, result.count < MSBuildGlob.mostFiles else { return nil }
            guard at < pattern.count, seen.insert("\(at) \(path)").inserted else { continue }
            let isDeep = pattern[at] == Array("**".utf8)
            let isLast = at == pattern.count - 1
            if isDeep, !isLast { pending.append((path, at + 1)) }
            for (below, mode) in places.entries(path) where below != home {
                let name = Array(String(decoding: below.lastComponent, as: UTF8.self).lowercased().utf8)
                let matches = isDeep || CargoGlob.matches(pattern[at][...], name[...])
                if mode == .directory {
                    if isDeep { pending.append((below, at)) } else if matches { pending.append((below, at + 1)) }
                } else if isLast, matches {
                    result.insert(below)
                }
            }
        }
        return result.sorted()
    }

    /// Whether a pattern surely takes out everything below a directory, both relative to the same place.
    static func coversAll(_ pattern: String, below directory: RepoPath) -> Bool {
        var parts = pattern.lowercased().replacing("\\", with: "/").split(separator: "/").filter { $0 != "." }
        guard let last = parts.last, ["**", "*", "*.*", "*.cs", "*.fs", "*.vb"].contains(String(last)) else {
            return false
        }
        if last != "**" {
            parts.removeLast()
            guard parts.last == "**" else { return false }
        }
        parts.removeLast()
        let wanted = directory.description.lowercased().split(separator: "/")
        return (0...wanted.count).contains { matches(parts[...], wanted[..<$0]) }
    }

    private static func matches(_ pattern: ArraySlice<Substring>, _ names: ArraySlice<Substring>) -> Bool {
        guard let first = pattern.first else { return names.isEmpty }
        // A pattern of a few names: trying every split is cheap enough up to here.
        guard pattern.count <= 8 else { return false }
        if first == "**" {
            return (names.startIndex...names.endIndex).contains { matches(pattern.dropFirst(), names[$0...]) }
        }
        guard let name = names.first, CargoGlob.matches(Array(first.utf8)[...], Array(name.utf8)[...]) else {
            return false
        }
        return matches(pattern.dropFirst(), names.dropFirst())
    }
}
