internal import JSONText
internal import WorkspaceModel

/// Reads bun.lock, versions 0 and 1: https://bun.com/docs/pm/lockfile and src/install/lockfile/bun.lock.zig
///
/// A package stands under its name, or under the names of those that have their own version of it: `a/b` is the `b` that
/// `a` uses. What is not found below a package is looked for one name higher.
enum BunLock {
    typealias Problem = JavaScriptLock.Problem

    static func parse(_ bytes: [UInt8]) throws(Problem) -> JavaScriptLock {
        let document = try LockText.json(bytes, comments: true)
        guard let version = document.root["lockfileVersion"]?.number else {
            throw Problem("'lockfileVersion' is missing")
        }
        guard version == "0" || version == "1" else { throw Problem("version \(version) of the format is not known") }
        guard let workspaces = document.root["workspaces"]?.object else { throw Problem("'workspaces' is missing") }
        var patches: [String: String] = [:]
        for patch in document.root["patchedDependencies"]?.object ?? [] { patches[patch.key] = patch.node.string }
        var builder = LockGraphBuilder()
        var numbers: [String: Int] = [:]
        var memberKeys: [String: String] = [:]
        var dependencies: [(number: Int, key: String, names: [String])] = []
        var members: [Int: String] = [:]
        for entry in document.root["packages"]?.object ?? [] {
            let line = document.position(of: entry.keyOffset).line
            try LockText.checkPath(entry.key, line: line)
            guard let fields = entry.node.array, let locator = fields.first?.string,
                let (name, rest) = LockText.nameAndRest(locator)
            else { throw Problem("'\(entry.key)' must be a list that begins with name@version", line: line) }
            let number: Int
            if rest.hasPrefix("workspace:") {
                let path = String(rest.dropFirst("workspace:".count))
                memberKeys[path] = entry.key
                number = builder.add(name, "", identity: "member \(path)")
                members[number] = path
                let member = workspaces.last { $0.key == path }?.node
                dependencies.append((number, entry.key, names(in: member, withDevelopment: true)))
            } else {
                // Of what else is in the list, the tables of dependencies count as edges.
                let texts = fields.dropFirst().compactMap(\.string).map(LockText.withoutCredentials)
                var identity = ([LockText.withoutCredentials(rest)] + texts).joined(separator: "\u{1}")
                if let patch = patches[locator] { identity += "\u{1}patch \(patch)" }
                number = builder.add(name, LockText.withoutCredentials(rest), identity: identity)
                let information = fields.first { $0.object != nil }
                dependencies.append((number, entry.key, names(in: information, withDevelopment: false)))
            }
            guard numbers.updateValue(number, forKey: entry.key) == nil else {
                throw Problem("'\(entry.key)' is there twice", line: line)
            }
        }
        for (number, key, names) in dependencies {
            for name in names {
                if let target = find(name, from: key, numbers) { builder.use(name, target, by: number) }
            }
        }
        var importers: [String: JavaScriptLock.Uses] = [:]
        for workspace in workspaces {
            var uses: JavaScriptLock.Uses = [:]
            let key = workspace.key.isEmpty ? "" : memberKeys[workspace.key] ?? workspace.node["name"]?.string ?? ""
            for name in names(in: workspace.node, withDevelopment: true) {
                guard let target = find(name, from: key, numbers) else { continue }
                uses[name] = [LockGraph.Use(name, target)]
            }
            importers[workspace.key] = uses
        }
        return JavaScriptLock(
            graph: builder.graph(), entry: .importers(importers, listsDependencies: true), members: members)
    }

    private static func names(in node: JSONNode?, withDevelopment: Bool) -> [String] {
        var tables = ["dependencies", "optionalDependencies", "peerDependencies"]
        if withDevelopment { tables.append("devDependencies") }
        return tables.flatMap { (node?[$0]?.object ?? []).map(\.key) }
    }

    private static func find(_ name: String, from key: String, _ numbers: [String: Int]) -> Int? {
        var path = key[...]
        while !path.isEmpty {
            if let number = numbers["\(path)/\(name)"] { return number }
            // Drops the last name, which may be @scope/name.
            guard let slash = path.lastIndex(of: "/") else { break }
            path = path[..<slash]
            let above = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path
            if above.hasPrefix("@") { path = path.lastIndex(of: "/").map { path[..<$0] } ?? "" }
        }
        return numbers[name]
    }
}
