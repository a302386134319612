internal import GitObjects

/// The property functions that paths and conditions are made with; all others give what is not known.
///
/// Source: learn.microsoft.com/visualstudio/msbuild/property-functions.
struct MSBuildFunctions {
    let places: DotNetPlaces

    /// A static function; `nil` when it, or an argument, is not known here.
    func call(_ type: String, _ name: String, _ arguments: [String]) -> [String]? {
        guard !arguments.contains(where: { $0.contains(MSBuildProperties.unknown) }) else { return nil }
        let first = arguments.first ?? ""
        switch (type.lowercased(), name.lowercased()) {
        case ("msbuild", "getpathoffileabove"):
            return fileAbove(first, from: arguments.count > 1 ? arguments[1] : nil).map { [$0] }
        case ("msbuild", "getdirectorynameoffileabove"):
            guard arguments.count > 1, let file = fileAbove(arguments[1], from: first) else { return nil }
            return directory(of: file).map { [$0] }
        case ("msbuild", "normalizepath"), ("system.io.path", "combine"), ("msbuild", "normalizedirectory"):
            let path = MSBuildFunctions.combined(arguments)
            return [name.lowercased() == "normalizedirectory" ? MSBuildFunctions.withSlash(path) : path]
        case ("msbuild", "ensuretrailingslash"): return [MSBuildFunctions.withSlash(first)]
        case ("msbuild", "valueordefault"):
            return arguments.count == 2 ? [first.isEmpty ? arguments[1] : first] : nil
        case ("system.io.path", "getfullpath"):
            return [MSBuildFunctions.combined(arguments.count > 1 ? [arguments[1], first] : [first])]
        case ("system.io.path", "getdirectoryname"), ("system.io.directory", "getparent"):
            return directory(of: first).map { [$0] }
        case ("system.io.path", "getfilename"): return [MSBuildFunctions.name(of: first)]
        case ("system.io.path", "getfilenamewithoutextension"):
            let name = MSBuildFunctions.name(of: first)
            return [name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name]
        case ("msbuild", "add"), ("msbuild", "subtract"):
            guard arguments.count == 2, let one = Int32(first), let two = Int32(arguments[1]) else { return nil }
            return ["\(name.lowercased() == "add" ? Int(one) + Int(two) : Int(one) - Int(two))"]
        case ("system.string", "isnullorempty"): return [first.isEmpty ? "True" : "False"]
        default: return nil
        }
    }

    /// A member of a text; `nil` when it is not known here.
    func call(_ name: String, on text: String, _ arguments: [String]) -> [String]? {
        guard !text.contains(MSBuildProperties.unknown),
            !arguments.contains(where: { $0.contains(MSBuildProperties.unknown) })
        else { return nil }
        let first = arguments.first ?? ""
        func said(_ holds: Bool) -> [String] { [holds ? "True" : "False"] }
        switch name.lowercased() {
        case "endswith": return said(text.hasSuffix(first))
        case "startswith": return said(text.hasPrefix(first))
        case "contains": return said(first.isEmpty || text.contains(first))
        case "equals": return said(text == first)
        case "replace":
            return arguments.count == 2 && !first.isEmpty ? [text.replacing(first, with: arguments[1])] : nil
        case "tolower", "tolowerinvariant": return [text.lowercased()]
        case "toupper", "toupperinvariant": return [text.uppercased()]
        case "length": return ["\(text.utf16.count)"]
        case "substring":
            let numbers = arguments.compactMap { Int($0) }, units = Array(text.utf16)
            guard numbers.count == arguments.count, let start = numbers.first, (0...units.count).contains(start) else {
                return nil
            }
            let count = numbers.count > 1 ? numbers[1] : units.count - start
            guard (0...units.count - start).contains(count) else { return nil }
            return [String(decoding: units[start..<start + count], as: UTF16.self)]
        case "trim" where arguments.isEmpty: return [String(MSBuildScanner.trimmed(text[...]))]
        case "trimend" where first.count == 1:
            return [String(text.reversed().drop { String($0) == first }.reversed())]
        case "fullname", "tostring": return [text]
        case "parent": return directory(of: text).map { [$0] }
        default: return nil
        }
    }

    private func fileAbove(_ name: String, from start: String?) -> String? {
        guard let start, case .inside(let directory) = places.place(start, from: .root), !name.contains("/"),
            !name.contains("\\")
        else { return nil }
        // What is not found is the empty text.
        return places.fileAbove(name, directory).map { MSBuildProperties.root + "/\($0)" } ?? ""
    }

    private func directory(of text: String) -> String? {
        guard case .inside(let path) = places.place(text, from: .root), text.hasPrefix(MSBuildProperties.root) else {
            // A relative path is cut where it is written.
            let slashed = text.replacing("\\", with: "/")
            guard !slashed.contains(MSBuildProperties.root) else { return nil }
            return slashed.lastIndex(of: "/").map { String(slashed[..<$0]) } ?? ""
        }
        // The directory of `a/b/` is `a/b`.
        if text.hasSuffix("/") || text.hasSuffix("\\") { return MSBuildProperties.root + "/\(path)" }
        return path.parent.map { MSBuildProperties.root + ($0.isRoot ? "" : "/\($0)") }
    }

    private static func combined(_ parts: [String]) -> String {
        var result = ""
        for part in parts where !part.isEmpty {
            let isAbsolute = part.hasPrefix(MSBuildProperties.root) || part.hasPrefix("/")
            result = result.isEmpty || isAbsolute ? part : withSlash(result) + part
        }
        return result
    }

    private static func withSlash(_ text: String) -> String {
        text.isEmpty || text.hasSuffix("/") || text.hasSuffix("\\") ? text : text + "/"
    }

    private static func name(of path: String) -> String {
        String(path.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last ?? "")
    }
}
