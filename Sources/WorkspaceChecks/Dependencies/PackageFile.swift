internal import JSONText

/// What a check needs of a package.json: the declared names with their lines, and everything else as text.
struct PackageFile {
    var name: String?
    /// The names in any table of dependencies, with the line of the first.
    var declared: [String: Int] = [:]
    /// The names that `bin` gives to programs.
    var programs: [String] = []
    var scripts: [String] = []
    /// `nx.tags`.
    var tags: [String] = []
    /// Every text outside the tables of dependencies, keys included.
    var texts: [String] = []

    private static let tables: Set<String> = [
        "dependencies", "devDependencies", "peerDependencies", "optionalDependencies", "bundledDependencies",
        "bundleDependencies",
    ]

    /// `nil` when the text is not an object.
    init?(parsing bytes: [UInt8]) {
        guard let document = try? JSONDocument(parsing: bytes), let members = document.root.object else { return nil }
        for member in members {
            if PackageFile.tables.contains(member.key) {
                for entry in member.node.object ?? [] where declared[entry.key] == nil {
                    declared[entry.key] = document.position(of: entry.keyOffset).line
                }
                continue
            }
            switch member.key {
            case "name": name = member.node.string
            case "bin":
                programs = member.node.object?.map(\.key) ?? []
                if member.node.string != nil, let own = document.root["name"]?.string {
                    programs = [own.split(separator: "/").last.map(String.init) ?? own]
                }
            case "scripts": scripts = (member.node.object ?? []).compactMap(\.node.string)
            case "nx": tags = (member.node["tags"]?.array ?? []).compactMap(\.string)
            default: break
            }
            PackageFile.collect(member.node, into: &texts)
        }
    }

    private static func collect(_ node: JSONNode, into texts: inout [String]) {
        switch node.value {
        case .string(let text): texts.append(text)
        case .array(let elements): for element in elements { collect(element, into: &texts) }
        case .object(let members):
            for member in members {
                texts.append(member.key)
                collect(member.node, into: &texts)
            }
        case .null, .bool, .number: break
        }
    }
}
