internal import JSONText
internal import WorkspaceModel

/// Reads package-lock.json and npm-shrinkwrap.json, versions 1 to 3:
/// https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json
///
/// Every version is brought into the form of versions 2 and 3: what is installed, by path. What a package uses is found as
/// Node finds it, in the `node_modules` of its own directory and of those above.
enum NpmLock {
    private struct Installed {
        var name: String
        var version = ""
        var source = ""
        /// Where a link leads, as a path in the same table.
        var link: String?
        var dependencies: [String] = []
    }

    static func parse(_ bytes: [UInt8]) throws(JavaScriptLock.Problem) -> JavaScriptLock {
        let document = try LockText.json(bytes)
        guard let members = document.root.object else {
            throw JavaScriptLock.Problem("it must be an object, not \(document.root.typeName)")
        }
        let version = members.last { $0.key == "lockfileVersion" }
        var table: [String: Installed] = [:]
        let listsDependencies: Bool
        switch version?.node.number {
        case "2", "3":
            guard let packages = members.last(where: { $0.key == "packages" })?.node.object else {
                throw JavaScriptLock.Problem("'packages' is missing")
            }
            for entry in packages {
                let line = document.position(of: entry.keyOffset).line
                try LockText.checkPath(entry.key, line: line)
                guard let fields = entry.node.object else {
                    throw JavaScriptLock.Problem("'\(entry.key)' must be an object", line: line)
                }
                guard table.updateValue(installed(entry.key, fields), forKey: entry.key) == nil else {
                    throw JavaScriptLock.Problem("'\(entry.key)' is there twice", line: line)
                }
            }
            listsDependencies = true
        case "1", nil:
            table[""] = Installed(name: "")
            let dependencies = members.last { $0.key == "dependencies" }
            // A file without a version is npm 1's only when it has entries of the form.
            guard version != nil || dependencies != nil else {
                throw JavaScriptLock.Problem("'lockfileVersion' is missing")
            }
            for entry in dependencies?.node.object ?? [] { try add(entry, below: "", to: &table, document) }
            table[""]?.dependencies = (dependencies?.node.object ?? []).map(\.key)
            listsDependencies = false
        case let other?:
            throw JavaScriptLock.Problem(
                "version \(other) of the format is not known",
                line: version.map { document.position(of: $0.keyOffset).line })
        }
        return resolve(table, listsDependencies: listsDependencies)
    }

    private static func installed(_ path: String, _ fields: [JSONMember]) -> Installed {
        var entry = Installed(name: InstalledPackages.name(in: path).map { String($0) } ?? path)
        var isLink = false
        var resolved = "", integrity = ""
        for field in fields {
            switch field.key {
            case "name": entry.name = field.node.string ?? entry.name
            case "version": entry.version = field.node.string ?? ""
            case "resolved": resolved = field.node.string ?? ""
            case "integrity": integrity = field.node.string ?? ""
            case "link": isLink = field.node.bool ?? false
            case "dependencies", "optionalDependencies", "peerDependencies":
                entry.dependencies += (field.node.object ?? []).map(\.key)
            case "devDependencies":
                // Of members only: what is installed has none.
                if InstalledPackages.name(in: path) == nil {
                    entry.dependencies += (field.node.object ?? []).map(\.key)
                }
            default: break
            }
        }
        if isLink { entry.link = resolved }
        entry.source = "\(LockText.withoutCredentials(resolved))\u{1}\(integrity)\u{1}"
        return entry
    }

    /// Adds an entry of version 1 and those nested in it; the parser bounds how deep they nest.
    private static func add(
        _ member: JSONMember, below parent: String, to table: inout [String: Installed], _ document: JSONDocument
    ) throws(JavaScriptLock.Problem) {
        let path = parent.isEmpty ? "node_modules/\(member.key)" : "\(parent)/node_modules/\(member.key)"
        try LockText.checkPath(path, line: document.position(of: member.keyOffset).line)
        var entry = Installed(name: member.key)
        var resolved = "", integrity = ""
        for field in member.node.object ?? [] {
            switch field.key {
            case "version":
                let text = field.node.string ?? ""
                if text.hasPrefix("npm:"), let (name, version) = LockText.nameAndRest(String(text.dropFirst(4))) {
                    entry.name = name
                    entry.version = version
                } else {
                    entry.version = LockText.withoutCredentials(text)
                }
            case "resolved": resolved = field.node.string ?? ""
            case "integrity": integrity = field.node.string ?? ""
            case "requires": entry.dependencies = (field.node.object ?? []).map(\.key)
            case "dependencies":
                for nested in field.node.object ?? [] { try add(nested, below: path, to: &table, document) }
            default: break
            }
        }
        entry.source = "\(LockText.withoutCredentials(resolved))\u{1}\(integrity)\u{1}"
        table[path] = entry
    }

    private static func resolve(_ table: [String: Installed], listsDependencies: Bool) -> JavaScriptLock {
        let paths = table.keys.sorted()
        let entries = paths.map { table[$0] ?? Installed(name: "") }
        let isMember = paths.map { InstalledPackages.name(in: $0) == nil }
        var places: [String: Int] = [:]
        places.reserveCapacity(paths.count)
        for (place, path) in paths.enumerated() { places[path] = place }
        var builder = LockGraphBuilder()
        // The number in the graph of each entry that is no link.
        let numbers = entries.indices.map { place -> Int? in
            let entry = entries[place]
            if entry.link != nil { return nil }
            // A member's own version is in its manifest, which is one of its files.
            return isMember[place]
                ? builder.add(entry.name, "", identity: "member \(paths[place])")
                : builder.add(entry.name, entry.version, identity: entry.source)
        }
        let modules = InstalledPackages(paths)
        var importers: [String: JavaScriptLock.Uses] = [:]
        var members: [Int: String] = [:]
        for place in entries.indices {
            guard let number = numbers[place] else { continue }
            var own: JavaScriptLock.Uses = [:]
            let start = entries[place].dependencies.isEmpty ? nil : modules.start(of: paths[place])
            for name in entries[place].dependencies {
                guard let found = modules.find(name, from: start) else { continue }
                let target = entries[found].link.map { places[$0] } ?? found
                guard let target, let use = numbers[target] else { continue }
                builder.use(name, use, by: number)
                if isMember[place] { own[name] = [LockGraph.Use(name, use)] }
            }
            guard isMember[place] else { continue }
            members[number] = paths[place]
            importers[paths[place]] = own
        }
        return JavaScriptLock(
            graph: builder.graph(), entry: .importers(importers, listsDependencies: listsDependencies),
            members: members)
    }
}
