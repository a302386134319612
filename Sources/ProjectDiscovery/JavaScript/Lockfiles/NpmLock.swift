internal import JSONText
internal import WorkspaceModel

/// Reads package-lock.json and npm-shrinkwrap.json, versions 1 to 3:
/// https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json
///
/// Every version is brought into the form of versions 2 and 3: what is installed, by path. What a package uses is found as
/// Node finds it, in the `node_modules` of its own directory and of those above.
enum NpmLock {
    private struct Installed {
        var path: String
        /// What it is installed as, from its path; `nil` for a member of the workspace.
        var installedName: Substring?
        var name: String
        var version = ""
        var source = ""
        /// Where a link leads, as a path in the same table.
        var link: String?
        var dependencies: [String] = []

        init(path: String, name: String? = nil) {
            self.path = path
            installedName = InstalledPackages.name(in: path)
            self.name = name ?? installedName.map { String($0) } ?? path
        }
    }

    /// What is installed, in the order of the file.
    private struct Table {
        var entries: [Installed] = []
        /// Where each path is in `entries`.
        var places: [String: Int] = [:]

        /// Adds an entry, or puts it in the place of the one at its path; false for the latter.
        @discardableResult
        mutating func put(_ entry: Installed) -> Bool {
            if let place = places[entry.path] {
                entries[place] = entry
                return false
            }
            places[entry.path] = entries.count
            entries.append(entry)
            return true
        }
    }

    static func parse(_ bytes: [UInt8]) throws(JavaScriptLock.Problem) -> JavaScriptLock {
        let document = try LockText.json(bytes)
        guard let members = document.root.object else {
            throw JavaScriptLock.Problem("it must be an object, not \(document.root.typeName)")
        }
        let version = members.last { $0.key == "lockfileVersion" }
        var table = Table()
        let listsDependencies: Bool
        switch version?.node.number {
        case "2", "3":
            guard let packages = members.last(where: { $0.key == "packages" })?.node.object else {
                throw JavaScriptLock.Problem("'packages' is missing")
            }
            table.entries.reserveCapacity(packages.count)
            table.places.reserveCapacity(packages.count)
            for entry in packages {
                // Lines are counted only for what is wrong.
                func line() -> Int { document.position(of: entry.keyOffset).line }
                try LockText.checkPath(entry.key, line: line())
                guard let fields = entry.node.object else {
                    throw JavaScriptLock.Problem("'\(entry.key)' must be an object", line: line())
                }
                guard table.put(installed(entry.key, fields)) else {
                    throw JavaScriptLock.Problem("'\(entry.key)' is there twice", line: line())
                }
            }
            listsDependencies = true
        case "1", nil:
            let dependencies = members.last { $0.key == "dependencies" }
            // A file without a version is npm 1's only when it has entries of the form.
            guard version != nil || dependencies != nil else {
                throw JavaScriptLock.Problem("'lockfileVersion' is missing")
            }
            var root = Installed(path: "")
            root.dependencies = (dependencies?.node.object ?? []).map(\.key)
            table.put(root)
            for entry in dependencies?.node.object ?? [] { try add(entry, below: "", to: &table, document) }
            listsDependencies = false
        case let other?:
            throw JavaScriptLock.Problem(
                "version \(other) of the format is not known",
                line: version.map { document.position(of: $0.keyOffset).line })
        }
        return resolve(table, listsDependencies: listsDependencies)
    }

    private static func installed(_ path: String, _ fields: [JSONMember]) -> Installed {
        var entry = Installed(path: path)
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
                if entry.installedName == nil {
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
        _ member: JSONMember, below parent: String, to table: inout Table, _ document: JSONDocument
    ) throws(JavaScriptLock.Problem) {
        let path = parent.isEmpty ? "node_modules/\(member.key)" : "\(parent)/node_modules/\(member.key)"
        try LockText.checkPath(path, line: document.position(of: member.keyOffset).line)
        var entry = Installed(path: path, name: member.key)
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
        table.put(entry)
    }

    private static func resolve(_ table: Table, listsDependencies: Bool) -> JavaScriptLock {
        let entries = table.entries
        var builder = LockGraphBuilder()
        // The number in the graph of each entry that is no link.
        let numbers = entries.indices.map { place -> Int? in
            if entries[place].link != nil { return nil }
            // A member's own version is in its manifest, which is one of its files.
            return entries[place].installedName == nil
                ? builder.add(entries[place].name, "", identity: "member \(entries[place].path)")
                : builder.add(entries[place].name, entries[place].version, identity: entries[place].source)
        }
        let modules = InstalledPackages(entries.map(\.installedName))
        var importers: [String: JavaScriptLock.Uses] = [:]
        var members: [Int: String] = [:]
        for place in entries.indices {
            guard let number = numbers[place] else { continue }
            let path = entries[place].path, isMember = entries[place].installedName == nil
            var own: JavaScriptLock.Uses = [:]
            let start = entries[place].dependencies.isEmpty ? nil : modules.start(of: path)
            for name in entries[place].dependencies {
                guard let found = modules.find(name, from: start) else { continue }
                let target = entries[found].link.map { table.places[$0] } ?? found
                guard let target, let use = numbers[target] else { continue }
                builder.use(name, use, by: number)
                if isMember { own[name] = [LockGraph.Use(name, use)] }
            }
            guard isMember else { continue }
            members[number] = path
            importers[path] = own
        }
        return JavaScriptLock(
            graph: builder.graph(), entry: .importers(importers, listsDependencies: listsDependencies),
            members: members)
    }
}
