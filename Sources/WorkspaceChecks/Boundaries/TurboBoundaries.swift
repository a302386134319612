internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// `boundaries` and `tags` of turbo.json files.
///
/// Format: the Turborepo reference, "boundaries" (turbo 2.8): rules by tag in the root's file, rules and implicit
/// dependencies of one package in its own. Rules hold for dependencies over any number of edges; they name tags or packages,
/// and never concern the root.
struct TurboBoundaries {
    /// `dependencies` or `dependents` of a rule.
    struct Lists {
        var allow: [String]?
        var deny: [String] = []
        var line: Int
    }

    struct Rule {
        var dependencies: Lists?
        var dependents: Lists?
        /// The file it stands in.
        var path: RepoPath
    }

    /// What the turbo.json of one package says.
    struct Package {
        var tags: [String] = []
        var rule: Rule?
        var implicitDependencies: [String] = []
    }

    private(set) var packages: [ProjectIndex: Package] = [:]
    /// By the directory of the root's file: the rules by tag, and what every package may use without declaring it.
    private(set) var roots: [RepoPath: (rules: [String: Rule], implicitDependencies: [String])] = [:]

    init(_ workspace: Workspace, in tree: SourceTree) throws(GitError) {
        for index in workspace.indices where workspace[index].managers.contains(where: \.isJavaScript) {
            let directory = workspace[index].path
            for name in ["turbo.json", "turbo.jsonc"] {
                let path = directory.appending(name)
                guard let bytes = try tree.read(path),
                    let document = try? JSONDocument(parsing: bytes, allowingComments: true)
                else { continue }
                read(document, path, of: index, directory)
                break
            }
        }
    }

    private mutating func read(
        _ document: JSONDocument, _ path: RepoPath, of index: ProjectIndex, _ directory: RepoPath
    ) {
        let root = document.root, boundaries = root["boundaries"]
        let implicit = TurboBoundaries.texts(boundaries?["implicitDependencies"]) ?? []
        if root["extends"] == nil, let boundaries {
            var rules: [String: Rule] = [:]
            for member in boundaries["tags"]?.object ?? [] {
                rules[member.key] = TurboBoundaries.rule(member.node, path, document)
            }
            roots[directory] = (rules, implicit)
        }
        var package = Package(tags: TurboBoundaries.texts(root["tags"]) ?? [], implicitDependencies: implicit)
        if let boundaries { package.rule = TurboBoundaries.rule(boundaries, path, document) }
        packages[index] = package
    }

    private static func texts(_ node: JSONNode?) -> [String]? { node?.array?.compactMap(\.string) }

    private static func rule(_ node: JSONNode, _ path: RepoPath, _ document: JSONDocument) -> Rule {
        func lists(_ key: String) -> Lists? {
            guard let member = node.member(key) else { return nil }
            return Lists(
                allow: texts(member.node["allow"]), deny: texts(member.node["deny"]) ?? [],
                line: document.position(of: member.keyOffset).line)
        }
        return Rule(dependencies: lists("dependencies"), dependents: lists("dependents"), path: path)
    }

    var isEmpty: Bool { roots.isEmpty && packages.values.allSatisfy { $0.rule == nil } }

    // MARK: Judging

    func findings(_ context: BoundaryContext) -> [Finding] {
        guard !isEmpty else { return [] }
        let workspace = context.workspace
        var ways: [ProjectIndex: [ProjectIndex: [ProjectIndex]]] = [:]
        for index in workspace.indices { ways[index] = context.links.reached(from: index) }
        var findings: [Finding] = []
        for index in workspace.indices {
            for (name, rule) in rules(of: index, context) {
                for target in (ways[index] ?? [:]).keys.sorted() where !workspace[target].path.isRoot {
                    guard let lists = rule.dependencies, let way = ways[index]?[target],
                        let because = reason(lists, target, context, name, "dependencies"),
                        let finding = context.violation(
                            of: Evidence(path: rule.path, line: lists.line), from: index, way: way, because: because)
                    else { continue }
                    findings.append(finding)
                }
                for source in workspace.indices where !workspace[source].path.isRoot {
                    guard let lists = rule.dependents, let way = ways[source]?[index],
                        let because = reason(lists, source, context, name, "dependents"),
                        let finding = context.violation(
                            of: Evidence(path: rule.path, line: lists.line), from: source, way: way, because: because)
                    else { continue }
                    findings.append(finding)
                }
            }
        }
        return findings
    }

    /// The rules for a project: those of its tags, and its own; each with what it is called.
    private func rules(of index: ProjectIndex, _ context: BoundaryContext) -> [(name: String, rule: Rule)] {
        var found: [(String, Rule)] = []
        var directory: RepoPath? = context.workspace[index].path
        while let current = directory {
            if let root = roots[current] {
                for tag in context.tags[index].sorted() {
                    if let rule = root.rules[tag] { found.append(("the tag '\(tag)'", rule)) }
                }
                break
            }
            directory = current.parent
        }
        if let own = packages[index]?.rule { found.append((context.workspace[index].id, own)) }
        return found
    }

    private func reason(
        _ lists: Lists, _ other: ProjectIndex, _ context: BoundaryContext, _ name: String, _ side: String
    ) -> String? {
        let project = context.workspace[other]
        let words = context.tags[other].union([project.name ?? project.id])
        if lists.deny.contains(where: words.contains) {
            return "the \(side) of \(name) deny \(project.id)"
        }
        if let allow = lists.allow, !allow.contains(where: words.contains) {
            return "the \(side) of \(name) do not allow \(project.id)"
        }
        return nil
    }
}

/// The packages that turbo.json lets projects use without declaring them.
struct ImplicitDependencies {
    private var names: [(directory: RepoPath, names: Set<String>)] = []

    init(_ turbo: TurboBoundaries, _ workspace: Workspace) {
        for (directory, root) in turbo.roots { names.append((directory, Set(root.implicitDependencies))) }
        for (index, package) in turbo.packages {
            names.append((workspace[index].path, Set(package.implicitDependencies)))
        }
    }

    func allows(_ name: String, in directory: RepoPath) -> Bool {
        names.contains { directory.isWithin($0.directory) && $0.names.contains(name) }
    }
}
