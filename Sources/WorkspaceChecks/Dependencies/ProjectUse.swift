internal import ProjectDiscovery
internal import WorkspaceModel

/// One place where the code of a project uses another project.
struct ProjectUse {
    let from: ProjectIndex
    let to: ProjectIndex
    let evidence: Evidence
    let kind: SourceImport.Kind
    /// Whether the file is for tests, examples or tools.
    let isAside: Bool
    /// The name that the code uses.
    let name: String
}

/// What the imports of one language say.
struct LanguageUses {
    var uses: [ProjectUse] = []
    var findings: [Finding] = []
    /// Projects all of whose uses are known, so that a declared dependency without a use is unused.
    var complete: Set<ProjectIndex> = []
    /// Links that something other than an import uses, such as a script or a tool's configuration.
    var mentioned: Set<ProjectLinks.Pair> = []

    mutating func append(_ other: LanguageUses) {
        uses += other.uses
        findings += other.findings
        complete.formUnion(other.complete)
        mentioned.formUnion(other.mentioned)
    }
}

extension [Evidence] {
    /// In the order of places, each once.
    var inOrder: [Evidence] {
        Array(Set(self)).sorted { ($0.path, $0.line ?? 0) < ($1.path, $1.line ?? 0) }
    }
}
