/// A version catalog (libs.versions.toml), in the format of Gradle 7.4 and later.
struct GradleCatalog: Sendable {
    enum Kind: String, Sendable, Hashable {
        case versions, libraries, bundles, plugins
    }

    /// One entry, with what it refers to.
    struct Entry: Sendable {
        var kind: Kind
        var alias: String
        /// The entry as canonical text, its version in place of a reference to it.
        var text: String
        var line: Int?
        /// A plugin's id, or a library's `group:name`.
        var id: String?
    }

    /// The entries of each kind by the alias as accessors spell it, with dots between its parts.
    private(set) var entries: [Kind: [String: Entry]] = [:]

    init(parsing bytes: [UInt8]) throws(TOMLProblem) {
        let document = try TOMLDocument(parsing: bytes)
        let root = document.root
        let versions = root["versions"]?.table ?? [:]
        func add(_ kind: Kind, _ alias: String, _ text: String, id: String? = nil) {
            entries[kind, default: [:]][GradleCatalog.spelled(alias)] = Entry(
                kind: kind, alias: alias, text: text, line: document.lines.line(kind.rawValue, alias), id: id)
        }
        for (alias, node) in versions { add(.versions, alias, node.canonicalText) }
        for (alias, node) in root["libraries"]?.table ?? [:] {
            add(.libraries, alias, GradleCatalog.resolved(node, versions), id: GradleCatalog.module(node))
        }
        for (alias, node) in root["plugins"]?.table ?? [:] {
            let id = node.table?["id"]?.string ?? node.string.map { String($0.prefix { $0 != ":" }) }
            add(.plugins, alias, GradleCatalog.resolved(node, versions), id: id)
        }
        let libraries = entries[.libraries] ?? [:]
        for (alias, node) in root["bundles"]?.table ?? [:] {
            let members = (node.array ?? []).compactMap(\.string)
            let texts = members.map { libraries[GradleCatalog.spelled($0)]?.text ?? $0 }
            add(.bundles, alias, texts.joined(separator: "\n"))
        }
    }

    /// All entries as text, for those whose use of the catalog code decides.
    var wholeText: String {
        entries.values.flatMap(\.values).map { "\($0.kind.rawValue).\($0.alias)=\($0.text)" }.sorted()
            .joined(separator: "\n")
    }

    /// An alias as accessors spell it: `-` and `_` separate parts as dots do; letters count without their case, because
    /// accessors join `foo-bar` and `fooBar` alike.
    static func spelled(_ alias: String) -> String {
        alias.replacing("-", with: ".").replacing("_", with: ".").lowercased()
    }

    /// The entry that `libs.a.b.c` names, without its first word; the longest that fits, as methods may follow.
    /// `nil` when there is none.
    func entry(_ names: some Collection<String>) -> Entry? {
        var kind = Kind.libraries, names = Array(names)
        if let first = names.first, let other = Kind(rawValue: first), other != .libraries {
            kind = other
            names.removeFirst()
        }
        while !names.isEmpty {
            if let entry = entries[kind]?[GradleCatalog.spelled(names.joined(separator: "."))] { return entry }
            names.removeLast()
        }
        return nil
    }

    /// The entries of any kind with this alias, as `findLibrary("x")` and its like name them.
    func entries(named alias: String) -> [Entry] {
        entries.values.compactMap { $0[GradleCatalog.spelled(alias)] }
            .sorted { $0.kind.rawValue < $1.kind.rawValue }
    }

    private static func resolved(_ node: TOMLNode, _ versions: [String: TOMLNode]) -> String {
        guard let reference = node.table?["version"]?.table?["ref"]?.string else { return node.canonicalText }
        return node.canonicalText + "=" + (versions[reference]?.canonicalText ?? "")
    }

    private static func module(_ node: TOMLNode) -> String? {
        if let text = node.string { return text.split(separator: ":").prefix(2).joined(separator: ":") }
        guard let table = node.table else { return nil }
        if let module = table["module"]?.string { return module }
        guard let group = table["group"]?.string, let name = table["name"]?.string else { return nil }
        return "\(group):\(name)"
    }
}
