internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// What a project.json, or `nx` in a package.json, says of a project. Nx lays the former over the latter.
struct NxProjectFile: Sendable {
    var name: String?
    /// `application` or `library`, with its place.
    var projectType: (value: String, evidence: Evidence)?
    /// The directory it says it is, when it says so.
    var root: (path: String, evidence: Evidence)?
    var tags: [String] = []
    var implicitDependencies: [(name: String, evidence: Evidence)] = []
    var namedInputs: [String: [NxInput]] = [:]
    var targets: [String: NxTarget] = [:]
    /// The scripts that are targets; `nil` for all.
    var includedScripts: Set<String>?
    var diagnostics: [Diagnostic] = []

    init() {}

    /// Reads a project.json.
    static func parse(_ bytes: [UInt8], at path: RepoPath) throws(ConfigurationError) -> NxProjectFile {
        let document = try NxConfiguration.document(bytes, path)
        return NxProjectFile(reading: document.root.object ?? [], NxReader(path: path, document: document))
    }

    /// Reads `nx` of a package.json; `nil` when there is none.
    static func parse(packageJSON bytes: [UInt8], at path: RepoPath) -> NxProjectFile? {
        guard let document = try? JSONDocument(parsing: bytes), let members = document.root["nx"]?.object else {
            return nil
        }
        return NxProjectFile(reading: members, NxReader(path: path, document: document))
    }

    private init(reading members: [JSONMember], _ reader: NxReader) {
        var reader = reader
        for member in members {
            switch member.key {
            case "name": name = member.node.string
            case "root": root = member.node.string.map { ($0, reader.evidence(member.keyOffset)) }
            case "projectType": projectType = member.node.string.map { ($0, reader.evidence(member.keyOffset)) }
            case "tags": tags = reader.strings(member)
            case "namedInputs": namedInputs = reader.namedInputs(member)
            case "targets", "architect": targets = reader.targets(member)
            case "includedScripts": includedScripts = Set(reader.strings(member))
            case "implicitDependencies":
                for node in member.node.array ?? [] {
                    if let text = node.string { implicitDependencies.append((text, reader.evidence(node.offset))) }
                }
            default: break
            }
        }
        diagnostics = reader.diagnostics
    }

    /// This file on top of `base`, target by target.
    func merged(onto base: NxProjectFile?) -> NxProjectFile {
        guard let base else { return self }
        var result = self
        result.name = name ?? base.name
        result.projectType = projectType ?? base.projectType
        result.tags = base.tags + tags.filter { !base.tags.contains($0) }
        result.implicitDependencies = base.implicitDependencies + implicitDependencies
        result.namedInputs = base.namedInputs.merging(namedInputs) { $1 }
        result.targets = base.targets.merging(targets) { $1.merged(onto: $0) }
        result.includedScripts = includedScripts ?? base.includedScripts
        result.diagnostics = base.diagnostics + diagnostics
        return result
    }
}
